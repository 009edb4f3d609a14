"""The feedback letter as PDF. It is an official paper, so it is in Chinese whoever asks; it holds no score, no name."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.core import clock
from portal.core.pdf import render
from portal.core.shapes import Feedback
from reviews.models import FeedbackLetter


def data(letter: FeedbackLetter) -> Feedback:
    """What stands in the letter; it depends on the letter alone, so the same letter gives the same bytes."""
    application = letter.application
    batch = application.batch
    day = letter.released_at.astimezone(clock.SHANGHAI).date()
    addressee = application.unit.body_on(day, application.organisation.name_zh)
    return {
        "made_at": letter.released_at.astimezone(clock.SHANGHAI).isoformat(timespec="seconds"),
        "title": _("Feedback on the application"),
        "site": str(settings.SITE_NAME),
        "batch": batch.title_zh,
        "demonstration": settings.DEMONSTRATION,
        "addressee": _("%(body)s:") % {"body": addressee},
        "issuers": [_("Ministry of Finance"), _("Ministry of Industry and Information Technology")],
        "day": clock.in_text(day),
        "opening": _("The review of the application named below is over and the final list is published."),
        "unit": application.unit.names_on(day)[0],
        "facts": [
            (_("Number of the application"), application.number),
            (_("Title"), application.title),
            (pgettext("of an application", "Outcome"), str(letter.get_outcome_display())),
            (_("Final list"), batch.final_document_no or "–"),
        ],
        "comment": [line for line in letter.comment.splitlines() if line.strip()],
        "closing": _("The comment is the panel's as a whole. Names of reviewers and scores are not disclosed."),
    }


def pdf(letter: FeedbackLetter) -> bytes:
    """The letter. `letter` comes from `queries.feedback_letters`."""
    with translation.override("zh-hans"):
        return render("feedback", dict(data(letter)))
