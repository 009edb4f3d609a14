"""Pages of evaluations, panels, results and acceptances: each step by its person, refusals beside the field."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from grants.models import Acceptance, Evaluation
from grants.presentation_assessing import acceptance_facts, evaluation_facts
from grants.queries.assessing import Goals
from portal.accounts.models import User
from portal.core import clock
from tests import factories_assessing as assess
from tests import factories_grants as make


@pytest.fixture
def team(world, cast):
    return assess.people(cast, unit="350200", province="350000")


@pytest.fixture
def award(who, world):
    return make.awarded(who, application=world.application, amount="200000000.00")


def page(client, person, route, pk, status=200, **data):
    client.force_login(person)
    url = reverse(f"grants:{route}", args=[pk])
    answer = client.post(url, data) if data else client.get(url)
    assert answer.status_code == status, answer.content.decode()[:3000]
    return answer


def points(award, share="0.9"):
    from grants.performance.scoring import most_of_indicators

    with make.acting(make_owner(award)):
        form = assess.form(award)
    return {
        name: value
        for code, most in most_of_indicators(form).items()
        for name, value in ((f"points_{code}", str(most * Decimal(share))), (f"reason_{code}", "as planned"))
    }


def make_owner(award):
    return award.maker


def test_self_evaluation_from_the_drafter_to_the_province(client, who, team, award):
    from grants.models import Evaluation

    page(client, team["drafter"], "assessing", award.pk)
    answer = page(client, team["drafter"], "start_evaluation", award.pk, 303, kind="self", year="2025")
    pk = int(answer["Location"].rstrip("/").split("/")[-2])
    given = points(award)
    some = {name: value for name, value in given.items() if not name.endswith("enterprises")}
    page(client, team["drafter"], "fill_evaluation", pk, 303, **some)
    answer = page(client, team["signatory"], "sign_evaluation", pk, 422, confirm="yes")
    assert "error-summary" in answer.content.decode()
    wrong = page(client, team["drafter"], "fill_evaluation", pk, 422, **given | {"points_budget": "11"})
    assert 'value="11"' in wrong.content.decode()
    page(client, team["drafter"], "fill_evaluation", pk, 303, **given)
    page(client, team["drafter"], "sign_evaluation", pk, 403)
    page(client, team["signatory"], "sign_evaluation", pk, 303, confirm="yes")
    with make.acting(team["drafter"]):
        assert Evaluation.objects.get(pk=pk).band == "excellent"
    page(client, team["industry"], "verify_evaluation", pk, 422, comment=" ")
    page(client, team["industry"], "verify_evaluation", pk, 303, comment="checked ten enterprises")
    for person in (who["miit"], who["auditor"], team["industry"]):
        assert "checked ten enterprises" in page(client, person, "evaluation", pk).content.decode()


def test_an_officer_of_two_provinces_sees_and_speaks_for_each(cast, who, team, award):
    """The desk had named what waits in the first of them alone, and a hold came from there."""
    from grants.todo import lines
    from portal.accounts.cast import ensure_user
    from portal.accounts.models import Organisation
    from tests import databases

    both = cast("provincial_officer", "GX360000", 7)
    databases.committed(lambda: ensure_user(both.email, both.name, "GX350000", "provincial_officer"))
    row = assess.signed(team, award)
    with make.acting(both) as by:
        assert reverse("grants:evaluation", args=[row.pk]) in {str(one.url) for one in lines(by)}
        home = Organisation.objects.get(code="GX350000")
    hold = make.held_project({"both": both}, project=make.project(who, award), by="both")
    assert hold.organisation_id == home.pk


def test_the_industry_department_is_told_and_the_finance_department_is_not(cast, team, award):
    from portal.notifications.models import Notice

    people = (team["industry"], cast("provincial_officer", "CZ350000"))
    row = assess.signed(team, award)
    told = []
    for person in people:
        with make.acting(person):
            told.append(Notice.objects.filter(url=reverse("grants:evaluation", args=[row.pk])).count())
    assert told == [1, 0]


def _on_miits_desk(who, *, after):
    """What of panels waits for MIIT so many days from now."""
    from datetime import timedelta

    from grants.queries.desk import waiting

    with make.acting(who["miit"]) as by:
        return [row.kind for row in waiting(by, on=make.today() + timedelta(days=after))]


def test_panel_scores_and_the_result_opens_the_tranche(client, who, team, award):
    from grants.models import Panel, Rectification

    assess.signed(team, award)
    day = make.today().isoformat()
    asked = {"kind": "final", "as_of": day, "due_on": day, "seed": "20261", "source": "lottery"}
    members = [one.pk for one in team["members"]]
    page(client, who["miit"], "open_panel", award.pk, 422, **asked, members=members[:2])
    page(client, who["miit"], "open_panel", award.pk, 303, **asked, members=members)
    with make.acting(who["miit"]):
        work = Panel.objects.get()
        sampled = [one.pk for one in work.sample.all()]
    assert _on_miits_desk(who, after=0) == []
    assert _on_miits_desk(who, after=1) == ["unscored"]
    for member in team["members"]:
        assert "as planned" not in page(client, member, "panel", work.pk).content.decode()
        given = {"points_process": "8", "points_output": "40", "points_benefit": "24", "points_satisfaction": "8"}
        page(client, member, "score_panel", work.pk, 422, **given)
        page(client, member, "score_panel", work.pk, 303, **given, **{f"found_{pk}": "seen" for pk in sampled})
    assert _on_miits_desk(who, after=0) == _on_miits_desk(who, after=1) == ["scored"]
    page(client, who["miit"], "close_panel", work.pk, 303, confirm="yes")
    assert _on_miits_desk(who, after=0) == ["judge"]
    paper = {"document_no": "R1", "document_date": day, "assessed_on": day}
    page(client, who["miit"], "enter_assessment", award.pk, 422, **paper, result="rectify")
    mend = {"rectify_what": "two machines", "rectify_by": day, "second_limit": "40,000,000.00"}
    page(client, who["miit"], "enter_assessment", award.pk, 303, **paper, **mend, result="rectify")
    assert _on_miits_desk(who, after=0) == []
    with make.acting(who["mof"]):
        found = award.assessments.get()
    page(client, who["mof"], "assessment", found.pk, 303, act="confirm")
    assert "40,000,000.00" in page(client, team["drafter"], "assessing", award.pk).content.decode()
    mended = {"document_no": "R2", "document_date": day, "mended_on": day, "note": "both stand"}
    page(client, who["miit"], "enter_rectification", found.pk, 303, **mended)
    with make.acting(who["mof"]):
        row = Rectification.objects.get()
    page(client, who["mof"], "rectification", row.pk, 303, act="confirm")
    answer = page(client, who["mof_maker"], "enter_issue", award.pk)
    assert "40,000,000.00" in answer.content.decode()


def test_failed_for_good_is_on_the_desk_of_finance_where_money_can_be_demanded(client, who, award):
    assess.result(who, award, "failed", for_good=True)
    client.force_login(who["mof_maker"])
    address = reverse("grants:enter_recovery", args=[award.pk])
    assert address not in client.get("/desk/").content.decode(), "no money was issued"
    issue = make.issued(who, award=award, amount="100.00", received_on=make.today())
    assert address not in client.get("/desk/").content.decode(), "the province gives back what it did not pass on"
    make.passed_on(who, issue=issue, amount="100.00")
    assert address in client.get("/desk/").content.decode()
    page(
        client,
        who["miit"],
        "enter_assessment",
        award.pk,
        422,
        document_no="R",
        document_date="2026-01-01",
        assessed_on="2026-01-01",
        result="passed",
    )


def test_failed_for_good_waits_until_the_money_is_demanded(client_as, who, award):
    """The desk of the ministry's finance does not ask for ever for what was demanded; a withdrawn demand is none."""
    from grants.domain import recoveries
    from grants.enums import Ground
    from tests import factories_use as use

    issue = make.issued(who, award=award, amount="100.00", received_on=make.today())
    make.passed_on(who, issue=issue, amount="100.00")
    assess.result(who, award, "failed", for_good=True)
    maker = client_as(who["mof_maker"])

    def asked():
        return "failed for good" in maker.get("/desk/").content.decode()

    assert asked()
    demand = use.demanded(who, award=award, amount="100.00", ground=Ground.FAILED, violation="")
    assert not asked()
    row = use.entered_withdrawal(who, recovery=demand)
    with make.acting(who["mof_checker"]) as by:
        recoveries.confirm_withdrawal(by=by, withdrawal=row)
    assert asked()


def test_acceptance_from_the_unit_to_the_province(client, who, team, award):
    project = make.project(who, award)
    given = {"invested": "1,000.00", "accepted_on": make.today().isoformat(), "result": "accepted"}
    wrong = page(client, team["drafter"], "start_acceptance", project.pk, 422, **given, equipment="lathe\tCK\tmany\t5")
    assert "aria-invalid" in wrong.content.decode()
    assert "lathe\tCK\tmany\t5" in wrong.content.decode()
    files = {"photo": assess.photo(), "report": make.pdf("r.pdf")}
    page(client, team["drafter"], "start_acceptance", project.pk, 303, **given, equipment="lathe\tCK\t3\t5.00", **files)
    with make.acting(team["drafter"]):
        row = project.acceptance
        proof = row.files.first()
    page(client, who["miit"], "acceptance", row.pk, 404)
    page(client, team["drafter"], "send_acceptance", row.pk, 303, confirm="yes")
    page(client, team["industry"], "acceptance", row.pk, 422, act="return", why="")
    page(client, team["industry"], "acceptance", row.pk, 303, act="return", why="the photograph is dark")
    assert "the photograph is dark" in page(client, team["drafter"], "acceptance", row.pk).content.decode()
    page(client, team["drafter"], "send_acceptance", row.pk, 303, confirm="yes")
    page(client, team["industry"], "acceptance", row.pk, 303, act="confirm")
    assert "lathe" in page(client, who["auditor"], "acceptance", row.pk).content.decode()
    client.force_login(who["auditor"])
    file = client.get(reverse("grants:proof", args=[proof.pk]))
    assert b"".join(file.streaming_content)
    assert (
        reverse("grants:acceptance", args=[row.pk]) in page(client, who["mof"], "project", project.pk).content.decode()
    )


def equipment(*rows, csv=False):
    """A file with an equipment list, filled into the template's columns."""
    from grants.sheets_equipment import EQUIPMENT
    from tests.sheets import workbook

    keys = ("line", "name", "model", "quantity", "price", "supplier")
    if csv:
        heads = ",".join(column.zh for column in EQUIPMENT.columns)
        lines = [heads, *(",".join(str(cell) for cell in row) for row in rows)]
        return SimpleUploadedFile("list.csv", "\n".join(lines).encode())
    return SimpleUploadedFile(
        "list.xlsx", workbook(*[dict(zip(keys, row, strict=True)) for row in rows], sheet=EQUIPMENT)
    )


@pytest.mark.parametrize("csv", [False, True])
def test_equipment_comes_as_a_file(client, who, team, award, csv):
    project = make.project(who, award)
    given = {"invested": "1,000.00", "accepted_on": make.today().isoformat(), "result": "accepted"}
    assert (
        "请填写设备清单，或上传设备清单文件。"
        in page(client, team["drafter"], "start_acceptance", project.pk, 422, **given).content.decode()
    )
    bad = equipment(("1", "lathe", "CK", "three", "5.00", ""), ("2", "", "", "1", "-2", ""), csv=csv)
    shown = page(client, team["drafter"], "start_acceptance", project.pk, 422, **given, equipment_file=bad)
    for said in ("“three”：请填写大于零的整数", "id_equipment_file_error", "“-2”"):
        assert said in shown.content.decode()
    good = equipment(("1", "lathe", "CK6150", 3, "12.50", "M"), ("2", "robot", "", "2", "7", ""), csv=csv)
    page(client, team["drafter"], "start_acceptance", project.pk, 303, **given, equipment_file=good)
    with make.acting(team["drafter"]):
        rows = list(project.acceptance.equipment.order_by("pk"))
    assert [(row.name, row.model, row.quantity, str(row.price), row.supplier) for row in rows] == [
        ("lathe", "CK6150", 3, "12.50", "M"),
        ("robot", "", 2, "7.00", ""),
    ]


def test_the_template_of_the_equipment_is_taken_away(client, who, team, award):
    client.force_login(team["drafter"])
    for query, begins in (("", b"PK"), ("?format=csv", "\ufeff序号".encode())):
        answer = client.get(reverse("grants:equipment_template") + query)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert content.startswith(begins)


def test_pages_of_one_evaluation_and_one_panel_cost_the_same_at_any_size(client, who, team, award):
    """An evaluation, a panel before and after its members scored, an acceptance with one and with fifty machines."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from grants.models import Equipment

    def cost(route, pk, most):
        with CaptureQueriesContext(connection) as found:
            assert client.get(reverse(f"grants:{route}", args=[pk])).status_code == 200
        assert len(found) <= most, [one["sql"][:90] for one in found]
        return len(found)

    evaluation, panel = assess.signed(team, award), assess.panel(who, team, award)
    acceptance = assess.acceptance(team, make.project(who, award), sent=False)
    client.force_login(who["miit"])
    cost("evaluation", evaluation.pk, 20)
    assess.scored(panel, team["members"][0])
    before = cost("panel", panel.pk, 20)
    for member in team["members"][1:]:
        assess.scored(panel, member)
    assert cost("panel", panel.pk, 20) == before
    client.force_login(team["drafter"])
    cost("acceptance", acceptance.pk, 20)  # what a process reads once
    one = cost("acceptance", acceptance.pk, 20)
    with make.acting(team["drafter"]):
        Equipment.objects.bulk_create(
            Equipment(acceptance=acceptance, name=f"lathe {n}", model="", quantity=1, price=1) for n in range(50)
        )
    assert cost("acceptance", acceptance.pk, 20) == one
    assert cost("assessing", award.pk, 22) <= 22


@pytest.mark.parametrize("role", ["miit", "auditor"])
def test_list_of_all(client, who, team, award, role):
    assess.signed(team, award)
    assess.panel(who, team, award)
    client.force_login(who[role])
    assert client.get(reverse("grants:assessing_all")).status_code == 200


def test_list_of_all_costs_the_same_at_any_number(client, who, team, award):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked():
        with CaptureQueriesContext(connection) as found:
            assert client.get(reverse("grants:assessing_all")).status_code == 200
        return len(found)

    client.force_login(who["miit"])
    assess.signed(team, award)
    asked()
    one = asked()
    for year in (2024, 2025):
        assess.signed(team, award, kind="mid", year=year)
    assess.panel(who, team, award)
    assert asked() == one


def test_a_late_self_evaluation_stays_on_the_desk_over_new_year(client, team, award):
    """Each New Year the desk had forgotten the year before the last one; the batch's plan has three years."""
    from grants.todo_assessing import to_evaluate

    first = make.today().year

    def years(year):
        with clock.at(datetime(year, 1, 1, 0, 0, 1, tzinfo=clock.SHANGHAI)), make.acting(team["drafter"]) as by:
            return [todo.due.year - 1 for todo in to_evaluate(by)]

    assert [years(first + more) for more in (0, 1, 2)] == [[], [first], [first, first + 1]]
    assert years(first + 9) == [first, first + 1, first + 2]


def test_a_year_is_evaluated_as_a_whole(client, team, award):
    answer = page(client, team["drafter"], "start_evaluation", award.pk, 422, kind="self", year=make.today().year)
    assert list(answer.context["form"].errors) == ["year"]
    page(client, team["drafter"], "start_evaluation", award.pk, 303, kind="mid", year=make.today().year)


def test_a_refused_rectification_tells_its_maker_and_is_recorded_anew(client, who, award):
    from portal.notifications.models import Notice

    row = assess.mended(who, assess.result(who, award, "rectify"), confirmed=False)
    page(client, who["mof"], "rectification", row.pk, 422, act="refuse", why="")
    page(client, who["mof"], "rectification", row.pk, 303, act="refuse", why="No proof.")
    with make.acting(who["miit"]):
        row.refresh_from_db()
        assert row.state == "refused"
        assert Notice.objects.filter(url=reverse("grants:rectification", args=[row.pk])).exists()
    again = assess.mended(who, row.assessment, number="工信部规函〔2026〕20号")
    assert again.state == "confirmed"


def test_days_of_signatures_are_those_of_beijing(world):
    """At half past seven in the morning in Beijing it is still the day before in UTC, which the page showed."""
    early = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    signed = Evaluation(year=2026, as_of=date(2026, 2, 28), unit_id="350200", province_id="350000", signed_at=early)
    signed.signed_by = User(name="甲")
    done = Acceptance(unit_id="350200", province_id="350000", invested=Decimal(1), decided_at=early)
    done.made_by = done.decided_by = User(name="乙")
    said = [str(value) for _label, value in [*evaluation_facts(signed, Goals(0, [])), *acceptance_facts(done)]]
    assert [text for text in said if "2026-03-0" in text] == ["甲 · 2026-03-02", "乙 · 2026-03-02"]
