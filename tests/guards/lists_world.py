"""Four lists in the phases of publicity, and the statements with which the guard tests attack them."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg

from reviews.selection.canonical import canonical
from tests import databases
from tests import factories_reviews as make
from tests.factories_applications import acting, person
from tests.guards.reviews_world import World

# By the scores 330200, 370200 and 440300 are chosen; 350200 and 210200 are in reserve, 420100 is in neither.
UNITS = dict.fromkeys(("350200", "330200", "370200", "440300", "210200", "420100"), "100000000.00")
GIVEN = {"330200": "90", "370200": "88", "440300": "86", "350200": "80", "210200": "70", "420100": "60"}
RESERVE = 2
STATE = "update applications_application set state = %s where id = %s"
OBJECT = """insert into reviews_objection (id, batch_id, entry_id, name, contact, grounds, digest, lodged_at, receipt_no,
            state, due_on, handler_ministry, extended_why, answer)
            values (gen_random_uuid(), %s, %s, 'n', 'c', 'g', encode(sha256(%s::bytea), 'hex'), now(), %s, %s,
                    current_date + 14, '', '', %s)"""
TAKE = "update reviews_objection set handler_id = %s, handler_ministry = %s, taken_at = now()"
ANSWER = "update reviews_objection set state = %s, answer = %s, answered_by_id = %s, answered_at = now()"
EXTEND = """update reviews_objection set due_on = due_on + %s, extended_by_id = %s, extended_at = now(),
            extended_why = %s"""
FILE = """insert into reviews_objectionfile (id, objection_id, file_name, content_type, size, sha256, storage_key,
          uploaded_by_id, uploaded_at)
          values (gen_random_uuid(), %s, 'f.pdf', 'application/pdf', %s, repeat('a', 64), 'files/aa/a', 0, now())"""
SUSPEND = """insert into reviews_suspension (entry_id, objection_id, reason, by_id, at, ended_why)
             values (%s, %s, %s, %s, now(), '')"""
SUSPENDED = "update reviews_publicentry set state = 'suspended' where id = %s"
LISTED = "update reviews_publicentry set state = 'listed' where id = %s"
DROPPED = "update reviews_publicentry set state = 'dropped', dropped_at = now(), dropped_why = 'x' where id = %s"
ENDED = "update reviews_suspension set ended_by_id = %s, ended_at = now(), ended_why = 'x'"
FINAL = "update reviews_publicentry set state = 'final', final_list_id = %s where id = %s"
LIST = """insert into reviews_finallist (batch_id, number, document_no, issued_at, issued_by_id)
          values (%s, %s, %s, now(), %s) returning id"""
BATCH = "update programme_batch set state = 'final', final_document_no = %s where id = %s"
MOVE_UP = """insert into reviews_replacement (batch_id, number, decision_id, state, instance, instance_sha256, answer,
             comes, ministry, proposed_by_id, proposed_at, withdrawn_why)
             values (%s, 1, %s, 'proposed', %s, encode(sha256(convert_to(%s, 'UTF8')), 'hex'), %s, %s, %s, %s, now(), '')
             returning id"""
CONFIRM = "update reviews_replacement set state = 'confirmed', confirmed_by_id = %s, confirmed_at = now() where id = %s"


@dataclass
class Lists(World):
    """Batches: 21 decided and not published, 22 under publicity, 23 after its period; entries by batch and unit."""

    entries: dict[tuple[int, str], int] = field(default_factory=dict)
    objections: dict[str, str] = field(default_factory=dict)
    decisions: dict[int, int] = field(default_factory=dict)
    question: tuple[str, str] = ("", "")


@contextmanager
def admin():
    """The server's own superuser, past every guard: to let time have passed, and to clear up."""
    with psycopg.connect(databases.owner_dsn().replace("portal_owner", "postgres")) as connection:
        connection.execute("set session_replication_role = replica")
        yield connection


def _people() -> dict[str, int]:
    posts = {
        "miit": ("officer", "MIIT", 1),
        "miit2": ("officer", "MIIT", 2),
        "mof": ("officer", "MOF", 1),
        "city": ("drafter", "ZF330200", 1),
        "signatory": ("signatory", "ZF350200", 1),
        "industry": ("provincial_officer", "GX330000", 1),
        "maker": ("finance_maker", "MOF", 1),
        "auditor": ("auditor", "SJ", 1),
        "reviewer": ("reviewer", "MIIT", 1),
    }
    return {name: person(*post).pk for name, post in posts.items()}


def _with_free_place(number: int):
    """A list under publicity from which the middle unit was dropped, and the question of its replacement."""
    batch = make.published_batch(UNITS, given=GIVEN, places=3, reserve=RESERVE, number=number)
    make.answered(make.lodged(batch, unit="370200"), uphold=True)
    with acting("officer", "MIIT") as by:
        decision = make.queries.published_decision(by, batch).get()
        found = make.moving_up.find(decision)
    assert found.comes == ("350200",)
    return batch, decision.pk, found


def build() -> Lists:
    """Batches 21 (decided), 22 (under publicity), 23 (its period is over), 24 (a unit left it), by commands alone."""
    made = Lists(people=_people())
    decided = make.decided_batch(UNITS, given=GIVEN, places=3, reserve=RESERVE, number=21)
    public = make.published_batch(UNITS, given=GIVEN, places=3, reserve=RESERVE, number=22)
    over = make.published_batch(UNITS, given=GIVEN, places=3, reserve=RESERVE, number=23, days_ago=40)
    free, decision, found = _with_free_place(24)
    made.batches = {21: decided.pk, 22: public.pk, 23: over.pk, 24: free.pk}
    made.objections["open"] = str(make.lodged(public, unit="330200").pk)
    made.question = canonical(found.instance).decode(), json.dumps(found.answer)
    made.decisions = {24: decision}
    with acting("officer", "MIIT"):
        for number, batch in ((21, decided), (22, public), (23, over), (24, free)):
            for row in make.PublicEntry.objects.filter(batch=batch):
                made.entries[number, row.unit_id] = row.pk
            for row in make.Application.objects.filter(batch=batch):
                made.applications[number, row.unit_id] = row.pk
    return made
