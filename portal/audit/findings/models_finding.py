"""Findings of the audit, and the versions of their text."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.audit.findings.enums import FindingState, Grade
from portal.audit.findings.guards import BY_TEAM, OF_FINDING, OF_TEAM, READS_FINDING, stay
from portal.audit.findings.models_engagement import Engagement
from portal.audit.findings.states import FINDING
from portal.core import clock
from portal.core.money import YuanField
from portal.core.rls import USER, RowSecurity


def _person(label: Any, *, null: bool = True) -> models.ForeignKey:  # type: ignore[type-arg]
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=null, blank=null, related_name="+", verbose_name=label
    )


class Finding(models.Model):
    """A finding (审计发现) about one object of the portal, addressed to one audited body.

    number: within the engagement, given by the database. object_type, object_id: table and key of the object
    concerned; object_label: what it was called. in_province, in_unit, in_batch: where it belongs. lead; sample, place:
    what it began from, where it began from one. current: the version of the text that holds. closed_*: who closed or
    dropped it, and why.
    """

    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="findings", verbose_name=_("engagement"))
    number = models.PositiveSmallIntegerField(_("number"), default=0, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=FindingState.choices, default=FindingState.DRAFT)
    object_type = models.CharField(_("kind of object"), max_length=60)
    object_id = models.CharField(_("object"), max_length=40)
    object_label = models.CharField(_("object concerned"), max_length=200)
    in_province = models.CharField(_("province"), max_length=6, blank=True)
    in_unit = models.CharField(_("pilot unit"), max_length=20, blank=True)
    in_batch = models.IntegerField(_("batch"), null=True, blank=True)
    lead = models.ForeignKey(
        "audit.Lead", models.PROTECT, null=True, related_name="findings", verbose_name=pgettext_lazy("audit", "lead")
    )
    sample = models.ForeignKey(
        "audit.Sample",
        models.PROTECT,
        null=True,
        related_name="findings",
        verbose_name=pgettext_lazy("audit", "sample"),
    )
    place = models.PositiveIntegerField(_("place in the sample"), null=True)
    matter = models.CharField(_("engagement"), max_length=160, blank=True, editable=False)
    office = models.ForeignKey(
        "accounts.Organisation",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("audit office"),
        editable=False,
    )
    body = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("audited body"))
    current = models.ForeignKey(
        "audit.FindingVersion", models.PROTECT, null=True, related_name="+", verbose_name=_("text"), editable=False
    )
    raised_by = _person(_("raised by"), null=False)
    raised_at = models.DateTimeField(_("raised"))
    shown_by = _person(_("shown by"))
    shown_at = models.DateTimeField(_("shown"), null=True, blank=True)
    reply_due = models.DateField(_("reply by"), null=True, blank=True)
    ordered_by = _person(_("rectification asked by"))
    ordered_at = models.DateTimeField(_("rectification asked"), null=True, blank=True)
    rectify_due = models.DateField(_("rectified by"), null=True, blank=True)
    closed_by = _person(_("closed by"))
    closed_at = models.DateTimeField(pgettext_lazy("moment", "closed"), null=True, blank=True)
    closed_why = models.TextField(_("why it ends"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("audit finding")
        verbose_name_plural = _("audit findings")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["body", "state"], name="finding_of_body"),
            models.Index(fields=["in_province", "state"], name="finding_of_province"),
            models.Index(fields=["object_type", "object_id"], name="finding_of_object"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="finding_number_once",
                fields=["engagement", "number"],
                violation_error_message=_("This number was given to another finding."),
            ),
            models.UniqueConstraint(
                name="finding_of_a_lead_once",
                fields=["lead"],
                violation_error_message=_("A finding began from this lead already."),
            ),
            models.CheckConstraint(
                name="finding_from_one_place",
                condition=Q(sample=None, place=None) | Q(sample__isnull=False, place__isnull=False, lead=None),
                violation_error_message=_("A finding begins from a lead or from an item of a sample, not from both."),
            ),
            models.CheckConstraint(
                name="finding_shown_with_its_term",
                condition=Q(shown_at=None, shown_by=None, reply_due=None)
                | Q(shown_at__isnull=False, shown_by__isnull=False, reply_due__isnull=False),
                violation_error_message=_("What is shown names who showed it and by when a reply is due."),
            ),
            models.CheckConstraint(
                name="finding_ordered_with_its_day",
                condition=Q(ordered_at=None, ordered_by=None, rectify_due=None)
                | Q(ordered_at__isnull=False, ordered_by__isnull=False, rectify_due__isnull=False),
                violation_error_message=_("A rectification has a last day."),
            ),
            models.CheckConstraint(
                name="finding_ends_with_reason",
                condition=Q(closed_at=None, closed_by=None, closed_why="")
                | (Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(closed_why="")),
                violation_error_message=_("Say why the finding ends."),
            ),
            models.CheckConstraint(
                name="finding_stands_with_its_stamps",
                condition=(
                    Q(state=FindingState.DRAFT, shown_at=None, ordered_at=None, closed_at=None)
                    | Q(state__in=[FindingState.SHOWN, FindingState.REPLIED], shown_at__isnull=False, closed_at=None)
                    | Q(
                        state__in=[FindingState.RECTIFYING, FindingState.REPORTED, FindingState.FOLLOWED],
                        ordered_at__isnull=False,
                        closed_at=None,
                    )
                    | Q(state__in=[FindingState.CLOSED, FindingState.DROPPED], closed_at__isnull=False)
                ),
                violation_error_message=_("State and signatures of the finding do not fit together."),
            ),
            models.CheckConstraint(
                name="finding_closed_by_another",
                condition=Q(closed_by=None) | Q(shown_at=None) | ~Q(closed_by=F("raised_by")),
                violation_error_message=_("Who raised a finding does not end it: a second auditor does."),
            ),
            RowSecurity(
                name="finding_rows",
                read=READS_FINDING,
                insert=f"(engagement_id = {OF_TEAM} and raised_by_id = {USER})",
                update=f"engagement_id = {OF_TEAM}",
            ),
        ]
        triggers = [FINDING.guard(), *stay("finding", fixed=False)]

    def __str__(self) -> str:
        return f"{self.number:03d}"

    @property
    def due(self) -> object:
        """The day that runs now: of the reply, or of the rectification."""
        if self.state == FindingState.SHOWN:
            return self.reply_due
        return self.rectify_due if self.state == FindingState.RECTIFYING else None

    @property
    def is_late(self) -> bool:
        """Whether the day that runs now has passed."""
        due = self.reply_due if self.state == FindingState.SHOWN else self.rectify_due
        return self.due is not None and due is not None and due < clock.today()


class FindingVersion(models.Model):
    """One version of a finding's text. The first may be mended while it is a draft; later ones say why they came.

    law_code: in the table of laws of the rule set, empty for a rule in words. amount: in yuan, where there is one.
    """

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="versions", verbose_name=_("finding"))
    number = models.PositiveSmallIntegerField(_("version"), default=0, editable=False)
    title = models.CharField(_("title"), max_length=160)
    text = models.TextField(_("what was found"), max_length=8000)
    grade = models.CharField(_("grade"), max_length=10, choices=Grade.choices)
    law_code = models.CharField(_("kind of violation"), max_length=40, blank=True)
    law = models.CharField(_("law or rule"), max_length=300)
    article = models.CharField(_("article"), max_length=120, blank=True)
    amount = YuanField(_("amount (yuan)"), null=True, blank=True)
    advice = models.TextField(_("what is to be done"), max_length=4000)
    reason = models.CharField(_("why the text changes"), max_length=500, blank=True)
    by = _person(_("written by"), null=False)
    at = models.DateTimeField(pgettext_lazy("moment", "written"))

    class Meta:
        verbose_name = _("version of a finding")
        verbose_name_plural = _("versions of findings")
        ordering = ["finding", "number"]
        constraints = [
            models.UniqueConstraint(
                name="finding_version_once",
                fields=["finding", "number"],
                violation_error_message=_("Somebody else changed the text just now. Read it again."),
            ),
            models.CheckConstraint(
                name="finding_says_what",
                condition=~Q(title="") & ~Q(text="") & ~Q(law="") & ~Q(advice=""),
                violation_error_message=_("Name what was found, which rule it breaks and what is to be done."),
            ),
            models.CheckConstraint(
                name="finding_amount_above_zero",
                condition=Q(amount=None) | Q(amount__gt=0),
                violation_error_message=_("The amount is above zero; leave it empty where there is none."),
            ),
            models.CheckConstraint(
                name="finding_change_says_why",
                condition=Q(number__lte=1, reason="") | (Q(number__gt=1) & ~Q(reason="")),
                violation_error_message=_("Say why the text changes: the audited body reads it."),
            ),
            RowSecurity(
                name="finding_version_rows",
                read=OF_FINDING,
                insert=f"(by_id = {USER} and {BY_TEAM})",
                update=BY_TEAM,
            ),
        ]
        triggers = [*stay("finding_version", fixed=False)]

    def __str__(self) -> str:
        return self.title
