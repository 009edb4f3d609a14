"""Lists of publicity: what everyone reads, by administrative division, and the objections."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.middleware import PortalRequest
from portal.core.tables import Choice, Column, Search, Table
from portal.programme.enums import BatchState
from portal.programme.models import Batch
from reviews import queries
from reviews.enums import EntryState, ObjectionState


def published(request: HttpRequest, batch: Batch) -> Table:
    """The published list: it cannot be sorted, for its order is that of the administrative divisions."""
    columns = [
        Column("province", gettext_lazy("Province"), value=lambda row: str(row.province)),
        Column("unit", gettext_lazy("Pilot unit"), value=str, header=True),
        Column("state", gettext_lazy("State"), kind="state"),
        Column("publicity_from", gettext_lazy("Publicity from"), kind="date", on="file"),
        Column("publicity_to", gettext_lazy("Publicity to"), kind="date"),
    ]
    if batch.state != BatchState.PUBLICITY:
        columns.append(Column("document", gettext_lazy("Final list"), value=lambda row: str(row.final_list or "")))
    return Table(
        request,
        queries.ENTRIES(batch.pk),
        name="list",
        columns=columns,
        label=_("Pilot units"),
        empty=_("No unit stands on this list."),
        size=400,  # all of them on one page: a list is read whole
    )


def objections(request: PortalRequest) -> Table:
    """Objections: open ones first, and of these the nearest day for an answer."""
    columns = [
        Column(
            "receipt_no",
            gettext_lazy("Receipt number"),
            header=True,
            link=lambda row: reverse("reviews:objection", args=[row.pk]),
        ),
        Column("batch", gettext_lazy("Batch"), value="batch.number", kind="number"),
        Column("entry", gettext_lazy("Pilot unit"), value=_against),
        Column("name", gettext_lazy("Objector")),
        Column("lodged_at", gettext_lazy("Lodged"), kind="moment", sort="lodged_at"),
        Column("due_on", gettext_lazy("Answer due"), kind="date", sort="due_on"),
        Column("handler", gettext_lazy("Handled by"), value=_handler),
        Column("state", gettext_lazy("State"), kind="state", sort="state"),
    ]
    return Table(
        request,
        queries.objections(request.actor),
        name="objections",
        columns=columns,
        filters=[
            Search("receipt_no", "name"),
            Choice("batch", gettext_lazy("Batch"), _batches, field="batch__number"),
            Choice("state", gettext_lazy("State"), ObjectionState.choices),
        ],
        label=_("Objections"),
        empty=_("No objection was lodged."),
    )


def _batches() -> list[tuple[int, str]]:
    return [(row.number, str(row)) for row in Batch.objects.order_by("-number")]


def _against(row: Any) -> str:
    if row.entry is None:
        return str(_("the list as a whole"))
    waits = row.entry.state == EntryState.SUSPENDED
    return _("%(unit)s (waits)") % {"unit": row.entry} if waits else str(row.entry)


def _handler(row: Any) -> str:
    if row.handler is None:
        return str(_("nobody yet"))
    return _("%(name)s (late)") % {"name": row.handler} if row.is_late else str(row.handler)
