"""Profiles of reviewers: kept by officers, and by each reviewer for the own person."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.core.middleware import PortalRequest
from portal.core.rules import may
from portal.core.web import errors_into, page, require, see_other, signed_in
from portal.programme import queries as programme
from portal.programme.enums import Level
from reviews import queries, tables
from reviews.domain import people
from reviews.forms.people import Known, OwnProfileForm, ProfileForm, former_forms


def _known() -> Known:
    divisions = programme.industries().filter(level=Level.DIVISION, pk__startswith="C")
    return Known([(row.pk, f"{row.pk} {row}") for row in divisions], programme.provinces(), programme.soes())


@require_safe
@signed_in
def reviewers(request: PortalRequest) -> HttpResponseBase:
    """All reviewers."""
    require(request.actor, "reviews.view_reviewing")
    table = tables.reviewers(request)
    if table.wants_file:
        return table.file()
    context = {"table": table, "may_keep": bool(may(request.actor, "reviews.keep_profile"))}
    return page(request, "reviews/reviewers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def profile(request: PortalRequest, pk: int | None = None) -> HttpResponse:
    """Enter or change the profile of a reviewer."""
    require(request.actor, "reviews.view_reviewing")
    found = get_object_or_404(queries.profiles(request.actor), pk=pk) if pk else None
    require(request.actor, "reviews.keep_profile", found)
    known = set(queries.profiles(request.actor).values_list("user_id", flat=True)) if found is None else set()
    form = ProfileForm(
        request.POST or None,
        people=[row for row in queries.people(request.actor) if row[0] not in known],
        known=_known(),
        profile=found,
    )
    former = former_forms(request.POST or None, found)
    if form.is_valid() and former.is_valid():
        with errors_into(form):
            user = found.user_id if found else int(form.cleaned_data["person"])
            what = form.to_input(former.inputs())
            people.keep_profile(by=request.actor, user_id=user, what=what, profile=found)
            messages.success(request, _("The profile is kept."))
            return see_other("reviews:reviewers")
    context = {"profile": found, "former": former, "cancel": reverse("reviews:reviewers")}
    answer = page(request, "reviews/profile.html", context, form=form)
    answer.status_code = 422 if former.is_bound else answer.status_code
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def own_profile(request: PortalRequest) -> HttpResponse:
    """The reviewer's own profile."""
    found = queries.own_profile(request.actor)
    require(request.actor, "reviews.keep_own_profile", found)
    form = OwnProfileForm(request.POST or None, known=_known(), profile=found)
    former = former_forms(request.POST or None, found)
    if form.is_valid() and former.is_valid():
        with errors_into(form):
            people.keep_own_profile(by=request.actor, what=form.to_own_input(former.inputs()), profile=found)
            messages.success(request, _("Your profile is kept."))
            return see_other("reviews:mine")
    context = {"profile": found, "former": former, "own": True, "cancel": reverse("reviews:mine")}
    answer = page(request, "reviews/profile.html", context, form=form)
    answer.status_code = 422 if former.is_bound else answer.status_code
    return answer
