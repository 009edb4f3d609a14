"""What analyses found, and the leads (线索) that auditors make of their lines."""

from __future__ import annotations

from typing import Final

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.audit.instruments.models_own import Owned, refuses, rows, stays
from portal.audit.instruments.states import LEAD, LeadState
from portal.core import clock
from portal.core.money import YuanField

# What of a lead changes; what it is about is fixed.
_MOVES: Final = "'state', 'why', 'decided_by', 'decided_by_name', 'decided_at', 'finding_type', 'finding_id'"


class AnalysisResult(Owned):
    """What one run of an analysis found. Nobody changes it.

    values: the parameters. lines: [{key, cells, url, amount}], at most as many as are kept; found: how many there were.
    facts: figures about all of them, as pairs of label and value.
    """

    analysis = models.SlugField(_("analysis"), max_length=40)
    values = models.JSONField(_("parameters"), default=dict)
    facts = models.JSONField(_("figures"), default=list)
    lines = models.JSONField(_("lines"), default=list)
    found = models.PositiveIntegerField(_("lines found"))

    class Meta:
        verbose_name = _("result of an analysis")
        verbose_name_plural = _("results of analyses")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["organisation", "analysis", "-id"], name="analysis_of_organisation")]
        constraints = [rows("analysis_result_rows")]
        triggers = stays("analysis_result_stays", "what an analysis found is never changed")

    def __str__(self) -> str:
        return f"{self.analysis} {clock.in_words(self.at)}"


class Lead(Owned):
    """A lead: one line of an analysis that an auditor wants looked into. A line is a lead once in an organisation.

    facts: what the line said, as pairs of label and value. why: of the dismissal. finding_type, finding_id: the finding
    that began from it: a trigger of the finding takes the lead up (see findings.functions_origin).
    """

    analysis = models.SlugField(_("analysis"), max_length=40)
    key = models.CharField(_("line"), max_length=200)
    title = models.CharField(_("what it is about"), max_length=300)
    url = models.CharField(_("address"), max_length=300, blank=True)
    facts = models.JSONField(_("facts"), default=list)
    amount = YuanField(_("amount (yuan)"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=LeadState.choices, default=LeadState.OPEN)
    why = models.TextField(_("why it was dismissed"), max_length=1000, blank=True)
    decided_by = models.BigIntegerField(_("decided by"), null=True, blank=True)
    decided_by_name = models.CharField(_("name of who decided"), max_length=80, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    finding_type = models.CharField(_("kind of finding"), max_length=60, blank=True)
    finding_id = models.CharField(_("number of the finding"), max_length=40, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("audit", "lead")
        verbose_name_plural = pgettext_lazy("audit", "leads")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["organisation", "state", "-id"], name="lead_of_organisation")]
        constraints = [
            models.UniqueConstraint(
                name="lead_once",
                fields=["organisation", "analysis", "key"],
                violation_error_message=_("This line is a lead of your organisation already."),
            ),
            models.CheckConstraint(
                name="lead_dismissed_with_reason",
                condition=Q(state=LeadState.DISMISSED) & ~Q(why="") | ~Q(state=LeadState.DISMISSED) & Q(why=""),
                violation_error_message=_("Say why there is nothing in it."),
            ),
            models.CheckConstraint(
                name="lead_decided_by_someone",
                condition=Q(state=LeadState.OPEN)
                | Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(decided_by_name=""),
                violation_error_message=_("A decision names who made it and when."),
            ),
            rows("lead_rows", update=True),
        ]
        triggers = [
            LEAD.guard(),
            pgtrigger.Trigger(
                name="lead_is_fixed",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=f"""
                    if to_jsonb(new) - array[{_MOVES}] is distinct from to_jsonb(old) - array[{_MOVES}] then
                        {refuses("lead_is_fixed", "what a lead is about never changes")}
                    end if;
                    return new;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.title
