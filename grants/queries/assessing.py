"""Reads on evaluations, panels, rectifications and acceptances; the targets they are measured against."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Count, Model, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from applications.enums import TargetCode
from grants.models import Acceptance, Award, Evaluation, Evidence, Panel, PanelScore, Rectification, SampledProject
from grants.queries import within
from portal.core.joins import with_names
from portal.core.scope import Actor
from portal.programme.defaults import form_of

Row = TypeVar("Row", bound=Model)


def seen(rows: QuerySet[Row], actor: Actor) -> QuerySet[Row]:
    """Rows of awards in the actor's scope, and of awards the actor sits on a panel of."""
    mine = Q(award__in=RawSQL("select unnest(assessing_awards())", []))
    return rows.filter(Q(pk__in=within(rows, actor.scope).values("pk")) | mine)


def form_by_award(award: Award) -> Mapping[str, Any]:
    """The form of the award's rule set."""
    rules = award.batch.rule_set
    return form_of(rules.details if rules else {})


def evaluations(actor: Actor) -> QuerySet[Evaluation]:
    """Self-evaluations, the newest year first."""
    rows = with_names(seen(Evaluation.objects.all(), actor), "unit", "province", "signed_by", "verified_by")
    return rows.order_by("-year", "kind", "pk")


def panels(actor: Actor) -> QuerySet[Panel]:
    """Panels the actor may see, the newest first, with how many members they have."""
    rows = with_names(seen(Panel.objects.all(), actor), "unit", "province", "opened_by", "closed_by")
    return rows.annotate(seats=Count("members")).order_by("-pk")


def form_of_row(award_id: int) -> Mapping[str, Any]:
    """The form of an award's rule set, also for members of a panel who do not see the award itself."""
    with connection.cursor() as cursor:
        cursor.execute("select assessing_form(%s)", [award_id])
        found = cursor.fetchone()[0]
    form: Mapping[str, Any] = json.loads(found) if isinstance(found, str) else found
    return form


def candidates(award: Award) -> list[tuple[int, str, str]]:
    """Who may sit on a panel of the award: number, name, where the person works. None but MIIT officers ask."""
    with connection.cursor() as cursor:
        cursor.execute("select person_id, name, works_at from assessing_candidates(%s)", [award.pk])
        return list(cursor.fetchall())


def sample(panel: Panel) -> QuerySet[SampledProject]:
    """The projects the lot chose with their acceptance and what members found there."""
    return panel.sample.prefetch_related("remarks__person").order_by("place")


def acceptance_of(panel: Panel) -> dict[int, Acceptance]:
    """The acceptances of the projects of the sample, by project."""
    rows = Acceptance.objects.filter(grant_project__in=panel.sample.values("grant_project"))
    return {row.grant_project_id: row for row in rows}


def scores(panel: Panel) -> QuerySet[PanelScore]:
    """The points of the members that the actor may see."""
    return panel.scores.select_related("person").order_by("person_id", "pk")


def rectifications(actor: Actor) -> QuerySet[Rectification]:
    """Rectifications, the newest first."""
    rows = with_names(
        within(Rectification.objects.all(), actor.scope), "unit", "province", "maker", "checker", "organisation"
    )
    return rows.select_related("assessment", "award__batch", "document").order_by("-pk")


def acceptances(actor: Actor) -> QuerySet[Acceptance]:
    """Acceptances of projects, the newest first."""
    rows = with_names(seen(Acceptance.objects.all(), actor), "unit", "province", "made_by", "decided_by")
    return rows.order_by("-pk")


def evidence(actor: Actor) -> QuerySet[Evidence]:
    """Files that prove evaluations and acceptances."""
    return seen(Evidence.objects.all(), actor)


@dataclass(frozen=True)
class Goal:
    """An indicator of the plan: baseline, what it was to be in the year, what it is to be at the end."""

    name: str
    unit: str
    baseline: str
    planned: str | None
    goal: str


@dataclass(frozen=True)
class Goals:
    """The targets of the version of the plan that stood on a day; number 0: the dossier that was selected."""

    number: int
    rows: list[Goal]


def achieved(award_id: int, at: date, plan: int | None = None) -> Goals:
    """What an award was to achieve by that day: the targets of the plan's version `plan`, or of the one that stood.

    The one place that knows where targets come from. Reports of what was achieved in fact belong here too.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select assessing_targets(%s, coalesce(%s, assessing_plan(%s, %s)))", [award_id, plan, award_id, at]
        )
        found = cursor.fetchone()[0]
    content = json.loads(found) if isinstance(found, str) else found
    if content is None:
        return Goals(0, [])
    return Goals(content["number"], [_goal(row, at.year) for row in content["rows"] or ()])


def _goal(row: Mapping[str, Any], year: int) -> Goal:
    known = row["code"] in TargetCode.values and row["code"] != TargetCode.OWN
    name = str(TargetCode(row["code"]).label) if known else row["name"]
    return Goal(name, row["unit"], row["baseline"], row["years"].get(str(year)), row["goal"])


def plan_words(number: int) -> str:
    """Which version of the plan it is measured against."""
    return _("version %(number)s") % {"number": number} if number else _("no version of the plan stands yet")
