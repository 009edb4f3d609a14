"""Lists of selection: scenarios, frozen candidates, reasons of a list."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.middleware import PortalRequest
from portal.core.tables import Choice, Column, Search, Table, link_to
from portal.programme.models import Batch
from reviews import queries
from reviews.enums import ScenarioState
from reviews.presenting.candidates import CandidateRow
from reviews.presenting.reading import SOLVED
from reviews.presenting.reasons import ReasonRow


def _tick(row: Any) -> str:
    """A box that takes part in the form which lays scenarios beside each other."""
    if row.state not in SOLVED:
        return ""
    name = _("Compare %(selection)s") % {"selection": row}
    box = '<input type="checkbox" class="form-check-input" name="with" value="{}" form="compare" aria-label="{}">'
    return format_html(box, row.pk, name)


def scenarios(request: PortalRequest, batch: Batch) -> Table:
    """Computed selections of a batch, the latest first."""
    columns = [
        Column("compare", gettext_lazy("Side by side"), value=_tick, on="page"),
        Column(
            "selection",
            gettext_lazy("Selection"),
            value=str,
            header=True,
            sort="number",
            link=link_to("reviews:scenario"),
        ),
        Column("number", gettext_lazy("Number"), kind="number", on="file"),
        Column("candidate_set", gettext_lazy("Candidate set"), kind="number", value="candidate_set.number", on="file"),
        Column("state", gettext_lazy("State"), kind="state", sort="state"),
        Column("chosen", gettext_lazy("Units"), kind="number", value=lambda row: len(row.chosen) or None),
        Column("total_score", gettext_lazy("Total score"), kind="number", sort="total_score"),
        Column("total_amount", gettext_lazy("Amount"), kind="wan", sort="total_amount"),
        Column("reason", gettext_lazy("Departure from the rule set"), value=lambda row: row.reason),
        Column("created_by", gettext_lazy("Asked by")),
        Column("created_at", gettext_lazy("Asked"), kind="moment", sort="created_at"),
    ]
    return Table(
        request,
        queries.scenarios(request.actor).filter(batch=batch),
        name="selections",
        columns=columns,
        filters=[Search("name", "reason"), Choice("state", gettext_lazy("State"), ScenarioState.choices)],
        label=_("Selections"),
        empty=_("No selection has been computed yet."),
    )


def _of(name: str) -> Any:
    """The value of the candidate a row is about."""
    return lambda row: getattr(row if isinstance(row, CandidateRow) else row.candidate, name)


_CANDIDATE: Final = [
    Column("province", gettext_lazy("Province"), value=_of("province")),
    Column("unit", gettext_lazy("Pilot unit"), value=_of("unit"), header=True, sort="place"),
    Column("code", gettext_lazy("Division code"), kind="code", value=_of("code"), on="file"),
    Column("score", gettext_lazy("Locked result"), value=_of("score"), kind="number", sort="score"),
]


def candidates(request: HttpRequest, rows: list[CandidateRow]) -> Table:
    """Frozen candidates with all that the rules look at."""
    columns = [
        *_CANDIDATE,
        Column("amount", gettext_lazy("Amount"), kind="wan", sort="amount", total=True),
        Column("region", gettext_lazy("Region"), sort="region"),
        Column("industries", gettext_lazy("Focus industries")),
        Column("enterprises", gettext_lazy("Central SOEs")),
        Column("counts", gettext_lazy("Counts for its province"), kind="yes", sort="counts"),
    ]
    return Table(
        request,
        rows,
        name="candidates",
        columns=columns,
        label=_("Candidates"),
        empty=_("No application of this batch has a locked result."),
    )


ON_LIST: Final = [("yes", gettext_lazy("chosen")), ("no", gettext_lazy("not chosen"))]


def reasons(request: HttpRequest, rows: list[ReasonRow]) -> Table:
    """All candidates with their reasons; the filters are applied here, for the rows come from a text."""
    wanted, typed = request.GET.get("chosen", ""), request.GET.get("q", "").strip()[:80].casefold()
    if wanted in dict(ON_LIST):
        rows = [row for row in rows if row.is_chosen == (wanted == "yes")]
    if typed:
        rows = [row for row in rows if typed in f"{row.candidate.province} {row.candidate.unit}".casefold()]
    columns = [
        *_CANDIDATE,
        Column("on_list", gettext_lazy("On the list"), sort="on_list"),
        Column("threshold", gettext_lazy("Score at which this changes"), kind="number", sort="threshold"),
        Column("distance", gettext_lazy("Distance"), kind="points", on="file"),
        Column("why", gettext_lazy("Why")),
    ]
    return Table(
        request,
        rows,
        name="reasons",
        columns=columns,
        filters=[Search("unit"), Choice("chosen", gettext_lazy("On the list"), ON_LIST)],
        label=_("Why each unit is on the list or not"),
        empty=_("The reasons are not worked out yet."),
    )
