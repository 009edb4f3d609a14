"""Pages of the performance as people use them: writing, bringing a workbook, signing, deciding, the board."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from grants.domain import reporting
from grants.enums_performance import ReportState
from grants.models import EnterpriseProgress, IndicatorActual, ProgressFile, QuarterReport
from grants.progress import PROGRESS
from grants.queries.performance import board
from tests import factories_grants as make
from tests import factories_performance as perform
from tests.factories_roster import credit_code
from tests.sheets import workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(scope="module", autouse=True)
def plans(world, django_db_blocker):
    with django_db_blocker.unblock():
        perform.planned(world.application)
        perform.planned(world.other, place="360100")


@pytest.fixture
def team(cast, world):
    return perform.people(cast)


@pytest.fixture
def award(who, world):
    return perform.awarded(who, world.application)


def line(number, **changes):
    return {
        "credit_code": credit_code(number),
        "name": f"示例{number}厂",
        "digital_state": "已完成",
        "has_rd_tools": "是",
        "process_rate": 66.5,
        "energy_level": "达到标杆水平",
    } | changes


def upload(*lines):
    return SimpleUploadedFile("进展.xlsx", workbook(*lines, sheet=PROGRESS), content_type=XLSX)


def bring(client, report, *lines):
    return client.post(f"/grants/reports/{report.pk}/enterprises/", {"file": upload(*lines)})


def shares(report, person):
    with make.acting(person):
        rows = IndicatorActual.objects.filter(report=report)
        return {row.key: row.value for row in rows}


def test_a_unit_begins_writes_and_signs(client_as, team, award):
    year, quarter = perform.last_quarter()
    client = client_as(team["drafter"])
    page = client.get(f"/grants/performance/{award.pk}/")
    begin = f"/grants/performance/{award.pk}/{year}/{quarter}/"
    assert begin in page.content.decode()
    assert client.get(begin).status_code == 200
    answer = client.post(begin, {"confirm": "yes"})
    assert answer.status_code == 303
    with make.acting(team["drafter"]):
        report = QuarterReport.objects.get()
        own = IndicatorActual.objects.get(report=report, code="own").pk
    assert answer.url == f"/grants/reports/{report.pk}/edit/"
    typed = {"version": 1, "summary": "推进改造", "investment_now": "12万", f"value_{own}": "130"}
    refused = client.post(answer.url, typed)
    assert refused.status_code == 422
    assert "推进改造" in refused.content.decode()
    assert "12万" in refused.content.decode()
    with make.acting(team["drafter"]):
        notes = {f"note_{row.pk}": "市场波动" for row in IndicatorActual.objects.filter(report=report)}
    typed |= {"investment_now": "110", "investment_base": "100"} | notes
    assert client.post(answer.url, typed).status_code == 303
    assert shares(report, team["drafter"])["equipment_investment"] == Decimal("10.00")
    stale = client.post(answer.url, typed | {"summary": "另一版"})
    assert stale.status_code == 422
    assert "另一版" in stale.content.decode()
    assert client.post(f"/grants/reports/{report.pk}/sign/", {"confirm": "yes"}).status_code == 403
    signer = client_as(team["signatory"])
    assert signer.get(f"/grants/reports/{report.pk}/sign/").status_code == 200
    assert signer.post(f"/grants/reports/{report.pk}/sign/", {"confirm": "yes"}).status_code == 303
    with make.acting(team["miit"]):
        assert QuarterReport.objects.get().state == ReportState.SUBMITTED


def test_an_incomplete_report_is_not_signed_and_says_what_is_missing(client_as, team, award):
    report = perform.drafted(team, award)
    signer = client_as(team["signatory"])
    signer.post(f"/grants/reports/{report.pk}/sign/", {"confirm": "yes"})
    with make.acting(team["drafter"]):
        assert QuarterReport.objects.get().state == ReportState.DRAFT
    page = signer.get(f"/grants/reports/{report.pk}/").content.decode()
    assert "新增产值" in page


def test_a_workbook_moves_the_rates(client_as, team, award):
    report = perform.drafted(team, award)
    client = client_as(team["drafter"])
    assert client.get(f"/grants/reports/{report.pk}/enterprises/").status_code == 200
    answer = bring(client, report, line(1), line(3))
    assert answer.status_code == 303
    assert shares(report, team["drafter"])["digital"] == 30
    page = client.get(answer.url).content.decode()
    assert credit_code(1) in page
    assert client.post(answer.url, {}).status_code == 303
    found = shares(report, team["drafter"])
    assert (found["digital"], found["digital_tools"], found["energy"]) == (50, 70, 40)
    assert found["process_control"] == Decimal("53.30")
    assert client.post(answer.url, {}).status_code == 422
    assert client.get(answer.url).status_code == 200


def test_what_is_wrong_in_a_workbook_is_named_by_row_and_column(client_as, team, award):
    report = perform.drafted(team, award)
    client = client_as(team["drafter"])
    foreign = line(1, credit_code=credit_code(77))
    answer = bring(client, report, line(1), foreign, line(2, process_rate=120), line(3, digital_state="做完了"))
    with make.acting(team["drafter"]):
        found = ProgressFile.objects.get().found
    assert {(one["row"], one["key"]) for one in found["problems"]} == {
        (3, "credit_code"),
        (4, "process_rate"),
        (5, "digital_state"),
    }
    assert client.post(answer.url, {}).status_code == 422
    assert client.post(answer.url, {"good_only": "on"}).status_code == 303
    with make.acting(team["drafter"]):
        assert EnterpriseProgress.objects.count() == 1


def test_a_long_workbook_is_judged_and_taken_over_in_the_worker(client_as, team, award, monkeypatch):
    from grants.domain import progress
    from portal.core.models import Run
    from portal.core.tasks import execute

    monkeypatch.setattr(progress, "LONG", 0)
    report = perform.drafted(team, award)
    client = client_as(team["drafter"])

    def worked(answer):
        assert answer.status_code == 303
        pk = answer.url.rstrip("/").rsplit("/", 1)[-1]
        execute(pk, team["drafter"].pk)
        with make.acting(team["drafter"]):
            return Run.objects.get(pk=pk)

    answer = bring(client, report, line(1), line(3, process_rate=120))
    with make.acting(team["drafter"]):
        row = ProgressFile.objects.get()
    assert row.state == "brought"
    assert answer.url in client.get(f"/grants/reports/files/{row.pk}/").content.decode()
    run = worked(answer)
    assert (run.state, run.result["redirect"]) == ("done", f"/grants/reports/files/{row.pk}/"), run.error
    assert "What is wrong" in client.get(run.result["redirect"]).content.decode()
    assert client.post(run.result["redirect"], {}).status_code == 422
    run = worked(client.post(run.result["redirect"], {"good_only": "on"}))
    assert run.state == "done", run.error
    with make.acting(team["drafter"]):
        assert EnterpriseProgress.objects.count() == 1
        assert ProgressFile.objects.get().state == "taken"
    assert client.post(f"/grants/reports/files/{row.pk}/", {"good_only": "on"}).status_code == 422


def test_columns_a_workbook_lacks_stay_as_they_are(client_as, team, award):
    report = perform.drafted(team, award)
    client = client_as(team["drafter"])
    content = "统一社会信用代码,企业名称,数字化改造状态\n" + f"{credit_code(2)},示例,已完成\n"
    file = SimpleUploadedFile("a.csv", content.encode(), content_type="text/csv")
    answer = client.post(f"/grants/reports/{report.pk}/enterprises/", {"file": file})
    client.post(answer.url, {})
    found = shares(report, team["drafter"])
    assert (found["digital_tools"], found["process_control"]) == (50, 50)


def test_states_go_on_into_the_next_quarter(client_as, team, award):
    first = perform.drafted(team, award, 2)
    client = client_as(team["drafter"])
    client.post(bring(client, first, line(1)).url, {})
    second = perform.drafted(team, award, 1)
    assert shares(second, team["drafter"])["digital"] == 40
    answer = client.get(f"/grants/reports/{second.pk}/enterprises/file/?format=csv")
    rows = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    answer.close()
    assert any(credit_code(1) in row and "已完成" in row for row in rows)


def test_the_province_returns_and_verifies(client_as, team, award):
    report = perform.signed(team, award)
    client = client_as(team["industry"])
    url = f"/grants/reports/{report.pk}/"
    assert f"{url}" in client.get("/grants/reports/?state=submitted").content.decode()
    assert client.post(url, {"act": "return", "why": ""}).status_code == 422
    assert client.post(url, {"act": "other"}).status_code == 422
    assert client.post(url, {"act": "return", "why": "数据与凭证不符"}).status_code == 303
    drafter = client_as(team["drafter"])
    assert "数据与凭证不符" in drafter.get(url).content.decode()
    with make.acting(team["signatory"]) as by:
        reporting.sign_report(by=by, report=QuarterReport.objects.get())
    assert client.post(url, {"act": "verify"}).status_code == 303
    assert client.post(url, {"act": "return", "why": "x"}).status_code == 403
    with make.acting(team["miit"]):
        assert QuarterReport.objects.get().state == ReportState.VERIFIED


def test_the_board_filters_sorts_and_exports(client_as, team, award):
    perform.verified(team, award)
    client = client_as(team["miit"])
    page = client.get("/grants/performance/").content.decode()
    assert "新增产值" in page
    assert "新增产值" not in client.get("/grants/performance/?region=northeast").content.decode()
    assert "新增产值" in client.get("/grants/performance/?region=east&code=own&sort=-light").content.decode()
    shown = client.get("/grants/performance/?light=red").content.decode()
    assert "新增产值" not in shown
    answer = client.get("/grants/performance/?format=xlsx")
    assert (answer.status_code, answer["Content-Type"]) == (200, XLSX)
    answer.close()


def test_the_unit_sees_its_trend_and_no_other_unit(client_as, cast, team, award):
    report = perform.verified(team, award)
    client = client_as(team["drafter"])
    page = client.get(f"/grants/performance/{award.pk}/").content.decode()
    with make.acting(team["drafter"]):
        row = IndicatorActual.objects.filter(report=report).first().pk
    trend = f"/grants/performance/trend/{row}.svg"
    assert trend in page
    picture = client.get(trend)
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/svg+xml")
    assert client.get(f"/grants/performance/{award.pk}/peers/").status_code == 403
    assert client_as(team["miit"]).get(f"/grants/performance/{award.pk}/peers/").status_code == 200
    other = client_as(cast("drafter", "ZF360100"))
    for path in (f"performance/{award.pk}/", f"reports/{report.pk}/", f"performance/trend/{row}.svg"):
        assert other.get(f"/grants/{path}").status_code == 404


def test_achieved_gives_the_last_verified_report_of_the_day(team, award):
    from grants.queries.performance import achieved

    first = perform.verified(team, award, 2)
    second = perform.signed(team, award, 1)
    with make.acting(team["miit"]):
        rows = list(achieved(award, second.ends_on))
        assert {row.report_id for row in rows} == {first.pk}
        assert len(rows) == 6
        assert not achieved(award, award.checked_at.date())


def test_a_change_of_the_plan_changes_the_next_targets(team, award, world):
    """The targets of a report are those of the plan that stands when it is signed."""
    import json

    import psycopg

    from tests import databases

    first = perform.verified(team, award, 2)
    with make.acting(team["drafter"]):
        rows = IndicatorActual.objects.filter(report=first)
        said = [
            {"key": row.key, "code": row.code, "name": row.name, "unit": row.measure, "baseline": str(row.baseline)}
            | {"goal": "999.00", "years": {}}
            for row in rows
            if row.code == "own"
        ]
    content = {"targets": {"digital_base": "50.00", "digital_target": "90.00", "indicators": said}, "projects": []}
    with psycopg.connect(databases.owner_dsn(), autocommit=True) as owner:
        owner.execute("alter table applications_planversion disable trigger user")
        owner.execute(
            "insert into applications_planversion (application_id, number, content, sha256, document_no,"
            " approved_by_id, at) values (%s, 1, %s, '', 'x', 1, now())",
            [world.application, json.dumps(content)],
        )
    try:
        second = perform.drafted(team, award, 1)
        with make.acting(team["drafter"]):
            found = {row.key: row.goal for row in IndicatorActual.objects.filter(report=second)}
            assert found == {"digital": 90, "own:新增产值": 999}
            assert {row.goal for row in IndicatorActual.objects.filter(report=first, code="own")} == {200}
    finally:
        with psycopg.connect(databases.owner_dsn(), autocommit=True) as owner:
            owner.execute("delete from applications_planversion")
            owner.execute("alter table applications_planversion enable trigger user")


@pytest.mark.parametrize("base", ["0", "0.01", "1.00"])
def test_a_growth_out_of_all_measure_is_told_and_not_broken_off(client_as, team, award, base):
    """A base typed in another unit than the sum makes a growth no column holds: it stands beside its field."""
    report = perform.drafted(team, award)
    typed = {"version": 1, "summary": "推进改造", "investment_now": "9999999999999999.99", "investment_base": base}
    answer = client_as(team["drafter"]).post(f"/grants/reports/{report.pk}/edit/", typed)
    assert answer.status_code == 422
    assert "id_investment_base_error" in answer.content.decode()


def test_the_indicators_of_a_year_are_those_of_its_last_verified_report(team, who, world):
    """The yearly report of a year that is over showed what was verified since."""
    year, quarter = perform.last_quarter()
    award = perform.awarded(who, world.application, back=1 + quarter)
    perform.verified(team, award, back=1 + quarter, own="120")
    perform.verified(team, award, own="130")
    with make.acting(team["miit"]) as by:
        shown = {
            until: {(row.report.year, row.value) for row in board(by.scope, until=until).filter(code="own")}
            for until in (year - 2, year - 1, year, None)
        }
    new = {(year, Decimal("130.00"))}
    assert shown == {year - 2: set(), year - 1: {(year - 1, Decimal("120.00"))}, year: new, None: new}
