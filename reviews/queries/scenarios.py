"""Reads beside the computed selections: names, studies, comments, equal questions, the runs that work them out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from applications.models import Application
from portal.accounts.models import Organisation
from portal.core.models import Run
from portal.core.scope import Actor
from portal.programme.models import Industry, PilotUnit, Province
from reviews.enums import ScenarioState
from reviews.models import CandidateSet, Scenario, ScenarioComment, ScenarioStudy
from reviews.queries.scoring import JUDGED
from reviews.queries.selection import candidate_sets

# Of a question, the parts that are rules; the order in which people read them.
RULES = ("total", "budget", "regions", "province_max", "sector_min", "sector_max", "soe_max", "include", "exclude")


@dataclass(frozen=True)
class Names:
    """Who and what the codes of a question stand for, in the reader's language."""

    units: Mapping[str, PilotUnit]
    provinces: Mapping[str, Province]
    industries: Mapping[str, Industry]
    enterprises: Mapping[str, Organisation]

    def unit(self, code: str) -> str:
        """A pilot unit by name."""
        return str(self.units.get(code, code))

    def province(self, code: str) -> str:
        """A provincial-level unit by name."""
        return str(self.provinces.get(code, code))

    def industry(self, code: str) -> str:
        """An industry by code and name."""
        found = self.industries.get(code)
        return f"{code} {found}" if found else code

    def enterprise(self, code: str) -> str:
        """A central SOE by name."""
        return str(self.enterprises.get(code, code))

    def place(self, code: str) -> tuple[str, str]:
        """Where a unit stands in administrative order."""
        found = self.units.get(code)
        return (found.province_id if found else "", code)

    def in_order(self, codes: Iterable[str]) -> list[str]:
        """Units by name, in administrative order."""
        return [self.unit(code) for code in sorted(codes, key=self.place)]


def names_in(*bodies: Mapping[str, Any]) -> Names:
    """The names of all codes in questions or frozen sets; four queries whatever they hold."""
    units: set[str] = set()
    industries: set[str] = set()
    enterprises: set[str] = set()
    for body in bodies:
        for row in body["candidates"]:
            units.add(row["id"])
            industries.update(row.get("sectors", ()))
            enterprises.update(row.get("soes", ()))
        for rules in (body, body.get("rules", {})):
            industries.update(rules.get("sector_min") or (), rules.get("sector_max") or ())
            enterprises.update(rules.get("soe_max") or ())
    return Names(
        PilotUnit.objects.select_related("province").in_bulk(units or {""}),
        Province.objects.in_bulk(),
        Industry.objects.in_bulk(industries or {""}),
        Organisation.objects.in_bulk(enterprises or {""}, field_name="code"),
    )


def rules_of(question: Mapping[str, Any]) -> dict[str, Any]:
    """The rules of a question alone."""
    return {name: question[name] for name in RULES if name in question}


def content_of(frozen: CandidateSet) -> dict[str, Any]:
    """What a candidate set holds."""
    body: dict[str, Any] = json.loads(frozen.body)
    return body


def latest_set(actor: Actor, batch: int) -> CandidateSet | None:
    """The candidates frozen last, with their content."""
    return candidate_sets(actor).filter(batch=batch).defer(None).first()


def is_outdated(frozen: CandidateSet) -> bool:
    """Whether a candidate has withdrawn since the set was frozen, while the batch is being decided; one query."""
    return Application.objects.filter(batch=frozen.batch_id, state__in=JUDGED).count() != frozen.size


def set_before(actor: Actor, frozen: CandidateSet) -> CandidateSet | None:
    """The candidate set before this one, with its content."""
    return candidate_sets(actor).filter(batch=frozen.batch_id, number__lt=frozen.number).defer(None).first()


def studies_of(scenarios: Sequence[Scenario]) -> dict[int, dict[str, ScenarioStudy]]:
    """What is worked out about several selections: by selection and kind; one query."""
    found: dict[int, dict[str, ScenarioStudy]] = {row.pk: {} for row in scenarios}
    for study in ScenarioStudy.objects.filter(scenario__in=[row.pk for row in scenarios]):
        found[study.scenario_id][study.kind] = study
    return found


def comments_on(scenarios: Iterable[Scenario]) -> QuerySet[ScenarioComment]:
    """What officers said of these selections, the earliest first."""
    rows = ScenarioComment.objects.filter(scenario__in=[row.pk for row in scenarios])
    return rows.select_related("by").order_by("pk")


def same_question(frozen: CandidateSet, changes: Mapping[str, Any]) -> Scenario | None:
    """A selection of the same candidates under the same rules that was computed, or is being computed."""
    rows = Scenario.objects.filter(candidate_set=frozen, changes=dict(changes)).exclude(state=ScenarioState.FAILED)
    return rows.defer("instance", "decision").order_by("pk").first()


def study_run(actor: Actor, scenario: Scenario) -> Run | None:
    """The reader's own run that works this list out, the last one."""
    return Run.objects.filter(asker=actor.id, key=f"reviews.study:{scenario.pk}").order_by("-queued_at").first()
