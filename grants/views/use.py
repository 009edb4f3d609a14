"""Pages on use, returns and matching money."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from grants import presentation, presentation_use, tables_use
from grants.domain import matching as matching_acts
from grants.domain import returns as return_acts
from grants.domain import spending as spending_acts
from grants.forms import ReceiptForm
from grants.forms.use import MatchingForm, ReturnForm, SpendingForm
from grants.queries import awards, use
from grants.views.common import Kind, button, crumb, enter_page, paper_page
from grants.views.files import table_page
from portal.core import clock
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.rules import may
from portal.core.web import errors_into, page, require, see_other, signed_in

SPENDING: Final = Kind(
    gettext_lazy("Spending report"),
    "spending",
    "grants:spending",
    spending_acts.confirm_spending,
    spending_acts.refuse_spending,
    "spending",
    gettext_lazy("Confirmed and booked as used."),
)
RETURN: Final = Kind(
    gettext_lazy("Return"),
    "return",
    "grants:return",
    return_acts.confirm_return,
    return_acts.refuse_return,
    "return_paper",
    gettext_lazy("Confirmed and booked to the level above."),
)
MATCHING: Final = Kind(
    gettext_lazy("Matching money"),
    "matching",
    "grants:matching_record",
    matching_acts.confirm_matching,
    matching_acts.refuse_matching,
    "matching",
    gettext_lazy("Confirmed. It counts as arrived."),
    books=False,
)
_READ: Final = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@signed_in
def spending_reports(request: PortalRequest) -> HttpResponseBase:
    """Spending reports of the reader's scope."""
    require(request.actor, "grants.view")
    return table_page(request, "grants/spending_reports.html", tables_use.spending_table(request))


@_READ
@signed_in
def enter_spending(request: PortalRequest, pk: int) -> HttpResponse:
    """Enter what a project used of the money paid to it."""
    require(request.actor, "grants.view")
    found = one_of(awards.projects, request.actor, pk=pk)
    require(request.actor, "grants.enter_spending", found)
    lies = use.lies(found)
    first = {"enterprise": found.enterprise_name}
    return enter_page(
        request,
        form=SpendingForm(request.POST or None, request.FILES or None, most=lies.left, initial=first),
        act=lambda form: spending_acts.enter_spending(by=request.actor, project=found, what=form.to_input()),
        route="grants:spending",
        title=_("Report spending"),
        trail=[crumb(_("Projects and payments"), "grants:projects"), crumb(found.name, "grants:project", pk)],
        facts=[
            (_("Project"), found.name),
            (_("Leading enterprise"), found.enterprise_name),
            (_("Paid to the project"), presentation.amount(found.paid)),
            (_("Used so far"), presentation.amount(lies.used)),
            (_("Not used yet"), presentation.amount(lies.unused)),
        ],
        cancel=reverse("grants:project", args=[pk]),
    )


@_READ
@signed_in
def spending(request: PortalRequest, pk: int) -> HttpResponse:
    """One spending report; its checker in the bureau confirms or refuses it."""
    require(request.actor, "grants.view")
    found = one_of(use.spending, request.actor, pk=pk)
    trail = [
        crumb(_("Projects and payments"), "grants:projects"),
        crumb(found.grant_project.name, "grants:project", found.grant_project_id),
    ]
    return paper_page(request, SPENDING, found, trail=trail, facts=presentation_use.spending_facts(found))


@require_safe
@signed_in
def returns(request: PortalRequest) -> HttpResponseBase:
    """Returns of the reader's scope."""
    require(request.actor, "grants.view")
    return table_page(request, "grants/returns.html", tables_use.returns_table(request))


@_READ
@signed_in
def enter_return(request: PortalRequest, pk: int) -> HttpResponse:
    """Enter that money of an award goes back to the level above: for the unit, or for the province."""
    require(request.actor, "grants.view")
    scope = request.actor.scope
    found = one_of(awards.awards, request.actor, pk=pk)
    province = bool(may(request.actor, "grants.enter_return_province", found))
    if not province:
        require(request.actor, "grants.enter_return_unit", found)
    sources = use.sources(scope, found, province=province)
    return enter_page(
        request,
        form=ReturnForm(request.POST or None, request.FILES or None, sources=sources),
        act=lambda form: return_acts.enter_return(by=request.actor, award=found, what=form.to_input()),
        route="grants:return",
        title=_("Give money back"),
        trail=_award(found),
        facts=presentation.award_facts(found)[:5],
        cancel=reverse("grants:award", args=[pk]),
    )


def _award(found: Any) -> list[Any]:
    return [crumb(_("Awards"), "grants:awards"), crumb(str(found.unit), "grants:award", found.pk)]


@_READ
@signed_in
def return_paper(request: PortalRequest, pk: int) -> HttpResponse:
    """One return; its checker confirms or refuses it, the level above records its receipt."""
    require(request.actor, "grants.view")
    found = one_of(use.returns, request.actor, pk=pk)
    url = reverse("grants:receive_return", args=[pk])
    return paper_page(
        request,
        RETURN,
        found,
        trail=[crumb(_("Returns"), "grants:returns")],
        facts=presentation_use.return_facts(found),
        acts=button(request, "grants.receive_return", found, _("Record the receipt"), url),
    )


@_READ
@signed_in
def receive_return(request: PortalRequest, pk: int) -> HttpResponse:
    """Record when money that was given back arrived."""
    require(request.actor, "grants.view")
    found = one_of(use.returns, request.actor, pk=pk)
    require(request.actor, "grants.receive_return", found)
    form = ReceiptForm(request.POST or None)
    field = form.fields["received_on"]
    field.label, field.help_text = _("Received on"), _("The day on which the money reached the treasury.")
    if form.is_valid():
        with errors_into(form):
            day = form.cleaned_data["received_on"]
            return_acts.receive_return(by=request.actor, return_paper=found, received_on=day)
            messages.success(request, _("The receipt is recorded."))
            return see_other("grants:return", pk)
    context = {
        "title": _("Record the receipt"),
        "trail": [crumb(_("Returns"), "grants:returns"), crumb(found.document_no, "grants:return", pk)],
        "facts": presentation_use.return_facts(found),
        "cancel": reverse("grants:return", args=[pk]),
        "submit": _("Record the receipt"),
    }
    return page(request, "grants/enter.html", context, form=form)


@require_safe
@signed_in
def matching(request: PortalRequest) -> HttpResponseBase:
    """Money beside the reward: what each unit planned and what arrived."""
    require(request.actor, "grants.view")
    return table_page(request, "grants/matching.html", tables_use.matching_table(request))


@require_safe
@signed_in
def matching_of(request: PortalRequest, pk: int) -> HttpResponseBase:
    """One unit's plan against what arrived, and each record of money that arrived."""
    require(request.actor, "grants.view")
    scope = request.actor.scope
    found = one_of(awards.awards, request.actor, pk=pk)
    table = tables_use.compared_table(request, found, use.compared(scope, found))
    url = reverse("grants:enter_matching", args=[pk])
    return table_page(
        request,
        "grants/matching_of.html",
        table,
        award=found,
        acts=button(request, "grants.enter_matching", found, _("Enter matching money"), url),
        records=use.matching(scope).filter(award=found)[:200],
    )


@_READ
@signed_in
def enter_matching(request: PortalRequest, pk: int) -> HttpResponse:
    """Enter matching money that arrived."""
    require(request.actor, "grants.view")
    scope = request.actor.scope
    found = one_of(awards.awards, request.actor, pk=pk)
    require(request.actor, "grants.enter_matching", found)
    planned = {row.year for row in use.compared(scope, found)}
    years = sorted(planned | {clock.today().year})
    projects = list(awards.projects(scope).filter(award=found))
    form = MatchingForm(
        request.POST or None,
        request.FILES or None,
        years=years,
        projects=projects,
        initial={"year": clock.today().year},
    )
    return enter_page(
        request,
        form=form,
        act=lambda form: matching_acts.enter_matching(by=request.actor, award=found, what=form.to_input()),
        route="grants:matching_record",
        title=_("Enter matching money"),
        trail=[crumb(_("Matching money"), "grants:matching"), crumb(str(found.unit), "grants:matching_of", pk)],
        facts=presentation.award_facts(found)[:4],
        cancel=reverse("grants:matching_of", args=[pk]),
    )


@_READ
@signed_in
def matching_record(request: PortalRequest, pk: int) -> HttpResponse:
    """One record of matching money; its checker in the bureau confirms or refuses it."""
    require(request.actor, "grants.view")
    found = one_of(use.matching, request.actor, pk=pk)
    trail = [
        crumb(_("Matching money"), "grants:matching"),
        crumb(str(found.unit), "grants:matching_of", found.award_id),
    ]
    return paper_page(request, MATCHING, found, trail=trail, facts=presentation_use.matching_facts(found))
