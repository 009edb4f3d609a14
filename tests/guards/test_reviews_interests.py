"""Profiles, interests for a batch, overrides and replacements; attacked with raw SQL as portal_web."""

from __future__ import annotations

import pytest

from applications.models import Application
from reviews import queries
from reviews.domain import interests, people
from reviews.models import Assignment, Conflict, ReviewerProfile
from reviews.queries.assigning import barred_from, barred_pairs
from tests import factories_applications as dossiers
from tests import factories_reviews as make
from tests import factories_roster as rosters
from tests.factories_applications import acting, person
from tests.guards.applications_sql import refused, run, value

pytestmark = [pytest.mark.guard, pytest.mark.django_db]
UNITS = {"350200": "300000000.00"}
PROFILE = "update reviews_reviewerprofile set"
FORMER = """insert into reviews_formeremployer (profile_id, name, soe_id, credit_code, until)
            values (%s, 'x', null, '', '2030-01-01')"""
DECLARE = """insert into reviews_batchdeclaration (batch_id, reviewer_id, has_interest, declared_at)
             values (%s, %s, true, now()) returning id"""
INTEREST = """insert into reviews_batchinterest (declaration_id, batch_id, reviewer_id, kind, unit_id, credit_code, reason)
              values (%s, %s, %s, 'advice', '350200', '', 'x')"""
WAIVE = """insert into reviews_conflictwaiver (conflict_id, application_id, reason, proposed_by_id, proposed_at)
           values (%s, %s, %s, %s, now())"""
CONFIRM = "update reviews_conflictwaiver set confirmed_by_id = %s, confirmed_at = now()"
GIVE = """insert into reviews_assignment (batch_id, application_id, reviewer_id, state, affinity, assigned_by_id,
          assigned_at, replaces_id, announced) values (%s, %s, %s, 'assigned', 0, %s, now(), %s, %s)"""


def reader(number: int = 1):
    return acting("reviewer", "ZJ", number)


@pytest.fixture
def batch():
    """Xiamen is read by MIIT's and MOF's reviewer; the expert is free."""
    return make.reviewing_batch(UNITS)


def holders(batch) -> list[str]:
    return [row.reviewer.email for row in make.assignments(batch)]


class TestProfile:
    """What only the reviewer knows is the reviewer's; group, loads and availability are an officer's."""

    @pytest.mark.parametrize(
        "change", ["max_load = 300", "min_load = 1", "is_active = false", "\"group\" = 'MIIT'", "user_id = user_id + 1"]
    )
    def test_a_reviewer_does_not_change_the_officers_half(self, batch, change):
        with reader():
            name = refused(f"{PROFILE} {change}")
            assert name in {"profile_is_half_ones_own", "profile_fits_the_post", "policy"}
            assert run(f"{PROFILE} employer = 'x'") == 1
            assert refused("delete from reviews_reviewerprofile") == "policy"

    @pytest.mark.parametrize("fields", ['{"C36": 4}', '{"C36": "2"}', '{"c36": 1}', '{"x": 1}', '{"C36": 0}'])
    def test_fields_are_known_and_strong_from_one_to_three(self, batch, fields):
        with reader():
            assert refused(f"{PROFILE} fields = %s", fields) == "profile_fields_are_known"
            assert run(f"{PROFILE} fields = %s", '{"C36": 3, "digital": 1}') == 1

    def test_checks_of_single_rows(self, batch):
        with reader():
            assert refused(f"{PROFILE} away_from = '2030-02-01', away_to = '2030-01-01'") == "reviewer_away_in_order"
            assert refused(f"{PROFILE} employer_code = '12'") == "reviewer_employer_code_whole"
        with acting("officer", "MIIT"):
            assert refused(f"{PROFILE} min_load = 31, max_load = 30") == "reviewer_least_below_most"

    def test_others_neither_read_nor_write_it(self, batch):
        with acting("officer", "MIIT"):
            mine = ReviewerProfile.objects.get(user__email="reviewer.1@zj.test").pk
        with reader():
            assert run(FORMER, mine) == 1
            assert refused(FORMER, mine) == "former_employer_once"
        for role, code in [("reviewer", "MIIT"), ("drafter", "ZF350200"), ("provincial_officer", "GX350000")]:
            with acting(role, code):
                assert refused(FORMER, mine) == "policy"
                assert value("select count(*) from reviews_formeremployer") == 0
                assert run(f"{PROFILE} employer = 'x' where id = %s", mine) == 0
                assert run("delete from reviews_formeremployer") == 0


class TestBatchInterest:
    """Declared in the own name, read by oneself and the offices, never changed; conflicts follow at once."""

    def test_in_the_own_name_alone(self, batch):
        other = person("reviewer", "MIIT").pk
        with reader() as by:
            assert refused(DECLARE, batch.pk, other) == "policy"
            declared = value(DECLARE, batch.pk, by.id)
            assert refused(INTEREST, declared, batch.pk, other) == "policy"
            assert refused(INTEREST.replace("'350200', ''", "null, ''"), declared, batch.pk, by.id) == (
                "batch_interest_in_one_thing"
            )
            assert run(INTEREST, declared, batch.pk, by.id) == 1
            assert refused("update reviews_batchinterest set reason = 'y'") == "policy"
            assert refused("delete from reviews_batchdeclaration") == "policy"
            assert value("select code from reviews_conflict where reviewer_id = %s", by.id) == "batch"
        with acting("reviewer", "MIIT"):
            assert value("select count(*) from reviews_batchinterest") == 0
            assert value("select count(*) from reviews_batchdeclaration") == 0

    def test_it_takes_away_what_was_given_and_hides_it(self, batch):
        with acting("reviewer", "MIIT") as by:
            assert Application.objects.count() == 1
            declared = value(DECLARE, batch.pk, by.id)
            assert run(INTEREST, declared, batch.pk, by.id) == 1
            assert Application.objects.count() == 0
        assert "reviewer.1@miit.test" not in holders(batch)


class TestOverride:
    """Two officers, never for the own province or what was declared, once and for good."""

    @pytest.fixture
    def kept_away(self):
        """The expert's employer is a partner of Xiamen's."""
        make.reviewer("expert", province="310000", soe="YQ001")
        batch = make.passed_batch(UNITS, soes={"350200": ("YQ001",)})
        with acting("officer", "MIIT"):
            make.assigning.record_conflicts(batch)
            conflict = Conflict.objects.select_related("application").get(code="employer")
        return batch, conflict

    def test_by_two_and_never_changed(self, kept_away):
        batch, conflict = kept_away
        expert = person("reviewer", "ZJ").pk
        with acting("officer", "MIIT") as by:
            assert conflict.reviewer_id == expert
            assert refused(WAIVE, conflict.pk, conflict.application_id, "", by.id) == "waiver_says_why"
            assert refused(WAIVE, conflict.pk, conflict.application_id, "x", by.id + 1) == "policy"
            assert run(WAIVE, conflict.pk, conflict.application_id, "x", by.id) == 1
            assert refused(CONFIRM, by.id) == "waiver_by_two"
            other = person("officer", "MOF").pk
            assert refused(CONFIRM, other) == "waiver_stays"
            assert refused(GIVE, batch.pk, conflict.application_id, expert, by.id, None, True) == (
                "assignment_without_conflict"
            )
        with acting("officer", "MOF") as by:
            assert refused("update reviews_conflictwaiver set reason = 'y'") == "waiver_stays"
            assert run(CONFIRM, by.id) == 1
            assert refused(CONFIRM, by.id) == "waiver_stays"
            assert refused("delete from reviews_conflictwaiver") == "policy"
        with acting("officer", "MIIT") as by:
            assert run(GIVE, batch.pk, conflict.application_id, expert, by.id, None, True) == 1
        with reader():
            assert Application.objects.count() == 1

    def test_one_application_and_the_whole_batch_say_the_same(self, kept_away):
        batch, conflict = kept_away
        make.reviewer("MIIT", province="350000", number=7)  # derived, and not recorded yet
        row = make.application(batch, "350200")
        seen = []
        for role, statement in (("MIIT", WAIVE), ("MOF", CONFIRM)):
            with acting("officer", "MIIT"):
                seen.append(barred_from(row))
                assert seen[-1] == {other for one, other in barred_pairs(batch) if one == row.pk}
            with acting("officer", role) as by:
                given = (conflict.pk, row.pk, "x", by.id) if statement == WAIVE else (by.id,)
                assert run(statement, *given) == 1
        with acting("officer", "MIIT"):
            assert (
                barred_from(row) == seen[-1] - {conflict.reviewer_id} == {other for _one, other in barred_pairs(batch)}
            )
        assert seen == [{conflict.reviewer_id, person("reviewer", "MIIT", 7).pk}] * 2

    def test_not_for_the_own_province_nor_for_what_was_declared(self, kept_away):
        batch, _conflict = kept_away
        make.reviewer("MIIT", province="350000", number=7)
        row = make.application(batch, "350200")
        with acting("officer", "MOF", 2) as by:
            interests.declare_own(by=by, application=row, what=interests.InterestInput(True, "money", "x"))
        with acting("officer", "MIIT") as by:
            make.assigning.record_conflicts(batch)
            for code in ("own_province", "declared"):
                other = Conflict.objects.filter(code=code).first()
                assert refused(WAIVE, other.pk, other.application_id, "x", by.id) == "waiver_of_a_derived_conflict"

    def test_reviewers_and_others_decide_nothing(self, kept_away):
        _batch, conflict = kept_away
        for role, code in [("reviewer", "ZJ"), ("provincial_officer", "GX350000"), ("auditor", "SJ")]:
            with acting(role, code) as by:
                assert refused(WAIVE, conflict.pk, conflict.application_id, "x", by.id) in {
                    "policy", "waiver_of_a_derived_conflict",
                }  # fmt: skip


class TestReplacement:
    """The database takes the next best choice; nobody writes one, and none breaks a conflict or a load."""

    def step_back(self, batch, email: str = "reviewer.1@miit.test") -> None:
        mine = next(row for row in make.assignments(batch) if row.reviewer.email == email)
        with make.as_reviewer(mine) as by:
            row = Assignment.objects.select_related("application__unit", "batch").get(pk=mine.pk)
            interests.declare(by=by, assignment=row, what=interests.InterestInput(True, "kinship", "x"))

    def test_the_free_one_takes_the_place_and_is_told(self, batch):
        from portal.notifications.models import Notice

        self.step_back(batch)
        assert holders(batch) == ["reviewer.1@mof.test", "reviewer.1@zj.test"]
        with acting("officer", "MIIT"):
            row = Assignment.objects.get(reviewer__email="reviewer.1@zj.test")
            assert (row.replaces.reviewer.email, row.affinity, row.announced) == ("reviewer.1@miit.test", 100, True)
        with reader() as by:
            assert Notice.objects.filter(person=by.id).count() == 1

    def test_a_ministrys_only_place_goes_to_its_own_before_fit(self, batch):
        make.reviewer("MIIT", province="110000", number=2, fields={})
        self.step_back(batch)
        assert "reviewer.2@miit.test" in holders(batch)

    @pytest.mark.parametrize(("fields", "taken"), [({"C36": 3}, "1@zj"), ({"C36": 3, "C39": 3}, "zj"), ({}, "1@zj")])
    def test_among_others_the_best_fit(self, batch, fields, taken):
        make.reviewer("expert", province="310000", number=2, fields=fields)
        self.step_back(batch)
        assert taken in holders(batch)[-1]

    def test_nobody_with_a_conflict_without_room_or_away(self, batch):
        with acting("officer", "MIIT") as by:
            free = ReviewerProfile.objects.get(user__email="reviewer.1@zj.test")
            what = people.ProfileInput(free.home_province, "x", group="expert", away_from=make.clock.today(),
                                       away_to=make.clock.today())  # fmt: skip
            people.keep_profile(by=by, user_id=free.user_id, what=what, profile=free)
        make.reviewer("expert", province="350000", number=2)
        make.reviewer("expert", province="310000", number=3, is_active=False)
        self.step_back(batch)
        assert holders(batch) == ["reviewer.1@mof.test"]
        with acting("officer", "MIIT") as by:
            from portal.notifications.models import Notice

            assert Notice.objects.filter(person=by.id, text_en__contains="nobody without a conflict").count() == 1
            assert Assignment.objects.get(state="recused").announced

    def test_a_place_lost_by_an_entry_in_the_profile_is_told_too(self):
        """Not by a declaration, but by a new employer, with nobody left: MIIT must know as well."""
        from portal.notifications.models import Notice

        person("officer", "MIIT", 2)
        batch = make.reviewing_batch(UNITS, reviewers=make.panel()[:2], soes={"350200": ("YQ001",)})
        with acting("officer", "MIIT") as by:
            rows = {row.user.email[:14]: row for row in ReviewerProfile.objects.select_related("user")}
            away = {"away_from": make.clock.today(), "away_to": make.clock.today(), "group": "expert"}
            free = rows["reviewer.1@zj."]
            what = people.ProfileInput(free.home_province, "x", **away)
            people.keep_profile(by=by, user_id=free.user_id, what=what, profile=free)
            reader_ = rows["reviewer.1@mii"]
            soe = make.CentralSOE.objects.get(list_no=1)
            what = people.ProfileInput(reader_.home_province, "x", soe, group="MIIT")
            people.keep_profile(by=by, user_id=reader_.user_id, what=what, profile=reader_)
        assert holders(batch) == ["reviewer.1@mof.test"]
        with acting("officer", "MIIT", 2) as by:
            assert Notice.objects.filter(person=by.id, text_en__contains="nobody without a conflict").count() == 1

    def test_nobody_writes_a_replacement(self, batch):
        self.step_back(batch)
        with acting("officer", "MIIT") as by:
            gone = Assignment.objects.get(state="recused")
            second = make.reviewer("expert", province="310000", number=4)
            values = [batch.pk, gone.application_id, second.user_id, by.id]
            assert refused(GIVE, *values, gone.pk, True) == "assignment_holds"
            assert refused(GIVE, *values, None, False) == "assignment_holds"
            before = holders(batch)
            value("select reviews_replace(%s)", gone.pk)
            assert holders(batch) == before  # once is enough

    @pytest.mark.parametrize("how", ["now", "former", "batch"])
    def test_an_employer_in_the_roster_takes_the_application_away(self, how):
        """A reviewer's new entry meets an enterprise of the dossier: gone in the same statement, and replaced."""
        batch = with_roster()
        make.panel()
        with acting("officer", "MIIT") as by:
            row = Application.objects.get(batch=batch)
            readers = [person("reviewer", code).pk for code in ("MIIT", "MOF")]
            make.assigning.assign(by=by, batch=batch, pairs=[(row.pk, key, 50) for key in readers])
        code = rosters.credit_code(2)
        with acting("reviewer", "MIIT") as by:
            mine = ReviewerProfile.objects.get(user=by.id)
            if how == "now":
                assert run(f"{PROFILE} employer_code = %s", code) == 1
            elif how == "former":
                assert run(FORMER.replace("''", "%s"), mine.pk, code) == 1
            else:
                declared = value(DECLARE, batch.pk, by.id)
                named = INTEREST.replace("'350200', ''", "null, %s")
                assert run(named, declared, batch.pk, by.id, code) == 1
            assert Application.objects.count() == 0
        assert holders(batch) == ["reviewer.1@mof.test", "reviewer.1@zj.test"]
        with acting("officer", "MIIT"):
            found = Conflict.objects.get(reviewer__email="reviewer.1@miit.test", application=row.pk)
            assert found.code == {"now": "roster", "former": "former", "batch": "batch"}[how]
            assert found.reason == ("x" if how == "batch" else "（演示）示例企业00002")

    def test_an_employer_left_long_ago_keeps_nobody_away(self):
        batch = with_roster()
        make.panel()
        with acting("reviewer", "MIIT") as by:
            mine = ReviewerProfile.objects.get(user=by.id)
            long_ago = FORMER.replace("'2030-01-01'", "now() - interval '3 years 1 day'").replace("''", "%s")
            assert run(long_ago, mine.pk, rosters.credit_code(2)) == 1
        with acting("officer", "MIIT"):
            assert not Conflict.objects.filter(reviewer=mine.user_id, code="former").exists()
            assert not [pair for pair in queries.conflict_pairs(batch) if pair[2] == "former"]


def with_roster():
    """Xiamen's application in review, with two enterprises in its roster."""
    batch = make.open_batch(places=1)
    row = dossiers.drafted(unit="350200", amount="300000000.00", batch=batch)
    with acting("drafter", "ZF350200") as by:
        rosters.fill(row, 2)
        dossiers.submission.request_sign_off(by=by, application=dossiers.fresh(row))
    dossiers.sign(row)
    for side in dossiers.Side:
        dossiers.decide(row, side)
    batch = make.fresh(batch)
    with acting("officer", "MIIT") as by, make.clock.at(batch.deadline + make.timedelta(seconds=1)):
        make.batches.close(by=by, batch=batch)
        make.screening.take_up(by=by, batch=batch)
    make.say(batch, "350200", "MIIT", "pass")
    return make.fresh(batch)


def test_the_helpers_that_look_past_the_policies_are_nobodys(batch):
    with reader():
        for call in (
            "reviews_derived_conflicts(1)",
            "reviews_employers()",
            "reviews_stand_apart(1, 1, 1)",
            "reviews_is_waived(1, 1, 'x')",
            "reviews_assignment_fits(1, 1, 1)",
            "reviews_fit(1)",
        ):
            assert refused(f"select * from {call}") == "policy", call
        assert value("select count(*) from reviews_conflict_pairs(%s)", batch.pk) == 0
        assert value("select count(*) from reviews_affinities(%s)", batch.pk) == 0
