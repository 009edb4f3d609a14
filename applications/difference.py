"""What changed between two contents of a dossier: a difference that turns the old into the new, and back.

Pure: JSON in, JSON out. Objects are compared key by key, lists of rows that carry a name (`rows`: path → the field
that names a row, both with dots) row by row; every other list is one value. `applied(old, between(old, new))` is the
new, `undone(new, …)` the old, sign for sign.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Key: TypeAlias = str | int


@dataclass(frozen=True)
class Changed:
    """A value that became another."""

    old: Any
    new: Any


@dataclass(frozen=True)
class Fields:
    """An object: parts that differ, and keys that came or went."""

    parts: dict[str, Difference] = field(default_factory=dict)
    added: dict[str, Any] = field(default_factory=dict)
    removed: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Rows:
    """A list of rows by name: those that came, went, changed. was, now: the order of the names before and after."""

    by: str
    added: dict[Key, Any]
    removed: dict[Key, Any]
    changed: dict[Key, Difference]
    was: list[Key]
    now: list[Key]


Difference: TypeAlias = Changed | Fields | Rows


def between(old: Any, new: Any, rows: Mapping[str, str], path: str = "") -> Difference | None:
    """The difference; None when both are the same, sign for sign."""
    if isinstance(old, dict) and isinstance(new, dict):
        return _objects(old, new, rows, path)
    by = rows.get(path)
    if by is not None and isinstance(old, list) and isinstance(new, list):
        before, after = _by_name(old, by), _by_name(new, by)
        if before is not None and after is not None:
            return _lists(before, after, by, rows, path)
    return None if _text(old) == _text(new) else Changed(old, new)


def _objects(old: dict[str, Any], new: dict[str, Any], rows: Mapping[str, str], path: str) -> Fields | None:
    parts = {}
    for name in old.keys() & new.keys():
        found = between(old[name], new[name], rows, f"{path}.{name}" if path else name)
        if found is not None:
            parts[name] = found
    added = {name: new[name] for name in new.keys() - old.keys()}
    removed = {name: old[name] for name in old.keys() - new.keys()}
    return Fields(parts, added, removed) if parts or added or removed else None


def _lists(old: dict[Key, Any], new: dict[Key, Any], by: str, rows: Mapping[str, str], path: str) -> Rows | None:
    changed = {}
    for name in old.keys() & new.keys():
        found = between(old[name], new[name], rows, f"{path}.")
        if found is not None:
            changed[name] = found
    added = {name: row for name, row in new.items() if name not in old}
    removed = {name: row for name, row in old.items() if name not in new}
    was, now = list(old), list(new)
    return Rows(by, added, removed, changed, was, now) if changed or was != now else None


def name_of(row: Any, by: str) -> Key | None:
    """The name of a row, or None when it has none that can serve."""
    for part in by.split("."):
        row = row.get(part) if isinstance(row, dict) else None
    return row if isinstance(row, (str, int)) and not isinstance(row, bool) else None


def _by_name(rows: list[Any], by: str) -> dict[Key, Any] | None:
    found = {name: row for row in rows if (name := name_of(row, by)) is not None}
    return found if len(found) == len(rows) else None


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def applied(old: Any, difference: Difference | None) -> Any:
    """The new, from the old and the difference. Raises ValueError when the difference is of another old."""
    if difference is None:
        return old
    if isinstance(difference, Changed):
        if _text(old) != _text(difference.old):
            raise ValueError("This difference belongs to another content.")
        return difference.new
    if isinstance(difference, Fields):
        kept = {name: value for name, value in old.items() if name not in difference.removed}
        parts = {name: applied(old[name], part) for name, part in difference.parts.items()}
        return {**kept, **parts, **difference.added}
    before = _by_name(old, difference.by) or {}
    if list(before) != difference.was:
        raise ValueError("This difference belongs to another content.")
    after = {name: applied(row, difference.changed.get(name)) for name, row in before.items()} | difference.added
    return [after[name] for name in difference.now]


def turned(difference: Difference | None) -> Difference | None:
    """The same difference read backwards."""
    if difference is None:
        return None
    if isinstance(difference, Changed):
        return Changed(difference.new, difference.old)
    if isinstance(difference, Fields):
        return Fields(_turned(difference.parts), difference.removed, difference.added)
    return Rows(
        difference.by, difference.removed, difference.added, _turned(difference.changed), difference.now, difference.was
    )


def _turned(parts: Mapping[Any, Difference]) -> dict[Any, Difference]:
    return {name: back for name, part in parts.items() if (back := turned(part)) is not None}


def undone(new: Any, difference: Difference | None) -> Any:
    """The old, from the new and the difference."""
    return applied(new, turned(difference))


def places(difference: Difference | None, path: str = "") -> Iterator[str]:
    """Every place that changed, in words of the content: projects[17].name, basics.title …"""
    if isinstance(difference, Changed):
        yield path
    elif isinstance(difference, Fields):
        names = {*difference.added, *difference.removed}
        yield from (f"{path}.{name}".lstrip(".") for name in sorted(names))
        for name, part in sorted(difference.parts.items()):
            yield from places(part, f"{path}.{name}".lstrip("."))
    elif isinstance(difference, Rows):
        yield from (f"{path}[{name}]" for name in [*difference.added, *difference.removed])
        for key, part in difference.changed.items():
            yield from places(part, f"{path}[{key}]")
        if not (difference.added or difference.removed or difference.changed):
            yield path
