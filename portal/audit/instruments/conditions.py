"""Conditions over a source: a tree of groups, read from what a form sent, put into words, and into the database.

    {"join": "all", "groups": [{"join": "any", "conditions": [{"field": "amount", "op": "least", "value": "100000"}]}]}

Two levels, as people build them: groups joined by "all" or "any", conditions in a group likewise. Field and operator
are names of a closed list; the value goes to the database as a parameter.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import reduce
from typing import Any, Final

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from portal.audit.instruments.sources import Field, Source
from portal.core import clock
from portal.core.errors import DomainError, Text
from portal.core.money import ungrouped

MOST_GROUPS: Final = 6
MOST_CONDITIONS: Final = 10
LONGEST: Final = 120
OPERATORS: Final[dict[str, Text]] = {
    "is": pgettext_lazy("condition", "is"),
    "is_not": pgettext_lazy("condition", "is not"),
    "contains": pgettext_lazy("condition", "contains"),
    "begins": pgettext_lazy("condition", "begins with"),
    "least": pgettext_lazy("condition", "at least"),
    "most": pgettext_lazy("condition", "at most"),
    "from": pgettext_lazy("condition", "from the day"),
    "until": pgettext_lazy("condition", "up to the day"),
}
OF_KIND: Final[dict[str, tuple[str, ...]]] = {
    "text": ("contains", "is", "is_not", "begins"),
    "code": ("is", "is_not", "begins", "contains"),
    "choice": ("is", "is_not"),
    "number": ("least", "most", "is", "is_not"),
    "yuan": ("least", "most", "is", "is_not"),
    "date": ("from", "until", "is"),
    "moment": ("from", "until"),
    "yes": ("is",),
}
_LOOKUPS: Final = {"is": "", "contains": "__icontains", "begins": "__istartswith", "least": "__gte", "most": "__lte"}
_YES: Final = {"yes": True, "是": True, "no": False, "否": False}


@dataclass(frozen=True)
class Fault:
    """What is wrong with one condition: its place (group, number, both from nought) and the sentence."""

    group: int
    number: int
    message: str


class BadTree(DomainError):
    """Conditions that make no sense; `faults` says which."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("bad_conditions", faults[0].message if faults else _("These conditions cannot be read."))
        self.faults = faults


def _value(field: Field, op: str, text: str) -> Any:
    """The value as the database takes it. Raises ValueError with what to do."""
    match field.kind:
        case "number" | "yuan":
            try:
                number = Decimal(ungrouped(text))
            except (InvalidOperation, ValueError):
                raise ValueError(_("Write a number with digits, for example 100000.")) from None
            if not number.is_finite() or abs(number) >= Decimal("1e17"):
                raise ValueError(_("This number is too large to be meant."))
            return number
        case "date" | "moment":
            try:
                return date.fromisoformat(text)
            except ValueError:
                raise ValueError(_("Choose a day.")) from None
        case "choice":
            pairs = field.pairs()
            found = next((value for value, label in pairs if text in (value, label)), None)
            if found is None:
                raise ValueError(_("“%(value)s” is no value of “%(field)s”.") % {"value": text, "field": field.label})
            return found
        case "yes":
            if text not in _YES:
                raise ValueError(_("Choose yes or no."))
            return _YES[text]
        case _:
            return text


def _day(field: Field, op: str, day: date) -> Q:
    if op == "is":
        return Q(**{field.column: day})
    edge = day
    if field.kind == "moment":
        edge = clock.last_moment(day) if op == "until" else clock.first_moment(day)
    return Q(**{f"{field.column}__{'lte' if op == 'until' else 'gte'}": edge})


def _condition(source: Source, given: Any) -> Q:
    """One condition for the database. Raises ValueError with what to do."""
    field = source.field(str(given.get("field", "")))
    op, text = str(given.get("op", "")), str(given.get("value", "")).strip()
    if field is None:
        raise ValueError(_("Choose what the condition is about."))
    if op not in OF_KIND[field.kind]:
        raise ValueError(_("Choose a comparison that fits “%(field)s”.") % {"field": field.label})
    if not text or "\x00" in text or len(text) > LONGEST:
        raise ValueError(_("Give a value for “%(field)s”, at most 120 signs.") % {"field": field.label})
    value = _value(field, op, text)
    if field.kind in ("date", "moment"):
        return _day(field, op, value)
    if op == "is_not":
        return ~Q(**{field.column: value})
    return Q(**{f"{field.column}{_LOOKUPS[op]}": value})


def to_q(source: Source, tree: Any) -> Q:
    """The tree for the database; an empty one asks for everything. Raises BadTree with each fault in its place."""
    groups = _groups(tree)
    faults, parts = [], []
    for place, group in enumerate(groups):
        found = []
        for number, given in enumerate(group["conditions"]):
            try:
                found.append(_condition(source, given))
            except ValueError as error:
                faults.append(Fault(place, number, str(error)))
        if found:
            parts.append(reduce(operator.or_ if group["join"] == "any" else operator.and_, found))
    if faults:
        raise BadTree(faults)
    if not parts:
        return Q()
    return reduce(operator.or_ if tree.get("join") == "any" else operator.and_, parts)


def _groups(tree: Any) -> list[dict[str, Any]]:
    """The groups of a tree. Raises BadTree where the shape is none of ours."""
    if not tree:
        return []
    groups = tree.get("groups") if isinstance(tree, dict) else None
    shaped = isinstance(groups, list) and len(groups) <= MOST_GROUPS
    if not shaped or not all(
        isinstance(group, dict)
        and isinstance(group.get("conditions"), list)
        and len(group["conditions"]) <= MOST_CONDITIONS
        and all(isinstance(one, dict) for one in group["conditions"])
        for group in groups or []
    ):
        raise BadTree([])
    return [{"join": str(group.get("join", "all")), "conditions": group["conditions"]} for group in groups or []]


def words(source: Source, tree: Any) -> str:
    """The tree as a sentence, in the reader's language."""
    try:
        groups = [group for group in _groups(tree) if group["conditions"]]
    except BadTree:
        return "–"
    if not groups:
        return str(_("everything"))
    both, either = pgettext("condition", "and"), pgettext("condition", "or")
    joins = {"all": f" {both} ", "any": f" {either} "}
    parts = []
    for group in groups:
        inner = joins.get(group["join"], joins["all"]).join(_said(source, one) for one in group["conditions"])
        parts.append(f"({inner})" if len(groups) > 1 and len(group["conditions"]) > 1 else inner)
    return joins["any" if tree.get("join") == "any" else "all"].join(parts)


def _said(source: Source, given: Any) -> str:
    field = source.field(str(given.get("field", "")))
    value = str(given.get("value", ""))
    if field is None:
        return "–"
    if field.kind == "choice":
        value = dict(field.pairs()).get(value, value)
    elif field.kind == "yes":
        value = str(_("yes") if _YES.get(value) else _("no"))
    return f"{field.label} {OPERATORS.get(str(given.get('op', '')), '')} {value}"
