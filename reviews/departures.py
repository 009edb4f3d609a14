"""What officers changed by hand in the rules of a selection, why, and what it costs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from reviews.models import Scenario
from reviews.presenting.rules import Key, changed, label_of, limit_words
from reviews.queries.scenarios import Names

_NONE: Final = "–"


@dataclass(frozen=True)
class Departure:
    """One rule by hand: what, its value in the rule set, its value here, the reason; gain: total score (points with six
    places) that would be gained without this rule alone, None where that is not worked out.
    """

    what: str
    before: str
    now: str
    reason: str
    gain: Decimal | None


def departures(scenario: Scenario, explanation: Mapping[str, Any] | None, names: Names) -> list[Departure]:
    """The rules of a selection that differ from the frozen rule set, in the order people read them.

    explanation: what the study says, None while it is not worked out.
    """
    if not scenario.changes or scenario.candidate_set is None:
        return []
    frozen = json.loads(scenario.candidate_set.body)["rules"]
    rules = explanation["rules"] if explanation else []
    gains = {row["rule"]: Decimal(row["gain_without"]) for row in rules}
    return [
        _departure(key, was, now, scenario.reason, gains, names)
        for key, was, now in changed(frozen, {**frozen, **scenario.changes})
    ]


def _departure(key: Key, was: Any, now: Any, why: str, gains: Mapping[str, Decimal], names: Names) -> Departure:
    kind, of = key
    if kind in ("include", "exclude"):  # the reason stands where others have a limit
        text = _("is on the list") if kind == "include" else _("is not on the list")
        return Departure(names.unit(of), _NONE, text, now, gains.get(f"{kind}:{of}"))
    before, after = (_NONE if limit is None else limit_words(kind, limit) for limit in (was, now))
    return Departure(label_of(kind, of, names), before, after, why, _gain(key, gains))


def _gain(key: Key, gains: Mapping[str, Decimal]) -> Decimal | None:
    """What is gained without the rule; a total is two rules, of which one can bind."""
    kind, of = key
    names = ("total_min", "total_max") if kind == "total" else (f"{kind}:{of}" if of else kind,)
    return max((gains[name] for name in names if name in gains), default=None)
