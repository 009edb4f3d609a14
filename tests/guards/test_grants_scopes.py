"""Functions that pass the policies give nothing to nobody; nobody takes a step that is somebody's."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection

from tests import factories_ending as end
from tests import factories_grants as make
from tests.grants.raw import refused, run
from tests.guards.money_rows import project_of
from tests.guards.test_grants_ending import ASSESS

pytestmark = pytest.mark.guard
# Of each the question, and the number that it is asked of.
SUMS = {
    "award_free(%s)": "award",
    "money_return_left(%s, 'unit', null)": "award",
    "money_recovery_left(%s, null)": "award",
    "money_issue_left(%s)": "issue",
    "money_spending_left(%s)": "project",
    "project_plan(%s)": "project",
}
# Functions past the policies that read of money, ask for no scope and can be called by the web, and why they may.
FREE = {
    "assessing_form": "the rules of the batch, which are published",
    "assessing_plan": "the number of a version of a plan",
    "assessing_told": "asked by policies: whether a panel's result is told",
    "entry_before": "a digest, by which the chain is verified",
    "money_hold": "locks and tells nothing",
    "money_hold_centres": "locks and tells nothing",
    "money_hold_row": "locks and tells nothing",
    "money_level": "asked by policies: at which level an entry is taken back",
    "money_method": "the method of a support, for the sums of the overviews",
    "open_awards": "open data",
    "open_payments": "open data",
    "open_projects": "open data",
    "request_problem": "the name of what a request lacks",
    "year_open": "a year",
}
PAST_THE_POLICIES = """
    select distinct p.proname::text from pg_proc p
     where p.pronamespace = 'public'::regnamespace and p.prosecdef and p.prorettype <> 'trigger'::regtype
       and has_function_privilege('portal_web', p.oid, 'execute') and p.prosrc ~ 'grants_'
       and p.prosrc !~ 'scope_|award_seen'
"""


def scalar(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0]


def nobody():
    with connection.cursor() as cursor:
        cursor.execute("select leave_scope()")


def numbers(who, held):
    from grants.models import Issue

    with make.acting(who["mof"]):
        return {"award": held.pk, "project": project_of(who, held).pk, "issue": Issue.objects.get(award=held).pk}


@pytest.mark.parametrize("question", SUMS)
def test_without_scope_no_sum_and_no_plan(who, others, held, question):
    """Enterprises, codes, milestones and balances: to who sees the award, and to nobody else."""
    of = numbers(who, held)[SUMS[question]]
    for person in (who["unit_maker"], who["province_maker"], who["auditor"]):
        with make.acting(person):
            assert scalar(f"select {question}", of) is not None
    for person in (others["unit_maker"], others["province_maker"]):
        with make.acting(person):
            assert scalar(f"select {question}", of) is None
    nobody()
    assert scalar("select count(*) from grants_award") == 0
    assert scalar(f"select {question}", of) is None


def test_without_scope_no_balances(who, others, held):
    year = make.today().year
    seen = "select coalesce(sum(amount), 0) from year_unspent(%s)"
    with make.acting(who["mof"]):
        assert scalar(seen, year) == Decimal("100.00")
    with make.acting(others["unit_maker"]):
        assert scalar(seen, year) == 0
    nobody()
    assert scalar("select count(*) from year_unspent(%s)", year) == 0


@pytest.mark.parametrize("function", ["money_came_back(1)", "counted_award_free(1)", "counted_money_issue_left(1)"])
def test_what_only_guards_ask_is_not_the_webs(who, function):
    with make.acting(who["mof"]), refused("InsufficientPrivilege"):
        run(f"select {function}")


def test_what_passes_the_policies_asks_for_the_scope(db):
    """Of money: what is callable by the web and asks for no scope has its reason."""
    with connection.cursor() as cursor:
        cursor.execute(PAST_THE_POLICIES)
        assert {name for (name,) in cursor.fetchall()} == set(FREE)


def test_a_guard_counts_whatever_the_session_says(who, held):
    """Without a scope the sums are empty, and the limits hold all the same."""
    from tests.guards.use_rows import RETURN

    values = {"organisation": scalar_of(who, "CZ350200"), "maker": who["unit_maker"].pk, "no": "T1", "award": held.pk,
              "issue": None, "source": "unit", "amount": "100.01"}  # fmt: skip
    with make.acting(who["unit_maker"]):
        run("select set_config('portal.nation', '', true), set_config('portal.provinces', '{}', true)")
        run("select set_config('portal.units', '{}', true)")
        assert scalar("select money_return_left(%s, 'unit', null)", held.pk) is None
        with refused("return_within_held"):
            run(RETURN, **values)


def scalar_of(who, code):
    from tests.guards.money_rows import organisation_in

    return organisation_in(who["unit_maker"], code)


def test_nobody_ends_the_running_of_a_batch(who, award):
    """Whoever empties the name of the user is nobody, and no officer of MIIT."""
    end.result(who, award, "failed", for_good=True)
    with make.acting(who["mof"]):
        run("select set_config('portal.user', '', true)")
        with refused("batch_assessed_by_miit"):
            run(ASSESS, batch=award.batch_id)
