"""Pages on recoveries: the list, a demand with its payments, entering them, withdrawing."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from grants import presentation, presentation_use, tables_use
from grants.domain import recoveries as domain
from grants.domain.violations import violation_of, violations
from grants.enums import Place, RecoveryState
from grants.forms.use import CollectedForm, RecoveryForm, WithdrawalForm
from grants.ledger import locks
from grants.queries import awards
from grants.queries import recoveries as queries
from grants.views.common import Kind, Trail, button, crumb, enter_page, paper_page
from grants.views.files import table_page
from portal.core import clock
from portal.core.middleware import PortalRequest
from portal.core.money import ZERO
from portal.core.ones import one_of
from portal.core.web import require, signed_in

RECOVERY: Final = Kind(
    pgettext_lazy("money", "Demand"),
    "recovery",
    "grants:recovery",
    domain.confirm_recovery,
    domain.refuse_recovery,
    "recovery",
    gettext_lazy("Confirmed. The demand is issued and the pilot unit has its letter."),
    books=False,
)
COLLECTED: Final = Kind(
    gettext_lazy("Payment on a demand"),
    "recovery_payment",
    "grants:recovery_payment",
    domain.confirm_recovery_payment,
    domain.refuse_recovery_payment,
    "recovery_payment",
    gettext_lazy("Confirmed and booked: the money lies as surplus with the unit. Give it back to the level above."),
)
WITHDRAWAL: Final = Kind(
    gettext_lazy("Withdrawal"),
    "withdrawal",
    "grants:withdrawal",
    domain.confirm_withdrawal,
    domain.refuse_withdrawal,
    "withdrawal",
    gettext_lazy("Confirmed. The demand is withdrawn."),
    books=False,
)
_READ: Final = require_http_methods(["GET", "HEAD", "POST"])


def _found(request: PortalRequest, pk: int) -> Any:
    return get_object_or_404(queries.recoveries(request.actor.scope, on=clock.today()), pk=pk)


def _trail(found: Any = None) -> Trail:
    trail = [crumb(_("Recoveries"), "grants:recoveries")]
    return [*trail, crumb(found.document_no, "grants:recovery", found.pk)] if found else trail


@require_safe
@signed_in
def recoveries(request: PortalRequest) -> HttpResponseBase:
    """Demands of the reader's scope."""
    require(request.actor, "grants.view")
    return table_page(request, "grants/recoveries.html", tables_use.recoveries_table(request))


@_READ
@signed_in
def enter_recovery(request: PortalRequest, pk: int) -> HttpResponse:
    """Demand money of an award back."""
    require(request.actor, "grants.view")
    scope = request.actor.scope
    found = one_of(awards.awards, request.actor, pk=pk)
    require(request.actor, "grants.enter_recovery", found)
    most = max(ZERO, locks.left("recovery", found.pk, None))
    form = RecoveryForm(
        request.POST or None,
        request.FILES or None,
        violations=violations(found),
        projects=list(awards.projects(scope).filter(award=found)),
        most=most,
        findings=queries.findings_at_hand(request.actor, found),
        initial={name: request.GET.get(name, "") for name in ("ground", "project", "finding")},
    )
    return enter_page(
        request,
        form=form,
        act=lambda form: domain.demand(by=request.actor, award=found, what=form.to_input()),
        route="grants:recovery",
        title=_("Demand money back"),
        trail=[crumb(_("Awards"), "grants:awards"), crumb(str(found.unit), "grants:award", pk)],
        facts=[
            *presentation.place_facts(found),
            (_("Passed on to the unit"), presentation.amount(found.passed)),
            (_("Paid to projects"), presentation.amount(found.paid)),
            (_("May still be demanded"), presentation.amount(most)),
        ],
        cancel=reverse("grants:award", args=[pk]),
    )


@_READ
@signed_in
def recovery(request: PortalRequest, pk: int) -> HttpResponse:
    """One demand: how far it is paid; its checker confirms or refuses, the unit pays, who demanded may withdraw."""
    require(request.actor, "grants.view")
    scope = request.actor.scope
    found = _found(request, pk)
    tables_use.standing_of(found)
    acts: list[dict[str, Any]] = []
    if found.state == RecoveryState.CONFIRMED and found.left > 0:
        pay, withdraw = (reverse(f"grants:{name}", args=[pk]) for name in ("enter_recovery_payment", "withdraw"))
        acts += button(request, "grants.enter_recovery_payment", found, pgettext("recovery", "Enter a payment"), pay)
        acts += button(request, "grants.enter_withdrawal", found, _("Withdraw the demand"), withdraw, kind="danger")
    surplus = awards.held(found.award_id, Place.SURPLUS)
    if surplus and found.paid:
        url = reverse("grants:enter_return", args=[found.award_id])
        label = _("Give the collected money back")
        acts += button(request, "grants.enter_return_unit", found.award, label, url, kind="secondary")
    return paper_page(
        request,
        RECOVERY,
        found,
        template="grants/recovery.html",
        trail=_trail(),
        facts=presentation_use.recovery_facts(found, violation_of(found.award, found.violation)),
        acts=acts,
        due=found.due_on if found.state == RecoveryState.CONFIRMED and found.left > 0 else None,
        tiles=presentation_use.recovery_tiles(found),
        payments=list(queries.payments(scope).filter(recovery=found)),
        withdrawals=list(queries.withdrawals(scope).filter(recovery=found)),
        surplus=surplus if found.paid else ZERO,
    )


@_READ
@signed_in
def enter_recovery_payment(request: PortalRequest, pk: int) -> HttpResponse:
    """Enter that a part of a demand was collected."""
    require(request.actor, "grants.view")
    found = _found(request, pk)
    require(request.actor, "grants.enter_recovery_payment", found)
    projects = awards.projects(request.actor.scope).filter(award=found.award_id)
    if found.grant_project_id:
        projects = projects.filter(pk=found.grant_project_id)
    form = CollectedForm(
        request.POST or None,
        request.FILES or None,
        projects=list(projects),
        whole="" if found.grant_project_id else _("the unit's own money"),
        most=locks.left("demand", pk),
    )
    return enter_page(
        request,
        form=form,
        act=lambda form: domain.enter_recovery_payment(by=request.actor, recovery=found, what=form.to_input()),
        route="grants:recovery_payment",
        title=pgettext("recovery", "Enter a payment"),
        trail=_trail(found),
        facts=presentation_use.recovery_facts(found, violation_of(found.award, found.violation)),
        cancel=reverse("grants:recovery", args=[pk]),
    )


@_READ
@signed_in
def recovery_payment(request: PortalRequest, pk: int) -> HttpResponse:
    """One payment on a demand; its checker in the bureau confirms or refuses it."""
    require(request.actor, "grants.view")
    found = one_of(queries.payments, request.actor, pk=pk)
    facts = presentation_use.collected_facts(found)
    return paper_page(request, COLLECTED, found, trail=_trail(found.recovery), facts=facts)


@_READ
@signed_in
def withdraw(request: PortalRequest, pk: int) -> HttpResponse:
    """Enter that a demand is withdrawn."""
    require(request.actor, "grants.view")
    found = _found(request, pk)
    require(request.actor, "grants.enter_withdrawal", found)
    return enter_page(
        request,
        form=WithdrawalForm(request.POST or None, request.FILES or None),
        act=lambda form: domain.enter_withdrawal(by=request.actor, recovery=found, what=form.to_input()),
        route="grants:withdrawal",
        title=_("Withdraw the demand"),
        trail=_trail(found),
        facts=[
            *presentation_use.recovery_facts(found, violation_of(found.award, found.violation)),
            (_("Outstanding"), presentation.amount(found.left)),
        ],
        cancel=reverse("grants:recovery", args=[pk]),
    )


@_READ
@signed_in
def withdrawal(request: PortalRequest, pk: int) -> HttpResponse:
    """One withdrawal; its checker confirms or refuses it."""
    require(request.actor, "grants.view")
    found = one_of(queries.withdrawals, request.actor, pk=pk)
    facts = presentation_use.withdrawal_facts(found)
    return paper_page(request, WITHDRAWAL, found, trail=_trail(found.recovery), facts=facts)
