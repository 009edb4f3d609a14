"""Sixteen people race by the commands for the last yuan: one gets it, the others read in words what is left."""

from __future__ import annotations

from decimal import Decimal

import psycopg
import pytest

from grants.ledger.verifier import differences
from tests import databases
from tests import factories_grants as make
from tests.grants.raw import together

pytestmark = pytest.mark.guard
UNIT = "350200"
ONE = Decimal("1.00")


def at_once(user, acts):
    """Do each act as this person at once; how each ended: "done", or the sentence its person reads."""
    return together([(user, act) for act in acts])


def ended_well(found):
    """One did it, fifteen read that nothing is left, and the books are whole."""
    assert found.pop("done") == 1
    assert sum(found.values()) == 15
    assert len(found) == 1
    assert "0.00" in next(iter(found))
    assert differences("owner") == []


def world(*units, budget="300000000.00", asked="20000000.00", number=94):
    who = make.live_people(UNIT)
    plans = [make.Plan(unit, [(asked, "600000000.00")]) for unit in units or [UNIT]]
    return who, make.selected(plans, number=number, budget=budget)


def test_of_a_unit(fresh_db):
    from grants.domain import payments

    who, applications = world()
    award = make.funded_unit(who, application=applications[0], award="100000000.00", held="1.00")
    project = make.project(who, award)
    rows = [make.entered_payment(who, project=project, amount="1.00", number=f"V{n}") for n in range(16)]
    acts = [lambda by, row=row: payments.confirm_payment(by=by, payment=row) for row in rows]
    ended_well(at_once(who["unit_checker"], acts))


def test_of_a_project(fresh_db):
    from grants.domain import payments

    who, applications = world(asked="1.00")
    award = make.funded_unit(who, application=applications[0], award="100000000.00", held="99.00")
    project = make.project(who, award)
    asked = [make.asked(who, project=project, amount=str(ONE)) for _ in range(16)]

    def pay(request):
        paper = make.paper(f"V{request.pk}", file=make.pdf(f"V{request.pk}.pdf"))
        return lambda by: payments.enter_payment(by=by, request=request, paper=paper)

    ended_well(at_once(who["unit_maker"], [pay(request) for request in asked]))


def test_of_a_tranche(fresh_db):
    from grants.domain import issues
    from grants.enums import Tranche
    from grants.models import Award

    who, applications = world()
    award = make.awarded(who, application=applications[0], amount="2.00")
    with make.acting(who["mof"]):
        award = Award.objects.select_related("batch__rule_set").get(pk=award.pk)

    def issue(number):
        what = issues.IssueInput(Tranche.FIRST, ONE, make.paper(f"I{number}", file=make.pdf()))
        return lambda by: issues.enter_issue(by=by, award=award, what=what)

    ended_well(at_once(who["mof_maker"], [issue(number) for number in range(16)]))


def test_of_a_batch(fresh_db):
    from applications.models import Application
    from grants.domain import awards

    with psycopg.connect(databases.owner_dsn()) as owner:
        found = owner.execute(
            "select u.code from programme_pilotunit u join accounts_organisation o on o.code = 'ZF' || u.code"
            " where u.code <> %s order by u.code limit 15",
            [UNIT],
        ).fetchall()
    who, applications = world(UNIT, *(code for (code,) in found), budget="1.00")
    with make.acting(who["mof"]):
        rows = list(Application.objects.select_related("batch__rule_set").filter(pk__in=applications))
    assert len(rows) == 16

    def award(row):
        what = awards.AwardInput(ONE, make.paper(f"财建〔2026〕{row.pk}号", file=make.pdf()))
        return lambda by: awards.enter_award(by=by, application=row, what=what)

    ended_well(at_once(who["mof_maker"], [award(row) for row in rows]))
