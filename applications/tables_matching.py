"""The list of matches across applications."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications import queries
from applications.enums import Judgement, MatchKind
from portal.core.middleware import PortalRequest
from portal.core.tables import Choice, Column, Search, Table


def _tone(row: Any) -> str:
    """What nobody has judged yet waits."""
    return "waiting" if row.judgement == Judgement.OPEN else str(row.judgement)


def matches(request: PortalRequest) -> Table:
    """Matches in the reader's scope, the most alike first."""
    columns = [
        Column(
            "name",
            gettext_lazy("In the first application"),
            header=True,
            link=lambda row: reverse("applications:match", args=[row.pk]),
            sort="name",
        ),
        Column("unit", gettext_lazy("First pilot unit"), value="application.unit", sort="application__unit_id"),
        Column("other_name", gettext_lazy("In the second application"), sort="other_name"),
        Column("other_unit", gettext_lazy("Second pilot unit"), value="other.unit", sort="other__unit_id"),
        Column("kind", gettext_lazy("What"), value="get_kind_display", sort="kind"),
        Column("score", gettext_lazy("Score (0 to 1)"), kind="number", sort="score"),
        Column(
            "judgement",
            gettext_lazy("Judgement"),
            value=_tone,
            label_of="get_judgement_display",
            kind="state",
            sort="judgement",
        ),
    ]
    return Table(
        request,
        queries.matches(request.actor),
        name="matches",
        columns=columns,
        filters=[
            Search(
                "name",
                "other_name",
                "application__unit__name_zh",
                "other__unit__name_zh",
                "application__unit__name_en",
                "other__unit__name_en",
                "code",
            ),
            Choice("kind", gettext_lazy("What"), MatchKind.choices),
            Choice("judgement", gettext_lazy("Judgement"), Judgement.choices),
        ],
        label=_("Same in two applications"),
        empty=_("Nothing was found, or no batch was compared yet."),
    )
