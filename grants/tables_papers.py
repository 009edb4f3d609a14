"""Lists of documents that issue to many units."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from grants.counting import counted, is_void
from grants.enums import CheckState, Tranche
from grants.queries import issue_papers
from portal.core.middleware import PortalRequest
from portal.core.tables import Choice, Column, Search, Table, link_to


def papers_table(request: PortalRequest) -> Table:
    """Documents the reader sees, the newest first."""
    columns = [
        Column(
            "document_no", _("Document number"), link=link_to("grants:issue_paper"), header=True, sort="document_no"
        ),
        Column("document_date", _("Date of the document"), kind="date", sort="document_date"),
        Column("batch", _("Batch"), value="batch.number", kind="number", sort="batch__number"),
        Column("tranche", _("Tranche"), value=lambda row: row.get_tranche_display(), sort="tranche"),
        Column("units", _("Pilot units"), kind="number", sort="units"),
        Column("total", _("Total"), kind="yuan", sort="total", total="counted_total", void=is_void),
        Column("state", pgettext("list", "State"), kind="state", sort="state"),
    ]
    filters = [
        Choice("tranche", _("Tranche"), Tranche.choices),
        Choice("state", pgettext("list", "State"), CheckState.choices),
        Search("document_no"),
    ]
    empty = _("No document issues money to several units yet.")
    rows = counted(issue_papers.papers(request.actor.scope), "total")
    return Table(
        request, rows, name="papers", columns=columns, filters=filters, label=_("Issue documents"), empty=empty
    )


def open_table(request: PortalRequest) -> Table:
    """Tranches of which something is left."""
    columns = [
        Column(
            "batch",
            _("Batch"),
            value=lambda row: str(row.batch),
            header=True,
            link=lambda row: reverse("grants:enter_issue_paper", args=[row.batch.number, row.tranche.value]),
        ),
        Column("tranche", _("Tranche"), value=lambda row: row.tranche.label),
        Column("awards", _("Pilot units"), kind="number"),
        Column("left", _("Left of the tranche"), kind="yuan", total=True),
    ]
    rows = issue_papers.tallies(request.actor.scope)
    empty = _("Nothing is left to issue: awards come first, and the second tranche opens with a passed assessment.")
    return Table(request, rows, name="open", columns=columns, label=_("Batch and tranche"), empty=empty)
