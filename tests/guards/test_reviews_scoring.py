"""Comments, "not enough to judge", vetoes, reopening, private notes and the scores of others, against raw SQL."""

from __future__ import annotations

import psycopg
import pytest

from reviews.models import ReviewReopening
from tests import databases
from tests import factories_reviews as make
from tests.factories_applications import acting, person
from tests.guards.applications_sql import as_person
from tests.guards.reviews_world import forbidden, refused

pytestmark = pytest.mark.guard
UNITS = {"350200": "300000000.00"}
PUT = """update reviews_reviewscore set value = %s, comment = %s, is_insufficient = %s
         where review_id = %s and criterion = %s"""
ADD = """insert into reviews_reviewscore (review_id, criterion, value, comment, is_insufficient)
         values (%s, %s, %s, %s, %s)"""
SUBMIT = "update reviews_review set state = 'submitted', total = %s, submitted_at = now() where id = %s"
REOPEN = """insert into reviews_reviewreopening (review_id, application_id, reviewer_id, reason, by_id, at, total,
            comment, scores) values (%s, %s, %s, %s, %s, now(), 1, 'made up', '[]')"""
NOTE = "insert into reviews_reviewnote (assignment_id, reviewer_id, text, at) values (%s, %s, 'x', now())"


def miit() -> int:
    return person("officer", "MIIT").pk


def drafted(batch):
    """The reviewer of MIIT with a draft of 80 everywhere: (assignment, key of the review)."""
    row = make.declared(next(row for row in make.assignments(batch) if row.reviewer.email == "reviewer.1@miit.test"))
    with make.as_reviewer(row) as by:
        return row, make.scoring.keep_draft(by=by, assignment=row, what=make.scores(batch, "80")).pk


def test_a_score_or_the_reason_why_there_is_none(fresh_db):
    row, review = drafted(make.reviewing_batch(UNITS, places=1))
    with as_person(row.reviewer_id) as web:
        refused(web, "score_or_not_enough_to_judge", PUT, None, "", False, review, "goals")
        refused(web, "score_or_not_enough_to_judge", PUT, 80, "x", True, review, "goals")
        refused(web, "score_not_enough_says_why", PUT, None, "", True, review, "goals")
        refused(web, "score_within_its_scale", ADD, review, "veto", "0.5", "x", False)
        refused(web, "score_within_its_scale", ADD, review, "veto", None, "x", True)
        refused(web, "score_within_its_scale", ADD, review, "demonstration", "5.01", "", False)
        refused(web, "score_within_its_scale", ADD, review, "nothing", None, "x", True)
        web.execute(PUT, [None, "a comment before its score", False, review, "goals"])
        refused(web, "review_is_complete", SUBMIT, "80", review)
        web.execute(PUT, [None, "x", True, review, "goals"])
        web.execute(ADD, [review, "demonstration", None, "only a comment", False])
        web.execute(SUBMIT, ["80", review])


def test_low_scores_and_vetoes_are_explained_and_half_is_judged(fresh_db):
    row, review = drafted(make.reviewing_batch(UNITS, places=1))
    with as_person(row.reviewer_id) as web:
        web.execute(PUT, ["59.99", "", False, review, "innovation"])  # weight 10
        refused(web, "score_needs_a_comment", SUBMIT, "77.999", review)
        web.execute(PUT, ["59.99", "x", False, review, "innovation"])
        web.execute(ADD, [review, "veto", 1, "", False])
        refused(web, "score_needs_a_comment", SUBMIT, "77.999", review)
        web.execute(
            "update reviews_reviewscore set comment = 'x' where review_id = %s and criterion = 'veto'", [review]
        )
        for code in ("goals", "projects", "chain"):  # weight 60 of 100
            web.execute(PUT, [None, "x", True, review, code])
        refused(web, "review_judges_enough", SUBMIT, "74.9975", review)
        web.execute(PUT, ["80", "", False, review, "chain"])  # 55 of 100 are judged
        web.execute(ADD, [review, "demonstration", "5", "", False])
        exact = (15 * 80 + 15 * 80 + 15 * 80 + 10 * 59.99) / 55 + 5
        refused(web, "review_total_is_the_weighted_sum", SUBMIT, f"{exact - 5:.6f}", review)
        web.execute(SUBMIT, [f"{exact:.6f}", review])


def test_only_miit_reopens_and_the_record_is_the_databases(fresh_db):
    batch = make.reviewing_batch(UNITS, places=1)
    row, review = drafted(batch)
    values = [review, row.application_id, person("reviewer", "MOF").pk]
    with as_person(miit()) as web:
        refused(web, "reopening_of_a_submitted_review", REOPEN, *values, "x", miit())
    with as_person(row.reviewer_id) as web:
        web.execute(SUBMIT, ["80", review])
        web.commit()
    with as_person(row.reviewer_id) as web:
        refused(web, "revision_after_the_hearing", REOPEN, *values, "x", row.reviewer_id)
        back = "update reviews_review set state = 'draft', total = null, submitted_at = null where id = %s"
        refused(web, "score_is_locked", back, review)
    with as_person(person("officer", "MOF").pk) as web:
        refused(web, "revision_after_the_hearing", REOPEN, *values, "x", person("officer", "MOF").pk)
    with as_person(miit()) as web:
        refused(web, "score_is_locked", back, review)
        refused(web, "reopening_has_a_reason", REOPEN, *values, "", miit())
        forbidden(web, REOPEN, *values, "x", person("officer", "MIIT", 2).pk)
        web.execute(REOPEN, [*values, "x", miit()])
        forbidden(web, "update reviews_reviewreopening set reason = 'y'")
        forbidden(web, "delete from reviews_reviewreopening")
        refused(web, "reopening_of_a_submitted_review", REOPEN, *values, "x", miit())  # it is a draft now
        web.commit()
    with acting("officer", "MIIT"):
        kept = ReviewReopening.objects.get()
    assert (kept.reviewer_id, str(kept.total), kept.comment) == (row.reviewer_id, "80.000000", "意见（演示）")
    assert {(code, value) for code, value, _comment, _none in kept.scores} == {
        (code, "80.00") for code in ("foundation", "goals", "projects", "chain", "funding", "innovation")
    }
    with psycopg.connect(databases.owner_dsn()) as owner:
        owner.execute("select enter_scope(%s)", [miit()])
        for statement in ("update reviews_reviewreopening set reason = 'y'", "delete from reviews_reviewreopening"):
            refused(owner, "reopening_stays", statement)
        owner.rollback()
    with as_person(row.reviewer_id) as web:
        assert web.execute("select state, total from reviews_review where id = %s", [review]).fetchone() == (
            "draft",
            None,
        )
        assert web.execute(PUT, ["90", "", False, review, "goals"]).rowcount == 1
        assert web.execute("select count(*) from reviews_reviewreopening").fetchone() == (1,)  # the own one


def test_notes_are_the_reviewers_alone(fresh_db):
    row, _review = drafted(make.reviewing_batch(UNITS, places=1))
    with as_person(row.reviewer_id) as web:
        web.execute(NOTE, [row.pk, row.reviewer_id])
        web.commit()
    count = "select count(*) from reviews_reviewnote"
    for role, code in (("officer", "MIIT"), ("officer", "MOF"), ("auditor", "SJ"), ("reviewer", "MOF")):
        with as_person(person(role, code).pk) as web:
            assert web.execute(count).fetchone() == (0,)
            assert web.execute("update reviews_reviewnote set text = 'y'").rowcount == 0
            forbidden(web, NOTE, row.pk, person(role, code).pk)
    with as_person(row.reviewer_id) as web:
        assert web.execute(count).fetchone() == (1,)
        forbidden(web, "delete from reviews_reviewnote")


@pytest.mark.parametrize("shows", [True, False])
def test_scores_of_others_after_ones_own_and_only_by_the_rules(fresh_db, shows):
    details = {**make.DEFAULT["details"], "shows_others": shows}
    batch = make.reviewing_batch(UNITS, places=1, details=details)
    row, review = drafted(batch)
    other = next(one for one in make.assignments(batch) if one.pk != row.pk)
    make.scored(other, "70")
    seen = "select count(*) from reviews_review where reviewer_id = %s"
    scores = "select count(*) from reviews_reviewscore s join reviews_review r on r.id = s.review_id where r.reviewer_id = %s"
    with as_person(row.reviewer_id) as web:
        assert web.execute(seen, [other.reviewer_id]).fetchone() == (0,)
        web.execute(SUBMIT, ["80", review])
        assert web.execute(seen, [other.reviewer_id]).fetchone() == (int(shows),)
        assert web.execute(scores, [other.reviewer_id]).fetchone() == (6 * shows,)
        assert (
            web.execute("update reviews_review set comment = 'x' where reviewer_id = %s", [other.reviewer_id]).rowcount
            == 0
        )
        web.commit()
    with as_person(person("reviewer", "ZJ").pk) as web:  # of no panel
        assert web.execute(seen, [other.reviewer_id]).fetchone() == (0,)


def test_figures_beside_peers_tell_quartiles_and_only_readers(fresh_db):
    places = ("350200", "330200", "370200", "440300", "320500")  # the east, so that they are peers
    batch = make.reviewing_batch(dict.fromkeys(places, "123456789.00") | {"350200": "200000000.00"}, places=1)
    row = next(row for row in make.assignments(batch) if row.application.unit_id == "350200")
    ask = "select measure, own, low, mid, high, peers from reviews_compared(%s) order by measure"
    with as_person(row.reviewer_id) as web:
        found = {name: values for name, *values in web.execute(ask, [row.application_id]).fetchall()}
        own, low, mid, high, peers = found["amount_asked"]
        assert (own, peers) == (200000000, 5)
        assert (low, mid) == (120000000, 120000000)  # two digits of 123,456,789
        assert high in {120000000, 200000000}
        web.execute(
            """insert into reviews_interest (application_id, reviewer_id, has_interest, kind, reason, declared_at)
               values (%s, %s, true, 'other', 'x', now())""",
            [row.application_id, row.reviewer_id],
        )
        assert web.execute(ask, [row.application_id]).fetchall() == []
        web.rollback()
    for role, code in (("reviewer", "ZJ"), ("drafter", "ZF350200"), ("provincial_officer", "GX350000")):
        with as_person(person(role, code).pk) as web:
            assert web.execute(ask, [row.application_id]).fetchall() == []
    with as_person(miit()) as web:
        assert len(web.execute(ask, [row.application_id]).fetchall()) == 8
        web.execute(
            """insert into reviews_interest (application_id, reviewer_id, has_interest, kind, reason, declared_at)
               values (%s, %s, true, 'other', 'x', now())""",
            [row.application_id, miit()],
        )
        assert web.execute(ask, [row.application_id]).fetchall() == []
        web.rollback()


def test_too_few_peers_have_no_quartiles(fresh_db):
    batch = make.reviewing_batch({"350200": "200000000.00", "330200": "100000000.00"}, places=1)
    row = make.assignments(batch)[0]
    with as_person(row.reviewer_id) as web:
        found = web.execute("select own, low, peers from reviews_compared(%s) where measure = 'amount_asked'",
                            [row.application_id]).fetchone()  # fmt: skip
    assert found[1:] == (None, 2)
