"""One hearing, for the ministries and the panel: materials, questions, who was there, minutes."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.core import clock
from portal.core.looks import serve_told
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.rules import may
from portal.core.templatetags.portal_ui import moment
from portal.core.web import confirm_page, errors_into, page, require, see_other, signed_in
from reviews import queries
from reviews.domain import hearing as domain
from reviews.forms.defending import HoldForm, QuestionForm
from reviews.models import Hearing, HearingQuestion
from reviews.presentation import criterion_names
from reviews.views.common import done
from reviews.views.defence import trail


def find(request: PortalRequest, pk: int) -> Hearing:
    """A hearing for officers, national auditors and its panel; 404 for all others, also with a conflict."""
    require(request.actor, "reviews.view_hearing")
    rows = queries.hearings(request.actor)
    if not request.actor.scope.nation:
        mine = queries.my_assignments(request.actor)
        rows = rows.filter(application__in=mine.order_by().values("application"))
    return get_object_or_404(rows, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def hearing(request: PortalRequest, pk: int) -> HttpResponse:
    """The hearing; on POST put a question."""
    found = find(request, pk)
    actor = request.actor
    form = None
    if may(actor, "reviews.ask", found) and found.is_open:
        form = QuestionForm(request.POST or None)
        if form.is_valid():
            with errors_into(form):
                domain.ask(by=actor, hearing=found, text=form.cleaned_data["text"])
                messages.success(request, _("The question is on the list."))
                return see_other("reviews:hearing", pk)
    elif request.method == "POST":
        require(actor, "reviews.ask", found)
        messages.error(request, _("The hearing is over."))
        return see_other("reviews:hearing", pk)
    batch = found.session.batch
    names = criterion_names(batch)
    context = {
        "hearing": found,
        "batch": batch,
        "files": list(queries.files_of(found)),
        "questions": [(row, names.get(row.criterion, "")) for row in queries.questions_of(found)],
        "panel": queries.attendance(found) if actor.scope.nation else [],
        "record": queries.panel_record(found.application),
        "has_begun": found.begins_at <= clock.now(),
        "may_prepare": bool(may(actor, "reviews.prepare_questions", found)) and found.is_open,
        "may_hold": bool(may(actor, "reviews.hold", found)) and found.is_open,
        "own": queries.my_assignments(actor).filter(application=found.pk).first(),
        "me": actor.id,
    }
    return page(request, "reviews/hearing.html", context, form=form)


@require_POST
@signed_in
def prepare(request: PortalRequest, pk: int) -> HttpResponse:
    """Make questions of the reviewers' remarks."""
    found = find(request, pk)
    require(request.actor, "reviews.prepare_questions", found)
    count = domain.prepare(by=request.actor, hearing=found)
    if count:
        text = ngettext(
            "%(count)s question was made of the reviews.", "%(count)s questions were made of the reviews.", count
        )
        messages.success(request, text % {"count": count})
    else:
        messages.info(request, _("The reviews hold no further remark on a single criterion."))
    return see_other("reviews:hearing", pk)


def _question(request: PortalRequest, pk: int) -> HearingQuestion:
    require(request.actor, "reviews.view_hearing")
    found = get_object_or_404(HearingQuestion.objects.all(), pk=pk)
    found.hearing = find(request, found.hearing_id)
    require(request.actor, "reviews.prepare_questions", found.hearing)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def question(request: PortalRequest, pk: int) -> HttpResponse:
    """Put a question into other words."""
    found = _question(request, pk)
    form = QuestionForm(request.POST or None, initial={"text": found.text})
    if form.is_valid():
        with errors_into(form):
            domain.reword(by=request.actor, question=found, text=form.cleaned_data["text"])
            return see_other("reviews:hearing", found.hearing_id)
    unit = str(found.hearing.application.unit)
    here = reverse("reviews:hearing", args=[found.hearing_id])
    title = _("Question to %(unit)s") % {"unit": unit}
    context = {"title": title, "cancel": here, "trail": trail(found.hearing.session.batch, (unit, here), (title, ""))}
    return page(request, "reviews/question.html", context, form=form)


@require_POST
@signed_in
def drop_question(request: PortalRequest, pk: int) -> HttpResponse:
    """Take a question off the list."""
    found = _question(request, pk)
    text = _("The question is off the list.")
    return done(
        request, lambda: domain.drop(by=request.actor, question=found), "reviews:hearing", found.hearing_id, text=text
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def hold(request: PortalRequest, pk: int) -> HttpResponse:
    """Note that the unit was heard."""
    found = find(request, pk)
    require(request.actor, "reviews.hold", found)
    here = reverse("reviews:hearing", args=[pk])
    if not found.is_open:
        messages.error(request, _("The hearing is over."))
        return see_other(here)
    panel = [row["person"] for row in queries.attendance(found) if not row["is_recused"]]
    form = HoldForm(request.POST or None, panel=panel, questions=queries.questions_of(found))
    if form.is_valid():
        with errors_into(form):
            domain.hold(by=request.actor, hearing=found, what=form.to_input())
            messages.success(request, _("The hearing is noted. Who was there may revise the scores now."))
            return see_other(here)
    title = _("Minutes and attendance")
    unit = str(found.application.unit)
    context = {
        "hearing": found,
        "title": title,
        "cancel": here,
        "trail": trail(found.session.batch, (unit, here), (title, "")),
    }
    return page(request, "reviews/hold.html", context, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def absent(request: PortalRequest, pk: int) -> HttpResponse:
    """Note, after asking, that the unit did not come."""
    found = find(request, pk)
    require(request.actor, "reviews.hold", found)
    here = reverse("reviews:hearing", args=[pk])
    if request.method == "POST":
        return done(request, lambda: domain.note_absence(by=request.actor, hearing=found), "reviews:hearing", pk)
    unit = str(found.application.unit)
    title = _("The unit did not come")
    return confirm_page(
        request,
        title=title,
        text=_("%(unit)s is noted as absent. Its reviews stay as they were submitted.") % {"unit": unit},
        facts=[(_("Begins at"), moment(found.begins_at)), (_("State"), found.get_state_display())],
        consequences=[_("Nobody can undo this.")],
        danger=True,
        submit=_("Note as absent"),
        cancel=here,
        trail=trail(found.session.batch, (unit, here), (title, "")),
    )


@require_safe
@signed_in
def file(request: PortalRequest, pk: int) -> HttpResponseBase:
    """Hand material of a hearing out, to whoever sees the hearing: the unit, the panel, the ministries."""
    if not may(request.actor, "reviews.view_hearing"):
        require(request.actor, "reviews.view_own_hearing")
    return serve_told(one_of(queries.hearing_files, request.actor, pk=pk), request=request)
