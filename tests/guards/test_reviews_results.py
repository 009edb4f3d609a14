"""Results signed by both ministries, what the panel says, letters: attacked with raw SQL as portal_web."""

from __future__ import annotations

import json
import threading

import psycopg
import pytest
from django.db import connections

from reviews import queries
from reviews.domain import locking
from tests import databases
from tests import factories_defence as defences
from tests import factories_reviews as make
from tests.factories_applications import acting, person
from tests.guards.applications_sql import as_person
from tests.guards.reviews_world import count, forbidden, make_both, refused, review_of

pytestmark = pytest.mark.guard
UNITS = {"350200": "300000000.00", "330200": "200000000.00"}
GIVEN = {"350200": "80.00", "330200": "90.00"}
SIGN = """insert into reviews_resultsignature (batch_id, ministry, sha256, by_id, at)
          values (%s, %s, %s, %s, clock_timestamp())"""
RESULT = """insert into reviews_panelresult (application_id, batch_id, reviews, score, locked_by_id, locked_at)
            values (%s, %s, %s, %s, %s, now())"""
REOPEN = """insert into reviews_reviewreopening (review_id, application_id, reviewer_id, reason, by_id, at, comment, scores)
            values (%s, %s, %s, %s, %s, now(), '', '[]')"""
LOCK = "update reviews_review set state = 'locked' where state = 'submitted'"
DECIDE = "update programme_batch set state = 'deciding' where id = %s"
RECORD = """insert into reviews_panelrecord (application_id, minutes, statement, comment, written_by_id, written_at, version)
            values (%s, '', %s, %s, %s, now(), 1)"""
LETTER = """insert into reviews_feedbackletter (application_id, outcome, comment, released_by_id, released_at)
            values (%s, %s, %s, %s, now())"""


def officer(code: str, number: int = 1) -> int:
    return person("officer", code, number).pk


def digest(batch) -> str:
    with acting("officer", "MIIT"):
        return queries.result_digest(batch)


@pytest.fixture
def batch(fresh_db):
    return make.reviewed_batch(UNITS, given=GIVEN, places=1)


def keys(batch) -> dict[str, int]:
    return {unit: make.application(batch, unit).pk for unit in UNITS}


def signed_by(batch, *codes: str) -> None:
    for code in codes:
        with as_person(officer(code)) as web:
            web.execute(SIGN, [batch.pk, code, digest(batch), officer(code)])
            web.commit()


def test_a_signature_is_of_ones_own_ministry_under_what_stands(batch):
    seen = digest(batch)
    with as_person(officer("MIIT")) as web:
        refused(web, "result_signed_for_ones_ministry", SIGN, batch.pk, "MOF", seen, officer("MIIT"))
        refused(web, "result_signed_for_ones_ministry", SIGN, batch.pk, "SJ", seen, officer("MIIT"))
        refused(web, "result_changed", SIGN, batch.pk, "MIIT", "0" * 64, officer("MIIT"))
        forbidden(web, SIGN, batch.pk, "MIIT", seen, officer("MIIT", 2))  # in another's name
        web.execute(SIGN, [batch.pk, "MIIT", seen, officer("MIIT")])
        forbidden(web, "update reviews_resultsignature set sha256 = ''")
        forbidden(web, "delete from reviews_resultsignature")
    for who in (person("reviewer", "MIIT"), person("auditor", "SJ"), person("drafter", "ZF350200")):
        with as_person(who.pk) as web, pytest.raises(psycopg.Error):
            web.execute(SIGN, [batch.pk, "MIIT", seen, who.pk])
    signed_by(batch, "MIIT")
    with psycopg.connect(databases.owner_dsn()) as owner:
        refused(owner, "result_signature_stays", "delete from reviews_resultsignature")
        refused(owner, "result_signature_stays", "truncate reviews_resultsignature")


def test_no_signature_with_an_interest_in_the_batch(batch):
    with acting("officer", "MOF", 2) as by:
        what = make.interests.InterestInput(True, "other", "x")
        make.interests.declare_own(by=by, application=make.application(batch, "350200"), what=what)
    with as_person(officer("MOF", 2)) as web:
        forbidden(web, SIGN, batch.pk, "MOF", digest(batch), officer("MOF", 2))


def test_no_signature_while_a_review_is_open(batch):
    row = make.assignments(batch)[0]
    with acting("officer", "MIIT") as by:
        found = queries.submitted_reviews(by).get(assignment=row)
        make.scoring.reopen(by=by, review=found, reason="x")
    with as_person(officer("MOF")) as web:
        refused(web, "result_of_complete_reviews", SIGN, batch.pk, "MOF", digest(batch), officer("MOF"))


def test_a_result_needs_both_ministries_by_two_people(batch):
    both = officer("MIIT", 7)
    databases.committed(lambda: make_both(both))
    values = [keys(batch)["350200"], batch.pk, 2]
    with as_person(officer("MIIT")) as web:
        refused(web, "result_needs_both_ministries", RESULT, *values, "80", officer("MIIT"))
    with as_person(both) as web:
        for code in ("MIIT", "MOF"):
            web.execute(SIGN, [batch.pk, code, digest(batch), both])
        refused(web, "result_needs_both_ministries", RESULT, *values, "80", both)
    signed_by(batch, "MIIT", "MOF")
    with as_person(officer("MOF")) as web:
        refused(web, "panel_result_is_the_mean", RESULT, *values, "80.000001", officer("MOF"))
        refused(web, "panel_result_is_the_mean", RESULT, values[0], batch.pk, 1, "80", officer("MOF"))
        forbidden(web, RESULT, *values, "80", officer("MIIT"))
        refused(web, "decision_needs_locked_scores", DECIDE, batch.pk)
        refused(web, "score_is_locked", LOCK)  # before its result stands
        web.execute(RESULT, [*values, "80", officer("MOF")])
        web.execute(RESULT, [keys(batch)["330200"], batch.pk, 2, "90", officer("MOF")])
        web.execute(LOCK)
        web.execute(DECIDE, [batch.pk])
    with as_person(person("reviewer", "MIIT").pk) as web, pytest.raises(psycopg.Error):
        web.execute(RESULT, [*values, "80", person("reviewer", "MIIT").pk])


def test_after_the_result_no_review_is_opened_and_no_step_goes_by_old_figures(batch):
    signed_by(batch, "MIIT", "MOF")
    row = next(one for one in make.assignments(batch) if one.application.unit_id == "350200")
    review = review_of(row)
    values = [review, row.application_id, row.reviewer_id, "x", officer("MIIT")]
    with as_person(officer("MIIT")) as web:
        web.execute(RESULT, [row.application_id, batch.pk, 2, "80", officer("MIIT")])
        refused(web, "reopening_of_a_submitted_review", REOPEN, *values)


def test_a_review_opened_while_the_result_is_fixed_stops_it(batch):
    """MIIT opens a review, uncommitted; MOF fixes the results meanwhile: the step to the decision is refused."""
    signed_by(batch, "MIIT", "MOF")
    row = next(one for one in make.assignments(batch) if one.application.unit_id == "350200")
    first = as_person(officer("MIIT"))
    first.execute(REOPEN, [review_of(row), row.application_id, row.reviewer_id, "x", officer("MIIT")])
    said: list[str] = []

    def fix() -> None:
        with as_person(mof) as web:
            for unit, score in (("350200", "80"), ("330200", "90")):
                web.execute(RESULT, [found[unit], batch.pk, 2, score, mof])
            try:
                web.execute(LOCK)  # waits for the first
                web.execute(DECIDE, [batch.pk])
            except psycopg.errors.IntegrityError as error:
                said.append(str(error.diag.constraint_name))
            web.rollback()

    found, mof = keys(batch), officer("MOF")
    other = threading.Thread(target=fix)
    other.start()
    other.join(2)
    assert other.is_alive(), "the second waits for the first"
    first.commit()
    first.close()
    other.join(20)
    assert said == ["result_needs_both_ministries"]


def test_a_review_opened_after_the_result_was_fixed_stays_locked(batch):
    """MOF locks, uncommitted; MIIT opens a review meanwhile and waits: what it finds is locked."""
    signed_by(batch, "MIIT", "MOF")
    row = next(one for one in make.assignments(batch) if one.application.unit_id == "350200")
    values = [review_of(row), row.application_id, row.reviewer_id, "x", officer("MIIT")]
    found = keys(batch)
    first = as_person(officer("MOF"))
    for unit, score in (("350200", "80"), ("330200", "90")):
        first.execute(RESULT, [found[unit], batch.pk, 2, score, officer("MOF")])
    first.execute(LOCK)
    first.execute(DECIDE, [batch.pk])
    said: list[str] = []

    def reopen() -> None:
        with as_person(values[-1]) as web:
            try:
                web.execute(REOPEN, values)
            except psycopg.errors.IntegrityError as error:
                said.append(str(error.diag.constraint_name))

    other = threading.Thread(target=reopen)
    other.start()
    other.join(2)
    assert other.is_alive()
    first.commit()
    first.close()
    other.join(20)
    assert said == ["review_state"]


def test_calibrated_scores_belong_to_the_reviews_as_they_stand(fresh_db):
    details = defences.details(0, result_by="calibrated")
    batch = make.reviewed_batch(UNITS, given=GIVEN, places=1, details=details)
    keep = """insert into reviews_calibrationresult (batch_id, question, answer, by_id, at)
              values (%s, %s::jsonb, %s::jsonb, %s, now())"""
    me, guard = officer("MOF"), "calibration_answers_its_question"
    with acting("officer", "MOF"):
        asked = queries.calibration_asked(batch)
    found = keys(batch)
    answer = {str(pk): "80.000000" for pk in found.values()}
    with as_person(me) as web:
        refused(web, "result_needs_its_calibration", SIGN, batch.pk, "MOF", digest(batch), me)
        changed = [[*asked[0][:2], "99.000000"], *asked[1:]]
        refused(web, guard, keep, batch.pk, json.dumps(changed), json.dumps(answer), me)
        refused(web, guard, keep, batch.pk, json.dumps(asked[:3]), json.dumps(answer), me)
        refused(web, guard, keep, batch.pk, json.dumps(asked), json.dumps(dict([*answer.items()][:1])), me)
        refused(web, guard, keep, batch.pk, json.dumps(asked), json.dumps(answer | {"0": "1.000000"}), me)
        refused(web, guard, keep, batch.pk, json.dumps(asked), json.dumps(dict.fromkeys(answer, "80")), me)
        forbidden(web, keep, batch.pk, json.dumps(asked), json.dumps(answer), officer("MIIT"))
        web.execute(keep, [batch.pk, json.dumps(asked), json.dumps(answer), me])
        forbidden(web, "update reviews_calibrationresult set answer = '{}'")
        web.commit()
    signed_by(batch, "MIIT", "MOF")
    with as_person(me) as web:
        refused(web, "panel_result_is_the_mean", RESULT, found["350200"], batch.pk, 2, "79", me)
        web.execute(RESULT, [found["350200"], batch.pk, 2, "80", me])
    with psycopg.connect(databases.owner_dsn()) as owner:
        refused(owner, "calibration_stays", "delete from reviews_calibrationresult")
    other = make.reviewed_batch(UNITS, given=GIVEN, places=1, number=44)
    with as_person(me) as web:
        refused(web, "calibration_by_the_rules", keep, other.pk, "[]", "{}", me)
    for who in (person("reviewer", "MIIT"), person("drafter", "ZF350200"), person("provincial_officer", "GX350000")):
        with as_person(who.pk) as web:
            assert count(web, "select count(*) from reviews_calibrationresult") == 0


def test_the_panels_words_stay_and_one_does_not_approve_ones_own(batch):
    pk = keys(batch)["350200"]
    approve = "update reviews_panelrecord set approved_by_id = %s, approved_at = now() where application_id = %s"
    with as_person(officer("MIIT")) as web:
        forbidden(web, RECORD, pk, "x", "y", officer("MOF"))
        web.execute(RECORD, [pk, "一致", "好", officer("MIIT")])
        refused(web, "comment_approved_by_another", approve, officer("MIIT"), pk)
        refused(web, "panel_record_is_kept", approve, officer("MOF"), pk)  # in another's name
        web.commit()
    with as_person(officer("MOF")) as web:
        refused(
            web, "panel_record_is_kept", "update reviews_panelrecord set comment = 'x' where application_id = %s", pk
        )
        web.execute(approve, [officer("MOF"), pk])
        refused(
            web, "comment_is_approved", "update reviews_panelrecord set comment = 'x' where application_id = %s", pk
        )
        web.commit()
    make.locked(batch)
    with as_person(officer("MIIT")) as web:
        for column in ("minutes", "statement"):
            change = f"update reviews_panelrecord set {column} = 'x' where application_id = %s"
            refused(web, "panel_record_is_kept", change, pk)
        refused(web, "panel_record_is_kept", RECORD, keys(batch)["330200"], "late", "", officer("MIIT"))
        web.execute(RECORD, [keys(batch)["330200"], "", "later", officer("MIIT")])
    for who in (person("drafter", "ZF350200"), person("provincial_officer", "GX350000"), person("reviewer", "ZJ", 5)):
        with as_person(who.pk) as web:
            assert count(web, "select count(*) from reviews_panelrecord") == 0
            told = "select count(*) from audit_event where act in ('reviews.keep_record', 'reviews.approve_comment')"
            assert count(web, told) == 0


def test_a_letter_says_what_was_approved_after_the_final_list(fresh_db):
    final = make.final_batch(UNITS, given=GIVEN, places=1)
    deciding = make.locked_batch(UNITS, given=GIVEN, places=1, number=44)
    for each in (final, deciding):
        for unit in UNITS:
            with acting("officer", "MIIT") as by:
                what = defences.panel.RecordInput(0, None, "好")
                defences.panel.keep_record(by=by, application=make.application(each, unit), what=what)
    defences.approved(final, "330200")
    late = make.application(deciding, "330200").pk
    with acting("officer", "MOF") as by:
        row = queries.panel_records(by).get(application=late)
        defences.panel.approve_comment(by=by, record=row, version=row.version)
    pk, open_one = keys(final)["330200"], keys(final)["350200"]
    me = officer("MIIT")
    with as_person(officer("MOF")) as web:
        forbidden(web, LETTER, pk, "selected", "好", officer("MOF"))
    with as_person(me) as web:
        guard = "feedback_after_the_final_list"
        refused(web, guard, LETTER, late, "in_review", "好", me)
        refused(web, guard, LETTER, pk, "not_selected", "好", me)
        refused(web, guard, LETTER, pk, "selected", "差", me)
        refused(web, guard, LETTER, open_one, "not_selected", "好", me)  # not approved
        forbidden(web, LETTER, pk, "selected", "好", officer("MIIT", 2))
        web.execute(LETTER, [pk, "selected", "好", me])
        forbidden(web, "update reviews_feedbackletter set comment = 'x'")
        web.commit()
    with as_person(person("drafter", "ZF330200").pk) as web:
        assert count(web, "select count(*) from reviews_feedbackletter") == 1
    with as_person(person("drafter", "ZF350200").pk) as web:
        assert count(web, "select count(*) from reviews_feedbackletter") == 0
    with psycopg.connect(databases.owner_dsn()) as owner:
        refused(owner, "feedback_stays", "update reviews_feedbackletter set comment = 'x'")


def test_signing_twice_at_once_locks_once(batch):
    """Both ministries press at the same moment: the batch's row is locked, so the second sees the first."""
    seen, errors = digest(batch), []

    def press(code: str) -> None:
        try:
            with acting("officer", code) as by:
                locking.sign(by=by, batch=make.fresh(batch), sha256=seen)
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()  # of this thread

    pressed = [threading.Thread(target=press, args=(code,)) for code in ("MIIT", "MOF")]
    for one in pressed:
        one.start()
    for one in pressed:
        one.join(30)
    assert errors == []
    assert make.fresh(batch).state == "deciding"
