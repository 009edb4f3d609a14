"""The application: one pilot unit's dossier in one batch."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.enums import OPEN_STATES, ApplicationState
from applications.models import application_triggers as triggers
from applications.models.guards import SEES_APPLICATION
from applications.states import APPLICATION
from portal.core import clock
from portal.core.money import ZERO, YuanField
from portal.core.rls import NATION, ORGANISATIONS, PROVINCES, USER, RowSecurity, has_role


class Application(models.Model):
    """A unit's application. Each submission is kept as a Snapshot; these columns are the dossier as it stands now.

    number: blank until the first submission, for instance 2026-3-350200.
    version: counts every edit; touched: {section: {version, by, name, at}} says which edit changed a section last,
    so that two people in different sections do not disturb each other.
    correction_until, reopened: until when a correction asked for in screening is due, and which sections it reopens;
    set by that act (see Ruling).
    """

    batch = models.ForeignKey("programme.Batch", models.PROTECT, related_name="applications", verbose_name=_("batch"))
    unit = models.ForeignKey(
        "programme.PilotUnit", models.PROTECT, related_name="applications", verbose_name=_("pilot unit")
    )
    province = models.ForeignKey(
        "programme.Province", models.PROTECT, related_name="applications", verbose_name=_("province")
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="applications", verbose_name=_("applicant")
    )
    state = models.CharField(
        _("state"), max_length=20, choices=ApplicationState.choices, default=ApplicationState.DRAFT
    )
    number = models.CharField(_("number"), max_length=40, blank=True)
    title = models.CharField(_("title"), max_length=160)
    summary = models.TextField(_("summary"), max_length=4000, blank=True)
    contact_name = models.CharField(_("contact person"), max_length=80, blank=True)
    contact_phone = models.CharField(_("telephone"), max_length=40, blank=True)
    contact_email = models.EmailField(_("e-mail"), max_length=120, blank=True)
    lead_department = models.CharField(_("leading department"), max_length=120, blank=True)
    leader_name = models.CharField(_("responsible leader"), max_length=80, blank=True)
    leader_post = models.CharField(_("post of the leader"), max_length=120, blank=True)
    amount_asked = YuanField(_("amount asked (yuan)"), default=ZERO)
    digital_base = models.DecimalField(
        _("enterprises digitally transformed, now (%)"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    digital_target = models.DecimalField(
        _("enterprises digitally transformed, at the end (%)"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    version = models.PositiveIntegerField(_("version"), default=0)
    touched = models.JSONField(_("last changes by section"), default=dict, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("begun"), default=clock.now)
    first_submitted_at = models.DateTimeField(_("first submitted"), null=True, blank=True)
    submitted_at = models.DateTimeField(pgettext_lazy("moment", "submitted"), null=True, blank=True)
    correction_until = models.DateTimeField(_("correction due"), null=True, blank=True)
    reopened = ArrayField(
        models.CharField(max_length=24), verbose_name=_("sections reopened"), default=list, blank=True
    )
    # Set by the database when a change "the unit that follows" was approved: that unit reads and goes on.
    successor_unit = models.ForeignKey(
        "programme.PilotUnit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unit that follows"),
    )
    # Set by the database when the province returns the dossier: the rule set's days, never beyond the province's own.
    mend_until = models.DateTimeField(_("mended dossier due"), null=True, blank=True)
    withdrawn_why = models.TextField(_("why it was withdrawn"), blank=True)

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ["-batch_id", "province_id", "unit_id", "pk"]
        indexes = [
            models.Index(fields=["batch", "state"]),
            models.Index(fields=["province", "state"]),
            models.Index(fields=["unit"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="application_once_per_unit",
                fields=["batch", "unit"],
                condition=~Q(state=ApplicationState.WITHDRAWN),
                violation_error_message=_("This pilot unit already has an application in this batch."),
            ),
            models.UniqueConstraint(
                name="application_number_once",
                fields=["number"],
                condition=~Q(number=""),
                violation_error_message=_("This number was given to another application."),
            ),
            models.CheckConstraint(
                name="application_amount_above_zero",
                condition=Q(amount_asked__gt=0)
                | Q(amount_asked=0, state__in=[*OPEN_STATES, ApplicationState.WITHDRAWN]),
                violation_error_message=_("Say how much is asked: an amount above zero."),
            ),
            models.CheckConstraint(
                name="application_rates_between_0_and_100",
                condition=(Q(digital_base=None) | Q(digital_base__gte=0, digital_base__lte=100))
                & (Q(digital_target=None) | Q(digital_target__gte=0, digital_target__lte=100)),
                violation_error_message=_("A rate lies between 0 and 100 per cent."),
            ),
            models.CheckConstraint(
                name="application_numbered_when_submitted",
                condition=Q(number="", submitted_at=None, first_submitted_at=None)
                | (~Q(number="") & Q(submitted_at__isnull=False, first_submitted_at__isnull=False)),
                violation_error_message=_("Number and time come with the submission."),
            ),
            models.CheckConstraint(
                name="application_withdrawn_with_reason",
                condition=~Q(state=ApplicationState.WITHDRAWN) | ~Q(withdrawn_why=""),
                violation_error_message=_("Say why the application is withdrawn."),
            ),
            RowSecurity(
                name="application_rows",
                read=SEES_APPLICATION,
                insert=(
                    f"({has_role('drafter')} and organisation_id = {ORGANISATIONS}"
                    f" and created_by_id = {USER} and state = 'draft')"
                ),
                update=(
                    f"((organisation_id = {ORGANISATIONS} and {has_role('drafter', 'signatory')})"
                    f" or (province_id = {PROVINCES} and {has_role('provincial_officer')}"
                    " and first_submitted_at is not null)"
                    f" or ({NATION} and {has_role('officer', 'clockwork')} and first_submitted_at is not null))"
                ),
            ),
        ]
        triggers: list[pgtrigger.Trigger] = [APPLICATION.guard(), *triggers.ALL]

    def __str__(self) -> str:
        return self.number or self.title

    @property
    def is_open(self) -> bool:
        """Whether the dossier may be changed."""
        return self.state in OPEN_STATES

    def is_open_in(self, section: str) -> bool:
        """Whether this section may be changed: a correction reopens the sections it names and no other."""
        return self.is_open and (self.state != ApplicationState.CORRECTION or section in self.reopened)
