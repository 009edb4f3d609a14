"""Every trigger of the tables of money, alone: what it refuses, fills in or follows up is its own work and no other's.

The triggers beside it and all foreign keys are off. The same statement is sent without it first: if it ended alike,
the attack would prove nothing.
"""

from __future__ import annotations

import re
from typing import Any

import psycopg
import pytest

from portal.core.states import MACHINES
from tests.blanks import blanks
from tests.grants.raw import guard_of
from tests.guards.attacks import ATTACKS
from tests.guards.attacks.rows import Attack
from tests.guards.grants_rows import GOOD, STAYS
from tests.guards.test_grants_policies import HOMES, MORE, World, clone, world

__all__ = ["clone", "world"]
pytestmark = pytest.mark.guard
# All triggers of these tables, and of the others those that the money put there.
TRIGGERS = """
    select c.relname, regexp_replace(t.tgname, '_[0-9a-f]{5}$', '') from pg_trigger t join pg_class c on c.oid = t.tgrelid
     where not t.tgisinternal and c.relname <> 'grants_openfile' and (c.relname like 'grants\\_%' or t.tgname like 'grants\\_%')
"""


def full(table: str) -> str:
    """The name of the table; those of other parts are named in full, but for the plan's versions."""
    if table.startswith(("applications_", "reviews_", "programme_")):
        return table
    return "applications_planversion" if table == "planversion" else f"grants_{table}"


@pytest.fixture
def ground(world: World) -> World:
    """A running batch, a selected application of Xiamen with targets, and one project that asks for support."""
    admin = world.admin
    columns = (
        "id, number, year, title_zh, title_en, state, rule_set_id, call_zh, call_en, opens_at, deadline, opened_by_id,"
        " opened_at, countersigned_by_id, countersigned_at, final_document_no, source"
    )
    admin.execute("delete from programme_batch")
    more, empty = blanks(admin.execute, "programme_batch", columns)
    admin.execute(
        f"insert into programme_batch ({columns}{more}) select 1, 90, 2026, 'x', 'x', 'running', id, '', '', now(),"
        f" now() + interval '1 day', 1, now(), 2, now(), 'X', ''{empty} from programme_ruleset where version = '2026.1'"
    )
    columns = (
        "id, batch_id, unit_id, province_id, organisation_id, state, number, title, amount_asked, digital_base,"
        " digital_target, version, created_by_id, created_at, submitted_at, first_submitted_at"
    )
    more, empty = blanks(admin.execute, "applications_application", columns)
    admin.execute(
        f"insert into applications_application ({columns}{more}) values"
        f" (1, 1, '350200', '350000', 1, 'selected', 'x', 'x', 100, 50, 85, 1, 1, now(), now(), now(){empty})"
    )
    columns = (
        "id, application_id, name, mode, industry_id, enterprise_name, total_investment, support_asked, method,"
        " starts_on, ends_on, version"
    )
    more, empty = blanks(admin.execute, "applications_project", columns)
    admin.execute(
        f"insert into applications_project ({columns}{more}) values"
        f" (1, 1, 'x', 'point', 'C36', 'x', 1000, 100, 'investment_subsidy', '2026-01-01', '2027-12-31', 1{empty})"
    )
    return world


def only(world: World, table: str, trigger: str) -> None:
    """From now on this trigger works."""
    sql = "select tgname from pg_trigger where tgrelid = %s::regclass and tgname ~ %s"
    (name,) = world.admin.execute(sql, [full(table), f"^{trigger}(_[0-9a-f]{{5}})?$"]).fetchone()
    world.admin.execute(f'alter table {full(table)} enable always trigger "{name}"')


def told(world: World, text: str) -> str:
    """The statement with the numbers of its people."""
    return re.sub(r"<(\w+)>", lambda found: str(world.people[found[1]].pk), text)


def statement(world: World, attack: Attack) -> str:
    if isinstance(attack.what, str):
        return told(world, attack.what)
    table = attack.table
    author = world.people[attack.who].pk if attack.who != "owner" else 1
    row = world.fitting(table, world.row(table, author, HOMES.get(table, "CZ350200")))
    whole = world.plain[f"grants_{table}"] | GOOD[table] | row | MORE.get(table, {}) | {"id": "9"} | attack.what
    return told(world, f"insert into grants_{table} ({', '.join(whole)}) values ({', '.join(whole.values())})")


def ended(world: World, attack: Attack) -> str:
    """How the attack ends: the name that refuses it; else "becomes" where what it asks is true then, or "done"."""
    admin = world.admin
    sql = statement(world, attack)
    with admin.transaction(force_rollback=True):
        try:
            with admin.transaction():
                if attack.who == "owner":
                    admin.execute("set local role portal_owner")
                else:
                    world.as_(attack.who)
                done = admin.execute(sql).rowcount
                admin.execute("set constraints all immediate")
                world.back()
        except psycopg.Error as error:
            return guard_of(error)
        if done == 0:
            return "nothing"
        if attack.becomes and admin.execute(attack.becomes).fetchone() == (True,):
            return "becomes"
        return "done"


def stand(world: World, attack: Attack) -> None:
    """The rows on which the attack stands."""
    for one in attack.given:
        if isinstance(one, str):
            world.admin.execute(one)
        else:
            table, changes = one
            world.make(table, **{"id": "1"} | {name: told(world, value) for name, value in changes.items()})


@pytest.mark.parametrize("attack", ATTACKS, ids=[attack.label for attack in ATTACKS])
def test_a_trigger_does_its_own_work(ground: World, attack: Attack) -> None:
    stand(ground, attack)
    for table, trigger in attack.also:
        only(ground, table, trigger)
    without = ended(ground, attack)
    only(ground, attack.table, attack.trigger)
    expected = attack.name or "becomes"
    assert ended(ground, attack) == expected
    assert without != expected


def test_no_trigger_of_the_money_is_without_its_attack(clone: tuple[psycopg.Connection, dict[str, Any]]) -> None:
    everywhere = "written_in_read_committed"  # attacked in test_switched_off
    found = {(table, name) for table, name in clone[0].execute(TRIGGERS) if name != everywhere}
    machines = {
        (table, name) for table, name in found if name.removeprefix("pgtrigger_").removesuffix("_state") in MACHINES
    }
    stays = {(full(table), trigger) for table, trigger, _attack, _name in STAYS}
    attacked = {(full(attack.table), attack.trigger) for attack in ATTACKS}
    plain = {(table, name.removeprefix("pgtrigger_")) for table, name in found - machines}
    assert plain == {(table, name.removeprefix("pgtrigger_")) for table, name in stays | attacked}
    assert len(attacked) == len(ATTACKS)


def test_the_region_of_a_past_moment_is_what_was_verified_by_then(ground: World) -> None:
    """Five units of a region have verified values, the last of them since yesterday: before that nothing is told."""
    ground.admin.execute("create temporary table units as select code from programme_pilotunit order by code limit 5")
    for number, (unit,) in enumerate(ground.admin.execute("select code from units").fetchall(), 1):
        one, who = str(number), {"verified_by_id": "2", "signed_by_id": "1", "signed_at": "now()"}
        ground.make("award", id=one, application_id=one, unit_id=f"'{unit}'", document_no=f"'财建〔2026〕{one}号'")
        when = f"now() - interval '{6 - number} days'"
        ground.make("quarterreport", id=one, award_id=one, state="'verified'", verified_at=when, **who)
        ground.make("indicatoractual", report_id=one, key="'digital'", code="'digital'", value=one)
    ground.as_("miit")
    asked = "select units, median from performance_peers(1, 99999, now() - interval '{}')"
    assert ground.admin.execute(asked.format("1 hour")).fetchall() == [(5, 3)]
    assert ground.admin.execute(asked.format("2 days")).fetchall() == []
    ground.back()


def test_the_region_counts_no_award_that_was_reversed_by_then(ground: World) -> None:
    """Five units of a region have verified values; the award of one was reversed an hour ago, so nothing is told."""
    ground.admin.execute("create temporary table units as select code from programme_pilotunit order by code limit 5")
    for number, (unit,) in enumerate(ground.admin.execute("select code from units").fetchall(), 1):
        one, who = str(number), {"verified_by_id": "2", "signed_by_id": "1", "signed_at": "now()"}
        ground.make("award", id=one, application_id=one, unit_id=f"'{unit}'", document_no=f"'财建〔2026〕{one}号'")
        when = "now() - interval '3 days'"
        ground.make("quarterreport", id=one, award_id=one, state="'verified'", verified_at=when, **who)
        ground.make("indicatoractual", report_id=one, key="'digital'", code="'digital'", value=one)
    ground.make("entry", id="91", award_id="5", number="91", **_NO_PAPER)
    more = _NO_PAPER | {"kind": "'reversal'", "reversal_id": "1", "reverses_id": "91", "booked_at": _HOUR_AGO}
    ground.make("entry", id="92", award_id="5", number="92", event_id="2", **more)
    ground.as_("miit")
    asked = "select units from performance_peers(1, 99999, now() - interval '{}')"
    assert ground.admin.execute(asked.format("2 hours")).fetchall() == [(5,)]
    assert ground.admin.execute(asked.format("1 minute")).fetchall() == []
    ground.back()


_NO_PAPER = {"kind": "'award'", "issue_id": "null", "payment_id": "null", "reversal_id": "null", "reverses_id": "null"}
_HOUR_AGO = "now() - interval '1 hour'"
