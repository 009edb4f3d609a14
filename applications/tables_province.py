"""Lists of what provinces bring."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications import queries
from applications.enums import ChangeKind, ChangeState
from portal.core.middleware import PortalRequest
from portal.core.tables import Choice, Column, Search, Table


def letters(request: PortalRequest) -> Table:
    """Joint letters, the newest first, each with how many applications it recommends."""
    columns = [
        Column(
            "number",
            gettext_lazy("Number of the letter"),
            header=True,
            link=lambda row: reverse("applications:letter_file", args=[row.pk]),
            sort="number",
        ),
        Column("dated", gettext_lazy("Date of the letter"), kind="date", sort="dated"),
        Column("province", gettext_lazy("Province"), sort="province_id"),
        Column("batch", gettext_lazy("Batch"), value="batch.number", kind="number", sort="batch__number"),
        Column("named", gettext_lazy("Applications it recommends"), kind="number", sort="named"),
    ]
    return Table(
        request,
        queries.letters(request.actor),
        name="joint-letters",
        columns=columns,
        filters=[Search("number", "province__name_zh", "province__name_en")],
        label=_("Joint letters"),
        empty=_("No joint letter has been brought yet."),
    )


def changes(request: PortalRequest) -> Table:
    """Requests to change approved plans, the newest first."""
    columns = [
        Column(
            "subject",
            gettext_lazy("Concerns"),
            header=True,
            link=lambda row: reverse("applications:change", args=[row.pk]),
            sort="subject",
        ),
        Column("kind", gettext_lazy("Kind of change"), value="get_kind_display", sort="kind"),
        Column("unit", gettext_lazy("Pilot unit"), value="application.unit", sort="application__unit_id"),
        Column("batch", gettext_lazy("Batch"), value="application.batch.number", kind="number"),
        Column("support_before", gettext_lazy("Support before"), kind="wan", sort="support_before"),
        Column("support_after", gettext_lazy("Support after"), kind="wan", sort="support_after"),
        Column("asked_at", gettext_lazy("Asked for"), kind="moment", sort="asked_at"),
        Column("state", gettext_lazy("State"), kind="state", sort="state"),
    ]
    return Table(
        request,
        queries.changes(request.actor).defer("proposed", "base__content", "grounds"),
        name="changes-of-plans",
        columns=columns,
        filters=[
            Search("subject", "application__unit__name_zh", "application__unit__name_en"),
            Choice("state", gettext_lazy("State"), ChangeState.choices),
            Choice("kind", gettext_lazy("Kind of change"), ChangeKind.choices),
        ],
        label=_("Changes of plans"),
        empty=_("Nobody has asked for a change of an approved plan yet."),
    )
