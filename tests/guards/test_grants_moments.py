"""Days and moments that a statement names for itself: none lies in the future, and none is the statement's to say."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from grants.functions_moments import MOMENTS_SQL
from tests import factories_grants as make
from tests import factories_performance as perform
from tests.grants.raw import AWARD, CONFIRM, PASS_ON, refused, run
from tests.guards.money_rows import award_file, mof, organisation_in
from tests.guards.test_grants_assessing import RESULT, result
from tests.guards.test_grants_issue_papers import ARRIVAL

pytestmark = pytest.mark.guard
TODAY = "(now() at time zone 'Asia/Shanghai')::date"


def is_now(moment):
    from portal.core import clock

    return abs(clock.now() - moment) < timedelta(minutes=5)


def test_money_does_not_arrive_in_the_future(who, award):
    """The day is compared with the moment of the record, which the statement cannot name."""
    issue = make.issued(who, award=award, amount="100.00", received_on=make.today())
    row = make.passed_on(who, issue=issue, amount="60.00")
    with make.acting(who["unit_checker"]), refused("arrival_after_pass_on"):
        run(ARRIVAL.replace("%(by)s, now()", "%(by)s, now() + interval '400 days'"),
            pass_on=row.pk, by=who["unit_checker"].pk, days=365)  # fmt: skip


@pytest.mark.parametrize(("days", "name"), [(1, "pass_on_by_today"), (400, "pass_on_by_today")])
def test_money_is_not_passed_on_in_the_future(who, award, days, name):
    issue = make.issued(who, award=award, amount="100.00", received_on=make.today())
    values = {"organisation": organisation_in(who["province_maker"], "CZ350000"), "maker": who["province_maker"].pk,
              "no": "P1", "issue": issue.pk, "amount": "10.00"}  # fmt: skip
    late = PASS_ON.replace(f"{TODAY}, 'in parts'", f"{TODAY} + {days}, 'in parts'")
    assert late != PASS_ON
    with make.acting(who["province_maker"]):
        with refused(name):
            run(late, **values)
        assert run(PASS_ON, **values) == 1


def test_no_document_is_of_a_day_to_come(who, world):
    with make.acting(who["mof_maker"]):
        values = mof(who, application=world.application, amount="1000.00")
        with refused("paper_dated_by_today"):
            run(AWARD.replace("::date - 1", "::date + 1"), **values)


def test_an_assessment_is_not_of_a_day_to_come(who, award):
    """The second tranche opens by it."""
    with make.acting(who["miit"]):
        values = result(who, award) | {"day": make.today() + timedelta(days=1)}
        with refused("assessment_by_today"):
            run(RESULT.replace("'R9', %(day)s", f"'R9', {TODAY}"), **values)


def test_a_paper_is_entered_and_checked_when_it_is(who, world):
    """By the moment of its check an entry falls into a year of the books."""
    from grants.models import Award, Entry

    with make.acting(who["mof_maker"]):
        values = mof(who, application=world.application, amount="1000.00") | {"document": award_file(who)}
        statement = AWARD.replace("(application_id,", "(document_id, application_id,")
        statement = statement.replace("values (", "values (%(document)s, ").replace("now(), ''", "'2020-01-01', ''")
        assert "2020-01-01" in statement
        run(statement, **values)
        row = Award.objects.get(document_no="财建〔2026〕1号")
    assert is_now(row.made_at)
    with make.acting(who["mof_checker"]):
        confirm = CONFIRM.format(table="grants_award").replace("now()", "'2020-01-01'")
        assert run(confirm, id=row.pk, checker=who["mof_checker"].pk) == 1
        row.refresh_from_db()
        entry = Entry.objects.get(award=row)
    assert is_now(row.checked_at)
    assert entry.booked_at == row.checked_at
    assert entry.year == make.today().year


def test_a_report_is_signed_when_it_is_signed(cast, who, world):
    """A late report would be signed in time; so would one that was sent back, by the moment it was signed first."""
    perform.planned(world.application)
    team = perform.people(cast)
    report = perform.written(team, perform.awarded(who, world.application))
    sign = "update grants_quarterreport set state = 'submitted', signed_by_id = %(who)s{} where id = %(id)s"
    verify = ("update grants_quarterreport set state = 'returned', verified_by_id = %(who)s, verified_at ="
              " '2020-01-01', returned_why = 'x' where id = %(id)s")  # fmt: skip
    moments = []
    for person, statement in (
        ("signatory", sign.format(", signed_at = '2020-01-01'")), ("industry", verify), ("signatory", sign.format("")),
    ):  # fmt: skip
        with make.acting(team[person]):
            assert run(statement, who=team[person].pk, id=report.pk) == 1
            report.refresh_from_db()
            moments.append((report.signed_at, report.verified_at))
    assert all(is_now(signed) for signed, _verified in moments)
    assert is_now(moments[1][1])
    assert moments[0][0] == moments[1][0] < moments[2][0]


def test_the_words_of_a_hold_are_given_when_they_are(who, award):
    """And whoever raises one says no moment of the past either."""
    project = make.project(who, award)
    hold = make.held_project(who, project=project)
    with make.acting(who["miit"]):
        run("update grants_fundinghold set miit_word = 'release', miit_by_id = %(who)s, miit_at = '2020-01-01',"
            " miit_why = 'x' where id = %(id)s", who=who["miit"].pk, id=hold.pk)  # fmt: skip
        hold.refresh_from_db()
    assert is_now(hold.miit_at)


def test_a_clock_of_the_tests_is_none_of_the_portal():
    """What is installed asks the database's clock and nothing that a session sets."""
    made = MOMENTS_SQL.split("create function moment_now()", 1)[1].split("$$", 2)[1]
    assert made.strip() == "select clock_timestamp()"


def test_every_moment_the_web_may_write_is_the_databases(db):
    """Each column of a moment in a table of money that the web inserts into; an event of money tells its own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.relname::text, a.attname::text from pg_attribute a join pg_class c on c.oid = a.attrelid"
            " where c.relname like 'grants\\_%%' and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped"
            " and a.atttypid = 'timestamptz'::regtype and has_table_privilege('portal_web', c.oid, 'insert')"
            " and not exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'grants_0_now'"
            "  and pg_get_triggerdef(t.oid) ~ ('\\y' || a.attname || '\\y'))"
        )
        assert set(cursor.fetchall()) == {("grants_fundinghold", "decided_at")}  # hold_is_judged says when
