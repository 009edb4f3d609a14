"""What belongs to a review beside its scores: the reviewer's private notes, and reopenings with what was submitted."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.models.guards import stays
from portal.core import clock
from portal.core.rls import USER, RowSecurity
from reviews.models.guards import MIIT_OFFICER, OFFICES, UNCONFLICTED, ask


class ReviewNote(models.Model):
    """What a reviewer notes for nobody else. Not part of the review, and no officer or auditor reads it."""

    assignment = models.OneToOneField("reviews.Assignment", models.PROTECT, related_name="note")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("reviewer"))
    text = models.TextField(_("private notes"), max_length=6000, blank=True)
    at = models.DateTimeField(_("time"), default=clock.now)

    class Meta:
        verbose_name = _("private note of a reviewer")
        verbose_name_plural = _("private notes of reviewers")
        ordering = ["pk"]
        constraints = [
            RowSecurity(
                name="review_note_rows",
                read=f"(reviewer_id = {USER})",
                insert=f"(reviewer_id = {USER} and exists (select 1 from reviews_assignment s"
                f" where s.id = assignment_id and s.reviewer_id = {USER}))",
                update=f"(reviewer_id = {USER} and exists (select 1 from reviews_assignment s"
                f" where s.id = assignment_id and s.reviewer_id = {USER}))",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id}"


class ReviewReopening(models.Model):
    """A submitted review is open again: MIIT lets the reviewer change it, or the reviewer revises it after the defence.

    With the reason; what was submitted stays here.

    The database itself sets reviewer, total, submitted_at, comment and scores: [criterion, score, comment, whether
    there was not enough to judge].
    """

    review = models.ForeignKey("reviews.Review", models.PROTECT, related_name="reopenings")
    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("reviewer"))
    reason = models.CharField(_("reason"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("time"), default=clock.now)
    total = models.DecimalField(_("total"), max_digits=9, decimal_places=6, null=True)
    submitted_at = models.DateTimeField(pgettext_lazy("moment", "submitted"), null=True)
    comment = models.TextField(_("comment"), blank=True)
    scores = models.JSONField(_("scores"), default=list)

    class Meta:
        verbose_name = _("reopening of a review")
        verbose_name_plural = _("reopenings of reviews")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="reopening_has_a_reason",
                condition=~Q(reason=""),
                violation_error_message=_("Say why the review is opened again."),
            ),
            RowSecurity(
                name="reopening_rows",
                read=f"({UNCONFLICTED} and ({OFFICES} or reviewer_id = {USER}))",
                insert=f"(by_id = {USER} and {UNCONFLICTED} and ({MIIT_OFFICER} or reviewer_id = {USER}))",
            ),
        ]
        triggers = [
            *stays("reopening_stays", "a reopening is never changed or removed"),
            pgtrigger.Trigger(
                name="reopening_keeps_the_review",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("problem", "text")],
                func=f"""
                    {ask("reviews_reopening_problem(new.review_id, new.application_id)")}
                    select r.reviewer_id, r.total, r.submitted_at, r.comment
                      into new.reviewer_id, new.total, new.submitted_at, new.comment
                      from reviews_review r where r.id = new.review_id for update;
                    select coalesce(jsonb_agg(jsonb_build_array(s.criterion, s.value::text, s.comment,
                                                                s.is_insufficient) order by s.id), '[]')
                      into new.scores from reviews_reviewscore s where s.review_id = new.review_id;
                    return new;
                """,
            ),
            # Beside them stands `reopening_opens` (`functions_turns`): it sets the review back with the owner's rights,
            # which nobody else can.
        ]

    def __str__(self) -> str:
        return f"{self.review_id}: {self.reason}"
