"""Interests: declared for a whole batch by reviewers; a derived conflict overridden by two officers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from applications.forms import ReasonForm
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.web import confirm_page, errors_into, page, require, see_other, signed_in
from portal.programme import queries as programme
from reviews import queries
from reviews.domain import interests
from reviews.forms.people import BatchInterestForm
from reviews.models import Conflict
from reviews.views.common import batch_of


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def declare_batch(request: PortalRequest, number: int) -> HttpResponse:
    """Declare interests for a whole batch, or none; who applies is not told."""
    batch = batch_of(request, number)
    require(request.actor, "reviews.declare_batch", batch)
    form = BatchInterestForm(request.POST or None, units=programme.units(), soes=programme.soes())
    if form.is_valid():
        with errors_into(form):
            interests.declare_batch(by=request.actor, batch=batch, what=form.to_input())
            messages.success(request, _("Your declaration is kept. You can add to it at any time."))
            return see_other("reviews:declare_batch", number)
    said = list(queries.own_declarations(request.actor, batch))
    return page(request, "reviews/batch_interest.html", {"batch": batch, "said": said}, form=form)


def _conflict(request: PortalRequest, pk: int) -> Conflict:
    require(request.actor, "reviews.view_reviewing")
    return one_of(queries.conflicts, request.actor, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def waive(request: PortalRequest, pk: int) -> HttpResponse:
    """Propose that a derived conflict does not stand, with the reason."""
    found = _conflict(request, pk)
    require(request.actor, "reviews.waive", found)
    form = ReasonForm(request.POST or None)
    back = reverse("reviews:panel", args=[found.application_id])
    if form.is_valid():
        with errors_into(form):
            interests.waive(by=request.actor, conflict=found, why=form.cleaned_data["why"])
            messages.success(request, _("Proposed. It counts once a second officer has confirmed it."))
            return see_other(back)
    return confirm_page(
        request,
        title=_("Override a conflict"),
        text=_("%(person)s: %(ground)s") % {"person": found.reviewer, "ground": found.get_code_display()},
        facts=[(_("Reason"), found.reason or "–"), (_("Application"), found.application)],
        consequences=[
            _("A second officer must confirm it; both names and the reason stay in the record."),
            _("Then this person may be given the application."),
        ],
        form=form,
        danger=True,
        submit=_("Propose the override"),
        cancel=back,
        trail=[(_("Reviewers and progress"), reverse("reviews:reviewing")), (str(found.application.unit), back)],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def confirm_waiver(request: PortalRequest, pk: int) -> HttpResponse:
    """Confirm the override a colleague proposed."""
    found = _conflict(request, pk)
    waiver = getattr(found, "waiver", None)
    back = reverse("reviews:panel", args=[found.application_id])
    if waiver is None:
        messages.error(request, _("Nobody has proposed to override this conflict."))
        return see_other(back)
    require(request.actor, "reviews.confirm_waiver", waiver)
    if request.method == "POST":
        interests.confirm_waiver(by=request.actor, waiver=waiver)
        messages.success(request, _("The conflict does not stand any more."))
        return see_other(back)
    return confirm_page(
        request,
        title=_("Confirm the override of a conflict"),
        text=_("%(person)s: %(ground)s") % {"person": found.reviewer, "ground": found.get_code_display()},
        facts=[(_("Why it does not stand"), waiver.reason), (_("Proposed by"), waiver.proposed_by)],
        danger=True,
        submit=_("Confirm the override"),
        cancel=back,
        trail=[(_("Reviewers and progress"), reverse("reviews:reviewing")), (str(found.application.unit), back)],
    )
