"""Lists of the reviews."""

from __future__ import annotations

from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from applications.enums import ApplicationState
from portal.core.middleware import PortalRequest
from portal.core.punctuation import listed
from portal.core.rules import may
from portal.core.tables import Choice, Column, Search, Table, link_to
from portal.programme.models import Batch
from reviews import queries
from reviews.enums import ReviewerGroup, ScreeningDecision

_UNIT: Final = [
    Column("province", gettext_lazy("Province"), value="province", sort=("province_id", "unit_id")),
    Column("unit", gettext_lazy("Pilot unit"), value=lambda row: str(row.unit), header=True, sort=("unit_id",)),
]
_PLACES: Final = Search("unit__name_zh", "unit__name_en", "number")


def _unit(route: str) -> list[Column]:
    """Province and unit, the unit leading to its page."""

    def link(row: Any) -> str:
        return reverse(route, args=[row.pk])

    return [
        _UNIT[0],
        Column(
            "unit",
            gettext_lazy("Pilot unit"),
            value=lambda row: str(row.unit),
            header=True,
            sort=("unit_id",),
            link=link,
        ),
    ]


def batches(request: PortalRequest, route: str, columns: list[Column]) -> Table:
    """Batches with counts, each leading to its page of this part of the work."""
    first = [
        Column("number", gettext_lazy("Number"), kind="number", sort="number"),
        Column(
            "title",
            gettext_lazy("Batch"),
            value=str,
            header=True,
            link=link_to(route, "number"),
        ),
    ]
    rows = queries.screening_batches(request.actor)
    state = [Column("state", gettext_lazy("State"), kind="state", sort="state")]
    return Table(
        request,
        rows,
        name="batches",
        columns=[*first, *columns, *state],
        label=_("Batches"),
        empty=_("No batch has been opened yet."),
    )


SCREENING_COUNTS: Final = [
    Column("waiting", gettext_lazy("Recommended"), kind="number"),
    Column("screening", gettext_lazy("In screening"), kind="number"),
    Column("correction", gettext_lazy("In correction"), kind="number"),
    Column("rejected", gettext_lazy("Rejected"), kind="number"),
    Column("in_review", gettext_lazy("Passed"), kind="number"),
]
REVIEW_COUNTS: Final = [Column("in_review", gettext_lazy("In review"), kind="number")]


def _said(key: str) -> Any:
    labels = dict(ScreeningDecision.choices)

    def words(row: Any) -> str:
        value = getattr(row, key)
        return str(labels[value]) if value else ""

    return words


def _correction_due(row: Any) -> Any:
    """Until when a correction is due; nothing once it was sent."""
    return row.correction_until if row.state == ApplicationState.CORRECTION else None


def queue(request: PortalRequest, batch: Batch) -> Table:
    """The screening queue of a batch."""
    columns = [
        *_unit("reviews:screen"),
        Column("number", gettext_lazy("Number"), kind="code", sort="number"),
        Column("amount_asked", gettext_lazy("Amount asked"), kind="wan", sort="amount_asked", total=True),
        Column("findings", gettext_lazy("Findings"), kind="number", sort="findings"),
        Column("said_miit", gettext_lazy("MIIT"), value=_said("said_miit")),
        Column("said_mof", gettext_lazy("MOF"), value=_said("said_mof")),
        Column("correction_until", gettext_lazy("Correction due"), value=_correction_due, kind="moment"),
        Column("state", gettext_lazy("State"), kind="state", sort="state"),
    ]
    states = [
        ("recommended", gettext_lazy("Recommended")),
        ("screening", gettext_lazy("In screening")),
        ("correction", gettext_lazy("In correction")),
        ("rejected", gettext_lazy("Rejected")),
        ("in_review", gettext_lazy("Passed")),
    ]
    return Table(
        request,
        queries.screening_queue(request.actor, batch),
        name="queue",
        columns=columns,
        filters=[_PLACES, Choice("state", gettext_lazy("State"), states)],
        label=_("Screening"),
        empty=_("No province has recommended an application in this batch yet."),
    )


def progress(request: PortalRequest, batch: Batch) -> Table:
    """Applications under review, with how many reviews are in."""
    columns = [
        *_unit("reviews:panel"),
        Column("assigned", pgettext_lazy("count", "Reviewers"), kind="number", sort="assigned"),
        Column("submitted", gettext_lazy("Submitted"), kind="number", sort="submitted"),
        Column("recused", gettext_lazy("Recused"), kind="number", sort="recused"),
    ]
    return Table(
        request,
        queries.progress(request.actor, batch),
        name="progress",
        columns=columns,
        filters=[_PLACES],
        label=_("Applications under review"),
        empty=_("No application of this batch is in review yet: finish the screening first."),
    )


def loads(request: PortalRequest, batch: Batch) -> Table:
    """Reviewers with their work in a batch."""
    columns = [
        *_reviewer(request),
        Column("assigned", gettext_lazy("Assigned"), kind="number", sort="assigned"),
        Column("max_load", gettext_lazy("Most"), kind="number", sort="max_load"),
        Column("undeclared", gettext_lazy("Interests not declared"), kind="number", sort="undeclared"),
        Column("submitted", gettext_lazy("Submitted"), kind="number", sort="submitted"),
        Column("late", gettext_lazy("Late"), kind="number", sort="late"),
        Column("recused", gettext_lazy("Recused"), kind="number", sort="recused"),
        *([_give_away(batch)] if may(request.actor, "reviews.relieve", batch) else []),
    ]
    return Table(
        request,
        queries.loads(request.actor, batch),
        name="loads",
        columns=columns,
        filters=[Search("user__name"), Choice("group", gettext_lazy("Group"), ReviewerGroup.choices)],
        label=_("Loads"),
        empty=_("There is no reviewer yet."),
    )


def _give_away(batch: Batch) -> Column:
    """What an officer can do about a reviewer who falls out."""

    def words(row: Any) -> str:
        return str(_("Give all to others")) if row.assigned > row.kept else ""

    def link(row: Any) -> str:
        return reverse("reviews:relieve_all", args=[batch.number, row.pk]) if row.assigned > row.kept else ""

    return Column("give_away", gettext_lazy("What you can do"), value=words, link=link)


def _reviewer(request: PortalRequest) -> list[Column]:
    """Who it is; the name leads to the profile for those who may change it."""
    return [
        Column(
            "user",
            gettext_lazy("Reviewer"),
            value=str,
            header=True,
            sort=("user__name",),
            link=link_to("reviews:reviewer") if may(request.actor, "reviews.keep_profile") else None,
        ),
        Column("group", gettext_lazy("Group"), value=lambda row: row.get_group_display(), sort="group"),
        Column("home_province", gettext_lazy("Home province"), sort=("home_province_id",)),
    ]


def reviewers(request: PortalRequest) -> Table:
    """All reviewers with their profile."""
    columns = [
        *_reviewer(request),
        Column("employer", gettext_lazy("Employer")),
        Column("sectors", gettext_lazy("Fields"), value=lambda row: listed(row.sectors)),
        Column("max_load", gettext_lazy("Most applications"), kind="number", sort="max_load"),
        Column("is_active", gettext_lazy("Available"), kind="yes", sort="is_active"),
    ]
    return Table(
        request,
        queries.profiles(request.actor),
        name="reviewers",
        columns=columns,
        filters=[Search("user__name", "employer"), Choice("group", gettext_lazy("Group"), ReviewerGroup.choices)],
        label=_("Reviewers"),
        empty=_("There is no reviewer yet. Enter the profiles of those who hold a reviewer's post."),
    )
