"""Checklist, joint letter, rank, taking back, the province's time; attacked with raw SQL."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest

from applications.domain import submission
from applications.enums import Side, Verdict
from applications.models import Application
from portal.core import clock
from portal.core.errors import DomainError
from tests import factories_applications as make
from tests.guards.applications_sql import as_owner, as_person, name_of, refused, run, value
from tests.guards.test_applications_deadline import pass_deadline
from tests.guards.test_applications_province import DECIDE, TO

AMOUNT = "100000000.00"
POINT = """
    insert into applications_point (application_id, snapshot_id, side, organisation_id, code, answer, comment,
                                    person_id, at)
    select a.id, s.id, %s, o.id, %s, %s, %s, scope_user(), now()
      from applications_application a join applications_snapshot s on s.application_id = a.id, accounts_organisation o
     where o.code = %s
"""
LETTER = """
    insert into applications_letter (batch_id, province_id, organisation_id, number, dated, file_name, content_type,
                                     size, sha256, storage_key, uploaded_by_id, uploaded_at)
    select b.id, %s, o.id, %s, current_date, 'x.pdf', 'application/pdf', 1, repeat('a', 64), 'x', scope_user(), now()
      from programme_batch b, accounts_organisation o where b.state = 'open' and o.code = %s
"""


@pytest.fixture
def submitted(db):
    return make.submitted(unit="350200", amount=AMOUNT)


@pytest.mark.guard
class TestChecklist:
    """Points stand before a recommendation, and stay after it."""

    def test_no_recommendation_with_an_open_point(self, submitted):
        make.examined(submitted, Side.INDUSTRY)
        with make.acting("provincial_officer", "GX350000"):
            run("update applications_point set answer = 'mend', comment = 'x' where code = 'fit'")
            assert refused(DECIDE, "industry", "recommend", "GX350000") == "recommendation_needs_checklist"
            run("update applications_point set answer = 'not_applicable' where code = 'fit'")
            assert run(DECIDE, "industry", "recommend", "GX350000") == 1

    def test_none_without_any_point(self, submitted):
        with make.acting("provincial_officer", "GX350000") as by:
            make.letter(by, Application.objects.get())
            assert refused(DECIDE, "industry", "recommend", "GX350000") == "recommendation_needs_checklist"

    def test_each_department_answers_its_own(self, submitted):
        with make.acting("provincial_officer", "GX350000"):
            assert refused(POINT, "finance", "amount", "fulfilled", "", "GX350000") == "point_by_its_department"
            assert refused(POINT, "finance", "amount", "fulfilled", "", "CZ350000") == "policy"
        for role, code in [("drafter", "ZF350200"), ("officer", "MIIT"), ("provincial_officer", "GX360000")]:
            with make.acting(role, code):
                assert value("select count(*) from applications_point") == 0
                if role != "provincial_officer":
                    assert refused(POINT, "industry", "fit", "fulfilled", "", "GX350000") == "policy"

    def test_what_was_found_stays_once_decided(self, submitted):
        make.decide(submitted, Side.INDUSTRY)
        with make.acting("provincial_officer", "GX350000"):
            assert refused("update applications_point set comment = 'later'") == "point_is_kept"
            assert refused("delete from applications_point") == "policy"
            assert refused(POINT, "industry", "more", "fulfilled", "", "GX350000") == "point_is_kept"

    def test_the_unit_and_the_other_department_read_it_once_decided(self, submitted):
        make.examined(submitted, Side.INDUSTRY)
        others = [("drafter", "ZF350200"), ("provincial_officer", "CZ350000")]
        for role, code in others:
            with make.acting(role, code):
                assert value("select count(*) from applications_point") == 0
        make.decide(submitted, Side.INDUSTRY)
        for role, code in others:
            with make.acting(role, code):
                assert value("select count(*) from applications_point where side = 'industry'") == 4

    def test_to_be_mended_says_what(self, submitted):
        with make.acting("provincial_officer", "GX350000"):
            assert refused(POINT, "industry", "fit", "mend", "", "GX350000") == "point_to_mend_says_what"


@pytest.mark.guard
class TestLetter:
    """One letter of the own province, numbered, for good."""

    @pytest.mark.parametrize("number", ["12号", "闽工信联2025-12", "闽工信联〔2025〕012号", "闽工信联〔1925〕12号"])
    def test_its_number_is_official(self, submitted, number):
        with make.acting("provincial_officer", "GX350000"):
            assert refused(LETTER, "350000", number, "GX350000") == "letter_number_is_official"

    def test_it_is_kept_once_and_stays(self, submitted):
        with make.acting("provincial_officer", "GX350000"):
            run(LETTER, "350000", "闽工信联〔2025〕12号", "GX350000")
            assert refused(LETTER, "350000", "闽工信联〔2025〕12号", "GX350000") == "letter_number_once"
            assert refused("update applications_letter set number = '闽工信联〔2025〕13号'") == "policy"
            assert refused("delete from applications_letter") == "policy"

    def test_it_comes_from_the_own_province(self, submitted):
        with make.acting("provincial_officer", "GX360000"):
            assert refused(LETTER, "350000", "闽工信联〔2025〕12号", "GX360000") == "letter_from_its_province"
            assert refused(LETTER, "350000", "闽工信联〔2025〕12号", "GX350000") == "policy"
        with make.acting("drafter", "ZF350200"):
            assert refused(LETTER, "350000", "闽工信联〔2025〕12号", "GX350000") == "policy"

    def test_a_recommendation_names_one_of_the_own_province(self, submitted):
        make.examined(submitted, Side.INDUSTRY)
        with make.acting("provincial_officer", "GX360000"):
            run(LETTER, "360000", "赣工信联〔2025〕1号", "GX360000")
            foreign = value("select max(id) from applications_letter")
        wrong = DECIDE.replace("(select max(l.id) from applications_letter l)", str(foreign))
        none = DECIDE.replace("(select max(l.id) from applications_letter l)", "null::bigint")
        with make.acting("provincial_officer", "GX350000"):
            for sql in (wrong, none):
                assert refused(sql, "industry", "recommend", "GX350000") == "recommendation_names_its_letter"
            run(DECIDE, "industry", "recommend", "GX350000")
            assert value("select letter_no from applications_recommendation").endswith("〕9号")

    def test_both_departments_name_the_same(self, submitted):
        make.decide(submitted, Side.INDUSTRY)
        make.examined(submitted, Side.FINANCE)
        with make.acting("provincial_officer", "CZ350000"):
            run(LETTER, "350000", "闽工信联〔2025〕13号", "CZ350000")
            run(DECIDE, "finance", "recommend", "CZ350000")
            assert refused(TO, "recommended") == "recommendation_is_joint"

    def test_units_and_other_provinces_do_not_read_it(self, submitted):
        make.decide(submitted, Side.INDUSTRY)
        for role, code, seen in [
            ("drafter", "ZF350200", 0),
            ("provincial_officer", "GX360000", 0),
            ("provincial_officer", "CZ350000", 1),
            ("officer", "MOF", 1),
            ("auditor", "SJ", 1),
        ]:
            with make.acting(role, code):
                assert value("select count(*) from applications_letter") == seen, code


@pytest.mark.guard
class TestRank:
    """Where the rules want it: each rank once, within the quota, under the lock of the quota."""

    @pytest.fixture(autouse=True)
    def _rules(self, fresh_db):
        as_owner("update programme_ruleset set province_ranks = true where version = '2026.1'")

    def test_each_once_and_none_beyond_the_quota(self):
        first, second = (make.submitted(unit=unit, amount=AMOUNT) for unit in ("350100", "350300"))
        for side in Side:
            make.decide(first, side, rank=1)
        make.decide(second, Side.INDUSTRY, rank=1)
        with pytest.raises(DomainError) as error:
            make.decide(second, Side.FINANCE, rank=1)
        assert error.value.code == "province_rank_once"
        assert make.fresh(second).state == "with_province"

    def test_a_rank_must_be_there_and_equal(self):
        row = make.submitted(unit="350100", amount=AMOUNT)
        with pytest.raises(DomainError) as error:
            make.decide(row, Side.INDUSTRY)
        assert error.value.code == "rank"
        make.decide(row, Side.INDUSTRY, rank=2)
        with pytest.raises(DomainError) as error:
            make.decide(row, Side.FINANCE, rank=1)
        assert error.value.code == "recommendation_is_joint"
        make.examined(row, Side.FINANCE)
        sql = DECIDE.replace("letter_no,", "letter_no, rank,").replace("'', scope_user", "'', 1, scope_user")
        with as_person(make.person("provincial_officer", "CZ350000").pk) as web:
            web.execute(sql, ["finance", "recommend", "CZ350000"])
            with pytest.raises(psycopg.Error) as refusal:
                web.execute(TO, ["recommended"])
            web.rollback()
        assert name_of(refusal.value) == "recommendation_is_joint"

    def test_a_separately_planned_city_has_none(self):
        assert make.recommended(unit="350200", amount=AMOUNT).state == "recommended"


@pytest.mark.guard
class TestTimes:
    """Taking back, mending and deciding, to the second of the database's clock."""

    RECALL = "update applications_application set state = 'draft'"

    def test_taken_back_changed_and_submitted_again(self, submitted):
        with make.acting("signatory", "ZF350200") as by:
            submission.recall(by=by, application=Application.objects.get(), why="补充材料")
        row = make.fresh(submitted)
        assert (row.state, row.number) == ("draft", submitted.number)
        with make.acting("drafter", "ZF350200") as by:
            submission.request_sign_off(by=by, application=Application.objects.get())
        make.sign(row)
        with make.acting("signatory", "ZF350200"):
            assert list(row.snapshots.values_list("number", flat=True)) == [1, 2]

    @pytest.mark.parametrize(("role", "code"), [("drafter", "ZF350200"), ("provincial_officer", "GX350000")])
    def test_only_a_signatory_takes_back(self, submitted, role, code):
        with make.acting(role, code):
            assert refused(self.RECALL) == "application_step_by_role"

    def test_not_after_the_deadline(self, fresh_db):
        row = make.submitted(unit="350200", amount=AMOUNT)
        pass_deadline()
        with as_person(make.person("signatory", "ZF350200").pk) as web:
            with pytest.raises(psycopg.Error) as error:
                web.execute(self.RECALL)
            web.rollback()
        assert name_of(error.value) == "recall_before_deadline"
        assert make.fresh(row).state == "with_province"

    def test_the_province_decides_after_the_deadline_and_the_unit_mends_in_the_days_of_the_rules(self, fresh_db):
        row = make.submitted(unit="350200", amount=AMOUNT)
        pass_deadline(60)
        make.decide(row, Side.INDUSTRY, Verdict.RETURN, "补充")
        row = make.fresh(row)
        assert row.mend_until == clock.end_of_day(clock.today() + timedelta(days=5))
        with make.acting("drafter", "ZF350200") as by:
            submission.request_sign_off(by=by, application=Application.objects.get())
        make.sign(row)
        row = make.fresh(row)
        assert (row.state, row.mend_until) == ("with_province", None)

    def test_the_time_to_mend_is_not_written_by_hand(self, submitted):
        make.decide(submitted, Side.INDUSTRY, Verdict.RETURN, "补充")
        with make.acting("drafter", "ZF350200"):
            sql = "update applications_application set mend_until = now() + interval '1 year'"
            assert refused(sql) == "application_is_frozen"

    def test_not_after_the_provinces_time(self, fresh_db):
        make.submitted(unit="350200", amount=AMOUNT)
        pass_deadline(11 * 86400)
        with as_person(make.person("provincial_officer", "GX350000").pk) as web:
            with pytest.raises(psycopg.Error) as error:
                web.execute(DECIDE, ["industry", "not_recommend", "GX350000"])
            web.rollback()
        assert name_of(error.value) == "recommendation_after_deadline"
