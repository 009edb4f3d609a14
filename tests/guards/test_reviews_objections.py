"""Objections and the replacements that follow from them, attacked with raw SQL as portal_web."""

from __future__ import annotations

import hashlib
import json

import psycopg
import pytest

from tests.guards.lists_world import (
    ANSWER,
    CONFIRM,
    DROPPED,
    EXTEND,
    FILE,
    MOVE_UP,
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


def test_objections_while_their_unit_is_public_and_as_lodged_alone(world):
    open_, closed = world.batches[22], world.batches[23]
    for who in (None, "city", "miit"):
        with world.web(who) as connection:
            forbidden(connection, OBJECT, world.batches[21], None, "a", "r-1", "lodged", "")
            forbidden(connection, OBJECT, closed, None, "a", "r-1", "lodged", "")
            forbidden(connection, OBJECT, closed, world.entries[23, "330200"], "a", "r-1", "lodged", "")
            forbidden(connection, OBJECT, open_, world.entries[24, "330200"], "a", "r-1", "lodged", "")
            forbidden(connection, OBJECT, world.batches[24], world.entries[24, "370200"], "a", "r-1", "lodged", "")
            refused(connection, "objection_state", OBJECT, open_, None, "a", "r-1", "upheld", "x")
            connection.execute(OBJECT, [open_, None, "a", "r-1", "lodged", ""])
            refused(connection, "objection_once", OBJECT, open_, None, "a", "r-2", "lodged", "")
            seen = count(connection, "select count(*) from reviews_objection where receipt_no = 'r-1'")
            assert seen == (1 if who == "miit" else 0)
    with world.owner("miit") as connection:
        refused(connection, "objection_state", OBJECT, open_, None, "b", "r-2", "dismissed", "x")


@pytest.mark.parametrize("days", [-1, 1])
@pytest.mark.parametrize("whole", [True, False])
def test_objections_end_with_the_period(world, days, whole):
    """The day after the last, and the day before the first, of the list and of one unit."""
    entry = world.entries[22, "370200"]
    table, key = ("programme_batch", world.batches[22]) if whole else ("reviews_publicentry", entry)
    values = [world.batches[22], None if whole else entry, "p", "r-1", "lodged", ""]
    with admin() as past:
        begins, ends = past.execute(
            f"select publicity_from - (now() at time zone 'Asia/Shanghai')::date,"
            f" publicity_to - (now() at time zone 'Asia/Shanghai')::date from {table} where id = %s", [key]
        ).fetchone()  # fmt: skip
        shift = (
            f"update {table} set publicity_from = publicity_from + %s, publicity_to = publicity_to + %s where id = %s"
        )
        moved = -ends - 1 if days < 0 else -begins + 1
        past.execute(shift, [moved, moved, key])
        past.commit()
        try:
            with world.web(None) as connection:
                forbidden(connection, OBJECT, *values)
        finally:
            past.execute(shift, [-moved, -moved, key])
    with world.web(None) as connection:
        connection.execute(OBJECT, values)


def test_an_objection_is_answered_once_in_words_by_its_handler(world):
    miit, mof = world.people["miit"], world.people["mof"]
    with world.web("mof") as connection:
        only = "where id = '" + world.objections["open"] + "'"
        refused(connection, "objection_answered_by_its_handler", f"{ANSWER} {only}", "dismissed", "x", mof)
        refused(connection, "objection_taken_in_person", f"{TAKE} {only}", miit, "MIIT")
        refused(connection, "objection_taken_in_person", f"{TAKE} {only}", mof, "MIIT")
        refused(connection, "objection_handled_by_somebody", f"{TAKE} {only}", None, "")
        connection.execute(f"{TAKE} {only}", [mof, "MOF"])
        refused(connection, "objection_answered_in_words", f"{ANSWER} {only}", "dismissed", "", mof)
        refused(connection, "objection_answered_by_its_handler", f"{ANSWER} {only}", "dismissed", "x", miit)
        refused(connection, "objection_is_answered_once", f"update reviews_objection set grounds = 'other' {only}")
        connection.execute(f"{ANSWER} {only}", ["dismissed", "x", mof])
        refused(connection, "objection_is_answered_once", f"{ANSWER} {only}", "dismissed", "y", mof)


def test_more_time_is_given_once_by_the_other_ministry(world):
    miit, mof = world.people["miit"], world.people["mof"]
    only = "where id = '" + world.objections["open"] + "'"
    name = "objection_extended_once"
    with world.web("mof") as connection:
        refused(connection, name, f"{EXTEND} {only}", 5, mof, "x")  # nobody handles it yet
        connection.execute(f"{TAKE} {only}", [mof, "MOF"])
        refused(connection, name, f"{EXTEND} {only}", 5, mof, "x")
        refused(connection, name, f"update reviews_objection set due_on = due_on + 5 {only}")
        connection.execute("select enter_scope(%s)", [miit])
        refused(connection, name, f"{EXTEND} {only}", -1, miit, "x")
        refused(connection, "objection_extended_with_reason", f"{EXTEND} {only}", 5, miit, "")
        connection.execute(f"{EXTEND} {only}", [5, miit, "x"])
        refused(connection, name, f"{EXTEND} {only}", 5, miit, "y")


def test_evidence_comes_with_its_objection(world):
    mib = 2**20
    objection = world.objections["open"]
    with world.web(None) as connection:
        refused(connection, "objection_file_within_limits", FILE, objection, 50 * mib + 1)
        connection.execute(FILE, [objection, 50 * mib])
        connection.execute(FILE, [objection, 49 * mib])
        refused(connection, "objection_file_comes_with_it", FILE, objection, 2 * mib)
        for _time in range(3):
            connection.execute(FILE, [objection, 10])
        refused(connection, "objection_file_comes_with_it", FILE, objection, 10)
        assert count(connection, "select count(*) from reviews_objectionfile") == 0  # nobody reads it back
        connection.execute("select enter_scope(%s)", [world.people["auditor"]])
        assert count(connection, "select count(*) from reviews_objectionfile") == 5
    with world.web("mof") as connection:
        connection.execute(f"{TAKE} where id = %s", [world.people["mof"], "MOF", objection])
        refused(connection, "objection_file_comes_with_it", FILE, objection, 10)
    with world.owner("miit") as connection:
        connection.execute(FILE, [objection, 10])
        refused(connection, "objection_file_stays", "update reviews_objectionfile set size = 1")
        refused(connection, "objection_file_stays", "delete from reviews_objectionfile")


def test_notes_stay(world):
    note = "insert into reviews_objectionnote (objection_id, text, by_id, at) values (%s, %s, %s, now())"
    with world.owner("miit") as connection:
        connection.execute(note, [world.objections["open"], "x", world.people["miit"]])
        refused(connection, "objection_note_stays", "update reviews_objectionnote set text = 'y'")
        refused(connection, "objection_note_stays", "delete from reviews_objectionnote")
    with world.web("miit") as connection:
        forbidden(connection, note, world.objections["open"], "x", world.people["mof"])
        refused(connection, "objection_note_says_something", note, world.objections["open"], "", world.people["miit"])
    for who in ("city", "auditor", "maker", None):
        with world.web(who) as connection, pytest.raises(psycopg.errors.DatabaseError):
            connection.execute(note, [world.objections["open"], "x", world.people[who or "city"]])


def test_an_officer_with_an_interest_keeps_away(world):
    """From the entry, its objections and its suspension; a colleague does it."""
    conflict = """insert into reviews_conflict (application_id, reviewer_id, code, reason, is_derived, at)
                  values (%s, %s, 'declared', '', false, now())"""
    entry, objection = world.entries[22, "330200"], world.objections["open"]
    mof = world.people["mof"]
    with admin() as past:
        past.execute(conflict, [world.applications[22, "330200"], mof])
    try:
        with world.web("mof") as connection:
            assert connection.execute(f"{TAKE} where id = %s", [mof, "MOF", objection]).rowcount == 0
            forbidden(connection, SUSPEND, entry, objection, "x", mof)
            assert connection.execute(SUSPENDED, [entry]).rowcount == 0
    finally:
        with admin() as past:
            past.execute("delete from reviews_conflict where reviewer_id = %s", [mof])


def proposed(world, *, instance=None, answer=None, comes=("350200",), who="miit", ministry="MIIT"):
    """The statement of a proposal and its values."""
    question = instance if instance is not None else world.question[0]
    said = answer if answer is not None else world.question[1]
    values = [
        world.batches[24],
        world.decisions[24],
        question,
        question,
        said,
        list(comes),
        ministry,
        world.people[who],
    ]
    return MOVE_UP, *values


def changed(world, **changes):
    """The question with changes, and the answer sealed to it."""
    asked = json.loads(world.question[0]) | changes
    text = json.dumps(asked, ensure_ascii=False)
    said = json.loads(world.question[1]) | {"instance_sha256": hashlib.sha256(text.encode()).hexdigest()}
    return {"instance": text, "answer": json.dumps(said)}


def test_a_replacement_answers_the_decisions_own_question(world):
    asked = json.loads(world.question[0])
    with world.web("miit") as connection:
        refused(connection, "replacement_answers_its_question", *proposed(world, instance="{}"))
        other = changed(world, total=9)
        refused(connection, "replacement_asks_the_same_question", *proposed(world, **other))
        better = [row | {"score": "99.000000"} if row["id"] == "210200" else row for row in asked["candidates"]]
        other = changed(world, candidates=better)
        refused(connection, "replacement_asks_the_same_question", *proposed(world, **other))
        fewer = changed(world, include=asked["include"][:1])
        refused(connection, "replacement_keeps_the_listed", *proposed(world, **fewer))
        shut = [*asked["exclude"], {"id": "350200", "reason": "x"}]
        refused(connection, "replacement_from_the_reserve", *proposed(world, **changed(world, exclude=shut)))
        opened = [row for row in asked["exclude"] if row["id"] != "420100"]
        refused(connection, "replacement_from_the_reserve", *proposed(world, **changed(world, exclude=opened)))
        for comes in (["210200"], [], ["350200", "210200"]):
            refused(connection, "replacement_brings_the_answer", *proposed(world, comes=comes))
        refused(connection, "replacement_by_both_ministries", *proposed(world, ministry="MOF"))
        forbidden(connection, *proposed(world, who="mof"))
        sql, *values = proposed(world)
        connection.execute(sql, values)
        refused(connection, "replacement_one_at_a_time", sql.replace("(%s, 1,", "(%s, 2,"), *values)
    for who in ("city", "auditor", "maker", "reviewer", None):
        sql, *values = proposed(world, who=who or "city")
        with world.web(who) as connection, pytest.raises(psycopg.errors.DatabaseError):
            connection.execute(sql, values)


def test_no_replacement_without_a_free_place(world):
    with world.web("miit") as connection:
        sql, *values = proposed(world)
        with pytest.raises(psycopg.errors.CheckViolation) as error, connection.transaction():
            connection.execute(sql, [world.batches[22], *values[1:]])
        assert error.value.diag.constraint_name == "replacement_of_a_published_list"


def test_the_other_ministry_confirms_in_person(world):
    with world.web("miit") as connection:
        sql, *values = proposed(world)
        made = connection.execute(sql, values).fetchone()[0]
        for who in ("miit2", "mof"):
            refused(connection, "replacement_by_both_ministries", CONFIRM, world.people[who], made)
        connection.execute("select enter_scope(%s)", [world.people["miit2"]])
        refused(connection, "replacement_by_both_ministries", CONFIRM, world.people["miit2"], made)
        connection.execute("select enter_scope(%s)", [world.people["mof"]])
        refused(connection, "replacement_by_both_ministries", CONFIRM, world.people["miit"], made)
        refused(
            connection, "replacement_is_kept", "update reviews_replacement set comes = '{210200}' where id = %s", made
        )
        refused(connection, "replacement_withdrawn_with_reason",
                "update reviews_replacement set state = 'withdrawn' where id = %s", made)  # fmt: skip
        application = world.applications[24, "350200"]
        refused(connection, "outcome_needs_decision", STATE, "proposed", application)  # not confirmed yet
        connection.execute(CONFIRM, [world.people["mof"], made])
        refused(connection, "outcome_needs_decision", STATE, "proposed", world.applications[24, "210200"])
        connection.execute(STATE, ["proposed", application])
        refused(
            connection, "replacement_is_kept", "update reviews_replacement set state = 'withdrawn' where id = %s", made
        )


def test_a_replacement_is_published_for_the_days_of_the_rules(world):
    entry = """insert into reviews_publicentry (batch_id, application_id, unit_id, province_id, name_zh, name_en, state,
               published_at, changed_at, publicity_from, publicity_to, dropped_why)
               values (%s, %s, %s, %s, 'x', 'x', 'listed', now(), now(), current_date, current_date + %s, '')"""
    values = [world.batches[24], world.applications[24, "350200"], "350200", "350000"]
    with world.web("miit") as connection:
        refused(connection, "entry_needs_publication", entry, *values, 30)
        sql, *asked = proposed(world)
        made = connection.execute(sql, asked).fetchone()[0]
        connection.execute("select enter_scope(%s)", [world.people["mof"]])
        connection.execute(CONFIRM, [world.people["mof"], made])
        refused(connection, "entry_needs_publication", entry, *values, 30)
        connection.execute(STATE, ["proposed", values[1]])
        refused(connection, "publicity_lasts_its_days", entry, *values, 5)
        connection.execute(entry, [*values, 30])
        forbidden(connection, "delete from reviews_replacement")


def test_the_list_that_changed_is_not_confirmed(world):
    """Between proposal and confirmation another unit left the list."""
    with world.web("miit") as connection:
        sql, *values = proposed(world)
        made = connection.execute(sql, values).fetchone()[0]
        entry, miit = world.entries[24, "440300"], world.people["miit"]
        connection.execute(OBJECT, [world.batches[24], entry, "later", "r-later", "lodged", ""])
        connection.execute(f"{TAKE} where receipt_no = 'r-later'", [miit, "MIIT"])
        connection.execute(f"{ANSWER} where receipt_no = 'r-later'", ["upheld", "x", miit])
        connection.execute(DROPPED, [entry])
        connection.execute("select enter_scope(%s)", [world.people["mof"]])
        refused(connection, "replacement_keeps_the_listed", CONFIRM, world.people["mof"], made)


def test_only_the_ministries_without_an_interest_read_a_replacement(world):
    with world.web("miit") as connection:
        sql, *values = proposed(world)
        connection.execute(sql, values)
        for who in ("city", "signatory", "industry", "maker", "reviewer"):
            connection.execute("select enter_scope(%s)", [world.people[who]])
            assert count(connection, "select count(*) from reviews_replacement") == 0
        connection.execute("select leave_scope()")
        assert count(connection, "select count(*) from reviews_replacement") == 0
