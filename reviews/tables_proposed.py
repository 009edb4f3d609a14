"""Lists of proposed assignments."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from portal.core.joins import name_of, plain
from portal.core.middleware import PortalRequest
from portal.core.scope import Actor
from portal.core.tables import Choice, Column, Listing, Search, Table, link_to
from portal.programme.models import Batch
from reviews import queries
from reviews.enums import ReviewerGroup
from reviews.models import AssignmentProposal

_YES_NO: Final = [("1", gettext_lazy("Yes")), ("0", gettext_lazy("No"))]


def proposals(request: PortalRequest, batch: Batch) -> Table:
    """Proposed assignments of a batch."""
    columns = [
        Column(
            "proposal",
            gettext_lazy("Proposal"),
            value=str,
            header=True,
            sort="number",
            link=link_to("reviews:proposal"),
        ),
        Column("min_affinity", gettext_lazy("Smallest fit"), kind="number", sort="min_affinity"),
        Column("total_affinity", gettext_lazy("Total fit"), kind="number", sort="total_affinity"),
        Column("max_load", gettext_lazy("Largest load"), kind="number", sort="max_load"),
        Column("created_by", gettext_lazy("Asked by")),
        Column("created_at", gettext_lazy("Asked"), kind="moment", sort="created_at"),
        Column("state", gettext_lazy("State"), kind="state", sort="state"),
    ]
    return Table(
        request,
        queries.proposals(request.actor, batch),
        name="proposals",
        columns=columns,
        label=_("Proposals"),
        empty=_("No assignment has been computed yet."),
    )


def proposed(request: PortalRequest, proposal: AssignmentProposal) -> Table:
    """The reviewers proposed for each application."""
    names = queries.reviewer_names(request.actor)

    def seats(row: Any) -> str:
        before, after, between = (" (", ")", ", ") if get_language() == "en" else ("（", "）", "，")
        words = (f"{names.get(seat['reviewer'], '–')}{before}{seat['affinity']}{after}" for seat in row.seats)
        return between.join(words)

    unit, province = name_of("application__unit"), name_of("application__province")
    columns = [
        Column("province", gettext_lazy("Province"), value=province, sort=("application__province_id",)),
        Column(
            "unit",
            gettext_lazy("Pilot unit"),
            value=unit,
            header=True,
            sort=("application__unit_id",),
            link=link_to("reviews:proposed", above=proposal.pk),
        ),
        Column("seats", gettext_lazy("Reviewers and their fit"), value=seats),
        Column("total", gettext_lazy("Fit"), kind="number", sort="total"),
        Column("missing", gettext_lazy("Below the best possible"), kind="number", sort="missing"),
    ]
    filters: list[Any] = [
        Search("application__unit__name_zh", "application__unit__name_en", "application__number"),
        Choice("is_short", gettext_lazy("A better reviewer exists"), _YES_NO),
    ]
    if proposal.previous_id:
        columns.append(Column("is_changed", gettext_lazy("Changed"), kind="yes", sort="is_changed"))
        filters.append(Choice("is_changed", gettext_lazy("Changed"), _YES_NO))
    return Table(
        request,
        _PROPOSED(proposal.pk, by=request.actor),
        name="proposed",
        columns=columns,
        filters=filters,
        label=_("Proposed reviewers"),
        empty=_("This proposal has no reviewers."),
    )


def _proposed(proposal: int, *, by: Actor) -> QuerySet[Any]:
    unit, province = name_of("application__unit"), name_of("application__province")
    rows = queries.proposed_rows(by, proposal)
    return plain(rows, "seats", "total", "missing", "is_changed", unit, province)


_PROPOSED: Final = Listing(_proposed)


def proposed_loads(request: PortalRequest, proposal: AssignmentProposal) -> Table:
    """The reviewers of a proposal with the load they would have."""
    columns = [
        Column("profile", gettext_lazy("Reviewer"), value=str, header=True, sort=("profile__user__name",)),
        Column(
            "group", gettext_lazy("Group"), value=lambda row: row.profile.get_group_display(), sort="profile__group"
        ),
        Column(
            "home", gettext_lazy("Home province"), value="profile.home_province", sort=("profile__home_province_id",)
        ),
        Column("applications", gettext_lazy("Applications"), kind="number", sort="applications", total=True),
        Column("before", gettext_lazy("In effect already"), kind="number", sort="before", total=True),
        Column("least", gettext_lazy("Fewest"), kind="number", value="profile.min_load", sort="profile__min_load"),
        Column("most", gettext_lazy("Most"), kind="number", value="profile.max_load", sort="profile__max_load"),
        Column("affinity", gettext_lazy("Total fit"), kind="number", sort="affinity"),
    ]
    return Table(
        request,
        queries.proposed_loads(request.actor, proposal),
        name="proposed_loads",
        columns=columns,
        filters=[
            Search("profile__user__name"),
            Choice("group", gettext_lazy("Group"), ReviewerGroup.choices, field="profile__group"),
        ],
        label=_("Loads"),
        empty=_("This proposal has no reviewers."),
    )
