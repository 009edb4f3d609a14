"""Who writes which section, and by when."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models.guards import own, refuse
from portal.core import clock
from portal.core.rls import UNITS, USER, RowSecurity

_DUTY = "applications_sectionduty"


class SectionDuty(models.Model):
    """A section's owner and due date. The unit's own arrangement: no part of the dossier, seen by the unit alone."""

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="duties")
    section = models.CharField(_("section"), max_length=20)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    due_on = models.DateField(_("due on"), null=True, blank=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField(_("set"), default=clock.now)

    class Meta:
        verbose_name = _("duty for a section")
        verbose_name_plural = _("duties for sections")
        ordering = ["pk"]
        indexes = [models.Index(fields=["owner"], condition=Q(owner__isnull=False), name="section_duty_of_owner")]
        constraints = [
            models.UniqueConstraint(
                name="section_duty_once",
                fields=["application", "section"],
                violation_error_message=_("This section has its owner already."),
            ),
            RowSecurity(
                name="section_duty_rows",
                read=(
                    f"exists (select 1 from applications_application a where a.id = {_DUTY}.application_id"
                    f" and a.unit_id = {UNITS})"
                ),
                insert=f"(set_by_id = {USER} and {own(_DUTY, 'drafter', 'signatory')})",
                update=own(_DUTY, "drafter", "signatory"),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="section_owner_is_colleague",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=f"""
                    if tg_op = 'UPDATE' and (new.application_id, new.section)
                       is distinct from (old.application_id, old.section) then
                        {refuse("section_owner_is_colleague", "a duty stays with its section")}
                    end if;
                    if new.owner_id is not null and not exists (
                        select 1 from accounts_membership m
                          join applications_application a on a.organisation_id = m.organisation_id
                         where a.id = new.application_id and m.user_id = new.owner_id
                           and m.ended_at is null and m.role in ('drafter', 'signatory')) then
                        {refuse("section_owner_is_colleague", "the owner is no colleague of this government")}
                    end if;
                    return new;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.section
