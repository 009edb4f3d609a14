"""docs/states.md: every state machine as a picture and as a table."""

from __future__ import annotations

from portal.core.documents.words import chinese, english, head, table
from portal.core.states import MACHINES, Machine

LEAD = """Each object moves only along its table; commands read it, and a trigger of the database refuses every
other birth or change of state, whoever writes."""


def text() -> str:
    """All machines by name."""
    return "\n".join([head("States", LEAD), *(_machine(MACHINES[name]) for name in sorted(MACHINES))])


def _machine(machine: Machine) -> str:
    labels = {str(value): label for value, label in machine.states.choices}
    born = [str(state) for state in machine.initial]
    edges = sorted((str(source), str(row.target), row.act) for row in machine.transitions for source in row.sources)
    leaves = {source for source, _, _ in edges}
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f"    [*] --> {state}" for state in born]
    lines += [f"    {source} --> {target}: {act}" for source, target, act in edges]
    lines += [f"    {state} --> [*]" for state in labels if state not in leaves]
    lines.append("```\n")
    names = table(
        ["state", "English", "中文"],
        ((f"`{state}`", english(label), chinese(label)) for state, label in labels.items()),
    )
    moves = table(
        ["act", "from", "to", "what happens", "说明"],
        (
            (f"`{row.act}`", ", ".join(map(str, row.sources)), row.target, english(row.text), chinese(row.text))
            for row in machine.transitions
        ),
    )
    return "\n".join([f"## {machine.name}\n", *lines, names, moves])
