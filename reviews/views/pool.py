"""The expert pool as a file: template, export, bringing a file, what it would do, taking over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications import tables_roster
from applications.enums import ImportState
from applications.exports.answers import as_csv, as_workbook
from applications.forms.roster import ImportForm, TakeForm
from applications.imports import report
from applications.imports.intake import take_in
from portal.core import clock
from portal.core.errors import DomainError
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.views_runs import failure
from portal.core.web import errors_into, page, require, see_other, signed_in
from reviews import queries
from reviews.domain import pool as domain
from reviews.models import PoolImport
from reviews.pool.known import Known
from reviews.pool.sheet import pool_sheet

EARLIER = 5
HEADINGS = pool_sheet(Known())


def _there(pk: int) -> str:
    return reverse("reviews:pool_import", args=[pk])


def _trail(title: str) -> list[tuple[Any, str]]:
    return [
        (_("Reviewers and progress"), reverse("reviews:reviewing")),
        (_("Reviewers"), reverse("reviews:reviewers")),
        (title, ""),
    ]


@require_safe
@signed_in
def export(request: PortalRequest) -> HttpResponseBase:
    """The pool as the file that an import takes; ?empty=1: the template without rows; ?format=csv: as CSV."""
    require(request.actor, "reviews.keep_profile")
    known = queries.pool_known(request.actor)
    sheet = pool_sheet(known)
    rows = [] if request.GET.get("empty") else queries.pool_rows(request.actor, known)
    name = f"{sheet.zh}-{clock.today():%Y%m%d}"
    if request.GET.get("format") == "csv":
        return as_csv(request, sheet, rows, name=name)
    divisions = [(row.pk, row.name_zh, row.name_en) for row in known.divisions]
    return as_workbook(request, sheet, rows, name=name, industries=divisions, more=queries.pool_lists(known))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def bring(request: PortalRequest) -> HttpResponse:
    """Bring a file: it is judged in the worker; nothing is kept before its page was seen."""
    require(request.actor, "reviews.bring_pool_import")
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if form.is_valid():
        with errors_into(form):
            row = domain.bring(by=request.actor, file=take_in(form.cleaned_data["file"]))
            run = domain.start_judging(by=request.actor, row=row, back=_there(row.pk))
            return see_other("runs:run", run.pk)
    title = _("Import profiles of reviewers")
    context = {
        "title": title,
        "trail": _trail(title),
        "columns": HEADINGS.columns,
        "cancel": reverse("reviews:reviewers"),
        "earlier": [(row, _there(row.pk)) for row in queries.pool_imports(request.actor)[:EARLIER]],
    }
    return page(request, "reviews/pool_new.html", context, form=form)


def _find(request: PortalRequest, pk: int, act: str) -> PoolImport:
    """The file. Raises PermissionDenied for people without the right, before anything is looked for."""
    require(request.actor, "reviews.keep_profile")
    found = one_of(queries.pool_imports, request.actor, pk=pk)
    require(request.actor, act, found)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def imported(request: PortalRequest, pk: int) -> HttpResponseBase:
    """What a file holds and would change; a POST takes it over."""
    kept = _find(request, pk, "reviews.take_pool_import")
    form = TakeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with errors_into(form):
            good_only = form.cleaned_data["good_only"]
            run = domain.start_taking(by=request.actor, row=kept, good_only=good_only, back=_there(pk))
            return see_other("runs:run", run.pk)
    problems, remarks, everything = tables_roster.judged(request, kept.report, HEADINGS)
    if everything.wants_file:
        return everything.file()
    context = {
        "row": kept,
        "title": kept.file_name,
        "trail": _trail(kept.file_name),
        "back": reverse("reviews:reviewers"),
        "again": reverse("reviews:bring_pool_import"),
        "problems": problems,
        "remarks": remarks,
        "facts": _facts(kept.report),
        "changes": report.changes(kept.report, HEADINGS),
        "run": _run(kept.run) if kept.state == ImportState.BROUGHT else "",
        "failed": failure(request.actor, kept.run) if kept.is_open else "",
        "acts": _acts(kept),
    }
    return page(request, "reviews/pool_import.html", context, form=form if form.is_bound else TakeForm())


def _run(run: UUID | None) -> str:
    return reverse("runs:run", args=[run]) if run else ""


def _facts(found: dict[str, Any]) -> list[tuple[str, Any]]:
    if not found:
        return []
    return [
        (_("Rows in the file"), f"{found['rows']:,}"),
        (_("Good rows"), f"{found['good']:,}"),
        (_("Rows with problems"), f"{found['bad']:,}"),
        (_("New profiles"), f"{found['new']:,}"),
        (_("Would change"), f"{found['changed']:,}"),
        (_("The same already"), f"{found['same']:,}"),
        (_("In the pool and not in the file (they stay)"), f"{found['absent']:,}"),
    ]


def _acts(kept: PoolImport) -> list[dict[str, Any]]:
    if not kept.is_open:
        return []
    return [
        {
            "label": _("Check it again"),
            "url": reverse("reviews:judge_pool_import", args=[kept.pk]),
            "kind": "secondary",
            "post": True,
        },
        {
            "label": _("Drop the file"),
            "url": reverse("reviews:drop_pool_import", args=[kept.pk]),
            "kind": "danger",
            "post": True,
        },
    ]


@require_POST
@signed_in
def judge(request: PortalRequest, pk: int) -> HttpResponse:
    """Have a file judged again, against the pool of now."""
    kept = _find(request, pk, "reviews.judge_pool_import")
    if not kept.is_open:
        messages.error(request, _("This file was taken over or dropped already."))
        return see_other(_there(pk))
    try:
        run = domain.start_judging(by=request.actor, row=kept, back=_there(pk))
    except DomainError as error:
        messages.error(request, str(error))
        return see_other(_there(pk))
    return see_other("runs:run", run.pk)


@require_POST
@signed_in
def drop(request: PortalRequest, pk: int) -> HttpResponse:
    """Drop a file; nothing of it was kept."""
    kept = _find(request, pk, "reviews.drop_pool_import")
    try:
        domain.drop(by=request.actor, row=kept)
        messages.success(request, _("The file is dropped. Nothing of it was taken over."))
    except DomainError as error:
        messages.error(request, str(error))
    return see_other("reviews:reviewers")
