"""Engagements of the audit and their teams."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.audit.findings.enums import EngagementState
from portal.audit.findings.guards import AUDITOR, LED, OF_TEAM, stay
from portal.audit.findings.states import ENGAGEMENT
from portal.core.rls import NATION, ORGANISATIONS, PROVINCES, USER, RowSecurity


class Engagement(models.Model):
    """An audit engagement (审计项目): what is looked into, in which period and scope, by which office and team.

    province: code, empty for the nation; units: codes, batches: numbers, each empty for all. period_from, period_to:
    the time looked into. reply_days: working days an audited body has for its reply. Who plans it leads its team.
    """

    title = models.CharField(_("title"), max_length=160)
    notice_no = models.CharField(_("number of the audit notice"), max_length=60, blank=True)
    objectives = models.TextField(_("objectives"), max_length=4000)
    period_from = models.DateField(_("period from"))
    period_to = models.DateField(_("period to"))
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("audit office")
    )
    province = models.CharField(_("province"), max_length=6, blank=True)
    units = ArrayField(models.CharField(max_length=20), default=list, blank=True, verbose_name=_("pilot units"))
    batches = ArrayField(models.IntegerField(), default=list, blank=True, verbose_name=_("batches"))
    reply_days = models.PositiveSmallIntegerField(_("working days for a reply"), default=10)
    state = models.CharField(
        _("state"), max_length=10, choices=EngagementState.choices, default=EngagementState.PLANNED
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("planned by")
    )
    created_at = models.DateTimeField(_("planned"))
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    closed_at = models.DateTimeField(pgettext_lazy("moment", "closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("audit engagement")
        verbose_name_plural = _("audit engagements")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="engagement_says_what",
                condition=~Q(title="") & ~Q(objectives=""),
                violation_error_message=_("Name the engagement and its objectives."),
            ),
            models.CheckConstraint(
                name="engagement_period_in_order",
                condition=Q(period_to__gte=F("period_from")),
                violation_error_message=_("The last day of the period lies before its first."),
            ),
            models.CheckConstraint(
                name="engagement_leaves_days_to_reply",
                condition=Q(reply_days__gte=3, reply_days__lte=60),
                violation_error_message=_("A body has between 3 and 60 working days for its reply."),
            ),
            RowSecurity(
                name="engagement_rows",
                read=f"({AUDITOR} and ({NATION} or province = {PROVINCES} or organisation_id = {ORGANISATIONS}"
                f" or id = {OF_TEAM}))",
                insert=f"({AUDITOR} and created_by_id = {USER} and organisation_id = {ORGANISATIONS}"
                f" and ({NATION} or province = {PROVINCES}))",
                update=f"id = {LED}",
            ),
        ]
        triggers = [ENGAGEMENT.guard(), *stay("engagement", fixed=False)]

    def __str__(self) -> str:
        return self.title


class Member(models.Model):
    """A person of an audit office in the team of an engagement; ended, never removed. Leads name the team."""

    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="members")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("audit office")
    )
    is_lead = models.BooleanField(_("lead"), default=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("added by"))
    added_at = models.DateTimeField(_("added"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("member of an audit team")
        verbose_name_plural = _("members of audit teams")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="audit_member_once",
                fields=["engagement", "person"],
                condition=Q(ended_at=None),
                violation_error_message=_("This person is in the team already."),
            ),
            RowSecurity(
                name="audit_member_rows",
                read="exists (select 1 from audit_engagement e where e.id = engagement_id)",
                insert=f"(engagement_id = {LED} and added_by_id = {USER})",
                update=f"engagement_id = {LED}",
            ),
        ]
        triggers = [*stay("audit_member", fixed=False)]

    def __str__(self) -> str:
        return str(self.person)
