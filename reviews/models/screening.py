"""Screening: what each ministry says about a submission."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.models.guards import refuse, stays
from portal.core import clock
from portal.core.rls import USER, RowSecurity
from reviews.enums import Ministry, ScreeningDecision
from reviews.models.guards import OFFICES, UNCONFLICTED, holds


class Screening(models.Model):
    """One ministry's decision on one submission. A later row of the same ministry replaces it; none is changed."""

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="screenings")
    snapshot = models.ForeignKey("applications.Snapshot", models.PROTECT, related_name="screenings")
    ministry = models.CharField(_("ministry"), max_length=4, choices=Ministry.choices)
    decision = models.CharField(_("decision"), max_length=10, choices=ScreeningDecision.choices)
    rule = models.CharField(_("rule"), max_length=200, blank=True)
    reason = models.TextField(_("reason"), max_length=4000, blank=True)
    due = models.DateTimeField(_("correction due"), null=True, blank=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    at = models.DateTimeField(_("time"), default=clock.now)

    class Meta:
        verbose_name = pgettext_lazy("review", "screening")
        verbose_name_plural = pgettext_lazy("review", "screenings")
        ordering = ["pk"]
        indexes = [models.Index(fields=["application", "-id"])]
        constraints = [
            models.CheckConstraint(
                name="screening_gives_reason",
                condition=Q(decision=ScreeningDecision.PASS) | ~Q(reason=""),
                violation_error_message=_("Say why, so that the unit knows."),
            ),
            models.CheckConstraint(
                name="screening_names_the_rule",
                condition=~Q(decision=ScreeningDecision.REJECT) | ~Q(rule=""),
                violation_error_message=_("A rejection names the rule it rests on."),
            ),
            models.CheckConstraint(
                name="correction_has_a_deadline",
                condition=~Q(decision=ScreeningDecision.CORRECTION) | Q(due__isnull=False),
                violation_error_message=_("Say until when the correction is due."),
            ),
            RowSecurity(
                name="screening_rows",
                read=f"({OFFICES} and {UNCONFLICTED})",
                insert=f"(person_id = {USER} and scope_officer_of(ministry) and {UNCONFLICTED})",
            ),
        ]
        triggers = [
            *stays("screening_stays", "a screening is never changed or removed"),
            holds(
                "screening_on_current_submission",
                f"""
                    if new.snapshot_id is distinct from (
                        select s.id from applications_snapshot s where s.application_id = new.application_id
                         order by s.number desc limit 1)
                       or not exists (select 1 from applications_application a
                                       where a.id = new.application_id and a.state = 'screening') then
                        {refuse("screening_on_current_submission", "another submission is the current one")}
                    end if;
                """,
                update=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ministry}: {self.get_decision_display()}"
