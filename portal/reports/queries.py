"""Reads on report files, shares and schedules."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from portal.core.models import Run, RunState
from portal.core.scope import Actor
from portal.reports.models import ReportFile, ReportSchedule, ReportShare
from portal.reports.states import ScheduleState

COMPARE: Final = "reports.compare"


def files(actor: Actor) -> QuerySet[ReportFile]:
    """The files this person asked for, newest first."""
    return ReportFile.objects.filter(uploaded_by_id=actor.id).order_by("-uploaded_at", "pk")


def readable(actor: Actor) -> QuerySet[ReportFile]:
    """The files this person asked for, and those shared with them that are the same in their scope."""
    open_ones = ReportShare.objects.filter(person=actor.id, withdrawn_at=None, matched_at__isnull=False)
    return ReportFile.objects.filter(Q(uploaded_by_id=actor.id) | Q(pk__in=open_ones.values("file")))


def compared_as(actor: Actor, file: UUID) -> dict[str, Any]:
    """Roles and scope in which this person last made what is shared with them; empty when they never did.

    Their scope may have changed since the rows were the same.
    """
    keys = ReportShare.objects.filter(file_id=file, person=actor.id, withdrawn_at=None).values_list("pk", flat=True)
    asked = [str(key) for key in keys]
    runs = Run.objects.filter(asker=actor.id, task=COMPARE, state=RunState.DONE, params__share__in=asked)
    result = runs.order_by("-ended_at").values_list("result", flat=True).first() or {}
    found: dict[str, Any] = result.get("extent", {})
    return found


def over(now: datetime) -> QuerySet[ReportFile]:
    """Files whose time is over and whose content is still there, for the clockwork."""
    return ReportFile.objects.filter(kept_until__lt=now, removed_at=None).order_by("kept_until", "pk")


def shares(actor: Actor) -> QuerySet[ReportShare]:
    """What is shared with this person and not withdrawn, newest first."""
    rows = ReportShare.objects.filter(person=actor.id, withdrawn_at=None)
    return rows.select_related("shared_by").order_by("-shared_at", "pk")


def shared_by(actor: Actor) -> QuerySet[ReportShare]:
    """What this person shares with others, newest first."""
    return ReportShare.objects.filter(shared_by=actor.id).select_related("person").order_by("-shared_at", "pk")


def schedules(actor: Actor) -> QuerySet[ReportSchedule]:
    """The schedules of this person, newest first."""
    return ReportSchedule.objects.filter(person=actor.id).select_related("last_run").order_by("-made_at", "pk")


def due(now: datetime) -> QuerySet[ReportSchedule]:
    """Schedules whose moment has come; for the clockwork all, for a person their own."""
    return ReportSchedule.objects.filter(state=ScheduleState.ACTIVE, next_at__lte=now).order_by("next_at", "pk")


def last_rows(person: int, report: str) -> int | None:
    """How many rows this report had when this person made it last; None the first time."""
    rows = ReportFile.objects.filter(uploaded_by_id=person, report=report).order_by("-uploaded_at")
    return rows.values_list("rows", flat=True).first()


def lasts(report: str, form: str, rows: int | None) -> int | None:
    """How many milliseconds this report of about so many rows took before, whoever made it; None: never made."""
    with connection.cursor() as cursor:
        cursor.execute("select report_lasts(%s, %s, %s)", [report, form, rows])
        found = cursor.fetchone()
    return found[0] if found else None
