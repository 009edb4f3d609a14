"""The defence: invitations by the rules, agenda by a seed, confirmation, questions, minutes, revised scores."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from applications.domain import submission
from portal.core import clock
from portal.core.errors import DomainError, NotAllowed, WrongState
from portal.notifications.models import Notice
from reviews import queries
from reviews.agenda import agenda, key
from reviews.domain import defending, hearing, interests, scoring
from reviews.models import Assignment, Hearing, HearingQuestion, PanelRecord, Review, ReviewReopening
from reviews.todo import hearings as todo
from reviews.todo import screening
from tests import factories_defence as make
from tests import factories_reviews as reviews
from tests.factories_applications import acting
from tests.selection.strategies import examples
from tests.uploads import pdf, upload

SOLE = {"350200": "300000000.00"}


@pytest.fixture
def ready(db):
    return make.ready_batch()


@pytest.fixture
def agreed(db):
    return make.agreed_batch()


def first(batch, unit="350200") -> Assignment:
    """An assignment of a unit, with its reviewer."""
    return next(row for row in reviews.assignments(batch) if row.application.unit_id == unit)


class TestAgenda:
    @examples(120)
    @given(st.lists(st.sampled_from("ABCDE"), min_size=1, max_size=24), st.text("ab 期1", min_size=1), st.randoms())
    def test_two_of_a_province_meet_only_where_it_cannot_be_helped(self, provinces, seed, chance):
        units = [(one, f"{one:06}", province) for one, province in enumerate(provinces)]
        found = agenda(units, seed)
        assert sorted(found) == list(range(len(units)))
        meets = sum(provinces[a] == provinces[b] for a, b in pairwise(found))
        most = max(Counter(provinces).values())
        assert meets == max(0, 2 * most - len(units) - 1)
        shuffled = list(units)
        chance.shuffle(shuffled)
        assert agenda(shuffled, seed) == found

    def test_units_of_provinces_of_their_own_come_in_the_order_of_their_keys(self):
        units = [(one, f"{one:06}", str(one)) for one in range(20)]
        assert agenda(units, "x") == sorted(range(20), key=lambda one: key("x", f"{one:06}"))

    @pytest.mark.parametrize("seed", ["1", "期 7", "2027-03-01 04 11 19"])
    def test_the_database_counts_the_same(self, ready, seed):
        invited = make.invited(ready).invited
        with acting("officer", "MIIT"):
            rows = type(reviews.application(ready, "350200")).objects.filter(pk__in=invited)
            units = list(rows.values_list("pk", "unit_id", "province_id"))
            with connection.cursor() as cursor:
                cursor.execute(
                    "select value::bigint from jsonb_array_elements_text(reviews_agenda(%s, %s::jsonb))",
                    [seed, str(invited)],
                )
                assert [one for (one,) in cursor.fetchall()] == agenda(units, seed)


class TestPlanning:
    def test_the_best_of_the_rules_are_invited_and_the_last_rank_whole(self, db):
        batch = make.ready_batch(places=2)
        row = make.invited(batch)
        with acting("officer", "MIIT"):
            states = {one.unit_id: one.state for one in batch.applications.all()}
            assert len(row.invited) == 2
        assert states == {"350200": "defence", "350100": "defence", "330200": "in_review"}

    def test_it_is_asked_and_the_names_are_shown_before_they_are_fixed(self, ready, see):
        url = f"/reviewing/{ready.number}/defence/"
        page = see("officer", "MIIT").get(f"{url}invite/").content.decode()
        assert "Xiamen" in page
        assert "never changes" in page
        assert see("officer", "MOF").get(f"{url}invite/").status_code == 403
        assert see("officer", "MIIT").post(f"{url}invite/").status_code == 303
        assert "Fuzhou" in see("officer", "MOF").get(url).content.decode()

    def test_without_the_rule_or_with_a_review_missing_nobody_is_invited(self, db):
        for batch in (
            reviews.reviewed_batch(SOLE, given={"350200": "80"}, places=1, number=31),
            reviews.reviewing_batch(SOLE, places=1, number=32, details=make.details(1)),
        ):
            with acting("officer", "MIIT") as by, pytest.raises(DomainError):
                defending.invite(by=by, batch=batch)

    def test_only_miit_invites_and_plans_and_only_mof_draws(self, ready):
        with acting("officer", "MOF") as by, pytest.raises(NotAllowed):
            defending.invite(by=by, batch=ready)
        row = make.invited(ready)
        make.session(ready)
        with acting("officer", "MIIT") as by, pytest.raises(NotAllowed):
            defending.draw(by=by, defence=row, seed="1", source="x")

    def test_the_desk_of_mof_waits_for_the_seed(self, ready):
        def asked(code):
            with acting("officer", code) as by:
                return f"/reviewing/{ready.number}/defence/draw/" in [one.url for one in screening(by)]

        assert [asked(code) for code in ("MIIT", "MOF")] == [False, False]
        make.invited(ready)
        assert [asked(code) for code in ("MIIT", "MOF")] == [False, True]
        make.session(ready)
        make.drawn(ready)
        assert [asked(code) for code in ("MIIT", "MOF")] == [False, False]

    def test_sessions_need_a_place_a_later_time_and_enough_seats(self, ready):
        make.invited(ready)
        make.session(ready, seats=2)
        with pytest.raises(DomainError, match=r"3.*2") as error:
            make.drawn(ready)
        assert error.value.code == "agenda_needs_seats"
        with acting("officer", "MIIT") as by:
            for what in (
                defending.SessionInput(clock.now() - timedelta(minutes=1), 20, 3, room="x"),
                defending.SessionInput(clock.now() + timedelta(days=1), 20, 3),
                defending.SessionInput(clock.end_of_day(date.max), 20, 3, room="x"),  # the second unit has no time
            ):
                with pytest.raises(DomainError):
                    defending.plan_session(by=by, batch=ready, what=what)
        make.session(ready, seats=1, hours=5)
        make.drawn(ready)
        with acting("officer", "MIIT") as by:
            rows = list(queries.hearings(by))
        assert [row.seat for row in rows] == [1, 2, 1]
        assert [row.place for row in rows] == [1, 2, 3]
        assert rows[1].begins_at - rows[0].begins_at == timedelta(minutes=20)

    def test_a_moved_session_asks_the_units_anew(self, agreed):
        make.confirmed(agreed)
        with acting("officer", "MIIT") as by:
            row = queries.sessions(by, agreed).get()
            what = defending.SessionInput(clock.now() + timedelta(days=2), row.minutes, row.seats, room="第二会议室")
            defending.change_session(by=by, session=row, what=what)
            more = defending.SessionInput(clock.now() + timedelta(days=2), row.minutes, 9, room="x")
            with pytest.raises(DomainError) as error:
                defending.change_session(by=by, session=row, what=more)
            assert error.value.code == "session_seats_stay"
            with pytest.raises(DomainError):
                defending.remove_session(by=by, session=row)
        assert make.hearing_of(agreed).state == "invited"
        with acting("signatory", "ZF350200") as by:
            texts = list(Notice.objects.filter(person=by.id).values_list("text_en", flat=True))
            assert len([text for text in texts if "moved" in text]) == 1
            assert len([text for text in texts if "invited" in text]) == 1
            assert [line.url for line in todo(by)] == [f"/hearings/{reviews.application(agreed, '350200').pk}/"]

    def test_a_session_that_is_over_stays(self, agreed, see):
        url = f"/reviewing/{agreed.number}/defence/"
        for unit in make.UNITS:
            make.held(agreed, unit)
        with acting("officer", "MIIT") as by:
            row = queries.sessions(by, agreed).get()
        what = defending.SessionInput(clock.now() + timedelta(days=2), row.minutes, row.seats, room="x")
        with acting("officer", "MIIT") as by, pytest.raises(DomainError) as error:
            defending.change_session(by=by, session=row, what=what)
        assert error.value.code == "session_is_over"
        assert f"/reviewing/defence/sessions/{row.pk}/" not in see("officer", "MIIT").get(url).content.decode()

    def test_what_was_heard_keeps_its_time_when_the_rest_is_moved(self, agreed):
        make.held(agreed)
        before = make.hearing_of(agreed).begins_at
        with acting("officer", "MIIT") as by:
            row = queries.sessions(by, agreed).get()
            later = defending.SessionInput(clock.now() + timedelta(days=2), row.minutes, row.seats, room="x")
            defending.change_session(by=by, session=row, what=later)
        assert make.hearing_of(agreed).begins_at == before
        assert make.hearing_of(agreed, "330200").begins_at > before + timedelta(days=1)

    def test_an_officer_from_whom_a_unit_is_hidden_does_not_move_it(self, agreed):
        with acting("officer", "MIIT", 2) as by:
            what = interests.InterestInput(True, "other", "x")
            interests.declare_own(by=by, application=reviews.application(agreed, "350200"), what=what)
            row = queries.sessions(by, agreed).get()
            later = defending.SessionInput(clock.now() + timedelta(days=2), row.minutes, row.seats, room="x")
            with pytest.raises(NotAllowed):
                defending.change_session(by=by, session=row, what=later)


class TestUnit:
    def test_it_sees_its_own_time_alone_confirms_and_brings_material(self, agreed, see):
        city = see("drafter", "ZF350200")
        with acting("drafter", "ZF350200"):
            pk = Hearing.objects.get().pk
        page = city.get("/hearings/").content.decode()
        assert "Xiamen" in page
        assert "Fuzhou" not in page
        empty = city.post(f"/hearings/{pk}/", {"delegation": " "})
        assert empty.status_code == 422
        assert city.post(f"/hearings/{pk}/", {"delegation": "张三（演示）"}).status_code == 303
        bad = city.post(f"/hearings/{pk}/material/", {"title": "x", "file": upload(b"MZ\x90", "x.pdf")})
        assert bad.status_code == 422
        good = city.post(f"/hearings/{pk}/material/", {"title": "Slides", "file": upload(pdf(), "a.pdf")})
        assert good.status_code == 303
        with acting("drafter", "ZF350200") as by:
            file = queries.hearing_files(by).get()
        answer = city.get(f"/reviewing/hearings/files/{file.pk}/")
        assert answer.status_code == 200
        assert b"".join(answer.streaming_content) == pdf()
        for who in (("drafter", "ZF350100"), ("signatory", "ZF330200")):
            other = see(*who)
            assert other.get(f"/hearings/{pk}/").status_code == 404
            assert other.get(f"/reviewing/hearings/files/{file.pk}/").status_code == 404
        assert city.get(f"/reviewing/hearings/{pk}/").status_code == 403
        assert city.post(f"/hearings/files/{file.pk}/take-back/").status_code == 303
        assert "You have brought nothing yet." in city.get(f"/hearings/{pk}/").content.decode()

    def test_after_the_hearing_nothing_of_it_changes(self, agreed, see):
        make.confirmed(agreed)
        file = make.material(agreed)
        make.held(agreed)
        city = see("signatory", "ZF350200")
        city.post(f"/hearings/{file.hearing_id}/", {"delegation": "李四"})
        city.post(f"/hearings/files/{file.pk}/take-back/")
        with acting("drafter", "ZF350200") as by:
            assert queries.own_hearings(by).get().delegation == "张三，副市长（演示）"
            assert queries.hearing_files(by).count() == 1

    def test_who_withdraws_is_not_heard_and_nobody_waits(self, agreed, see):
        """Province and ministries hear of it; the agenda says so; the other units alone are still to be heard."""
        with acting("drafter", "ZF350200"):
            row = Hearing.objects.select_related("application").get()
        with acting("signatory", "ZF350200") as by:
            submission.withdraw(by=by, application=row.application, why="不再申报")
            assert todo(by) == []
        city, miit = see("drafter", "ZF350200"), see("officer", "MIIT")
        page = city.get(f"/hearings/{row.pk}/")
        assert page.context["form"] is None
        assert "it is not heard" in page.content.decode()
        for role, code in (("provincial_officer", "GX350000"), ("officer", "MIIT"), ("officer", "MOF")):
            with acting(role, code) as by:
                assert Notice.objects.filter(person=by.id, text_en__contains="has withdrawn").exists(), code
        board = miit.get(f"/reviewing/{agreed.number}/defence/")
        assert board.context["waiting"] == 2
        assert "withdrawn" in board.content.decode()
        with acting("officer", "MIIT") as by, pytest.raises(DomainError) as refusal:
            hearing.note_absence(by=by, hearing=queries.hearings(by).get(pk=row.pk))
        assert refusal.value.code == "hearing_is_off"


class TestHearing:
    def test_questions_come_from_the_remarks_once(self, db, see):
        batch = reviews.reviewing_batch(make.UNITS, places=1, details=make.details(3))
        for row in reviews.assignments(batch):
            reviews.scored(row, "50" if row.application.unit_id == "350200" else "80")
        make.invited(batch)
        make.session(batch)
        make.drawn(batch)
        pk = make.hearing_of(batch).pk
        miit = see("officer", "MIIT")
        for _twice in range(2):
            assert miit.post(f"/reviewing/hearings/{pk}/prepare/").status_code == 303
        with acting("officer", "MOF"):
            assert HearingQuestion.objects.count() == 12  # six remarks of each of two reviewers
            one = HearingQuestion.objects.first()
        assert miit.post(f"/reviewing/hearings/questions/{one.pk}/", {"text": "如何落实？"}).status_code == 303
        page = miit.get(f"/reviewing/hearings/{pk}/").content.decode()
        assert "如何落实？" in page
        assert miit.post(f"/reviewing/hearings/questions/{one.pk}/drop/").status_code == 303
        with acting("officer", "MIIT"):
            assert HearingQuestion.objects.count() == 11

    def test_the_panel_asks_and_reads_and_the_unit_does_not(self, agreed, see):
        mine = first(agreed)
        pk = mine.application_id
        reviewer = see("reviewer", mine.reviewer.email.split("@")[1].split(".")[0].upper())
        assert reviewer.post(f"/reviewing/hearings/{pk}/", {"text": "资金如何到位？"}).status_code == 303
        assert "资金如何到位？" in reviewer.get(f"/reviewing/hearings/{pk}/").content.decode()
        assert reviewer.post(f"/reviewing/hearings/{pk}/", {"text": ""}).status_code == 422
        assert "资金如何到位？" not in see("drafter", "ZF350200").get(f"/hearings/{pk}/").content.decode()
        with acting("drafter", "ZF350200"):
            assert not HearingQuestion.objects.exists()

    def test_minutes_say_for_everybody_whether_they_were_there(self, agreed, see):
        row = make.hearing_of(agreed)
        miit = see("officer", "MIIT")
        url = f"/reviewing/hearings/{row.pk}/hold/"
        with acting("officer", "MIIT") as by, pytest.raises(DomainError, match=r"(?i)not begun|尚未开始"):
            hearing.note_absence(by=by, hearing=row)
        people = [one.reviewer_id for one in reviews.assignments(agreed) if one.application_id == row.pk]
        given = {f"p{one}": "yes" for one in people} | {"minutes": "记录"}
        with clock.at(clock.now() + timedelta(hours=2)):
            missing = miit.post(url, given | {f"p{people[0]}": ""})
            assert missing.status_code == 422
            assert "Say for each reviewer" in missing.content.decode()
            assert miit.post(url, given | {"minutes": " "}).status_code == 422
            assert miit.post(url, given).status_code == 303
        with acting("officer", "MOF"):
            assert PanelRecord.objects.get().minutes == "记录"
            assert Hearing.objects.get(pk=row.pk).state == "heard"
        what = hearing.MinutesInput("x", dict.fromkeys(people, True))
        later = clock.now() + timedelta(hours=2)
        with clock.at(later), acting("officer", "MIIT") as by, pytest.raises(WrongState):
            hearing.hold(by=by, hearing=row, what=what)

    def test_who_steps_back_at_the_door_is_not_replaced_and_does_not_count(self, agreed):
        mine = first(agreed)
        with reviews.as_reviewer(mine) as by:
            interests.declare(by=by, assignment=mine, what=interests.InterestInput(True, "kinship", "亲属（演示）"))
        assert [row.state for row in reviews.assignments(agreed) if row.application_id == mine.application_id] == [
            "declared"
        ]
        with acting("officer", "MIIT") as by:
            row = queries.hearings(by).get(pk=mine.application_id)
            assert [line["is_recused"] for line in queries.attendance(row)].count(True) == 1
        with reviews.as_reviewer(mine):
            assert not Hearing.objects.filter(pk=mine.application_id).exists()


class TestRevision:
    def test_both_scores_are_kept_and_the_later_one_counts(self, agreed, see):
        make.held(agreed)
        mine = first(agreed)
        code = mine.reviewer.email.split("@")[1].split(".")[0].upper()
        reviewer = see("reviewer", code)
        assert reviewer.post(f"/reviews/{mine.pk}/revise/", {"reason": ""}).status_code == 422
        assert reviewer.post(f"/reviews/{mine.pk}/revise/", {"reason": "项目已开工"}).status_code == 303
        with reviews.as_reviewer(mine) as by:
            held = queries.own_review(queries.my_assignments(by).get(pk=mine.pk))
            assert held is not None
            assert held.state == "draft"
            what = reviews.scores(mine.batch, "96", version=held.version)
            scoring.submit(by=by, assignment=mine, what=what)
        page = see("officer", "MOF").get(f"/reviewing/application/{mine.application_id}/").content.decode()
        assert "submitted with 90.000000" in page
        assert "96.000000" in page
        assert "revised after the hearing" in page
        with acting("officer", "MIIT") as by:
            row = queries.results(by, agreed).get(pk=mine.application_id)
            assert row.score == Decimal("93.000000")
            assert ReviewReopening.objects.get().reason == "项目已开工"
        assert "submitted with 90.000000" in reviewer.get(f"/reviews/{mine.pk}/").content.decode()

    def test_not_before_the_hearing_nor_by_who_was_away(self, agreed):
        mine = first(agreed)

        def revise():
            with reviews.as_reviewer(mine) as by, pytest.raises(DomainError) as error:
                hearing.revise(by=by, review=Review.objects.get(assignment=mine), reason="x")
            return error.value.code

        assert revise() == "revision_after_the_hearing"
        make.held(agreed, away=(mine.reviewer_id,))
        assert revise() == "revision_after_the_hearing"
