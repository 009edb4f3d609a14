"""Pages on quarterly reports: the lists, beginning one, one report, writing, signing, the province's decision."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from grants import tables_performance as tables
from grants.domain import reporting as domain
from grants.enums_performance import Light
from grants.flow_page import filters
from grants.forms.performance import ReportForm, ReturnForm
from grants.models import QuarterReport
from grants.models.performance import quarter_words
from grants.presentation_performance import history, rule_words
from grants.queries import performance as queries
from grants.queries.flows import Asked
from grants.views.common import button, crumb
from grants.views.files import table_page
from portal.core import clock
from portal.core.errors import DomainError, Stale
from portal.core.looks import serve_told
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.rules import may
from portal.core.web import confirm_page, errors_into, page, require, see_other, signed_in


def find(request: PortalRequest, pk: int) -> QuarterReport:
    """A report in the reader's scope."""
    require(request.actor, "grants.view")
    found: QuarterReport = one_of(queries.reports, request.actor, pk=pk)
    return found


def way(report: QuarterReport, *more: Any) -> list[Any]:
    """Breadcrumbs to a report."""
    return [
        crumb(_("Performance"), "grants:performance"),
        crumb(str(report.unit), "grants:unit_performance", report.award_id),
        *more,
    ]


@require_safe
@signed_in
def reports(request: PortalRequest) -> HttpResponseBase:
    """Reports in the reader's scope."""
    require(request.actor, "grants.view")
    return table_page(request, "grants/performance/reports.html", tables.reports_table(request))


@require_safe
@signed_in
def open_reports(request: PortalRequest) -> HttpResponseBase:
    """Quarters that are over and have no verified report, the longest late at the top."""
    require(request.actor, "grants.view")
    scope, asked = request.actor.scope, Asked.of(request.GET.dict())
    rows = queries.open_quarters(scope, on=clock.today(), late=request.GET.get("timing") == "late")
    if asked != Asked(year=asked.year, method=asked.method):
        known = asked.within(queries.awards_with_reports(scope), batch="batch__number")
        wanted = set(known.values_list("pk", flat=True))
        rows = [row for row in rows if row.award in wanted]
    places = [one for one in filters(scope, asked) if one.key not in ("year", "method")]
    return table_page(request, "grants/performance/open.html", tables.open_table(request, rows, places))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def begin(request: PortalRequest, pk: int, year: int, quarter: int) -> HttpResponse:
    """Begin the report of a quarter; the page says what it will hold."""
    require(request.actor, "grants.view")
    award = one_of(queries.awards_with_reports, request.actor, pk=pk)
    require(request.actor, "grants.begin_report", award)
    if quarter not in (1, 2, 3, 4) or not 2000 <= year <= 2100:
        raise Http404
    back = reverse("grants:unit_performance", args=[pk])
    if request.method == "POST":
        try:
            row = domain.begin_report(by=request.actor, award=award, year=year, quarter=quarter)
        except DomainError as error:
            messages.error(request, str(error))
            return see_other(back)
        return see_other("grants:write_report", row.pk)
    title = _("Begin the report on %(period)s") % {"period": quarter_words(year, quarter)}
    text = _(
        "The report takes over the indicators and targets of the approved plan, and the enterprises as they were "
        "reported last. You fill it in and a signatory signs it."
    )
    trail = [crumb(_("Performance"), "grants:performance"), crumb(str(award.unit), "grants:unit_performance", pk)]
    return confirm_page(
        request, title=title, text=text, submit=_("Begin the report"), cancel=back, trail=[*trail, (title, "")]
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def report(request: PortalRequest, pk: int) -> HttpResponse:
    """One report; its province's industry department verifies or returns it here."""
    found = find(request, pk)
    actor = request.actor
    if request.method == "POST":
        require(actor, "grants.verify_report", found)
    checks = may(actor, "grants.verify_report", found).ok
    form = ReturnForm(request.POST if request.method == "POST" else None) if checks else None
    if form is not None and request.method == "POST" and (done := _decided(request, found, form)) is not None:
        return done
    rows = queries.indicators_of(found)
    before = queries.before(found)
    writes = may(actor, "grants.write_report", found).ok
    signs = may(actor, "grants.sign_report", found).ok
    place = [found.pk]
    acts = [
        *button(
            request, "grants.write_report", found, _("Write the report"), reverse("grants:write_report", args=place)
        ),
        *button(
            request,
            "grants.bring_progress",
            found,
            _("Report enterprises by Excel"),
            reverse("grants:bring_progress", args=place),
            kind="secondary",
        ),
        *button(request, "grants.sign_report", found, _("Sign and submit"), reverse("grants:sign_report", args=place)),
    ]
    context = {
        "report": found,
        "rows": [(row, Light(row.light), tables.TONES[Light(row.light)], _change(row, before)) for row in rows],
        "lacks": domain.lacks(found, rows) if writes or signs else [],
        "facts": _facts(found),
        "snapshots": list(queries.snapshots_of(found)),
        "events": history(found),
        "checks": checks,
        "acts": acts,
        "trail": way(found),
        "figures": found.figures,
    }
    return page(request, "grants/performance/report.html", context, form=form)


def _change(row: Any, before: dict[str, Any]) -> Any:
    """The change since the last verified report, or None where there was none."""
    old = before.get(row.key)
    return None if row.value is None or old is None else row.value - old


def _facts(found: QuarterReport) -> list[tuple[str, Any]]:
    plan = _("version %(number)s") % {"number": found.plan} if found.plan else _("as submitted")
    facts = [(_("Plan"), plan), (_("Rule of the lights"), rule_words(found)), (_("Written by"), found.written_by)]
    if found.signed_by:
        facts.append((_("Signed by"), found.signed_by))
    if found.verified_by:
        facts.append((_("Decided by"), found.verified_by))
    return facts


def _decided(request: PortalRequest, found: QuarterReport, form: ReturnForm) -> HttpResponse | None:
    """The answer after the province decided, or None when the page is shown again with what is wrong."""
    asked = request.POST.get("act", "")
    if asked not in ("verify", "return"):
        form.add_error(None, _("Choose whether to verify or to return."))
        return None
    if not form.is_valid():
        return None
    with errors_into(form):
        if asked == "verify":
            domain.verify_report(by=request.actor, report=found)
            messages.success(request, _("Verified. Nothing in this report changes any more."))
        else:
            domain.return_report(by=request.actor, report=found, why=form.cleaned_data["why"])
            messages.success(request, _("Returned. The unit reads your reason."))
        return see_other("grants:quarter_report", found.pk)
    return None


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def write(request: PortalRequest, pk: int) -> HttpResponse:
    """The unit writes its report; what was typed stands there again when something is wrong."""
    found = find(request, pk)
    require(request.actor, "grants.write_report", found)
    rows = queries.indicators_of(found)
    form = ReportForm(
        request.POST or None, request.FILES or None, rows=rows, initial=ReportForm.initial_of(found, rows)
    )
    if request.method == "POST" and form.is_valid():
        with errors_into(form):
            try:
                domain.write_report(by=request.actor, report=found, what=form.to_input())
            except Stale as error:
                form.add_error(None, str(error))
                form.carry(queries.reports(request.actor.scope).get(pk=pk).version)
            else:
                messages.success(request, _("Kept. The rates below follow from it."))
                return see_other("grants:quarter_report", pk)
    lights = {row.pk: (Light(row.light), tables.TONES[Light(row.light)]) for row in rows}
    context = {
        "report": found,
        "title": _("Write the report on %(period)s") % {"period": found.period},
        "trail": way(found, crumb(found.period, "grants:quarter_report", pk)),
        "sections": [(row, lights[row.pk], fields) for row, fields in form.sections()],
        "cancel": reverse("grants:quarter_report", args=[pk]),
    }
    return page(request, "grants/performance/write.html", context, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def sign(request: PortalRequest, pk: int) -> HttpResponse:
    """The signatory signs and submits, once more asked."""
    found = find(request, pk)
    require(request.actor, "grants.sign_report", found)
    back = reverse("grants:quarter_report", args=[pk])
    if request.method == "POST":
        try:
            domain.sign_report(by=request.actor, report=found)
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Signed and submitted. The industry department of the province verifies it."))
        return see_other(back)
    return confirm_page(
        request,
        title=_("Sign the report on %(period)s") % {"period": found.period},
        text=_(
            "What stands in the report is kept with its digest and goes to the province. It changes only when the "
            "province returns it."
        ),
        submit=_("Sign and submit"),
        cancel=back,
        trail=way(found, crumb(found.period, "grants:quarter_report", pk), (_("Sign"), "")),
    )


@require_safe
@signed_in
def evidence(request: PortalRequest, pk: int) -> HttpResponseBase:
    """Evidence of an indicator, as a download; the look at it stands in the trail."""
    require(request.actor, "grants.view")
    found = one_of(queries.evidence, request.actor, pk=pk)
    find(request, found.report_id)
    return serve_told(found, request=request, act="grants.view_file")
