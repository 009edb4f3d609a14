"""The table of a state machine is what the database lets through: every pair of states, with raw SQL."""

from __future__ import annotations

import re
from itertools import product

import psycopg
import pytest

from portal.core.errors import WrongState
from portal.core.models import RUN, Run, RunState
from portal.core.states import MACHINES

STATES = [state.value for state in RunState]
PAIRS = {(source, row.target) for row in RUN.transitions for source in row.sources}
KNOWN = {
    "id": "gen_random_uuid()",
    "key": "gen_random_uuid()::text",
    "asker": "%s",
    "state": "%s",
    "queued_at": "now()",
}
EMPTY = {"CharField": "''", "TextField": "''", "JSONField": "'{}'"}
COLUMNS = {
    field.column: KNOWN.get(field.column) or EMPTY.get(field.get_internal_type(), "0")
    for field in Run._meta.concrete_fields
    if not field.null
}
ORDER = sorted(COLUMNS, key=lambda name: (name != "asker", name != "state"))
BIRTH = f"insert into core_run ({', '.join(ORDER)}) values ({', '.join(COLUMNS[name] for name in ORDER)}) returning id"
# How a row gets into each state along the table.
WAYS = {
    "queued": [],
    "running": ["running"],
    "done": ["running", "done"],
    "failed": ["failed"],
    "cancelled": ["cancelled"],
}


@pytest.fixture
def asker(raw_web, cast):
    officer = cast("officer", "MIIT")
    raw_web.execute("select enter_scope(%s)", [officer.pk])
    return officer.pk


def _move(connection, run, state):
    return connection.execute("update core_run set state = %s where id = %s returning state", [state, run]).fetchone()[
        0
    ]


@pytest.mark.guard
@pytest.mark.parametrize(("source", "target"), list(product(STATES, STATES)))
def test_every_pair_of_states(raw_web, asker, source, target):
    run = raw_web.execute(BIRTH, [asker, "queued"]).fetchone()[0]
    for step in WAYS[source]:
        _move(raw_web, run, step)
    if source == target or (source, target) in PAIRS:
        assert _move(raw_web, run, target) == target
        return
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        _move(raw_web, run, target)
    assert refused.value.diag.constraint_name == "run_state"


@pytest.mark.guard
@pytest.mark.parametrize("state", STATES)
def test_birth(raw_web, asker, state):
    if state in RUN.initial:
        assert raw_web.execute(BIRTH, [asker, state]).fetchone()
        return
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        raw_web.execute(BIRTH, [asker, state])
    assert refused.value.diag.constraint_name == "run_state"


def test_python_says_the_same_as_the_table():
    for state, act in product(STATES, {row.act for row in RUN.transitions}):
        targets = [row.target for row in RUN.transitions if row.act == act and state in row.sources]
        assert RUN.can(state, act) == bool(targets)
        if targets:
            assert RUN.target(state, act) == targets[0]
        else:
            with pytest.raises(WrongState):
                RUN.target(state, act)


def test_a_refused_act_names_the_state_in_words():
    with pytest.raises(WrongState) as refused:
        RUN.target("done", "claim")
    assert str(RunState.DONE.label) in str(refused.value)


@pytest.mark.parametrize("name", sorted(MACHINES))
def test_every_machine_is_sound(name):
    """States exist, every state can be reached, an act is declared once a source, every row says what it means."""
    machine = MACHINES[name]
    states = {state.value for state in machine.states}
    reached, seen = set(machine.initial), set()
    for row in machine.transitions:
        assert {*row.sources, row.target} <= states
        assert str(row.text)
        for source in row.sources:
            assert (source, row.act) not in seen, f"{row.act} from {source} twice"
            seen.add((source, row.act))
    while more := {row.target for row in machine.transitions if set(row.sources) & reached} - reached:
        reached |= more
    assert reached == states


@pytest.mark.guard
@pytest.mark.parametrize("name", sorted(MACHINES))
def test_every_machine_stands_in_the_database(raw_web, name):
    """Its trigger is there, on, and holds exactly the pairs of the table."""
    machine = MACHINES[name]
    rows = raw_web.execute(
        "select p.prosrc, t.tgenabled from pg_trigger t join pg_proc p on p.oid = t.tgfoid"
        " where t.tgname like %s or p.prosrc like %s",
        [f"pgtrigger_{name}_state_%", f"%constraint = '{name}_state'%"],
    ).fetchall()
    assert rows, f"no trigger {name}_state"
    pairs = {(source, row.target) for row in machine.transitions for source in row.sources}
    found = {pair for source, _ in rows for pair in re.findall(r"\('(\w+)', '(\w+)'\)", source)}
    assert pairs <= found
    assert all(enabled == "O" for _, enabled in rows)
