"""Computed selections: question and answer as texts that never change."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models.guards import refuse
from portal.core import clock
from portal.core.money import YuanField
from portal.core.rls import USER, RowSecurity
from reviews.enums import ScenarioState
from reviews.models.guards import OFFICER, OFFICES, UNCONFLICTED_BATCH, ask, holds
from reviews.states import SCENARIO


class Scenario(models.Model):
    """One selection: the instance in canonical JSON with its digest, and the decision the solver gave.

    changes: the rules as asked where they differ from the rule set; `reason` says why.
    chosen: codes of the chosen units in order, the same as in the decision.
    Only people without a conflict in the batch read it: it holds every candidate's score.
    """

    batch = models.ForeignKey("programme.Batch", models.PROTECT, related_name="scenarios", verbose_name=_("batch"))
    number = models.PositiveSmallIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=10, choices=ScenarioState.choices, default=ScenarioState.COMPUTING)
    run = models.UUIDField(null=True, blank=True)
    changes = models.JSONField(_("changed rules"), default=dict, blank=True)
    reason = models.TextField(_("reason"), max_length=2000, blank=True)
    instance = models.TextField(_("question"), blank=True)
    instance_sha256 = models.CharField(_("digest (SHA-256)"), max_length=64, blank=True)
    decision = models.TextField(_("answer"), blank=True)
    chosen = ArrayField(models.CharField(max_length=20), default=list, blank=True, verbose_name=_("chosen units"))
    total_score = models.DecimalField(_("total score"), max_digits=14, decimal_places=6, null=True, blank=True)
    total_amount = YuanField(_("total amount (yuan)"), null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("asked"), default=clock.now)
    done_at = models.DateTimeField(_("computed"), null=True, blank=True)

    class Meta:
        verbose_name = _("computed selection")
        verbose_name_plural = _("computed selections")
        ordering = ["batch", "-number"]
        constraints = [
            models.UniqueConstraint(
                name="scenario_number_once",
                fields=["batch", "number"],
                violation_error_message=_("Someone else started a selection just now. Please try again."),
            ),
            RowSecurity(
                name="scenario_rows",
                read=f"({OFFICES} and {UNCONFLICTED_BATCH})",
                insert=f"({OFFICER} and created_by_id = {USER} and {UNCONFLICTED_BATCH})",
                update=f"({OFFICER} and {UNCONFLICTED_BATCH})",
            ),
        ]
        triggers = [
            SCENARIO.guard(),
            holds(
                "scenario_is_kept",
                f"""
                    if tg_op = 'INSERT' then
                        if new.instance <> '' or new.decision <> '' or new.chosen <> '{{}}' then
                            {refuse("scenario_is_kept", "a selection begins without an answer")}
                        end if;
                        return new;
                    end if;
                    if old.state <> 'computing'
                       or (new.batch_id, new.number, new.changes, new.reason, new.created_by_id, new.created_at)
                          is distinct from
                          (old.batch_id, old.number, old.changes, old.reason, old.created_by_id, old.created_at) then
                        {refuse("scenario_is_kept", "a computed selection never changes")}
                    end if;
                    if new.state not in ('optimal', 'infeasible') then
                        return new;
                    end if;
                    if new.instance_sha256 <> encode(sha256(convert_to(new.instance, 'UTF8')), 'hex')
                       or new.decision::jsonb->>'instance_sha256' is distinct from new.instance_sha256
                       or new.decision::jsonb->>'status' is distinct from new.state then
                        {refuse("scenario_answers_its_question", "the answer belongs to another question")}
                    end if;
                    if new.state = 'optimal' and new.chosen::text[] is distinct from array(
                        select jsonb_array_elements_text(new.decision::jsonb->'chosen')) then
                        {refuse("scenario_answers_its_question", "the chosen units are not the answer's")}
                    end if;
                    {ask("reviews_scenario_problem(new.batch_id, new.instance::jsonb)")}
                """,
            ),
        ]

    def __str__(self) -> str:
        return str(_("Selection %(number)s") % {"number": self.number})
