"""Amounts against the rules of the batch; attacked with raw SQL."""

from __future__ import annotations

import pytest

from tests import factories_applications as make
from tests.guards.applications_sql import refused, run

pytestmark = [pytest.mark.guard, pytest.mark.django_db]


@pytest.fixture
def drafted():
    return make.drafted(unit="350200", amount="100000000.00")


def test_amount_within_the_cap(drafted):
    with make.acting("drafter", "ZF350200"):
        assert run("update applications_application set amount_asked = 300000000.00") == 1
        name = refused("update applications_application set amount_asked = 300000000.01")
        assert name == "application_amount_within_cap"
        assert refused("update applications_application set amount_asked = -1") == "application_amount_above_zero"


def test_support_within_its_share(drafted):
    with make.acting("drafter", "ZF350200"):
        sql = "update applications_project set support_asked = %s where is_landmark"
        assert run(sql, "120000000.00") == 1
        assert refused(sql, "120000000.01") == "project_support_within_share"
        lower = "update applications_project set total_investment = total_investment - 0.05 where is_landmark"
        assert refused(lower) == "project_support_within_share"


def test_no_project_is_supported_twice(drafted):
    with make.acting("drafter", "ZF350200"):
        sql = "update applications_project set other_national_money = true"
        assert refused(sql) == "project_not_supported_twice"
        run("delete from applications_fundingline where source = 'central'")
        assert run(f"{sql}, support_asked = 0") == 2


def test_a_landmark_is_large(drafted):
    with make.acting("drafter", "ZF350200"):
        sql = """update applications_project set total_investment = 500000000, support_asked = 0,
                 equipment_investment = 0 where is_landmark"""
        run("delete from applications_fundingline where source = 'central'")
        assert refused(sql) == "project_landmark_is_large"
        assert run(sql.replace("500000000", "500000000.01")) == 1


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("equipment_investment = total_investment + 1", "project_amounts_fit"),
        ("total_investment = 0", "project_amounts_fit"),
        ("support_asked = -1", "project_amounts_fit"),
        ("ends_on = starts_on - 1", "project_ends_after_it_begins"),
        ("method = ''", "project_support_has_method"),
    ],
)
def test_a_project_makes_sense(drafted, change, name):
    with make.acting("drafter", "ZF350200"):
        assert refused(f"update applications_project set {change}") in {name, "project_support_within_share"}


def test_a_project_runs_in_the_years_of_the_plan(drafted):
    with make.acting("drafter", "ZF350200"):
        sql = "update applications_project set starts_on = %s, ends_on = %s"
        first, last = drafted.batch.year - 2, drafted.batch.year + 9
        assert run(sql, f"{first}-01-01", f"{last}-12-31") == 2
        assert refused(sql, f"{first - 1}-12-31", f"{last}-12-31") == "project_within_span"
        assert refused(sql, f"{first}-01-01", f"{last + 1}-01-01") == "project_within_span"
        assert refused(sql, "0001-01-01", "9999-12-31") == "project_within_span"


@pytest.mark.parametrize("share", ["0", "100.01", "-1"])
def test_a_share_lies_within_the_whole(drafted, share):
    with make.acting("drafter", "ZF350200"):
        sql = f"update applications_focusindustry set share_of_output = {share}"
        assert refused(sql) == "focus_industry_share_between_0_and_100"


def test_rates_lie_within_the_whole(drafted):
    with make.acting("drafter", "ZF350200"):
        sql = "update applications_application set digital_target = 100.01"
        assert refused(sql) == "application_rates_between_0_and_100"
