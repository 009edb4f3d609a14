"""Use, return, matching money and recovery, attacked with raw SQL: never more than there is, nobody signs both sides."""

from __future__ import annotations

from decimal import Decimal

import psycopg
import pytest

from grants.ledger.verifier import differences
from tests import databases
from tests import factories_grants as make
from tests import factories_use as use
from tests.grants.conftest import people_of
from tests.grants.raw import CHECKED, CONFIRM, VALUES, organisation, race, refused, run
from tests.guards.test_grants_last_yuan import at_once, ended_well
from tests.guards.test_grants_last_yuan import world as live_world
from tests.worlds import further

pytestmark = pytest.mark.guard
ONE = Decimal("1.00")
DAY = "(now() at time zone 'Asia/Shanghai')::date"
SPENDING = (
    "insert into grants_spendingreport (grant_project_id, award_id, amount, enterprise, used_for, purpose, period_from,"
    f" period_to, document_id, {CHECKED}) values (%(project)s, 0, %(amount)s, 'E', 'equipment', 'p', {DAY} - 9, {DAY},"
    f" %(document)s, {VALUES})"
)
RETURN = (
    f"insert into grants_returnpaper (award_id, issue_id, source, amount, reason, {CHECKED})"
    f" values (%(award)s, %(issue)s, %(source)s, %(amount)s, 'r', {VALUES})"
)
MATCHING = (
    f"insert into grants_matchingfunds (award_id, grant_project_id, year, source, amount, arrived_on, {CHECKED})"
    f" values (%(award)s, %(project)s, 2026, 'local', %(amount)s, {DAY}, {VALUES})"
)
RECOVERY = (
    "insert into grants_recovery (award_id, grant_project_id, level, ground, violation, reference, reason, amount,"
    f" due_on, {CHECKED}) values (%(award)s, %(project)s, %(level)s, %(ground)s, %(violation)s, '', 'r', %(amount)s,"
    f" {DAY} + 30, {VALUES})"
)
COLLECTED = (
    f"insert into grants_recoverypayment (recovery_id, award_id, grant_project_id, amount, {CHECKED})"
    f" values (%(recovery)s, 0, %(project)s, %(amount)s, {VALUES})"
)
WITHDRAWAL = (
    f"insert into grants_recoverywithdrawal (recovery_id, award_id, level, amount, reason, {CHECKED})"
    f" values (%(recovery)s, 0, 'ministry', 0.01, 'r', {VALUES})"
)


@pytest.fixture
def paid(who, world):
    """A unit that got 100 yuan and paid 60 of them to its first project."""
    return further(_paid, world.application)


def _paid(application):
    who = people_of("350200")
    award = make.funded_unit(who, application=application, award="200000000.00", held="100.00")
    award.paid_to = make.project(who, award)
    award.voucher = make.paid(who, project=award.paid_to, amount="60.00", number="V1").document_id
    return award


def unit(who, **more):
    with make.acting(who["unit_maker"]) as by:
        return {"organisation": organisation("CZ350200"), "maker": by.id, "no": "N1", **more}


def province(who, **more):
    with make.acting(who["province_maker"]) as by:
        return {"organisation": organisation("CZ350000"), "maker": by.id, "no": "N1", **more}


def mof(who, **more):
    with make.acting(who["mof_maker"]) as by:
        return {"organisation": organisation("MOF"), "maker": by.id, "no": "N1", **more}


def spending(who, paid, **more):
    return unit(who, project=paid.paid_to.pk, document=paid.voucher, amount="1.00") | more


def returned(who, paid, **more):
    return unit(who, award=paid.pk, source="unit", issue=None, amount="1.00") | more


def demand(who, paid, **more):
    asked = {"project": None, "level": "ministry", "ground": "violation", "violation": "diverted", "amount": "1.00"}
    return mof(who, award=paid.pk, **asked) | more


def balances(who):
    from grants.models import Account

    with make.acting(who["mof"]):
        return {row.place: row.balance for row in Account.objects.all()}


def whole(who):
    """The books are whole, read as the auditor, who sees all."""
    run("set constraints all immediate; set constraints all deferred")
    with make.acting(who["auditor"]):
        assert differences() == []


def confirm(who, table, pk, person="unit_checker"):
    with make.acting(who[person]) as by:
        return run(CONFIRM.format(table=f"grants_{table}"), id=pk, checker=by.id)


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


@pytest.mark.parametrize(
    ("kind", "person"),
    [
        ("spending", "province_maker"),
        ("spending", "unit_checker"),
        ("return", "mof_maker"),
        ("return_of_province", "unit_maker"),
        ("matching", "miit"),
        ("recovery", "unit_maker"),
        ("recovery", "miit"),
        ("recovery", "mof"),
        ("recovery_of_province", "mof_maker"),
        ("collected", "mof_maker"),
        ("withdrawal", "province_maker"),
        ("withdrawal", "unit_maker"),
    ],
)
def test_only_the_finance_department_of_the_level_enters(who, paid, kind, person):
    recovery = use.demanded(who, award=paid, amount="1.00")
    sql, values = {
        "spending": (SPENDING, spending(who, paid)),
        "return": (RETURN, returned(who, paid)),
        "return_of_province": (RETURN, province(who, award=paid.pk, source="province", issue=None, amount="1.00")),
        "matching": (MATCHING, unit(who, award=paid.pk, project=None, amount="1.00")),
        "recovery": (RECOVERY, demand(who, paid)),
        "recovery_of_province": (RECOVERY, demand(who, paid, level="provincial_finance")),
        "collected": (COLLECTED, unit(who, recovery=recovery.pk, project=None, amount="1.00")),
        "withdrawal": (WITHDRAWAL, mof(who, recovery=recovery.pk)),
    }[kind]
    with make.acting(who[person]) as by, refused("money_only_by_finance"):
        run(sql, **values | {"maker": by.id})


@pytest.mark.parametrize("table", ["spendingreport", "returnpaper", "matchingfunds", "recovery", "recoverypayment"])
def test_nothing_is_signed_by_one_person_changed_or_removed(cast, who, paid, table):
    from portal.accounts.cast import ensure_user

    person, code = ("finance_maker", "MOF") if table == "recovery" else ("finance_maker", "CZ350200")
    both = cast(person, code, 8)
    databases.committed(lambda: ensure_user(both.email, both.name, code, "finance_checker"))
    recovery = use.demanded(who, award=paid, amount="1.00", number="D9")
    sql, values = {
        "spendingreport": (SPENDING, spending(who, paid)),
        "returnpaper": (RETURN, returned(who, paid)),
        "matchingfunds": (MATCHING, unit(who, award=paid.pk, project=None, amount="1.00")),
        "recovery": (RECOVERY, demand(who, paid)),
        "recoverypayment": (COLLECTED, unit(who, recovery=recovery.pk, project=None, amount="1.00")),
    }[table]
    with make.acting(both):
        run(sql, **values | {"maker": both.pk})
        from django.apps import apps

        model = apps.get_model("grants", table)
        pk = model.objects.order_by("-pk").first().pk
        name = model._meta.constraints[-2].name.rsplit("_has_", 1)[0]
        with refused(f"{name}_checker_is_not_maker"):
            run(CONFIRM.format(table=f"grants_{table}"), id=pk, checker=both.pk)
        with refused("money_paper_is_kept"):
            run(f"update grants_{table} set amount = amount + 1 where id = {pk}")
        with refused("InsufficientPrivilege"):
            run(f"delete from grants_{table} where id = {pk}")
        if table not in {"recovery", "matchingfunds"}:
            with refused("paper_reversed_by_its_entry"):
                run(f"update grants_{table} set state = 'reversed' where id = {pk}")


def test_a_demand_ends_by_a_withdrawal_that_two_people_signed(cast, who, paid):
    from grants.models import Recovery, RecoveryWithdrawal
    from portal.accounts.cast import ensure_user

    recovery = use.demanded(who, award=paid, amount="50.00", project=paid.paid_to)
    use.collected(who, recovery=recovery, amount="20.00", project=paid.paid_to)
    waiting = use.entered_collected(who, recovery=recovery, amount="30.00", project=paid.paid_to, number="C2")
    both = cast("finance_maker", "MOF", 8)
    databases.committed(lambda: ensure_user(both.email, both.name, "MOF", "finance_checker"))
    with make.acting(both):
        with refused("recovery_withdrawn_by_both"):
            run("update grants_recovery set state = 'withdrawn'")
        run(WITHDRAWAL, **mof(who, recovery=recovery.pk, maker=both.pk))
        pk = RecoveryWithdrawal.objects.get().pk
        with refused("recovery_withdrawal_checker_is_not_maker"):
            run(CONFIRM.format(table="grants_recoverywithdrawal"), id=pk, checker=both.pk)
        with refused("recovery_withdrawn_by_both"):
            run("update grants_recovery set state = 'withdrawn'")
    confirm(who, "recoverywithdrawal", pk, "mof_checker")
    with make.acting(who["mof"]):
        assert Recovery.objects.get().state == "withdrawn"
        assert RecoveryWithdrawal.objects.get().amount == Decimal("30.00")
    with refused("recovery_is_demanded"):
        confirm(who, "recoverypayment", waiting.pk)
    with make.acting(who["mof_checker"]), refused("money_paper_is_kept"):
        run("update grants_recovery set reason = 'x'")
    whole(who)


def test_a_demand_that_is_paid_is_not_withdrawn(who, paid):
    recovery = use.demanded(who, award=paid, amount="50.00", project=paid.paid_to)
    use.collected(who, recovery=recovery, amount="50.00", project=paid.paid_to)
    with make.acting(who["mof_maker"]), refused("recovery_is_outstanding"):
        run(WITHDRAWAL, **mof(who, recovery=recovery.pk))


@pytest.mark.parametrize(
    ("changes", "guard"),
    [
        ({"ground": "violation", "violation": ""}, "recovery_names_its_violation"),
        ({"ground": "failed", "violation": "diverted"}, "recovery_names_its_violation"),
        ({"ground": "finding", "violation": ""}, "recovery_names_its_finding"),
        ({"ground": "ended", "violation": ""}, "recovery_of_ended_project"),
    ],
)
def test_a_demand_has_what_its_ground_needs(who, paid, changes, guard):
    with make.acting(who["mof_maker"]), refused(guard):
        run(RECOVERY, **demand(who, paid, project=paid.paid_to.pk) | changes)


@pytest.mark.parametrize("kind", ["matching", "recovery", "collected"])
def test_projects_of_another_award_stay_out(who, others, world, paid, kind):
    other = make.awarded(others, application=world.other, amount="100.00", number="财建〔2026〕9号")
    foreign = make.project(others, other).pk
    recovery = use.demanded(who, award=paid, amount="1.00")
    sql, values, guard, person = {
        "matching": (
            MATCHING,
            unit(who, award=paid.pk, project=foreign, amount="1.00"),
            "matching_of_own_award",
            "unit_maker",
        ),
        "recovery": (RECOVERY, demand(who, paid, project=foreign), "recovery_of_own_award", "mof_maker"),
        "collected": (
            COLLECTED,
            unit(who, recovery=recovery.pk, project=foreign, amount="1.00"),
            "recovery_of_own_award",
            "unit_maker",
        ),
    }[kind]
    with make.acting(who[person]), refused(guard):
        run(sql, **values)


def test_the_receipt_is_recorded_once_by_the_level_above(who, paid):
    row = use.given_back(who, award=paid, amount="40.00", source="unit")
    receive = (
        "update grants_returnpaper set received_on = document_date, received_by_id = %(by)s, received_at = now()"
        " where id = %(id)s"
    )
    with make.acting(who["unit_checker"]) as by, refused("money_only_by_finance"):
        run(receive, id=row.pk, by=by.id)
    with make.acting(who["mof_maker"]) as by:
        assert run(receive, id=row.pk, by=by.id) == 0, "the policy shows it to no one who may change it"
    with make.acting(who["province_maker"]) as by:
        with refused("money_signed_by_oneself"):
            run(receive, id=row.pk, by=who["mof_maker"].pk)
        assert run(receive, id=row.pk, by=by.id) == 1
        with refused("return_received_once"):
            run(receive.replace("document_date", "document_date + 1"), id=row.pk, by=by.id)


def test_matching_money_is_no_entry(who, paid):
    from grants.models import Entry

    with make.acting(who["mof"]):
        before = Entry.objects.count()
    use.matched(who, award=paid, amount="77.00")
    with make.acting(who["mof"]):
        assert Entry.objects.count() == before


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
