"""Scores by criterion, the review they belong to, and the panel's result."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.models.guards import UNLESS_OWNER, refuse, stays
from portal.core import clock
from portal.core.rls import USER, RowSecurity
from reviews.enums import ReviewState
from reviews.models.guards import OFFICER, OFFICES, UNCONFLICTED, ask, holds
from reviews.states import REVIEW


def whole(name: str) -> pgtrigger.Trigger:
    """The table is never emptied, by nobody."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        level=pgtrigger.Statement,
        func=refuse("score_is_locked", "scores are never removed"),
    )


class Review(models.Model):
    """One reviewer's judgement of one application. A draft is the reviewer's own; officers see it once submitted.

    total: sum of weight x score over the sum of the weights, to six places; set at the submission, not before.
    submitted_at: said by the database, for all but its owner, who builds the past.
    """

    assignment = models.OneToOneField("reviews.Assignment", models.PROTECT, related_name="review")
    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("reviewer"))
    state = models.CharField(_("state"), max_length=10, choices=ReviewState.choices, default=ReviewState.DRAFT)
    comment = models.TextField(_("comment"), max_length=6000, blank=True)
    total = models.DecimalField(_("total"), max_digits=9, decimal_places=6, null=True, blank=True)
    submitted_at = models.DateTimeField(pgettext_lazy("moment", "submitted"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=0)

    class Meta:
        verbose_name = pgettext_lazy("score", "review")
        verbose_name_plural = pgettext_lazy("score", "reviews")
        ordering = ["pk"]
        indexes = [models.Index(fields=["application", "state"]), models.Index(fields=["reviewer", "state"])]
        constraints = [
            models.CheckConstraint(
                name="review_total_when_submitted",
                condition=Q(state=ReviewState.DRAFT, total=None, submitted_at=None)
                | (~Q(state=ReviewState.DRAFT) & Q(total__isnull=False, submitted_at__isnull=False)),
                violation_error_message=_("The total comes with the submission."),
            ),
            RowSecurity(
                name="review_rows",
                read=f"({UNCONFLICTED} and (reviewer_id = {USER} or state <> 'draft' and ({OFFICES}"
                " or application_id = any((select scope_open_panels())::bigint[]))))",
                insert=f"(reviewer_id = {USER})",
                update=f"({UNCONFLICTED} and ((reviewer_id = {USER} and state in ('draft', 'submitted'))"
                f" or ({OFFICER} and state <> 'draft')))",
            ),
        ]
        triggers = [
            REVIEW.guard(),
            holds(
                "score_is_locked",
                f"""
                    if tg_op = 'UPDATE' and old.state <> 'draft' then
                        -- Only the database opens a review again, for a reopening with its reason.
                        if new.state = 'draft' and not {UNLESS_OWNER} and exists (
                            select 1 from reviews_reviewreopening o where o.review_id = new.id
                               and o.submitted_at = old.submitted_at) then
                            return new;
                        end if;
                        -- What was withdrawn has no result; its reviews are locked with the others all the same.
                        if (to_jsonb(new) - 'state') <> (to_jsonb(old) - 'state')
                           or not exists (select 1 from reviews_panelresult p
                                           where p.application_id = new.application_id)
                           and not (new.state = 'locked' and exists (
                               select 1 from applications_application a
                                where a.id = new.application_id and a.state = 'withdrawn')) then
                            {refuse("score_is_locked", "a submitted review does not change")}
                        end if;
                        return new;
                    end if;
                    if tg_op = 'UPDATE' and (new.assignment_id, new.application_id, new.reviewer_id)
                       is distinct from (old.assignment_id, old.application_id, old.reviewer_id) then
                        {refuse("review_is_ones_own", "a review stays with its assignment")}
                    end if;
                    {ask("reviews_standing_problem(new.assignment_id, new.application_id, new.reviewer_id)")}
                    if new.state = 'submitted' then
                        {ask("reviews_total_problem(new.id, new.assignment_id, new.total)")}
                        -- A reopening is of the submission of this moment: no later one is opened by its record.
                        if {UNLESS_OWNER} then
                            new.submitted_at := clock_timestamp();
                        end if;
                    end if;
                """,
            ),
            pgtrigger.Trigger(
                name="review_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                func=f"""
                    if old.state <> 'draft' then
                        {refuse("score_is_locked", "a submitted review is never removed")}
                    end if;
                    return old;
                """,
            ),
            whole("review_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.reviewer_id}"


class ReviewScore(models.Model):
    """The score for one criterion of the rule set, with the comment on it.

    value: None where the dossier is not enough to judge, which the comment explains, or where only a comment is
    written yet.
    """

    review = models.ForeignKey(Review, models.PROTECT, related_name="scores")
    criterion = models.CharField(_("criterion"), max_length=40)
    value = models.DecimalField(_("score"), max_digits=5, decimal_places=2, null=True)
    comment = models.TextField(_("comment"), max_length=2000, blank=True, default="", db_default="")
    is_insufficient = models.BooleanField(_("not enough to judge"), default=False, db_default=False)

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="score_once_per_criterion",
                fields=["review", "criterion"],
                violation_error_message=_("This criterion has its score already."),
            ),
            models.CheckConstraint(
                name="score_or_not_enough_to_judge",
                condition=Q(value__isnull=False, is_insufficient=False)
                | Q(value=None, is_insufficient=True)
                | (Q(value=None, is_insufficient=False) & ~Q(comment="")),
                violation_error_message=_("Give a score, or say that there is not enough to judge."),
            ),
            models.CheckConstraint(
                name="score_not_enough_says_why",
                condition=Q(is_insufficient=False) | ~Q(comment=""),
                violation_error_message=_("Say what is missing for a judgement."),
            ),
            RowSecurity(
                name="review_score_rows",
                read="exists (select 1 from reviews_review r where r.id = review_id)",
                insert=f"exists (select 1 from reviews_review r where r.id = review_id and r.reviewer_id = {USER})",
                update=f"exists (select 1 from reviews_review r where r.id = review_id and r.reviewer_id = {USER})",
                delete=f"exists (select 1 from reviews_review r where r.id = review_id and r.reviewer_id = {USER})",
            ),
        ]
        triggers = [
            holds(
                "score_within_its_scale",
                f"""
                    if tg_op = 'UPDATE' and (new.review_id, new.criterion) <> (old.review_id, old.criterion) then
                        {refuse("score_is_locked", "a score stays with its criterion")}
                    end if;
                    {ask("reviews_score_problem(new.review_id, new.criterion, new.value, new.is_insufficient)")}
                """,
            ),
            pgtrigger.Trigger(
                name="score_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                declare=[("problem", "text")],
                func=f"""
                    {ask("reviews_score_problem(old.review_id, old.criterion, old.value)")}
                    return old;
                """,
            ),
            whole("score_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.value}"


class PanelResult(models.Model):
    """What the panel says of one application, fixed when scores are locked: number of reviews and their mean."""

    application = models.OneToOneField("applications.Application", models.PROTECT, related_name="panel_result")
    batch = models.ForeignKey("programme.Batch", models.PROTECT, related_name="panel_results")
    reviews = models.PositiveSmallIntegerField(_("reviews"))
    score = models.DecimalField(_("score"), max_digits=9, decimal_places=6)
    locked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    locked_at = models.DateTimeField(_("locked"), default=clock.now)

    class Meta:
        verbose_name = _("result of the panel")
        verbose_name_plural = _("results of the panel")
        ordering = ["pk"]
        indexes = [models.Index(fields=["batch"])]
        constraints = [
            RowSecurity(
                name="panel_result_rows",
                read=f"({OFFICES} and {UNCONFLICTED})",
                insert=f"({OFFICER} and locked_by_id = {USER})",
            ),
        ]
        triggers = [
            *stays("panel_result_stays", "the result of the panel is never changed or removed"),
            holds(
                "panel_result_is_the_mean",
                ask("reviews_panel_problem(new.application_id, new.batch_id, new.reviews::int, new.score)"),
                update=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.score}"
