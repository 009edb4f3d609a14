"""The policies of the tables of money, alone: triggers and keys are off, so that nothing else can refuse.

For each table who may write a row of Xiamen, and that others may not, be it under their own name: readers of the whole
nation, people of another unit. What no policy allows the web role has no right to.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.apps import apps

from portal.core.rls import RowSecurity
from tests import databases
from tests.grants.raw import guard_of
from tests.guards.grants_rows import GOOD, NOW, PLAIN
from tests.guards.test_grants_rows import COLUMNS, Table

pytestmark = pytest.mark.guard
PEOPLE = {
    "mof_maker": ("finance_maker", "MOF"),
    "mof_checker": ("finance_checker", "MOF"),
    "province_maker": ("finance_maker", "CZ350000"),
    "province_checker": ("finance_checker", "CZ350000"),
    "unit_maker": ("finance_maker", "CZ350200"),
    "unit_checker": ("finance_checker", "CZ350200"),
    "miit": ("officer", "MIIT"),
    "mof": ("officer", "MOF"),
    "auditor": ("auditor", "SJ"),
    "drafter": ("drafter", "ZF350200"),
    "signatory": ("signatory", "ZF350200"),
    "industry": ("provincial_officer", "GX350000"),
    "stranger_maker": ("finance_maker", "CZ360100"),
    "stranger_checker": ("finance_checker", "CZ360100"),
    "stranger_drafter": ("drafter", "ZF360100"),
    "stranger_industry": ("provincial_officer", "GX360000"),
}
STRANGERS = ("stranger_maker", "stranger_checker", "stranger_drafter", "stranger_industry")
AUTHORS = (
    "maker_id", "uploaded_by_id", "made_by_id", "created_by_id", "opened_by_id", "written_by_id", "raised_by_id",
    "prepared_by_id", "confirmed_by_id", "by_id", "imported_by_id", "person_id", "asked_by_id",
)  # fmt: skip
# Who inserts, who updates, who deletes.
INSERTS = {
    "acceptance": "drafter", "archivestep": "miit", "arrival": "unit_maker", "assessment": "miit", "award": "mof_maker",
    "awardchange": "mof_maker", "bankdecision": "unit_maker", "bankfile": "unit_maker", "bankline": "unit_maker",
    "bankorder": "unit_maker", "bankorderitem": "unit_maker", "bankstatement": "unit_maker", "document": "unit_maker",
    "enterpriseprogress": "drafter", "equipment": "drafter", "evaluation": "drafter", "evaluationscore": "drafter",
    "evidence": "drafter", "evidencefile": "unit_maker", "fundinghold": "mof", "grantproject": "mof_checker",
    "issue": "mof_maker", "issuefile": "mof_maker", "issuepaper": "mof_maker", "matchingfunds": "unit_maker",
    "panel": "miit", "panelmember": "miit", "passon": "province_maker", "payment": "unit_maker",
    "paymentrefusal": "unit_checker", "paymentrequest": "unit_maker", "progressfile": "drafter",
    "quarterreport": "drafter", "recovery": "mof_maker", "recoverypayment": "unit_maker",
    "recoverywithdrawal": "mof_maker", "rectification": "miit", "reportevidence": "drafter",
    "requestinvoice": "unit_maker", "returnpaper": "unit_maker", "reversal": "unit_maker",
    "spendingreport": "unit_maker", "yearclose": "mof_maker",
}  # fmt: skip
UPDATES = {
    "acceptance": ("drafter", "industry"), "archivestep": ("miit", "mof"), "assessment": ("mof",),
    "award": ("mof_checker",),
    "awardchange": ("mof_checker", "miit"), "bankdecision": ("unit_maker",), "bankfile": ("unit_maker",),
    "bankline": ("unit_maker",), "bankorder": ("unit_maker",), "enterpriseprogress": ("drafter",),
    "evaluation": ("drafter", "signatory", "industry"), "evaluationscore": ("drafter",), "fundinghold": ("miit", "mof"),
    "indicatoractual": ("drafter",), "issue": ("mof_checker", "province_maker"), "issuepaper": ("mof_checker",),
    "matchingfunds": ("unit_checker",), "panel": ("miit",), "passon": ("province_checker",),
    "payment": ("unit_checker",), "paymentrequest": ("unit_maker", "drafter"), "progressfile": ("drafter",),
    "quarterreport": ("drafter", "signatory", "industry"), "recovery": ("mof_checker",),
    "recoverypayment": ("unit_checker",), "recoverywithdrawal": ("mof_checker",), "rectification": ("mof",),
    "returnpaper": ("unit_checker", "province_maker"), "reversal": ("unit_checker",),
    "spendingreport": ("unit_checker",), "yearclose": ("mof_checker",),
}  # fmt: skip
DELETES = {"equipment": "drafter", "evidencefile": "unit_maker", "requestinvoice": "unit_maker"}
# People of the unit who read what they do not write, where nobody else reads it.
READERS = {"progressfile": ("unit_maker",)}
# Everyone writes here, each in the own name; a trigger asks who is a member.
OWN = {"panelscore", "sampleremark"}
# The province decides on what was sent.
_SIGNED = {"signed_by_id": "1", "signed_at": NOW, "year": "2"}
SENT = {
    "acceptance": {"state": "'sent'", "grant_project_id": "2"},
    "evaluation": _SIGNED | {"state": "'signed'", "total": "1", "band": "'good'"},
    "quarterreport": _SIGNED | {"state": "'submitted'"},
}
# A file comes to a report that is still written, and lies where it lies.
REPORT_FILES = ("progressfile", "reportevidence")
# Rows on which others rest: the policy of a part asks its whole.
WHOLES = ("acceptance", "entry", "evaluation", "quarterreport")
MORE = {
    "recovery": {"level": "'ministry'"},
    "recoverywithdrawal": {"level": "'ministry'"},
    "entry": {"kind": "'payment'", "payment_id": "1"},
    "evidencefile": {"request_id": "1"},
}


def policies() -> dict[str, RowSecurity]:
    return {
        model._meta.db_table.removeprefix("grants_"): one
        for model in apps.get_app_config("grants").get_models()
        for one in model._meta.constraints
        if isinstance(one, RowSecurity) and model._meta.model_name != "openfile"  # no money: tried in test_open_data
    }


class World(Table):
    """A row of each table in Xiamen, and people who write as the web role with every trigger off."""

    people: dict[str, Any]
    homes: dict[str, int]

    def row(self, table: str, author: int, home: str) -> dict[str, str]:
        columns = self.plain[f"grants_{table}"]
        place = {"province_id": "'350000'", "unit_id": "'350200'", "organisation_id": str(self.homes[home])}
        written = dict.fromkeys(AUTHORS, str(author))
        return {
            name: value for name, value in (place | written).items() if name in columns or name in place
        } | MORE.get(table, {})

    def wholes(self, table: str, *, sent: bool = False) -> None:
        """What a row of this table may rest on; sent: seen by others than the unit."""
        for whole in WHOLES:
            if whole != table:
                self.make(whole, id="1", **SENT.get(whole, {}) if sent else {})

    def make(self, table: str, **more: str) -> int:
        return self.insert(table, self.fitting(table, self.row(table, 1, HOMES.get(table, "CZ350200")) | more))

    def fitting(self, table: str, row: dict[str, str]) -> dict[str, str]:
        """Without the columns the table lacks."""
        found = self.admin.execute(
            "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0", [f"grants_{table}"]
        )
        names = {name for (name,) in found}
        return {name: value for name, value in row.items() if name in names}

    def as_(self, name: str) -> int:
        person = self.people[name]
        self.admin.execute("select enter_scope(%s)", [person.pk])
        self.admin.execute("set local role portal_web")
        return person.pk

    def back(self) -> None:
        self.admin.execute("reset role")

    def tries(self, name: str, sql: str) -> str:
        """How the statement ends as this person: "refused", or how many rows it touched."""
        try:
            with self.admin.transaction():
                self.as_(name)
                return str(self.admin.execute(sql).rowcount)
        except psycopg.Error as error:
            return guard_of(error)
        finally:
            self.back()


HOMES = {
    **dict.fromkeys(
        ("award", "awardchange", "issue", "issuepaper", "recovery", "recoverywithdrawal", "yearclose"), "MOF"
    ),
    "passon": "CZ350000",
}


@pytest.fixture(scope="module")
def clone(django_db_setup, django_db_blocker) -> Iterator[tuple[psycopg.Connection, dict[str, Any]]]:
    from portal.accounts.cast import ensure_user

    with django_db_blocker.unblock(), databases.fresh_clone() as name:
        people = {
            person: ensure_user(f"{person}@policies.test", person, code, role)
            for person, (role, code) in PEOPLE.items()
        }
        with psycopg.connect(databases.dsn("postgres", name)) as admin:
            yield admin, people
        from django.db import connections

        connections.close_all()


@pytest.fixture
def world(clone) -> Iterator[World]:
    admin, people = clone
    plain: dict[str, dict[str, str]] = {}
    for table, name, kind in admin.execute(COLUMNS):
        plain.setdefault(table, {})[name] = PLAIN[kind]
    made = World(admin, plain)
    made.people = people
    made.homes = dict(admin.execute("select code, id from accounts_organisation").fetchall())
    admin.execute("set session_replication_role = replica")
    yield made
    admin.rollback()


def inserting(world: World, table: str, author: int) -> str:
    row = world.fitting(table, world.row(table, author, HOMES.get(table, "CZ350200")))
    full = world.plain[f"grants_{table}"] | GOOD[table] | row | MORE.get(table, {})
    return f"insert into grants_{table} ({', '.join(full)}) values ({', '.join(full.values())})"


@pytest.mark.parametrize("table", sorted(INSERTS))
def test_a_row_is_inserted_by_its_own_people_alone(world, table):
    world.wholes(table)
    right = INSERTS[table]
    assert world.tries(right, inserting(world, table, world.people[right].pk)) == "1"
    for wrong in ("auditor", *STRANGERS):
        assert world.tries(wrong, inserting(world, table, world.people[wrong].pk)) == "InsufficientPrivilege", wrong
    if "_id = (select scope_user())" in policies()[table].insert:
        other = world.people["auditor"].pk
        assert world.tries(right, inserting(world, table, other)) == "InsufficientPrivilege"


@pytest.mark.parametrize("table", REPORT_FILES)
@pytest.mark.parametrize(
    "report",
    [{"state": "'submitted'"}, {"state": "'verified'"}, {"unit_id": "'360100'", "province_id": "'360000'"}],
    ids=["submitted", "verified", "of another unit"],
)
def test_a_file_comes_to_an_open_report_of_its_own_place(world, table, report):
    world.make("quarterreport", id="1", **{"signed_by_id": "2", "signed_at": NOW} | report)
    drafter, stranger = (world.people[name].pk for name in ("drafter", "stranger_drafter"))
    assert world.tries("drafter", inserting(world, table, drafter)) == "InsufficientPrivilege"
    assert world.tries("stranger_drafter", inserting(world, table, stranger)) == "InsufficientPrivilege"
    assert world.tries("drafter", inserting(world, table, drafter).replace("350", "360")) == "InsufficientPrivilege"


@pytest.mark.parametrize("table", sorted(UPDATES))
def test_a_row_is_updated_by_its_own_people_alone(world, table):
    world.wholes(table, sent=True)
    world.make(table, id="7")
    draft, sent = (f"update grants_{table} set id = id where id = {pk}" for pk in (7, 8 if table in SENT else 7))
    if table in SENT:  # while it is filled in, it is the unit's own
        assert world.tries("industry", draft) == "0"
        world.make(table, id="8", **SENT[table])
    for right in UPDATES[table]:
        assert world.tries(right, sent if right == "industry" else draft) == "1", right
    for wrong in ("auditor", *STRANGERS, *READERS.get(table, ())):
        assert world.tries(wrong, sent) == "0", wrong


@pytest.mark.parametrize("table", sorted(DELETES))
def test_a_row_is_deleted_by_its_own_people_alone(world, table):
    world.wholes(table)
    if table == "equipment":  # of an acceptance that was sent back, which others read
        world.admin.execute("update grants_acceptance set returned_why = 'x'")
    world.make(table, id="7")
    sql = f"delete from grants_{table} where id = 7"
    for wrong in ("auditor", *STRANGERS):
        assert world.tries(wrong, sql) == "0", wrong
    assert world.tries(DELETES[table], sql) == "1"


@pytest.mark.parametrize("table", sorted(OWN))
def test_points_are_written_in_the_own_name(world, table):
    mine, other = world.people["miit"].pk, world.people["mof"].pk
    assert world.tries("miit", inserting(world, table, mine)) == "1"
    assert world.tries("miit", inserting(world, table, other)) == "InsufficientPrivilege"
    world.make(table, id="7", person_id=str(other))
    assert world.tries("miit", f"update grants_{table} set id = id where id = 7") == "0"
    assert world.tries("mof", f"update grants_{table} set id = id where id = 7") == "1"


@pytest.mark.parametrize("table", sorted(set(policies()) - {"counter"}))
def test_a_row_of_another_place_is_not_seen(world, table):
    world.wholes(table)
    world.make(table, id="7")
    for name in STRANGERS:
        with world.admin.transaction():
            world.as_(name)
            assert world.admin.execute(f"select count(*) from grants_{table}").fetchone() == (0,), name
            world.back()


@pytest.mark.parametrize("table", sorted(policies()))
def test_what_no_policy_allows_the_web_role_has_no_right_to(world, table):
    policy = policies()[table]
    attacks = {
        "insert": f"insert into grants_{table} default values",
        "update": f"update grants_{table} set {'year = year' if table == 'counter' else 'id = id'}",
        "delete": f"delete from grants_{table}",
    }
    for command, sql in attacks.items():
        if getattr(policy, command) is None:
            assert world.tries("mof_maker", sql) == "InsufficientPrivilege", command


def test_no_policy_is_without_its_people():
    found = policies()
    assert {table for table, one in found.items() if one.insert} == set(INSERTS) | OWN
    assert {table for table, one in found.items() if one.update} == set(UPDATES) | OWN
    assert {table for table, one in found.items() if one.delete} == set(DELETES)
