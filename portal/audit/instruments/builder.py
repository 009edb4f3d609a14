"""The filter builder: a tree of conditions out of an address, and back into the controls of a page without script.

Names in the address: `join`; `g0` is the join of group 0; `g0c1f`, `g0c1o`, `g0c1v` are field, operator and value of
its condition 1. A page shows each condition, one empty one in each group, and one
empty group.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from portal.audit.instruments.conditions import MOST_CONDITIONS, MOST_GROUPS, OF_KIND, OPERATORS, Fault
from portal.audit.instruments.sources import Source
from portal.core.errors import Text

JOINS: Final = ("all", "any")


def tree_of(query: Mapping[str, str]) -> dict[str, Any]:
    """The tree of an address; what is empty is left out."""
    groups = []
    for place in range(MOST_GROUPS):
        found = []
        for number in range(MOST_CONDITIONS):
            name = f"g{place}c{number}"
            one = {
                "field": query.get(f"{name}f", "")[:40],
                "op": query.get(f"{name}o", "")[:20],
                "value": query.get(f"{name}v", "").strip()[:200],
            }
            if one["field"]:
                found.append(one)
        if found:
            groups.append({"join": _join(query.get(f"g{place}", "")), "conditions": found})
    return {"join": _join(query.get("join", "")), "groups": groups} if groups else {}


def _join(text: str) -> str:
    return text if text in JOINS else "all"


@dataclass
class Row:
    """The controls of one condition."""

    name: str
    field: str = ""
    op: str = ""
    value: str = ""
    error: str = ""


@dataclass
class Group:
    """The controls of one group."""

    name: str
    join: str = "all"
    rows: list[Row] = field(default_factory=list)
    is_new: bool = False


def groups_of(tree: Mapping[str, Any], faults: Iterable[Fault] = ()) -> list[Group]:
    """The controls of a tree, each fault beside its condition."""
    wrong = {(fault.group, fault.number): fault.message for fault in faults}
    groups = []
    given = list(tree.get("groups", ()))[:MOST_GROUPS]
    for place, one in enumerate(given):
        group = Group(f"g{place}", _join(str(one.get("join", ""))))
        for number, condition in enumerate(one["conditions"][:MOST_CONDITIONS]):
            words = {key: str(condition.get(key, "")) for key in ("field", "op", "value")}
            group.rows.append(Row(f"g{place}c{number}", **words, error=wrong.get((place, number), "")))
        if len(group.rows) < MOST_CONDITIONS:
            group.rows.append(Row(f"g{place}c{len(group.rows)}"))
        groups.append(group)
    if len(groups) < MOST_GROUPS:
        place = len(groups)
        groups.append(Group(f"g{place}", rows=[Row(f"g{place}c0")], is_new=place > 0))
    return groups


def operators(source: Source) -> list[tuple[str, Text]]:
    """The operators that fit some field of the source."""
    used = {op for one in source.fields for op in OF_KIND[one.kind]}
    return [(op, words) for op, words in OPERATORS.items() if op in used]


def values(source: Source) -> list[str]:
    """Words one may choose as value: those of all choices of the source."""
    listed = [label for one in source.fields if one.kind == "choice" for _value, label in one.pairs()]
    return list(dict.fromkeys(listed))
