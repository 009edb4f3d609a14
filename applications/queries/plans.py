"""Reads on approved plans, requests to change them, and the history of a unit across batches and successors."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.db.models import QuerySet

from applications.models import Application, ChangeRequest, PlanVersion
from applications.queries.dossiers import applications
from portal.core.scope import Actor
from portal.programme.models import KnownPilot, PilotUnit


def plan_versions(application: Application) -> QuerySet[PlanVersion]:
    """Versions of the approved plan, the newest first, without their content."""
    return (
        PlanVersion.objects.filter(application=application)
        .select_related("approved_by", "change")
        .defer("content", "change__proposed")
        .order_by("-number")
    )


def current_plan(application: Application) -> PlanVersion | None:
    """The version of the plan that stands, or None before the approval."""
    return PlanVersion.objects.filter(application=application).order_by("-number").first()


def planned_projects(application: Application) -> set[int] | None:
    """Numbers of the projects in the plan that stands, or None before the approval."""
    version = current_plan(application)
    return {row["id"] for row in json.loads(version.content)["projects"]} if version else None


def plan_version(actor: Actor, application: int, number: int) -> QuerySet[PlanVersion]:
    """One version with its application, in the actor's scope."""
    return PlanVersion.objects.filter(
        application__in=applications(actor).values("pk"), application=application, number=number
    ).select_related("application__batch", "application__unit", "approved_by", "change")


def changes(actor: Actor) -> QuerySet[ChangeRequest]:
    """Requests to change plans in the actor's scope, the newest first, with their people."""
    people = ("asked_by", "signed_by", "mof_by", "decided_by")
    return (
        ChangeRequest.objects.filter(application__in=applications(actor).values("pk"))
        .select_related(
            *people, "application__batch__rule_set", "application__unit", "application__province", "base", "new_unit"
        )
        .order_by("-pk")
    )


@dataclass(frozen=True)
class UnitHistory:
    """A unit with those before and after it, and what became of them in each batch."""

    unit: PilotUnit
    line: list[PilotUnit]
    applications: list[Application]
    pilots: list[KnownPilot]
    changes: list[ChangeRequest]


def line_of(unit: PilotUnit) -> list[PilotUnit]:
    """The units before and after this one, by law: predecessors first. Costs one query whatever its length."""
    sql = """
        with recursive before as (
            select u.code, 0 as step from programme_pilotunit u where u.code = %s
            union select p.code, b.step - 1 from programme_pilotunit p join before b on p.successor_id = b.code
             where b.step > -20),
        after as (
            select u.code, u.successor_id, 0 as step from programme_pilotunit u where u.code = %s
            union select n.code, n.successor_id, a.step + 1 from programme_pilotunit n
             join after a on n.code = a.successor_id where a.step < 20)
        select u.*, min(s.step) as step from programme_pilotunit u
          join (select code, step from before union select code, step from after) s on s.code = u.code
         group by u.code order by min(s.step), u.code
    """
    return list(PilotUnit.objects.raw(sql, [unit.pk, unit.pk]))


def history_of_unit(actor: Actor, unit: PilotUnit) -> UnitHistory:
    """What a unit and those before and after it did in all batches, as far as the actor may know."""
    line = line_of(unit)
    codes = [one.pk for one in line]
    rows = applications(actor).filter(unit__in=codes).order_by("batch__number", "pk")
    known = KnownPilot.objects.filter(unit__in=codes).select_related("batch").order_by("batch__number")
    asked = changes(actor).filter(application__unit__in=codes).defer("proposed", "base__content")
    return UnitHistory(unit, line, list(rows), list(known), list(asked))
