"""Proposed assignments: computed, looked at, wished for otherwise, put into effect; giving applications to others."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from portal.accounts.domain import people as accounts
from portal.accounts.models import Membership, User
from portal.core import clock
from portal.core.errors import DomainError, NotAllowed
from portal.core.models import Run
from portal.core.scope import acting_as
from portal.notifications.models import Notice
from reviews import queries, todo
from reviews.domain import interests, proposing, relieving
from reviews.models import Assignment, AssignmentProposal, AssignmentWish, ReviewerProfile
from reviews.models.assignment import OPEN
from reviews.queries.assigning import HERE
from tests import factories_reviews as make
from tests.factories_applications import acting, person
from tests.guards.applications_sql import refused, run

UNITS = {"350200": "300000000.00", "330200": "200000000.00"}


@pytest.fixture
def batch(db):
    """Two applications in review, two seats each, five reviewers; the experts know the industries."""
    passed = make.passed_batch(UNITS, places=1)
    people()
    make.reviewer("expert", province="370000", number=2, fields={"C36": 3, "C39": 1})
    make.reviewer("expert", province="420000", number=3, fields={"C36": 1})
    return passed


def people() -> None:
    """One reviewer of each group: the expert knows all, the ministries' little."""
    for group, _code, province in make.REVIEWERS:
        make.reviewer(group, province=province, fields={"C36": 3, "C39": 3} if group == "expert" else {"C36": 1})


def taken(proposal) -> Run:
    with acting("officer", "MIIT") as by:
        run = proposing.start_taking(by=by, proposal=proposal)
    return make.run_now(run)


def seats(proposal) -> dict[str, set[int]]:
    with acting("officer", "MIIT"):
        return {
            row.application.unit_id: {seat["reviewer"] for seat in row.seats}
            for row in proposal.rows.select_related("application")
        }


def profile(email: str) -> ReviewerProfile:
    with acting("officer", "MIIT"):
        return ReviewerProfile.objects.select_related("user").get(user__email=email)


def wish(batch, unit, who, *, pin, reason="") -> AssignmentWish:
    with acting("officer", "MIIT") as by:
        row = make.application(batch, unit)
        row = type(row).objects.select_related("batch").get(pk=row.pk)
        return proposing.wish(by=by, application=row, profile=who, is_pin=pin, reason=reason)


class TestProposal:
    def test_nothing_takes_effect_before_an_officer_says_so(self, batch):
        made = make.assigned_on_paper(batch)
        assert (made.state, make.assignments(batch)) == ("ready", [])
        assert make.fresh(batch).state == "closed"
        assert taken(made).state == "done"
        rows = make.assignments(batch)
        held = {unit: {row.reviewer_id for row in rows if row.application.unit_id == unit} for unit in UNITS}
        assert held == seats(made)
        assert make.fresh(batch).state == "reviewing"
        with acting("officer", "MIIT"):
            made.refresh_from_db()
        assert (made.state, made.taken_by_id) == ("taken", person("officer", "MIIT").pk)
        for row in rows:
            with make.as_reviewer(row):
                assert Notice.objects.filter(person=row.reviewer_id).count() == 1

    def test_figures_loads_and_reasons_stand_beside_the_answer(self, batch):
        made = make.assigned_on_paper(batch)
        with acting("officer", "MIIT"):
            made = AssignmentProposal.objects.get(pk=made.pk)
            rows, loads = list(made.rows.all()), list(made.loads.all())
        answer = json.loads(made.answer)
        assert sum(row.total for row in rows) == made.total_affinity == answer["total_affinity"]
        assert min(row.total for row in rows) == made.min_affinity
        assert max(row.applications for row in loads) == made.max_load
        assert sum(row.applications for row in loads) == 4
        # Each ministry has one of the two seats, so experts who know more stay without one, and that is said.
        assert {why for row in rows for _key, _fit, why in row.unmet} == {"group"}
        assert all(row.is_short and not row.is_changed for row in rows)

    def test_a_wish_changes_the_next_answer_and_only_what_it_touches(self, db):
        batch = make.passed_batch(UNITS, places=1, reviewers_per_application=3)
        people()
        better = make.reviewer("MIIT", province="370000", number=2, fields={"C36": 3, "C39": 3})
        spare = make.reviewer("MOF", province="420000", number=2, fields={})
        first = make.assigned_on_paper(batch)
        assert better.user_id in seats(first)["350200"]
        wish(batch, "350200", better, pin=False, reason="出差（演示）")
        wish(batch, "330200", spare, pin=True)
        second = make.assigned_on_paper(batch, keeps_others=True)
        assert better.user_id not in seats(second)["350200"]
        assert spare.user_id in seats(second)["330200"]
        assert seats(first)["350200"] - {better.user_id} <= seats(second)["350200"]
        with acting("officer", "MIIT"):
            rows = {row.application.unit_id: row for row in second.rows.select_related("application")}
        assert rows["350200"].gone == [better.user_id]
        assert all(row.is_changed for row in rows.values())
        assert sorted(seat["mark"] for seat in rows["350200"].seats) == ["", "kept", "kept"]
        assert "pinned" in {seat["mark"] for seat in rows["330200"].seats}
        assert [better.user_id, "kept_away"] in [[key, why] for key, _fit, why in rows["350200"].unmet]

    def test_too_few_reviewers_are_named_and_nothing_happens(self, db, see):
        batch = make.passed_batch(UNITS, places=1, reviewers_per_application=5)
        make.panel()
        made = make.assigned_on_paper(batch)
        assert made.state == "infeasible"
        page = see("officer", "MIIT").get(f"/reviewing/proposals/{made.pk}/").content.decode()
        assert "Xiamen" in page
        assert "Too few reviewers are free of conflicts" in page
        assert make.assignments(batch) == []
        with acting("officer", "MIIT") as by, pytest.raises(DomainError):
            proposing.start_taking(by=by, proposal=made)

    def test_an_old_proposal_is_refused_with_what_changed(self, batch):
        made = make.assigned_on_paper(batch)
        wish(batch, "350200", profile("reviewer.3@zj.test"), pin=False, reason="x")
        run = taken(made)
        assert run.state == "failed"
        assert "利益冲突或不安排的人员" in run.error
        assert make.assignments(batch) == []
        again = make.assigned_on_paper(batch, keeps_others=True)
        assert taken(again).state == "done"

    def test_twice_put_into_effect_is_put_into_effect_once(self, batch):
        made = make.assigned_on_paper(batch)
        assert taken(made).state == "done"
        with acting("officer", "MIIT") as by:
            made.refresh_from_db()
            with pytest.raises(DomainError):
                proposing.start_taking(by=by, proposal=made)
        assert len(make.assignments(batch)) == 4

    def test_a_wish_is_over_once_it_is_in_effect(self, db):
        batch = make.passed_batch(UNITS, places=1, reviewers_per_application=3)
        people()
        spare = make.reviewer("MOF", province="420000", number=2, fields={})
        wish(batch, "350200", spare, pin=True)
        wish(batch, "330200", spare, pin=False, reason="x")
        made = make.assigned_on_paper(batch)
        assert taken(made).state == "done"
        assert spare.user_id in seats(made)["350200"]
        with acting("officer", "MIIT"):
            assert [row.is_pin for row in AssignmentWish.objects.all()] == [False]

    def test_an_interest_in_the_batch_keeps_an_officer_out(self, batch):
        made = make.assigned_on_paper(batch)
        with acting("officer", "MIIT") as by:
            what = interests.InterestInput(True, "other", "x")
            row = make.application(batch, "350200")
            interests.declare_own(by=by, application=row, what=what)
        with acting("officer", "MIIT") as by:
            assert not queries.proposals(by).exists()
            assert not made.rows.exists()
            with pytest.raises(NotAllowed):
                proposing.propose(by=by, batch=make.fresh(batch))
        with acting("officer", "MIIT", 2) as by:
            assert queries.proposals(by).count() == 1

    def test_a_computation_that_broke_off_does_not_stay_open(self, batch):
        with acting("officer", "MIIT") as by:
            broken = proposing.propose(by=by, batch=batch)
            Run.objects.filter(pk=str(broken.run)).update(state="cancelled")
        make.assigned_on_paper(batch)
        with acting("officer", "MIIT"):
            broken.refresh_from_db()
        assert broken.state == "failed"

    def test_an_application_that_has_its_reviewers_is_left_alone(self, batch, see):
        """Also one with more than the rules ask, given by hand; the loads count."""
        taken(make.assigned_on_paper(batch))
        with acting("officer", "MIIT") as by, pytest.raises(DomainError) as full:
            proposing.propose(by=by, batch=make.fresh(batch))
        assert full.value.code == "nothing_to_assign"
        miit = see("officer", "MIIT")
        page = miit.get(f"/reviewing/{batch.number}/assign/").content.decode()
        assert "Every application has its reviewers." in page
        assert 'id="compute"' not in page
        assert miit.post(f"/reviewing/{batch.number}/assign/").status_code == 422
        row = next(row for row in make.assignments(batch) if row.reviewer.email == "reviewer.1@mof.test")
        with acting("officer", "MIIT") as by:
            others = Assignment.objects.select_related("application__batch__rule_set").exclude(
                application=row.application_id
            )
            other = others.first().application
            make.assigning.assign_one(by=by, application=other, profile=queries.able_reviewers(by, other)[0][0])
            for one in ReviewerProfile.objects.exclude(user=row.reviewer_id):
                wish_away = {"by": by, "profile": one, "is_pin": False, "reason": "x"}
                if not Assignment.objects.filter(application=row.application_id, reviewer=one.user_id).exists():
                    proposing.wish(application=type(other).objects.get(pk=row.application_id), **wish_away)
        with acting("officer", "MIIT") as by:
            found = Assignment.objects.select_related("batch", "application__unit", "reviewer").get(pk=row.pk)
            assert relieving.relieve(by=by, assignment=found, reason="x") is None
        again = make.assigned_on_paper(batch)
        assert again.state == "infeasible"
        with acting("officer", "MIIT"):
            question = json.loads(AssignmentProposal.objects.get(pk=again.pk).question)
        assert [one["id"] for one in question["applications"]] == [str(row.application_id)]
        loads = {one["id"]: one["max_load"] for one in question["reviewers"]}
        assert sorted(loads.values()) == [29, 29, 29, 30, 30]

    def test_the_review_begins_after_the_time_of_the_provinces(self, db):
        """What a province would recommend in its days after the deadline is not left out of the review."""
        opened = make.open_batch(places=1)
        make.applications.recommended(unit="350200", amount="300000000.00", batch=opened)
        waits = make.applications.submitted(unit="330200", amount="200000000.00", batch=opened)
        closed = opened.deadline + timedelta(seconds=1)
        with acting("officer", "MIIT") as by, clock.at(closed):
            make.batches.close(by=by, batch=opened)
            make.screening.take_up(by=by, batch=make.fresh(opened))
        make.say(opened, "350200", "MIIT", "pass")
        people()
        row = make.application(opened, "350200")
        pairs = [(row.pk, profile(f"reviewer.1@{name}.test").user_id, 50) for name in ("miit", "mof")]
        with acting("officer", "MIIT") as by, clock.at(closed):
            for act in (lambda: proposing.propose(by=by, batch=make.fresh(opened)),
                        lambda: make.assigning.assign(by=by, batch=make.fresh(opened), pairs=pairs)):  # fmt: skip
                with pytest.raises(DomainError) as early:
                    act()
                assert early.value.code == "review_after_the_provinces"
            assert not [one for one in todo.screening(by) if "/reviewing/" in one.url]
            Assignment.objects.bulk_create(
                Assignment(batch=opened, application=row, reviewer_id=key, assigned_by_id=by.id) for _, key, _ in pairs
            )
            begin = "update programme_batch set state = 'reviewing' where id = %s"
            assert refused(begin, opened.pk) == "review_after_the_provinces"
        for side in make.applications.Side:
            make.applications.decide(waits, side, "not_recommend")
        with acting("officer", "MIIT"):
            assert run(begin, opened.pk) == 1

    def test_a_seat_of_somebody_who_is_away_is_taken(self, batch):
        """Two seats, one lost, the other held by somebody who is away now: one reviewer is asked for, and not two."""
        taken(make.assigned_on_paper(batch))
        gone, stays = [row for row in make.assignments(batch) if row.application.unit_id == "350200"]
        for group in ("MIIT", "MOF"):
            make.reviewer(group, province="420000", number=2)
        with acting("officer", "MIIT") as by:
            ReviewerProfile.objects.exclude(user=stays.reviewer_id).update(is_active=False)
            found = Assignment.objects.select_related("batch", "application__unit", "reviewer").get(pk=gone.pk)
            assert relieving.relieve(by=by, assignment=found, reason="x") is None
            ReviewerProfile.objects.update(is_active=True)
            ReviewerProfile.objects.filter(user=stays.reviewer_id).update(is_active=False)
        again = make.assigned_on_paper(batch)
        taken(again)
        with acting("officer", "MIIT"):
            held = Assignment.objects.filter(application=gone.application_id, state__in=OPEN)
            assert held.count() == 2
            assert held.filter(reviewer=stays.reviewer_id).exists()


class TestWishes:
    def test_a_wish_can_be_taken_back(self, batch, see):
        found = wish(batch, "350200", profile("reviewer.3@zj.test"), pin=True)
        miit = see("officer", "MIIT")
        assert "is to read it" in miit.get(f"/reviewing/{batch.number}/assign/").content.decode()
        assert see("officer", "MOF").post(f"/reviewing/wishes/{found.pk}/take-back/").status_code == 403
        assert miit.post(f"/reviewing/wishes/{found.pk}/take-back/").status_code == 303
        with acting("officer", "MIIT"):
            assert not AssignmentWish.objects.exists()

    def test_a_conflict_a_reason_that_is_missing_and_a_second_wish_are_refused(self, batch):
        here = make.reviewer("expert", province="350000", number=4, fields={"C36": 3})
        with pytest.raises(DomainError, match="利益冲突"):
            wish(batch, "350200", here, pin=True)
        with pytest.raises(DomainError) as bare:
            wish(batch, "350200", profile("reviewer.3@zj.test"), pin=False, reason=" ")
        assert bare.value.field == "reason"
        wish(batch, "350200", profile("reviewer.3@zj.test"), pin=False, reason="x")
        with pytest.raises(DomainError, match="请先撤回"):
            wish(batch, "350200", profile("reviewer.3@zj.test"), pin=True)

    def test_the_page_of_an_application_takes_wishes_and_keeps_what_was_typed(self, batch, see):
        made = make.assigned_on_paper(batch)
        miit = see("officer", "MIIT")
        with acting("officer", "MIIT"):
            row = made.rows.select_related("application__unit").get(application__unit="350200")
        here = f"/reviewing/proposals/{made.pk}/rows/{row.pk}/"
        page = miit.get(here).content.decode()
        assert "the seat belongs to another ministry" in page
        who = str(profile("reviewer.3@zj.test").user_id)
        refused = miit.post(here, {"what": "away", "reviewer": who, "reason": ""})
        assert refused.status_code == 422
        assert list(refused.context["form"].errors) == ["reason"]
        assert miit.post(here, {"what": "away", "reviewer": "999999", "reason": "x"}).status_code == 422
        assert miit.post(here, {"what": "away", "reviewer": who, "reason": "出差"}).status_code == 303
        assert "出差" in miit.get(here).content.decode()
        assert see("officer", "MOF").post(here, {"what": "pin", "reviewer": who}).status_code == 403
        assert miit.get(f"/reviewing/proposals/{made.pk}/rows/999999/").status_code == 404


class TestRelief:
    @pytest.fixture
    def reading(self, batch):
        taken(make.assigned_on_paper(batch))
        return make.fresh(batch)

    def relieved(self, row, reason="病假（演示）", instead=None):
        with acting("officer", "MIIT") as by:
            found = Assignment.objects.select_related("batch", "application__unit", "reviewer").get(pk=row.pk)
            return relieving.relieve(by=by, assignment=found, reason=reason, instead=instead)

    def test_one_seat_changes_and_no_other(self, reading):
        before = {row.pk: row.reviewer_id for row in make.assignments(reading)}
        row = make.assignments(reading)[0]
        made = self.relieved(row)
        after = {row.pk: row.reviewer_id for row in make.assignments(reading) if row.state in ("assigned", "declared")}
        assert made is not None
        assert after == {key: who for key, who in before.items() if key != row.pk} | {made.pk: made.reviewer_id}
        assert made.reviewer_id not in {
            who for key, who in before.items() if row.application_id == made.application_id and key == row.pk
        }
        with make.as_reviewer(row):
            assert Notice.objects.filter(text_zh__contains="病假（演示）").count() == 1
        with make.as_reviewer(made):
            assert Notice.objects.exists()

    def test_nobody_who_left_takes_a_place(self, reading):
        """A closed account, or a post that ended, is offered, proposed and taken as a replacement no longer."""
        row = next(row for row in make.assignments(reading) if row.application.unit_id == "350200")
        with acting("officer", "MIIT") as by:
            application = type(row.application).objects.select_related("batch").get(pk=row.application_id)
            able = [found.user_id for found, _load in queries.able_reviewers(by, application)]
        assert len(able) > 1
        security = person("security_admin", "YW")
        with acting_as(security.pk) as admin:
            accounts.deactivate(by=admin, person=User.objects.get(pk=able[0]), why="left")
            for post in Membership.objects.filter(user__in=able[1:], role="reviewer"):
                accounts.end_membership(by=admin, membership=post, why="moved")
        with acting("officer", "MIIT") as by:
            assert queries.able_reviewers(by, application) == []
            assert not ReviewerProfile.objects.filter(HERE, user__in=able).exists()
        assert self.relieved(row) is None

    @pytest.mark.parametrize("way", ["account", "post"])
    def test_what_somebody_who_left_holds_stands_on_the_desk(self, reading, see, way):
        """MIIT hears of it at once, and not when the last day of the review is over; MOF, who may not act, does not.

        Somebody left by a closed account, or by a post that ended while the account stays.
        """
        row = make.assignments(reading)[0]
        held = [one for one in make.assignments(reading) if one.reviewer_id == row.reviewer_id]
        words = f"reviewers who left have not read to others in batch {reading.number}"
        assert words not in see("officer", "MIIT").get("/desk/").content.decode()
        with acting_as(person("security_admin", "YW").pk) as admin:
            if way == "account":
                accounts.deactivate(by=admin, person=User.objects.get(pk=row.reviewer_id), why="left")
            for post in Membership.objects.filter(user=row.reviewer_id, role="reviewer", ended_at=None):
                accounts.end_membership(by=admin, membership=post, why="moved")
        with acting("officer", "MIIT") as by:
            (line,) = [one for one in todo.screening(by) if one.url.endswith("/loads/")]
            assert line.count == len(held)
        assert words in see("officer", "MIIT").get("/desk/").content.decode()
        assert words not in see("officer", "MOF").get("/desk/").content.decode()
        for one in held:
            self.relieved(one)
        with acting("officer", "MIIT") as by:
            assert not [one for one in todo.screening(by) if one.url.endswith("/loads/")]

    def test_to_somebody_an_officer_chose(self, reading):
        row = next(row for row in make.assignments(reading) if row.application.unit_id == "350200")
        with acting("officer", "MIIT") as by:
            application = type(row.application).objects.select_related("batch").get(pk=row.application_id)
            able = [found for found, _load in queries.able_reviewers(by, application)]
        chosen = able[-1]
        made = self.relieved(row, instead=chosen)
        assert made is not None
        assert made.reviewer_id == chosen.user_id
        with acting("officer", "MIIT"):
            assert not AssignmentWish.objects.exists()  # it is over: who is relieved later is not wanted again

    def test_not_to_somebody_who_is_kept_away(self, reading):
        row = next(row for row in make.assignments(reading) if row.application.unit_id == "350200")
        with acting("officer", "MIIT") as by:
            application = type(row.application).objects.select_related("batch").get(pk=row.application_id)
            chosen = [found for found, _load in queries.able_reviewers(by, application)][-1]
        wish(reading, "350200", chosen, pin=False, reason="出差（演示）")
        with pytest.raises(DomainError) as error:
            self.relieved(row, instead=chosen)
        assert (error.value.code, error.value.field) == ("kept_away", "reviewer")
        assert make.assignments(reading)[0].state == "assigned"

    def test_after_the_review_and_without_a_reason_it_is_refused(self, reading, see):
        row = make.assignments(reading)[0]
        with pytest.raises(DomainError) as bare:
            self.relieved(row, reason=" ")
        assert bare.value.field == "reason"
        make.scored(row, "80")
        with pytest.raises(DomainError, match="已提交"):
            self.relieved(row)
        page = see("officer", "MIIT").get(f"/reviewing/application/{row.application_id}/").content.decode()
        assert f"/reviewing/assignments/{row.pk}/relieve/" not in page

    def test_everything_of_a_reviewer_but_what_is_submitted(self, reading, see):
        rows = make.assignments(reading)
        mine = [row for row in rows if row.reviewer.email == "reviewer.1@miit.test"]
        assert len(mine) == 2
        make.scored(mine[0], "80")
        miit = see("officer", "MIIT")
        board = miit.get(f"/reviewing/{reading.number}/loads/").content.decode()
        who = profile("reviewer.1@miit.test")
        here = f"/reviewing/{reading.number}/reviewers/{who.pk}/relieve/"
        assert here in board
        assert miit.post(here, {"reason": ""}).status_code == 422
        assert miit.post(here, {"reason": "病假（演示）"}).status_code == 303
        with acting("officer", "MIIT"):
            states = dict(Assignment.objects.filter(reviewer=who.user_id).values_list("pk", "state"))
            assert states == {mine[0].pk: "declared", mine[1].pk: "relieved"}
            assert Assignment.objects.filter(replaces=mine[1]).exists()
        nothing = miit.post(here, {"reason": "x"})
        assert nothing.status_code == 422
        assert "nothing in this batch that is not submitted" in nothing.content.decode()

    def test_what_was_submitted_once_is_not_given_away(self, reading, see):
        """MIIT opens a review again; the score it does not like goes to nobody else for that."""
        rows = make.assignments(reading)
        mine = [row for row in rows if row.reviewer.email == "reviewer.1@miit.test"]
        for row in mine:
            make.scored(row, "80")
            with acting("officer", "MIIT") as by:
                make.scoring.reopen(by=by, review=make.queries.submitted_reviews(by).get(assignment=row), reason="x")
        with pytest.raises(DomainError, match="已提交"):
            self.relieved(mine[0])
        with acting("officer", "MIIT"):
            assert not Assignment.objects.get(pk=mine[0].pk).can_be_relieved
        miit = see("officer", "MIIT")
        page = miit.get(f"/reviewing/application/{mine[0].application_id}/").content.decode()
        assert f"/reviewing/assignments/{mine[0].pk}/relieve/" not in page
        here = f"/reviewing/{reading.number}/reviewers/{profile('reviewer.1@miit.test').pk}/relieve/"
        assert here not in miit.get(f"/reviewing/{reading.number}/loads/").content.decode()
        assert miit.post(here, {"reason": "x"}).status_code == 422

    def test_whoever_is_kept_away_is_not_taken_by_the_database(self, reading):
        row = next(row for row in make.assignments(reading) if row.application.unit_id == "350200")
        with acting("officer", "MIIT") as by:
            application = type(row.application).objects.select_related("batch").get(pk=row.application_id)
            able = [found for found, _load in queries.able_reviewers(by, application)]
        for one in able[:-1]:
            wish(reading, "350200", one, pin=False, reason="x")
        made = self.relieved(row)
        assert made is not None
        assert made.reviewer_id == able[-1].user_id
