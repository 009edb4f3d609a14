"""Proposed assignments: what the solver answered before it takes effect, and what officers wish of the next answer."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.models.guards import refuse, stays
from portal.core import clock
from portal.core.rls import USER, RowSecurity
from reviews.enums import ProposalState
from reviews.models.guards import MIIT_OFFICER, OFFICES, UNCONFLICTED, UNCONFLICTED_BATCH, ask, holds
from reviews.states import PROPOSAL

_OF_A_PROPOSAL = "exists (select 1 from reviews_assignmentproposal p where p.id = proposal_id"


class AssignmentProposal(models.Model):
    """One computed assignment: question and answer as texts that never change, and the figures officers compare.

    keeps_others: only seats that the wishes touch were to change against `previous`. min_affinity: the smallest total
    fit of any application; total_affinity: their sum; max_load: the largest load, all of the answer.
    Only people without a conflict in the batch read it: it names the reviewers of every application.
    """

    batch = models.ForeignKey("programme.Batch", models.PROTECT, related_name="proposals", verbose_name=_("batch"))
    number = models.PositiveSmallIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=10, choices=ProposalState.choices, default=ProposalState.COMPUTING)
    run = models.UUIDField(null=True, blank=True)
    keeps_others = models.BooleanField(_("only what the wishes touch changes"), default=False)
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    question = models.TextField(_("question"), blank=True)
    question_sha256 = models.CharField(_("digest (SHA-256)"), max_length=64, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    min_affinity = models.PositiveIntegerField(_("smallest fit"), null=True, blank=True)
    total_affinity = models.PositiveIntegerField(_("total fit"), null=True, blank=True)
    max_load = models.PositiveIntegerField(_("largest load"), null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("asked"), default=clock.now)
    done_at = models.DateTimeField(_("computed"), null=True, blank=True)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    taken_at = models.DateTimeField(_("put into effect"), null=True, blank=True)

    class Meta:
        verbose_name = _("proposed assignment")
        verbose_name_plural = _("proposed assignments")
        ordering = ["batch", "-number"]
        constraints = [
            models.UniqueConstraint(
                name="proposal_number_once",
                fields=["batch", "number"],
                violation_error_message=_("Someone else started an assignment just now. Please try again."),
            ),
            models.CheckConstraint(
                name="proposal_taken_by_somebody",
                condition=Q(state=ProposalState.TAKEN, taken_by__isnull=False, taken_at__isnull=False)
                | (~Q(state=ProposalState.TAKEN) & Q(taken_by=None, taken_at=None)),
                violation_error_message=_("Who puts a proposal into effect is kept with it."),
            ),
            RowSecurity(
                name="proposal_rows",
                read=f"({OFFICES} and {UNCONFLICTED_BATCH})",
                insert=f"({MIIT_OFFICER} and created_by_id = {USER} and {UNCONFLICTED_BATCH})",
                update=f"({MIIT_OFFICER} and {UNCONFLICTED_BATCH})",
            ),
        ]
        triggers = [
            PROPOSAL.guard(),
            holds(
                "proposal_is_kept",
                f"""
                    if tg_op = 'INSERT' then
                        if new.question <> '' or new.answer <> '' then
                            {refuse("proposal_is_kept", "a proposal begins without an answer")}
                        end if;
                        return new;
                    end if;
                    if new.state = 'taken' and old.state = 'ready' then
                        if new.taken_by_id is distinct from scope_user()
                           or (to_jsonb(new) - '{{state,taken_by_id,taken_at}}'::text[])
                              <> (to_jsonb(old) - '{{state,taken_by_id,taken_at}}'::text[]) then
                            {refuse("proposal_is_kept", "a proposal is put into effect as it was computed")}
                        end if;
                        {ask("reviews_proposal_problem(new.id)")}
                        return new;
                    end if;
                    if old.state <> 'computing'
                       or (new.batch_id, new.number, new.keeps_others, new.previous_id, new.created_by_id,
                           new.created_at) is distinct from (old.batch_id, old.number, old.keeps_others,
                           old.previous_id, old.created_by_id, old.created_at) then
                        {refuse("proposal_is_kept", "a computed proposal never changes")}
                    end if;
                    if new.state in ('ready', 'infeasible')
                       and (new.question_sha256 <> encode(sha256(convert_to(new.question, 'UTF8')), 'hex')
                            or new.answer::jsonb->>'status'
                               is distinct from case new.state when 'ready' then 'optimal' else 'infeasible' end) then
                        {refuse("proposal_answers_its_question", "the answer belongs to another question")}
                    end if;
                """,
            ),
        ]

    def __str__(self) -> str:
        return str(_("Proposal %(number)s") % {"number": self.number})


class ProposedRow(models.Model):
    """The reviewers proposed for one application. Written with the answer, never changed.

    seats: [{"reviewer": key, "affinity": 0 to 100, "mark": "held" | "pinned" | "kept" | ""}], the best first;
    total: their affinity, best: what it would be if this were the only application; unmet: [[key, affinity, why]] of
    reviewers who know more and are not seated, why of `Unmet`; gone: those the previous proposal had seated.
    """

    proposal = models.ForeignKey(AssignmentProposal, models.PROTECT, related_name="rows")
    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="+")
    seats = models.JSONField(_("reviewers"))
    total = models.PositiveSmallIntegerField(_("fit"))
    best = models.PositiveSmallIntegerField(_("fit if it were the only application"))
    unmet = models.JSONField(_("wishes not met"), default=list)
    gone = models.JSONField(_("no longer proposed"), default=list)
    is_short = models.BooleanField(_("a better reviewer exists"), default=False)
    is_changed = models.BooleanField(pgettext_lazy("yes or no", "changed"), default=False)

    class Meta:
        verbose_name = _("proposed reviewers of an application")
        verbose_name_plural = _("proposed reviewers of applications")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="proposed_row_once",
                fields=["proposal", "application"],
                violation_error_message=_("An application stands in a proposal once."),
            ),
            RowSecurity(
                name="proposed_row_rows",
                read=f"({OFFICES} and {_OF_A_PROPOSAL}))",
                insert=f"({MIIT_OFFICER} and {_OF_A_PROPOSAL} and p.state = 'computing'))",
            ),
        ]
        triggers = stays("proposed_row_stays", "a computed proposal never changes")

    def __str__(self) -> str:
        return f"{self.proposal_id}: {self.application_id}"


class ProposedLoad(models.Model):
    """How many applications a reviewer would read under a proposal, and how well they fit. before: assigned already."""

    proposal = models.ForeignKey(AssignmentProposal, models.PROTECT, related_name="loads")
    profile = models.ForeignKey("reviews.ReviewerProfile", models.PROTECT, related_name="+", verbose_name=_("reviewer"))
    applications = models.PositiveSmallIntegerField(_("applications"))
    before = models.PositiveSmallIntegerField(_("assigned already"), default=0)
    affinity = models.PositiveIntegerField(_("fit"))

    class Meta:
        verbose_name = _("proposed load of a reviewer")
        verbose_name_plural = _("proposed loads of reviewers")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="proposed_load_once",
                fields=["proposal", "profile"],
                violation_error_message=_("A reviewer stands in a proposal once."),
            ),
            RowSecurity(
                name="proposed_load_rows",
                read=f"({OFFICES} and {_OF_A_PROPOSAL}))",
                insert=f"({MIIT_OFFICER} and {_OF_A_PROPOSAL} and p.state = 'computing'))",
            ),
        ]
        triggers = stays("proposed_load_stays", "a computed proposal never changes")

    def __str__(self) -> str:
        return f"{self.profile_id}: {self.applications}"


class AssignmentWish(models.Model):
    """What an officer wants of the next answer: this reviewer for this application, or not, with the reason.

    It can be taken back. A reviewer who is kept away is not taken by the database either when somebody steps back.
    """

    batch = models.ForeignKey("programme.Batch", models.PROTECT, related_name="+", verbose_name=_("batch"))
    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("reviewer"))
    is_pin = models.BooleanField(_("is to read it"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("time"), default=clock.now)

    class Meta:
        verbose_name = _("wish for the assignment")
        verbose_name_plural = _("wishes for the assignment")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="wish_once",
                fields=["application", "reviewer"],
                violation_error_message=_("There is a wish for this reviewer already: take it back first."),
            ),
            models.CheckConstraint(
                name="wish_says_why",
                condition=Q(is_pin=True) | ~Q(reason=""),
                violation_error_message=_("Say why the reviewer is to be kept away."),
            ),
            RowSecurity(
                name="wish_rows",
                read=f"({OFFICES} and {UNCONFLICTED})",
                insert=f"({MIIT_OFFICER} and by_id = {USER} and {UNCONFLICTED})",
                delete=f"({MIIT_OFFICER} and {UNCONFLICTED})",
            ),
        ]
        triggers = [
            holds(
                "wish_can_be",
                ask("reviews_wish_problem(new.batch_id, new.application_id, new.reviewer_id, new.is_pin)"),
                update=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.reviewer_id}"
