"""What the pages of a proposal and of a decision show of the list: totals, rules by hand, price, reserve."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from portal.programme.models import PilotUnit
from reviews import queries, selection
from reviews.balance import balance
from reviews.departures import departures
from reviews.enums import StudyKind
from reviews.models import Scenario
from reviews.presenting.reading import Reading
from reviews.presenting.scenario import tiles
from reviews.queries.scenarios import Names

# So many of the reserve a proposal shows at most before its size is said.
SHOWN: Final = 10


@dataclass(frozen=True)
class Replacement:
    """One of the reserve, and the chosen ones whose place it could take; for_all: any of them."""

    unit: PilotUnit
    units: Sequence[PilotUnit]
    for_all: bool


def list_page(scenario: Scenario) -> dict[str, Any]:
    """Tiles, balance of the regions, chosen units, rules by hand of a selection, and its studies. Two queries."""
    known = queries.studies(scenario)
    question = json.loads(scenario.instance)
    codes = [row["id"] for row in question["candidates"]]
    units = PilotUnit.objects.select_related("province").in_bulk(codes)
    reasons, firmness = (json.loads(known[kind].body) if kind in known else None for kind in StudyKind)
    names = Names(units, {}, {}, {})
    found = Reading(scenario, question, json.loads(scenario.decision), reasons, firmness, names)
    return {
        "tiles": tiles(found),
        "balance": balance(question, scenario.chosen),
        "chosen": [
            {
                "unit": units[row["id"]],
                "province": units[row["id"]].province,
                "score": row["score"],
                "amount": Decimal(row["amount"]),
            }
            for row in found.picked
        ],
        "names": units,
        "studies": known,
        "departures": departures(scenario, reasons, names),
    }


def replacements(scenario: Scenario, names: Mapping[str, PilotUnit], size: int = SHOWN) -> list[Replacement]:
    """The first of the reserve in their order, each with those whose place it could take."""
    instance = selection.parse_instance(json.loads(scenario.instance))
    found = selection.replacements(instance, scenario.chosen, size)
    return [Replacement(names[code], _named(places, names), len(places) == len(scenario.chosen))
            for code, places in found.items()]  # fmt: skip


def _named(codes: Iterable[str], names: Mapping[str, PilotUnit]) -> list[PilotUnit]:
    return sorted((names[code] for code in codes), key=lambda unit: (unit.province_id, unit.pk))
