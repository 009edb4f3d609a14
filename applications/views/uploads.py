"""Uploads in pieces, for the script of the upload page: begin or go on, take a piece, finish, give up; in JSON."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from applications.domain import uploads as domain
from applications.forms import UploadForm
from applications.journey import address
from applications.models import Upload
from applications.queries import uploads
from applications.views.common import find_to_edit
from portal.core.errors import DomainError
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.web import signed_in


def _state(upload: Upload) -> dict[str, Any]:
    return {
        "received": upload.received,
        "size": upload.size,
        "state": upload.state,
        "piece": reverse("applications:upload", args=[upload.pk]),
        "finish": reverse("applications:finish_upload", args=[upload.pk]),
    }


def _refused(error: DomainError, **more: Any) -> JsonResponse:
    return JsonResponse({"code": error.code, "error": str(error), **more}, status=error.status)


@require_POST
@signed_in
def begin(request: PortalRequest, pk: int) -> HttpResponse:
    """Begin an upload, or find the one that was broken off: the answer says from which byte to go on."""
    found = find_to_edit(request, pk)
    form = UploadForm(request.POST)
    if not form.is_valid():
        text = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return JsonResponse({"code": "form", "error": text, "fields": list(form.errors)}, status=422)
    try:
        upload = domain.begin(by=request.actor, application=found, what=form.to_input())
    except DomainError as error:
        return _refused(error)
    return JsonResponse(_state(upload))


@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
@signed_in
def upload(request: PortalRequest, key: UUID) -> HttpResponse:
    """GET: how far it is. POST ?offset=…: take the piece in the body. DELETE: give it up."""
    found = one_of(uploads, request.actor, pk=key)
    if request.method == "DELETE":
        domain.give_up(by=request.actor, upload=found)
        return HttpResponse(status=204)
    if request.method == "POST":
        if "form" in (request.content_type or ""):  # its body is read already
            text = _("A piece is sent as it is, not as a form.")
            return _refused(DomainError("piece", text), received=found.received)
        offset = request.GET.get("offset", "")
        try:
            place = int(offset) if offset.isascii() and offset.isdigit() and len(offset) < 13 else -1
            found = domain.put(by=request.actor, upload=found, offset=place, piece=request.body)
        except DomainError as error:
            return _refused(error, received=found.received)
    return JsonResponse(_state(found))


@require_POST
@signed_in
def finish(request: PortalRequest, key: UUID) -> HttpResponse:
    """Give the whole to the worker; the answer names the page that shows how far it is."""
    found = one_of(uploads, request.actor, pk=key)
    try:
        run = domain.finish(by=request.actor, upload=found, back=address(found.application, "add_attachment"))
    except DomainError as error:
        return _refused(error, received=found.received)
    return JsonResponse({"url": reverse("runs:run", args=[run.pk])})
