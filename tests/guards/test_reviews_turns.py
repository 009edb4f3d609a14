"""What one session changes while another goes by it: scores, recusals, submissions. Two connections as portal_web.

Each test commits in a clone of its own.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from reviews import queries
from reviews.domain import locking, publicity, scoring
from tests import databases
from tests import factories_reviews as make
from tests.factories_applications import acting, person
from tests.guards.applications_sql import as_person, name_of
from tests.guards.lists_world import FINAL, LIST
from tests.guards.reviews_world import refused
from tests.guards.test_reviews_decisions import ADOPT, SIGN
from tests.guards.test_reviews_proposals import RELIEVE
from tests.guards.test_reviews_races import STEP_BACK
from tests.guards.test_reviews_results import DECIDE

pytestmark = pytest.mark.guard
UNITS = {"350200": "300000000.00", "330200": "200000000.00"}
PUT = "update reviews_reviewscore set value = 1, comment = 'x' where review_id = %s"
BACK = "update reviews_review set state = 'draft', total = null, submitted_at = null where id = %s"
AS_BEFORE = "update reviews_review set state = 'submitted', total = %s, submitted_at = %s where id = %s"
SUBMIT = "update reviews_review set state = 'submitted', total = %s, submitted_at = now() where id = %s"


@contextmanager
def waiting(user: int, *statements: tuple[str, list[Any]]) -> Iterator[list[str]]:
    """The statements, in a session of a person that must wait; at the end: who refused it, nobody when it ended well."""
    said: list[str] = []

    def act() -> None:
        with as_person(user) as web:
            try:
                for sql, values in statements:
                    web.execute(sql, values)
                web.commit()
            except psycopg.Error as error:
                said.append(name_of(error))
                web.rollback()

    other = threading.Thread(target=act)
    other.start()
    other.join(1)
    assert other.is_alive(), said or "it did not wait"
    yield said
    other.join(20)
    assert not other.is_alive()


def drafted(batch):
    """An assignment with a draft of 80 everywhere, and the key of its review."""
    mine = make.declared(make.assignments(batch)[0])
    with make.as_reviewer(mine) as by:
        return mine, scoring.keep_draft(by=by, assignment=mine, what=make.scores(batch, "80")).pk


def held(sql: str, *values: Any) -> Any:
    """One row, as the owner sees it."""
    with psycopg.connect(databases.owner_dsn()) as owner:
        return owner.execute(sql, values).fetchone()


def test_a_submission_waits_for_a_score_on_its_way(fresh_db):
    """The score is changed, uncommitted; what is submitted meanwhile counts it, and its total is wrong."""
    mine, review = drafted(make.reviewing_batch(UNITS))
    first = as_person(mine.reviewer_id)
    first.execute(PUT, [review])
    with waiting(mine.reviewer_id, (SUBMIT, ["80", review])) as said:
        first.commit()
        first.close()
    assert said == ["review_total_is_the_weighted_sum"]
    assert held("select state from reviews_review where id = %s", review) == ("draft",)


def test_a_score_waits_for_a_submission_on_its_way(fresh_db):
    """The review is submitted, uncommitted: the score that is changed, added or removed meanwhile is too late."""
    mine, review = drafted(make.reviewing_batch(UNITS))
    first = as_person(mine.reviewer_id)
    first.execute(SUBMIT, ["80", review])
    with waiting(mine.reviewer_id, (PUT, [review])) as said:
        first.commit()
        first.close()
    assert said == ["score_is_locked"]
    with as_person(mine.reviewer_id) as web:
        refused(web, "score_is_locked", "delete from reviews_reviewscore where review_id = %s", review)
    assert held("select count(*) from reviews_reviewscore where review_id = %s and value <> 80", review) == (0,)


def test_a_recusal_waits_for_the_second_signature(fresh_db):
    """MOF signs and locks, uncommitted: who steps back meanwhile is told that the scores count already."""
    batch = make.reviewed_batch(UNITS, given={"350200": "80", "330200": "90"})
    mine = make.assignments(batch)[0]
    seen = make.locked(batch, "MIIT")
    with acting("officer", "MOF") as by:  # one transaction, not yet committed
        locking.sign(by=by, batch=seen, sha256=queries.result_digest(batch))
        turn = waiting(mine.reviewer_id, (STEP_BACK, [mine.application_id, mine.reviewer_id]))
        said = turn.__enter__()
    turn.__exit__(None, None, None)
    assert said == ["interest_before_the_lock"]
    state = (
        "select b.state, s.state from reviews_assignment s join programme_batch b on b.id = s.batch_id where s.id = %s"
    )
    assert held(state, mine.pk) == ("deciding", "declared")


def test_the_second_signature_counts_a_recusal_on_its_way(fresh_db):
    """Somebody steps back, uncommitted: the batch is not decided by the score of before."""
    batch = make.reviewed_batch(UNITS, given={"350200": "80", "330200": "90"})
    mine = make.assignments(batch)[0]
    first = as_person(mine.reviewer_id)
    first.execute(STEP_BACK, [mine.application_id, mine.reviewer_id])
    with as_person(person("officer", "MOF").pk) as web:
        web.execute("set local lock_timeout = '300ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable), web.transaction():
            web.execute(DECIDE, [batch.pk])
    first.rollback()
    first.close()


def test_a_recusal_that_waits_for_the_batch_holds_no_reviewer(fresh_db):
    """Who has the batch and assigns takes the reviewer's row next: the two must not wait for each other."""
    batch = make.reviewing_batch(UNITS)
    mine = make.assignments(batch)[0]
    with psycopg.connect(databases.owner_dsn()) as officer:
        officer.execute("select 1 from programme_batch where id = %s for update", [batch.pk])
        with waiting(mine.reviewer_id, (STEP_BACK, [mine.application_id, mine.reviewer_id])) as said:
            taken = "select 1 from reviews_reviewerprofile where user_id = %s for no key update nowait"
            assert officer.execute(taken, [mine.reviewer_id]).rowcount == 1
            officer.rollback()
    assert said == []


def reopened(row) -> None:
    """MIIT opens the review of an assignment again."""
    with acting("officer", "MIIT") as by:
        scoring.reopen(by=by, review=queries.submitted_reviews(by).get(assignment=row.pk), reason="x")


def test_one_reopening_opens_one_submission(fresh_db):
    """It is submitted anew with the time of before: the record of the first reopening opens it no second time."""
    mine, review = drafted(make.reviewing_batch(UNITS))
    with as_person(mine.reviewer_id) as web:
        web.execute(AS_BEFORE, ["80", "2020-01-01", review])
    before = held(
        "select submitted_at, now() - submitted_at < interval '1 minute' from reviews_review where id = %s", review
    )
    assert before[1], "the database says when"
    reopened(mine)
    assert held("select submitted_at from reviews_reviewreopening where review_id = %s", review) == before[:1]
    with as_person(mine.reviewer_id) as web:
        web.execute(AS_BEFORE, ["80", before[0], review])
    assert held("select submitted_at > %s from reviews_review where id = %s", before[0], review) == (True,)
    with as_person(mine.reviewer_id) as web:
        refused(web, "score_is_locked", BACK, review)
        for call in ("reviews_reopen(%s)", "reviews_reopening_opens()"):
            with pytest.raises(psycopg.Error), web.transaction():
                web.execute(f"select {call}", [review] if "%s" in call else None)
    assert held("select state from reviews_review where id = %s", review) == ("submitted",)


def test_what_was_submitted_once_stays_with_its_reviewer(fresh_db):
    mine, review = drafted(make.reviewing_batch(UNITS))
    with as_person(mine.reviewer_id) as web:
        web.execute(SUBMIT, ["80", review])
    reopened(mine)
    with as_person(person("officer", "MIIT").pk) as web:
        refused(web, "relief_before_the_review", RELIEVE, "x", mine.pk)


def test_no_unit_comes_to_a_list_that_was_issued(fresh_db):
    """What was ready only after the first list stands on a list of its own, whose letters and document name it."""
    batch = make.published_batch(UNITS, given={"350200": "80", "330200": "90"}, places=2, days_ago=40)
    with make.some_days_ago(35):
        objection = make.lodged(batch, unit="330200")
    with acting("officer", "MIIT") as by:
        first = publicity.finalise(by=by, batch=batch, document_no="财建〔2026〕1号")
    make.answered(objection, uphold=False)
    entry = held("select id from reviews_publicentry where batch_id = %s and unit_id = '330200'", batch.pk)[0]
    miit = person("officer", "MIIT").pk
    with as_person(miit) as web:
        refused(web, "entry_final_by_a_list", FINAL, first.pk, entry)
        with web.transaction():  # a savepoint of the list's own transaction
            new = web.execute(LIST, [batch.pk, 2, "财建〔2026〕2号", miit]).fetchone()[0]
        with web.transaction():
            web.execute(FINAL, [new, entry])
        web.rollback()
    with acting("officer", "MIIT") as by:
        second = publicity.finalise(by=by, batch=make.fresh(batch), document_no="财建〔2026〕3号")
    assert held("select final_list_id from reviews_publicentry where id = %s", entry) == (second.pk,)


def leave(connection: psycopg.Connection[Any], application: int) -> None:
    """A unit withdraws its application."""
    connection.execute(
        "update applications_application set state = 'withdrawn', withdrawn_why = 'x' where id = %s", [application]
    )


def test_nothing_is_adopted_of_a_unit_that_leaves(fresh_db):
    """The unit withdraws, uncommitted; the second ministry signs meanwhile and waits: the list is not adopted."""
    batch = make.locked_batch(UNITS, given={"350200": "80", "330200": "90"}, places=1)
    decision = make.signed(make.proposed(make.computed(batch)), "MIIT")
    mof, application = person("officer", "MOF").pk, make.application(batch, "330200").pk
    first = as_person(person("signatory", "ZF330200").pk)
    leave(first, application)
    adopt = (SIGN["MOF"], [mof, decision.pk]), (ADOPT, [decision.pk])
    with waiting(mof, *adopt) as said:
        first.commit()
        first.close()
    assert said == ["decision_of_who_is_judged"]
    assert held("select state from reviews_decision where id = %s", decision.pk) == ("proposed",)
    with as_person(mof) as web:
        refused(web, "decision_of_who_is_judged", "; ".join((SIGN["MOF"], ADOPT)) % (mof, decision.pk, decision.pk))


def test_no_unit_leaves_a_list_that_is_being_adopted(fresh_db):
    """The second ministry adopts, uncommitted: who withdraws meanwhile is too late."""
    batch = make.locked_batch(UNITS, given={"350200": "80", "330200": "90"}, places=1)
    decision = make.signed(make.proposed(make.computed(batch)), "MIIT")
    mof, application = person("officer", "MOF").pk, make.application(batch, "330200").pk
    first = as_person(mof)
    first.execute(SIGN["MOF"], [mof, decision.pk])
    first.execute(ADOPT, [decision.pk])
    signatory = person("signatory", "ZF330200").pk
    with as_person(signatory) as web:
        web.execute("set local lock_timeout = '300ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable), web.transaction():
            leave(web, application)
    first.rollback()
    first.close()
