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
from reviews.domain import locking, scoring
from tests import databases
from tests import factories_reviews as make
from tests.factories_applications import acting, person
from tests.guards.applications_sql import as_person, name_of
from tests.guards.reviews_world import refused
from tests.guards.test_reviews_races import STEP_BACK
from tests.guards.test_reviews_results import DECIDE

pytestmark = pytest.mark.guard
UNITS = {"350200": "300000000.00", "330200": "200000000.00"}
PUT = "update reviews_reviewscore set value = 1, comment = 'x' where review_id = %s"
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
    state = "select b.state, s.state from reviews_assignment s join programme_batch b on b.id = s.batch_id where s.id = %s"
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
