"""Lists of applications and of a partner's own parts."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from applications import queries
from applications.enums import ApplicationState, PartnerState
from portal.core.joins import name_of, plain
from portal.core.middleware import PortalRequest
from portal.core.scope import Actor
from portal.core.tables import Choice, Column, Listing, Search, Table, link_to
from portal.programme import queries as programme


def applications(request: PortalRequest) -> Table:
    """Applications the reader may know of, the newest batch first."""
    actor = request.actor
    unit, province = name_of("unit"), name_of("province")
    columns = [
        Column(
            "title",
            gettext_lazy("Application"),
            header=True,
            link=link_to("applications:detail"),
            sort="title",
        ),
        Column("number", gettext_lazy("Number"), kind="code", sort="number"),
        Column("unit", gettext_lazy("Pilot unit"), value=unit, sort="unit_id"),
        Column("province", gettext_lazy("Province"), value=province, sort="province_id"),
        Column("batch", gettext_lazy("Batch"), value="batch__number", kind="number", sort="batch__number"),
        Column("amount_asked", gettext_lazy("Amount asked"), kind="wan", sort="amount_asked", total=True),
        Column("submitted_at", pgettext_lazy("moment", "Submitted"), kind="moment", sort="submitted_at"),
        Column("state", gettext_lazy("State"), kind="state", sort="state", choices=ApplicationState),
    ]
    filters = [
        Search("number", "title", "unit__name_zh", "unit__name_en"),
        Choice("state", gettext_lazy("State"), ApplicationState.choices),
        Choice("batch", gettext_lazy("Batch"), programme.batch_choices, field="batch__number"),
    ]
    if actor.scope.nation:
        filters.append(Choice("province", gettext_lazy("Province"), programme.province_choices))
    empty = _("No application is in your scope yet.")
    return Table(
        request,
        _APPLICATIONS(by=actor),
        name="applications",
        columns=columns,
        filters=filters,
        label=_("Applications"),
        empty=empty,
    )


def _applications(*, by: Actor) -> QuerySet[Any]:
    rows = queries.applications(by).order_by("-batch__number", "province_id", "unit_id", "pk")
    names = ("title", "number", "amount_asked", "submitted_at", "state", "batch__number")
    return plain(rows, *names, name_of("unit"), name_of("province"))


_APPLICATIONS: Final = Listing(_applications)


def parts(request: PortalRequest) -> Table:
    """The reader's own parts in joint applications across the nation."""
    columns = [
        Column(
            "unit",
            gettext_lazy("Pilot unit"),
            header=True,
            link=link_to("applications:part"),
            sort="unit_id",
        ),
        Column("province", gettext_lazy("Province"), sort="province_id"),
        Column("batch", gettext_lazy("Batch"), value="batch.number", kind="number", sort="batch__number"),
        Column("role", gettext_lazy("Takes part as"), value="get_role_display"),
        Column("invited_at", gettext_lazy("Invited"), kind="moment", sort="invited_at"),
        Column("amount_committed", gettext_lazy("Money committed"), kind="wan", sort="amount_committed", total=True),
        Column("state", gettext_lazy("State"), kind="state", sort="state"),
    ]
    filters = [
        Search("unit__name_zh", "unit__name_en"),
        Choice("state", gettext_lazy("State"), PartnerState.choices),
        Choice("batch", gettext_lazy("Batch"), programme.batch_choices, field="batch__number"),
        Choice("province", gettext_lazy("Province"), programme.province_choices),
    ]
    return Table(
        request,
        queries.partnerships(request.actor),
        name="joint-applications",
        columns=columns,
        filters=filters,
        label=_("Joint applications"),
        empty=_("No pilot unit has invited your organisation yet."),
    )
