"""Units and enterprises of one line, who follows whom by law: one applicant, one cap, one interest; raw SQL past commands."""

from __future__ import annotations

from datetime import timedelta

import pytest

from applications import checks, queries
from applications.models import Application
from portal.core import clock
from portal.programme.models import CentralSOE, KnownPilot, PilotUnit
from reviews.models import Conflict
from tests import factories_applications as dossiers
from tests import factories_grants as make
from tests import factories_reviews as reviewing
from tests.factories_applications import acting
from tests.grants.raw import AWARD, CHECKED, VALUES
from tests.grants.raw import refused as is_refused
from tests.grants.raw import run as run_named
from tests.guards.applications_sql import past_guards, refused, run, value
from tests.guards.money_rows import mof

pytestmark = pytest.mark.guard
UNIT, FOLLOWS, AMOUNT = "350400", "350900", "300000000.00"
CHANGE = (
    f"insert into grants_awardchange (document_id, award_id, amount, before, reason, attaches_targets, {CHECKED})"
    f" values (%(document)s, %(award)s, %(amount)s, 0, 'more', false, {VALUES})"
)
DECLARE = """insert into reviews_interest (application_id, reviewer_id, has_interest, kind, reason, declared_at)
             values (%s, scope_user(), true, 'money', 'x', now())"""
FOLLOWED = "update programme_pilotunit set successor_id = %s, valid_to = %s where code = %s"


def follow(unit, follows, *, days=0):
    """The system administrator records that the unit ended, so many days from today, and what follows it."""
    with acting("system_admin", "YW"):
        assert run(FOLLOWED, follows, clock.today() + timedelta(days=days), unit) == 1


def codes(row, unit=None):
    """What the checks find, as a drafter of the unit sees it, or of one district of a pair."""
    with acting("drafter", f"ZF{unit or row.unit_id}"):
        return {finding.code for finding in checks.run(queries.whole(Application.objects.get(pk=row.pk)))}


@pytest.mark.django_db
class TestApplying:
    def test_of_a_line_one_applies(self):
        """What was signed before the succession was known is refused by the database as the check would have."""
        dossiers.submitted(unit=UNIT, amount=AMOUNT)
        row = dossiers.awaiting(unit=FOLLOWS, amount=AMOUNT)
        assert "line_applies_once" not in codes(row)
        follow(UNIT, FOLLOWS, days=9)
        assert "line_applies_once" in codes(row)
        with acting("signatory", f"ZF{FOLLOWS}"):
            sql = "update applications_application set state = 'with_province' where id = %s"
            assert refused(sql, row.pk) == "application_once_per_line"

    def test_once_the_first_is_withdrawn_the_other_applies(self):
        first = dossiers.submitted(unit=UNIT, amount=AMOUNT)
        follow(UNIT, FOLLOWS, days=9)
        with acting("signatory", f"ZF{UNIT}") as by:
            dossiers.submission.withdraw(by=by, application=Application.objects.get(pk=first.pk), why="合并")
        assert dossiers.submitted(unit=FOLLOWS, amount=AMOUNT).state == "with_province"

    def test_who_was_sent_before_goes_on_beside_one_refused_for_good(self):
        """Both had applied before anybody knew. The other cannot withdraw any more; a third begins nothing anew."""
        first, other = dossiers.submitted(unit=UNIT, amount=AMOUNT), dossiers.submitted(unit=FOLLOWS, amount=AMOUNT)
        dossiers.decide(first, dossiers.Side.INDUSTRY, dossiers.Verdict.RETURN, "请修改")
        follow(UNIT, FOLLOWS, days=9)
        assert "line_applies_once" in codes(first), "not decided on: it may still withdraw"
        for side in dossiers.Side:
            dossiers.decide(other, side, dossiers.Verdict.NOT_RECOMMEND, "不予推荐")
        assert dossiers.fresh(other).state == "not_recommended"
        with acting("drafter", f"ZF{UNIT}") as by:
            dossiers.submission.request_sign_off(by=by, application=Application.objects.get(pk=first.pk))
        dossiers.sign(first)
        assert dossiers.fresh(first).state == "with_province"
        follow("350600", FOLLOWS, days=9)
        assert "line_applies_once" in codes(dossiers.drafted(unit="350600", amount=AMOUNT))

    def test_once_refused_a_line_does_not_try_again(self):
        """Nor with a dossier after one that was withdrawn: that is sent for the first time."""
        before = dossiers.submitted(unit=UNIT, amount=AMOUNT)
        with acting("signatory", f"ZF{UNIT}") as by:
            dossiers.submission.withdraw(by=by, application=Application.objects.get(pk=before.pk), why="x")
        refused_one = dossiers.submitted(unit=FOLLOWS, amount=AMOUNT)
        row = dossiers.awaiting(unit=UNIT, amount=AMOUNT)
        for side in dossiers.Side:
            dossiers.decide(refused_one, side, dossiers.Verdict.NOT_RECOMMEND, "不予推荐")
        follow(UNIT, FOLLOWS, days=9)
        assert "line_applies_once" in codes(row)
        with acting("signatory", f"ZF{UNIT}"):
            sql = "update applications_application set state = 'with_province' where id = %s"
            assert refused(sql, row.pk) == "application_once_per_line"

    def test_who_has_applied_is_told_to_the_line_its_province_and_the_nation(self):
        row = dossiers.submitted(unit=UNIT, amount=AMOUNT)
        follow(UNIT, FOLLOWS, days=9)
        tell = "select line_has_applied(%s, %s, null)"
        for role, code, said in [
            ("drafter", f"ZF{FOLLOWS}", True),
            ("provincial_officer", "GX350000", True),
            ("officer", "MIIT", True),
            ("drafter", "ZF350200", None),
            ("provincial_officer", "GX360000", None),
            ("soe_officer", "YQ001", None),
            ("reviewer", "ZJ", None),
            ("system_admin", "YW", None),
        ]:
            with acting(role, code):
                assert value(tell, row.batch_id, FOLLOWS) is said, code

    def test_a_pilot_of_before_is_one_whatever_it_is_called_now(self):
        known = KnownPilot.objects.filter(batch__number=2, unit__kind="city").first()
        row = dossiers.drafted(unit=FOLLOWS, amount=AMOUNT)
        assert "unit_was_no_pilot" not in codes(row)
        follow(known.unit_id, FOLLOWS)
        assert "unit_was_no_pilot" in codes(row)


def test_a_unit_that_ends_after_the_deadline_mends_what_it_is_asked_to(fresh_db):
    """It was told to withdraw, so that its successor applies: nobody may apply any more."""
    row = dossiers.drafted(unit=UNIT, amount=AMOUNT)
    follow(UNIT, FOLLOWS, days=-1)
    assert "unit_is_valid" in codes(row)
    past_guards(
        "update programme_batch set opens_at = now() - interval '9 days', deadline = now() - interval '3 days'"
        " where number = 9"
    )
    assert "unit_is_valid" not in codes(row)


def test_a_unit_that_ended_during_the_call_in_which_it_applied_mends_what_it_is_asked_to(fresh_db):
    """While the call was open its successor could still apply; after it nobody can, and it was told to withdraw."""
    row, draft = dossiers.submitted(unit=UNIT, amount=AMOUNT), dossiers.drafted(unit="350700", amount=AMOUNT)
    follow(draft.unit_id, "350600", days=-5)
    past_guards(
        f"update applications_application set first_submitted_at = now() - interval '8 days' where id = {row.pk}"
    )
    follow(UNIT, FOLLOWS, days=-5)
    assert "unit_is_valid" in codes(row)
    past_guards(
        "update programme_batch set opens_at = now() - interval '9 days', deadline = now() - interval '3 days'"
        " where number = 9"
    )
    assert "unit_is_valid" not in codes(row)
    assert "unit_is_valid" in codes(draft)


class TestCap:
    def test_of_a_line_together(self, who, world, award):
        follow("350200", "360100")
        with make.acting(who["mof_maker"]):
            with is_refused("award_within_cap"):
                run_named(AWARD, **mof(who, application=world.other, amount="100000000.01"))
            assert run_named(AWARD, **mof(who, application=world.other, amount="100000000.00")) == 1

    def test_whatever_the_session_says_of_its_scope(self, who, world, award):
        """The web may set its own settings: what a guard counts hangs on none of them, and is nobody's to ask."""
        follow("350200", "360100")
        with make.acting(who["mof_maker"]):
            run("select set_config('portal.nation', '', true)")
            with is_refused("award_within_cap"):
                run_named(AWARD, **mof(who, application=world.other, amount="100000000.01"))
            assert value("select award_of_kin(1, '360100', null)") == 0
            with is_refused("InsufficientPrivilege"):
                run("select award_of_line(1, '360100', null)")

    def test_also_of_a_change(self, who, world, award):
        other = make.awarded(who, application=world.other, amount="50000000.00", number="财建〔2026〕5号")
        follow("350200", "360100")
        with make.acting(who["mof_maker"]):
            run("select set_config('portal.nation', '', true)")
            values = mof(who, award=other.pk, document=other.document_id)
            with is_refused("award_within_cap"):
                run_named(CHANGE, **values, amount="100000000.01")
            assert run_named(CHANGE, **values, amount="100000000.00") == 1

    def test_a_pair_and_each_of_its_districts_together(self, who, world, award):
        """No district has a grant here: two cities stand for districts."""
        from grants.domain import awards

        code = "350200+360100"
        with acting("system_admin", "YW"):
            assert run(
                "insert into programme_pilotunit (code, name_zh, name_en, province_id, kind, districts, note,"
                " is_separately_planned, is_provincial_capital)"
                " values (%s, 'x', 'x', '350000', 'joint_districts', string_to_array(%s, '+'), '', false, false)",
                *(code, code),
            )
        with make.acting(who["mof_maker"]):
            row = Application.objects.get(pk=world.other)
            assert (row.unit_id, awards.granted_to_line(row)) == ("360100", 0)
            row.unit_id = code
            assert awards.granted_to_line(row) == 200_000_000

    def test_the_maker_is_told_what_is_left(self, who, world, award):
        from grants.domain import awards
        from portal.core.errors import DomainError

        follow("350200", "360100")
        with make.acting(who["mof_maker"]) as by:
            row = Application.objects.get(pk=world.other)
            assert awards.granted_to_line(row) == 200_000_000
            what = awards.AwardInput(
                paper=make.paper("财建〔2026〕9号", file=make.pdf()), amount=make.Decimal("100000000.01")
            )
            with pytest.raises(DomainError, match=r"100,000,000\.00") as error:
                awards.enter_award(by=by, application=row, what=what)
            assert error.value.code == "award_within_cap"


@pytest.mark.django_db
class TestInterests:
    def test_an_employer_that_follows_keeps_its_reviewers_away(self):
        """Not only whom nobody asked yet: who holds the dossier steps back when the merger is recorded."""
        reviewing.reviewer("MIIT", province="310000", soe="YQ002")
        batch = reviewing.reviewing_batch(
            {"350200": AMOUNT}, reviewers=reviewing.panel()[:2], soes={"350200": ("YQ001",)}
        )
        held = {row.reviewer.email for row in reviewing.assignments(batch)}
        assert "reviewer.1@miit.test" in held
        with acting("system_admin", "YW"):
            row = CentralSOE.objects.get(code="YQ001")
            sql = "update programme_centralsoe set successor_id = %s, valid_to = %s where code = 'YQ001'"
            assert run(sql, CentralSOE.objects.get(code="YQ002").pk, clock.today()) == 1
            assert row.code == "YQ001"
        assert "reviewer.1@miit.test" not in {row.reviewer.email for row in reviewing.assignments(batch)}
        with acting("officer", "MIIT"):
            assert Conflict.objects.get(reviewer__email="reviewer.1@miit.test").code == "employer"

    def test_the_number_in_the_directory_says_nothing(self):
        """The first left, the second is the first now: the interest stays with the enterprise."""
        reviewing.reviewer("MIIT", province="310000", soe="YQ002")
        batch = reviewing.passed_batch({"350200": AMOUNT}, soes={"350200": ("YQ001",)})
        with acting("system_admin", "YW"):
            run("update programme_centralsoe set list_no = null where code in ('YQ001', 'YQ002')")
            run("update programme_centralsoe set list_no = 1 where code = 'YQ002'")
        with acting("officer", "MIIT"):
            assert not value("select count(*) from reviews_conflict_pairs(%s) where code = 'employer'", batch.pk)

    def test_an_interest_in_a_unit_holds_for_what_follows_it(self):
        batch = reviewing.reviewing_batch({"350200": AMOUNT}, reviewers=reviewing.panel()[:2])
        with acting("reviewer", "MIIT") as by:
            from reviews.domain import interests

            place = PilotUnit.objects.get(pk="350600")
            what = interests.BatchInput(has_interest=True, kind="advice", reason="x", units=[place])
            interests.declare_batch(by=by, batch=batch, what=what)
            assert Application.objects.count() == 1
        follow("350600", "350200")
        with acting("reviewer", "MIIT"):
            assert Application.objects.count() == 0

    @pytest.mark.parametrize("recorded_first", [False, True])
    def test_what_was_declared_for_one_application_holds_for_its_line(self, recorded_first):
        batch = reviewing.reviewing_batch({"350200": AMOUNT, "360100": AMOUNT}, reviewers=reviewing.panel(), places=2)
        mine = next(row for row in reviewing.assignments(batch) if row.application.unit_id == "350200")
        if recorded_first:
            follow("350200", "360100", days=9)
        with reviewing.as_reviewer(mine):
            assert Application.objects.count() == 2
            assert run(DECLARE, mine.application_id) == 1
        if not recorded_first:
            follow("350200", "360100", days=9)
        with reviewing.as_reviewer(mine):
            assert not Application.objects.exists()
        with acting("officer", "MIIT"):
            found = Conflict.objects.filter(reviewer=mine.reviewer_id, code="declared")
            assert sorted(found.values_list("application__unit_id", "is_derived")) == [
                ("350200", False),
                ("360100", True),
            ]

    def test_an_officer_who_declared_one_sees_nothing_of_the_other(self):
        batch = reviewing.reviewing_batch({"350200": AMOUNT, "360100": AMOUNT}, reviewers=reviewing.panel(), places=2)
        with acting("officer", "MIIT", 2):
            assert run(DECLARE, reviewing.application(batch, "350200").pk) == 1
            assert [row.unit_id for row in Application.objects.filter(batch=batch)] == ["360100"]
        follow("350200", "360100", days=9)
        with acting("officer", "MIIT", 2):
            assert not Application.objects.filter(batch=batch).exists()


@pytest.mark.django_db
class TestRows:
    """What the system administrator's own rights let through in the tables of places and enterprises."""

    def test_what_a_place_is_stays(self):
        with acting("system_admin", "YW"):
            for column, given in [("province_id", "360000"), ("kind", "district"), ("code", "999999")]:
                sql = f"update programme_pilotunit set {column} = %s where code = %s"
                assert refused(sql, given, UNIT) == "reference_is_kept"
            forget = "update programme_pilotunit set former_names = '[{}]' where code = %s"
            assert refused(forget, UNIT) == "reference_is_kept"
            assert refused("update programme_centralsoe set code = 'YQ500' where code = 'YQ001'") == "reference_is_kept"
            born = """insert into programme_centralsoe (code, name_zh, name_en, short_zh, as_of, former_names)
                      values ('YQ777', 'x', 'x', 'x', now(), '[{}]')"""
            assert refused(born) == "reference_is_kept"

    def test_a_follower_comes_with_an_end_and_never_in_a_circle(self):
        with acting("system_admin", "YW"):
            assert refused(FOLLOWED, FOLLOWS, None, UNIT) == "unit_followed_has_ended"
            assert refused(FOLLOWED, UNIT, clock.today(), UNIT) == "unit_follows_another"
        follow(UNIT, FOLLOWS)
        follow(FOLLOWS, "350600")
        with acting("system_admin", "YW"):
            assert refused(FOLLOWED, UNIT, clock.today(), "350600") == "unit_follows_another"
            assert value("select array_agg(kin order by kin) from unit_kin() where one = '350600'") == [
                UNIT,
                "350600",
                FOLLOWS,
            ]

    def test_nobody_else_writes(self):
        for role, code in [("officer", "MIIT"), ("drafter", f"ZF{UNIT}")]:
            with acting(role, code):
                assert run("update programme_pilotunit set name_zh = 'x' where code = %s", UNIT) == 0
