"""Frozen candidates and the selections computed from them: texts that never change."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.models.guards import refuse, stays
from portal.core import clock
from portal.core.money import YuanField
from portal.core.rls import USER, RowSecurity
from reviews.enums import ScenarioState, StudyKind
from reviews.models.guards import OFFICER, OFFICES, UNCONFLICTED_BATCH, ask, holds
from reviews.states import SCENARIO

# A row that hangs on a selection is read by whoever reads that.
_SEES: Final = "exists (select 1 from reviews_scenario s where s.id = scenario_id)"


class CandidateSet(models.Model):
    """Candidates, scores and rules of a batch as they were frozen, in canonical JSON (`candidate-set/1`).

    {"format", "batch", "rule_set": version, "result_by", "results_sha256": what both ministries signed, "seed",
    "rules": of balance, "candidates": as in `selection-instance/1`, "reviews": [{"candidate", "reviewer", "score"}]
    with reviewers numbered r1, r2 … instead of named}.
    """

    batch = models.ForeignKey("programme.Batch", models.PROTECT, related_name="candidate_sets", verbose_name=_("batch"))
    number = models.PositiveSmallIntegerField(_("number"))
    body = models.TextField(_("content"))
    sha256 = models.CharField(_("digest (SHA-256)"), max_length=64)
    size = models.PositiveSmallIntegerField(_("candidates"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("frozen by")
    )
    created_at = models.DateTimeField(_("frozen"), default=clock.now)

    class Meta:
        verbose_name = _("candidate set")
        verbose_name_plural = _("candidate sets")
        ordering = ["batch", "-number"]
        constraints = [
            models.UniqueConstraint(
                name="candidate_set_number_once",
                fields=["batch", "number"],
                violation_error_message=_("Someone else froze the candidates just now. Look again."),
            ),
            models.UniqueConstraint(
                name="candidate_set_once",
                fields=["batch", "sha256"],
                violation_error_message=_("These candidates are frozen already: nothing has changed since."),
            ),
            RowSecurity(
                name="candidate_set_rows",
                read=f"({OFFICES} and {UNCONFLICTED_BATCH})",
                insert=f"({OFFICER} and created_by_id = {USER} and {UNCONFLICTED_BATCH})",
            ),
        ]
        triggers = [
            *stays("candidate_set_stays", "a frozen candidate set is never changed or removed"),
            holds(
                "candidate_set_is_what_is_locked",
                f"""
                    if new.sha256 <> encode(sha256(convert_to(new.body, 'UTF8')), 'hex')
                       or new.size <> jsonb_array_length(new.body::jsonb->'candidates') then
                        {refuse("candidates_are_the_locked_results", "the digest is not the content's")}
                    end if;
                    {ask("reviews_freeze_problem(new.batch_id, new.body::jsonb)")}
                """,
                update=False,
            ),
        ]

    def __str__(self) -> str:
        return str(_("Candidate set %(number)s") % {"number": self.number})


class Scenario(models.Model):
    """One selection: the instance in canonical JSON with its digest, and the decision the solver gave.

    changes: the rules as asked where they differ from the rule set (null: the rule is left out); `reason` says why.
    chosen: codes of the chosen units in order, the same as in the decision. name: what the officers call it.
    Only people without a conflict in the batch read it: it holds every candidate's score.
    """

    batch = models.ForeignKey("programme.Batch", models.PROTECT, related_name="scenarios", verbose_name=_("batch"))
    candidate_set = models.ForeignKey(
        CandidateSet, models.PROTECT, null=True, related_name="scenarios", verbose_name=_("candidate set")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=80, blank=True, default="", db_default="")
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
                        if new.candidate_set_id is null then
                            {refuse("selection_asks_of_the_frozen_set", "a selection asks of frozen candidates")}
                        end if;
                        return new;
                    end if;
                    if old.state <> 'computing' and (to_jsonb(new) - 'name') <> (to_jsonb(old) - 'name')
                       or (new.batch_id, new.candidate_set_id, new.number, new.changes, new.reason, new.created_by_id,
                           new.created_at)
                          is distinct from
                          (old.batch_id, old.candidate_set_id, old.number, old.changes, old.reason, old.created_by_id,
                           old.created_at) then
                        {refuse("scenario_is_kept", "a computed selection never changes")}
                    end if;
                    if old.state <> 'computing' or new.state not in ('optimal', 'infeasible') then
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
                    {
                    ask(
                        "reviews_question_problem(new.batch_id, new.candidate_set_id, new.changes, new.instance::jsonb)"
                    )
                }
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(_("Selection %(number)s") % {"number": self.number})


class ScenarioStudy(models.Model):
    """What was worked out about one list: why each unit is on it or not, or how firmly it stands. Canonical JSON.

    body: `selection-explanation/1` or `selection-robustness/1`; the latter asked with the marks of each criterion.
    """

    scenario = models.ForeignKey(Scenario, models.PROTECT, related_name="studies")
    kind = models.CharField(_("kind"), max_length=12, choices=StudyKind.choices)
    body = models.TextField(_("content"))
    sha256 = models.CharField(_("digest (SHA-256)"), max_length=64)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("computed"), default=clock.now)

    class Meta:
        verbose_name = _("study of a selection")
        verbose_name_plural = _("studies of selections")
        ordering = ["scenario", "kind"]
        constraints = [
            models.UniqueConstraint(
                name="study_once_per_kind",
                fields=["scenario", "kind"],
                violation_error_message=_("This is worked out already."),
            ),
            RowSecurity(
                name="scenario_study_rows", read=_SEES, insert=f"({OFFICER} and created_by_id = {USER} and {_SEES})"
            ),
        ]
        triggers = [
            *stays("scenario_study_stays", "what was worked out about a selection is never changed or removed"),
            holds(
                "scenario_study_is_its_own",
                f"""
                    if new.sha256 <> encode(sha256(convert_to(new.body, 'UTF8')), 'hex') then
                        {refuse("study_of_its_selection", "the digest is not the content's")}
                    end if;
                    {ask("reviews_study_problem(new.scenario_id, new.kind, new.body::jsonb)")}
                """,
                update=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scenario_id}: {self.kind}"


class ScenarioComment(models.Model):
    """What an officer says of one selection; it stays."""

    scenario = models.ForeignKey(Scenario, models.PROTECT, related_name="comments")
    text = models.TextField(_("comment"), max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by"))
    at = models.DateTimeField(pgettext_lazy("moment", "written"), default=clock.now)

    class Meta:
        verbose_name = _("comment on a selection")
        verbose_name_plural = _("comments on selections")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="scenario_comment_says_something",
                condition=~models.Q(text=""),
                violation_error_message=_("Write the comment."),
            ),
            RowSecurity(name="scenario_comment_rows", read=_SEES, insert=f"({OFFICER} and by_id = {USER} and {_SEES})"),
        ]
        triggers = stays("scenario_comment_stays", "a comment on a selection is never changed or removed")

    def __str__(self) -> str:
        return f"{self.scenario_id}: {self.by_id}"
