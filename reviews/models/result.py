"""How a result is fixed and told: signatures of both ministries, the panel's record, letters to the applicants."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.enums import ApplicationState
from applications.models.guards import refuse, sees, stays
from portal.core import clock
from portal.core.rls import USER, RowSecurity
from reviews.enums import Ministry
from reviews.models.guards import MIIT_OFFICER, OFFICER, OFFICES, UNCONFLICTED, UNCONFLICTED_BATCH, ask, holds


class ResultSignature(models.Model):
    """A ministry's signature under the results of a batch, as they stood then; the latest of a ministry counts.

    sha256: the digest of all results and the totals they come from (`reviews_result_digest`).
    """

    batch = models.ForeignKey("programme.Batch", models.PROTECT, related_name="result_signatures")
    ministry = models.CharField(_("ministry"), max_length=4, choices=Ministry.choices)
    sha256 = models.CharField(_("digest (SHA-256)"), max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("signed by"))
    at = models.DateTimeField(_("signed"), default=clock.now)

    class Meta:
        verbose_name = _("signature under the results")
        verbose_name_plural = _("signatures under the results")
        ordering = ["pk"]
        indexes = [models.Index(fields=["batch", "ministry", "-id"])]
        constraints = [
            RowSecurity(
                name="result_signature_rows",
                read=OFFICES,
                insert=f"({OFFICER} and {UNCONFLICTED_BATCH} and by_id = {USER})",
            ),
        ]
        triggers = [
            *stays("result_signature_stays", "a signature under the results is never changed or removed"),
            holds(
                "result_signed_as_seen",
                ask("reviews_signature_problem(new.batch_id, new.ministry, new.sha256)"),
                update=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.ministry}"


class CalibrationResult(models.Model):
    """The calibrated scores of a batch, where the rules say that they count; the latest counts, with its question.

    question: [application, reviewer, total as text] of every review that counts, sorted; answer: calibrated score by
    application, as text of six places. The model is `reviews.calibration`: who has the question can repeat it.
    """

    batch = models.ForeignKey("programme.Batch", models.PROTECT, related_name="calibrations")
    question = models.JSONField(_("question"))
    answer = models.JSONField(_("answer"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("time"), default=clock.now)

    class Meta:
        verbose_name = _("calibrated scores")
        verbose_name_plural = _("calibrated scores")
        ordering = ["pk"]
        constraints = [
            RowSecurity(
                name="calibration_result_rows",
                read=f"({OFFICES} and {UNCONFLICTED_BATCH})",
                insert=f"({OFFICER} and {UNCONFLICTED_BATCH} and by_id = {USER})",
            ),
        ]
        triggers = [
            *stays("calibration_stays", "calibrated scores are never changed or removed: compute them anew"),
            holds(
                "calibration_answers_its_question",
                ask("reviews_calibration_problem(new.batch_id, new.question, new.answer)"),
                update=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}"


class PanelRecord(models.Model):
    """What the panel says of one application: minutes of its hearing, its statement, the comment to the applicant.

    Minutes and statement stay once the result is fixed; the comment once another officer approved it. written_by: who
    wrote the comment, whoever changes the rest, so that nobody approves words of his or her own. version: of the form
    it was read with.
    """

    application = models.OneToOneField(
        "applications.Application", models.PROTECT, related_name="panel_record", primary_key=True
    )
    minutes = models.TextField(_("minutes of the hearing"), max_length=20000, blank=True)
    statement = models.TextField(_("statement of the panel"), max_length=8000, blank=True)
    comment = models.TextField(_("comment to the applicant"), max_length=4000, blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(pgettext_lazy("moment", "written"), default=clock.now)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=0)

    class Meta:
        verbose_name = _("record of the panel")
        verbose_name_plural = _("records of the panel")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="comment_approved_by_another",
                condition=Q(approved_by=None, approved_at=None)
                | (Q(approved_by__isnull=False, approved_at__isnull=False) & ~Q(approved_by=F("written_by"))),
                violation_error_message=_("Another officer than who wrote the comment approves it."),
            ),
            models.CheckConstraint(
                name="comment_approved_when_written",
                condition=Q(approved_by=None) | ~Q(comment=""),
                violation_error_message=_("There is no comment to approve."),
            ),
            RowSecurity(
                name="panel_record_rows",
                read=f"({UNCONFLICTED} and ({OFFICES}"
                " or application_id = any((select scope_assigned_applications())::bigint[])))",
                insert=f"({OFFICER} and {UNCONFLICTED} and written_by_id = {USER})",
                update=f"({OFFICER} and {UNCONFLICTED})",
            ),
        ]
        triggers = [
            holds(
                "panel_record_is_kept",
                f"""
                    if tg_op = 'INSERT' then
                        if new.approved_by_id is not null
                           or reviews_is_fixed(new.application_id) and (new.minutes, new.statement) <> ('', '') then
                            {refuse("panel_record_is_kept", "a record begins unapproved, before the result is fixed")}
                        end if;
                        return new;
                    end if;
                    if new.application_id <> old.application_id or reviews_is_fixed(new.application_id)
                       and (new.minutes, new.statement) is distinct from (old.minutes, old.statement) then
                        {refuse("panel_record_is_kept", "minutes and statement stay once the result is fixed")}
                    elsif old.approved_by_id is not null and (new.comment, new.approved_by_id, new.written_by_id)
                          is distinct from (old.comment, old.approved_by_id, old.written_by_id) then
                        {refuse("comment_is_approved", "an approved comment stays")}
                    elsif new.comment is distinct from old.comment and new.written_by_id is distinct from scope_user()
                          or new.comment = old.comment and new.written_by_id is distinct from old.written_by_id
                          or (new.minutes, new.statement, new.comment)
                          is distinct from (old.minutes, old.statement, old.comment)
                          and old.approved_by_id is null and new.approved_by_id is not null
                          or old.approved_by_id is null and new.approved_by_id is distinct from old.approved_by_id
                          and new.approved_by_id is distinct from scope_user() then
                        {refuse("panel_record_is_kept", "one officer writes, another approves")}
                    end if;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id}"


class FeedbackLetter(models.Model):
    """What an applicant is told after the final list: the outcome and the approved comment; no names, no scores."""

    application = models.OneToOneField(
        "applications.Application", models.PROTECT, related_name="feedback", primary_key=True
    )
    outcome = models.CharField(_("outcome"), max_length=20, choices=ApplicationState.choices)
    comment = models.TextField(_("comment"), max_length=4000)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    released_at = models.DateTimeField(_("released"), default=clock.now)

    class Meta:
        verbose_name = _("feedback letter")
        verbose_name_plural = _("feedback letters")
        ordering = ["pk"]
        constraints = [
            RowSecurity(
                name="feedback_letter_rows",
                read=sees("reviews_feedbackletter"),
                insert=f"({MIIT_OFFICER} and released_by_id = {USER})",
            ),
        ]
        triggers = [
            *stays("feedback_stays", "a letter to an applicant is never changed or removed"),
            holds(
                "feedback_after_the_final_list",
                ask("reviews_feedback_problem(new.application_id, new.outcome, new.comment)"),
                update=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.outcome}"
