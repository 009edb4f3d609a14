"""A computed selection read once: question, answer and studies as plain values, names beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from reviews import queries
from reviews.enums import ScenarioState, StudyKind
from reviews.models import Scenario, ScenarioStudy
from reviews.queries.scenarios import Names

SOLVED = (ScenarioState.OPTIMAL, ScenarioState.INFEASIBLE)


@dataclass(frozen=True)
class Reading:
    """One selection; reasons and firmness are None until they are worked out."""

    scenario: Scenario
    question: Mapping[str, Any]
    answer: Mapping[str, Any]
    reasons: Mapping[str, Any] | None
    firmness: Mapping[str, Any] | None
    names: Names

    @cached_property
    def of_candidate(self) -> dict[str, Mapping[str, Any]]:
        """The reasons by candidate."""
        return {row["id"]: row for row in self.reasons["candidates"]} if self.reasons else {}

    @cached_property
    def of_rule(self) -> dict[str, Mapping[str, Any]]:
        """What each rule does, by its name."""
        return {row["rule"]: row for row in self.reasons["rules"]} if self.reasons else {}

    @cached_property
    def drawn(self) -> dict[str, Mapping[str, Any]]:
        """How often each candidate was chosen in the draws."""
        return {row["id"]: row for row in self.firmness["candidates"]} if self.firmness else {}

    @cached_property
    def picked(self) -> list[Mapping[str, Any]]:
        """The chosen candidates in administrative order."""
        wanted = set(self.scenario.chosen)
        rows = [row for row in self.question["candidates"] if row["id"] in wanted]
        return sorted(rows, key=lambda row: self.names.place(row["id"]))


def read(scenario: Scenario) -> Reading | None:
    """One selection with its studies; None until it is computed."""
    return read_all([scenario])[0] if scenario.state in SOLVED else None


def read_all(scenarios: list[Scenario]) -> list[Reading]:
    """Computed selections with their studies, in the given order; names and studies are read once for all."""
    questions = [json.loads(row.instance) for row in scenarios]
    studies = queries.studies_of(scenarios)
    names = queries.names_in(*questions)
    return [
        Reading(
            scenario=row,
            question=question,
            answer=json.loads(row.decision),
            reasons=_body(studies[row.pk].get(StudyKind.EXPLANATION)),
            firmness=_body(studies[row.pk].get(StudyKind.ROBUSTNESS)),
            names=names,
        )
        for row, question in zip(scenarios, questions, strict=True)
    ]


def _body(study: ScenarioStudy | None) -> dict[str, Any] | None:
    return json.loads(study.body) if study else None
