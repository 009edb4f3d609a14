"""Reads on batches and reference data, shared by pages and the API."""

from __future__ import annotations

from django.db.models import QuerySet

from portal.core import clock
from portal.core.scope import Scope
from portal.programme.enums import BatchState
from portal.programme.models import Batch, CentralSOE, Industry, KnownPilot, PilotUnit, Province, RuleSet


def batches(scope: Scope) -> QuerySet[Batch]:
    """Batches the caller may know of, the newest first: drafts are the ministries' own."""
    rows = Batch.objects.select_related("rule_set", "opened_by", "countersigned_by").order_by("-number")
    return rows if scope.nation else rows.exclude(state=BatchState.DRAFT)


def overdue() -> QuerySet[Batch]:
    """Open batches whose last second has passed."""
    return Batch.objects.filter(state=BatchState.OPEN, deadline__lt=clock.now()).order_by("pk")


def public_batches() -> QuerySet[Batch]:
    """Batches everyone may know of, the newest first."""
    return Batch.objects.exclude(state=BatchState.DRAFT).order_by("-number")


def known_pilots(batch: Batch) -> QuerySet[KnownPilot]:
    """Pilot units of an earlier batch by administrative division."""
    return KnownPilot.objects.filter(batch=batch).select_related("province").order_by("province_id", "unit_id", "pk")


def rule_sets() -> QuerySet[RuleSet]:
    """Versions of the rules, the newest first."""
    return RuleSet.objects.order_by("-version")


def units() -> QuerySet[PilotUnit]:
    """Pilot units by code."""
    return PilotUnit.objects.select_related("province", "successor").order_by("province_id", "code")


def provinces() -> QuerySet[Province]:
    """Provinces by code."""
    return Province.objects.order_by("code")


def industries() -> QuerySet[Industry]:
    """GB/T 4754 divisions and groups by code."""
    return Industry.objects.order_by("code")


def soes() -> QuerySet[CentralSOE]:
    """Central SOEs in the order of the directory."""
    return CentralSOE.objects.order_by("list_no")
