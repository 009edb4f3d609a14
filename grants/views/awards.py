"""Pages on awards: the list, entering, one award with its money and its ledger, the final assessment."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from django.http import Http404, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from grants import comes_next, presentation, presentation_papers, tables
from grants.domain import awards as domain
from grants.domain.issues import tranche_share
from grants.enums import CheckState, Tranche
from grants.forms import AssessmentForm, AwardForm
from grants.presentation_assessing import result_facts
from grants.queries import awards as queries
from grants.queries import books, issue_papers, parts
from grants.queries.ahead import ahead_of
from grants.views.common import Kind, button, crumb, enter_page, paper_page
from grants.views.files import table_page
from portal.core import as_of
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.rules import may
from portal.core.scope import Actor
from portal.core.web import require, signed_in

AWARD: Final = Kind(
    gettext_lazy("Award"),
    "award",
    "grants:award",
    domain.confirm_award,
    domain.refuse_award,
    "award",
    gettext_lazy("Confirmed and booked. The projects of the plan are taken over with their support."),
)
ASSESSMENT: Final = Kind(
    gettext_lazy("Final assessment"),
    "assessment",
    "grants:assessment",
    domain.confirm_assessment,
    domain.refuse_assessment,
    "assessment",
    gettext_lazy("Confirmed. Where it was passed, the second tranche is open."),
)


@require_safe
@signed_in
def awards(request: PortalRequest) -> HttpResponseBase:
    """Awards of the reader's scope."""
    require(request.actor, "grants.view")
    return table_page(request, "grants/awards.html", tables.awards_table(request), next=_next(request.actor))


def _next(actor: Actor) -> str:
    """What comes next for whoever enters awards: enter, issue, or nothing ("none"); "" for others."""
    if not may(actor, "grants.enter_award"):
        return ""
    if queries.to_award(actor.scope).exists():
        return "enter"
    return "issue" if issue_papers.tallies(actor.scope) else "none"


@require_safe
@signed_in
def to_award(request: PortalRequest) -> HttpResponseBase:
    """Units of the final list that have no award yet."""
    require(request.actor, "grants.enter_award")
    return table_page(request, "grants/to_award.html", tables.to_award_table(request))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def enter_award(request: PortalRequest, pk: int) -> HttpResponse:
    """Enter the award of one unit of the final list."""
    require(request.actor, "grants.enter_award")
    found = one_of(queries.to_award, request.actor, pk=pk)
    rules = found.batch.rule_set
    left = domain.budget_left(found.batch)
    most = max(min(rules.grant_cap - domain.granted_to_line(found), left), Decimal(0)) if rules else left
    form = AwardForm(request.POST or None, request.FILES or None, most=most)
    return enter_page(
        request,
        form=form,
        act=lambda form: domain.enter_award(by=request.actor, application=found, what=form.to_input()),
        route="grants:award",
        title=_("Enter the award of %(unit)s") % {"unit": found.unit},
        trail=[crumb(_("Awards"), "grants:awards"), crumb(_("Units to be awarded"), "grants:to_award")],
        facts=[
            (_("Pilot unit"), found.unit),
            (_("Province"), found.province),
            (_("Batch"), found.batch),
            (_("Amount asked"), presentation.amount(found.amount_asked)),
            (_("Left of the batch's budget"), presentation.amount(left)),
        ],
        cancel=reverse("grants:to_award"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def award(request: PortalRequest, pk: int) -> HttpResponse:
    """One award: how far its money came, projects, issues, pass-ons; its checker confirms or refuses."""
    require(request.actor, "grants.view")
    found = queries.award_of(request.actor, pk)
    if found is None:
        raise Http404
    confirmed = found.state == CheckState.CONFIRMED
    issue_url, result_url = reverse("grants:enter_issue", args=[pk]), reverse("grants:enter_assessment", args=[pk])
    change_url = reverse("grants:enter_award_change", args=[pk])
    acts = [
        *button(request, "grants.enter_issue", found, _("Enter an issue"), issue_url),
        *button(request, "grants.enter_assessment", found, _("Record the final assessment"), result_url),
        *button(request, "grants.enter_award_change", found, _("Change the award"), change_url, kind="secondary"),
    ]
    back_url, recover_url = reverse("grants:enter_return", args=[pk]), reverse("grants:enter_recovery", args=[pk])
    by_province = "grants.enter_return_province" if request.actor.scope.provinces else "grants.enter_return_unit"
    acts += button(request, by_province, found, _("Give money back"), back_url, kind="secondary")
    acts += button(request, "grants.enter_recovery", found, _("Demand money back"), recover_url, kind="danger")
    more: dict[str, Any] = {}
    if confirmed:
        changed = parts.CHANGES(pk, by=request.actor)
        more = {
            "bars": presentation.bars(found),
            "projects": parts.PROJECTS(pk, by=request.actor),
            "issues": parts.ISSUES(pk, by=request.actor),
            "pass_ons": parts.PASS_ONS(pk, by=request.actor),
            "assessments": parts.ASSESSMENTS(pk, by=request.actor),
            "targets": presentation_papers.targets(parts.TARGETS(pk, by=request.actor), changed),
            "changes": changed,
        }
        if may(request.actor, "grants.see_assessing", found):
            more["assessing_url"] = reverse("grants:assessing", args=[pk])
        if as_of.moment() is None:
            more["steps"] = comes_next.steps(
                found, more["issues"], more["pass_ons"], more["assessments"], ahead_of(found)
            )
            more["has_no_targets"] = not more["targets"]
            more["attach_url"] = change_url if may(request.actor, "grants.enter_award_change", found) else ""
    return paper_page(
        request,
        AWARD,
        found,
        template="grants/award.html",
        trail=[crumb(_("Awards"), "grants:awards")],
        facts=presentation.award_facts(found),
        acts=acts,
        **more,
    )


@require_safe
@signed_in
def ledger(request: PortalRequest, pk: int) -> HttpResponseBase:
    """The ledger of one award: every line, and the sum of all of them, which is nothing."""
    require(request.actor, "grants.view")
    found = one_of(queries.awards, request.actor, pk=pk)
    table = tables.ledger_table(request, queries.lines(request.actor.scope, award=found))
    accounts = books.accounts_of(request.actor.scope, award=found)
    return table_page(request, "grants/ledger.html", table, award=found, accounts=accounts)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def enter_assessment(request: PortalRequest, pk: int) -> HttpResponse:
    """Record the result of the final assessment of a unit."""
    require(request.actor, "grants.view")
    found = one_of(queries.awards, request.actor, pk=pk)
    require(request.actor, "grants.enter_assessment", found)
    return enter_page(
        request,
        form=AssessmentForm(request.POST or None, request.FILES or None, most=tranche_share(found, Tranche.SECOND)),
        act=lambda form: domain.enter_assessment(by=request.actor, award=found, what=form.to_input()),
        route="grants:assessment",
        title=_("Record the final assessment"),
        trail=[crumb(_("Awards"), "grants:awards"), crumb(str(found.unit), "grants:award", pk)],
        facts=presentation.award_facts(found),
        cancel=reverse("grants:award", args=[pk]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def assessment(request: PortalRequest, pk: int) -> HttpResponse:
    """The result of a final assessment; MOF confirms or refuses it."""
    require(request.actor, "grants.view")
    found = one_of(queries.assessments, request.actor, pk=pk)
    return paper_page(
        request,
        ASSESSMENT,
        found,
        trail=[crumb(_("Awards"), "grants:awards"), crumb(str(found.unit), "grants:award", found.award_id)],
        facts=[*presentation.assessment_facts(found), *result_facts(found)],
        acts=button(
            request,
            "grants.enter_rectification",
            found,
            _("Record that it was mended"),
            reverse("grants:enter_rectification", args=[pk]),
        )
        if found.state == CheckState.CONFIRMED
        else [],
    )
