"""Attachments: list, add, look at, verify, remove, hand out."""

from __future__ import annotations

from typing import Any

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications import queries, verdicts
from applications.domain import files as domain
from applications.enums import AttachmentKind
from applications.forms import AttachmentForm
from applications.forms.parts import verified
from applications.journey import TITLES, address
from applications.models import Attachment
from applications.views.common import ask, find_to_edit, trail
from applications.views.rows import rows_page
from portal.core import scanning
from portal.core.files import JPEG, PDF, PNG, Kept
from portal.core.looks import serve_told
from portal.core.middleware import PortalRequest
from portal.core.web import errors_into, page, see_other, signed_in

# The page that draws a PDF runs the portal's own scripts, decodes pictures in WebAssembly, and reaches nobody else.
VIEWER = {
    "default-src": ["'none'"],
    "script-src": ["'self'", "'wasm-unsafe-eval'"],
    "worker-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:", "blob:"],
    "font-src": ["'self'", "data:"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
    "base-uri": ["'self'"],
}


@require_safe
@signed_in
def attachments(request: PortalRequest, pk: int) -> HttpResponse:
    """The files of the dossier."""
    found = find_to_edit(request, pk)
    rows = list(queries.attachments_of(found))
    lines = [{"row": row, "tags": verdicts.tags(row)} for row in rows]
    return rows_page(request, found, "attachments", rows=rows, lines=lines)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def add(request: PortalRequest, pk: int) -> HttpResponse:
    """Bring a file: in pieces by the script of the page, or in one request without it."""
    found = find_to_edit(request, pk)
    form = AttachmentForm(request.POST or None, request.FILES or None, initial={"kind": AttachmentKind.PLAN_PDF})
    back = address(found, "attachments")
    if form.is_valid():
        with errors_into(form):
            domain.add_attachment(by=request.actor, application=found, what=form.to_input())
            messages.success(request, _("The file is in the dossier."))
            return see_other(back)
    title = _("Add a file")
    context = {
        "title": title,
        "cancel": back,
        "trail": [*trail(found, (TITLES["attachments"], back)), (title, "")],
        "begin": address(found, "begin_upload"),
        "piece": settings.UPLOAD_PIECE_BYTES,
    }
    return page(request, "applications/upload.html", context, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def remove(request: PortalRequest, pk: int, row: int) -> HttpResponse:
    """Ask, then take a file out."""
    found = find_to_edit(request, pk)
    kept = get_object_or_404(queries.attachments_of(found), pk=row)
    kept.application = found
    back = address(found, "attachments")
    title = _("Take out “%(name)s”") % {"name": kept.title}
    return ask(
        request,
        act=lambda _form: domain.remove_attachment(by=request.actor, attachment=kept),
        done=_("The file is taken out."),
        to=back,
        title=title,
        text=_("The file leaves the dossier. Submissions made before keep its digest."),
        submit=_("Take it out"),
        cancel=back,
        danger=True,
        facts=[(_("File"), kept.file_name), (_("Digest (SHA-256)"), kept.sha256)],
        trail=[*trail(found, (TITLES["attachments"], back)), (title, "")],
    )


def _find(request: PortalRequest, row: int) -> Attachment:
    """A file of an application in scope, or of the reader's own organisation; 404 for all others."""
    rows = verdicts.with_verdicts(queries.attachments(request.actor))
    return get_object_or_404(rows.select_related("organisation"), pk=row)


@require_safe
@signed_in
def download(request: PortalRequest, row: int) -> HttpResponseBase:
    """Hand out a file; the look at it stands in the trail."""
    found = _find(request, row)
    return serve_told(found, request=request, act="applications.view_file")


@require_safe
@signed_in
def picture(request: PortalRequest, row: int) -> HttpResponseBase:
    """A picture, which was drawn anew when it came, for the page that shows it."""
    found = _find(request, row)
    if found.content_type not in {PNG.content_type, JPEG.content_type}:
        raise Http404
    return serve_told(found, request=request, inline=True, act="applications.view_file")


@require_safe
@csp_replace(VIEWER)
@signed_in
def attachment(request: PortalRequest, row: int) -> HttpResponse:
    """One file: what it is, what the scanner and its seals say, and the file itself where it can be shown."""
    found = _find(request, row)
    checks = list(queries.seal_checks(found))
    is_fit = verdicts.is_fit(found)
    context = {
        "row": found,
        "title": found.title,
        "trail": [*_above(request, found), (found.title, "")],
        "tags": verdicts.tags(found),
        "checks": checks,
        "is_fit": is_fit,
        "finding": "" if is_fit else _finding(found),
        "is_pdf": is_fit and found.content_type == PDF.content_type,
        "is_picture": is_fit and found.content_type in {PNG.content_type, JPEG.content_type},
    }
    return page(request, "applications/attachment.html", context)


def _finding(found: Attachment) -> str:
    """Why the file is not handed out."""
    try:
        scanning.refuse_unfit(found.sha256)
    except scanning.Unfit as error:
        return str(error)
    return ""


def _above(request: PortalRequest, found: Attachment) -> list[tuple[Any, str]]:
    """The way to a file: through its application where the reader sees it, else through the own parts."""
    application = queries.applications(request.actor).filter(pk=found.application_id).first()
    if application is not None:
        return trail(application)
    return [(_("Joint applications"), reverse("applications:parts"))]


@require_POST
@signed_in
def verify(request: PortalRequest, row: int) -> HttpResponse:
    """Verify the seals of a file once more, now and for the reader; what came of it is kept beside what came before."""
    found = _find(request, row)
    scanning.refuse_unfit(found.sha256)
    kept = Kept(found.file_name, found.content_type, found.size, found.sha256, found.storage_key)
    check = domain.note_seal(request.actor, found, verified(kept))
    messages.success(request, _("Verified just now: %(state)s.") % {"state": check})
    return see_other("applications:attachment", row)
