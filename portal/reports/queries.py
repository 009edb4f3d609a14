"""Reads on report files."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from portal.core.scope import Actor
from portal.reports.models import ReportFile


def files(actor: Actor) -> QuerySet[ReportFile]:
    """The files this person asked for, newest first."""
    return ReportFile.objects.filter(uploaded_by_id=actor.id).order_by("-uploaded_at", "pk")


def over(now: datetime) -> QuerySet[ReportFile]:
    """Files whose time is over and whose content is still there, for the clockwork."""
    return ReportFile.objects.filter(kept_until__lt=now, removed_at=None).order_by("kept_until", "pk")
