"""Rule sets: every number of the programme, with its source; frozen once a batch opened with it."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.core.money import YuanField
from portal.core.rls import RowSecurity, has_role


class RuleSet(models.Model):
    """One version of the rules. Values not kept in columns (criteria, texts, sources) are in `details`.

    details: {"criteria": [{"code", "kind" (score, bonus, veto; score when missing), "weight" (of a score), "max",
    "name_zh", "name_en", "group_zh", "group_en" (the branch it stands under), "guidance_zh", "guidance_en", "section"
    (of the dossier), "comment_below"}], "review_days": days a reviewer has, "objection_days":
    working days for the answer to an objection, "shows_others": whether reviewers see the
    scores of others once their own are in, "result_by": what the result is, "mean", "trimmed" or "calibrated",
    "draw_experts": how many experts are drawn by lot (0: no draw), "defence_best": how many of the best are heard in a
    defence (0: none),
    "sources": {field: text}, "banned_uses": [...], "checklist": [{"code", "side", "section", "name_zh", "name_en",
    "source"}], "screening": the same with a ministry's code as side,
    "performance": days and thresholds of the quarterly reports,
    "assessment": the form of evaluations} - see portal.programme.defaults.
    """

    version = models.CharField(_("version"), max_length=20, unique=True)
    title_zh = models.CharField(_("title in Chinese"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=200)
    total_units = models.PositiveSmallIntegerField(_("number of pilot units"))
    budget = YuanField(_("budget (yuan)"))
    grant_cap = YuanField(_("most a unit may be granted (yuan)"))
    first_tranche_share = models.DecimalField(_("share of the first tranche"), max_digits=4, decimal_places=3)
    project_support_share = models.DecimalField(_("most of a project's investment"), max_digits=4, decimal_places=3)
    landmark_investment = YuanField(_("landmark project: more than (yuan)"))
    digital_target = models.DecimalField(_("digital transformation at least (%)"), max_digits=5, decimal_places=2)
    industries_min = models.PositiveSmallIntegerField(_("focus industries: warn below"))
    industries_max = models.PositiveSmallIntegerField(_("focus industries: warn above"))
    province_max = models.PositiveSmallIntegerField(_("units per province"))
    province_quota = models.PositiveSmallIntegerField(_("recommendations per province"))
    province_days = models.PositiveSmallIntegerField(_("province decides within (days after the deadline)"), default=10)
    mend_days = models.PositiveSmallIntegerField(_("days to mend a returned dossier"), default=5)
    province_ranks = models.BooleanField(_("province ranks its recommendations"), default=False)
    region_bounds = models.JSONField(_("bounds by region"), default=dict)
    soe_max = models.PositiveSmallIntegerField(_("joint applications per central SOE (0: no limit)"), default=0)
    reviewers_per_application = models.PositiveSmallIntegerField(_("reviewers per application"))
    publicity_days = models.PositiveSmallIntegerField(_("days of publicity"))
    pass_on_days = models.PositiveSmallIntegerField(_("days to pass money on"))
    details = models.JSONField(_("criteria, texts and sources"), default=dict)
    frozen_at = models.DateTimeField(_("frozen"), null=True, blank=True)

    class Meta:
        verbose_name = _("rule set")
        verbose_name_plural = _("rule sets")
        ordering = ["-version"]
        constraints = [
            models.CheckConstraint(
                name="rule_set_shares_between_0_and_1",
                condition=Q(first_tranche_share__gt=0, first_tranche_share__lte=1)
                & Q(project_support_share__gt=0, project_support_share__lte=1),
                violation_error_message=_("A share lies above 0 and at most at 1."),
            ),
            models.CheckConstraint(
                name="rule_set_amounts_above_zero",
                condition=Q(budget__gt=0, grant_cap__gt=0, landmark_investment__gt=0),
                violation_error_message=_("Amounts are above zero."),
            ),
            RowSecurity(name="rule_set_rows", read="true", insert=has_role("officer"), update=has_role("officer")),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="rule_set_is_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__frozen_at__isnull=False),
                func="""
                    raise exception 'a rule set is frozen once a batch opened'
                        using errcode = 'check_violation', constraint = 'rule_set_is_frozen';
                """,
            )
        ]

    def __str__(self) -> str:
        return self.version

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return self.title_en if get_language() == "en" else self.title_zh
