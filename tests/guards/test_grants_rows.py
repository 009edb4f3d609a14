"""Every check, unique key, state machine and "stays" of the tables of money, alone: past triggers and policies.

What the commands, the triggers and the policies hold before is tested elsewhere. Here each constraint meets a row that
breaks it and nothing else, so that one which was dropped, or which another one merely hides, is seen by its name.
"""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from django.apps import apps
from django.db import models

from portal.core.rls import RowSecurity
from portal.core.states import MACHINES
from tests import databases
from tests.grants.raw import guard_of
from tests.guards.grants_rows import BAD, GOOD, PLAIN, STAYS, TWICE

pytestmark = pytest.mark.guard
COLUMNS = """
    select c.relname, a.attname, split_part(format_type(a.atttypid, null), '(', 1)
      from pg_attribute a join pg_class c on c.oid = a.attrelid
     where c.relname like 'grants\\_%' and c.relkind = 'r' and a.attnum > 0 and a.attnotnull and a.attname <> 'id'
"""


class Table:
    """Rows of made-up values, written as one whom no policy and no trigger binds."""

    def __init__(self, admin: psycopg.Connection, plain: dict[str, dict[str, str]]) -> None:
        self.admin, self.plain = admin, plain

    def insert(self, table: str, *changes: dict[str, str]) -> int:
        row = self.plain[f"grants_{table}"] | GOOD[table]
        for change in changes:
            row |= change
        listed, values = ", ".join(row), ", ".join(row.values())
        (made,) = self.admin.execute(f"insert into grants_{table} ({listed}) values ({values}) returning id").fetchone()
        return made

    def only(self, table: str, trigger: str) -> None:
        """From now on the one trigger whose name begins so works, and no other."""
        sql = "select tgname from pg_trigger where tgrelid = %s::regclass and tgname ~ %s"
        (name,) = self.admin.execute(sql, [f"grants_{table}", f"^{trigger}(_[0-9a-f]{{5}})?$"]).fetchone()
        self.admin.execute(f'alter table grants_{table} enable always trigger "{name}"')

    def refuses(self, name: str, table: str, *changes: dict[str, str]) -> None:
        with pytest.raises(psycopg.Error) as caught, self.admin.transaction():
            self.insert(table, *changes)
        assert guard_of(caught.value) == name


@pytest.fixture(scope="module")
def admin(django_db_setup) -> Iterator[psycopg.Connection]:
    with databases.clone() as name, psycopg.connect(databases.dsn("postgres", name)) as connection:
        yield connection


@pytest.fixture(scope="module")
def plain(admin) -> dict[str, dict[str, str]]:
    """For each table a value for each column that needs one."""
    found: dict[str, dict[str, str]] = {}
    for table, name, kind in admin.execute(COLUMNS):
        found.setdefault(table, {})[name] = PLAIN[kind]
    return found


@pytest.fixture
def rows(admin, plain) -> Iterator[Table]:
    admin.execute("set session_replication_role = replica")
    yield Table(admin, plain)
    admin.rollback()


@pytest.mark.parametrize(("table", "name", "changes"), BAD, ids=[f"{name}-{'-'.join(bad)}" for _, name, bad in BAD])
def test_a_bad_row_is_refused_by_the_name_of_its_check(rows, table, name, changes):
    rows.insert(table)
    rows.refuses(name, table, changes)


@pytest.mark.parametrize(("table", "name", "both", "second"), TWICE, ids=[row[1] for row in TWICE])
def test_a_second_row_is_refused_by_the_name_of_its_key(rows, table, name, both, second):
    rows.insert(table, both)
    rows.refuses(name, table, both, second)


def _tables() -> list[type[models.Model]]:
    """All but files of open data, which test_open_data tries."""
    return [model for model in apps.get_app_config("grants").get_models() if model._meta.model_name != "openfile"]


def _machines() -> list[tuple[str, str]]:
    return [
        (model._meta.db_table.removeprefix("grants_"), trigger.name.removesuffix("_state"))
        for model in _tables()
        for trigger in getattr(model._meta, "triggers", [])
        if trigger.name.endswith("_state")
    ]


@pytest.mark.parametrize(("table", "name"), _machines(), ids=[name for _, name in _machines()])
def test_a_state_is_born_and_moves_by_its_machine_only(rows, table, name):
    machine = MACHINES[name]
    rows.only(table, f"pgtrigger_{name}_state")
    pk = rows.insert(table)
    (begun,) = machine.initial
    for state in set(machine.states.values) - set(machine.initial):
        rows.refuses(f"{name}_state", table, {"state": f"'{state}'"})
    onward = {row.target for row in machine.transitions if begun in row.sources}
    for state in set(machine.states.values) - onward - {begun} | {"nowhere"}:
        with pytest.raises(psycopg.Error) as caught, rows.admin.transaction():
            rows.admin.execute(f"update grants_{table} set state = %s where id = %s", [state, pk])
        assert guard_of(caught.value) == f"{name}_state"


@pytest.mark.parametrize(
    ("table", "trigger", "attack", "name"),
    STAYS,
    ids=[f"{table}-{attack.split(maxsplit=1)[0]}" for table, _, attack, _ in STAYS],
)
def test_what_stays_is_neither_changed_nor_removed_by_its_owner(rows, table, trigger, attack, name):
    rows.insert(table)
    rows.only(table, trigger)
    with pytest.raises(psycopg.Error) as caught, rows.admin.transaction():
        rows.admin.execute(attack.format(table))
    assert guard_of(caught.value) == name


def test_no_constraint_of_these_tables_is_without_its_row():
    declared = {one.name for model in _tables() for one in model._meta.constraints if not isinstance(one, RowSecurity)}
    assert declared == {name for _table, name, *_changes in BAD + TWICE}
