"""What officers changed by hand in the rules of a selection, why, and what it costs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from portal.core.money import WAN
from portal.programme.enums import Region
from reviews.models import Scenario

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


def departures(scenario: Scenario, explanation: Mapping[str, Any] | None, names: Mapping[str, str]) -> list[Departure]:
    """The rules of a selection that differ from the frozen rule set, in the order of the format.

    explanation: what the study says, None while it is not worked out; names: of the candidates by code.
    """
    if not scenario.changes or scenario.candidate_set is None:
        return []
    frozen = json.loads(scenario.candidate_set.body)["rules"]
    rules = explanation["rules"] if explanation else []
    gains = {row["rule"]: Decimal(row["gain_without"]) for row in rules}
    return [
        Departure(what, before, now, reason or scenario.reason, gains.get(rule))
        for rule, what, before, now, reason in _changed(frozen, scenario.changes, names)
    ]


def _changed(
    frozen: Mapping[str, Any], changes: Mapping[str, Any], names: Mapping[str, str]
) -> Iterator[tuple[str, str, str, str, str]]:
    """Name of the rule in the explanation, what it is, value before and now, its own reason."""
    for kind, text in (("include", _("is on the list")), ("exclude", _("is not on the list"))):
        for row in changes.get(kind) or ():
            yield f"{kind}:{row['id']}", names.get(row["id"], row["id"]), _NONE, text, row.get("reason", "")
    if "total" in changes:
        for side, label in (("min", _("Pilot units, at least")), ("max", _("Pilot units, at most"))):
            before, now = _side(frozen.get("total"), side), _side(changes["total"], side)
            if before != now:
                yield f"total_{side}", label, before, now, ""
    if "budget" in changes:
        yield "budget", _("Budget (ten thousand yuan)"), _wan(frozen.get("budget")), _wan(changes["budget"]), ""
    if "regions" in changes:
        yield from _regions(frozen.get("regions") or {}, changes["regions"] or {})
    if "province_max" in changes:
        before, now = _said(frozen.get("province_max")), _said(changes["province_max"])
        yield "province_max", _("Units per province, at most"), before, now, ""
    for kind, label in (
        ("sector_min", _("Industry %(of)s, at least")),
        ("sector_max", _("Industry %(of)s, at most")),
        ("soe_max", _("Units with the central SOE %(of)s, at most")),
    ):
        if kind in changes:
            was, asked = frozen.get(kind) or {}, changes[kind] or {}
            for of in sorted({*was, *asked}):
                if was.get(of) != asked.get(of):
                    yield f"{kind}:{of}", label % {"of": of}, _said(was.get(of)), _said(asked.get(of)), ""


def _regions(was: Mapping[str, Any], asked: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str, str]]:
    for region in Region:
        for side, label in (("min", _("%(region)s, at least")), ("max", _("%(region)s, at most"))):
            before, now = was.get(region, {}).get(side), asked.get(region, {}).get(side)
            if before != now:
                yield f"region_{side}:{region}", label % {"region": region.label}, _said(before), _said(now), ""


def _side(total: Any, side: str) -> str:
    return _said(total.get(side) if isinstance(total, Mapping) else total)


def _said(value: Any) -> str:
    return _NONE if value is None else str(value)


def _wan(value: Any) -> str:
    return _NONE if value is None else f"{Decimal(value) / WAN:,.0f}"
