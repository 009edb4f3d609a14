"""Two contents of a dossier side by side in words: section by section, field by field, rows added, changed, removed.

What is compared are the blocks people read (`SectionKind.blocks`), row by row by the rows' names in the content. What
changed in the content and shows in no block is named by its place, so that no change stays unsaid.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from applications.difference import between, name_of, places
from applications.sections import SECTIONS, SectionKind
from applications.wording import Piece, compared
from portal.core.shapes import Column

Content = Mapping[str, Any]


@dataclass(frozen=True)
class Cell:
    """A field that differs: its label, and what stood and stands there, in pieces."""

    label: str
    old: list[Piece]
    new: list[Piece]


@dataclass(frozen=True)
class Row:
    """A row of a table: its name; cells that differ (of a row that came or went: all that say something)."""

    name: str
    cells: list[Cell]


@dataclass
class Part:
    """What differs in one block: fields, or rows of a table by what became of them."""

    caption: str
    fields: list[Cell] = field(default_factory=list)
    added: list[Row] = field(default_factory=list)
    removed: list[Row] = field(default_factory=list)
    changed: list[Row] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.fields or self.added or self.removed or self.changed)


@dataclass(frozen=True)
class Compared:
    """A section with what differs in it."""

    code: str
    title: str
    parts: list[Part]
    unsaid: list[str]

    @property
    def count(self) -> int:
        """How many fields and rows differ."""
        parts = (len(part.fields) + len(part.added) + len(part.removed) + len(part.changed) for part in self.parts)
        return sum(parts) + len(self.unsaid)


def compare(old: Content, new: Content) -> list[Compared]:
    """The sections that differ, in the order people read them."""
    rows = {path: by for section in SECTIONS.values() for path, by in section.rows.items()}
    changed = list(places(between(dict(old), dict(new), rows)))
    # What belongs to no section (the name of the unit) may show in any of them.
    common = [place for place in changed if not any(_belongs(place, section) for section in SECTIONS.values())]
    found, said = [], False
    for section in SECTIONS.values():
        mine = [place for place in changed if _belongs(place, section)]
        parts = list(_parts(section, old, new)) if mine or common else []
        if mine or parts:
            said = said or not mine
            found.append(Compared(section.code, str(section.title), parts, [] if parts else mine))
    if common and not said:
        found.append(Compared("common", _("Other particulars"), [], common))
    return found


def _belongs(place: str, section: SectionKind) -> bool:
    root = place.replace("[", ".").split(".")[0]
    return root == section.code or root in {path.split(".")[0] for path in section.rows}


def _parts(section: SectionKind, old: Content, new: Content) -> Iterator[Part]:
    before, after = _blocks(section, old), _blocks(section, new)
    names = _Names(section, old, new)
    for key in [*before, *(key for key in after if key not in before)]:
        part = _part(before.get(key), after.get(key), names)
        if part:
            yield part


def _blocks(section: SectionKind, content: Content) -> dict[tuple[str, str, int], Any]:
    """The blocks of a section by kind, caption and turn. A content without the section's keys has none."""
    try:
        blocks = section.blocks(dict(content))
    except KeyError:
        return {}
    found: dict[tuple[str, str, int], Any] = {}
    for block in blocks:
        kind, caption, turn = block["kind"], str(block.get("caption", "")), 0
        while (kind, caption, turn) in found:
            turn += 1
        if kind != "chart":  # its table stands beside it
            found[kind, caption, turn] = block
    return found


class _Names:
    """The names of the rows that stand in the tables of a section: the content's own, in the order of the tables."""

    def __init__(self, section: SectionKind, old: Content, new: Content) -> None:
        self.lists = [(by, _at(old, path), _at(new, path)) for path, by in section.rows.items()]

    def of(self, old: list[list[str]], new: list[list[str]]) -> tuple[list[Any], list[Any]]:
        """The names of the rows of a table before and after; where no list fits: what stands in its first column."""
        for place, (by, before, after) in enumerate(self.lists):
            if len(before) == len(old) and len(after) == len(new):
                names = [name_of(row, by) for row in before], [name_of(row, by) for row in after]
                if all(None not in one and len(set(one)) == len(one) for one in names):
                    del self.lists[place]
                    return names
        return _first(old), _first(new)


def _first(rows: list[list[str]]) -> list[Any]:
    seen: dict[str, int] = {}
    found = []
    for row in rows:
        seen[row[0]] = seen.get(row[0], 0) + 1
        found.append((row[0], seen[row[0]]))
    return found


def _at(content: Content, path: str) -> list[Any]:
    value: Any = content
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value if isinstance(value, list) else []


def _part(old: Any, new: Any, names: _Names) -> Part:
    block = new or old
    part = Part(str(block.get("caption", "")))
    if block["kind"] == "table":
        _table(old or {"rows": []}, new or {"rows": []}, block["columns"], names, part)
    elif block["kind"] == "facts":
        before, after = dict((old or {}).get("rows", [])), dict((new or {}).get("rows", []))
        for label in [*before, *(label for label in after if label not in before)]:
            _cell(label, before.get(label, ""), after.get(label, ""), part.fields)
    else:
        _cell(part.caption, words(old), words(new), part.fields)
    return part


def _cell(label: str, old: str, new: str, into: list[Cell]) -> None:
    if str(old) != str(new):
        into.append(Cell(str(label), *compared(str(old), str(new))))


def _table(old: Any, new: Any, columns: list[Column], names: _Names, part: Part) -> None:
    were, are = names.of(old["rows"], new["rows"])
    before, after = dict(zip(were, old["rows"], strict=True)), dict(zip(are, new["rows"], strict=True))
    for name, row in after.items():
        if name not in before:
            part.added.append(_row(columns, [""] * len(row), row, row[0]))
        elif before[name] != row:
            part.changed.append(_row(columns, before[name], row, row[0]))
    part.removed += [_row(columns, row, [""] * len(row), row[0]) for name, row in before.items() if name not in after]
    if old.get("total") and new.get("total") and part:
        total = _row(columns, old["total"], new["total"], str(new["total"][0]))
        part.changed += [total] if total.cells else []


def _row(columns: list[Column], old: list[str], new: list[str], name: str) -> Row:
    cells: list[Cell] = []
    for column, before, after in zip(columns, old, new, strict=False):
        _cell(column["label"], before, after, cells)
    return Row(name, cells)


def words(block: Any) -> str:
    """All that a block of another kind says, as text, line by line."""
    if block is None:
        return ""
    if isinstance(block, str):
        return strip_tags(block.replace("</p>", "</p>\n").replace("<br>", "\n")) if "<" in block else block
    if isinstance(block, Mapping):
        unsaid = {"kind", "level", "svg", "spec", "alt"}
        return "\n".join(words(value) for key, value in block.items() if key not in unsaid)
    if isinstance(block, (list, tuple)):
        return "\n".join(words(one) for one in block)
    return str(block)
