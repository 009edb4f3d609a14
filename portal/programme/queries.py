"""Reads on batches and reference data, shared by pages and the API."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from portal.core.scope import Scope
from portal.programme.enums import BatchState
from portal.programme.models import Batch, CentralSOE, Industry, KnownPilot, PilotUnit, Province, RuleSet


def batches(scope: Scope) -> QuerySet[Batch]:
    """Batches the caller may know of, the newest first: drafts are the ministries' own."""
    rows = Batch.objects.select_related("rule_set", "opened_by", "countersigned_by").order_by("-number")
    return rows if scope.nation else rows.exclude(state=BatchState.DRAFT)


def public_batches() -> QuerySet[Batch]:
    """Batches everyone may know of, the newest first."""
    return Batch.objects.exclude(state=BatchState.DRAFT).select_related("rule_set").order_by("-number")


def known_pilots(batch: Batch) -> QuerySet[KnownPilot]:
    """Pilot units of an earlier batch by administrative division."""
    return KnownPilot.objects.filter(batch=batch).select_related("province").order_by("province_id", "unit_id", "pk")


def rule_sets() -> QuerySet[RuleSet]:
    """Versions of the rules, the newest first."""
    return RuleSet.objects.order_by("-version")


def units(*, search: str = "", province: str = "") -> QuerySet[PilotUnit]:
    """Pilot units by code; search in code and names."""
    rows = PilotUnit.objects.select_related("province", "successor").order_by("province_id", "code")
    if province:
        rows = rows.filter(province_id=province)
    if search:
        rows = rows.filter(Q(code__startswith=search) | Q(name_zh__contains=search) | Q(name_en__icontains=search))
    return rows


def provinces() -> QuerySet[Province]:
    """Provinces by code."""
    return Province.objects.order_by("code")


def industries(*, search: str = "") -> QuerySet[Industry]:
    """GB/T 4754 divisions and groups by code; search in code and names."""
    rows = Industry.objects.order_by("code")
    if search:
        rows = rows.filter(Q(code__istartswith=search) | Q(name_zh__contains=search) | Q(name_en__icontains=search))
    return rows


def soes(*, search: str = "") -> QuerySet[CentralSOE]:
    """Central SOEs in the order of the directory; search in names."""
    rows = CentralSOE.objects.order_by("list_no")
    if search:
        rows = rows.filter(Q(name_zh__contains=search) | Q(name_en__icontains=search) | Q(short_zh__contains=search))
    return rows
