"""Use, return, matching money and recovery, attacked with raw SQL: never more than there is."""

from __future__ import annotations

from decimal import Decimal

import psycopg
import pytest

from grants.ledger.verifier import differences
from tests import databases
from tests import factories_grants as make
from tests import factories_use as use
from tests.grants.raw import CONFIRM, race, refused, run
from tests.guards.test_grants_last_yuan import at_once, ended_well
from tests.guards.test_grants_last_yuan import world as live_world
from tests.guards.use_rows import (
    COLLECTED,
    ONE,
    RECOVERY,
    RETURN,
    SPENDING,
    balances,
    confirm,
    demand,
    mof,
    paid,
    province,
    returned,
    spending,
    unit,
    whole,
)

pytestmark = pytest.mark.guard
__all__ = ["paid"]


def test_money_goes_all_the_way_there_and_back(who, paid):
    """Paid 60, used 40; 50 of them recovered, given back by the unit and by the province: each step is an entry."""
    from grants.models import Entry

    use.spent(who, project=paid.paid_to, amount="40.00")
    recovery = use.demanded(who, award=paid, amount="50.00", project=paid.paid_to)
    use.collected(who, recovery=recovery, amount="30.00", project=paid.paid_to)
    use.collected(who, recovery=recovery, amount="20.00", project=paid.paid_to, number="C2")
    use.given_back(who, award=paid, amount="50.00", source="surplus")
    use.given_back(who, award=paid, amount="50.00", source="province")
    held = balances(who)
    assert (held["project"], held["used"], held["surplus"], held["recovered"]) == (0, 10, 0, 50)
    with make.acting(who["mof"]):
        rows = list(Entry.objects.order_by("number"))[4:]
        assert [row.kind for row in rows] == ["use", "recovery", "recovery", "return", "return"]
        # What lies unused with the project comes first: 20 of it, then 10 of what was used.
        assert [line.amount for line in rows[1].lines.all()] == [-20, -10, 30]
    whole(who)


@pytest.mark.parametrize("kind", ["use", "recovery", "return"])
def test_each_of_them_is_taken_back_and_counts_no_more(who, paid, kind):
    from grants.models import Entry

    recovery = use.demanded(who, award=paid, amount="50.00", project=paid.paid_to)
    before = balances(who)
    if kind == "use":
        use.spent(who, project=paid.paid_to, amount="40.00")
    elif kind == "recovery":
        use.collected(who, recovery=recovery, amount="50.00", project=paid.paid_to)
    else:
        use.given_back(who, award=paid, amount="40.00", source="unit")
    with make.acting(who["mof"]):
        entry = Entry.objects.get(kind=kind)
    make.reversed_by(who, entry=entry, by="unit")
    after = balances(who)
    assert {place: after[place] for place in before} == before
    assert {after[place] for place in set(after) - set(before)} <= {0}
    whole(who)
    if kind == "use":
        use.spent(who, project=paid.paid_to, amount="60.00")
    elif kind == "recovery":
        use.collected(who, recovery=recovery, amount="50.00", project=paid.paid_to)
    else:
        use.given_back(who, award=paid, amount="40.00", source="unit")


@pytest.mark.parametrize("kind", ["spending", "return", "recovery", "collected"])
def test_not_a_fen_more_than_there_is(who, paid, kind):
    use.entered_spending(who, project=paid.paid_to, amount="59.99")
    use.entered_return(who, award=paid, amount="39.99", source="unit")
    recovery = use.demanded(who, award=paid, amount="99.99")
    use.entered_collected(who, recovery=recovery, amount="59.99", project=paid.paid_to)
    use.entered_collected(who, recovery=recovery, amount="39.99", number="C2")
    sql, values, guard, person = {
        "spending": (SPENDING, spending(who, paid), "spending_within_project", "unit_maker"),
        "return": (RETURN, returned(who, paid), "return_within_held", "unit_maker"),
        "recovery": (RECOVERY, demand(who, paid), "recovery_within_what_lies", "mof_maker"),
        "collected": (
            COLLECTED,
            unit(who, recovery=recovery.pk, project=None, amount="1.00"),
            "recovered_within_demand",
            "unit_maker",
        ),
    }[kind]
    with make.acting(who[person]):
        with refused(guard):
            run(sql, **values | {"amount": "0.02"})
        run(sql, **values | {"amount": "0.01"})


def test_what_left_the_project_meanwhile_is_not_used_or_recovered(who, paid):
    recovery = use.demanded(who, award=paid, amount="60.00", project=paid.paid_to)
    report = use.entered_spending(who, project=paid.paid_to, amount="10.00")
    first = use.entered_collected(who, recovery=recovery, amount="60.00", project=paid.paid_to)
    confirm(who, "recoverypayment", first.pk)
    with refused("account_never_below_zero"):
        confirm(who, "spendingreport", report.pk)
    whole(who)


def test_the_province_keeps_what_it_has_to_pass_on(who, world):
    """Of an issue of 100 it passed 60 on: 40 may go back of the issue, nothing of what came back from the unit."""
    award = make.awarded(who, application=world.application, amount="200000000.00")
    issue = make.issued(who, award=award, amount="100.00", received_on=make.today())
    make.passed_on(who, issue=issue, amount="60.00")
    mine = province(who, award=award.pk, source="province", amount="0.01")
    with make.acting(who["province_maker"]), refused("return_within_held"):
        run(RETURN, **mine, issue=None)
    use.given_back(who, award=award, amount="10.00", source="unit")
    with make.acting(who["province_maker"]), refused("return_within_held"):
        run(RETURN, **mine | {"amount": "10.01"}, issue=None)
    use.given_back(who, award=award, amount="30.00", source="province", issue=issue)
    with make.acting(who["province_maker"]), refused("return_within_held"):
        run(RETURN, **mine | {"amount": "10.01"}, issue=issue.pk)
    from tests.grants.raw import PASS_ON

    with make.acting(who["province_maker"]):
        with refused("pass_on_within_issue"):
            run(PASS_ON, **province(who, issue=issue.pk, amount="10.01"))
        run(PASS_ON, **province(who, issue=issue.pk, amount="10.00"))
    whole(who)


def test_what_the_unit_gave_back_and_the_province_handed_on_is_not_taken_back(who, paid):
    from grants.models import Entry

    use.given_back(who, award=paid, amount="40.00", source="unit")
    with make.acting(who["mof"]):
        entry = Entry.objects.get(kind="return")
    use.entered_return(who, award=paid, amount="40.00", source="province")
    from tests.grants.raw import REVERSAL

    with make.acting(who["unit_maker"]), refused("reversal_of_the_last_step"):
        run(REVERSAL, **unit(who, entry=entry.pk))


def test_an_issue_whose_money_was_given_back_is_not_taken_back(who, world):
    from grants.models import Entry
    from tests.grants.raw import REVERSAL

    award = make.awarded(who, application=world.application, amount="200000000.00")
    issue = make.issued(who, award=award, amount="100.00", received_on=make.today())
    use.entered_return(who, award=award, amount="1.00", source="province", issue=issue)
    with make.acting(who["mof_maker"]):
        entry = Entry.objects.get(kind="issue")
        with refused("reversal_of_the_last_step"):
            run(REVERSAL, **mof(who, entry=entry.pk))


def test_sixteen_at_once_for_the_last_yuan(fresh_db):
    """Of a project's unused money, of a unit's money to give back, of a demand, of what may be demanded."""
    from grants.domain import recoveries, returns, spending
    from grants.enums import GivenBack, Ground, Spent

    who, applications = live_world()
    award = make.funded_unit(who, application=applications[0], award="100000000.00", held="2.00")
    project = make.project(who, award)
    make.paid(who, project=project, amount="1.00", number="V1")
    day = make.today()

    def papers(letter, file=False):
        names = [f"{letter}{n}" for n in range(16)]
        return [make.paper(name, file=make.pdf(f"{name}.pdf") if file else None) for name in names]

    def report(paper):
        what = spending.SpendingInput(ONE, "E", Spent.EQUIPMENT, "p", day, day, paper)
        return lambda by: spending.enter_spending(by=by, project=project, what=what)

    def give_back(paper):
        what = returns.ReturnInput(GivenBack.UNIT, ONE, "r", paper)
        return lambda by: returns.enter_return(by=by, award=award, what=what)

    def ask(paper):
        from datetime import timedelta

        asked = recoveries.DemandInput(Ground.FAILED, Decimal("2.00"), day + timedelta(days=9), "r", paper)
        return lambda by: recoveries.demand(by=by, award=award, what=asked)

    ended_well(at_once(who["unit_maker"], [report(paper) for paper in papers("S", file=True)]))
    ended_well(at_once(who["mof_maker"], [ask(paper) for paper in papers("D")]))
    from grants.models import Recovery

    with make.acting(who["mof_checker"]) as by:
        demand_row = recoveries.confirm_recovery(by=by, recovery=Recovery.objects.get())
    use.collected(who, recovery=demand_row, amount="1.00", number="C")

    def collect(paper):
        what = recoveries.CollectedInput(ONE, paper, project)
        return lambda by: recoveries.enter_recovery_payment(by=by, recovery=demand_row, what=what)

    ended_well(at_once(who["unit_maker"], [collect(paper) for paper in papers("C")]))
    make.passed_on(
        who,
        issue=make.issued(who, award=award, amount="1.00", received_on=day, number="I2"),
        amount="1.00",
        number="P2",
    )
    ended_well(at_once(who["unit_maker"], [give_back(paper) for paper in papers("R")]))


def test_a_payment_on_a_demand_while_it_is_withdrawn(fresh_db):
    who, applications = make.live("350200", number=95, budget="300000000.00")
    award = make.funded_unit(who, application=applications[0], award="100000000.00", held="9.00")
    recovery = use.demanded(who, award=award, amount="9.00")
    waiting = use.entered_collected(who, recovery=recovery, amount="9.00")
    ends = use.entered_withdrawal(who, recovery=recovery)
    confirmers = [
        (who["unit_checker"].pk, "grants_recoverypayment", waiting.pk),
        (who["mof_checker"].pk, "grants_recoverywithdrawal", ends.pk),
    ]
    ended = race([
        (person, CONFIRM.format(table=table), {"id": pk, "checker": person}) for person, table, pk in confirmers
    ])  # fmt: skip
    assert ended["done"] == 1
    assert set(ended) <= {"done", "recovery_is_demanded", "recovery_is_outstanding"}
    assert differences("owner") == []


def test_the_verifier_names_what_does_not_fit(fresh_db):
    who, applications = make.live("350200", number=97, budget="300000000.00")
    award = make.funded_unit(who, application=applications[0], award="100000000.00", held="100.00")
    project = make.project(who, award)
    make.paid(who, project=project, amount="60.00", number="V1")
    use.spent(who, project=project, amount="40.00")
    recovery = use.demanded(who, award=award, amount="50.00", project=project)
    use.collected(who, recovery=recovery, amount="50.00", project=project)
    use.given_back(who, award=award, amount="50.00", source="surplus")
    assert differences("owner") == []
    with psycopg.connect(databases.owner_dsn(), autocommit=True) as owner:
        for table in ("entry", "spendingreport", "returnpaper", "recoverypayment", "recovery"):
            owner.execute(f"alter table grants_{table} disable trigger user")
        for statement, back, kind in [
            ("update grants_spendingreport set amount = 41", "set amount = 40", "paper not booked"),
            ("update grants_returnpaper set state = 'entered'", "set state = 'confirmed'", "booked without a confirmed paper"),
            ("update grants_recovery set amount = 49", "set amount = 50", "recovered above the demand"),
        ]:  # fmt: skip
            # The check of who checked stands in the way of a state by hand; the owner takes it out for the moment.
            owner.execute("alter table grants_returnpaper drop constraint if exists return_checked_by_someone")
            owner.execute(statement)
            assert kind in {one.kind for one in differences("owner")}, statement
            owner.execute(f"{statement.split(' set ')[0]} {back}")
            assert differences("owner") == []
        owner.execute(
            "alter table grants_entry drop constraint entry_names_its_document;"
            " update grants_entry set spending_id = null where kind = 'use'"
        )
        assert "entry changed" in {one.kind for one in differences("owner")}
