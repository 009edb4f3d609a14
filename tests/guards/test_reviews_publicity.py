"""Outcomes, published lists, suspension and final lists, attacked with raw SQL as portal_web."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests import databases
from tests.guards.lists_world import (
    ANSWER,
    BATCH,
    DROPPED,
    ENDED,
    FINAL,
    LIST,
    LISTED,
    OBJECT,
    STATE,
    SUSPEND,
    SUSPENDED,
    TAKE,
    admin,
    build,
)
from tests.guards.reviews_world import count, forbidden, refused
from tests.worlds import standing

pytestmark = pytest.mark.guard


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """The committed world in a clone of its own."""
    with django_db_blocker.unblock(), standing(build) as found:
        yield found


# Outcomes


@pytest.mark.parametrize("who", ["city", "signatory", "industry", "reviewer", "maker", None])
def test_nobody_outside_sees_the_outcome_before_publication(world, who):
    """Both ministries have signed batch 21: a city, its province, a reviewer read what they could read before."""
    with world.web(who) as connection:
        rows = connection.execute(
            "select distinct state from applications_application where batch_id = %s", [world.batches[21]]
        ).fetchall()
        assert {state for (state,) in rows} <= {"in_review"}
        for table in ("reviews_decision", "reviews_scenario", "reviews_publicentry", "reviews_replacement"):
            assert count(connection, f"select count(*) from {table} where batch_id = %s", world.batches[21]) == 0
    if who == "city":
        assert rows, "the city reads its own application"


def test_an_adopted_decision_moves_nothing(world):
    chosen, other = world.applications[21, "330200"], world.applications[21, "420100"]
    with world.web("miit") as connection:
        for state in ("proposed", "reserve", "not_selected"):
            for application in (chosen, other):
                refused(connection, "outcome_needs_decision", STATE, state, application)
        connection.execute("update reviews_decision set state = 'published' where batch_id = %s", [world.batches[21]])
        refused(connection, "outcome_needs_decision", STATE, "proposed", other)
        refused(connection, "outcome_needs_decision", STATE, "not_selected", chosen)
        refused(connection, "outcome_needs_decision", STATE, "proposed", world.applications[21, "350200"])
        connection.execute(STATE, ["proposed", chosen])
        connection.execute(STATE, ["not_selected", other])
        refused(connection, "outcome_needs_decision", STATE, "publicity", chosen)


def test_nobody_withdraws_between_decision_and_publication(world):
    sql = "update applications_application set state = 'withdrawn', withdrawn_why = 'x' where id = %s"
    with world.web("signatory") as connection:
        refused(connection, "withdrawal_before_the_decision", sql, world.applications[21, "350200"])


# Entries and suspension


def test_who_gives_up_a_place_leaves_the_list_whoever_moves_it_and_only_so(world):
    """The entry of a unit that withdrew is dropped by the database itself, with the unit's words."""
    sql = "update applications_application set state = 'withdrawn', withdrawn_why = 'of its own' where id = %s"
    application, entry = world.applications[22, "330200"], world.entries[22, "330200"]
    with world.web("miit") as connection:
        refused(connection, "application_step_by_role", sql, application)
    with psycopg.connect(databases.owner_dsn()) as connection:
        connection.execute(sql, [application])
        found = "select state, dropped_why, dropped_at is not null from reviews_publicentry where id = %s"
        assert connection.execute(found, [entry]).fetchone() == ("dropped", "of its own", True)
        connection.rollback()


def test_the_trail_says_how_a_unit_stood_that_left_while_it_was_suspended(world):
    """Of two at once: who gives up waits for who suspends, and the event tells what was then."""
    gives_up = "update applications_application set state = 'withdrawn', withdrawn_why = 'x' where id = %s"
    told = "select before->>'state' from audit_event where act = 'reviews.leave_list' and object_id = %s"
    waits = "select exists (select from pg_stat_activity where pid = %s and wait_event_type = 'Lock')"
    with standing(build) as own, ThreadPoolExecutor(1) as pool, own.owner("city") as unit:
        entry, miit = own.entries[22, "330200"], own.people["miit"]
        with own.web("miit") as ministry:
            ministry.execute(SUSPEND, [entry, own.objections["open"], "x", miit])
            ministry.execute(SUSPENDED, [entry])
            left = pool.submit(unit.execute, gives_up, [own.applications[22, "330200"]])
            while not left.done() and not databases.admin().execute(waits, [unit.info.backend_pid]).fetchone()[0]:
                time.sleep(0.01)
            assert not left.done()
            ministry.commit()
        left.result()
        assert unit.execute(told, [str(entry)]).fetchone() == ("suspended",)


def test_a_unit_leaves_the_list_by_objection_alone(world):
    entry = world.entries[22, "330200"]
    with world.web("miit") as connection:
        refused(connection, "entry_leaves_by_objection", DROPPED, entry)
        refused(connection, "outcome_needs_decision", STATE, "not_selected", world.applications[22, "330200"])
        forbidden(connection, "delete from reviews_publicentry")
        for change in ("publicity_to = publicity_to - 1", "name_zh = 'x'", "publicity_from = publicity_from - 9"):
            refused(connection, "entry_is_published", f"update reviews_publicentry set {change} where id = %s", entry)
    for who in ("city", "auditor", "maker", None):
        with world.web(who) as connection:
            assert connection.execute(DROPPED, [entry]).rowcount == 0


def test_a_unit_waits_only_while_an_objection_against_it_is_open(world):
    entry, other = world.entries[22, "330200"], world.entries[22, "370200"]
    objection, miit = world.objections["open"], world.people["miit"]
    with world.web("miit") as connection:
        refused(connection, "suspension_by_objection", SUSPENDED, entry)  # without a suspension and its reason
        refused(connection, "suspension_by_objection", SUSPEND, other, objection, "x", miit)
        refused(connection, "suspension_has_reasons", SUSPEND, entry, objection, "", miit)
        forbidden(connection, SUSPEND, entry, objection, "x", world.people["mof"])
        connection.execute(SUSPEND, [entry, objection, "x", miit])
        refused(connection, "suspension_once", SUSPEND, entry, objection, "y", miit)
        refused(connection, "suspension_by_objection", SUSPENDED, other)
        connection.execute(SUSPENDED, [entry])
        refused(connection, "final_after_publicity", FINAL, None, entry)
        refused(connection, "entry_released_after_answers", LISTED, entry)
        refused(connection, "entry_released_after_answers", ENDED, miit)
        refused(connection, "suspension_is_kept", "update reviews_suspension set reason = 'y'")
        connection.execute(f"{TAKE} where id = %s", [miit, "MIIT", objection])
        connection.execute(f"{ANSWER} where id = %s", ["dismissed", "x", miit, objection])
        refused(connection, "entry_released_after_answers", LISTED, entry)  # the suspension still stands
        refused(connection, "suspension_is_kept", ENDED, world.people["mof"])
        connection.execute(ENDED, [miit])
        connection.execute(LISTED, [entry])
    for who in ("city", "reviewer", "maker", "auditor", None):
        with world.web(who) as connection, pytest.raises(psycopg.errors.DatabaseError):
            connection.execute(SUSPEND, [entry, objection, "x", world.people[who or "city"]])


def test_a_unit_that_waits_is_not_final_after_its_period_either(world):
    """As the owner, whom no guard of time binds: the suspension alone stands against it."""
    entry, miit = world.entries[22, "330200"], world.people["miit"]
    with world.owner("miit") as connection:
        connection.execute(SUSPEND, [entry, world.objections["open"], "x", miit])
        connection.execute(SUSPENDED, [entry])
        made = connection.execute(LIST, [world.batches[22], 1, "财建〔2026〕1号", miit]).fetchone()[0]
        with pytest.raises(psycopg.errors.CheckViolation), connection.transaction():
            connection.execute(FINAL, [made, entry])
        connection.execute(f"{TAKE} where id = %s", [miit, "MIIT", world.objections["open"]])
        connection.execute(f"{ANSWER} where id = %s", ["dismissed", "x", miit, world.objections["open"]])
        refused(connection, "public_entry_state", FINAL, made, entry)


def test_the_public_reads_that_a_unit_waits_and_not_why(world):
    with world.web("miit") as connection:
        connection.execute(SUSPEND, [world.entries[22, "330200"], world.objections["open"], "x", world.people["miit"]])
        connection.execute(SUSPENDED, [world.entries[22, "330200"]])
        connection.execute("select leave_scope()")
        assert count(connection, "select count(*) from reviews_publicentry where state = 'suspended'") == 1
        for table in ("reviews_suspension", "reviews_objection", "reviews_objectionnote", "reviews_objectionfile"):
            assert count(connection, f"select count(*) from {table}") == 0
        dropped = "select count(*) from reviews_publicentry where state = 'dropped'"
        assert count(connection, dropped) == 0


def test_the_published_list_holds_no_score(world):
    with world.web(None) as connection:
        columns = connection.execute(
            "select column_name from information_schema.columns where table_name in"
            " ('reviews_publicentry', 'reviews_finallist')"
        ).fetchall()
        assert not {name for (name,) in columns} & {"score", "rank", "total", "amount", "instance", "answer"}


# Final lists


def test_nothing_is_final_before_its_own_period_ended(world):
    with world.web("miit") as connection:
        made = connection.execute(LIST, [world.batches[22], 1, "财建〔2026〕1号", world.people["miit"]]).fetchone()[0]
        refused(connection, "final_after_publicity", FINAL, made, world.entries[22, "370200"])
        refused(connection, "final_needs_its_list", BATCH, "财建〔2026〕1号", world.batches[22])
    with world.owner("miit") as connection:
        made = connection.execute(LIST, [world.batches[22], 1, "财建〔2026〕1号", world.people["miit"]]).fetchone()[0]
        refused(connection, "final_needs_answers", FINAL, made, world.entries[22, "330200"])


def test_a_final_list_takes_what_is_ready_and_nothing_else(world):
    ready = [world.entries[23, unit] for unit in ("330200", "370200", "440300")]
    number = "财建〔2026〕1号"
    with world.web("miit") as connection:
        batch, miit = world.batches[23], world.people["miit"]
        refused(connection, "final_needs_its_list", BATCH, number, batch)
        refused(connection, "final_list_in_its_turn", LIST, batch, 2, number, miit)
        refused(connection, "final_list_in_its_turn", LIST, world.batches[21], 1, number, miit)
        for wrong in ("d", "财建2026第1号", ""):
            refused(connection, "final_list_has_its_document", LIST, batch, 1, wrong, miit)
        forbidden(connection, LIST, batch, 1, number, world.people["mof"])
        made = connection.execute(LIST, [batch, 1, number, miit]).fetchone()[0]
        refused(connection, "final_list_document_once", LIST, world.batches[22], 1, number, miit)
        refused(connection, "entry_final_by_a_list", FINAL, None, ready[0])
        refused(connection, "entry_is_published", "update reviews_publicentry set final_list_id = %s where id = %s",
                made, ready[0])  # fmt: skip
        refused(connection, "outcome_needs_decision", STATE, "selected", world.applications[23, "330200"])
        connection.execute(FINAL, [made, ready[0]])
        refused(connection, "final_takes_all_that_are_ready", BATCH, number, batch)
        for entry in ready[1:]:
            connection.execute(FINAL, [made, entry])
        refused(connection, "outcome_needs_decision", STATE, "selected", world.applications[23, "330200"])
        refused(connection, "final_needs_document_no", BATCH, "", batch)
        connection.execute(BATCH, [number, batch])
        connection.execute(STATE, ["selected", world.applications[23, "330200"]])
        refused(connection, "outcome_needs_decision", STATE, "selected", world.applications[22, "330200"])
        refused(connection, "public_entry_state", LISTED, ready[0])
    with world.owner("miit") as connection:
        connection.execute(LIST, [world.batches[23], 1, number, world.people["miit"]])
        refused(connection, "final_list_stays", "update reviews_finallist set document_no = '财建〔2026〕2号'")
        refused(connection, "final_list_stays", "delete from reviews_finallist")


def test_a_list_is_final_of_its_own_batch_and_the_last_one(world):
    with world.owner("miit") as connection:
        miit = world.people["miit"]
        other = connection.execute(LIST, [world.batches[22], 1, "财建〔2026〕1号", miit]).fetchone()[0]
        refused(connection, "entry_final_by_a_list", FINAL, other, world.entries[23, "330200"])
        connection.execute(LIST, [world.batches[23], 1, "财建〔2026〕2号", miit])
        refused(connection, "entry_final_by_a_list", FINAL, other, world.entries[23, "330200"])


def test_an_open_objection_against_the_whole_list_stops_all(world):
    with world.owner("miit") as connection:
        connection.execute(OBJECT, [world.batches[23], None, "w", "r-w", "lodged", ""])
        made = connection.execute(LIST, [world.batches[23], 1, "财建〔2026〕1号", world.people["miit"]]).fetchone()[0]
        refused(connection, "final_needs_answers", FINAL, made, world.entries[23, "330200"])


def test_who_should_have_left_is_not_final(world):
    """An objection was upheld and the unit was not taken off the list: it stays off the final one all the same."""
    entry, miit = world.entries[23, "330200"], world.people["miit"]
    with world.owner("miit") as connection:
        connection.execute(OBJECT, [world.batches[23], entry, "u", "r-u", "lodged", ""])
        connection.execute(f"{TAKE} where receipt_no = 'r-u'", [miit, "MIIT"])
        connection.execute(f"{ANSWER} where receipt_no = 'r-u'", ["upheld", "x", miit])
        made = connection.execute(LIST, [world.batches[23], 1, "财建〔2026〕1号", miit]).fetchone()[0]
        refused(connection, "entry_leaves_by_objection", FINAL, made, entry)


def test_an_objection_on_the_way_is_waited_for(world):
    """Two at once: somebody objects while the list is made final. Who comes second sees the other."""
    entry = world.entries[24, "330200"]
    with world.web(None) as public, world.owner("miit") as officer:
        public.execute(OBJECT, [world.batches[24], entry, "race", "r-race", "lodged", ""])
        officer.execute("set local lock_timeout = '300ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable), officer.transaction():
            officer.execute(LIST, [world.batches[24], 1, "财建〔2026〕1号", world.people["miit"]])
        public.commit()
        made = officer.execute(LIST, [world.batches[24], 1, "财建〔2026〕1号", world.people["miit"]]).fetchone()[0]
        refused(officer, "final_needs_answers", FINAL, made, entry)
        officer.rollback()
    with admin() as past:
        past.execute("delete from reviews_objection where receipt_no = 'r-race'")
