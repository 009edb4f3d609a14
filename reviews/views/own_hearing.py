"""A government's pages on its own hearing: when and where, confirm, bring material."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.core.files import keep
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.rules import may
from portal.core.web import confirm_page, errors_into, page, require, see_other, signed_in
from reviews import queries
from reviews.domain import hearing as domain
from reviews.forms.defending import MATERIALS, ConfirmForm, MaterialForm
from reviews.models import Hearing
from reviews.views.common import done


@require_safe
@signed_in
def hearings(request: PortalRequest) -> HttpResponse:
    """When one's own government is heard, and what the ministries wrote about its applications."""
    require(request.actor, "reviews.view_own_hearing")
    context = {
        "rows": list(queries.own_hearings(request.actor)),
        "letters": list(queries.own_letters(request.actor)),
    }
    return page(request, "reviews/own_hearings.html", context)


def _find(request: PortalRequest, pk: int) -> Hearing:
    require(request.actor, "reviews.view_own_hearing")
    return one_of(queries.own_hearings, request.actor, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def hearing(request: PortalRequest, pk: int) -> HttpResponse:
    """The own hearing; on POST confirm it, or say anew who comes."""
    found = _find(request, pk)
    form = None
    if found.is_open and may(request.actor, "reviews.confirm_hearing", found):
        form = ConfirmForm(request.POST or None, initial={"delegation": found.delegation})
        if form.is_valid():
            with errors_into(form):
                domain.confirm(by=request.actor, hearing=found, delegation=form.cleaned_data["delegation"])
                messages.success(request, _("Confirmed. The ministries know who comes."))
                return see_other("reviews:own_hearing", pk)
    elif request.method == "POST":
        messages.error(request, _("The hearing is over."))
        return see_other("reviews:own_hearing", pk)
    context = {
        "hearing": found,
        "files": list(queries.files_of(found)),
        "may_bring": found.is_open and bool(may(request.actor, "reviews.bring_material", found)),
    }
    return page(request, "reviews/own_hearing.html", context, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def bring(request: PortalRequest, pk: int) -> HttpResponse:
    """Bring material for the hearing."""
    found = _find(request, pk)
    require(request.actor, "reviews.bring_material", found)
    form = MaterialForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        with errors_into(form):
            file = keep(form.cleaned_data["file"], kinds=MATERIALS)
            domain.bring(by=request.actor, hearing=found, title=form.cleaned_data["title"], file=file)
            messages.success(request, _("The material is there. The panel can read it."))
            return see_other("reviews:own_hearing", pk)
    return page(request, "reviews/material.html", {"hearing": found}, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def take_back(request: PortalRequest, pk: int) -> HttpResponse:
    """Take material back, after asking."""
    require(request.actor, "reviews.view_own_hearing")
    row = one_of(queries.hearing_files, request.actor, pk=pk)
    row.hearing = _find(request, row.hearing_id)
    require(request.actor, "reviews.bring_material", row.hearing)
    here = reverse("reviews:own_hearing", args=[row.hearing_id])
    if request.method == "POST":
        text = _("The material is taken back.")
        return done(request, lambda: domain.take_back(by=request.actor, file=row), here, text=text)
    return confirm_page(
        request,
        title=_("Take “%(name)s” back") % {"name": row.title},
        text=_("The panel does not see it any more."),
        facts=[(_("File"), row.file_name)],
        danger=True,
        submit=_("Take it back"),
        cancel=here,
        trail=[(_("Defence and feedback"), reverse("reviews:own_hearings")), (str(row.hearing.application.unit), here)],
    )
