"""Both departments, two people, the own province, the quota; attacked with raw SQL."""

from __future__ import annotations

import pytest

from applications.domain import recommendation
from applications.enums import Side, Verdict
from portal.core.errors import DomainError
from tests import factories_applications as make
from tests.guards.applications_sql import refused, run, value

pytestmark = [pytest.mark.guard, pytest.mark.django_db]
AMOUNT = "100000000.00"
DECIDE = """
    insert into applications_recommendation (application_id, snapshot_id, side, organisation_id, decision, opinion,
                                             letter_id, letter_no, person_id, at)
    select a.id, s.id, d.side, o.id, d.decision, 'x',
           case when d.decision = 'recommend' then (select max(l.id) from applications_letter l) end, '', scope_user(), now()
      from applications_application a join applications_snapshot s on s.application_id = a.id,
           accounts_organisation o, (select %s::text as side, %s::text as decision) d where o.code = %s
"""
TO = "update applications_application set state = %s"


@pytest.fixture
def submitted():
    return make.submitted(unit="350200", amount=AMOUNT)


@pytest.mark.parametrize("side", list(Side))
def test_not_recommended_with_one_signature(submitted, side):
    make.decide(submitted, side)
    with make.acting("provincial_officer", make.department("350000", side)):
        for state in ("recommended", "not_recommended", "returned"):
            assert refused(TO, state) == "recommendation_needs_both"


def test_not_with_none(submitted):
    with make.acting("provincial_officer", "GX350000"):
        for state in ("recommended", "not_recommended", "returned"):
            assert refused(TO, state) == "recommendation_needs_both"


def test_a_department_signs_for_itself_only(submitted):
    with make.acting("provincial_officer", "GX350000"):
        assert refused(DECIDE, "finance", "not_recommend", "GX350000") == "recommendation_by_its_department"
        assert refused(DECIDE, "finance", "not_recommend", "CZ350000") == "policy"


def test_another_province_decides_nothing(submitted):
    with make.acting("provincial_officer", "GX360000"):
        assert run(DECIDE, "industry", "recommend", "GX360000") == 0
        assert run(TO, "recommended") == 0


@pytest.mark.parametrize(("role", "code"), [("drafter", "ZF350200"), ("officer", "MIIT"), ("auditor", "SJ")])
def test_others_decide_nothing(submitted, role, code):
    with make.acting(role, code):
        assert refused(DECIDE, "industry", "not_recommend", "GX350000") == "policy"


def test_a_decision_is_made_once_and_stays(submitted):
    make.decide(submitted, Side.INDUSTRY)
    with make.acting("provincial_officer", "GX350000"):
        assert refused(DECIDE, "industry", "return", "GX350000") == "recommendation_once_per_side"
        assert refused("update applications_recommendation set decision = 'return'") == "policy"
        assert refused("delete from applications_recommendation") == "policy"


def test_a_refusal_gives_its_reason(submitted):
    with make.acting("provincial_officer", "GX350000"):
        sql = DECIDE.replace("'x'", "''")
        assert refused(sql, "industry", "return", "GX350000") == "recommendation_gives_reason"


def test_old_decisions_do_not_carry_a_new_submission(submitted):
    """Returned and submitted anew: what was decided on the first submission counts nothing for the second."""
    make.decide(submitted, Side.INDUSTRY)
    make.decide(submitted, Side.FINANCE, Verdict.RETURN, "补充材料")
    with make.acting("drafter", "ZF350200") as by:
        from applications.domain import submission
        from applications.models import Application

        submission.request_sign_off(by=by, application=Application.objects.get(pk=submitted.pk))
    make.sign(submitted)
    make.decide(submitted, Side.FINANCE)
    with make.acting("provincial_officer", "GX350000"):
        assert refused(TO, "recommended") == "recommendation_needs_both"
        old = value("select min(id) from applications_snapshot")
        sql = DECIDE + " and s.id = " + str(old)
        assert refused(sql, "industry", "not_recommend", "GX350000") == "recommendation_on_current_submission"


class TestQuota:
    """Two places for a province; a separately planned city uses none."""

    def test_the_third_is_refused_and_nothing_of_it_stays(self):
        for unit in ("350100", "350300"):
            make.recommended(unit=unit, amount=AMOUNT)
        third = make.submitted(unit="350400", amount=AMOUNT)
        make.decide(third, Side.INDUSTRY)
        with pytest.raises(DomainError) as error:
            make.decide(third, Side.FINANCE)
        assert error.value.code == "province_quota"
        third = make.fresh(third)
        assert third.state == "with_province"
        with make.acting("provincial_officer", "CZ350000"):
            assert third.recommendations.count() == 1

    def test_a_separately_planned_city_counts_by_itself(self):
        for unit in ("350100", "350300"):
            make.recommended(unit=unit, amount=AMOUNT)
        assert make.recommended(unit="350200", amount=AMOUNT).state == "recommended"

    def test_another_province_has_its_own(self):
        for unit in ("350100", "350300"):
            make.recommended(unit=unit, amount=AMOUNT)
        assert make.recommended(unit="360100", amount=AMOUNT).state == "recommended"


def test_xpcc_decides_by_its_own_bureaus():
    row = make.recommended(unit="XPCC", amount=AMOUNT)
    assert row.state == "recommended"


def test_the_command_refuses_the_other_province(submitted):
    from applications import queries

    with make.acting("provincial_officer", "GX350000"):
        current = queries.current_snapshot(submitted)
    what = recommendation.RecommendInput(current, Side.INDUSTRY, Verdict.RECOMMEND, "")
    with make.acting("provincial_officer", "GX360000") as by, pytest.raises(DomainError):
        recommendation.recommend(by=by, application=submitted, what=what)
