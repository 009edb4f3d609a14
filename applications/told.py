"""Changes of the dossier in words: what the trail keeps of them, for people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext as _

from applications.enums_sections import StatementCode
from applications.sections import SECTIONS, SectionKind
from portal.audit.models import Event
from portal.core.errors import Text
from portal.core.punctuation import enumerated


@dataclass(frozen=True)
class Value:
    """One value that changed: of which row (empty: of the section), which field, before and after."""

    row: str
    field: Text
    old: str
    new: str


@dataclass(frozen=True)
class Change:
    """One change: when, who, in which section, what."""

    at: datetime
    name: str
    section: Text
    values: list[Value]
    why: str


def change(event: Event) -> Change:
    """An event of the trail in words."""
    code = str(event.after.get("section", ""))
    kind = SECTIONS.get(code)
    keys = [key for key in {**event.before, **event.after} if key != "section"]
    values = [_value(kind, key, event.before.get(key), event.after.get(key)) for key in keys]
    return Change(event.at, event.actor_name, kind.title if kind else code, values, event.why)


def _value(kind: SectionKind | None, key: str, old: object, new: object) -> Value:
    path, _slash, rest = key.partition("/")
    row, _slash, name = rest.rpartition("/")
    field = _field(kind, path, name)
    words = {str(value): str(label) for value, label in getattr(field, "flatchoices", ())}
    return Value(row, _label(field, name), _text(old, words), _text(new, words))


def _field(kind: SectionKind | None, path: str, name: str) -> Any:
    """The field of a model that keeps the value; None where none does."""
    model = kind.models.get(path) if kind else None
    try:
        return model and model._meta.get_field(name)
    except FieldDoesNotExist:
        return None


def _label(field: Any, name: str) -> Text:
    if name in StatementCode.values:
        return StatementCode(name).label
    known = {"years": _("yearly values"), "industry": _("industry"), "projects": _("projects")}
    return getattr(field, "verbose_name", None) or known.get(name, name)


def _text(value: object, words: Mapping[str, str]) -> str:
    text = "" if value in (None, "[]") else str(value)
    if text.startswith("[{"):
        with suppress(ValueError):  # a long one was cut
            text = enumerated(map(_row, json.loads(text)))
    return words.get(text, text) or "–"


def _row(values: Mapping[str, Any]) -> str:
    """A row inside a value: what it is called, and what else it says."""
    return " ".join(str(value) for name, value in sorted(values.items(), key=_name_first) if name != "id")


def _name_first(item: tuple[str, Any]) -> bool:
    return item[0] != "name"
