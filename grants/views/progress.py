"""Pages on states of enterprises for a report: the workbook, bringing one, what it would do, taking over."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from applications import tables_roster
from applications.exports.answers import as_csv, as_workbook
from applications.forms.roster import TakeForm
from applications.imports import report as reports
from applications.imports.intake import take_in
from grants.domain import progress as domain
from grants.forms.performance import ProgressForm
from grants.models import ProgressFile
from grants.progress import PROGRESS
from grants.queries import performance as queries
from grants.views.common import crumb
from grants.views.quarter_reports import find, way
from portal.core import clock
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.views_runs import failure
from portal.core.web import errors_into, page, require, see_other, signed_in


@require_safe
@signed_in
def export(request: PortalRequest, pk: int) -> HttpResponseBase:
    """The enterprises as they stand by the end of the quarter, as the file to bring back; ?format=csv: as CSV."""
    found = find(request, pk)
    name = f"{PROGRESS.zh}-{found.unit_id}-{found.year}Q{found.quarter}-{clock.today():%Y%m%d}"
    rows = queries.enterprise_states(found)
    if request.GET.get("format") == "csv":
        return as_csv(request, PROGRESS, rows, name=name)
    return as_workbook(request, PROGRESS, rows, name=name, industries=[])


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def bring(request: PortalRequest, pk: int) -> HttpResponse:
    """Bring a workbook: its rows are judged; nothing is stored before its page was seen."""
    found = find(request, pk)
    require(request.actor, "grants.bring_progress", found)
    form = ProgressForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with errors_into(form):
            row = domain.bring_progress(by=request.actor, report=found, file=take_in(form.cleaned_data["file"]))
            there = reverse("grants:progress_file", args=[row.pk])
            if domain.is_long(row):
                return see_other("runs:run", domain.start_judging(by=request.actor, row=row, back=there).pk)
            return see_other(there)
    title = _("Report enterprises on %(period)s") % {"period": found.period}
    context = {
        "report": found,
        "title": title,
        "trail": way(found, crumb(found.period, "grants:quarter_report", pk)),
        "columns": PROGRESS.columns,
        "earlier": queries.files_of(found)[:5],
        "cancel": reverse("grants:quarter_report", args=[pk]),
    }
    return page(request, "grants/performance/bring.html", context, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def imported(request: PortalRequest, pk: int) -> HttpResponseBase:
    """What a workbook holds and would change; a POST takes it over."""
    require(request.actor, "grants.view")
    kept = one_of(queries.progress_files, request.actor, pk=pk)
    report = kept.report
    require(request.actor, "grants.take_progress" if kept.is_open else "grants.view", report)
    form = TakeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        require(request.actor, "grants.take_progress", report)
        with errors_into(form):
            good_only, there = form.cleaned_data["good_only"], reverse("grants:progress_file", args=[kept.pk])
            if domain.is_long(kept):
                run = domain.start_taking(by=request.actor, row=kept, good_only=good_only, back=there)
                return see_other("runs:run", run.pk)
            domain.take_progress(by=request.actor, row=kept, good_only=good_only)
            messages.success(request, _("Taken over. The rates of the report are counted anew."))
            return see_other("grants:quarter_report", report.pk)
    problems, remarks, everything = tables_roster.judged(request, kept.found, PROGRESS)
    if everything.wants_file:
        return everything.file()
    context = {
        "row": kept,
        "run": reverse("runs:run", args=[kept.run]) if kept.run and kept.is_open else "",
        "failed": failure(request.actor, kept.run) if kept.is_open else "",
        "found": kept.found,
        "title": kept.file_name,
        "trail": way(report, crumb(report.period, "grants:quarter_report", report.pk)),
        "again": reverse("grants:bring_progress", args=[report.pk]),
        "back": reverse("grants:quarter_report", args=[report.pk]),
        "facts": _facts(kept),
        "problems": problems,
        "remarks": remarks,
        "changes": reports.changes(kept.found, PROGRESS),
    }
    return page(request, "grants/performance/file.html", context, form=form if form.is_bound else TakeForm())


def _facts(kept: ProgressFile) -> list[tuple[str, Any]]:
    found = kept.found
    if not found:
        return []
    return [
        (_("Rows in the file"), f"{found['rows']:,}"),
        (_("Good rows"), f"{found['good']:,}"),
        (_("Rows with problems"), f"{found['bad']:,}"),
        (_("Would change"), f"{found['changed']:,}"),
        (_("The same already"), f"{found['same']:,}"),
        (_("Not in the file (they stay)"), f"{found['absent']:,}"),
    ]
