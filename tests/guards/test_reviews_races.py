"""Reviewers step back at the same moment, each on a connection of its own. Each test commits in a clone of its own."""

from __future__ import annotations

import psycopg
import pytest

from portal.core.errors import Stale
from reviews.domain import people
from reviews.models import ReviewerProfile
from tests import factories_reviews as make
from tests.factories_applications import acting, person
from tests.guards.applications_sql import as_person, as_superuser
from tests.guards.test_applications_races import race

pytestmark = pytest.mark.guard
STEP_BACK = """insert into reviews_interest (application_id, reviewer_id, has_interest, kind, reason, declared_at)
               values (%s, %s, true, 'money', 'x', now())"""
UNITS = {"350200": "300000000.00", "330200": "200000000.00"}


def step(assignment) -> str:
    with as_person(assignment.reviewer_id) as web:
        web.execute(STEP_BACK, [assignment.application_id, assignment.reviewer_id])
    return "stepped back"


def test_one_free_place_is_filled_once(fresh_db):
    batch = make.reviewing_batch(UNITS)
    with acting("officer", "MIIT") as by:
        free = ReviewerProfile.objects.get(user__email="reviewer.1@zj.test")
        what = people.ProfileInput(free.home_province, "x", group="expert", max_load=1)
        people.keep_profile(by=by, user_id=free.user_id, what=what, profile=free)
    rows = make.assignments(batch)
    miit = next(row for row in rows if "miit" in row.reviewer.email and row.application.unit_id == "350200")
    mof = next(row for row in rows if "mof" in row.reviewer.email and row.application.unit_id == "330200")
    assert race(lambda: step(miit), lambda: step(mof)) == {"stepped back": 2}
    assert [row.reviewer.email for row in make.assignments(batch)].count("reviewer.1@zj.test") == 1


def test_who_could_replace_each_other_do_not_wait_for_each_other(fresh_db):
    two = [make.reviewer("MIIT", province="110000"), make.reviewer("MOF", province="120000")]
    batch = make.reviewing_batch(UNITS, reviewers=two, reviewers_per_application=1)
    mof = person("reviewer", "MOF").pk
    rows = make.assignments(batch)
    with as_superuser() as admin:  # each of the two reads one application, and could read the other
        admin.execute("update reviews_assignment set reviewer_id = %s where id = %s", [mof, rows[1].pk])
    rows = make.assignments(batch)
    assert len({row.reviewer_id for row in rows}) == len({row.application_id for row in rows}) == 2
    assert race(*[lambda row=row: step(row) for row in rows]) == {"stepped back": 2}
    assert len(make.assignments(batch)) >= 1  # who was busy at that moment was passed over, and MIIT is told


def test_one_replacement_of_a_batch_after_the_other(fresh_db):
    """While one is under way the next one waits: its count of what everybody holds would be old."""
    batch = make.reviewing_batch(UNITS)
    mine = make.assignments(batch)[0]
    with as_superuser() as other:
        other.execute("select pg_advisory_xact_lock(hashtextextended('reviews_replace:' || %s, 0))", [batch.pk])
        with as_person(mine.reviewer_id) as web:
            web.execute("set local lock_timeout = '300ms'")
            with pytest.raises(psycopg.errors.LockNotAvailable):
                web.execute(STEP_BACK, [mine.application_id, mine.reviewer_id])
    assert step(mine) == "stepped back"


def test_two_windows_keep_their_first_draft_at_once(fresh_db):
    """One of them is kept, the other is told that it is older; neither fails."""
    batch = make.reviewing_batch(UNITS)
    mine = make.declared(make.assignments(batch)[0])

    def keep() -> str:
        with make.as_reviewer(mine) as by:
            row = type(mine).objects.select_related("batch__rule_set").get(pk=mine.pk)
            try:
                make.scoring.autosave(by=by, assignment=row, what=make.scores(batch, "80"))
            except Stale:
                return "older"
        return "kept"

    assert race(keep, keep) == {"kept": 1, "older": 1}
