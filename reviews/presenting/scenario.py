"""The page of one scenario: tiles, regions, chosen units, industries, the price of the rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from portal.core.money import in_wan
from reviews.balance import balance
from reviews.presenting.candidates import CandidateRow, candidate_row
from reviews.presenting.china import china_map
from reviews.presenting.firmness import percent
from reviews.presenting.reading import Reading
from reviews.presenting.rules import conflict_lines, differences, flat, rule_lines, total_words


@dataclass(frozen=True)
class ChosenRow:
    """One chosen unit with the score down to which it stays, and its share of the draws."""

    candidate: CandidateRow
    threshold: str
    share: str


@dataclass(frozen=True)
class GroupRow:
    """Candidates and chosen of one industry or enterprise, with its bounds."""

    name: str
    candidates: int
    chosen: int
    least: int | None
    most: int | None


def scenario_page(found: Reading) -> dict[str, Any]:
    """What the page shows of a computed selection; no query."""
    question, scenario = found.question, found.scenario
    return {
        "tiles": tiles(found),
        "balance": balance(question, scenario.chosen),
        "chosen": [_chosen(found, row) for row in found.picked],
        "others": len(question["candidates"]) - len(scenario.chosen),
        "is_tied": found.answer.get("optimal_sets_tied", False),
        "conflict": conflict_lines(found.answer.get("conflict", []), found.names),
        "solver": found.answer.get("solver", {}),
        "rules": [(line.label, line.value) for line in rule_lines(question, found.names)],
        "map": china_map(question["candidates"], scenario.chosen, found.names, key="map"),
        "industries": group_rows(found, "sectors", ("sector_min", "sector_max")),
        "enterprises": group_rows(found, "soes", ("", "soe_max")),
    }


def changed_rules(found: Reading, rules: Mapping[str, Any]) -> list[str]:
    """What the selection changed of the rule set, in words. rules: of the rule set."""
    return differences(rules, {**rules, **found.scenario.changes}, found.names)


def _chosen(found: Reading, row: Any) -> ChosenRow:
    entry, drawn = found.of_candidate.get(row["id"]), found.drawn.get(row["id"])
    return ChosenRow(
        candidate_row(row, found.names),
        (entry["threshold"] or _("by the rules")) if entry else "–",
        percent(drawn["times"], found.firmness["draws"]) if drawn and found.firmness else "–",
    )


def tiles(found: Reading) -> list[dict[str, Any]]:
    """The figures at the top."""
    scenario, question = found.scenario, found.question
    amount, budget = scenario.total_amount or Decimal(0), question.get("budget")
    rows: list[dict[str, Any]] = [
        {"label": _("Chosen"), "value": len(scenario.chosen), "note": total_words(question["total"])},
        {"label": _("Candidates"), "value": len(question["candidates"])},
        {"label": _("Total score"), "value": f"{scenario.total_score or 0:,.6f}"},
        {"label": _("Amount"), "unit": _("ten thousand yuan"), "value": in_wan(amount)},
    ]
    if budget:
        share = f"{amount * 100 / budget:.1f}"
        said = _("%(share)s %% of the budget of %(budget)s ten thousand yuan")
        rows[-1]["note"] = said % {"share": share, "budget": in_wan(budget)}
    if found.firmness:
        same, draws = found.firmness["same"], found.firmness["draws"]
        note = _("of %(draws)s draws over the reviewers") % {"draws": f"{draws:,}"}
        rows.append({"label": _("The same list in"), "value": f"{percent(same, draws)} %", "note": note})
    return rows


def group_rows(found: Reading, field: str, bounds: tuple[str, str]) -> list[GroupRow]:
    """Industries or enterprises of the candidates with their bounds, by code."""
    had = Counter(code for row in found.question["candidates"] for code in row.get(field, ()))
    got = Counter(code for row in found.picked for code in row.get(field, ()))
    rules = flat(found.question)
    name = found.names.industry if field == "sectors" else found.names.enterprise
    codes = sorted(set(had) | {of for kind, of in rules if kind in bounds})
    return [
        GroupRow(name(code), had[code], got[code], rules.get((bounds[0], code)), rules.get((bounds[1], code)))
        for code in codes
    ]
