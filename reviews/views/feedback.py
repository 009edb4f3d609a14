"""Letters to the applicants after the final list: what is missing, release, and the letter itself."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.rules import may
from portal.core.web import as_file, confirm_page, page, require, signed_in
from reviews import letter as as_paper
from reviews import queries, tables_defence
from reviews.domain import panel
from reviews.views.common import batch_of, board_trail, done


@require_safe
@signed_in
def letters(request: PortalRequest, number: int) -> HttpResponseBase:
    """Applications with an outcome: whose letter is out, whose comment waits."""
    require(request.actor, "reviews.view_reviewing")
    batch = batch_of(request, number)
    table = tables_defence.letters(request, batch)
    if table.wants_file:
        return table.file()
    context = {
        "batch": batch,
        "table": table,
        "counts": queries.feedback_counts(request.actor, batch),
        "may_release": bool(may(request.actor, "reviews.release_feedback", batch)),
    }
    return page(request, "reviews/letters.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def release(request: PortalRequest, number: int) -> HttpResponse:
    """Write, after asking, to every applicant whose comment is approved."""
    batch = batch_of(request, number)
    require(request.actor, "reviews.release_feedback", batch)
    here = reverse("reviews:letters", args=[number])
    if request.method == "POST":
        text = _("The letters are out.")
        return done(request, lambda: panel.release_feedback(by=request.actor, batch=batch), here, text=text)
    counts = queries.feedback_counts(request.actor, batch)
    title = _("Write to the applicants")
    return confirm_page(
        request,
        title=title,
        text=_("Every applicant whose comment is approved gets outcome and comment: no names, no scores."),
        facts=[(_("Letters that go out now"), counts["ready"]), (_("Comments still missing"), counts["missing"])],
        consequences=[_("A letter that is out is never changed.")],
        submit=title,
        cancel=here,
        trail=board_trail(batch, (_("Feedback letters"), here), (title, "")),
    )


@require_safe
@signed_in
def letter(request: PortalRequest, pk: int) -> HttpResponse:
    """One letter, for the applicant, its province, the ministries and auditors."""
    require(request.actor, "reviews.view_feedback")
    found = one_of(queries.feedback_letters, request.actor, pk=pk)
    return page(request, "reviews/feedback.html", {"letter": found, "application": found.application})


@require_safe
@signed_in
def letter_pdf(request: PortalRequest, pk: int) -> HttpResponse:
    """The letter as PDF, in Chinese."""
    require(request.actor, "reviews.view_feedback")
    found = one_of(queries.feedback_letters, request.actor, pk=pk)
    name = f"{found.application.number}-{found.application.unit.name_zh}.pdf"
    return as_file(HttpResponse(as_paper.pdf(found), content_type="application/pdf"), name)
