"""Papers of use, return, matching money and recovery as pages show them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from grants.domain.violations import Violation
from grants.models import MatchingFunds, Recovery, RecoveryPayment, RecoveryWithdrawal, ReturnPaper, SpendingReport
from grants.presentation import Facts, amount, capitals, link, paper_facts, place_facts
from portal.core import units
from portal.core.sources import in_words
from portal.core.templatetags.portal_ui import deadline, moment


def _booked(row: Any) -> Facts:
    entry = getattr(row, "entry", None)
    return [(_("Booked as entry"), link("grants:entry", entry.pk, str(entry)))] if entry else []


def _project(row: Any, whole: str) -> tuple[str, SafeString | str]:
    found = row.grant_project
    return _("Project"), link("grants:project", found.pk, found.name) if found else whole


def spending_facts(row: SpendingReport) -> Facts:
    """A spending report."""
    return [
        *place_facts(row),
        _project(row, ""),
        (_("Enterprise"), row.enterprise),
        (_("Amount used"), amount(row.amount)),
        (_("Amount in capitals"), capitals(row.amount)),
        (_("Used for"), row.get_used_for_display()),
        (_("What was bought or paid"), row.purpose),
        (_("Period"), format_html("{} – {}", moment(row.period_from), moment(row.period_to))),
        *_booked(row),
        *paper_facts(row),
    ]


def return_facts(row: ReturnPaper) -> Facts:
    """A return, with the way it goes and whether it arrived."""
    up = pgettext("return", "Ministry of Finance") if row.source == "province" else pgettext("return", "province")
    facts: Facts = [
        *place_facts(row),
        (_("Given back from"), row.get_source_display()),
        (_("Given back to"), up),
        (_("Amount"), amount(row.amount)),
        (_("Amount in capitals"), capitals(row.amount)),
        (_("Why it goes back"), row.reason),
    ]
    if row.issue is not None:
        facts.append((pgettext("money", "Issue"), link("grants:issue", row.issue.pk, row.issue.document_no)))
    received = moment(row.received_on) if row.received_on else _("not recorded yet")
    return [*facts, (_("Received by the level above on"), received), *_booked(row), *paper_facts(row)]


def matching_facts(row: MatchingFunds) -> Facts:
    """Matching money that arrived."""
    return [
        *place_facts(row),
        _project(row, _("the unit as a whole")),
        (_("Year of the plan"), str(row.year)),
        (_("Source"), row.get_source_display()),
        (_("Amount"), amount(row.amount)),
        (_("Amount in capitals"), capitals(row.amount)),
        (_("Arrived on"), moment(row.arrived_on)),
        *paper_facts(row),
    ]


def recovery_facts(row: Any, violation: Violation | None) -> Facts:
    """A demand: on what ground, by whom, until when."""
    facts: Facts = [
        *place_facts(row),
        _project(row, _("the unit's whole money")),
        (_("Demanded by"), row.organisation),
        (_("Demanded"), amount(row.amount)),
        (_("Amount in capitals"), capitals(row.amount)),
        (_("Ground"), row.get_ground_display()),
    ]
    if violation is not None:
        facts += [(_("Kind of violation"), violation.name), (_("Rule"), in_words(violation.source))]
        facts.append((_("Range of the fine"), fine(row)))
    if row.reference:
        named = link("auditing:see", row.finding_id, row.reference) if row.finding_id else row.reference
        facts.append((_("Finding or report"), named))
    due = deadline(row.due_on) if row.state == "confirmed" and row.left > 0 else moment(row.due_on)
    return [*facts, (_("What was found"), row.reason), (_("To be paid by"), due), *paper_facts(row)]


def fine(row: Recovery) -> str:
    """The range of the fine in yuan."""
    if row.fine_from is None or row.fine_to is None:
        return _("This kind is not fined.")
    said = {"low": units.digits(row.fine_from), "high": amount(row.fine_to)}
    return pgettext("fine", "%(low)s to %(high)s") % said


def recovery_tiles(row: Any) -> list[dict[str, Any]]:
    """How far a demand is paid."""
    pairs: list[tuple[str, Decimal]] = [
        (_("Demanded"), row.amount),
        (_("Collected"), row.paid),
        (_("To be checked"), row.waiting),
        (_("Outstanding"), row.left),
    ]
    return [{"label": label, "value": units.digits(value), "unit": units.word()} for label, value in pairs]


def collected_facts(row: RecoveryPayment) -> Facts:
    """A payment on a demand."""
    demand = row.recovery
    return [
        *place_facts(row),
        (_("Demand"), link("grants:recovery", demand.pk, demand.document_no, amount(demand.amount))),
        (_("Collected from"), row.grant_project.name if row.grant_project else _("the unit's own money")),
        (_("Amount"), amount(row.amount)),
        (_("Amount in capitals"), capitals(row.amount)),
        *_booked(row),
        *paper_facts(row),
    ]


def withdrawal_facts(row: RecoveryWithdrawal) -> Facts:
    """The withdrawal of a demand."""
    demand = row.recovery
    return [
        *place_facts(row),
        (_("Demand"), link("grants:recovery", demand.pk, demand.document_no, amount(demand.amount))),
        (_("Outstanding when it was entered"), amount(row.amount)),
        (_("Amount in capitals"), capitals(row.amount)),
        (_("Why it is withdrawn"), row.reason),
        *paper_facts(row),
    ]
