"""The desk and the inbox."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from portal.core import menu
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.web import page, see_other, signed_in
from portal.notifications import desk as desks
from portal.notifications import inbox as letters
from portal.notifications import todo


@require_safe
@signed_in
def desk(request: PortalRequest) -> HttpResponse:
    """What waits for the reader, the most pressing first."""
    groups = desks.groups(todo.for_actor(request.actor))
    places = [] if groups else [item for item in menu.for_actor(request.actor, request.path) if not item["active"]]
    return page(request, "notifications/desk.html", {"groups": groups, "places": places})


@require_safe
@signed_in
def inbox(request: PortalRequest) -> HttpResponse:
    """The reader's letters, the newest first; `show=unread` leaves out what was read."""
    rows, only_new = letters.inbox(request.actor), request.GET.get("show") == "unread"
    if only_new:
        rows = rows.filter(read_at=None)
    found = Paginator(rows, 50).get_page(request.GET.get("page"))
    return page(request, "notifications/inbox.html", {"rows": found, "only_new": only_new})


@require_POST
@signed_in
def read(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Note a letter as read, and go where it leads."""
    notice = one_of(letters.inbox, request.actor, pk=pk)
    letters.mark_read(by=request.actor, notices=letters.inbox(request.actor).filter(pk=pk))
    return see_other(notice.url if notice.url and request.POST.get("open") else "inbox")


@require_POST
@signed_in
def read_all(request: PortalRequest) -> HttpResponse:
    """Note all letters as read."""
    count = letters.mark_read(by=request.actor, notices=letters.inbox(request.actor))
    said = ngettext("%(count)s notice marked as read.", "%(count)s notices marked as read.", count)
    messages.success(request, said % {"count": count})
    return see_other("inbox")
