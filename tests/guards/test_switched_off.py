"""Nothing that a session sets takes a guard out: no setting of a library, no order of schemas, no level of transaction."""

from __future__ import annotations

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

from portal.core import firm
from portal.core.checks import guards_stand_firm, web_role_faults
from tests import databases
from tests import factories_applications as make
from tests.grants.raw import AWARD, guard_of, race
from tests.guards.applications_sql import refused
from tests.guards.test_grants_races import live, mof

pytestmark = pytest.mark.guard
__all__ = ["live"]
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
INVOKERS = """
    select p.proname from pg_proc p where p.prorettype = 'trigger'::regtype and p.pronamespace = 'public'::regnamespace
       and array_to_string(p.proconfig, ' ') !~ 'search_path=public, pg_temp'
"""

# Functions that policies, checks and indexes call, which name a table and leave it to the session where to look for it.
ASKED = r"""
    select distinct p.proname from pg_depend d join pg_proc p on p.oid = d.refobjid and d.refclassid = 'pg_proc'::regclass
      join pg_class c on c.relnamespace = 'public'::regnamespace and p.prosrc ~ ('\m' || c.relname || '\M')
     where d.classid in ('pg_policy'::regclass, 'pg_constraint'::regclass, 'pg_class'::regclass, 'pg_attrdef'::regclass)
       and c.relkind in ('r', 'p', 'v') and coalesce(array_to_string(p.proconfig, ' '), '') !~ 'search_path='
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
    "setting",
    [
        "set session_replication_role = replica",
        "alter table applications_project disable trigger all",
        "create temporary table applications_application (id bigint)",
        "create schema elsewhere",
        AS_THE_LIBRARY_HAS_IT,
    ],
)
def test_the_web_may_not(raw_web, setting):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw_web.execute(setting)


def test_guards_look_into_the_tables_of_the_portal_whatever_a_session_says(raw_web):
    assert raw_web.execute(INVOKERS).fetchall() == []
    assert raw_web.execute(ASKED).fetchall() == []
    assert firm.loose(connection) == 0


CAP = "update applications_application set amount_asked = 400000000"


def test_a_table_of_the_same_name_is_not_looked_into(fresh_db):
    """Not even by a session that may make one: rules of its own, which allow more than the cap."""
    make.drafted(unit="350200", amount="100000000.00")
    databases.admin().execute(f"grant temporary on database {fresh_db} to portal_web")
    with make.acting("drafter", "ZF350200"), connection.cursor() as cursor:
        cursor.execute("create temporary table programme_ruleset as table public.programme_ruleset")
        cursor.execute("update pg_temp.programme_ruleset set grant_cap = 9 * grant_cap")
        assert refused(CAP) == "application_amount_within_cap"


def test_a_role_that_makes_temporary_tables_is_a_fault(fresh_db):
    assert web_role_faults() == []
    databases.admin().execute(f"grant temporary on database {fresh_db} to portal_web")
    assert web_role_faults() == [
        "Run `python -m portal.embedded prepare`: the role of the web may make temporary tables."
    ]


LEVELS = [psycopg.IsolationLevel.REPEATABLE_READ, psycopg.IsolationLevel.SERIALIZABLE]


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.name.lower())
def test_no_row_is_written_where_a_guard_would_count_an_old_view(live, level):
    """Two awards are above the budget together; the second one's transaction began before the first was there."""
    who, applications = live
    maker = who["mof_maker"].pk
    one, two = (mof(who, application=pk, amount="160000000.00", no=f"R{pk}") for pk in applications[:2])
    with psycopg.connect(databases.web_dsn()) as late:
        late.isolation_level = level
        late.execute("select enter_scope(%s)", [maker])
        assert race([(maker, AWARD, one)]) == {"done": 1}
        with pytest.raises(psycopg.Error) as caught:
            late.execute(AWARD, two)
    assert guard_of(caught.value) == "written_in_read_committed"


def test_the_migrations_mend_it_and_until_then_nothing_starts(fresh_db):
    """Where tools or hands took something back, the check says so and `migrate` puts it in force again."""
    make.submitted(unit="350200", amount="100000000.00", soes=("YQ001",))
    with psycopg.connect(databases.owner_dsn(), autocommit=True) as owner:
        owner.execute(AS_THE_LIBRARY_HAS_IT)
        owner.execute("drop trigger written_in_read_committed on grants_award")
        owner.execute("alter function award_limits() reset search_path")
    (fault,) = guards_stand_firm(databases=["default"])
    assert (fault.id, "3 places" in fault.msg) == ("portal.E012", True)
    call_command("migrate", database="owner", verbosity=0)
    assert guards_stand_firm(databases=["default"]) == []
    assert attacks() == {"dossier_is_frozen", "application_state"}
