"""Reads of selection: scenarios, the decision, and the question for the solver."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from applications.enums import ApplicationState
from portal.core.scope import Actor
from portal.programme.models import Batch, PilotUnit, RuleSet
from reviews.enums import ReviewState, ScenarioState
from reviews.models import CandidateSet, Decision, DecisionRecord, Review, Scenario, ScenarioStudy
from reviews.models.assignment import OPEN
from reviews.queries.scoring import counted_by
from reviews.queries.screening import in_office


def scenarios(actor: Actor) -> QuerySet[Scenario]:
    """Computed selections, the latest first, without their long texts."""
    rows = Scenario.objects.all() if in_office(actor) else Scenario.objects.none()
    return (
        rows.select_related("batch__rule_set", "candidate_set", "created_by")
        .defer("instance", "decision", "candidate_set__body")
        .order_by("batch", "-number")
    )


def decisions(actor: Actor) -> QuerySet[Decision]:
    """Decisions and proposals with the people who made and signed them, the latest first."""
    rows = Decision.objects.all() if in_office(actor) else Decision.objects.none()
    return rows.select_related("batch__rule_set", "proposed_by", "signed_miit_by", "signed_mof_by").order_by("-pk")


def with_its_texts(using: str = "default") -> QuerySet[Decision]:
    """Decisions with all texts their record is made of."""
    return Decision.objects.using(using).select_related(
        "batch__rule_set",
        "scenario__candidate_set",
        "baseline",
        "proposed_by",
        "signed_miit_by",
        "signed_mof_by",
    )


def recorded(using: str = "default") -> QuerySet[Decision]:
    """Adopted decisions with their record; only those whose selection the caller reads, for it holds every score."""
    return with_its_texts(using).select_related("record").filter(record__isnull=False)


def record_of(decision: Decision) -> DecisionRecord | None:
    """The record of a decision without its long texts, for whoever reads the selection."""
    return DecisionRecord.objects.defer("body", "sums").filter(decision=decision).first()


def decision_paper(row: Decision) -> str:
    """What both ministries sign, as the database writes it from the rows."""
    values = [row.batch_id, row.scenario_id, row.baseline_id, row.grounds, row.chosen, row.reserve, row.price]
    with connection.cursor() as cursor:
        cursor.execute(
            "select reviews_decision_paper(%s, %s, %s, %s, %s::text[], %s::text[], %s, %s, %s, %s)",
            [*values, row.versions, row.proposed_by_id, row.proposed_at],
        )
        found = cursor.fetchone()
    return str(found[0]) if found and found[0] else ""


def outcome(application: int) -> dict[str, Any] | None:
    """What the caller may know of an application's outcome after the final list; None where there is nothing."""
    with connection.cursor() as cursor:
        cursor.execute("select reviews_outcome(%s)", [application])
        found = cursor.fetchone()
    if not found or found[0] is None:
        return None
    told: dict[str, Any] = json.loads(found[0]) if isinstance(found[0], str) else found[0]
    return told


def units_of(decision: Decision) -> dict[str, PilotUnit]:
    """The units a decision names, by code, with their provinces."""
    codes = [*decision.chosen, *decision.reserve]
    return {row.pk: row for row in PilotUnit.objects.filter(pk__in=codes).select_related("province")}


def candidate_sets(actor: Actor) -> QuerySet[CandidateSet]:
    """Frozen candidates, the latest first, without their long text."""
    rows = CandidateSet.objects.all() if in_office(actor) else CandidateSet.objects.none()
    return rows.select_related("batch__rule_set", "created_by").defer("body").order_by("batch", "-number")


def candidates_now(batch: Batch) -> dict[str, Any]:
    """What would be frozen now, in the format `candidate-set/1`; ids are codes of pilot units. Three queries.

    Candidates (locked results of applications still in the race) and rules are what the database would compare with.
    Reviewers are numbered in the order of their keys.
    """
    with connection.cursor() as cursor:
        cursor.execute("select reviews_candidates_asked(%s)::text", [batch.pk])
        found = json.loads((cursor.fetchone() or [None])[0] or "{}")
    return {
        "format": "candidate-set/1",
        "batch": batch.number,
        "rule_set": batch.rule_set.version if batch.rule_set else "",
        "result_by": counted_by(batch),
        "results_sha256": found.get("results_sha256", ""),
        "seed": f"{batch.year}-batch-{batch.number}",
        "rules": found.get("rules", {}),
        "candidates": found.get("candidates", []),
        "reviews": [
            {"candidate": unit, "reviewer": reviewer, "score": f"{total:.6f}"}
            for unit, reviewer, total in _totals(batch)
        ],
    }


def _counting(batch: Batch) -> QuerySet[Review]:
    """Locked reviews of the candidates of a batch."""
    return (
        Review.objects.filter(assignment__batch=batch, assignment__state__in=OPEN, state=ReviewState.LOCKED)
        .filter(application__panel_result__isnull=False)
        .exclude(application__state=ApplicationState.WITHDRAWN)
    )


def numbered_reviewers(batch: Batch) -> dict[int, str]:
    """Numbers instead of names for the reviewers of a batch whose reviews count: r1, r2 … by their keys."""
    people = sorted(set(_counting(batch).values_list("reviewer_id", flat=True)))
    return {person: f"r{number}" for number, person in enumerate(people, start=1)}


def _totals(batch: Batch) -> list[tuple[str, str, Decimal | None]]:
    names = numbered_reviewers(batch)
    rows = _counting(batch).values_list("application__unit_id", "reviewer_id", "total")
    return sorted((unit, names[person], total) for unit, person, total in rows)


def locked_marks(batch: Batch) -> list[tuple[str, int, Decimal, dict[str, Decimal]]]:
    """Unit, reviewer, total and values by criterion of each review that counts; two queries."""
    rows = list(_counting(batch).select_related("application").prefetch_related("scores").order_by("pk"))
    return [
        (
            row.application.unit_id,
            row.reviewer_id,
            row.total or Decimal(0),
            {score.criterion: score.value for score in row.scores.all() if score.value is not None},
        )
        for row in rows
    ]


def selection_instance(frozen: CandidateSet, changes: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The question in the format `selection-instance/1`: the frozen candidates and rules, replaced by `changes`.

    A change to None leaves the rule out. The database builds the same (`reviews_question_problem`).
    """
    body = json.loads(frozen.body)
    question = {
        "format": "selection-instance/1",
        "seed": body["seed"],
        "candidates": body["candidates"],
        **body["rules"],
        **(changes or {}),
    }
    return {name: value for name, value in question.items() if value is not None}


def rule_limits(rules: RuleSet) -> dict[str, Any]:
    """The rules of balance of a rule set in the words of the format.

    `total_min` of its details makes a range; `balance` there holds sector_min, sector_max and soe_max by code.
    """
    least = rules.details.get("total_min")
    return {
        "total": rules.total_units if least is None else {"min": int(least), "max": rules.total_units},
        "budget": int(rules.budget),
        "regions": rules.region_bounds,
        "province_max": rules.province_max,
        **rules.details.get("balance", {}),
    }


def studies(scenario: Scenario) -> dict[str, ScenarioStudy]:
    """What is worked out about a selection, by kind."""
    return {row.kind: row for row in ScenarioStudy.objects.filter(scenario=scenario)}


def baseline(scenario: Scenario) -> Scenario | None:
    """The selection under the rule set alone of the same candidates, where it was computed."""
    rows = Scenario.objects.filter(candidate_set=scenario.candidate_set_id, changes={})
    return rows.filter(state__in=(ScenarioState.OPTIMAL, ScenarioState.INFEASIBLE)).order_by("pk").first()
