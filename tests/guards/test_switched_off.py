"""No setting of a session switches a guard off: neither one that a library of ours reads, nor PostgreSQL's own."""

from __future__ import annotations

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

from portal.core.checks import triggers_always_fire
from tests import databases
from tests import factories_applications as make
from tests.guards.applications_sql import refused

pytestmark = pytest.mark.guard
# Every trigger by the name under which the library would look for it, for the rest of the transaction.
IGNORED = """
    select set_config('pgtrigger.ignore', array_agg(distinct tgname)::text, true)
      from pg_trigger where not tgisinternal
"""
# As django-pgtrigger brings it along with each trigger.
AS_THE_LIBRARY_HAS_IT = """
create or replace function public._pgtrigger_should_ignore(trigger_name name) returns boolean language plpgsql as $$
begin
    return coalesce(trigger_name::text = any(current_setting('pgtrigger.ignore', true)::text[]), false);
end $$
"""


def ignore_all() -> None:
    """Say in this session that all triggers are to be ignored."""
    with connection.cursor() as cursor:
        cursor.execute(IGNORED)
        assert "pgtrigger_dossier" in cursor.fetchone()[0]


def attacks() -> set[str]:
    """The guards that refuse what the drafter of a submitted dossier tries, and a leap of its state."""
    with make.acting("drafter", "ZF350200"):
        ignore_all()
        return {
            refused("update applications_project set id = id"),
            refused("delete from applications_target"),
            refused("update applications_application set state = 'awarded'"),
        }


@pytest.mark.django_db
def test_the_setting_of_the_library_switches_nothing_off():
    make.submitted(unit="350200", amount="100000000.00", soes=("YQ001",))
    assert attacks() == {"dossier_is_frozen", "application_state"}


@pytest.mark.parametrize(
    "setting", ["set session_replication_role = replica", "alter table applications_project disable trigger all"]
)
def test_nor_do_the_servers_own(raw_web, setting):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw_web.execute(setting)


def test_nobody_but_the_owner_changes_what_triggers_ask(raw_web):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw_web.execute(AS_THE_LIBRARY_HAS_IT)


def test_the_migrations_mend_it_and_until_then_nothing_starts(fresh_db):
    """Where a tool of the library put its own function back, the check says so and `migrate` takes it out again."""
    make.submitted(unit="350200", amount="100000000.00", soes=("YQ001",))
    with psycopg.connect(databases.owner_dsn(), autocommit=True) as owner:
        owner.execute(AS_THE_LIBRARY_HAS_IT)
    assert [fault.id for fault in triggers_always_fire(databases=["default"])] == ["portal.E012"]
    call_command("migrate", database="owner", verbosity=0)
    assert triggers_always_fire(databases=["default"]) == []
    assert attacks() == {"dossier_is_frozen", "application_state"}
