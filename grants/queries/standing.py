"""How the programme stands, across its parts: counts by state and place, reviews, lights, results, what is late.

Every figure is that of the list it leads to: the rows come from the queries of those lists and are only counted here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from applications import queries as dossiers
from applications.enums import ApplicationState
from applications.reports.overview import RECOMMENDED
from grants.enums import CheckState
from grants.queries import awards, performance
from grants.queries.flows import Asked
from portal.audit.findings import queries as findings
from portal.audit.findings.enums import OPEN_STATES
from portal.core.scope import Actor
from portal.programme import queries as programme
from portal.programme.enums import BatchState, Region
from portal.programme.models import Batch
from reviews import queries as reviews
from reviews.enums import ObjectionState
from reviews.models import Objection

# While reviewers have something to do, or the officers wait for it.
UNDER_REVIEW = (BatchState.CLOSED, BatchState.REVIEWING)


@dataclass(frozen=True)
class Place:
    """A region or a province: how many applications, how many of them recommended, how many selected."""

    key: str
    applications: int = 0
    recommended: int = 0
    selected: int = 0


@dataclass(frozen=True)
class Dossiers:
    """The applications asked for, counted in one query: by state, by region, by province."""

    states: dict[str, int] = field(default_factory=dict)
    regions: list[Place] = field(default_factory=list)
    provinces: list[Place] = field(default_factory=list)

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.states.values())


def applications(actor: Actor, asked: Asked) -> Dossiers:
    """What was applied for in the batch asked for (all, when none is). One query at any size."""
    rows = _of_batch(dossiers.applications(actor).select_related(None), asked, "batch__number")
    counted = rows.order_by().values_list("state", "province_id", "province__region").annotate(n=Count("pk"))
    found = list(counted)
    states: Counter[str] = Counter()
    for state, _province, _region, number in found:
        states[state] += number
    ordered = {state: states[state] for state in ApplicationState.values if states[state]}
    provinces = _places((province, state, number) for state, province, _region, number in found)
    regions = {place.key: place for place in _places((region, state, number) for state, _p, region, number in found)}
    return Dossiers(ordered, [regions.get(one, Place(one)) for one in Region.values], provinces)


def _places(rows: Iterable[tuple[str, str, int]]) -> list[Place]:
    found: dict[str, Counter[str]] = {}
    for key, state, number in rows:
        counts = found.setdefault(key, Counter())
        counts["applications"] += number
        counts["recommended"] += number if state in RECOMMENDED else 0
        counts["selected"] += number if state == ApplicationState.SELECTED else 0
    return [Place(key, **found[key]) for key in sorted(found)]


def _of_batch(rows: QuerySet[Any], asked: Asked, name: str) -> QuerySet[Any]:
    return rows.filter(**{name: int(asked.batch)}) if asked.batch else rows


def batches(actor: Actor) -> list[Batch]:
    """The batches of the programme that applications can be made to or were made to, the newest first."""
    return list(programme.batches(actor.scope).exclude(state=BatchState.DRAFT))


def reviewing(actor: Actor, found: Iterable[Batch], asked: Asked) -> list[tuple[Batch, dict[str, int]]]:
    """How far the reviews of each batch under review are; two queries for each of these batches (there are few)."""
    wanted = [row for row in found if row.state in UNDER_REVIEW and asked.batch in ("", str(row.number))]
    return [(row, reviews.standing(actor, row)) for row in wanted]


def lights(actor: Actor, asked: Asked) -> dict[str, int]:
    """How many indicators, as last verified, stand at each light. One query."""
    rows = _of_batch(performance.board(actor.scope), asked, "report__award__batch__number")
    return dict(rows.order_by().values_list("shown_light").annotate(n=Count("pk")))


def results(actor: Actor, asked: Asked) -> dict[str, int]:
    """How many confirmed final assessments had each result. One query."""
    rows = _of_batch(awards.assessments(actor.scope), asked, "award__batch__number")
    rows = rows.filter(state=CheckState.CONFIRMED)
    return dict(rows.order_by().values_list("result").annotate(n=Count("pk")))


def open_findings(actor: Actor) -> QuerySet[Any]:
    """Findings on which something is to be done: an auditor's in reach, for others those addressed to their bodies."""
    rows = findings.findings(actor) if "auditor" in actor.roles else findings.addressed(actor)
    return rows.filter(state__in=OPEN_STATES)


def counted_findings(actor: Actor, asked: Asked, *, on: date) -> tuple[int, int]:
    """How many findings are open, and how many of them are past their day. Two queries."""
    rows = _of_batch(open_findings(actor), asked, "in_batch")
    return rows.count(), findings.late(rows, on=on).count()


def late_objections(actor: Actor, asked: Asked, *, on: date) -> int:
    """Objections that were to be answered before the day. One query."""
    rows: QuerySet[Objection] = _of_batch(reviews.objections(actor), asked, "batch__number")
    return rows.filter(state=ObjectionState.LODGED, due_on__lt=on).count()
