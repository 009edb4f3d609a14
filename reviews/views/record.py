"""What the panel says of one application: its statement, the comment to the applicant, approved by a second officer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from applications.models import Application
from portal.core.errors import Text
from portal.core.middleware import PortalRequest
from portal.core.rules import may
from portal.core.web import confirm_page, errors_into, page, require, see_other, signed_in
from reviews import queries
from reviews.domain import panel
from reviews.forms.defending import ReadForm, RecordForm
from reviews.models import PanelResult
from reviews.views.common import application_of, board_trail


def _trail(found: Application, title: Text) -> list[tuple[Text, str]]:
    return board_trail(found.batch, (str(found.unit), reverse("reviews:panel", args=[found.pk])), (title, ""))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def record(request: PortalRequest, pk: int) -> HttpResponse:
    """Read and write the panel's record."""
    require(request.actor, "reviews.view_reviewing")
    found = application_of(request, pk)
    held = queries.panel_record(found)
    is_fixed = PanelResult.objects.filter(application=found).exists()
    is_approved = held is not None and held.approved_by_id is not None
    form = None
    if may(request.actor, "reviews.keep_record", found) and not (is_fixed and is_approved):
        how: dict[str, Any] = {"is_fixed": is_fixed, "is_approved": is_approved}
        said = {name: getattr(held, name) if held else "" for name in ("statement", "comment")}
        form = RecordForm(request.POST or None, initial={"version": held.version if held else 0, **said}, **how)
        if form.is_valid():
            with errors_into(form):
                what = form.to_input(held.comment if held else "")
                panel.keep_record(by=request.actor, application=found, what=what)
                messages.success(request, _("What the panel says is kept."))
                return see_other("reviews:record", pk)
    elif request.method == "POST":
        require(request.actor, "reviews.keep_record", found)
        messages.error(request, _("The comment is approved and stays as it is."))
        return see_other("reviews:record", pk)
    title = _("Record of the panel")
    context = {
        "application": found,
        "record": held,
        "is_fixed": is_fixed,
        "title": title,
        "trail": _trail(found, title),
        "remarks": queries.remarks(request.actor, found),
        "may_approve": held is not None and held.comment and bool(may(request.actor, "reviews.approve_comment", held)),
    }
    return page(request, "reviews/record.html", context, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def approve(request: PortalRequest, pk: int) -> HttpResponse:
    """Approve, after asking, what the applicant will read."""
    require(request.actor, "reviews.view_reviewing")
    found = application_of(request, pk)
    require(request.actor, "reviews.keep_record", found)
    held = get_object_or_404(queries.panel_records(request.actor), application=found)
    require(request.actor, "reviews.approve_comment", held)
    form = ReadForm(request.POST or None, initial={"version": held.version})
    if form.is_valid():
        with errors_into(form):
            panel.approve_comment(by=request.actor, record=held, version=form.cleaned_data["version"])
            messages.success(request, _("The comment is approved. The applicant reads it after the final list."))
            return see_other("reviews:record", pk)
    title = _("Approve the comment")
    return confirm_page(
        request,
        form=form,
        title=title,
        text=held.comment or _("There is no comment to approve."),
        facts=[(_("Written by"), held.written_by)],
        consequences=[
            _("The applicant reads exactly this after the final list."),
            _("Look once more: no names, no scores, nothing on other units."),
        ],
        submit=_("Approve the comment"),
        cancel=reverse("reviews:record", args=[pk]),
        trail=_trail(found, title),
    )
