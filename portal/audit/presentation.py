"""Events in words: the kind of object, and what changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from portal.audit import kinds
from portal.audit.models import Event
from portal.core.errors import Text


@dataclass(frozen=True)
class Change:
    """One field of an event, before and after, as text."""

    name: Text
    before: str
    after: str


@dataclass(frozen=True)
class Row:
    """One event as pages show it."""

    event: Event
    act: Text
    object_type: Text


def object_types() -> list[tuple[str, str]]:
    """Kinds of object that events may be about, by their words."""
    found = [(model._meta.label_lower, str(model._meta.verbose_name)) for model in apps.get_models()]
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


def row(event: Event) -> Row:
    """The event with its words."""
    return Row(event, kinds.label(event.act), object_words(event.object_type))


WHAT: Final = {
    "changed": _("The record or its link differs from what was chained."),
    "removed": _("The record is gone; its link is still there."),
    "missing": _("One or more links before this one are gone."),
    "unchained": _("The record has no link in the chain."),
    "cut": _("The chain is shorter than its newest seal: its end was cut off."),
    "seal": _("The newest seal states another link at this place."),
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


def _text(value: Any) -> str:
    if value is None or value == "":
        return "–"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _field_name(model: type[Model] | None, name: str) -> Text:
    if model is None:
        return name
    try:
        return getattr(model._meta.get_field(name), "verbose_name", name)
    except FieldDoesNotExist:
        return name


def changes(event: Event) -> list[Change]:
    """What the event changed, field by field, in the order of the record."""
    model = _model(event.object_type)
    names = [*event.after, *(name for name in event.before if name not in event.after)]
    return [
        Change(_field_name(model, name), _text(event.before.get(name)), _text(event.after.get(name))) for name in names
    ]
