"""Pages of screening: batches, the queue of one, the decision on one application."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from applications import checks, examined, times
from applications import queries as applications
from applications.checklist import screening_points
from applications.enums import ApplicationState
from applications.models import Application
from applications.queries.dossiers import marked
from applications.views import unsent
from portal.core.middleware import PortalRequest
from portal.core.models import Run
from portal.core.rules import may
from portal.core.web import confirm_page, errors_into, page, require, see_other, signed_in
from portal.programme.enums import BatchState
from reviews import queries, tables
from reviews.domain import interests
from reviews.domain import screening as domain
from reviews.forms import OwnInterestForm
from reviews.forms.screening import PassForm, ScreeningForm, initial_of
from reviews.models import ScreeningPoint
from reviews.presentation import Dossier, dossier
from reviews.screened import correction, is_uncorrected, rulings, said_lines
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
    may_take_up = bool(may(request.actor, "reviews.take_up", batch))
    may_pass = batch.state == BatchState.CLOSED and bool(may(request.actor, "reviews.pass_clean", batch))
    context = {
        "batch": batch,
        "table": table,
        "may_take_up": may_take_up and queries.waits(request.actor, batch),
        "clean": queries.clean(request.actor, batch, domain.ministry_of(request.actor)).count() if may_pass else 0,
    }
    return page(request, "reviews/queue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def pass_clean(request: PortalRequest, number: int) -> HttpResponse:
    """Choose among the applications without findings which are passed together; a run passes them one by one."""
    require(request.actor, "reviews.pass_clean")
    batch = batch_of(request, number)
    rows = list(queries.clean(request.actor, batch, domain.ministry_of(request.actor)))
    sent = request.POST if request.method == "POST" else None
    form = PassForm(sent, rows=rows, initial={"chosen": [row.pk for row in rows]})
    back = reverse("reviews:queue", args=[number])
    if form.is_valid():
        with errors_into(form):
            run = domain.start_passing(
                by=request.actor, batch=batch, applications=form.cleaned_data["chosen"], back=back
            )
            return see_other("runs:run", run.pk)
    return page(request, "reviews/pass_clean.html", {"batch": batch, "rows": rows, "cancel": back}, form=form)


@require_safe
@signed_in
def passed(request: PortalRequest, number: int, run: UUID) -> HttpResponse:
    """What came of passing applications together: how many were passed, and why others were left."""
    require(request.actor, "reviews.pass_clean")
    batch = batch_of(request, number)
    own = Run.objects.filter(asker=request.actor.id, task="reviews.pass_clean", params__batch=batch.pk)
    return page(request, "reviews/passed.html", {"batch": batch, "result": get_object_or_404(own, pk=run).result})


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
    """One application: checks, what a correction changed and the dossier, beside checklist and decision."""
    require(request.actor, "reviews.view_screening")
    application = get_object_or_404(marked(applications.applications(request.actor)), pk=pk)
    applications.load(application)
    shown = dossier(request.actor, application.pk, application.attachments.all())
    found = list(queries.checklist(shown.snapshot)) if shown.snapshot else []
    ruled = rulings(application)
    uncorrected = is_uncorrected(ruled, shown.snapshot)
    form = None
    stands = application.state == ApplicationState.SCREENING or times.lapsed(application)
    if stands and may(request.actor, "reviews.screen", application):
        form = _form(request, application, shown, found, passes=not uncorrected)
        if form.is_valid():
            with errors_into(form):
                return _act(request, application, form)
    elif request.method == "POST":
        require(request.actor, "reviews.screen", application)
        messages.error(request, _("This application is not in screening any more."))
        return see_other("reviews:screen", pk)
    context: dict[str, Any] = {
        "application": application,
        "dossier": shown,
        # What the unit is changing is its own until it is signed: the checks would tell of it.
        "findings": None if uncorrected else checks.run(application),
        "points": _lines(request, application, found, own=form is None),
        "said": said_lines(queries.screenings(request.actor, application)),
        "correction": correction(application, ruled, shown.snapshot),
        "uncorrected": uncorrected,
        "may_declare": bool(may(request.actor, "reviews.declare_own", application)),
    }
    return page(request, "reviews/screen.html", context, form=form)


def _lines(
    request: PortalRequest, application: Application, found: list[ScreeningPoint], *, own: bool
) -> list[dict[str, Any]]:
    """What the ministries found; without the own one where its points stand in the form."""
    rows = found if own else [row for row in found if row.ministry != domain.ministry_of(request.actor)]
    return examined.lines(application, rows, among=screening_points(application))


def _form(
    request: PortalRequest, application: Application, shown: Dossier, found: list[ScreeningPoint], *, passes: bool
) -> ScreeningForm:
    ministry = domain.ministry_of(request.actor)
    points = screening_points(application, ministry)
    own = [row for row in found if row.ministry == ministry]
    read = shown.snapshot.pk if shown.snapshot else 0
    initial = initial_of(own, points) | {"snapshot": read} | unsent.held(request, _unsent(read, ministry))
    return ScreeningForm(request.POST or None, ministry=ministry, points=points, initial=initial, passes=passes)


def _unsent(snapshot: int, ministry: str) -> str:
    return f"screen:{snapshot}:{ministry}"


def _act(request: PortalRequest, application: Application, form: ScreeningForm) -> HttpResponse:
    read = form.cleaned_data["snapshot"]
    held = _unsent(read, domain.ministry_of(request.actor))
    if form.only_saves:
        domain.keep_checklist(by=request.actor, application=application, snapshot=read, answers=form.answers())
        unsent.hold(request, held, form)
        messages.success(request, _("The checklist is kept. Colleagues of your ministry can go on with it."))
        return see_other("reviews:screen", application.pk)
    domain.screen(by=request.actor, application=application, what=form.to_input())
    unsent.let_go(request, held)
    return _after(request, application.pk)


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
            interests.declare_own(by=request.actor, application=application, what=form.to_input())
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
