"""Lists of applications and of a partner's own parts."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from applications import queries
from applications.enums import ALL, ApplicationState, PartnerState
from applications.queries import OfBatch
from portal.core.joins import name_of, plain
from portal.core.middleware import PortalRequest
from portal.core.scope import Actor
from portal.core.tables import Choice, Column, Listing, Search, Table, link_to
from portal.programme import queries as programme

# Numbers of batches have no more.
MOST_DIGITS: Final = 5
MORE_THAN_ONE: Final = 2


def applications(request: PortalRequest, batches: list[OfBatch]) -> Table:
    """Applications the reader may know of: those of one batch, or all, the newest batch first.

    batches: how many the reader sees of each (`queries.by_batch`).
    """
    actor, batch = request.actor, chosen_batch(request, batches)
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
        Column(
            "batch",
            gettext_lazy("Batch"),
            value="batch__number",
            kind="number",
            sort="batch__number",
            on="both" if batch is None else "file",
        ),
        Column("amount_asked", gettext_lazy("Amount asked"), kind="wan", sort="amount_asked", total=True),
        Column("submitted_at", pgettext_lazy("moment", "Submitted"), kind="moment", sort="submitted_at"),
        Column("state", gettext_lazy("State"), kind="state", sort="state", choices=ApplicationState),
    ]
    filters = [
        Search("number", "title", "unit__name_zh", "unit__name_en"),
        Choice("state", gettext_lazy("State"), ApplicationState.choices),
    ]
    if actor.scope.nation:
        filters.append(Choice("province", gettext_lazy("Province"), programme.province_choices))
    known = next((one for one in batches if one.number == batch), None)
    found = Table(
        request,
        _APPLICATIONS(by=actor) if batch is None else _APPLICATIONS(batch, by=actor),
        name="applications",
        columns=columns,
        filters=filters,
        label=_("Applications"),
        empty=_("No application of this batch is in your scope.")
        if batch is not None and batches
        else _("No application is in your scope yet."),
        within={"batch": ALL if batch is None else str(batch)},
        of=known.title if known else _("all batches together") if len(batches) > 1 else "",
    )
    found.note = _mixed(found, batches)
    return found


def chosen_batch(request: PortalRequest, batches: list[OfBatch]) -> int | None:
    """Number of the batch whose applications are listed; None: of all batches.

    An address that says nothing means the newest batch that is not over; one with a filter alone means what it says.
    """
    asked = request.GET.get("batch", "")
    if asked.isascii() and asked.isdigit() and len(asked) < MOST_DIGITS:
        return int(asked)
    if "batch" in request.GET or any(request.GET.get(name) for name in ("q", "state", "province")):
        return None
    return next((one.number for one in batches if one.is_running), None)


def batch_tabs(table: Table, batches: list[OfBatch]) -> list[dict[str, Any]]:
    """The way to each batch of which the reader sees applications, and to all; none where there is one batch alone."""
    here = table.within["batch"]
    if len(batches) < MORE_THAN_ONE and here in (ALL, *(str(one.number) for one in batches)):
        return []
    pairs = [(str(one.number), _("Batch %(number)s") % {"number": one.number}, one.count) for one in batches]
    pairs.append((ALL, _("All batches"), sum(one.count for one in batches)))
    address = reverse("applications:list")
    return [
        {"label": label, "url": f"{address}?batch={code}", "active": code == here, "count": count}
        for code, label, count in pairs
    ]


def _mixed(table: Table, batches: list[OfBatch]) -> str:
    """What else the count and the sum hold besides applications that may still be chosen; empty where nothing."""
    shown = [one for one in batches if table.within["batch"] in (ALL, str(one.number))]
    if table.is_filtered or sum(one.count for one in shown) == 1:
        return ""
    unsubmitted, out = sum(one.unsubmitted for one in shown), sum(one.out for one in shown)
    said = []
    if unsubmitted:
        said.append(
            ngettext("%(count)s not submitted yet", "%(count)s not submitted yet", unsubmitted) % {"count": unsubmitted}
        )
    if out:
        words = ngettext(
            "%(count)s withdrawn, not recommended or rejected", "%(count)s withdrawn, not recommended or rejected", out
        )
        said.append(words % {"count": out})
    return _("The count and the sum hold all of them: also %(parts)s.") % {"parts": " · ".join(said)} if said else ""


def _applications(*batch: int, by: Actor) -> QuerySet[Any]:
    rows = queries.applications(by).order_by("-batch__number", "province_id", "unit_id", "pk")
    if batch:
        rows = rows.filter(batch__number=batch[0])
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
