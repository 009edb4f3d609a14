"""A section's content as single values, each with its place: what a change changed, in words for the trail."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from django.utils.html import strip_tags

from applications.sections.base import Content, SectionKind

# Long texts are cut in the trail; the dossier and its submissions keep them whole.
LONGEST: Final = 500
Place = tuple[str, str, str]


def flat(kind: SectionKind, content: Content) -> tuple[dict[Place, str], dict[tuple[str, str], str]]:
    """All values of a section as {(path, row, field): text}, and the name of each row as {(path, row): text}."""
    values: dict[Place, str] = {}
    names: dict[tuple[str, str], str] = {}
    for path, found in _parts(kind, content):
        if path in kind.rows:
            for row in found:
                key = str(_at(row, kind.rows[path]))
                names[path, key] = _name(row) or key
                values |= {(path, key, field): _text(value) for field, value in row.items() if field != "id"}
        else:
            values |= {(path, "", field): _text(value) for field, value in found.items()}
    return values, names


def _parts(kind: SectionKind, content: Content, above: str = "") -> Iterator[tuple[str, Any]]:
    """The parts of the content that are rows, and the rest of each key as one part."""
    for key, value in content.items():
        path = f"{above}{key}"
        if path in kind.rows:
            yield path, value
        elif isinstance(value, dict) and not above:
            inner = {name: part for name, part in value.items() if f"{path}.{name}" in kind.rows}
            yield path, {name: part for name, part in value.items() if name not in inner}
            yield from _parts(kind, inner, f"{path}.")
        else:
            yield above.rstrip("."), {key: value}


def _at(row: Any, path: str) -> Any:
    for part in path.split("."):
        row = row[part]
    return row


def _name(row: Content) -> str:
    for key in ("name", "title", "name_zh"):
        if row.get(key):
            return str(row[key])
    organisation = row.get("organisation")
    return str(organisation["name_zh"]) if isinstance(organisation, dict) else ""


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict) and "name_zh" in value:
        return f"{value['code']} {value['name_zh']}"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return strip_tags(text)[:LONGEST] if text.startswith("<") else text[:LONGEST]
