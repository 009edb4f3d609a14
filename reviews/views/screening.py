"""Pages of screening: batches, the queue of one, the decision on one application."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from applications import checks
from applications import queries as applications
from applications.enums import ApplicationState
from applications.queries.dossiers import marked
from portal.accounts.enums import Role
from portal.core.middleware import PortalRequest
from portal.core.rules import may
from portal.core.web import confirm_page, errors_into, page, require, see_other, signed_in
from reviews import queries, tables
from reviews.domain import people
from reviews.domain import screening as domain
from reviews.enums import Ministry
from reviews.forms import OwnInterestForm, ScreeningForm
from reviews.presentation import dossier
from reviews.views.common import application_of, batch_of, done


@require_safe
@signed_in
def batches(request: PortalRequest) -> HttpResponseBase:
    """Batches with how far their screening is."""
    require(request.actor, "reviews.view_screening")
    table = tables.batches(request, "reviews:queue", tables.SCREENING_COUNTS)
    if table.wants_file:
        return table.file()
    return page(request, "reviews/batches.html", {"table": table, "title": _("Screening")})


@require_safe
@signed_in
def queue(request: PortalRequest, number: int) -> HttpResponseBase:
    """The queue of one batch."""
    require(request.actor, "reviews.view_screening")
    batch = batch_of(request, number)
    table = tables.queue(request, batch)
    if table.wants_file:
        return table.file()
    context = {"batch": batch, "table": table, "may_take_up": bool(may(request.actor, "reviews.take_up", batch))}
    return page(request, "reviews/queue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def take_up(request: PortalRequest, number: int) -> HttpResponse:
    """Take all recommended applications of a closed batch up, after asking."""
    batch = batch_of(request, number)
    require(request.actor, "reviews.take_up", batch)
    if request.method == "POST":
        return done(request, lambda: domain.take_up(by=request.actor, batch=batch), "reviews:queue", number)
    return confirm_page(
        request,
        title=_("Take up the applications of this batch"),
        text=_("All applications that both departments of their province recommend go into screening."),
        submit=_("Take them up"),
        cancel=reverse("reviews:queue", args=[number]),
        trail=[(_("Screening"), reverse("reviews:screening")), (str(batch), "")],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def decide(request: PortalRequest, pk: int) -> HttpResponse:
    """One application: machine checks beside the dossier, what the ministries said, and the own decision."""
    require(request.actor, "reviews.view_screening")
    application = get_object_or_404(marked(applications.applications(request.actor)), pk=pk)
    applications.load(application)
    verdict = may(request.actor, "reviews.screen", application)
    form = None
    if verdict and application.state == ApplicationState.SCREENING:
        form = ScreeningForm(request.POST or None, ministry=_ministry(request))
        if form.is_valid():
            with errors_into(form):
                domain.screen(by=request.actor, application=application, what=form.to_input())
                return _after(request, pk)
    elif request.method == "POST":
        require(request.actor, "reviews.screen", application)
        messages.error(request, _("This application is not in screening any more."))
        return see_other("reviews:screen", pk)
    context: dict[str, Any] = {
        "application": application,
        "dossier": dossier(request.actor, application, application.attachments.all()),
        "findings": checks.run(application),
        "said": list(queries.screenings(request.actor, application)),
        "may_declare": bool(may(request.actor, "reviews.declare_own", application)),
    }
    return page(request, "reviews/screen.html", context, form=form)


def _ministry(request: PortalRequest) -> str:
    post = request.actor.post(Role.OFFICER, code=Ministry.MIIT)
    return Ministry.MIIT if post else Ministry.MOF


def _after(request: PortalRequest, pk: int) -> HttpResponse:
    """Say what came of it and go on with the next of the queue."""
    application = application_of(request, pk)
    if application.state == ApplicationState.SCREENING:
        messages.info(request, _("Recorded. It takes effect when the other ministry agrees."))
    else:
        messages.success(
            request,
            _("%(unit)s: %(state)s.") % {"unit": application.unit, "state": application.get_state_display()},
        )
    following = queries.next_in_queue(request.actor, application)
    return see_other("reviews:screen", following) if following else see_other("reviews:queue", application.batch.number)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def interest(request: PortalRequest, pk: int) -> HttpResponse:
    """An officer declares an interest and from then on sees nothing of the application."""
    application = application_of(request, pk)
    require(request.actor, "reviews.declare_own", application)
    form = OwnInterestForm(request.POST or None)
    if form.is_valid():
        with errors_into(form):
            number = application.batch.number
            people.declare_own(by=request.actor, application=application, what=form.to_input())
            messages.success(request, _("Your interest is recorded. The portal shows you nothing of it any more."))
            return see_other("reviews:queue", number)
    return confirm_page(
        request,
        title=_("Declare an interest"),
        text=_("%(unit)s: from here on the portal shows you nothing of this application.") % {"unit": application.unit},
        consequences=[
            _("You cannot see the scores of this batch's candidates, nor propose or sign its decision."),
            _("It cannot be taken back here."),
        ],
        danger=True,
        form=form,
        submit=_("Declare the interest"),
        cancel=reverse("reviews:screen", args=[pk]),
        trail=[(_("Screening"), reverse("reviews:screening")), (str(application.unit), "")],
    )
