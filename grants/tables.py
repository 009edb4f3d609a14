"""Lists of money: columns and filters; pages and files read the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from grants.counting import counted, is_void
from grants.enterprise_links import address
from grants.enums import CheckState
from grants.enums_paying import Ground
from grants.queries import awards, flows, moves
from grants.queries.moves import Waiting
from portal.core import clock
from portal.core.joins import name_of, plain
from portal.core.middleware import PortalRequest
from portal.core.punctuation import said_of
from portal.core.rules import may
from portal.core.scope import Actor
from portal.core.tables import Choice, Column, Listing, Search, Table, link_to
from portal.programme import queries as programme
from portal.programme.enums import Region


def timing_words(row: Any) -> str:
    """Whether money was or is passed on in time, in words."""
    return pgettext("pass-on", "late") if row.timing == "late" else pgettext("pass-on", "in time")


def _timing(key: str = "timing") -> Column:
    """A column that says in words and tone whether it is late."""
    return Column(key, pgettext("pass-on", "Timing"), kind="state", value=_tone, label_of="timing_words")


def _tone(row: Any) -> str:
    row.timing_words = timing_words(row)
    return "refused" if row.timing == "late" else "done"


def _places() -> list[Any]:
    return [
        Choice("province", _("Province"), programme.province_choices),
        Search("unit__name_zh", "unit__name_en", "document_no"),
    ]


def _place() -> list[Column]:
    return [
        Column("province", _("Province"), sort="province__code"),
        Column("unit", _("Pilot unit"), sort="unit__code"),
    ]


def _state() -> Column:
    return Column("state", pgettext("list", "State"), kind="state", sort="state")


def awards_table(request: PortalRequest) -> Table:
    """Awards with how far their money came."""
    columns = [
        Column("document_no", _("Document number"), link=link_to("grants:award"), header=True, sort="document_no"),
        Column("province", _("Province"), sort="province__code"),
        Column("unit", _("Pilot unit"), sort="unit__code"),
        Column("batch", _("Batch"), value="batch.number", kind="number", sort="batch__number"),
        Column("amount", _("Awarded"), kind="yuan", sort="amount", total="counted_amount", void=is_void),
        Column("issued", _("Issued"), kind="yuan", sort="issued", total=True),
        Column("passed", _("Passed on to units"), kind="yuan", sort="passed", total=True),
        Column("paid", _("Paid to projects"), kind="yuan", sort="paid", total=True),
        _state(),
    ]
    scope = request.actor.scope
    batch = Choice("batch", _("Batch"), lambda: flows.batches(scope), field="batch__number")
    more = [batch] if scope.nation else []
    filters = [*_places(), *more, Choice("state", pgettext("list", "State"), CheckState.choices)]
    rows = counted(awards.awards(scope))
    return Table(request, rows, name="awards", columns=columns, filters=filters, label=_("Awards"))


def to_award_table(request: PortalRequest) -> Table:
    """Units of the final list without an award."""
    columns = [
        Column("unit", _("Pilot unit"), header=True, link=link_to("grants:enter_award"), sort="unit__code"),
        Column("province", _("Province"), sort="province__code"),
        Column("batch", _("Batch"), value="batch.number", kind="number"),
        Column("amount_asked", _("Amount asked"), kind="yuan", sort="amount_asked", total=True),
    ]
    rows = awards.to_award(request.actor.scope)
    empty = _("Every unit of the final lists has its award.")
    return Table(request, rows, name="to-award", columns=columns, label=_("Units to be awarded"), empty=empty)


def asked_places(request: PortalRequest) -> list[Any]:
    """The region for who sees the nation; a unit where an address brings one (the overview's figures lead here)."""
    scope = request.actor.scope
    region = Choice("region", _("Economic region"), Region.choices, field="province__region")
    unit = Choice("unit", _("Pilot unit"), lambda: flows.units(scope, flows.Asked.of(request.GET.dict())))
    return [*([region] if scope.nation else []), *([unit] if request.GET.get("unit") else [])]


def waiting_table(request: PortalRequest) -> Table:
    """Money that lies with provinces, the one due first at the top."""
    columns = [
        Column(
            "document_no", pgettext("money", "Issue"), link=link_to("grants:issue"), header=True, sort="document_no"
        ),
        *_place(),
        Column("amount", _("Issued"), kind="yuan", on="file"),
        Column("held", _("Still with the province"), kind="yuan", sort="held", total=True),
        Column("received_on", _("Received"), kind="date", sort="received_on"),
        Column("due_on", pgettext("pass-on", "To be passed on by"), kind="due", sort="due_on"),
        _timing(),
    ]
    kinds = [("late", pgettext("pass-on", "late")), ("in_time", pgettext("pass-on", "in time"))]
    scope = request.actor.scope
    batch = Choice("batch", _("Batch"), lambda: flows.batches(scope), field="award__batch__number")
    more = [batch] if scope.nation else []
    filters = [*asked_places(request), *_places(), *more, Choice("timing", pgettext("pass-on", "Timing"), kinds)]
    rows = moves.waiting(request.actor.scope, on=clock.today())
    empty = _("No money waits to be passed on.")
    name = _("Waiting to be passed on")
    return Table(request, rows, name="waiting", columns=columns, filters=filters, label=name, empty=empty)


def projects_table(request: PortalRequest) -> Table:
    """Supported projects with what was paid and what is left."""
    columns = [
        Column("name", _("Project"), link=link_to("grants:project"), header=True, sort="name"),
        Column("enterprise_name", _("Leading enterprise"), sort="enterprise_name"),
        *_place(),
        Column("approved_support", _("Approved support"), kind="yuan", sort="approved_support", total=True),
        Column("paid", pgettext("project", "Paid"), kind="yuan", sort="paid", total=True),
        Column("waiting", _("To be checked"), kind="yuan", sort="waiting", total=True),
        Column("left", pgettext("project", "Left"), kind="yuan", sort="left", total=True),
    ]
    filters = [
        Choice("province", _("Province"), programme.province_choices),
        Search("name", "enterprise_name", "unit__name_zh", "unit__name_en"),
    ]
    rows = awards.projects(request.actor.scope).exclude(award__state=CheckState.REVERSED)
    empty = _("No project is supported yet: projects come with a confirmed award.")
    name = _("Supported projects")
    return Table(request, rows, name="projects", columns=columns, filters=filters, label=name, empty=empty)


def payments_table(
    request: PortalRequest, rows: Any, *, route: str = "grants:payment", places: bool = True, empty: str = ""
) -> Table:
    """Payments to projects, some or `ALL_PAYMENTS`; `route`: where a row leads."""
    unit, province = name_of("unit"), name_of("province")
    columns = [
        Column("document_no", _("Voucher number"), link=link_to(route), header=True, sort="document_no"),
        *([Column("province", _("Province"), value=province, sort="province__code")] if places else []),
        Column("unit", _("Pilot unit"), value=unit, sort="unit__code"),
        Column("project", _("Project"), value="grant_project__name", sort="grant_project__name"),
        Column("payee", _("Payee"), sort="payee", link=_payee(request.actor)),
        Column("amount", _("Amount"), kind="yuan", sort="amount", total="counted_amount", void=is_void),
        Column("checked_at", _("Checked"), kind="moment", sort="checked_at"),
        Column("state", pgettext("list", "State"), kind="state", sort="state", choices=CheckState),
        Column("ground", _("Ground of the refusal"), value=_ground),
    ]
    filters: list[Any] = [
        Search("document_no", "payee", "grant_project__name", "unit__name_zh", "unit__name_en"),
        Choice("state", pgettext("list", "State"), CheckState.choices),
        Choice("ground", _("Ground of the refusal"), Ground.choices, field="refusal__ground"),
    ]
    empty = empty or _("No payment yet.")
    rows = _paid(rows) if isinstance(rows, QuerySet) else rows
    return Table(request, rows, name="payments", columns=columns, filters=filters, label=_("Payments"), empty=empty)


def _paid(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Payments with what the list shows of them."""
    names = ("document_no", "payee", "amount", "counted_amount", "checked_at", "state", "grant_project__name")
    return plain(counted(rows), *names, name_of("unit"), name_of("province"), "refusal__ground", "request__payee_code")


def _all_payments(*, by: Actor) -> QuerySet[Any]:
    return _paid(moves.payments(by.scope))


ALL_PAYMENTS: Final = Listing(_all_payments)


def _payee(actor: Actor) -> Callable[[Any], str] | None:
    """The way to the page of the enterprise that was paid, for who may open it."""
    if not may(actor, "grants.oversee"):
        return None
    return lambda row: address(row.request__payee_code)


def _ground(row: Any) -> str:
    """Why the payment was refused."""
    return str(Ground(row.refusal__ground).label) if row.refusal__ground else ""


def ledger_table(request: HttpRequest, rows: Any) -> Table:
    """The lines of an award's entries."""
    columns = [
        Column("number", pgettext("ledger", "Entry"), value="entry", header=True, link=_entry),
        Column("booked_at", pgettext("ledger", "Booked"), value="entry.booked_at", kind="moment"),
        Column("kind", pgettext("ledger", "Kind"), value=kind_of_line),
        Column("account", pgettext("ledger", "Account"), value=_account, link=link_to("grants:account", "account_id")),
        Column("amount", _("Amount"), kind="yuan", total=True),
        Column("document_no", _("Document number"), value="entry.document_no"),
        Column("maker", _("Entered by"), value="entry.maker"),
        Column("checker", _("Checked by"), value="entry.checker"),
        Column("digest", _("Digest (SHA-256)"), value="entry.digest", on="file"),
    ]
    empty = _("Nothing is booked yet: an award is booked when it is confirmed.")
    return Table(request, rows, name="ledger", columns=columns, label=_("Ledger of the award"), empty=empty, size=100)


_entry = link_to("grants:entry", "entry_id")


def kind_of_line(line: Any) -> str:
    """The kind of a line's entry, with a word when it was taken back."""
    words = line.entry.get_kind_display()
    return _("%(kind)s (reversed)") % {"kind": words} if hasattr(line.entry, "reversed_by") else str(words)


def years_table(request: PortalRequest, rows: Sequence[Any]) -> Table:
    """Years of the ledger and whether they are closed; an open one leads whoever closes years to its closing."""
    closes = bool(may(request.actor, "grants.enter_year_close"))
    columns = [
        Column(
            "year",
            _("Year"),
            value=lambda row: str(row.year),
            header=True,
            link=lambda row: row.url if row.state in {"waiting", "done"} or (closes and row.state == "open") else "",
        ),
        Column("entries", pgettext("ledger", "Entries"), kind="number", total=True),
        Column("state", pgettext("list", "State"), kind="state", label_of="words"),
        Column("carried_over", _("Carried over"), kind="yuan"),
        Column("surplus", _("Surplus"), kind="yuan"),
        Column("document_no", _("Document number")),
        Column("closed_at", _("Closed"), kind="moment"),
        Column("digest", _("Digest of the last entry (SHA-256)"), kind="code", on="file"),
    ]
    empty = _("Nothing is booked yet: the first award begins the books of its year.")
    return Table(request, rows, name="years", columns=columns, label=_("Years of the ledger"), empty=empty)


def _account(line: Any) -> str:
    account = line.account
    words = account.get_place_display()
    return said_of(words, account.project.name) if account.project else str(words)


_NAMES = ("unit__name_zh", "unit__name_en", "province__name_zh", "province__name_en")
_ROUTES = {
    "award": "grants:award",
    "issue": "grants:issue",
    "pass_on": "grants:pass_on",
    "payment": "grants:payment",
    "assessment": "grants:assessment",
    "reversal": "grants:reversal",
    "year_close": "grants:year_close",
    "issue_paper": "grants:issue_paper",
    "award_change": "grants:award_change",
    "spending": "grants:spending",
    "return": "grants:return",
    "matching": "grants:matching_record",
    "recovery": "grants:recovery",
    "recovery_payment": "grants:recovery_payment",
    "withdrawal": "grants:withdrawal",
}


def check_kinds() -> dict[str, str]:
    """What a checker checks, in words."""
    return {
        "award": _("Award"),
        "issue": pgettext("money", "Issue"),
        "pass_on": _("Pass-on"),
        "payment": _("Payment"),
        "assessment": _("Final assessment"),
        "reversal": pgettext("ledger", "Reversal"),
        "year_close": _("Closing of a year"),
        "issue_paper": _("Issue document"),
        "award_change": _("Change of an award"),
        "spending": _("Spending report"),
        "return": _("Return"),
        "matching": _("Matching money"),
        "recovery": pgettext("money", "Demand"),
        "recovery_payment": _("Payment on a demand"),
        "withdrawal": _("Withdrawal"),
    }


def to_check_table(request: PortalRequest, rows: Sequence[Waiting]) -> Table:
    """What waits for the checker."""
    kinds = check_kinds()

    def unit(row: Waiting) -> str:
        return row.unit_en if get_language() == "en" else row.unit_zh

    columns = [
        Column(
            "document_no",
            _("Document number"),
            header=True,
            link=lambda row: reverse(_ROUTES[row.kind], args=[row.pk]),
            sort="document_no",
        ),
        Column("kind", _("What it is"), value=lambda row: kinds[row.kind], sort="kind"),
        Column("unit", _("Pilot unit"), value=unit, sort="unit"),
        Column("amount", _("Amount"), kind="yuan", sort="amount"),
        Column("maker", _("Entered by"), sort="maker"),
        Column("made_at", pgettext("column", "Entered"), kind="moment", sort="made_at"),
    ]
    empty = _("Nothing waits for you. What you entered yourself is checked by another person.")
    return Table(request, rows, name="to-check", columns=columns, label=_("To be checked"), empty=empty)
