"""Quarterly reports, attacked with raw SQL: whose they are, what stays, what is counted and not typed."""

from __future__ import annotations

import hashlib
import json

import pytest

from tests import factories_grants as make
from tests import factories_performance as perform
from tests.grants.raw import race, refused, run

pytestmark = pytest.mark.guard
REPORT = (
    "insert into grants_quarterreport (award_id, province_id, unit_id, year, quarter, ends_on, due_on, green_from,"
    " yellow_from, plan, state, summary, problems, figures, version, written_by_id, written_at, returned_why)"
    " values (%(award)s, 'x', 'x', %(year)s, %(quarter)s, '2000-01-01', '2099-01-01', 0, 0, 9, 'draft', '', '',"
    " '{\"count\": 1}', 1, %(writer)s, now(), '')"
)
PROGRESS = (
    "insert into grants_enterpriseprogress (report_id, enterprise_id, digital_state, has_rd_tools, energy_level)"
    " values (%(report)s, %(enterprise)s, 'transformed', true, '')"
)
EVIDENCE = (
    "insert into grants_reportevidence (report_id, province_id, unit_id, file_name, content_type, size, sha256,"
    " storage_key, uploaded_by_id, uploaded_at) values (%(report)s, '350000', '350200', 'a.pdf', 'application/pdf', 1,"
    " repeat('a', 64), 'files/aa/a', %(writer)s, now())"
)
SIGN = (
    "update grants_quarterreport set state = 'submitted', signed_by_id = %(who)s, signed_at = now() where id = %(id)s"
)
LOOK = (
    "update grants_quarterreport set state = %(state)s, verified_by_id = %(who)s, verified_at = now(),"
    " returned_why = %(why)s where id = %(id)s"
)


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


def begin(person, award, back=1, **more):
    year, quarter = perform.last_quarter(back)
    values = {"award": award.pk, "year": year, "quarter": quarter, "writer": person.pk} | more
    with make.acting(person):
        return run(REPORT, **values)


def enterprise(application, person):
    from applications.models import Enterprise

    with make.acting(person):
        return Enterprise.objects.filter(application=application).order_by("credit_code").first().pk


def test_a_report_is_filled_by_the_database(team, award):
    """Whatever the drafter says of place, days, thresholds and figures: they are the database's own."""
    from grants.models import QuarterReport

    begin(team["drafter"], award)
    with make.acting(team["drafter"]):
        row = QuarterReport.objects.get()
        assert (row.unit_id, row.province_id, row.plan) == ("350200", "350000", 0)
        assert (row.green_from, row.yellow_from) == (90, 70)
        assert (row.due_on - row.ends_on).days == 15
        assert (row.figures["count"], row.figures["digital"], row.figures["tools"]) == (10, 3, 5)
        found = {one.key: one for one in row.indicators.all()}
        assert set(found) == {
            "digital",
            "digital_tools",
            "process_control",
            "equipment_investment",
            "energy",
            "own:新增产值",
        }
        assert (found["digital"].value, found["digital_tools"].value, found["process_control"].value) == (30, 50, 50)
        assert found["energy"].value == 20
        assert all(one.expected == one.target_path.expected(row.year, row.quarter) for one in found.values())


@pytest.mark.parametrize(("role", "code"), [("drafter", "ZF360100"), ("signatory", "ZF350200"), ("officer", "MIIT")])
def test_only_drafters_of_the_unit_begin_its_report(cast, team, award, role, code):
    with refused("report_step_by_role"):
        begin(cast(role, code), award)


def test_everyone_writes_in_the_own_name(cast, team, award):
    with refused("report_step_by_role"):
        begin(team["drafter"], award, writer=cast("drafter", "ZF350200", 2).pk)


@pytest.mark.parametrize("back", [4, -1])
def test_reports_begin_with_the_quarter_of_the_award_and_not_before_theirs(team, award, back):
    with refused("report_of_a_quarter_of_the_award"):
        begin(team["drafter"], award, back)


def test_one_report_for_each_quarter(team, award):
    begin(team["drafter"], award)
    with refused("report_once_per_quarter"):
        begin(team["drafter"], award)


def test_a_draft_is_the_units_own(cast, team, award):
    from grants.models import QuarterReport

    perform.drafted(team, award)
    for person in (team["industry"], team["miit"], cast("drafter", "ZF360100")):
        with make.acting(person):
            assert not QuarterReport.objects.exists()


def test_indicators_are_those_of_the_plan(team, award):
    report = perform.drafted(team, award)
    with make.acting(team["drafter"]):
        for change in ("baseline = 0", "expected = 0", "goal = 1", "key = 'x'", "code = 'own'", "is_counted = false"):
            with refused("indicator_of_the_plan"):
                run(f"update grants_indicatoractual set {change} where report_id = %(id)s", id=report.pk)
        with refused("indicator_is_counted"):
            run("update grants_indicatoractual set value = 99 where key = 'digital'")
        with refused("InsufficientPrivilege"):
            run("insert into grants_indicatoractual select * from grants_indicatoractual")
        with refused("InsufficientPrivilege"):
            run("delete from grants_indicatoractual")
        assert run("update grants_indicatoractual set value = 120 where code = 'own'") == 1


def test_what_was_reached_is_reckoned_by_the_database(team, award):
    from grants.models import IndicatorActual
    from grants.performance import lights

    perform.drafted(team, award)
    with make.acting(team["drafter"]):
        for value in (90, 100, 104, 130):
            with refused("indicator_of_the_plan"):
                run(
                    "update grants_indicatoractual set value = %(value)s, reached = 100 where code = 'own'", value=value
                )
            run("update grants_indicatoractual set value = %(value)s where code = 'own'", value=value)
            row = IndicatorActual.objects.get(code="own")
            assert row.reached == lights.reached(row.baseline, row.expected, row.goal, row.value)


def test_figures_are_counted_and_not_typed(team, award):
    report = perform.drafted(team, award)
    changes = ("figures = '{}'", "green_from = 1", "due_on = '2099-01-01'", "plan = 3", "award_id = award_id + 1")
    with make.acting(team["drafter"]):
        for change in changes:
            with refused("report_figures_are_counted"):
                run(f"update grants_quarterreport set {change} where id = %(id)s", id=report.pk)


def test_states_of_enterprises_move_the_rates(team, award, world):
    from grants.models import IndicatorActual

    report = perform.drafted(team, award)
    with make.acting(team["drafter"]):
        run(PROGRESS, report=report.pk, enterprise=enterprise(world.application, team["drafter"]))
        assert IndicatorActual.objects.get(key="digital").value == 40


def test_only_enterprises_of_the_own_roster_are_reported(cast, team, award, world):
    report = perform.drafted(team, award)
    foreign = enterprise(world.other, cast("drafter", "ZF360100"))
    with make.acting(team["drafter"]), refused("progress_of_the_roster"):
        run(PROGRESS, report=report.pk, enterprise=foreign)
    own = enterprise(world.application, team["drafter"])
    with make.acting(cast("drafter", "ZF360100")), refused("InsufficientPrivilege"):
        run(PROGRESS, report=report.pk, enterprise=own)


def test_a_row_stays_with_its_report_and_enterprise(team, award, world):
    from applications.models import Enterprise

    report = perform.drafted(team, award)
    with make.acting(team["drafter"]):
        one, two = Enterprise.objects.filter(application=world.application).order_by("pk")[:2]
        run(PROGRESS, report=report.pk, enterprise=one.pk)
        with refused("progress_of_the_roster"):
            run("update grants_enterpriseprogress set enterprise_id = %(two)s", two=two.pk)


def test_a_draft_is_written_by_a_drafter_in_the_own_name(cast, team, award):
    report = perform.drafted(team, award)
    write = "update grants_quarterreport set summary = 'x', written_by_id = %(by)s where id = %(id)s"
    for person, by in (("signatory", team["signatory"]), ("drafter", cast("drafter", "ZF350200", 2))):
        with make.acting(team[person]), refused("report_step_by_role"):
            run(write, by=by.pk, id=report.pk)


def test_a_signature_changes_nothing_of_the_report(team, award):
    report = perform.written(team, award)
    with make.acting(team["signatory"]), refused("report_is_frozen"):
        run(SIGN.replace(" where", ", summary = 'x' where"), who=team["signatory"].pk, id=report.pk)


def test_only_a_signatory_signs_and_only_what_is_complete(team, award):
    report = perform.drafted(team, award)
    with make.acting(team["signatory"]), refused("report_is_complete"):
        run(SIGN, who=team["signatory"].pk, id=report.pk)
    with make.acting(team["drafter"]), refused("report_step_by_role"):
        run(SIGN, who=team["drafter"].pk, id=report.pk)
    with make.acting(team["drafter"]), refused("report_step_by_role"):
        run(SIGN, who=team["signatory"].pk, id=report.pk)


def test_a_light_that_is_not_green_has_its_reason(team, award):
    report = perform.written(team, award)
    with make.acting(team["drafter"]):
        run("update grants_indicatoractual set note = '' where key = 'digital'")
    with make.acting(team["signatory"]), refused("report_says_why"):
        run(SIGN, who=team["signatory"].pk, id=report.pk)


def test_a_quarter_is_signed_when_it_is_over(team, award):
    report = perform.written(team, award, back=0)
    with make.acting(team["signatory"]), refused("report_after_its_quarter"):
        run(SIGN, who=team["signatory"].pk, id=report.pk)


def test_what_was_signed_is_kept_with_its_digest(team, award):
    report = perform.signed(team, award)
    from grants.models import ReportSnapshot

    with make.acting(team["miit"]):
        kept = ReportSnapshot.objects.get(report=report)
        assert hashlib.sha256(kept.content.encode()).hexdigest() == kept.sha256
        told = json.loads(kept.content)
        assert (told["summary"], len(told["indicators"]), told["signed_by"]) == ("完成改造", 6, team["signatory"].pk)
        with refused("InsufficientPrivilege"):
            run("update grants_reportsnapshot set content = ''")
        with refused("InsufficientPrivilege"):
            run("delete from grants_reportsnapshot")


@pytest.mark.parametrize("stage", ["signed", "verified"])
def test_nothing_changes_after_the_signature(team, award, world, stage):
    report = getattr(perform, stage)(team, award)
    own = enterprise(world.application, team["drafter"])
    with make.acting(team["drafter"]):
        for change in ("summary = 'x'", "investment_now = 1", "version = 9"):
            with refused("report_is_frozen"):
                run(f"update grants_quarterreport set {change} where id = %(id)s", id=report.pk)
        for change in ("value = 1", "note = 'x'"):
            with refused("report_is_frozen"):
                run(f"update grants_indicatoractual set {change} where code = 'own'")
        with refused("report_is_frozen"):
            run(PROGRESS, report=report.pk, enterprise=own)
        with refused("report_is_frozen"):
            run(EVIDENCE, report=report.pk, writer=team["drafter"].pk)
        with refused("InsufficientPrivilege"):
            run("delete from grants_quarterreport")


def test_what_is_verified_has_no_way_back(team, award):
    report = perform.verified(team, award)
    with make.acting(team["industry"]), refused("quarter_report_state"):
        run(LOOK, state="returned", who=team["industry"].pk, why="x", id=report.pk)
    with make.acting(team["signatory"]), refused("quarter_report_state"):
        run(SIGN, who=team["signatory"].pk, id=report.pk)


@pytest.mark.parametrize(("role", "code"), [("provincial_officer", "CZ350000"), ("signatory", "ZF350200")])
def test_only_the_industry_department_of_the_province_verifies(cast, team, award, role, code):
    report = perform.signed(team, award)
    person = cast(role, code)
    with make.acting(person):
        if role == "signatory":
            with refused("report_step_by_role"):
                run(LOOK, state="verified", who=person.pk, why="", id=report.pk)
        else:
            assert run(LOOK, state="verified", who=person.pk, why="", id=report.pk) == 0


def test_other_provinces_and_ministries_verify_nothing(cast, team, award):
    report = perform.signed(team, award)
    for person in (cast("provincial_officer", "GX360000"), team["miit"]):
        with make.acting(person):
            assert run(LOOK, state="verified", who=person.pk, why="", id=report.pk) == 0


def test_nobody_verifies_what_one_signed(cast, team, award):
    from portal.accounts.cast import ensure_user
    from tests import databases

    both = cast("signatory", "ZF350200", 7)
    databases.committed(lambda: ensure_user(both.email, both.name, "GX350000", "provincial_officer"))
    report = perform.signed({**team, "signatory": both}, award)
    with make.acting(both), refused("report_verifier_is_another"):
        run(LOOK, state="verified", who=both.pk, why="", id=report.pk)


def test_a_return_says_why_and_a_decision_changes_nothing_else(team, award):
    report = perform.signed(team, award)
    with make.acting(team["industry"]):
        with refused("report_returned_with_reason"):
            run(LOOK, state="returned", who=team["industry"].pk, why="", id=report.pk)
        with refused("report_is_frozen"):
            run(
                "update grants_quarterreport set state = 'verified', summary = 'x', verified_by_id = %(who)s,"
                " verified_at = now() where id = %(id)s",
                who=team["industry"].pk,
                id=report.pk,
            )


def test_evidence_is_of_the_same_report(team, award):
    from grants.models import ReportEvidence

    first, second = perform.drafted(team, award, 2), perform.drafted(team, award, 1)
    with make.acting(team["drafter"]):
        run(EVIDENCE, report=first.pk, writer=team["drafter"].pk)
        kept = ReportEvidence.objects.get()
        with refused("evidence_of_the_report"):
            run(
                "update grants_indicatoractual set evidence_id = %(kept)s where report_id = %(report)s",
                kept=kept.pk,
                report=second.pk,
            )
        with refused("InsufficientPrivilege"):
            run("update grants_reportevidence set file_name = 'b.pdf'")


def test_the_inner_functions_are_closed_to_the_web_role(team, award):
    report = perform.signed(team, award)
    with make.acting(team["drafter"]):
        for call in ("performance_fill(%(id)s)", "performance_count(%(id)s)", "performance_keep(%(id)s, 1, now())"):
            with refused("InsufficientPrivilege"):
                run(f"select {call}", id=report.pk)


def test_the_region_is_told_to_its_own_people_alone_and_never_of_few(cast, team, award):
    perform.verified(team, award)
    for person in (team["drafter"], cast("drafter", "ZF360100")):
        with make.acting(person):
            assert run("select * from performance_peers(%(id)s, 99999, now())", id=award.pk) == 0


@pytest.fixture
def live(django_db_blocker):
    """A clone whose writes are kept, for races."""
    from tests import databases

    with django_db_blocker.unblock(), databases.fresh_clone():
        yield
        from django.db import connections

        connections.close_all()


def test_two_drafters_begin_at_once(live):
    from portal.accounts.cast import ensure_user
    from portal.accounts.models import User

    def cast(role, code, number=1):
        made = ensure_user(f"{role}.{number}@{code.lower()}.test", f"{role} {code} {number}", code, role)
        return User.objects.get(pk=made.pk)

    who, (application,) = make.live("350200", number=91, budget="400000000.00")
    perform.planned(application)
    award = perform.awarded(who, application)
    year, quarter = perform.last_quarter()
    drafters = [cast("drafter", "ZF350200", number) for number in range(1, 5)]
    statements = [
        (one.pk, REPORT, {"award": award.pk, "year": year, "quarter": quarter, "writer": one.pk}) for one in drafters
    ]
    assert race(statements) == {"done": 1, "report_once_per_quarter": 3}
