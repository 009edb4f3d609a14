"""What the ministries decided against a submission in screening, in words, as its unit reads them."""

from __future__ import annotations

from typing import Final

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.enums import RulingKind
from applications.models.guards import refuse, sees, stays
from portal.core import clock
from portal.core.rls import NATION, USER, RowSecurity, has_role

_RULING: Final = "applications_ruling"


class Ruling(models.Model):
    """A correction with its sections and deadline, or a rejection with its rule. Never changed or removed.

    Each step of the application that it explains comes after it and says the same (trigger `ruling_before_its_step`).
    """

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="rulings")
    snapshot = models.ForeignKey("applications.Snapshot", models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=12, choices=RulingKind.choices)
    rule = models.CharField(_("rule"), max_length=410, blank=True)
    reason = models.TextField(_("reason"), max_length=8100)
    sections = ArrayField(
        models.CharField(max_length=24), verbose_name=_("sections reopened"), default=list, blank=True
    )
    due = models.DateTimeField(_("correction due"), null=True, blank=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("time"), default=clock.now)

    class Meta:
        verbose_name = _("ruling of the ministries")
        verbose_name_plural = _("rulings of the ministries")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                # A correction that was not sent may be asked for anew, until a later day.
                name="ruling_once",
                fields=["snapshot", "due"],
                nulls_distinct=False,
                violation_error_message=_("The ministries have ruled on this submission already."),
            ),
            models.CheckConstraint(
                name="ruling_says_why",
                condition=~Q(reason=""),
                violation_error_message=_("Say why, so that the unit knows."),
            ),
            models.CheckConstraint(
                name="ruling_is_whole",
                condition=Q(kind=RulingKind.CORRECTION, due__isnull=False, sections__len__gt=0)
                | (Q(kind=RulingKind.REJECTION, due=None, sections__len=0) & ~Q(rule="")),
                violation_error_message=_("A correction names sections and a deadline, a rejection its rule."),
            ),
            RowSecurity(
                name="ruling_rows",
                read=(
                    f"({has_role('drafter', 'signatory', 'provincial_officer', 'officer', 'auditor', 'clockwork')}"
                    f" and {sees(_RULING)})"
                ),
                insert=f"(person_id = {USER} and {NATION} and {has_role('officer')} and {sees(_RULING)})",
            ),
        ]
        triggers = [
            *stays("ruling_stays", "a ruling is never changed or removed"),
            pgtrigger.Trigger(
                name="ruling_on_current_submission",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=f"""
                    if new.snapshot_id is distinct from (
                           select s.id from applications_snapshot s where s.application_id = new.application_id
                            order by s.number desc limit 1)
                       or not exists (select 1 from applications_application a
                                       where a.id = new.application_id and a.state = 'screening') then
                        {refuse("ruling_on_current_submission", "a ruling is about the submission in screening")}
                    end if;
                    return new;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
