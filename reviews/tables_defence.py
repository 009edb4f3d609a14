"""Lists of the defence: the agenda of a batch, the letters to its applicants."""

from __future__ import annotations

from typing import Any

from django.db.models import TextChoices
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from applications.enums import ApplicationState
from portal.core.middleware import PortalRequest
from portal.core.tables import Choice, Column, Search, Table, link_to
from portal.programme.models import Batch
from reviews import queries
from reviews.enums import HearingState


class _Shown(TextChoices):
    """How a hearing stands, as the agenda shows it."""

    INVITED = HearingState.INVITED.value, HearingState.INVITED.label
    CONFIRMED = HearingState.CONFIRMED.value, HearingState.CONFIRMED.label
    HEARD = HearingState.HEARD.value, HearingState.HEARD.label
    ABSENT = HearingState.ABSENT.value, HearingState.ABSENT.label
    WITHDRAWN = ApplicationState.WITHDRAWN.value, ApplicationState.WITHDRAWN.label


def _state(row: Any) -> str:
    return "withdrawn" if row.is_off else str(row.state)


def agenda(request: PortalRequest, batch: Batch) -> Table:
    """Who is heard when, and who has confirmed."""
    columns = [
        Column("place", gettext_lazy("Turn"), kind="number", sort="place"),
        Column("begins", gettext_lazy("Begins at"), kind="moment", value=lambda row: row.begins_at),
        Column(
            "unit",
            gettext_lazy("Pilot unit"),
            value=lambda row: str(row.application.unit),
            header=True,
            link=link_to("reviews:hearing"),
        ),
        Column("province", gettext_lazy("Province"), value="application.province"),
        Column("where", gettext_lazy("Room or link"), value=lambda row: row.session.room or row.session.link),
        Column("delegation", gettext_lazy("Who comes"), on="file"),
        Column("state", gettext_lazy("State"), value=_state, kind="state", sort="state", choices=_Shown),
    ]
    return Table(
        request,
        queries.hearings(request.actor).filter(session__batch=batch),
        name="agenda",
        columns=columns,
        filters=[
            Search("application__unit__name_zh", "application__unit__name_en"),
            Choice("state", gettext_lazy("State"), HearingState.choices),
        ],
        label=_("Agenda"),
        empty=_("The agenda is not drawn yet."),
    )


def results(request: PortalRequest, batch: Batch) -> Table:
    """What the reviews of each application come to, as it would be fixed."""
    columns = [
        Column("province", gettext_lazy("Province"), value="province", sort=("province_id", "unit_id")),
        Column(
            "unit",
            gettext_lazy("Pilot unit"),
            value=lambda row: str(row.unit),
            header=True,
            sort=("unit_id",),
            link=link_to("reviews:panel"),
        ),
        Column("given", gettext_lazy("Reviews"), kind="number", sort="given"),
        Column("score", gettext_lazy("Result of the reviews"), kind="points", sort="score"),
        Column("least", gettext_lazy("Lowest total"), kind="points", sort="least"),
        Column("most", gettext_lazy("Highest total"), kind="points", sort="most"),
        Column("state", gettext_lazy("State"), kind="state", sort="state"),
    ]
    return Table(
        request,
        queries.results(request.actor, batch),
        name="results",
        columns=columns,
        filters=[Search("unit__name_zh", "unit__name_en", "number")],
        label=_("Results"),
        empty=_("No application of this batch is in review."),
    )


def letters(request: PortalRequest, batch: Batch) -> Table:
    """Applications with an outcome, with the comment and the letter of each."""
    columns = [
        Column("province", gettext_lazy("Province"), value="province", sort=("province_id", "unit_id")),
        Column(
            "unit",
            gettext_lazy("Pilot unit"),
            value=lambda row: str(row.unit),
            header=True,
            sort=("unit_id",),
            link=link_to("reviews:record"),
        ),
        Column("state", pgettext_lazy("of an application", "Outcome"), kind="state", sort="state"),
        Column("comment", gettext_lazy("Comment"), value=_comment),
        Column("letter", gettext_lazy("Feedback letter"), value=_letter, link=_letter_link),
    ]
    return Table(
        request,
        queries.told_or_untold(request.actor, batch),
        name="letters",
        columns=columns,
        filters=[Search("unit__name_zh", "unit__name_en", "number")],
        label=_("Feedback letters"),
        empty=_("No application of this batch has its outcome yet."),
    )


def _comment(row: Any) -> str:
    record = getattr(row, "panel_record", None)
    if record is None or not record.comment:
        return str(_("not written"))
    return str(_("is approved") if record.approved_by_id else _("waits for approval"))


def _letter(row: Any) -> str:
    return str(_("has been sent")) if getattr(row, "feedback", None) else ""


def _letter_link(row: Any) -> str:
    return reverse("reviews:feedback", args=[row.pk]) if getattr(row, "feedback", None) else ""
