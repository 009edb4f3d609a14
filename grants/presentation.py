"""Papers as pages show them: facts in reading order, what happened, amounts side by side."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from applications.models import PlanVersion
from grants.enterprise_links import named
from grants.enums import CheckState, Tranche
from grants.models import (
    Assessment,
    Award,
    Document,
    GrantProject,
    Issue,
    Payment,
    ReturnPaper,
    Reversal,
    YearClose,
)
from grants.models.checked import Checked, Signed
from grants.queries.books import Unspent
from portal.core import clock
from portal.core.capital import capital_amount
from portal.core.models import StoredFile
from portal.core.scope import Actor
from portal.core.templatetags.portal_ui import deadline, moment, money

Facts = list[tuple[str, Any]]


def amount(value: Decimal) -> str:
    """An amount with its unit, for running text."""
    return str(money(value))


def signed(value: Decimal) -> SafeString | str:
    """An amount with its unit; below zero in the tone of what is taken away, as in lists."""
    return _negative(-value) if value < 0 else amount(value)


def capitals(value: Decimal) -> SafeString:
    """The amount in Chinese capitals (大写), as papers state it; Chinese in every language."""
    return format_html('<span lang="zh-Hans">{}</span>', capital_amount(value))


def file_link(document: Document | None) -> SafeString | str:
    """The file with its size and digest; a dash when there is none."""
    return "–" if document is None else file_line(document, reverse("grants:document", args=[document.pk]))


def paper_file(paper: Any) -> SafeString | str:
    """The file of a paper; a line of a document that issues to many units has that document's sealed file."""
    above = getattr(paper, "paper", None)
    if above is not None and above.document is not None:
        return file_line(above.document, reverse("grants:issue_file", args=[above.document_id]))
    return file_link(getattr(paper, "document", None))


def file_line(document: StoredFile, address: str) -> SafeString:
    """A kept file with its address, size and digest."""
    return format_html(
        '<a href="{}">{}</a> <span class="quiet">{} · SHA-256 <span class="code">{}…</span></span>',
        address,
        document.file_name,
        filesizeformat(document.size),
        document.sha256[:16],
    )


def link(route: str, pk: int, text: str, more: str = "") -> SafeString:
    """A link to a row's page, with some words after it."""
    return format_html('<a href="{}">{}</a>{}', reverse(route, args=[pk]), text, f" · {more}" if more else "")


def paper_facts(row: Signed) -> Facts:
    """Number, date, file, maker and checker of a paper."""
    facts: Facts = [
        (_("Document number"), row.document_no),
        (_("Date of the document"), moment(row.document_date)),
    ]
    if isinstance(row, Checked):
        facts.append((_("File"), paper_file(row)))
    facts.append((_("Entered by"), f"{row.maker} · {row.organisation}"))
    if row.checker is not None:
        facts.append((_("Checked by"), str(row.checker)))
    if row.state == CheckState.REFUSED:
        if hasattr(row, "refusal"):
            facts.append((_("Ground of the refusal"), row.refusal.get_ground_display()))
        facts.append((_("Why it was refused"), row.refused_why))
    return facts


def place_facts(row: Any) -> Facts:
    """Unit, province, batch."""
    batch = row.batch if isinstance(row, Award) else row.award.batch
    return [(_("Pilot unit"), row.unit), (_("Province"), row.province), (_("Batch"), batch)]


def plan_facts(row: GrantProject) -> Facts:
    """How changes of the plan made the support what it is: the version that added the project, each other support."""
    facts: Facts = []
    if row.version is not None:
        facts.append((_("Added by a change of the plan"), _plan_link(row.version)))
    for one in row.revisions.select_related("version"):
        if one.before == one.after:  # the plan changed the name, the enterprise or the investment alone
            facts.append((_("Changed by the plan, support as before"), _plan_link(one.version)))
            continue
        words = _("from %(before)s to %(after)s, ") % {"before": amount(one.before), "after": amount(one.after)}
        facts.append((_("Support changed by the plan"), format_html("{}{}", words, _plan_link(one.version))))
    return facts


def _plan_link(version: PlanVersion) -> SafeString:
    address = reverse("applications:plan_version", args=[version.application_id, version.number])
    return format_html('<a href="{}">{}</a>', address, _("version %(number)s") % {"number": version.number})


def award_facts(row: Award) -> Facts:
    """An award."""
    rules = row.batch.rule_set
    cap = amount(rules.grant_cap) if rules else "–"
    passed = moment(row.assessment_passed_on) if row.assessment_passed_on else pgettext("assessment", "not yet")
    return [
        *place_facts(row),
        (_("Awarded"), amount(row.amount)),
        (_("Amount in capitals"), capitals(row.amount)),
        (_("Most a unit may be granted"), cap),
        *paper_facts(row),
        (_("Final assessment passed on"), passed),
    ]


def issue_facts(row: Any) -> Facts:
    """An issue, with what a checker compares it with and how the pass-on stands."""
    facts: Facts = [
        *place_facts(row),
        (_("Tranche"), Tranche(row.tranche).label),
        (_("Amount"), amount(row.amount)),
        (_("Amount in capitals"), capitals(row.amount)),
        (_("Of the award"), link("grants:award", row.award_id, amount(row.award.amount))),
        *paper_facts(row),
    ]
    if row.paper is not None:
        facts.insert(3, (_("Line of the document"), link("grants:issue_paper", row.paper_id, row.paper.document_no)))
    if row.state == CheckState.CONFIRMED:
        facts += [
            (_("Received by the province on"), _received(row)),
            (_("Passed on"), amount(row.passed)),
            (_("Still with the province"), amount(row.held)),
            (pgettext("pass-on", "To be passed on by"), deadline(row.due_on) if row.held else moment(row.due_on)),
        ]
    return facts


def _received(row: Any) -> Any:
    """The day the money came by the province's record; where that was made late, how late."""
    if row.received_on is None:
        return _("not recorded yet")
    days = row.recorded_after
    if days <= settings.RECEIPT_RECORDED_WITHIN:
        return moment(row.received_on)
    late = ngettext("recorded late: %(count)s day after", "recorded late: %(count)s days after", days)
    return format_html("{} · {}", moment(row.received_on), late % {"count": days})


def pass_on_facts(row: Any) -> Facts:
    """A pass-on, with its issue and whether it is in time."""
    issue: Issue = row.issue
    late = pgettext("pass-on", "late") if row.timing == "late" else pgettext("pass-on", "in time")
    return [
        *place_facts(row),
        (_("Amount"), amount(row.amount)),
        (_("Amount in capitals"), capitals(row.amount)),
        (pgettext("money", "Issue"), link("grants:issue", issue.pk, issue.document_no, amount(issue.amount))),
        (_("Received by the province on"), moment(issue.received_on)),
        (pgettext("money", "Passed on on"), format_html("{} · {}", moment(row.passed_on), late)),
        (pgettext("pass-on", "To be passed on by"), moment(row.due_on)),
        (_("Why late or in part"), row.note or "–"),
        *arrival_facts(row),
        *paper_facts(row),
    ]


def arrival_facts(pass_on: Any) -> Facts:
    """Whether and when the unit confirmed that a pass-on came; nothing before it is booked."""
    arrival = getattr(pass_on, "arrival", None)
    if arrival is not None:
        words = format_html("{} · {}", moment(arrival.arrived_on), arrival.confirmed_by)
        return [(_("Arrived at the unit on"), words)]
    waits = pass_on.state == CheckState.CONFIRMED
    return [(_("Arrived at the unit on"), _("not confirmed by the unit yet"))] if waits else []


def payment_facts(by: Actor, row: Payment, *, paid: Decimal | None = None, held: Decimal | None = None) -> Facts:
    """A payment; for its checker with what was paid to the project and what the unit holds."""
    project = row.grant_project
    facts: Facts = [
        *place_facts(row),
        (_("Project"), link("grants:project", project.pk, project.name)),
        (_("Leading enterprise"), project.enterprise_name),
        (_("Payee"), named(by, row.payee, row.request.payee_code) if row.request else row.payee),
        (_("Amount"), amount(row.amount)),
        (_("Amount in capitals"), capitals(row.amount)),
        (_("What it is for"), row.purpose),
        (_("Approved support"), amount(project.approved_support)),
    ]
    if paid is not None and held is not None:
        facts += [(_("Paid to the project so far"), amount(paid)), (_("The unit holds"), amount(held))]
    return facts + paper_facts(row)


def assessment_facts(row: Assessment) -> Facts:
    """The result of a final assessment."""
    return [
        *place_facts(row),
        (_("Result"), row.get_result_display()),
        (_("Assessed on"), moment(row.assessed_on)),
        (_("Awarded"), amount(row.award.amount)),
        *paper_facts(row),
    ]


def reversal_facts(row: Reversal) -> Facts:
    """A reversal: what it takes back and why."""
    entry = row.entry
    facts: Facts = [
        *place_facts(row),
        (_("Takes back entry"), link("grants:entry", entry.pk, str(entry), str(entry.get_kind_display()))),
        (_("Amount taken back"), _negative(row.amount)),
        (_("Amount in capitals"), capitals(-row.amount)),
        (_("Why it is taken back"), row.reason),
    ]
    if hasattr(row, "booked"):
        facts.append((_("Booked as entry"), link("grants:entry", row.booked.pk, str(row.booked))))
    return facts + paper_facts(row)


def _negative(value: Decimal) -> SafeString:
    return format_html('<span class="negative">{}</span>', amount(-value))


def year_close_facts(row: YearClose, unspent: Unspent | None) -> Facts:
    """The closing of a year; before it is confirmed with what it would book (`unspent`)."""
    facts: Facts = [(_("Year"), str(row.year))]
    if row.state == CheckState.CONFIRMED:
        facts += [
            (_("Entries of the year"), f"{row.entries:,}"),
            (_("Carried over"), amount(row.carried_over)),
            (_("Surplus to be returned"), amount(row.surplus)),
        ]
        if row.digest:
            digest = format_html('<span class="code">{}</span>', row.digest)
            facts.append((_("Digest of the last entry (SHA-256)"), digest))
    elif unspent is not None:
        facts += unspent_facts(unspent, row.year)
    return facts + paper_facts(row)


def unspent_facts(found: Unspent, year: int) -> Facts:
    """What a closing books with its confirmation; of a year closed late, that the next one is over as well."""
    facts: Facts = [
        (_("Unspent by units: becomes carry-over"), amount(found.carried_over)),
        (_("Carried over before and still unspent: becomes surplus"), amount(found.surplus)),
        (_("Accounts this moves"), f"{found.accounts:,}"),
    ]
    if year + 1 < clock.today().year:
        late = _("%(next)s is over as well: close it next. What is carried over now becomes surplus with that.")
        facts.append((_("Closed late"), late % {"next": year + 1}))
    return facts


def history(row: Signed) -> list[dict[str, Any]]:
    """What happened to a paper, the newest first."""
    events = [{"what": _("Entered"), "who": row.maker, "where": row.organisation, "at": row.made_at}]
    if row.checked_at is not None:
        done = pgettext("money", "Refused") if row.state == CheckState.REFUSED else pgettext("money", "Confirmed")
        events.append({"what": done, "who": row.checker, "at": row.checked_at, "note": row.refused_why})
    if isinstance(row, (Issue, ReturnPaper)) and row.received_at is not None:
        events.append({"what": _("Receipt recorded"), "who": row.received_by, "at": row.received_at})
    return events[::-1]


def bars(award: Any) -> list[dict[str, Any]]:
    """How far an award's money came, as amounts side by side."""
    pairs = [
        (_("Awarded"), award.amount),
        (_("Issued to the province"), award.issued),
        (_("Passed on to the unit"), award.passed),
        (_("Paid to projects"), award.paid),
    ]
    return [
        {"label": label, "value": amount(value), "percent": int(100 * value / award.amount)} for label, value in pairs
    ]
