"""Who signs use, return, matching money and recovery, and on what ground; attacked with raw SQL."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests import databases
from tests import factories_grants as make
from tests import factories_use as use
from tests.grants.raw import CONFIRM, refused, run
from tests.guards.use_rows import (
    COLLECTED,
    MATCHING,
    RECOVERY,
    RETURN,
    SPENDING,
    WITHDRAWAL,
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
        "update grants_returnpaper set received_on = document_date, received_by_id = %(by)s, received_at = clock_timestamp()"
        " where id = %(id)s"
    )
    with make.acting(who["unit_checker"]) as by, refused("money_only_by_finance"):
        run(receive, id=row.pk, by=by.id)
    with make.acting(who["mof_maker"]) as by:
        assert run(receive, id=row.pk, by=by.id) == 0, "the policy shows it to no one who may change it"
    with make.acting(who["province_maker"]) as by:
        with refused("money_signed_by_oneself"):
            run(receive, id=row.pk, by=who["mof_maker"].pk)
        with refused("return_received_by_today"):
            run(receive.replace("document_date", "document_date + 9"), id=row.pk, by=by.id)
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
