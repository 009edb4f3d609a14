"""Comments on the sections of a dossier."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from applications.domain import comments as domain
from applications.forms.comments import CommentForm
from applications.journey import TITLES, address
from applications.models import Application, Comment
from applications.queries import together as queries
from applications.views.common import find, trail
from portal.core.middleware import PortalRequest
from portal.core.rules import may
from portal.core.web import errors_into, page, require, see_other, signed_in


def _find(request: PortalRequest, pk: int) -> Application:
    found = find(request, pk)
    require(request.actor, "applications.read_comments", found)
    return found


@require_safe
@signed_in
def comments(request: PortalRequest, pk: int) -> HttpResponse:
    """All threads, or those of one section; open ones first."""
    found = _find(request, pk)
    section = request.GET.get("section", "")
    return _page(request, found, section if section in TITLES else "", None)


def _page(request: PortalRequest, found: Application, section: str, form: CommentForm | None) -> HttpResponse:
    rows = list(queries.threads(found))
    names = queries.colleagues(found).names
    writes = bool(may(request.actor, "applications.comment", found))
    groups = [_group(request, found, code, rows, names, form) for code in TITLES if section in ("", code)]
    title = _("Comments")
    context: dict[str, Any] = {
        "application": found,
        "title": title,
        "trail": [*trail(found), (title, "")],
        "section": section,
        "groups": [group for group in groups if group["open"] or group["resolved"] or group["section"] == section],
        "sections": [(code, TITLES[code], sum(row.section == code for row in rows)) for code in TITLES],
        "may_write": writes,
        "count": sum(row.resolved_at is None for row in rows),
    }
    return page(request, "applications/comments.html", context, form=form)


def _group(
    request: PortalRequest,
    found: Application,
    section: str,
    rows: list[Comment],
    names: list[str],
    form: CommentForm | None,
) -> dict[str, Any]:
    """The threads of a section, for templates/applications/_comments.html."""
    mine = [row for row in rows if row.section == section]
    wrong = form if form is not None and form.data.get("section") == section else None
    return {
        "section": section,
        "title": TITLES[section],
        "open": [row for row in mine if row.resolved_at is None],
        "resolved": [row for row in mine if row.resolved_at is not None],
        "form": wrong or CommentForm(initial={"section": section}, auto_id=f"comment_{section}_%s"),
        "names": names,
        "people": [],
        "may_write": bool(may(request.actor, "applications.comment", found)),
        "next": f"{address(found, 'comments')}?section={section}",
    }


@require_POST
@signed_in
def comment(request: PortalRequest, pk: int) -> HttpResponse:
    """Write a comment, or answer one."""
    found = _find(request, pk)
    require(request.actor, "applications.comment", found)
    form = CommentForm(request.POST, auto_id="comment_%s")
    section = request.POST.get("section", "")
    if form.is_valid() and section in TITLES:
        thread = None
        if number := form.cleaned_data["thread"]:
            thread = get_object_or_404(queries.threads(found), pk=number)
        what = domain.CommentInput(section, form.cleaned_data["text"], TITLES[section], thread)
        with errors_into(form):
            made = domain.comment(by=request.actor, application=found, what=what)
            messages.success(request, _("Your comment stands."))
            return _back(request, found, made)
    elif section not in TITLES:
        form.add_error(None, _("This section does not exist."))
    return _page(request, found, section if section in TITLES else "", form)


@require_POST
@signed_in
def resolve(request: PortalRequest, pk: int, row: int) -> HttpResponse:
    """Mark a thread as resolved, or open it again (`reopen`)."""
    found = _find(request, pk)
    thread = get_object_or_404(queries.threads(found), pk=row)
    thread.application = found
    require(request.actor, "applications.resolve_comment", thread)
    if request.POST.get("reopen"):
        domain.reopen(by=request.actor, comment=thread)
    else:
        domain.resolve(by=request.actor, comment=thread, title=TITLES[thread.section])
    return _back(request, found, thread)


def _back(request: HttpRequest, found: Application, row: Comment) -> HttpResponse:
    """To the page the comment was written on, else to the comments of its section."""
    there = request.POST.get("next", "")
    inside = there.startswith(address(found, "detail")) and url_has_allowed_host_and_scheme(there, allowed_hosts=None)
    there = there if inside else f"{address(found, 'comments')}?section={row.section}"
    return see_other(f"{there}#comment-{row.thread_id or row.pk}")
