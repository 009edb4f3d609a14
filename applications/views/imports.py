"""Files with rows for a list of the dossier: template, export, bringing a file, what it would do, taking over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications import queries, tables_roster
from applications.domain import imports as domain
from applications.enums import ImportState
from applications.exports.answers import as_csv, as_workbook
from applications.forms.roster import ImportForm, TakeForm
from applications.imports import report
from applications.imports.intake import take_in
from applications.imports.kinds import KINDS, Kind
from applications.journey import TITLES, address
from applications.models import Application, ImportFile
from applications.views.common import find, find_to_edit, trail
from applications.views.roster import read_as_submitted
from portal.core import clock
from portal.core.errors import DomainError
from portal.core.middleware import PortalRequest
from portal.core.views_runs import failure
from portal.core.web import errors_into, page, require, see_other, signed_in


def _kind(sheet: str) -> Kind:
    if sheet not in KINDS:
        raise Http404
    return KINDS[sheet]


def _way(found: Application, sheet: str, *more: tuple[Any, str]) -> list[tuple[Any, str]]:
    section = KINDS[sheet].section
    return [*trail(found, (TITLES[section], address(found, section))), *more]


@require_safe
@signed_in
def export(request: PortalRequest, pk: int, sheet: str) -> HttpResponseBase:
    """The list as the file that an import takes; ?empty=1: the template without rows; ?format=csv: as CSV."""
    found = find(request, pk)
    kind = _kind(sheet)
    if (number := read_as_submitted(request.actor, found)) is not None:
        return see_other(address(found, "submitted_roster" if sheet == "enterprises" else "snapshot", number))
    rows = [] if request.GET.get("empty") and not kind.sheet.fixed else kind.rows(found)
    name = f"{kind.sheet.zh}-{found.unit_id}-{clock.today():%Y%m%d}"
    if request.GET.get("format") == "csv":
        return as_csv(request, kind.sheet, rows, name=name)
    return as_workbook(request, kind.sheet, rows, name=name, industries=queries.industry_names())


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def bring(request: PortalRequest, pk: int, sheet: str) -> HttpResponse:
    """Bring a file: it is judged in the worker; nothing is stored before its page was seen."""
    found = find_to_edit(request, pk)
    kind = _kind(sheet)
    form = ImportForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        with errors_into(form):
            file = take_in(form.cleaned_data["file"])
            row = domain.bring(by=request.actor, application=found, sheet=sheet, file=file)
            run = domain.start_judging(by=request.actor, row=row, back=address(found, "import", row.pk))
            return see_other("runs:run", run.pk)
    title = _("Bring a file: %(list)s") % {"list": TITLES[kind.section]}
    context = {
        "application": found,
        "title": title,
        "sheet": sheet,
        "columns": kind.sheet.columns,
        "cancel": address(found, kind.section),
        "earlier": [
            (row, address(found, "import", row.pk)) for row in queries.imports_of(found).filter(sheet=sheet)[:5]
        ],
        "trail": _way(found, sheet, (title, "")),
    }
    return page(request, "applications/import_new.html", context, form=form)


def _find(request: PortalRequest, pk: int, row: int) -> tuple[Application, ImportFile]:
    found = find_to_edit(request, pk)
    kept = get_object_or_404(queries.imports_of(found), pk=row)
    kept.application = found
    return found, kept


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def imported(request: PortalRequest, pk: int, row: int) -> HttpResponseBase:
    """What a file holds and would change; a POST takes it over."""
    found, kept = _find(request, pk, row)
    form = TakeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with errors_into(form):
            run = domain.start_taking(
                by=request.actor, row=kept, good_only=form.cleaned_data["good_only"], back=address(found, "import", row)
            )
            return see_other("runs:run", run.pk)
    kind = KINDS[kept.sheet]
    problems, remarks, everything = tables_roster.judged(request, kept.report, kind.sheet)
    if everything.wants_file:
        return everything.file()
    title = kept.file_name
    context = {
        "application": found,
        "row": kept,
        "kind": kind,
        "title": title,
        "trail": _way(found, kept.sheet, (title, "")),
        "back": address(found, kind.section),
        "problems": problems,
        "remarks": remarks,
        "facts": _facts(kept),
        "changes": report.changes(kept.report, kind.sheet),
        "again": address(found, "bring_import", kept.sheet),
        "run": _run(kept.run) if kept.state == ImportState.BROUGHT else "",
        "failed": failure(request.actor, kept.run) if kept.is_open else "",
        "acts": _acts(kept),
    }
    return page(request, "applications/import.html", context, form=form if form.is_bound else TakeForm())


def _run(run: UUID | None) -> str:
    return reverse("runs:run", args=[run]) if run else ""


def _facts(kept: ImportFile) -> list[tuple[str, Any]]:
    found = kept.report
    if not found:
        return []
    return [
        (_("Rows in the file"), f"{found['rows']:,}"),
        (_("Good rows"), f"{found['good']:,}"),
        (_("Rows with problems"), f"{found['bad']:,}"),
        (_("New in the dossier"), f"{found['new']:,}"),
        (_("Would change"), f"{found['changed']:,}"),
        (_("The same already"), f"{found['same']:,}"),
        (_("In the dossier and not in the file (they stay)"), f"{found['absent']:,}"),
    ]


def _acts(kept: ImportFile) -> list[dict[str, Any]]:
    if not kept.is_open:
        return []
    place = [kept.application_id, kept.pk]
    return [
        {
            "label": _("Check it again"),
            "url": reverse("applications:judge_import", args=place),
            "kind": "secondary",
            "post": True,
        },
        {
            "label": _("Drop the file"),
            "url": reverse("applications:drop_import", args=place),
            "kind": "danger",
            "post": True,
        },
    ]


@require_POST
@signed_in
def judge(request: PortalRequest, pk: int, row: int) -> HttpResponse:
    """Have a file judged again, against the dossier of now."""
    found, kept = _find(request, pk, row)
    require(request.actor, "applications.judge_import", kept)
    if not kept.is_open:
        messages.error(request, _("This file was taken over or dropped already."))
        return see_other(address(found, "import", row))
    run = domain.start_judging(by=request.actor, row=kept, back=address(found, "import", row))
    return see_other("runs:run", run.pk)


@require_POST
@signed_in
def drop(request: PortalRequest, pk: int, row: int) -> HttpResponse:
    """Drop a file; nothing of it was stored."""
    found, kept = _find(request, pk, row)
    require(request.actor, "applications.drop_import", kept)
    try:
        domain.drop(by=request.actor, row=kept)
        messages.success(request, _("The file is dropped. Nothing of it was taken over."))
    except DomainError as error:
        messages.error(request, str(error))
    return see_other(address(found, KINDS[kept.sheet].section))
