"""The end of a batch, attacked with raw SQL as the web role and, where no role but the owner writes, as the owner."""

from __future__ import annotations

import psycopg
import pytest

from grants.functions_archived import OF_AWARDS
from tests import databases
from tests import factories_ending as end
from tests import factories_grants as make
from tests.grants.conftest import people_of
from tests.grants.raw import AWARD, ISSUE, guard_of, refused, run
from tests.guards.money_rows import award_file, mof, organisation_in
from tests.guards.test_grants_assessing import EVALUATION
from tests.worlds import further

pytestmark = pytest.mark.guard
ASSESS = "update programme_batch set state = 'assessed' where id = %(batch)s"
ARCHIVE = "update programme_batch set state = 'archived' where id = %(batch)s"
ASK = (
    "insert into grants_archivestep (batch_id, kind, state, why, asked_by_id, asked_at, refused_why)"
    " values (%(batch)s, %(kind)s, 'asked', %(why)s, %(by)s, now(), '')"
)
SIGN = (
    "update grants_archivestep set state = 'signed', decided_by_id = %(by)s, decided_at = now()"
    " where batch_id = %(batch)s and state = 'asked'"
)
TURN_DOWN = (
    "update grants_archivestep set state = 'refused', decided_by_id = %(by)s, decided_at = now(),"
    " refused_why = %(why)s where batch_id = %(batch)s and state = 'asked'"
)
DEMAND = (
    "insert into grants_recovery (award_id, level, ground, violation, amount, reason, reference, due_on, fine_from,"
    " fine_to, province_id, unit_id, document_no, document_date, state, organisation_id, maker_id, made_at,"
    " refused_why) values (%(award)s, 'ministry', 'violation', 'diverted', 1, 'x', '', current_date + 30, 0, 0,"
    " '350000', '350200', %(no)s, current_date - 1, 'entered', %(organisation)s, %(maker)s, now(), '')"
)


@pytest.fixture
def running(who, world):
    """A settled award; its batch still runs."""
    return further(lambda pk: end.settled_award(people_of("350200"), pk), world.application)


@pytest.fixture
def assessed(who, world):
    """An assessed batch in which nothing is open."""
    return further(end.settled, world.application)


@pytest.fixture
def archived(world):
    """An archived batch, committed: made before the test asks for a person, or it would stand in the test alone."""
    return further(end.archived, world.application)


def state_of(who, batch):
    with make.acting(who["mof"]):
        batch.refresh_from_db()
        return batch.state


def test_a_batch_is_assessed_after_all_results_and_by_miit(who, award):
    """`award` stands without a result; then a result waits for MOF; then it has failed and may be looked at again."""
    values = {"batch": award.batch_id}
    with make.acting(who["miit"]), refused("batch_assessed_after_all_results"):
        run(ASSESS, **values)
    row = end.entered_result(who, award)
    with make.acting(who["miit"]), refused("batch_assessed_after_all_results"):
        run(ASSESS, **values)
    with make.acting(who["mof"]):
        run("update grants_assessment set state = 'refused', checker_id = %(by)s, checked_at = now(),"
            " refused_why = 'no' where id = %(id)s", by=who["mof"].pk, id=row.pk)  # fmt: skip
    end.result(who, award, "failed", number="工信部规函〔2026〕10号")
    with make.acting(who["miit"]), refused("batch_assessed_after_all_results"):
        run(ASSESS, **values)
    end.result(who, award, "failed", number="工信部规函〔2026〕11号", for_good=True)
    with make.acting(who["mof"]), refused("batch_assessed_by_miit"):
        run(ASSESS, **values)
    with make.acting(who["miit"]):
        assert run(ASSESS, **values) == 1


def test_an_entered_award_lacks_its_result(who, running, others, world):
    with make.acting(who["mof_maker"]):
        values = mof(who, application=world.other, amount="1000.00", no="R9") | {"award": running.pk}
        run(AWARD, **values)
    with make.acting(who["miit"]), refused("batch_assessed_after_all_results"):
        run(ASSESS, batch=running.batch_id)


def test_a_batch_without_an_award_that_stands_is_not_assessed(who, award):
    with make.acting(who["mof"]):
        entry = award.entries.get()
    make.reversed_by(who, entry=entry, by="mof")
    with make.acting(who["miit"]), refused("batch_assessed_after_all_results"):
        run(ASSESS, batch=award.batch_id)


def test_no_unit_is_awarded_in_an_assessed_batch(who, assessed, world):
    with make.acting(who["mof_maker"]):
        values = mof(who, application=world.other, amount="1000.00", no="R9")
        with refused("award_follows_final_list"):
            run(AWARD, **values)


def test_nobody_archives_alone(who, assessed):
    values = {"batch": assessed.pk}
    for one in ("miit", "mof"):
        with make.acting(who[one]), refused("batch_archived_by_both_ministries"):
            run(ARCHIVE, **values)
    with make.acting(who["miit"]):
        run(ASK, **values, kind="archive", why="", by=who["miit"].pk)
        with refused("batch_archived_by_both_ministries"):
            run(ARCHIVE, **values)
        with refused("archive_signed_by_mof"):
            run(SIGN, **values, by=who["miit"].pk)
        with refused("archive_signed_by_mof"):
            run(SIGN, **values, by=who["mof"].pk)
        with refused("archive_one_at_a_time"):
            run(ASK, **values, kind="archive", why="", by=who["miit"].pk)
    with make.acting(who["mof_checker"]):
        assert run(SIGN, **values, by=who["mof_checker"].pk) == 0
    with make.acting(who["mof"]):
        assert run(SIGN, **values, by=who["mof"].pk) == 1
    assert state_of(who, assessed) == "archived"


def test_miit_alone_asks_as_oneself_and_for_what_fits(who, assessed):
    values = {"batch": assessed.pk, "why": "x"}
    with make.acting(who["mof"]), refused("archive_asked_by_miit"):
        run(ASK, **values, kind="archive", by=who["mof"].pk)
    with make.acting(who["mof"]), refused("archive_asked_by_miit"):
        run(ASK, **values, kind="archive", by=who["miit"].pk)
    with make.acting(who["miit"]):
        with refused("archive_asked_by_miit"):
            run(ASK, **values, kind="archive", by=who["mof"].pk)
        with refused("archive_step_fits_its_batch"):
            run(ASK, **values, kind="reopen", by=who["miit"].pk)
        with refused("archive_step_state"):
            run(ASK.replace("'asked'", "'signed'"), **values, kind="archive", by=who["miit"].pk)
        with refused("archive_step_fits_its_batch"):
            run(ASK.replace("%(batch)s", "(select id from programme_batch where number = 1)"), why="x", kind="reopen",
                by=who["miit"].pk)  # fmt: skip


def test_what_was_asked_is_kept(who, assessed):
    values = {"batch": assessed.pk}
    step = end.asked(who, assessed)
    with make.acting(who["mof"]):
        with refused("archive_step_is_kept"):
            run("update grants_archivestep set why = 'other' where id = %(id)s", id=step.pk)
        with refused("archive_refused_with_reason"):
            run(TURN_DOWN, **values, by=who["mof"].pk, why="")
        run(TURN_DOWN, **values, by=who["mof"].pk, why="not yet")
        with refused("archive_step_is_kept"):
            run("update grants_archivestep set refused_why = 'other' where id = %(id)s", id=step.pk)
        with refused("InsufficientPrivilege"):
            run("delete from grants_archivestep where id = %(id)s", id=step.pk)
    with make.acting(who["unit_maker"]):
        assert run("update grants_archivestep set why = why where id = %(id)s", id=step.pk) == 0
    assert state_of(who, assessed) == "assessed"


def test_not_even_the_owner_takes_a_request_out(who, archived):
    with psycopg.connect(databases.owner_dsn()) as owner:
        for statement in ("delete from grants_archivestep", "truncate grants_archivestep"):
            with pytest.raises(psycopg.Error) as caught, owner.transaction():
                owner.execute(statement)
            assert guard_of(caught.value) == "archive_step_is_kept"


def _demand(who, batch):
    return {
        "award": end.award_of(who, batch).pk,
        "organisation": organisation_in(who["mof_maker"], "MOF"),
        "maker": who["mof_maker"].pk,
        "no": "D1",
    }


def test_a_batch_with_something_open_is_not_archived(who, assessed):
    """MIIT asked while nothing was open; a demand was entered since, and then confirmed."""
    from tests import factories_use as use

    end.asked(who, assessed)
    row = use.entered_recovery(who, award=end.award_of(who, assessed), amount="1.00")
    with make.acting(who["mof"]), refused("batch_archived_when_nothing_is_open"):
        run(SIGN, batch=assessed.pk, by=who["mof"].pk)
    from grants.domain import recoveries

    with make.acting(who["mof_checker"]) as by:
        recoveries.confirm_recovery(by=by, recovery=row)
    with make.acting(who["mof"]), refused("batch_archived_when_nothing_is_open"):
        run(SIGN, batch=assessed.pk, by=who["mof"].pk)
    assert state_of(who, assessed) == "assessed"


def test_the_row_of_an_archived_batch_does_not_change(who, archived):
    for one in ("miit", "mof"):
        with make.acting(who[one]), refused("batch_is_archived"):
            run("update programme_batch set source = 'other' where id = %(batch)s", batch=archived.pk)
        with make.acting(who[one]), refused("batch_archived_by_both_ministries"):
            run(ASSESS, batch=archived.pk)


def test_it_is_opened_again_by_both_and_with_a_reason(who, archived):
    values = {"batch": archived.pk, "kind": "reopen"}
    with make.acting(who["miit"]):
        with refused("archive_reopens_with_reason"):
            run(ASK, **values, why="", by=who["miit"].pk)
        run(ASK, **values, why="a late finding", by=who["miit"].pk)
        with refused("batch_archived_by_both_ministries"):
            run(ASSESS, batch=archived.pk)
    with make.acting(who["mof"]):
        run(SIGN, batch=archived.pk, by=who["mof"].pk)
    assert state_of(who, archived) == "assessed"
    with make.acting(who["mof"]), refused("batch_archived_by_both_ministries"):
        run(ARCHIVE, batch=archived.pk)


def test_no_paper_of_an_archived_batch_is_entered(who, archived):
    award = end.award_of(who, archived)
    with make.acting(who["mof_maker"]), refused("batch_is_archived"):
        run(DEMAND, **_demand(who, archived))
    with make.acting(who["mof_maker"]):
        file = award_file(who)
        values = mof(who, award=award.pk, tranche=1, amount="1.00") | {"no": "R7", "file": file}
        with refused("batch_is_archived"):
            run(ISSUE, **values)
    with make.acting(who["unit_maker"]), refused("batch_is_archived"):
        run(EVALUATION, award=award.pk, province="350000", unit="350200", kind="self", me=who["unit_maker"].pk)


TOUCHED = {
    "grants_award": "batch_id = %s",
    "grants_issue": "award_id in (select id from grants_award where batch_id = %s)",
    "grants_payment": "award_id in (select id from grants_award where batch_id = %s)",
    "grants_assessment": "award_id in (select id from grants_award where batch_id = %s)",
    "grants_entry": "award_id in (select id from grants_award where batch_id = %s)",
    "applications_application": "batch_id = %s",
}


@pytest.mark.parametrize("table", TOUCHED)
def test_not_even_the_owner_writes_about_an_archived_batch(who, archived, table):
    with psycopg.connect(databases.owner_dsn()) as owner:
        with pytest.raises(psycopg.Error) as caught:
            owner.execute(f"update {table} set id = id where {TOUCHED[table]}", [archived.pk])
        assert guard_of(caught.value) == "batch_is_archived"
        owner.rollback()


PLAN = (
    "insert into applications_planversion (application_id, number, content, sha256, document_no, approved_by_id, at)"
    " select id, 1, '{}', 'x', 'x', created_by_id, now() from applications_application where batch_id = %s limit 1"
)
ENTRY = (
    "insert into reviews_publicentry (batch_id, application_id, unit_id, province_id, state, publicity_from,"
    " publicity_to) select batch_id, id, unit_id, province_id, 'listed', now(), now() from applications_application"
    " where batch_id = %s limit 1"
)


@pytest.mark.parametrize("statement", [PLAN, ENTRY])
def test_no_plan_is_approved_and_no_unit_listed_any_more(who, archived, statement):
    with psycopg.connect(databases.owner_dsn()) as owner:
        with pytest.raises(psycopg.Error) as caught:
            owner.execute(statement, [archived.pk])
        assert guard_of(caught.value) == "batch_is_archived"
        owner.rollback()


def test_an_entry_is_not_booked_past_its_paper_either(who, archived):
    with psycopg.connect(databases.owner_dsn()) as owner, pytest.raises(psycopg.Error) as caught:
        owner.execute(
            "insert into grants_entry (award_id, province_id, unit_id, year, number, kind, document_no, maker_id,"
            " checker_id, booked_at, digest) select award_id, province_id, unit_id, year, number + 100, kind,"
            " document_no, maker_id, checker_id, booked_at, digest from grants_entry where award_id in"
            " (select id from grants_award where batch_id = %s) limit 1",
            [archived.pk],
        )
    assert guard_of(caught.value) == "batch_is_archived"


def test_the_guard_stands_on_every_table_that_tells_of_a_batch(who, world):
    """Also on what no test here writes; what names an award and is left out says why."""
    with psycopg.connect(databases.owner_dsn()) as owner:
        guarded = {
            name
            for (name,) in owner.execute(
                "select tgrelid::regclass::text from pg_trigger where tgname = 'grants_1_stands' and tgtype & 4 > 0"
                " and tgtype & 16 > 0 and tgtype & 2 > 0"
            )
        }
        named = {
            name
            for (name,) in owner.execute(
                "select c.relname::text from pg_attribute a join pg_class c on c.oid = a.attrelid"
                " where a.attname = 'award_id' and c.relkind = 'r' and c.relnamespace = 'public'::regnamespace"
            )
        }
    assert {f"grants_{table}" for table in OF_AWARDS} <= guarded
    assert named - guarded == {
        "grants_account",  # balances move with entries alone
        "grants_awardtarget",  # written with the award's confirmation
        "grants_evidence",  # hangs on evaluations and acceptances that are drafts
        "grants_yearsum",  # sums of entries, kept by the database
        "grants_plansum",  # the same of plans
    }
    others = {"grants_award", "applications_application", "applications_planversion", "applications_changerequest"}
    assert guarded >= others | {"reviews_objection", "reviews_publicentry"}
