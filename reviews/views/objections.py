"""Pages on objections for those who answer them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.core.middleware import PortalRequest
from portal.core.rules import may
from portal.core.web import errors_into, page, require, see_other, signed_in
from reviews import queries, tables
from reviews.domain import objections as domain
from reviews.enums import ObjectionState
from reviews.forms import AnswerForm


@require_safe
@signed_in
def objections(request: PortalRequest) -> HttpResponseBase:
    """All objections, open ones first."""
    require(request.actor, "reviews.view_objections")
    table = tables.objections(request)
    return table.file() if table.wants_file else page(request, "reviews/objections.html", {"table": table})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def objection(request: PortalRequest, pk: UUID) -> HttpResponse:
    """One objection and its answer."""
    require(request.actor, "reviews.view_objections")
    found = get_object_or_404(queries.objections(request.actor), pk=pk)
    form = None
    if found.state == ObjectionState.LODGED and may(request.actor, "reviews.answer", found):
        form = AnswerForm(request.POST or None)
        if form.is_valid():
            with errors_into(form):
                data = form.cleaned_data
                uphold = data["outcome"] == "uphold"
                domain.answer(by=request.actor, objection=found, uphold=uphold, text=data["answer"])
                messages.success(request, _("The objection is answered; the objector reads it under the receipt."))
                return see_other("reviews:objection", pk)
    elif request.method == "POST":
        require(request.actor, "reviews.answer", found)
        messages.error(request, _("This objection is answered already."))
        return see_other("reviews:objection", pk)
    return page(request, "reviews/objection.html", {"objection": found}, form=form)
