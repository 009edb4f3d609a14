"""Profiles of reviewers: kept by officers, and by each reviewer for the own person."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.core.looks import looked
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.rules import may
from portal.core.web import errors_into, page, require, see_other, signed_in
from portal.programme import queries as programme
from reviews import queries, tables
from reviews.domain import people
from reviews.domain.people import EmployerInput
from reviews.forms.people import Known, OwnProfileForm, ProfileForm, former_forms
from reviews.models import ReviewerProfile


def _known() -> Known:
    return Known([(row.pk, f"{row.pk} {row}") for row in queries.divisions()], programme.provinces(), programme.soes())


@require_safe
@signed_in
def reviewers(request: PortalRequest) -> HttpResponseBase:
    """All reviewers."""
    require(request.actor, "reviews.view_reviewing")
    table = tables.reviewers(request)
    if request.actor.only_reads:
        looked(request.actor, None, "reviews.view_people", list=table.name, address=request.get_full_path()[:500])
    if table.wants_file:
        return table.file()
    context = {"table": table, "may_keep": bool(may(request.actor, "reviews.keep_profile"))}
    return page(request, "reviews/reviewers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def profile(request: PortalRequest, pk: int | None = None) -> HttpResponse:
    """Enter or change the profile of a reviewer."""
    require(request.actor, "reviews.view_reviewing")
    found = one_of(queries.profiles, request.actor, pk=pk) if pk else None
    require(request.actor, "reviews.keep_profile", found)
    if found is not None and request.method == "GET":
        looked(request.actor, found, "reviews.view_people")
    known = set(queries.profiles(request.actor).values_list("user_id", flat=True)) if found is None else set()
    people_left = [row for row in queries.people(request.actor) if row[0] not in known]
    form = ProfileForm(request.POST or None, people=people_left, known=_known(), profile=found)

    def act(former: list[EmployerInput]) -> None:
        user = found.user_id if found else int(form.cleaned_data["person"])
        people.keep_profile(by=request.actor, user_id=user, what=form.to_input(former), profile=found)

    return _profile_page(request, found, form, act, done=_("The profile is kept."), to="reviews:reviewers")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def own_profile(request: PortalRequest) -> HttpResponse:
    """The reviewer's own profile."""
    found = queries.own_profile(request.actor)
    require(request.actor, "reviews.keep_own_profile", found)
    form = OwnProfileForm(request.POST or None, known=_known(), profile=found)

    def act(former: list[EmployerInput]) -> None:
        people.keep_own_profile(by=request.actor, what=form.to_own_input(former), profile=found)

    return _profile_page(request, found, form, act, done=_("Your profile is kept."), to="reviews:mine", own=True)


def _profile_page(
    request: PortalRequest,
    found: ReviewerProfile | None,
    form: OwnProfileForm,
    act: Callable[[list[EmployerInput]], None],
    *,
    done: str,
    to: str,
    own: bool = False,
) -> HttpResponse:
    """The form with the former employers; on POST do the act, or say beside the fields why it was refused."""
    former = former_forms(request.POST or None, found)
    if form.is_valid() and former.is_valid():
        with errors_into(form):
            act(former.inputs())
            messages.success(request, done)
            return see_other(to)
    context = {"profile": found, "former": former, "own": own, "cancel": reverse(to), "form": form}
    return render(request, "reviews/profile.html", context, status=422 if form.is_bound else 200)
