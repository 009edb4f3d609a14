"""Reports that are asked for again by the calendar, in their person's scope of that moment."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.models import Run
from portal.core.rls import USER, RowSecurity, has_role
from portal.reports.states import SCHEDULE, ScheduleState


class Rhythm(models.TextChoices):
    """How often."""

    DAILY = "daily", pgettext_lazy("rhythm", "every day")
    WEEKLY = "weekly", pgettext_lazy("rhythm", "every week")
    MONTHLY = "monthly", pgettext_lazy("rhythm", "every month")
    QUARTERLY = "quarterly", pgettext_lazy("rhythm", "every quarter, in its first month")


STAYS = pgtrigger.Trigger(
    name="report_schedule_stays",
    when=pgtrigger.Before,
    operation=pgtrigger.Update | pgtrigger.Delete,
    func="""
        if tg_op = 'UPDATE'
           and (to_jsonb(new) - array['state', 'next_at', 'last_run_id', 'ended_at', 'ended_why'])
             = (to_jsonb(old) - array['state', 'next_at', 'last_run_id', 'ended_at', 'ended_why'])
           and (old.state <> 'ended' or to_jsonb(new) = to_jsonb(old)) then
            return new;
        end if;
        raise exception 'what a schedule asks for stays; it is ended and another one made'
            using errcode = 'restrict_violation', constraint = 'report_schedule_stays';
    """,
)


class ReportSchedule(models.Model):
    """A report with its parameters, how often and at which hour (Beijing time), until when.

    `day`: of the week (1 to 7, Monday first) or of the month (1 to 28). `next_at`: when it is asked for next.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    report = models.CharField(_("report"), max_length=60)
    format = models.CharField(_("kind of file"), max_length=8)
    params = models.JSONField(_("parameters"), default=dict)
    words = models.JSONField(_("parameters in words"), default=list)
    language = models.CharField(_("language"), max_length=12)
    rhythm = models.CharField(_("how often"), max_length=10, choices=Rhythm.choices)
    day = models.PositiveSmallIntegerField(_("day"), default=1)
    hour = models.PositiveSmallIntegerField(_("hour"))
    until = models.DateField(_("until"), null=True)
    state = models.CharField(_("state"), max_length=10, choices=ScheduleState.choices, default=ScheduleState.ACTIVE)
    made_at = models.DateTimeField(_("made"))
    next_at = models.DateTimeField(_("next"), null=True)
    last_run = models.ForeignKey(
        Run, models.PROTECT, null=True, related_name="+", verbose_name=_("last work"), db_index=False
    )
    ended_at = models.DateTimeField(_("ended"), null=True)
    ended_why = models.CharField(_("why it ended"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("schedule of a report")
        verbose_name_plural = _("schedules of reports")
        ordering = ["-made_at", "pk"]
        indexes = [
            models.Index(name="report_schedule_due", fields=["next_at"], condition=Q(state=ScheduleState.ACTIVE)),
            models.Index(name="report_schedule_of", fields=["person", "-made_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="report_schedule_hour",
                condition=Q(hour__lte=23),
                violation_error_message=_("An hour from 0 to 23."),
            ),
            models.CheckConstraint(
                name="report_schedule_day",
                condition=Q(day__gte=1, day__lte=28) & (~Q(rhythm=Rhythm.WEEKLY) | Q(day__lte=7)),
                violation_error_message=_("A day of the week from 1 to 7, or of the month from 1 to 28."),
            ),
            models.CheckConstraint(
                name="report_schedule_ends_once",
                condition=Q(state=ScheduleState.ENDED, ended_at__isnull=False, next_at=None)
                | (~Q(state=ScheduleState.ENDED) & Q(ended_at=None)),
                violation_error_message=_("What has ended has a moment of its end and no next date."),
            ),
            RowSecurity(
                name="report_schedule_rows",
                read=f"(person_id = {USER} or {has_role('clockwork')})",
                insert=f"person_id = {USER}",
                update=f"(person_id = {USER} or {has_role('clockwork')})",
            ),
        ]
        triggers = [SCHEDULE.guard(), STAYS]

    def __str__(self) -> str:
        return f"{self.report} {self.get_rhythm_display()}"
