"""What belongs to a hearing: the unit's materials, the panel's questions, who was there."""

from __future__ import annotations

from typing import Final

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models.guards import refuse
from portal.core import clock
from portal.core.models import StoredFile, file_checks
from portal.core.rls import ORGANISATIONS, USER, RowSecurity, has_role
from reviews.models.defence import Hearing
from reviews.models.guards import OFFICER, OFFICES, ask, holds

_APART: Final = "hearing_id <> all((select scope_conflicted_applications())::bigint[])"
_ASSIGNED: Final = "hearing_id = any((select scope_assigned_applications())::bigint[])"
# The panel and the ministries; never the unit. The key of a hearing is its application's.
INSIDE: Final = f"({_APART} and ({OFFICES} or {_ASSIGNED}))"
_ACTS: Final = f"({_APART} and {OFFICER})"
_OWN: Final = (
    f"({has_role('drafter', 'signatory')} and exists (select 1 from applications_application a"
    f" where a.id = hearing_id and a.organisation_id = {ORGANISATIONS}))"
)
_BEFORE_RESULT: Final = f"""
    if reviews_is_fixed(coalesce(new.hearing_id, old.hearing_id)) then
        {refuse("hearing_before_the_result", "the result is fixed: nothing of a hearing changes any more")}
    end if;
    if tg_op = 'DELETE' then return old; end if;
    return new;
"""


class HearingFile(StoredFile):
    """What a unit shows at its hearing; taken back only before it was heard."""

    seen_at = ("reviews:own_hearing", "hearing_id")
    hearing = models.ForeignKey(Hearing, models.PROTECT, related_name="files")
    title = models.CharField(_("title"), max_length=160)

    class Meta:
        verbose_name = _("material of a hearing")
        verbose_name_plural = _("materials of hearings")
        ordering = ["pk"]
        constraints = [
            *file_checks("hearing"),
            RowSecurity(
                name="hearing_file_rows",
                read="exists (select 1 from reviews_hearing h where h.application_id = hearing_id)",
                insert=f"({_OWN} and uploaded_by_id = {USER})",
                delete=_OWN,
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="hearing_file_before_it",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=f"""
                    if tg_op = 'UPDATE' or not exists (
                        select 1 from reviews_hearing h
                         where h.application_id = coalesce(new.hearing_id, old.hearing_id)
                           and h.state in ('invited', 'confirmed')) then
                        {refuse("hearing_file_before_it", "materials come before the hearing and stay after it")}
                    end if;
                    if tg_op = 'DELETE' then return old; end if;
                    return new;
                """,
            )
        ]


class HearingQuestion(models.Model):
    """A question to a unit, prepared from the reviews or put by the panel; answer: what was said.

    review, criterion: the remark it came from, if any.
    """

    hearing = models.ForeignKey(Hearing, models.PROTECT, related_name="questions")
    text = models.TextField(_("question"), max_length=2000)
    criterion = models.CharField(_("criterion"), max_length=40, blank=True)
    review = models.ForeignKey("reviews.Review", models.PROTECT, null=True, blank=True, related_name="+")
    answer = models.TextField(_("what was answered"), max_length=4000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("time"), default=clock.now)

    class Meta:
        verbose_name = _("question of a hearing")
        verbose_name_plural = _("questions of hearings")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="question_once_per_remark",
                fields=["review", "criterion"],
                condition=Q(review__isnull=False),
                violation_error_message=_("This remark was taken over already."),
            ),
            models.CheckConstraint(
                name="question_is_asked",
                condition=~Q(text=""),
                violation_error_message=_("Write the question."),
            ),
            RowSecurity(
                name="hearing_question_rows",
                read=INSIDE,
                insert=f"(({_ACTS} or ({_APART} and {_ASSIGNED})) and by_id = {USER})",
                update=_ACTS,
                delete=f"({_ACTS} or ({_APART} and {_ASSIGNED} and by_id = {USER}))",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="question_before_the_result",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=_BEFORE_RESULT,
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Attendance(models.Model):
    """Whether a reviewer of the panel was at a hearing; only who was may revise a score after it."""

    hearing = models.ForeignKey(Hearing, models.PROTECT, related_name="attendances")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("reviewer"))
    is_present = models.BooleanField(_("was there"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("time"), default=clock.now)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="attendance_once",
                fields=["hearing", "person"],
                violation_error_message=_("This reviewer is noted already."),
            ),
            RowSecurity(
                name="attendance_rows",
                read=INSIDE,
                insert=f"({_ACTS} and by_id = {USER})",
                update=f"({_ACTS} and by_id = {USER})",
            ),
        ]
        triggers = [
            holds(
                "attendance_of_the_panel",
                ask("reviews_attendance_problem(new.hearing_id, new.person_id)"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.hearing_id}: {self.person_id}"
