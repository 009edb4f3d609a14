"""Screening: what each ministry finds on a submission, point by point, and what it says in the end."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.enums import Answer
from applications.models.guards import refuse, stays
from portal.core import clock
from portal.core.punctuation import said_of
from portal.core.rls import USER, RowSecurity
from reviews.enums import Ministry, ScreeningDecision
from reviews.models.guards import OFFICES, UNCONFLICTED, holds

_CURRENT = """new.snapshot_id is distinct from (
                        select s.id from applications_snapshot s where s.application_id = new.application_id
                         order by s.number desc limit 1)
                       or not exists (select 1 from applications_application a
                                       where a.id = new.application_id and a.state = 'screening')"""


class Screening(models.Model):
    """One ministry's decision on one submission. A later row of the same ministry replaces it; none is changed.

    sections: which a correction reopens; answers: {point: {answer, comment}} of the checklist as it stood then;
    in_bulk: passed together with others without findings, so without a checklist.
    """

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="screenings")
    snapshot = models.ForeignKey("applications.Snapshot", models.PROTECT, related_name="screenings")
    ministry = models.CharField(_("ministry"), max_length=4, choices=Ministry.choices)
    decision = models.CharField(_("decision"), max_length=10, choices=ScreeningDecision.choices)
    rule = models.CharField(_("rule"), max_length=200, blank=True)
    reason = models.TextField(_("reason"), max_length=4000, blank=True)
    due = models.DateTimeField(_("correction due"), null=True, blank=True)
    sections = ArrayField(
        models.CharField(max_length=24), verbose_name=_("sections reopened"), default=list, blank=True
    )
    answers = models.JSONField(_("checklist"), default=dict, blank=True)
    in_bulk = models.BooleanField(_("passed together with others"), default=False)
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
            models.CheckConstraint(
                name="correction_names_sections",
                condition=Q(decision=ScreeningDecision.CORRECTION, sections__len__gt=0)
                | (~Q(decision=ScreeningDecision.CORRECTION) & Q(sections__len=0)),
                violation_error_message=_("Choose the sections that are to be corrected."),
            ),
            models.CheckConstraint(
                name="screening_in_bulk_only_passes",
                condition=Q(in_bulk=False) | Q(decision=ScreeningDecision.PASS),
                violation_error_message=_("Together applications are passed and nothing else."),
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
                    if {_CURRENT} then
                        {refuse("screening_on_current_submission", "another submission is the current one")}
                    end if;
                """,
                update=False,
            ),
        ]

    def __str__(self) -> str:
        return said_of(self.ministry, self.get_decision_display())


class ScreeningPoint(models.Model):
    """One point of a ministry's checklist on one submission, while it is in screening: answer and comment."""

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="+")
    snapshot = models.ForeignKey("applications.Snapshot", models.PROTECT, related_name="+")
    ministry = models.CharField(_("ministry"), max_length=4, choices=Ministry.choices)
    code = models.SlugField(_("point"), max_length=40)
    answer = models.CharField(_("answer"), max_length=15, choices=Answer.choices)
    comment = models.TextField(_("comment"), max_length=2000, blank=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    at = models.DateTimeField(_("time"), default=clock.now)

    class Meta:
        verbose_name = _("point of the screening")
        verbose_name_plural = _("points of the screening")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="screening_point_once",
                fields=["snapshot", "ministry", "code"],
                violation_error_message=_("This point was answered already."),
            ),
            models.CheckConstraint(
                name="screening_point_says_what",
                condition=~Q(answer=Answer.MEND) | ~Q(comment=""),
                violation_error_message=_("Say what is to be mended."),
            ),
            RowSecurity(
                name="screening_point_rows",
                read=f"({OFFICES} and {UNCONFLICTED})",
                insert=f"(person_id = {USER} and scope_officer_of(ministry) and {UNCONFLICTED})",
                update=f"(person_id = {USER} and scope_officer_of(ministry) and {UNCONFLICTED})",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="screening_point_is_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=f"""
                    if tg_op = 'DELETE' or (tg_op = 'UPDATE'
                           and (new.application_id, new.snapshot_id, new.ministry, new.code)
                           is distinct from (old.application_id, old.snapshot_id, old.ministry, old.code)) then
                        {refuse("screening_point_is_kept", "what a point is about never changes")}
                    end if;
                    if {_CURRENT} then
                        {refuse("screening_on_current_submission", "another submission is the current one")}
                    end if;
                    return new;
                """,
            )
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def side(self) -> str:
        """The ministry, as the checklist of the rules names it."""
        return self.ministry

    def get_side_display(self) -> str:
        """The ministry's name."""
        return str(self.get_ministry_display())
