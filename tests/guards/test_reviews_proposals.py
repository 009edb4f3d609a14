"""Proposed assignments, wishes and relief against raw SQL: what was computed never changes, and takes effect whole."""

from __future__ import annotations

import psycopg
import pytest

from reviews.domain import proposing
from reviews.models import AssignmentProposal, ReviewerProfile
from tests import databases
from tests import factories_reviews as make
from tests.factories_applications import acting, person
from tests.guards.applications_sql import as_person
from tests.guards.reviews_world import forbidden, refused

pytestmark = pytest.mark.guard
UNITS = {"350200": "300000000.00", "330200": "200000000.00"}
NEW = """insert into reviews_assignmentproposal (batch_id, number, state, keeps_others, question, question_sha256,
         answer, created_by_id, created_at) values (%s, 98, %s, false, %s, '', '', %s, now()) returning id"""
ROW = """insert into reviews_proposedrow (proposal_id, application_id, seats, total, best, unmet, gone, is_short,
         is_changed) values (%s, %s, '[]', 0, 0, '[]', '[]', false, false)"""
WISH = """insert into reviews_assignmentwish (batch_id, application_id, reviewer_id, is_pin, reason, by_id, at)
          values (%s, %s, %s, %s, %s, %s, now())"""
RELIEVE = "update reviews_assignment set state = 'relieved', relief = %s where id = %s"
TAKE = """update reviews_assignmentproposal set state = 'taken', taken_by_id = %s, taken_at = now() where id = %s"""


def officer(code="MIIT", number=1) -> int:
    return person("officer", code, number).pk


@pytest.fixture
def ready(fresh_db):
    """A computed proposal of two applications; nothing is in effect."""
    batch = make.passed_batch(UNITS, places=1)
    make.panel()
    make.reviewer("expert", province="350000", number=5)
    return make.assigned_on_paper(batch)


@pytest.fixture
def reading(fresh_db):
    """Two applications that are read; nobody has declared."""
    batch = make.reviewing_batch(UNITS, places=1)
    make.reviewer("expert", province="370000", number=3)
    return batch


def test_a_computed_proposal_never_changes(ready):
    with as_person(officer()) as web:
        refused(web, "proposal_is_kept", "update reviews_assignmentproposal set max_load = 1 where id = %s", ready.pk)
        refused(
            web, "proposal_is_kept", "update reviews_assignmentproposal set state = 'failed' where id = %s", ready.pk
        )
        again = "update reviews_assignmentproposal set state = 'computing' where id = %s"
        refused(web, "proposal_is_kept", again, ready.pk)
        forbidden(web, "delete from reviews_assignmentproposal where id = %s", ready.pk)
        forbidden(web, "update reviews_proposedrow set total = 0 where proposal_id = %s", ready.pk)
        forbidden(web, "delete from reviews_proposedload where proposal_id = %s", ready.pk)
        application = make.application(ready.batch, "350200").pk
        forbidden(web, ROW, ready.pk, application)  # nothing is added once the answer stands
    with psycopg.connect(databases.owner_dsn()) as owner:
        owner.execute("select enter_scope(%s)", [officer()])
        for table, name in (("row", "proposed_row_stays"), ("load", "proposed_load_stays")):
            refused(owner, name, f"update reviews_proposed{table} set proposal_id = proposal_id")
            refused(owner, name, f"delete from reviews_proposed{table}")
            refused(owner, name, f"truncate reviews_proposed{table}")
        owner.rollback()


def test_an_answer_belongs_to_its_question(ready):
    with as_person(officer()) as web:
        refused(web, "proposal_is_kept", NEW, ready.batch_id, "computing", "{}", officer())
        (pk,) = web.execute(NEW, [ready.batch_id, "computing", "", officer()]).fetchone()
        answer = "update reviews_assignmentproposal set state = %s, question = 'x', question_sha256 = %s, answer = %s"
        right = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"  # of "x"
        for state, digest, text in (
            ("ready", right[::-1], '{"status": "optimal"}'),
            ("ready", right, '{"status": "infeasible"}'),
            ("infeasible", right, '{"status": "optimal"}'),
        ):
            refused(web, "proposal_answers_its_question", answer + " where id = %s", state, digest, text, pk)
        web.execute(answer + " where id = %s", ["infeasible", right, '{"status": "infeasible"}', pk])
        refused(web, "proposal_is_kept", TAKE, officer(), pk)
        web.rollback()
    with as_person(officer()) as web:
        (pk,) = web.execute(NEW, [ready.batch_id, "computing", "", officer()]).fetchone()
        refused(web, "proposal_state", TAKE, officer(), pk)
        somebody = "update reviews_assignmentproposal set taken_by_id = %s, taken_at = now() where id = %s"
        refused(web, "proposal_taken_by_somebody", somebody, officer(), pk)
        web.rollback()


def test_a_proposal_takes_effect_whole_and_in_ones_own_name(ready):
    with as_person(officer()) as web:
        refused(web, "proposal_takes_effect_whole", TAKE, officer(), ready.pk)
        seats = web.execute(
            """select r.application_id, (s.value ->> 'reviewer')::bigint from reviews_proposedrow r,
               jsonb_array_elements(r.seats) s where r.proposal_id = %s""",
            [ready.pk],
        ).fetchall()
        assign = """insert into reviews_assignment (batch_id, application_id, reviewer_id, state, affinity,
                    assigned_by_id, assigned_at) values (%s, %s, %s, 'assigned', 0, %s, now())"""
        for application, reviewer in seats[:-1]:
            web.execute(assign, [ready.batch_id, application, reviewer, officer()])
        refused(web, "proposal_takes_effect_whole", TAKE, officer(), ready.pk)
        web.execute(assign, [ready.batch_id, *seats[-1], officer()])
        refused(web, "proposal_is_kept", TAKE, officer("MIIT", 2), ready.pk)
        assert web.execute(TAKE, [officer(), ready.pk]).rowcount == 1
        web.rollback()


def test_only_miit_proposes_and_only_offices_without_an_interest_read(ready):
    count = "select count(*) from reviews_assignmentproposal"
    rows, loads = "select count(*) from reviews_proposedrow", "select count(*) from reviews_proposedload"
    expected = {("officer", "MOF"): 1, ("auditor", "SJ"): 1, ("drafter", "ZF350200"): 0, ("reviewer", "MIIT"): 0,
                ("provincial_officer", "GX350000"): 0, ("auditor", "SJ350000"): 0}  # fmt: skip
    for (role, code), seen in expected.items():
        who = person(role, code).pk
        with as_person(who) as web:
            assert web.execute(count).fetchone() == (seen,), role
            assert bool(web.execute(rows).fetchone()[0]) == bool(seen), role
            assert bool(web.execute(loads).fetchone()[0]) == bool(seen), role
            forbidden(web, NEW, ready.batch_id, "computing", "", who)
            assert web.execute(TAKE, [who, ready.pk]).rowcount == 0
    with as_person(officer()) as web:
        forbidden(web, NEW, ready.batch_id, "computing", "", officer("MIIT", 2))
        web.execute(
            """insert into reviews_interest (application_id, reviewer_id, has_interest, kind, reason, declared_at)
               values (%s, %s, true, 'other', 'x', now())""",
            [make.application(ready.batch, "350200").pk, officer()],
        )
        for statement in (count, rows, loads):
            assert web.execute(statement).fetchone() == (0,)
        web.rollback()


def test_wishes_are_miits_lawful_and_not_against_what_is_in_effect(ready, django_db_blocker):
    application, batch = make.application(ready.batch, "350200").pk, ready.batch_id
    neighbour, spare = person("reviewer", "ZJ", 5).pk, person("reviewer", "ZJ").pk
    with as_person(officer()) as web:
        refused(web, "assignment_without_conflict", WISH, batch, application, neighbour, True, "", officer())
        refused(web, "wish_says_why", WISH, batch, application, spare, False, "", officer())
        refused(web, "assignment_needs_a_profile", WISH, batch, application, officer(), True, "", officer())
        refused(web, "assignment_only_in_review", WISH, batch + 1, application, spare, True, "", officer())
        forbidden(web, WISH, batch, application, spare, True, "", officer("MIIT", 2))
        web.execute(WISH, [batch, application, spare, True, "", officer()])
        refused(web, "wish_once", WISH, batch, application, spare, False, "x", officer())
        forbidden(web, "update reviews_assignmentwish set is_pin = false, reason = 'x'")
        assert web.execute("delete from reviews_assignmentwish").rowcount == 1
        web.rollback()
    with as_person(officer("MOF")) as web:
        forbidden(web, WISH, batch, application, spare, True, "", officer("MOF"))
    with acting("officer", "MIIT") as by:
        held = ReviewerProfile.objects.get(user=person("reviewer", "MIIT").pk)
        row = (
            type(make.application(ready.batch, "350200")).objects.select_related("batch__rule_set").get(pk=application)
        )
        make.assigning.assign(by=by, batch=row.batch, pairs=[(application, held.user_id, 50)])
    with as_person(officer()) as web:
        refused(web, "wish_against_an_assignment", WISH, batch, application, held.user_id, False, "x", officer())


def test_relief_is_miits_has_a_reason_and_comes_before_the_review(reading):
    rows = make.assignments(reading)
    mine = next(row for row in rows if row.reviewer.email == "reviewer.1@miit.test")
    with as_person(mine.reviewer_id) as web:
        refused(web, "relief_by_miit", RELIEVE, "x", mine.pk)
    with as_person(officer("MOF")) as web:
        refused(web, "relief_by_miit", RELIEVE, "x", mine.pk)
    with as_person(officer()) as web:
        refused(web, "assignment_relief_has_a_reason", RELIEVE, "", mine.pk)
        quiet = "update reviews_assignment set relief = 'x' where id = %s"
        refused(web, "assignment_relief_has_a_reason", quiet, mine.pk)
        web.execute(RELIEVE, ["x", mine.pk])
        refused(web, "assignment_holds", "update reviews_assignment set relief = 'y' where id = %s", mine.pk)
        refused(web, "assignment_state", "update reviews_assignment set state = 'assigned' where id = %s", mine.pk)
        new = web.execute("select reviewer_id, state from reviews_assignment where replaces_id = %s", [mine.pk])
        assert new.fetchall() == [(person("reviewer", "ZJ").pk, "assigned")] or new.rowcount == 1
        web.rollback()
    make.scored(mine, "80.00")
    with as_person(officer()) as web:
        refused(web, "relief_before_the_review", RELIEVE, "x", mine.pk)


def test_a_relieved_reviewer_reads_nothing_of_it_any_more(reading):
    mine = make.assignments(reading)[0]
    seen = "select count(*) from applications_application where id = %s"
    with as_person(mine.reviewer_id) as web:
        assert web.execute(seen, [mine.application_id]).fetchone() == (1,)
    with as_person(officer()) as web:
        web.execute(RELIEVE, ["x", mine.pk])
        web.commit()
    with as_person(mine.reviewer_id) as web:
        assert web.execute(seen, [mine.application_id]).fetchone() == (0,)


def test_whom_an_officer_pinned_comes_first_and_whom_one_keeps_away_never(reading):
    mine = next(row for row in make.assignments(reading) if row.application.unit_id == "350200")
    others = [person("reviewer", "ZJ").pk, person("reviewer", "ZJ", 3).pk]
    chosen = {}
    for pinned, away in ((others[0], others[1]), (others[1], others[0])):
        for is_pin, who in ((True, pinned), (False, away)):
            with as_person(officer()) as web:
                web.execute(WISH, [reading.pk, mine.application_id, who, is_pin, "x", officer()])
                web.execute(RELIEVE, ["x", mine.pk])
                new = "select reviewer_id from reviews_assignment where replaces_id = %s"
                (chosen[is_pin, who],) = web.execute(new, [mine.pk]).fetchone()
                web.rollback()
    assert chosen == {(True, others[0]): others[0], (False, others[1]): others[0],
                      (True, others[1]): others[1], (False, others[0]): others[1]}  # fmt: skip


def test_the_proposal_of_a_batch_is_computed_once_at_a_time(ready):
    with acting("officer", "MIIT") as by:
        proposing.propose(by=by, batch=make.fresh(ready.batch))
    with acting("officer", "MIIT", 2) as by, pytest.raises(proposing.DomainError):
        proposing.propose(by=by, batch=make.fresh(ready.batch))
    with acting("officer", "MIIT"):
        assert AssignmentProposal.objects.filter(batch=ready.batch).count() == 2
