"""Reads on batches and reference data, shared by pages and the API."""

from __future__ import annotations

from typing import Final

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import get_language

from portal.core import clock
from portal.core.prepared import Prepared
from portal.core.scope import Scope
from portal.programme.enums import BatchState
from portal.programme.models import Batch, CentralSOE, Industry, KnownPilot, PilotUnit, Province, RuleSet


def batches(scope: Scope) -> QuerySet[Batch]:
    """Batches the caller may know of, the newest first: drafts are the ministries' own."""
    rows = Batch.objects.select_related("rule_set", "opened_by", "countersigned_by").order_by("-number")
    return rows if scope.nation else rows.exclude(state=BatchState.DRAFT)


def overdue() -> QuerySet[Batch]:
    """Open batches whose last second has passed."""
    return Batch.objects.filter(state=BatchState.OPEN, deadline__lt=clock.now().replace(microsecond=0)).order_by("pk")


def public_batches() -> QuerySet[Batch]:
    """Batches everyone may know of, the newest first."""
    return Batch.objects.exclude(state=BatchState.DRAFT).order_by("-number")


def known_pilots(batch: Batch) -> QuerySet[KnownPilot]:
    """Pilot units of an earlier batch by administrative division."""
    return KnownPilot.objects.filter(batch=batch).select_related("province").order_by("province_id", "unit_id", "pk")


def rule_sets() -> QuerySet[RuleSet]:
    """Versions of the rules, the newest first."""
    return RuleSet.objects.order_by("-version")


_FORMER: Final = Cast("former_names", TextField())


def units() -> QuerySet[PilotUnit]:
    """Pilot units by code, with `former_text`: the names before, to look for."""
    rows = PilotUnit.objects.select_related("province", "successor").annotate(former_text=_FORMER)
    return rows.order_by("province_id", "code")


def provinces() -> QuerySet[Province]:
    """Provinces by code."""
    return Province.objects.order_by("code")


def province_choices() -> list[tuple[str, str]]:
    """Code and name of each province in the reader's language, for lists of choices."""
    place = 2 if get_language() == "en" else 1
    return [(str(row[0]), str(row[place])) for row in _PROVINCES()]


_PROVINCES: Final = Prepared(lambda: provinces().values_list("code", "name_zh", "name_en"))


def batch_choices() -> list[tuple[str, str]]:
    """Number and title of each batch everyone may know of, in the reader's language, the newest first."""
    place = 2 if get_language() == "en" else 1
    return [(str(row[0]), str(row[place])) for row in _BATCHES()]


_BATCHES: Final = Prepared(lambda: public_batches().values_list("number", "title_zh", "title_en"))


def industries() -> QuerySet[Industry]:
    """GB/T 4754 divisions and groups by code."""
    return Industry.objects.order_by("code")


def soes() -> QuerySet[CentralSOE]:
    """Central SOEs in the order of the directory, those that left it last, with `former_text` as `units`."""
    return CentralSOE.objects.select_related("successor").annotate(former_text=_FORMER).order_by("list_no", "code")
