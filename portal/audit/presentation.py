"""Events in words: the kind of object, and what changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import DateTimeField, ForeignKey, Model
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from portal.audit import kinds, objects
from portal.audit.findings.outside import TIES
from portal.audit.models import Event
from portal.core import clock, own
from portal.core.errors import Text
from portal.core.punctuation import enumerated, listed, said_of


@dataclass(frozen=True)
class Change:
    """One field of an event, before and after, as text."""

    name: Text
    before: str
    after: str


@dataclass(frozen=True)
class Row:
    """One event as pages show it. page: of its object, trail: all events of it; empty where there is none."""

    event: Event
    act: Text
    object_type: Text
    page: str = ""
    trail: str = ""
    place: str = ""
    why: Text = ""


def object_types() -> list[tuple[str, str]]:
    """Kinds of object that events may be about, by their words: no library's, none of which has an event."""
    found = [(model._meta.label_lower, str(model._meta.verbose_name)) for model in own.models()]
    return sorted(found, key=lambda pair: pair[1])


def _model(name: str) -> type[Model] | None:
    try:
        return apps.get_model(name) if name else None
    except (LookupError, ValueError):
        return None


def object_words(name: str) -> Text:
    """A kind of object in words; its code where no app has it any more."""
    model = _model(name)
    return (model._meta.verbose_name or "") if model else name


@dataclass(frozen=True)
class Names:
    """Names by code of what events say by its code alone."""

    provinces: Mapping[str, str]
    units: Mapping[str, str]
    reports: Mapping[str, Text]


def names() -> Names:
    """The names as they are now, in the reader's language."""
    return Names(dict(TIES.provinces()), dict(TIES.units("")), TIES.reports())


def _object(event: Event) -> Text:
    """The kind of its object in words; for a list that was taken away its title."""
    if not event.object_type and event.act.endswith(".export"):
        return str(event.after.get("title") or event.after.get("list") or "")
    return object_words(event.object_type)


def _place(event: Event, known: Names) -> str:
    """Province and unit by name; a code where nobody has it any more."""
    codes = ((event.province, known.provinces), (event.unit, known.units))
    return " · ".join(named.get(code, code) for code, named in codes if code)


def row(event: Event, known: Names) -> Row:
    """The event with its words."""
    page, trail = "", ""
    if event.object_type and event.object_id:
        page = objects.page_of(event.object_type, event.object_id)
        trail = objects.trail_of(event.object_type, event.object_id)
    why = known.reports.get(event.why, event.why)  # work on a report names it by its code
    return Row(event, kinds.label(event.act), _object(event), page, trail, _place(event, known), why)


WHAT: Final = {
    "changed": _("The record or its link differs from what was chained."),
    "removed": _("The record is gone; its link is still there."),
    "missing": _("One or more links before this one are gone."),
    "unchained": _("The record has no link in the chain."),
    "cut": _("The chain is shorter than one of its seals: its end was cut off, or an older backup was restored."),
    "seal": _("A seal states another link at this place."),
}


def outcome(result: dict[str, Any]) -> dict[str, Any]:
    """What a recomputation found, in words: a sentence, and facts."""
    count, digest = result.get("count"), result.get("digest")
    facts: list[tuple[Text, Any]] = [(_("Links recomputed"), count), (_("Last digest"), digest)]
    if result.get("what"):
        facts = [
            (_("What is wrong"), WHAT.get(result["what"], result["what"])),
            (_("Link"), result.get("seq")),
            (_("Event"), result.get("event")),
            *facts,
        ]
    return {"whole": bool(result.get("whole")), "words": result.get("words", ""), "facts": facts}


def _field(model: type[Model] | None, name: str) -> Any:
    """The field of that name, or None where the kind of object has none any more."""
    if model is None:
        return None
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return None


def _words(field: Any, value: Any) -> str:
    """A value as people read it: labels of choices, names of what a number stands for, moments, lists in words."""
    if value is None or value in ("", [], {}):
        return "–"
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    labels = {str(key): label for key, label in getattr(field, "flatchoices", None) or ()}
    if str(value) in labels:
        return str(labels[str(value)])
    if isinstance(field, ForeignKey) and isinstance(value, (int, str)):
        return _named(field.related_model, value)
    if isinstance(field, DateTimeField) and isinstance(value, str):
        moment = parse_datetime(value)
        return moment.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M:%S") if moment and moment.tzinfo else value
    return _plain(value)


def _plain(value: Any) -> str:
    """A value no field says more about; what stands inside others is written out one after the other."""
    if isinstance(value, dict):
        return enumerated(said_of(key, _plain(one)) for key, one in value.items())
    if isinstance(value, list):
        return listed(_plain(one) for one in value)
    return "–" if value is None else str(value)


def _named(model: Any, value: Any) -> str:
    """What the number stands for, where the reader may see it."""
    try:
        found = model._default_manager.filter(pk=value).first()
    except (ValueError, ValidationError):
        found = None
    return str(value) if found is None else f"{found} ({value})"


def changes(event: Event) -> list[Change]:
    """What the event changed, field by field, in the order of the record."""
    model = _model(event.object_type)
    names = [*event.after, *(name for name in event.before if name not in event.after)]
    found = []
    for name in names:
        field = _field(model, name)
        before, after = _words(field, event.before.get(name)), _words(field, event.after.get(name))
        found.append(Change(getattr(field, "verbose_name", name), before, after))
    return found
