"""A replacement as its pages show it: who left, who comes, what changes, under which rules, or why nobody can come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from reviews.models import Decision
from reviews.presenting.rules import balance_words, limit_words, rule_text
from reviews.queries.scenarios import Names, names_in


def compared(
    decision: Decision, instance: Mapping[str, Any], answer: Mapping[str, Any], comes: Sequence[str]
) -> dict[str, Any]:
    """Units with their scores and amounts, the totals of the decision and of the list as it would be; four queries."""
    candidates = {row["id"]: row for row in instance["candidates"]}
    kept = {row["id"] for row in instance.get("include", ())}
    left = sorted({row["id"] for row in instance.get("exclude", ())} & set(_ever(decision, kept)))
    names = names_in(instance)

    def rows(units: Sequence[str]) -> list[dict[str, Any]]:
        return [
            {
                "unit": names.units[code],
                "province": names.units[code].province,
                "score": candidates[code]["score"],
                "amount": Decimal(candidates[code]["amount"]),
            }
            for code in units
        ]

    waits = [code for code in decision.reserve if code not in comes and code not in kept and code not in left]
    return {
        "left": rows(left),
        "comes": rows(comes),
        "waits": rows(waits),
        "rules": balance_words(instance, names),
        "conflict": [_conflict(rule, names) for rule in answer.get("conflict", ())],
        "kept": len(kept),
        "before": sum(Decimal(candidates[code]["score"]) for code in decision.chosen),
        "after": Decimal(answer["total_score"]) if answer["status"] == "optimal" else None,
        "is_tied": bool(answer.get("optimal_sets_tied")),
    }


def _ever(decision: Decision, kept: set[str]) -> set[str]:
    """Units that the decision had chosen, or had moved up, and that are not listed any more."""
    return {*decision.chosen, *decision.reserve} - kept


def _conflict(rule: Mapping[str, Any], names: Names) -> tuple[str, str]:
    """One rule of a conflict and the least change by which the others could hold, in words."""
    unit = names.unit(str(rule.get("of") or ""))
    if rule.get("kind") == "exclude":
        return str(_("%(unit)s cannot move up") % {"unit": unit}), ""
    if rule.get("kind") == "include":
        return str(_("%(unit)s stays on the list") % {"unit": unit}), ""
    change = rule.get("change_to")
    if change is None:
        return rule_text(rule, names), ""
    # In the unit of the limit beside it: a budget is kept in yuan and read in ten thousand.
    words = _("possible with %(limit)s") % {"limit": limit_words(str(rule["kind"]), change)}
    return rule_text(rule, names), str(words)
