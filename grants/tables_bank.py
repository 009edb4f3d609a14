"""Lists of bank files: columns and filters."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from grants.enums_bank import QUEUE, TAKEN_BACK, Direction, LineState
from grants.queries import bank as queries
from portal.core.middleware import PortalRequest
from portal.core.tables import Choice, Column, Day, Search, Table, link_to
from portal.programme import queries as programme


def _province() -> Choice:
    return Choice("province", _("Province"), programme.province_choices)


def statements_table(request: PortalRequest) -> Table:
    """Imported statements with how much of them is matched."""
    columns = [
        Column("begins", pgettext("bank", "From"), kind="date", header=True, link=link_to("grants:bank_statement")),
        Column("ends", pgettext("bank", "To"), kind="date", sort="ends"),
        Column("organisation", _("Finance department"), sort="organisation__code"),
        Column("account", _("Bank account"), kind="code", sort="account"),
        Column("number", _("Number of the statement"), kind="code", on="file"),
        Column("moved", _("Sum of the lines"), kind="yuan"),
        Column("lines", _("Lines"), kind="number", sort="lines"),
        Column("matched", _("Matched"), kind="number", sort="matched"),
        Column("open_lines", pgettext("bank lines", "Open"), kind="number", sort="open_lines"),
        Column("adds_up", _("Balances"), kind="state", value=_adds_up, label_of="adds_up_words"),
        Column("imported_at", _("Imported"), kind="moment", sort="imported_at"),
    ]
    filters = [_province(), Search("account", "number", "organisation__name_zh", "organisation__name_en")]
    rows = queries.statements(request.actor.scope)
    empty = _("No bank statement is imported yet.")
    name = _("Bank statements")
    return Table(request, rows, name="statements", columns=columns, filters=filters, label=name, empty=empty)


def _adds_up(row: Any) -> str:
    row.adds_up_words = gap_words(row)
    return "plain" if row.gap is None else "done" if not row.gap else "refused"


def gap_words(row: Any) -> str:
    """Whether the balances of a statement and its lines agree, in words."""
    if row.gap is None:
        return pgettext("balances", "not given")
    return pgettext("balances", "agree") if not row.gap else pgettext("balances", "do not agree")


def _line_columns() -> list[Column]:
    return [
        Column("day", _("Day"), kind="date", header=True, link=link_to("grants:bank_line"), sort="day"),
        Column("direction", _("Direction"), value="get_direction_display", sort="direction"),
        Column("amount", _("Amount"), kind="yuan", sort="amount"),
        Column("name", _("Other side"), sort="name"),
        Column("text", _("Remittance information")),
        Column("reference", _("Reference of the bank"), kind="code", on="file"),
        Column("counter_account", _("Account of the other side"), kind="code", on="file"),
    ]


def _state() -> Column:
    """Open lines wait for somebody."""
    return Column(
        "state", pgettext("list", "State"), kind="state", sort="state", value=tone_of, label_of="get_state_display"
    )


def tone_of(row: Any) -> str:
    """The state by which a line's word gets its tone."""
    return "queued" if row.state == LineState.OPEN else str(row.state)


def lines_table(request: PortalRequest, rows: Any) -> Table:
    """The lines of a statement."""
    columns = [
        Column("number", _("Line"), kind="number", sort="number"),
        *_line_columns(),
        _state(),
        Column("why", _("Why it is open"), value="get_why_display"),
    ]
    filters = [
        Choice("state", pgettext("list", "State"), LineState.choices),
        Choice("direction", _("Direction"), Direction.choices),
        Search("name", "text", "reference"),
    ]
    empty = _("Every line of this statement is counted in another one.")
    return Table(
        request,
        rows,
        name="bank-lines",
        columns=columns,
        filters=filters,
        label=_("Lines"),
        empty=empty,
        order="number",
    )


def _queued(row: Any) -> str:
    row.queued_words = str(dict(QUEUE).get(row.shown_why, ""))
    return "reversed" if row.shown_why == TAKEN_BACK else "draft"


def queue_table(request: PortalRequest) -> Table:
    """Lines that a person has to look at."""
    columns = [
        *_line_columns(),
        Column("organisation", _("Finance department"), sort="organisation__code"),
        Column("why", _("Why it is open"), kind="state", value=_queued, label_of="queued_words", sort="shown_why"),
    ]
    filters = [
        _province(),
        Choice("why", _("Why it is open"), QUEUE, field="shown_why"),
        Choice("direction", _("Direction"), Direction.choices),
        Day("from", _("From the day"), "day"),
        Day("until", _("Up to the day"), "day", until=True),
        Search("name", "text", "reference", "organisation__name_zh"),
    ]
    rows = queries.queue(request.actor.scope)
    empty = _("No line is open: every movement belongs to a paper or is set aside.")
    name = _("Open lines")
    return Table(request, rows, name="open-lines", columns=columns, filters=filters, label=name, empty=empty)


def unseen_table(request: PortalRequest, rows: Any) -> Table:
    """Confirmed payments that no statement shows."""
    columns = [
        Column("document_no", _("Voucher number"), link=link_to("grants:payment"), header=True, sort="document_no"),
        Column("province", _("Province"), sort="province__code"),
        Column("unit", _("Pilot unit"), sort="unit__code"),
        Column("project", _("Project"), value="grant_project.name", sort="grant_project__name"),
        Column("payee", _("Payee"), sort="payee"),
        Column("amount", _("Amount"), kind="yuan", sort="amount", total=True),
        Column("seen", _("Seen on statements"), kind="yuan", sort="seen"),
        Column("checked_at", pgettext("moment", "Confirmed"), kind="moment", sort="checked_at"),
        Column("ordered_at", _("Ordered"), kind="moment", sort="ordered_at"),
    ]
    filters = [_province(), Search("document_no", "payee", "grant_project__name", "unit__name_zh", "unit__name_en")]
    empty = _("Every payment of this age stands on a bank statement.")
    name = _("Payments without a bank line")
    return Table(request, rows, name="unseen", columns=columns, filters=filters, label=name, empty=empty)


def orders_table(request: PortalRequest) -> Table:
    """Sets of payment orders."""
    columns = [
        Column("title", pgettext("bank order", "Set"), header=True, link=link_to("grants:bank_order")),
        Column("organisation", _("Finance department"), sort="organisation__code"),
        Column("papers", _("Orders"), kind="number", sort="papers"),
        Column("total", _("Total"), kind="yuan", sort="total"),
        Column("uploaded_at", pgettext("bank order", "Written"), kind="moment", sort="uploaded_at"),
        Column("state", pgettext("list", "State"), kind="state", sort="state", label_of="get_state_display"),
        Column("sha256", _("Digest (SHA-256)"), kind="code", on="file"),
    ]
    rows = queries.orders(request.actor.scope)
    empty = _("No payment orders were written yet.")
    return Table(
        request, rows, name="orders", columns=columns, filters=[_province()], label=_("Payment orders"), empty=empty
    )


def items_table(request: HttpRequest, rows: Any) -> Table:
    """The orders of a set."""
    columns = [
        Column("paper", _("Document number"), header=True, value=lambda row: _paper(row).document_no, link=_link),
        Column("payee", _("Payee"), value=lambda row: row.payment.payee if row.payment else str(row.pass_on.unit)),
        Column("amount", _("Amount"), kind="yuan", value=lambda row: _paper(row).amount),
        Column("paid_on", _("On the statement of"), kind="date"),
    ]
    return Table(request, rows, name="order", columns=columns, label=_("Orders"))


def _paper(row: Any) -> Any:
    return row.payment or row.pass_on


_payment, _pass_on = link_to("grants:payment", "payment_id"), link_to("grants:pass_on", "pass_on_id")


def _link(row: Any) -> str:
    return _payment(row) if row.payment_id else _pass_on(row)


def problems_table(request: HttpRequest, problems: list[dict[str, Any]]) -> Table:
    """What is wrong in a file, by row and column."""
    columns = [
        Column("row", _("Row"), value=lambda one: one["row"] or "–", header=True),
        Column("column", _("Column"), value=lambda one: one["column"] or "–"),
        Column("text", _("What is wrong"), value=lambda one: one["text"]),
    ]
    return Table(request, problems, name="problems", columns=columns, label=_("What is wrong"), size=200)
