"""Changes of the dossier in words: what the trail keeps of them, for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext as _

from applications.enums_sections import StatementCode
from applications.sections import SECTIONS, SectionKind
from portal.audit.models import Event
from portal.core.errors import Text


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
    row, _slash, field = rest.rpartition("/")
    return Value(row, _label(kind, path, field), _text(old), _text(new))


def _label(kind: SectionKind | None, path: str, field: str) -> Text:
    if field in StatementCode.values:
        return StatementCode(field).label
    model = kind.models.get(path) if kind else None
    if model is not None:
        try:
            return getattr(model._meta.get_field(field), "verbose_name", field)
        except FieldDoesNotExist:
            pass
    return {"years": _("yearly values"), "industry": _("industry")}.get(field, field)


def _text(value: object) -> str:
    return "–" if value in (None, "") else str(value)
