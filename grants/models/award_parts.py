"""What belongs to an award: the performance targets it was given for, and changes of its amount."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grants import states
from grants.models.award import Award
from grants.models.checked import PLACE, Checked, Placed, above_zero, checks, post
from portal.core.money import YuanField
from portal.core.rls import USER, RowSecurity


class AwardTarget(Placed):
    """An indicator of the approved plan as it stood when the award was confirmed. The database writes it; it stays.

    An award from before targets were kept has none until a change attaches those of the plan that stands then.

    code, name, formula, measure: of the plan's indicator (own ones have a name and a formula). years: year → value.
    """

    award = models.ForeignKey(Award, models.PROTECT, related_name="targets", verbose_name=_("award"))
    code = models.CharField(_("indicator"), max_length=24)
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=120, blank=True)
    formula = models.CharField(_("formula"), max_length=300, blank=True)
    measure = models.CharField(_("unit of measure"), max_length=20)
    baseline = models.DecimalField(_("baseline"), max_digits=14, decimal_places=2)
    goal = models.DecimalField(_("goal"), max_digits=14, decimal_places=2)
    years = models.JSONField(_("yearly values"), default=dict)

    class Meta:
        verbose_name = _("performance target")
        verbose_name_plural = _("performance targets")
        ordering = ["award", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="award_target_once",
                fields=["award", "code", "name"],
                violation_error_message=_("This target is kept with the award already."),
            ),
            RowSecurity(name="award_target_rows", read=PLACE),
        ]

    def __str__(self) -> str:
        return self.name or self.code


class AwardChange(Checked):
    """Another amount for an award (奖励资金调整): entered by MOF, agreed by MIIT, confirmed by MOF, three persons.

    amount: the new one; before: what the award was, filled in by the database. With the confirmation the difference is
    booked and the award changes. attaches_targets: the award has no performance targets yet and gets those of the plan
    that stands on that day; such a change may leave the amount as it is.
    """

    award = models.ForeignKey(Award, models.PROTECT, related_name="changes", verbose_name=_("award"))
    amount = YuanField(_("new amount (yuan)"))
    before = YuanField(_("amount before (yuan)"), editable=False)
    reason = models.TextField(_("why it changes"), max_length=1000)
    attaches_targets = models.BooleanField(_("attaches the performance targets"), default=False, db_default=False)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("agreed by (MIIT)"),
    )
    agreed_at = models.DateTimeField(_("agreed"), null=True, blank=True)

    class Meta:
        verbose_name = _("change of an award")
        verbose_name_plural = _("changes of awards")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="award_change_one_at_a_time",
                fields=["award"],
                condition=Q(state="entered"),
                violation_error_message=_("A change of this award is under way already."),
            ),
            above_zero("award_change"),
            models.CheckConstraint(
                name="award_change_changes",
                condition=~Q(amount=F("before")) | Q(attaches_targets=True),
                violation_error_message=_("The new amount is the one the award has already."),
            ),
            models.CheckConstraint(
                name="award_change_says_why",
                condition=~Q(reason=""),
                violation_error_message=_("Say why the award changes."),
            ),
            models.CheckConstraint(
                name="award_change_agreement_is_whole",
                condition=Q(agreed_by=None, agreed_at=None) | Q(agreed_by__isnull=False, agreed_at__isnull=False),
                violation_error_message=_("An agreement names who gave it and when."),
            ),
            models.CheckConstraint(
                name="award_change_by_both_ministries",
                condition=~Q(state="confirmed") | Q(agreed_by__isnull=False),
                violation_error_message=_("The Ministry of Industry and Information Technology has to agree first."),
            ),
            models.CheckConstraint(
                name="award_change_by_three_persons",
                condition=~Q(agreed_by=F("maker")) & ~Q(agreed_by=F("checker")),
                violation_error_message=_("Who entered, who agrees and who confirms are three persons."),
            ),
            *checks("award_change"),
            RowSecurity(
                name="award_change_rows",
                read=PLACE,
                insert=f"(maker_id = {USER} and {post('finance_maker', 'ministry')})",
                update=f"({post('finance_checker', 'ministry')} or money_judge({USER}, 'MIIT'))",
            ),
        ]
        triggers = [states.AWARD_CHANGE.guard()]

    def __str__(self) -> str:
        return f"{self.unit} {self.document_no}"
