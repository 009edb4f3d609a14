"""Invitations, agenda, hearings, questions, attendance, revised scores: attacked with raw SQL as portal_web."""

from __future__ import annotations

import json

import psycopg
import pytest

from reviews import queries
from tests import databases
from tests import factories_defence as make
from tests import factories_reviews as reviews
from tests.factories_applications import acting, person
from tests.guards.applications_sql import as_person
from tests.guards.reviews_world import count, forbidden, refused, review_of

pytestmark = pytest.mark.guard
FIX = """insert into reviews_defence (batch_id, invited, fixed_by_id, fixed_at, seed, source, agenda)
         values (%s, %s::jsonb, %s, now(), %s, %s, '[]')"""
DRAW = """update reviews_defence set seed = %s, source = 'x', agenda = %s::jsonb, drawn_by_id = %s, drawn_at = now()
          where batch_id = %s"""
HEARING = """insert into reviews_hearing (application_id, session_id, place, seat, state, delegation)
             values (%s, %s, %s, %s, 'invited', '')"""
CONFIRM = """update reviews_hearing set state = 'confirmed', delegation = 'x', confirmed_by_id = %s, confirmed_at = now()
             where application_id = %s"""
HOLD = "update reviews_hearing set state = 'heard', held_by_id = %s, held_at = now(), began_at = now() where application_id = %s"
ATTEND = """insert into reviews_attendance (hearing_id, person_id, is_present, by_id, at)
            values (%s, %s, %s, %s, now())"""
ASK = """insert into reviews_hearingquestion (hearing_id, text, criterion, answer, by_id, at)
         values (%s, 'x', '', '', %s, now())"""
REOPEN = """insert into reviews_reviewreopening (review_id, application_id, reviewer_id, reason, by_id, at, comment, scores)
            values (%s, %s, %s, 'x', %s, now(), '', '[]')"""


def officer(code: str, number: int = 1) -> int:
    return person("officer", code, number).pk


@pytest.fixture
def ready(fresh_db):
    return make.ready_batch(places=2)


@pytest.fixture
def agreed(fresh_db):
    return make.agreed_batch()


def key(batch, unit="350200") -> int:
    return reviews.application(batch, unit).pk


def panel_of(batch, unit="350200"):
    return [row for row in reviews.assignments(batch) if row.application.unit_id == unit]


def test_invited_are_the_best_and_nobody_else(ready):
    with acting("officer", "MIIT"):
        best = queries.invitation(ready)
    me = officer("MIIT")
    with as_person(me) as web:
        wrong = sorted([key(ready, "330200"), key(ready)])
        refused(web, "defence_of_the_best", FIX, ready.pk, json.dumps(wrong), me, "", "")
        refused(web, "defence_of_the_best", FIX, ready.pk, json.dumps(best[:1]), me, "", "")
        refused(web, "agenda_as_drawn", FIX, ready.pk, json.dumps(best), me, "seed", "x")
        forbidden(web, FIX, ready.pk, json.dumps(best), officer("MIIT", 2), "", "")
        step = "update applications_application set state = 'defence' where id = %s"
        refused(web, "defence_by_invitation", step, best[0])
        web.execute(FIX, [ready.pk, json.dumps(best), me, "", ""])
        refused(web, "defence_by_invitation", step, key(ready, "330200"))
        web.execute(step, [best[0]])
        forbidden(web, "delete from reviews_defence")
    with as_person(officer("MOF")) as web:
        forbidden(web, FIX, ready.pk, json.dumps(best), officer("MOF"), "", "")


def test_no_invitation_without_the_rule_or_with_a_review_missing(fresh_db):
    unit = {"350200": "300000000.00"}
    without = reviews.reviewed_batch(unit, given={"350200": "80"}, places=1, number=31)
    early = reviews.reviewing_batch(unit, places=1, number=32, details=make.details(1))
    me = officer("MIIT")
    with as_person(me) as web:
        refused(web, "defence_by_the_rules", FIX, without.pk, "[]", me, "", "")
        refused(web, "result_of_complete_reviews", FIX, early.pk, json.dumps([key(early)]), me, "", "")


def test_the_agenda_follows_from_the_seed_by_another_ministry_once(ready):
    row = make.invited(ready)
    make.session(ready, seats=1)
    with acting("officer", "MOF"):
        rows = list(type(reviews.application(ready, "350200")).objects.filter(pk__in=row.invited))
        agenda = make.defending.agenda([(one.pk, one.unit_id, one.province_id) for one in rows], "s")
    mof, right = officer("MOF"), json.dumps(agenda)
    with as_person(mof) as web:
        refused(web, "agenda_as_drawn", DRAW, "s", json.dumps(agenda[::-1]), mof, ready.pk)
        refused(web, "agenda_as_drawn", DRAW, "s", right, officer("MOF", 2), ready.pk)
        refused(web, "agenda_needs_seats", DRAW, "s", right, mof, ready.pk)
    make.session(ready, seats=1, hours=3)
    with as_person(officer("MIIT")) as web:
        assert web.execute(DRAW, ["s", right, officer("MIIT"), ready.pk]).rowcount == 0
    with as_person(mof) as web:
        web.execute(DRAW, ["s", right, mof, ready.pk])
        refused(web, "agenda_as_drawn", DRAW, "t", right, mof, ready.pk)
        early, late = (one for (one,) in web.execute("select id from reviews_defencesession order by begins_at"))
        refused(web, "agenda_as_drawn", HEARING, agenda[1], early, 1, 1)  # another's place
        refused(web, "agenda_as_drawn", HEARING, agenda[0], late, 1, 1)  # another session
        web.execute(HEARING, [agenda[0], early, 1, 1])
        web.execute(HEARING, [agenda[1], late, 2, 1])
        web.commit()
    with as_person(officer("MIIT")) as web:
        for change in (
            "update reviews_defencesession set seats = 9 where id = %s",
            "update reviews_defencesession set minutes = 9 where id = %s",
            "delete from reviews_defencesession where id = %s",
        ):
            refused(web, "session_seats_stay", change, early)
        forbidden(web, HEARING, agenda[0], early, 1, 2)
        refused(web, "agenda_as_drawn", "update reviews_hearing set seat = 9 where application_id = %s", agenda[0])
        forbidden(web, "delete from reviews_hearing")
        refused(web, "session_has_a_place", "update reviews_defencesession set room = '' where id = %s", early)


def test_a_unit_confirms_for_itself_and_sees_itself_alone(agreed):
    mine, other = key(agreed), key(agreed, "350100")
    city = person("signatory", "ZF350200").pk
    with as_person(city) as web:
        assert count(web, "select count(*) from reviews_hearing") == 1
        assert count(web, "select count(*) from reviews_defence") == 0
        assert web.execute(CONFIRM, [city, other]).rowcount == 0
        refused(web, "hearing_by_its_side", CONFIRM, person("drafter", "ZF350200").pk, mine)
        refused(web, "hearing_by_its_side", HOLD, city, mine)
        web.execute(CONFIRM, [city, mine])
    with as_person(officer("MIIT")) as web:
        refused(web, "hearing_by_its_side", CONFIRM, officer("MIIT"), mine)
        refused(web, "hearing_by_its_side", HOLD, officer("MIIT", 2), mine)
    for reader in (panel_of(agreed)[0].reviewer_id, person("provincial_officer", "GX350000").pk):  # see it, and no more
        with as_person(reader) as web:
            assert count(web, "select count(*) from reviews_hearing where application_id = %s", mine) == 1
            assert web.execute(CONFIRM, [reader, mine]).rowcount == 0
    for who in (person("soe_officer", "YQ001"), person("drafter", "ZF330200"), person("reviewer", "ZJ", 5)):
        with as_person(who.pk) as web:
            assert count(web, "select count(*) from reviews_hearing where application_id = %s", mine) == 0


def test_questions_attendance_and_minutes_stay_inside(agreed):
    mine = key(agreed)
    city, me = person("drafter", "ZF350200").pk, officer("MIIT")
    member = panel_of(agreed)[0].reviewer_id
    with as_person(member) as web:
        web.execute(ASK, [mine, member])
        forbidden(web, ASK, mine, me)
        forbidden(web, ATTEND, mine, member, True, member)
        assert web.execute("update reviews_hearingquestion set answer = 'x'").rowcount == 0
        web.commit()
    with as_person(city) as web:
        for table in ("reviews_hearingquestion", "reviews_attendance", "reviews_panelrecord"):
            assert count(web, f"select count(*) from {table}") == 0
        forbidden(web, ASK, mine, city)
    with as_person(me) as web:
        refused(web, "attendance_of_the_panel", ATTEND, mine, officer("MOF"), True, me)
        forbidden(web, ATTEND, mine, member, True, officer("MOF"))
        web.execute(ATTEND, [mine, member, True, me])
        refused(web, "attendance_once", ATTEND, mine, member, False, me)


def test_who_steps_back_sees_and_guesses_nothing_more(agreed):
    row = panel_of(agreed)[0]
    with reviews.as_reviewer(row) as by:
        what = reviews.interests.InterestInput(True, "kinship", "x")
        reviews.interests.declare(by=by, assignment=row, what=what)
    make.held(agreed)
    with as_person(row.reviewer_id) as web:
        for table, column in (
            ("reviews_hearing", "application_id"),
            ("reviews_hearingquestion", "hearing_id"),
            ("reviews_attendance", "hearing_id"),
            ("reviews_panelrecord", "application_id"),
            ("reviews_reviewreopening", "application_id"),
        ):
            assert count(web, f"select count(*) from {table} where {column} = %s", row.application_id) == 0
        forbidden(web, ASK, row.application_id, row.reviewer_id)
    with as_person(officer("MIIT")) as web:
        taken = "select count(*) from reviews_assignment where replaces_id = %s"
        assert count(web, taken, row.pk) == 0


def test_a_score_is_revised_by_who_was_there(agreed):
    there, away = panel_of(agreed)
    make.held(agreed, away=(away.reviewer_id,))
    with as_person(away.reviewer_id) as web:
        values = [review_of(away), away.application_id, away.reviewer_id, away.reviewer_id]
        refused(web, "revision_after_the_hearing", REOPEN, *values)
    with as_person(there.reviewer_id) as web:
        mine = [review_of(there), there.application_id, there.reviewer_id]
        forbidden(web, REOPEN, *mine, officer("MIIT"))
        with pytest.raises(psycopg.Error):  # another's review
            web.execute(REOPEN, [review_of(away), away.application_id, there.reviewer_id, there.reviewer_id])
    with as_person(there.reviewer_id) as web:
        web.execute(REOPEN, [*mine, there.reviewer_id])
        assert (
            count(web, "select count(*) from reviews_review where id = %s and state = 'draft'", review_of(there)) == 1
        )
        assert count(web, "select total from reviews_reviewreopening") == 90
    with as_person(away.reviewer_id) as web:
        assert count(web, "select count(*) from reviews_reviewreopening") == 0


def test_nothing_of_a_hearing_changes_after_the_result(agreed):
    for unit in make.UNITS:
        make.held(agreed, unit)
        make.recorded(agreed, unit)
    reviews.locked(agreed)
    mine, me = key(agreed), officer("MIIT")
    member = panel_of(agreed)[0]
    with as_person(me) as web:
        refused(web, "hearing_before_the_result", ASK, mine, me)
        refused(web, "hearing_before_the_result", "update reviews_attendance set is_present = false, by_id = %s", me)
        refused(
            web,
            "hearing_before_the_result",
            "update reviews_hearing set held_at = now() where application_id = %s",
            mine,
        )
    with as_person(member.reviewer_id) as web:
        values = [review_of(member), mine, member.reviewer_id, member.reviewer_id]
        refused(web, "revision_after_the_hearing", REOPEN, *values)


def test_materials_come_before_the_hearing_and_stay_after_it(agreed):
    file = make.material(agreed)
    make.held(agreed)
    city = person("drafter", "ZF350200").pk
    with as_person(city) as web:
        refused(web, "hearing_file_before_it", "delete from reviews_hearingfile where id = %s", file.pk)
        copy = """insert into reviews_hearingfile (hearing_id, title, file_name, content_type, size, sha256, storage_key,
                                                   uploaded_by_id, uploaded_at)
                  select hearing_id, 'y', file_name, content_type, size, sha256, storage_key, uploaded_by_id, uploaded_at
                    from reviews_hearingfile"""
        refused(web, "hearing_file_before_it", copy)
    with as_person(person("drafter", "ZF330200").pk) as web:
        assert count(web, "select count(*) from reviews_hearingfile") == 0
    with psycopg.connect(databases.owner_dsn()) as owner:
        refused(owner, "hearing_file_before_it", "update reviews_hearingfile set title = 'x'")
