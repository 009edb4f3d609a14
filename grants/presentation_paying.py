"""Payment requests, their invoices and answers, and holds, as pages show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from grants.enterprise_links import named
from grants.enums import CheckState
from grants.enums_paying import Answer, HoldState
from grants.models import FundingHold, Payment, PaymentRequest, RequestInvoice
from grants.presentation import Facts, amount, capitals, link, place_facts
from grants.queries.awards import batch_with_rules
from grants.queries.requests import Claim, basis, invoiced
from portal.core import units
from portal.core.money import in_percent
from portal.core.rules import may
from portal.core.scope import Actor
from portal.core.templatetags.portal_ui import moment


def _asked_facts(row: PaymentRequest) -> Facts:
    return [
        (_("Method of support"), row.get_method_display()),
        (_("Milestone reached"), row.milestone),
        (_("Reached on"), moment(row.reached_on)),
    ]


def request_facts(by: Actor, row: PaymentRequest) -> Facts:
    """What is asked."""
    project = row.grant_project
    facts: Facts = [
        *place_facts(row),
        (_("Project"), link("grants:project", project.pk, project.name)),
        (_("Payee"), named(by, row.payee, row.payee_code)),
        (_("Amount"), amount(row.amount)),
        (_("Amount in capitals"), capitals(row.amount)),
        *_asked_facts(row),
        (_("What it is for"), row.purpose),
        (_("Prepared by"), format_html("{} · {}", row.prepared_by, moment(row.prepared_at))),
    ]
    if row.copy_of is not None:
        facts.append(
            (_("Mends"), link("grants:request", row.copy_of.pk, _("request %(number)s") % {"number": row.copy_of.pk}))
        )
    return facts


def payees(by: Actor, found: Mapping[str, str]) -> Facts:
    """The enterprises of a project, by credit code: who may be paid."""
    lines = [(named(by, name, code),) for code, name in found.items()]
    return [(_("Enterprises that may be paid"), format_html_join(SafeString("<br>"), "{}", lines))] if lines else []


def sums(row: PaymentRequest, invoices: Sequence[RequestInvoice]) -> dict[str, Any]:
    """The sum of the invoices beside what they have to show, as tiles, and whether it is too little."""
    shown, needed = invoiced(invoices), basis(row)
    tiles = [
        {"label": _("Amount asked"), "value": units.digits(row.amount), "unit": units.word()},
        {"label": _("Sum of the invoices"), "value": units.digits(shown), "unit": units.word()},
        {"label": _("Invoices have to show at least"), "value": units.digits(needed), "unit": units.word()},
    ]
    rules = row.award.batch.rule_set
    share = in_percent(rules.project_support_share if rules else Decimal(1))
    rule = (
        _("Rule: an investment subsidy is at most %(share)s %% of what was invested, so the invoices show the rest.")
        if row.method == "investment_subsidy"
        else _("Rule: interest and fees are subsidised as far as the invoices show them.")
    )
    return {"tiles": tiles, "low": shown < needed, "rule": rule % {"share": share}}


def sum_facts(row: PaymentRequest, invoices: Sequence[RequestInvoice]) -> Facts:
    """The same as facts."""
    return [
        (_("Invoices"), f"{len(invoices):,}"),
        (_("Sum of the invoices"), amount(invoiced(invoices))),
        (_("Invoices have to show at least"), amount(basis(row))),
    ]


def invoice_rows(
    row: PaymentRequest, invoices: Sequence[RequestInvoice], claims: Mapping[int, Claim]
) -> list[dict[str, Any]]:
    """The invoices, each with the claim on it elsewhere in the country, if there is one."""
    text = _("Counts already for a payment in %(province)s since %(day)s. It cannot be used again.")
    return [
        {
            "invoice": one,
            "claim": text % {"province": claim.province, "day": claim.day.isoformat()} if claim else "",
        }
        for one in invoices
        for claim in [claims.get(one.pk)]
    ]


def uses(row: PaymentRequest) -> list[tuple[str, str]]:
    """The banned uses that were answered, each with its answer."""
    language = "en" if get_language() == "en" else "zh"
    return [(one.get(language, one["zh"]), str(Answer(one["answer"]).label)) for one in row.uses]


def asked(payment: Payment) -> dict[str, Any]:
    """What the page of a payment shows of its request; nothing for one from before requests."""
    row = payment.request
    if row is None:
        return {"asked": None}
    row.award = payment.award
    row.award.batch = batch_with_rules(row.award)
    invoices = list(row.invoices.all())
    return {
        "asked": row,
        "asked_facts": _asked_facts(row),
        "sums": sums(row, invoices),
        "invoices": invoice_rows(row, invoices, {}),
        "evidence": list(row.evidence.all()),
        "uses": uses(row),
    }


def mending(actor: Actor, payment: Payment) -> list[dict[str, Any]]:
    """The button that copies a refused or reversed payment's request into a new one."""
    over = payment.state in (CheckState.REFUSED, CheckState.REVERSED) and payment.request_id is not None
    if not over or not may(actor, "grants.mend_request", payment):
        return []
    url = reverse("grants:mend_payment", args=[payment.pk])
    return [{"label": _("Mend it in a new request"), "url": url, "post": True, "kind": "primary"}]


def hold_facts(row: FundingHold) -> Facts:
    """What was found, and what each ministry says."""
    facts: Facts = [
        *place_facts(row),
        (_("Project"), link("grants:project", row.grant_project_id, row.grant_project.name)),
        (_("Level"), row.get_level_display()),
        (_("Who gave the money"), row.source),
        (_("Fund and document"), row.fund),
        (_("Amount"), amount(row.amount)),
        (_("How it was found"), row.note),
        (_("Raised by"), f"{row.raised_by} · {row.organisation}"),
        (_("MIIT says"), row.get_miit_word_display() or _("nothing yet")),
        (_("MOF says"), row.get_mof_word_display() or _("nothing yet")),
    ]
    if row.state != HoldState.OPEN:
        facts.append((_("Decided"), moment(row.decided_at)))
    return facts


def hold_history(row: FundingHold) -> list[dict[str, Any]]:
    """Who raised it and who said what, the newest first."""
    events: list[dict[str, Any]] = [
        {"what": _("Payments stopped"), "who": row.raised_by, "where": row.organisation, "at": row.raised_at}
    ]
    said = [
        (row.miit_at, "MIIT", row.get_miit_word_display(), row.miit_by, row.miit_why),
        (row.mof_at, "MOF", row.get_mof_word_display(), row.mof_by, row.mof_why),
    ]
    for at, where, word, who, why in said:
        if at is not None:
            events.append({"what": word, "who": who, "where": where, "at": at, "note": why})
    return sorted(events, key=lambda event: event["at"], reverse=True)
