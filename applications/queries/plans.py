"""Reads on approved plans, requests to change them, and the history of a unit across batches and successors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from applications.models import Application, ChangeRequest, PlanVersion, Project
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


@dataclass(frozen=True)
class Asking:
    """A project that asks for support, as the plan has it: amounts in yuan.

    number: in the plan; project: of the dossier, or None for one that a change added with version `version` standing.
    """

    number: int
    project: int | None
    version: int | None
    name: str
    enterprise_name: str
    total_investment: Decimal
    support_asked: Decimal


def asking_projects(application: Application) -> Iterator[Asking]:
    """Projects of the plan that stands (before the approval: of the dossier) that ask for support, in their order."""
    version = current_plan(application)
    if version is None:
        rows = Project.objects.filter(application=application, support_asked__gt=0, other_national_money=False)
        for row in rows.order_by("pk"):
            money = row.total_investment, row.support_asked
            yield Asking(row.pk, row.pk, None, row.name, row.enterprise_name, *money)
        return
    for held in json.loads(version.content)["projects"]:
        support = Decimal(held["support_asked"])
        if support > 0 and not held["other_national_money"]:
            number, added = held["id"], held["id"] < 0
            yield Asking(
                number=number,
                project=None if added else number,
                version=version.pk if added else None,
                name=held["name"],
                enterprise_name=held["enterprise_name"],
                total_investment=Decimal(held["total_investment"]),
                support_asked=support,
            )


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
