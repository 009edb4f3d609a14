"""Pages on one file: what it shows, taking it, making it again, sharing it, opening what others shared."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.core.errors import DomainError, NotAllowed
from portal.core.looks import serve_told
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.rules import may
from portal.core.scope import Actor
from portal.core.tables import Column
from portal.core.templatetags.portal_ui import moment
from portal.core.web import errors_into, page, require, require_extent, see_other, signed_in
from portal.reports import catalogue as reports
from portal.reports import queries
from portal.reports.domain import orders, shares
from portal.reports.forms_after import ShareForm
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


def _facts(found: ReportFile) -> list[tuple[str, Any]]:
    return [
        (_("File"), found.file_name),
        (_("Size"), filesizeformat(found.size)),
        (_("Digest of the file (SHA-256)"), found.sha256),
        *((label, value) for label, value in found.facts),
        (_("Made"), moment(found.uploaded_at)),
        (_("Kept until"), moment(found.kept_until)),
    ]


def _about(request: PortalRequest, found: ReportFile, form: ShareForm | None = None) -> HttpResponse:
    report = reports.CATALOGUE.get(found.report)
    shared = [row for row in queries.shared_by(request.actor).filter(file=found) if row.withdrawn_at is None]
    context = {
        "file": found,
        "facts": _facts(found),
        "is_mine": found.uploaded_by_id == request.actor.id,
        "shared": shared,
        "share_form": form or ShareForm(),
        "change": orders.address(found.report, found.params) if report is not None else "",
        "may_again": report is not None and bool(found.format) and bool(may(request.actor, report.act)),
    }
    return page(request, "reports/file.html", context)


@require_safe
@signed_in
def file(request: PortalRequest, pk: UUID) -> HttpResponse:
    """One file of mine: what it shows, its digests, until when it is kept, with whom it is shared."""
    found = one_of(queries.files, request.actor, pk=pk)
    return _about(request, found)


@require_safe
@signed_in
def download(request: PortalRequest, pk: UUID) -> HttpResponseBase:
    """The content of one file of mine, while I may see what it shows, or of one that is the same in my scope; 410 when
    its time is over.
    """
    found = one_of(queries.readable, request.actor, pk=pk)
    if found.uploaded_by_id == request.actor.id:
        require_extent(request.actor, found.run.result.get("extent", {}))
    else:
        _require_still(request.actor, found.report, found.params)
        _require_compared(request.actor, found)
    if not found.is_there:
        answer = _about(request, found)
        answer.status_code = 410
        return answer
    return serve_told(found, request=request)


def _require_still(actor: Actor, name: str, params: dict[str, Any]) -> None:
    """Whom it is shared with may still ask for the report with these parameters."""
    report = reports.CATALOGUE.get(name)
    if report is None:
        raise PermissionDenied(_("This report or kind of file does not exist any more."))
    require(actor, "reports.ask")
    require(actor, report.act)
    if not report.form(params, actor=actor).is_valid():
        raise PermissionDenied(_("You cannot ask for this report with these parameters any more."))


def _require_compared(actor: Actor, found: ReportFile) -> None:
    """Whom it is shared with has compared it in a scope they still have."""
    extent = queries.compared_as(actor, found.pk)
    if not extent or not actor.still_has(extent):
        raise PermissionDenied(
            _("Your posts have changed since this report was compared with what you see: have it compared once more.")
        )


@require_POST
@signed_in
def again(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Make the same report anew with the same parameters, as of now."""
    found = one_of(queries.files, request.actor, pk=pk)
    what = orders.OrderInput(report=found.report, format=found.format, values=found.params)
    try:
        return see_other("runs:run", orders.ask(by=request.actor, what=what).pk)
    except NotAllowed as error:
        raise PermissionDenied(error.message) from error
    except DomainError as error:
        messages.error(request, str(error))
        return see_other("reports:file", pk)


@require_POST
@signed_in
def share(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Share a file of mine with a person."""
    found = one_of(queries.files, request.actor, pk=pk)
    form = ShareForm(request.POST)
    if form.is_valid():
        with errors_into(form):
            shares.share(by=request.actor, file=found, what=form.to_input())
            messages.success(request, _("The person has a letter in the inbox."))
            return see_other("reports:file", pk)
    answer = _about(request, found, form)
    answer.status_code = 422
    return answer


@require_POST
@signed_in
def withdraw(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Take a shared report back."""
    found = one_of(queries.shared_by, request.actor, pk=pk)
    shares.withdraw(by=request.actor, share=found)
    messages.success(request, _("It is not shared any more."))
    return see_other("reports:file", found.file_id)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def shared(request: PortalRequest, pk: UUID) -> HttpResponse:
    """What somebody shares with me: compare it with what I see, then take it; or make the report myself."""
    found = one_of(queries.shares, request.actor, pk=pk)
    report = reports.CATALOGUE.get(found.report)
    may_ask = may(request.actor, report.act) if report is not None else None
    if request.method == "POST":
        try:
            return see_other("runs:run", shares.compare(by=request.actor, share=found).pk)
        except NotAllowed as error:
            raise PermissionDenied(error.message) from error
        except DomainError as error:
            messages.error(request, str(error))
            return see_other("reports:shared", pk)
    extent = queries.compared_as(request.actor, found.file_id) if found.is_open else {}
    context = {
        "share": found,
        "stands": bool(extent) and request.actor.still_has(extent),
        "report": report,
        "reason": ""
        if may_ask
        else may_ask.reason
        if may_ask is not None
        else _("This report does not exist any more."),
        "own": orders.address(found.report, found.params) if report is not None else "",
        "facts": [
            (_("Shared by"), found.shared_by.name),
            (_("Shared"), moment(found.shared_at)),
            (_("As of"), moment(found.as_of)),
            (_("Digest of the rows (SHA-256)"), found.rows_sha256),
            (_("Compared"), moment(found.tried_at)),
        ],
    }
    return page(request, "reports/shared.html", context)
