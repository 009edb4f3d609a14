"""Pages of analyses and leads."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.audit.findings import queries as queries_findings
from portal.audit.instruments import presentation_leads
from portal.audit.instruments import queries as queries_instruments
from portal.audit.instruments import tables as tables_instruments
from portal.audit.instruments.analyses import ANALYSES
from portal.audit.instruments.domain import leads as domain
from portal.audit.instruments.forms import AnalysisForm, DismissForm
from portal.audit.models import Lead
from portal.core.errors import DomainError
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.rules import may
from portal.core.tables import Column, Table
from portal.core.tasks import start_run
from portal.core.web import errors_into, page, require, see_other, signed_in


@require_safe
@signed_in
def analyses(request: PortalRequest) -> HttpResponseBase:
    """What analyses there are, and what they found when they were run."""
    require(request.actor, "audit.use_instruments")
    table = Table(
        request,
        queries_instruments.results(request.actor).defer("lines", "facts"),
        name="analysis-results",
        columns=tables_instruments.RESULTS,
        label=_("Results of analyses"),
        empty=_("No analysis was run in your organisation yet. Choose one above."),
    )
    if table.wants_file:
        return table.file()
    return page(request, "audit/analyses.html", {"table": table, "analyses": ANALYSES.values()})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def analysis(request: PortalRequest, name: str) -> HttpResponse:
    """One analysis: rule, source, when a line means nothing; its parameters, and the run."""
    require(request.actor, "audit.run_analysis")
    if name not in ANALYSES:
        raise Http404
    found = ANALYSES[name]
    # Without parameters the form holds nothing but the button, and an empty form is bound by the method alone.
    form = AnalysisForm(request.POST if request.method == "POST" else None, analysis=found)
    if form.is_valid():
        with errors_into(form):
            params = domain.to_params(found, form.cleaned_data)
            run = start_run(by=request.actor, task="audit.analyse", params=params, back=request.path)
            return see_other("runs:run", run.pk)
    return page(request, "audit/analysis.html", {"analysis": found}, form=form)


@require_safe
@signed_in
def result(request: PortalRequest, pk: int) -> HttpResponseBase:
    """What one run found, line by line; a line can be made a lead."""
    require(request.actor, "audit.use_instruments")
    found = one_of(queries_instruments.results, request.actor, pk=pk)
    if found.analysis not in ANALYSES:
        raise Http404
    kind = ANALYSES[found.analysis]
    known = dict(queries_instruments.leads(request.actor).filter(analysis=found.analysis).values_list("key", "pk"))

    def address(line: dict[str, str]) -> str:
        if line["key"] in known:
            return reverse("instruments:lead", args=[known[line["key"]]])
        return f"{reverse('instruments:make_lead', args=[pk])}?key={line['key']}"

    def words(line: dict[str, str]) -> str:
        return _("is a lead") if line["key"] in known else _("make a lead")

    lead = Column("lead", pgettext("audit", "Lead"), value=words, link=address, on="page")
    table = Table(
        request,
        found.lines,
        name=f"analysis-{found.analysis}",
        columns=[*presentation_leads.columns_of(kind), lead],
        label=kind.title,
        empty=_("Nothing was found with these parameters."),
    )
    if table.wants_file:
        return table.file()
    context = {
        "result": found,
        "analysis": kind,
        "table": table,
        "facts": presentation_leads.result_facts(found, kind),
        "kept": len(found.lines),
    }
    return page(request, "audit/analysis_result.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def make_lead(request: PortalRequest, pk: int) -> HttpResponse:
    """Make a lead of one line, after a look at what it says."""
    require(request.actor, "audit.use_instruments")
    found = one_of(queries_instruments.results, request.actor, pk=pk)
    key = str(request.POST.get("key") or request.GET.get("key") or "")
    line = next((one for one in found.lines if one["key"] == key), None)
    if line is None or found.analysis not in ANALYSES:
        raise Http404
    kind = ANALYSES[found.analysis]
    if request.method == "POST":
        try:
            row = domain.make_lead(by=request.actor, result=found, key=key)
        except DomainError as error:
            messages.error(request, str(error))
            return see_other("instruments:result", pk)
        messages.success(request, _("The line is a lead now."))
        return see_other("instruments:lead", row.pk)
    facts = [(column.label, line["cells"].get(column.key)) for column in kind.columns]
    return page(request, "audit/make_lead.html", {"result": found, "line": line, "facts": facts, "analysis": kind})


@require_safe
@signed_in
def leads(request: PortalRequest) -> HttpResponseBase:
    """The leads of the own organisation."""
    require(request.actor, "audit.use_instruments")
    table = Table(
        request,
        queries_instruments.leads(request.actor),
        name="leads",
        columns=tables_instruments.LEADS,
        filters=tables_instruments.lead_filters(),
        label=pgettext("audit", "Leads"),
        empty=_("Your organisation has no leads yet. Run an analysis and make leads of its lines."),
    )
    if table.wants_file:
        return table.file()
    return page(request, "audit/leads.html", {"table": table})


def _lead(request: PortalRequest, pk: int) -> Lead:
    require(request.actor, "audit.use_instruments")
    return one_of(queries_instruments.leads, request.actor, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def lead(request: PortalRequest, pk: int) -> HttpResponse:
    """One lead: what the line said; dismiss it with a reason, or take it up as a finding."""
    row = _lead(request, pk)
    opened = row.state == "open"
    form = DismissForm(request.POST or None) if opened and may(request.actor, "audit.dismiss_lead", row) else None
    if form is not None and form.is_valid():
        with errors_into(form):
            domain.dismiss_lead(by=request.actor, lead=row, why=form.cleaned_data["why"])
            messages.success(request, _("The lead is dismissed."))
            return see_other("instruments:lead", pk)
    context = {
        "lead": row,
        "facts": presentation_leads.lead_facts(row),
        "events": presentation_leads.lead_events(row),
        "finding": queries_findings.findings(request.actor).filter(lead=row).first(),
    }
    return page(request, "audit/lead.html", context, form=form)


@require_POST
@signed_in
def reopen(request: PortalRequest, pk: int) -> HttpResponse:
    """Open a dismissed lead again."""
    row = _lead(request, pk)
    try:
        domain.reopen_lead(by=request.actor, lead=row)
        messages.success(request, _("The lead is open again."))
    except DomainError as error:
        messages.error(request, str(error))
    return see_other("instruments:lead", pk)
