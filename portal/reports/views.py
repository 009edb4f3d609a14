"""Pages on reports: the catalogue with my files, the parameters of one report, one file."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from portal.core.looks import serve_told
from portal.core.middleware import PortalRequest
from portal.core.tables import Column, Table
from portal.core.templatetags.portal_ui import moment
from portal.core.web import errors_into, page, require, see_other, signed_in
from portal.reports import catalogue as reports
from portal.reports import queries
from portal.reports.domain import orders
from portal.reports.models import ReportFile

COLUMNS: Final = [
    Column("title", gettext_lazy("Report"), header=True, link=lambda row: reverse("reports:file", args=[row.pk])),
    Column("file_name", gettext_lazy("File"), sort="file_name"),
    Column("uploaded_at", gettext_lazy("Made"), kind="moment", sort="uploaded_at"),
    Column("size", gettext_lazy("Size"), value=lambda row: filesizeformat(row.size), sort="size"),
    Column("sha256", gettext_lazy("Digest (SHA-256)"), kind="code", value=lambda row: row.sha256[:12], on="page"),
    Column("sha256_whole", gettext_lazy("Digest (SHA-256)"), value="sha256", on="file"),
    Column("kept_until", gettext_lazy("Kept until"), kind="moment", sort="kept_until"),
]


@require_safe
@signed_in
def catalogue(request: PortalRequest) -> HttpResponseBase:
    """The reports I may ask for, and the files I have."""
    require(request.actor, "reports.ask")
    table = Table(
        request,
        queries.files(request.actor),
        name="report-files",
        columns=COLUMNS,
        label=gettext_lazy("My files"),
        empty=gettext_lazy("You have no report files yet. Choose a report above."),
        size=20,
    )
    if table.wants_file:
        return table.file()
    return page(request, "reports/catalogue.html", {"reports": reports.for_actor(request.actor), "table": table})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def order(request: PortalRequest, name: str) -> HttpResponse:
    """Choose the parameters of one report and ask for it; the address may bring them filled in."""
    require(request.actor, "reports.ask")
    report = reports.CATALOGUE.get(name)
    if report is None:
        raise Http404
    require(request.actor, report.act)
    kinds = [(short, reports.FORMATS[short]) for short in report.format_names]
    initial = {key: request.GET.get(key) for key in request.GET if key in report.form.base_fields}
    form = report.form(
        request.POST if request.method == "POST" else None, actor=request.actor, formats=kinds, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        with errors_into(form):
            chosen = form.cleaned_data.get("format", kinds[0][0])
            what = orders.OrderInput(report=report.name, format=chosen, values=form.plain())
            return see_other("runs:run", orders.ask(by=request.actor, what=what).pk)
    context = {"report": report, "kinds": [kind.label for _short, kind in kinds]}
    return page(request, "reports/order.html", context, form=form)


def _facts(found: ReportFile) -> list[tuple[str, Any]]:
    return [
        (_("File"), found.file_name),
        (_("Size"), filesizeformat(found.size)),
        (_("Digest of the file (SHA-256)"), found.sha256),
        *((label, value) for label, value in found.facts),
        (_("Made"), moment(found.uploaded_at)),
        (_("Kept until"), moment(found.kept_until)),
    ]


@require_safe
@signed_in
def file(request: PortalRequest, pk: UUID) -> HttpResponse:
    """One file of mine: what it shows, its digests, until when it is kept."""
    found = get_object_or_404(queries.files(request.actor), pk=pk)
    return page(request, "reports/file.html", {"file": found, "facts": _facts(found)})


@require_safe
@signed_in
def download(request: PortalRequest, pk: UUID) -> HttpResponseBase:
    """The content of one file of mine; 410 when its time is over."""
    found = get_object_or_404(queries.files(request.actor), pk=pk)
    if not found.is_there:
        answer = page(request, "reports/file.html", {"file": found, "facts": _facts(found)})
        answer.status_code = 410
        return answer
    return serve_told(found, request=request)
