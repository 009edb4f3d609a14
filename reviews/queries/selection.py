"""Reads of selection: scenarios, the decision, and the question for the solver."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_CEILING
from typing import Any

from django.db.models import QuerySet

from applications.enums import ApplicationState, PartnerState
from applications.models import FocusIndustry, Partner
from portal.core.scope import Actor
from portal.programme.models import Batch, PilotUnit, RuleSet
from reviews.models import Decision, PanelResult, Scenario
from reviews.queries.screening import in_office


def scenarios(actor: Actor) -> QuerySet[Scenario]:
    """Computed selections, the latest first, without their long texts."""
    rows = Scenario.objects.all() if in_office(actor) else Scenario.objects.none()
    return (
        rows.select_related("batch__rule_set", "created_by").defer("instance", "decision").order_by("batch", "-number")
    )


def decisions(actor: Actor) -> QuerySet[Decision]:
    """Decisions and proposals with the people who made and signed them, the latest first."""
    rows = Decision.objects.all() if in_office(actor) else Decision.objects.none()
    return rows.select_related("batch__rule_set", "proposed_by", "signed_miit_by", "signed_mof_by").order_by("-pk")


def units_of(decision: Decision) -> dict[str, PilotUnit]:
    """The units a decision names, by code, with their provinces."""
    codes = [*decision.chosen, *decision.reserve]
    return {row.pk: row for row in PilotUnit.objects.filter(pk__in=codes).select_related("province")}


def selection_instance(batch: Batch, changes: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The question in the format `selection-instance/1`; ids are codes of pilot units.

    Candidates: locked results of applications still in the race. Rules: the rule set's, replaced by `changes` where
    these name a field of the format. Separately planned cities do not count for their province.
    """
    rows = list(
        PanelResult.objects.filter(batch=batch)
        .exclude(application__state=ApplicationState.WITHDRAWN)
        .select_related("application__unit__province")
        .order_by("application__unit_id")
    )
    sectors, enterprises = _sectors(batch), _enterprises(batch)
    rules = batch.rule_set
    return {
        "format": "selection-instance/1",
        "seed": f"{batch.year}-batch-{batch.number}",
        "candidates": [
            {
                "id": row.application.unit_id,
                "province": row.application.province_id,
                "region": row.application.unit.province.region,
                "score": f"{row.score:.6f}",
                "amount": int(row.application.amount_asked.to_integral_value(ROUND_CEILING)),
                "counts_for_province": not row.application.unit.is_separately_planned,
                "sectors": sorted(sectors.get(row.application_id, set())),
                "soes": sorted(enterprises.get(row.application_id, set())),
            }
            for row in rows
        ],
        **(rule_limits(rules) if rules else {}),
        **(changes or {}),
    }


def rule_limits(rules: RuleSet) -> dict[str, Any]:
    """The rules of balance of a rule set in the words of the format; `total_min` of its details makes a range."""
    least = rules.details.get("total_min")
    return {
        "total": rules.total_units if least is None else {"min": int(least), "max": rules.total_units},
        "budget": int(rules.budget),
        "regions": rules.region_bounds,
        "province_max": rules.province_max,
    }


def _sectors(batch: Batch) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    rows = FocusIndustry.objects.filter(application__batch=batch).values_list("application_id", "industry_id")
    for application, code in rows:
        found.setdefault(application, set()).add(code[:3])
    return found


def _enterprises(batch: Batch) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    rows = Partner.objects.filter(application__batch=batch, state=PartnerState.COMMITTED).values_list(
        "application_id", "organisation__code"
    )
    for application, code in rows:
        found.setdefault(application, set()).add(code)
    return found
