"""Lists of one enterprise's page: each a part of the page, so without filters and files of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from grants.enterprise_links import address
from grants.queries.enterprises import MOST, Near
from portal.core import as_of
from portal.core.errors import Text
from portal.core.middleware import PortalRequest
from portal.core.tables import Column, Table, link_to

HOW: Final[dict[str, Text]] = {
    "body": pgettext_lazy("near", "same body under another credit code"),
    "next": pgettext_lazy("near", "registered next to it"),
    "seller": pgettext_lazy("near", "sells to it"),
    "buyer": pgettext_lazy("near", "buys from it"),
    "project": pgettext_lazy("near", "in the same project"),
    "site": pgettext_lazy("near", "another project at the same site"),
}
NEAR_SOURCE: Final = gettext_lazy(
    "Codes by GB 32100-2015: signs 9 to 17 are the code of the body, neighbours differ in its last signs. Makers of"
    " machines sell to many, a park has one address: what stands here is where to look, no accusation. Of each"
    " kind at most 20 are shown, those with most ties first."
)


def _table(request: PortalRequest, name: str, rows: Sequence[Any], columns: list[Column], label: Text) -> Table:
    return Table(request, rows, name=name, columns=columns, label=label, size=5 * MOST)


def rosters(request: PortalRequest, rows: Sequence[Any]) -> Table:
    """Where rosters name it."""
    columns = [
        Column(
            "batch",
            _("Batch"),
            value="application.batch",
            header=True,
            link=lambda row: reverse("applications:detail", args=[row.application_id]),
        ),
        Column("province", _("Province"), value="application.province"),
        Column("unit", _("Pilot unit"), value="application.unit"),
        Column("name", _("Name in the roster"), value="name"),
        Column("industry", _("Industry"), value="industry"),
        Column("revenue", _("Revenue"), kind="yuan"),
        Column("is_leading", _("Leading enterprise"), kind="yes"),
    ]
    return _table(request, "rosters", rows, columns, _("In rosters"))


def projects(request: PortalRequest, rows: Sequence[Any]) -> Table:
    """Supported projects with their money."""
    columns = [
        Column("name", _("Project"), link=link_to("grants:project"), header=True),
        Column("unit", _("Pilot unit")),
        Column("batch", _("Batch"), value="award.batch.number", kind="number"),
        Column("enterprise_name", _("Leading enterprise")),
        Column("approved_support", _("Approved support"), kind="yuan", total=True),
        Column("paid", pgettext("project", "Paid"), kind="yuan", total=True),
        Column("left", pgettext("project", "Left"), kind="yuan", total=True),
    ]
    return _table(request, "its-projects", rows, columns, _("Supported projects"))


def planned(request: PortalRequest, rows: Sequence[Any]) -> Table:
    """Projects as dossiers propose them."""
    columns = [
        Column(
            "name",
            _("Project"),
            header=True,
            link=lambda row: reverse("applications:preview", args=[row.application_id]),
        ),
        Column("unit", _("Pilot unit"), value="application.unit"),
        Column("batch", _("Batch"), value="application.batch.number", kind="number"),
        Column("enterprise_name", _("Leading enterprise")),
        Column("total_investment", _("Total investment"), kind="yuan"),
        Column("support_asked", _("Support asked for"), kind="yuan"),
        Column("site", _("Site")),
    ]
    return _table(request, "planned-projects", rows, columns, _("Projects of the dossiers"))


def entries(request: PortalRequest, rows: Sequence[Any]) -> Table:
    """Bookings of payments to it."""
    columns = [
        Column("number", pgettext("ledger", "Entry"), value=str, header=True, link=link_to("grants:entry")),
        Column("kind", pgettext("ledger", "Kind"), value="get_kind_display"),
        Column("document_no", _("Document number")),
        Column("unit", _("Pilot unit")),
        Column("amount", _("Amount"), kind="yuan"),
        Column("booked_at", pgettext("ledger", "Booked"), kind="moment"),
    ]
    return _table(request, "its-entries", rows, columns, pgettext("ledger", "Entries of the ledger"))


def invoices(request: PortalRequest, rows: Sequence[Any], code: str) -> Table:
    """Invoices it wrote or on which payments to it rest."""

    def side(row: Any) -> str:
        return pgettext("invoice", "sells") if row.seller_code == code else pgettext("invoice", "buys")

    def other(row: Any) -> str:
        return str(row.request.payee if row.seller_code == code else row.seller)

    def code_of_other(row: Any) -> str:
        return str(row.request.payee_code if row.seller_code == code else row.seller_code)

    columns = [
        Column("number", _("Invoice number"), kind="code", header=True, link=link_to("grants:request", "request_id")),
        Column("side", pgettext("invoice", "It buys or sells"), value=side),
        Column(
            "other", pgettext("invoice", "The other side"), value=other, link=lambda row: address(code_of_other(row))
        ),
        Column("dated", _("Date of the invoice"), kind="date"),
        Column("amount", _("Amount with tax"), kind="yuan"),
        Column("project", _("Project"), value="request.grant_project.name"),
        Column("counted", _("Counts"), kind="yes"),
    ]
    return _table(request, "its-invoices", rows, columns, _("Invoices"))


def findings(request: PortalRequest, rows: Sequence[Any]) -> Table:
    """Findings on its rows. How they stand is known of today alone."""
    columns = [
        Column("title", pgettext("audit", "Finding"), value="current", header=True, link=link_to("auditing:finding")),
        Column("object_label", _("Object concerned")),
        Column("amount", _("Amount"), value="current.amount", kind="yuan"),
        Column("raised_at", _("Raised"), kind="moment"),
    ]
    if as_of.moment() is None:
        columns.append(Column("state", pgettext("list", "State"), kind="state"))
    return _table(request, "its-findings", rows, columns, _("Findings of the audit"))


def leads(request: PortalRequest, rows: Sequence[Any]) -> Table:
    """Leads that analyses gave on it."""
    columns = [
        Column("title", pgettext("audit", "Lead"), header=True, link=link_to("instruments:lead")),
        Column("analysis", _("Analysis"), value="analysis_title"),
        Column("amount", _("Amount"), kind="yuan"),
        Column("at", _("Made"), kind="moment"),
    ]
    return _table(request, "its-leads", rows, columns, pgettext("audit", "Leads"))


def near(request: PortalRequest, rows: Sequence[Near]) -> Table:
    """Enterprises near to it."""
    columns = [
        Column("name", _("Enterprise"), header=True, link=lambda row: address(row.code)),
        Column("code", _("Credit code"), kind="code"),
        Column("how", pgettext("near", "How"), value=lambda row: HOW[row.how]),
        Column("times", pgettext("near", "Times"), kind="number"),
        Column("amount", _("Invoiced"), kind="yuan"),
    ]
    return _table(request, "near", rows, columns, _("Enterprises near to it"))
