"""A replacement as its pages show it: who left, who comes, what changes, under which rules, or why nobody can come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from portal.programme.models import PilotUnit
from reviews.models import Decision
from reviews.presentation import conflict_words, rule_words


def compared(
    decision: Decision, instance: Mapping[str, Any], answer: Mapping[str, Any], comes: Sequence[str]
) -> dict[str, Any]:
    """Units with their scores and amounts, the totals of the decision and of the list as it would be; one query."""
    candidates = {row["id"]: row for row in instance["candidates"]}
    kept = {row["id"] for row in instance.get("include", ())}
    left = sorted({row["id"] for row in instance.get("exclude", ())} & set(_ever(decision, kept)))
    codes = [*left, *comes, *decision.reserve, *(str(row.get("of") or "") for row in answer.get("conflict", ()))]
    names = {row.pk: row for row in PilotUnit.objects.filter(pk__in=codes).select_related("province")}

    def rows(units: Sequence[str]) -> list[dict[str, Any]]:
        return [
            {
                "unit": names[code],
                "province": names[code].province,
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
        "rules": rule_words(instance),
        "conflict": [_conflict(rule, names) for rule in answer.get("conflict", ())],
        "kept": len(kept),
        "before": sum(Decimal(candidates[code]["score"]) for code in decision.chosen),
        "after": Decimal(answer["total_score"]) if answer["status"] == "optimal" else None,
        "is_tied": bool(answer.get("optimal_sets_tied")),
    }


def _ever(decision: Decision, kept: set[str]) -> set[str]:
    """Units that the decision had chosen, or had moved up, and that are not listed any more."""
    return {*decision.chosen, *decision.reserve} - kept


def _conflict(rule: Mapping[str, Any], names: Mapping[str, PilotUnit]) -> tuple[str, str]:
    """One rule of a conflict and the least change by which the others could hold, in words."""
    unit = names.get(str(rule.get("of") or ""))
    if rule.get("kind") == "exclude":
        return str(_("%(unit)s cannot move up") % {"unit": unit or rule.get("of")}), ""
    if rule.get("kind") == "include":
        return str(_("%(unit)s stays on the list") % {"unit": unit or rule.get("of")}), ""
    change = rule.get("change_to")
    return conflict_words(rule), "" if change is None else str(_("possible with %(limit)s") % {"limit": change})
