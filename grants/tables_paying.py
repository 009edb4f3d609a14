"""Lists of payment requests, invoices and holds."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from grants.enterprise_links import address_for
from grants.enums_paying import HoldState
from grants.queries import requests as queries
from portal.core.middleware import PortalRequest
from portal.core.tables import Choice, Column, Search, Table, link_to
from portal.programme import queries as programme


def _province() -> Choice:
    return Choice("province", _("Province"), programme.province_choices)


def requests_table(request: PortalRequest) -> Table:
    """Payment requests with what became of each."""
    columns = [
        Column("project", _("Project"), value="grant_project.name", header=True, link=link_to("grants:request")),
        Column("province", _("Province"), sort="province__code"),
        Column("unit", _("Pilot unit"), sort="unit__code"),
        Column("payee", _("Payee"), sort="payee"),
        Column("amount", _("Amount"), kind="yuan", sort="amount", total=True),
        Column("prepared_at", _("Prepared"), kind="moment", sort="prepared_at"),
        Column("state", pgettext("list", "State"), kind="state", value=_state, label_of="words"),
    ]
    filters = [_province(), Search("payee", "payee_code", "grant_project__name", "unit__name_zh", "unit__name_en")]
    rows = queries.requests(request.actor.scope)
    empty = _("No payment request yet. Choose a supported project to prepare one.")
    name = _("Payment requests")
    return Table(request, rows, name="payment-requests", columns=columns, filters=filters, label=name, empty=empty)


def _state(row: Any) -> str:
    payment = None if row.is_open else row.payment
    row.words = payment.get_state_display() if payment else pgettext("payment request", "being prepared")
    return payment.state if payment else "draft"


def invoices_table(request: PortalRequest) -> Table:
    """Invoices with the payment that rests on each."""
    columns = [
        Column("number", _("Invoice number"), kind="code", header=True, link=link_to("grants:request", "request_id")),
        Column("code", _("Invoice code"), kind="code"),
        Column("dated", _("Date of the invoice"), kind="date", sort="dated"),
        Column("seller", _("Seller"), sort="seller", link=lambda row: address_for(request.actor, row.seller_code)),
        Column("seller_code", _("Credit code of the seller"), kind="code", on="file"),
        Column("amount", _("Amount with tax"), kind="yuan", sort="amount", total=True),
        Column("contract_no", _("Contract number")),
        Column("province", _("Province"), sort="province__code"),
        Column("unit", _("Pilot unit"), sort="unit__code"),
        Column("counted", _("Counts"), value=lambda row: _("yes") if row.counted else _("no")),
    ]
    filters = [
        _province(),
        Search("number", "code", "seller", "seller_code", "contract_no"),
        Choice("counted", _("Counts"), [("True", _("yes")), ("False", _("no"))]),
    ]
    rows = queries.invoices(request.actor.scope)
    empty = _("No invoice yet: they come with payment requests.")
    name = _("Invoices")
    return Table(request, rows, name="invoices", columns=columns, filters=filters, label=name, empty=empty)


def _hold(row: Any) -> str:
    row.words = row.get_state_display()
    return "done" if row.state == HoldState.RELEASED else "refused"


def holds_table(request: PortalRequest) -> Table:
    """Other national money that was found."""
    columns = [
        Column("project", _("Project"), value="grant_project.name", header=True, link=link_to("grants:hold")),
        Column("province", _("Province"), sort="province__code"),
        Column("unit", _("Pilot unit"), sort="unit__code"),
        Column("source", _("Who gave the money"), sort="source"),
        Column("fund", _("Fund and document")),
        Column("amount", _("Amount"), kind="yuan", sort="amount", total=True),
        Column("raised_at", _("Raised"), kind="moment", sort="raised_at"),
        Column("state", pgettext("list", "State"), kind="state", value=_hold, label_of="words", sort="state"),
    ]
    filters = [
        _province(),
        Choice("state", pgettext("list", "State"), HoldState.choices),
        Search("grant_project__name", "source", "fund", "unit__name_zh", "unit__name_en"),
    ]
    rows = queries.holds(request.actor.scope)
    empty = _("No other national money was found at a supported project.")
    name = _("Other national money")
    return Table(request, rows, name="holds", columns=columns, filters=filters, label=name, empty=empty)
