"""What checks found on a submission, kept with it; and matches across applications, which officers alone see."""

from __future__ import annotations

from typing import Final

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.enums import Judgement, MatchKind, Stage
from applications.models.guards import own, refuse, sees, stays
from portal.core import clock
from portal.core.rls import NATION, USER, RowSecurity, has_role

_RUN, _MATCH = "applications_checkrun", "applications_match"
_OFFICERS: Final = f"({NATION} and {has_role('officer', 'auditor')})"


def _both(table: str) -> str:
    """SQL: the caller sees the applications on both sides (one with a conflict sees neither)."""
    return (
        f"(exists (select 1 from applications_application a where a.id = {table}.application_id)"
        f" and exists (select 1 from applications_application a where a.id = {table}.other_id))"
    )


class CheckRun(models.Model):
    """The findings of all checks on one submission at one stage. Nobody changes or removes them.

    findings: [{code, severity, section, fields, source, zh, en}]; engine: digest of the checks that were asked.
    """

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="check_runs")
    snapshot = models.ForeignKey("applications.Snapshot", models.PROTECT, related_name="check_runs")
    stage = models.CharField(_("stage"), max_length=12, choices=Stage.choices)
    asked = models.PositiveSmallIntegerField(_("checks asked"))
    blocking = models.PositiveSmallIntegerField(_("findings that block"))
    findings = models.JSONField(_("findings"))
    engine = models.CharField(_("digest of the checks"), max_length=64)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("time"), default=clock.now)

    class Meta:
        verbose_name = _("result of the checks")
        verbose_name_plural = _("results of the checks")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="check_run_once_at_submission",
                fields=["snapshot"],
                condition=Q(stage=Stage.SUBMISSION),
                violation_error_message=_("The checks of this submission are kept already."),
            ),
            RowSecurity(
                name="check_run_rows",
                read=sees(_RUN),
                insert=(
                    f"(person_id = {USER} and {sees(_RUN)} and ("
                    f"(stage = 'submission' and {own(_RUN, 'signatory')})"
                    f" or (stage = 'province' and {has_role('provincial_officer')})"
                    f" or (stage = 'screening' and {NATION} and {has_role('officer')})))"
                ),
            ),
        ]
        triggers = [
            *stays("check_run_stays", "results of checks are never changed or removed"),
            pgtrigger.Trigger(
                name="check_run_fits_submission",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=f"""
                    if not exists (select 1 from applications_snapshot s
                                    where s.id = new.snapshot_id and s.application_id = new.application_id)
                       or new.blocking <> (select count(*) from jsonb_array_elements(new.findings) f
                                            where f->>'severity' = 'error') then
                        {refuse("check_run_fits_submission", "results belong to the submission they were found on")}
                    end if;
                    return new;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_stage_display()} {self.snapshot_id}"


class Match(models.Model):
    """The same enterprise, project or commitment in two applications, as the search found it; an officer judges it.

    score: 1 for the same code, otherwise the similarity of the names without place and form (0 to 1).
    """

    batch = models.ForeignKey("programme.Batch", models.PROTECT, related_name="matches")
    kind = models.CharField(_("what"), max_length=12, choices=MatchKind.choices)
    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="matches")
    other = models.ForeignKey("applications.Application", models.PROTECT, related_name="+")
    name = models.CharField(_("here"), max_length=200)
    other_name = models.CharField(_("there"), max_length=200)
    code = models.CharField(_("code here"), max_length=18, blank=True)
    other_code = models.CharField(_("code there"), max_length=18, blank=True)
    score = models.DecimalField(_("score"), max_digits=4, decimal_places=3)
    found_at = models.DateTimeField(pgettext_lazy("moment", "found"), default=clock.now)
    judgement = models.CharField(_("judgement"), max_length=10, choices=Judgement.choices, default=Judgement.OPEN)
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    judged_at = models.DateTimeField(_("judged"), null=True, blank=True)
    judged_why = models.TextField(_("reason"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        ordering = ["-score", "pk"]
        indexes = [models.Index(fields=["batch", "judgement", "-score"])]
        constraints = [
            models.UniqueConstraint(
                name="match_once",
                fields=["kind", "application", "other", "name", "other_name"],
                violation_error_message=_("This match is kept already."),
            ),
            models.CheckConstraint(
                name="match_score_between_0_and_1",
                condition=Q(score__gte=0, score__lte=1) & ~Q(application=F("other")),
                violation_error_message=_("A score lies between 0 and 1, between two applications."),
            ),
            models.CheckConstraint(
                name="match_judged_in_words",
                condition=Q(judgement=Judgement.OPEN, judged_by=None)
                | (~Q(judged_why="") & Q(judged_by__isnull=False, judged_at__isnull=False)),
                violation_error_message=_("A judgement says why."),
            ),
            RowSecurity(
                name="match_rows",
                read=f"({_OFFICERS} and {_both(_MATCH)})",
                insert=f"({NATION} and {has_role('officer')} and judgement = 'open')",
                update=f"({NATION} and {has_role('officer')} and {_both(_MATCH)})",
                delete=f"({NATION} and {has_role('officer')} and judgement = 'open')",
            ),
        ]

    def __str__(self) -> str:
        return self.name
