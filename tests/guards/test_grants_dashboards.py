"""The sums beside the books: nobody writes them by hand, the web role least; they follow each entry and each reversal."""

from __future__ import annotations

import psycopg
import pytest

from grants.ledger.verifier import differences
from tests import databases
from tests import factories_grants as make
from tests.guards.test_grants_ledger import books

pytestmark = pytest.mark.guard
__all__ = ["books"]
BY_HAND = "insert into grants_yearsum (award_id, year, kind, place, method, amount) select award_id, 2031, 'use', 'used', '', 1 from grants_yearsum limit 1"


@pytest.fixture
def booked(books):
    """An award that was issued, passed on and paid: four entries."""
    who, _applications, award = books
    return who, award


@pytest.fixture
def owner(booked):
    with psycopg.connect(databases.owner_dsn()) as connection:
        yield connection
        connection.rollback()


@pytest.mark.parametrize("table", ["grants_yearsum", "grants_plansum"])
@pytest.mark.parametrize("how", ["update {} set province_id = province_id", "delete from {}", "truncate {}"])
def test_even_the_owner_writes_no_sum(owner, table, how):
    with pytest.raises(psycopg.DatabaseError) as refused:
        owner.execute(how.format(table))
    assert refused.value.diag.constraint_name == "sum_by_ledger_only"


def test_even_the_owner_adds_no_sum(owner):
    with pytest.raises(psycopg.DatabaseError) as refused:
        owner.execute(BY_HAND)
    assert refused.value.diag.constraint_name == "sum_by_ledger_only"


@pytest.mark.parametrize("table", ["grants_yearsum", "grants_plansum"])
@pytest.mark.parametrize(
    "how", ["update {} set province_id = province_id", "delete from {}", "insert into {} default values"]
)
def test_the_web_role_writes_no_sum(booked, raw_web, table, how):
    who, _award = booked
    raw_web.execute("select enter_scope(%s)", [who["mof_checker"].pk])
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw_web.execute(how.format(table))


def test_sums_are_seen_in_their_place_only(booked, raw_web):
    who, _award = booked

    def seen():
        return [
            raw_web.execute(f"select count(*) from {table}").fetchone()[0]
            for table in ("grants_yearsum", "grants_plansum")
        ]

    assert seen() == [0, 0]
    raw_web.execute("select enter_scope(%s)", [who["unit_maker"].pk])
    assert seen() == [8, 1]
    raw_web.execute("select enter_scope(%s)", [make.elsewhere().pk])
    assert seen() == [0, 0]


def test_a_reversal_takes_its_part_out_of_the_sum_of_its_kind(booked, owner):
    who, award = booked
    project = make.project(who, award)
    sums = "select amount from grants_yearsum where award_id = %s and kind = 'payment' and place = 'project' and method = 'investment_subsidy'"
    assert [str(one) for (one,) in owner.execute(sums, [award.pk])] == ["250.00"]
    owner.rollback()
    with make.acting(who["mof"]):
        from grants.models import Entry

        entry = Entry.objects.get(award=award, kind="payment")
    make.reversed_by(who, entry=entry, by="unit")
    make.paid(who, project=project, amount="10.00", number="V2")
    assert [str(one) for (one,) in owner.execute(sums, [award.pk])] == ["10.00"]
    assert differences("owner") == []


def test_the_verifier_names_a_sum_that_is_not_that_of_its_lines(booked, owner):
    owner.execute("alter table grants_yearsum disable trigger grants_stay")
    owner.execute("update grants_yearsum set amount = amount + 1 where kind = 'payment' and place = 'unit'")
    owner.commit()
    found = differences("owner")
    assert [one.kind for one in found] == ["sum of a year differs"]
    assert "payment at unit: kept -249.00, in its lines -250.00" in found[0].how


def test_the_verifier_names_a_sum_that_is_not_that_of_its_plan(booked, owner):
    owner.execute("alter table grants_plansum disable trigger grants_stay")
    owner.execute("update grants_plansum set support = support + 1, last_year = last_year + 1")
    owner.commit()
    found = differences("owner")
    assert [one.kind for one in found] == ["sum of a plan differs"]
    assert "kept " in found[0].how


def test_the_verifier_names_a_plan_whose_sum_is_missing(booked, owner):
    owner.execute("alter table grants_plansum disable trigger grants_stay")
    owner.execute("delete from grants_plansum")
    owner.commit()
    assert [one.kind for one in differences("owner")] == ["sum of a plan differs"]
