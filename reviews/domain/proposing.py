"""Acts on proposed assignments: compute one, wish for another, put one into effect."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.enums import ApplicationState
from applications.models import Application
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.models import Run
from portal.core.punctuation import beside, listed
from portal.core.scope import Actor
from portal.core.tasks import start_run
from portal.programme.models import Batch
from reviews.domain.apart import refuse_conflicted
from reviews.domain.assigning import assign, refuse_in_provinces_time
from reviews.domain.computing import begin, fail
from reviews.models import AssignmentProposal, AssignmentWish, ProposedLoad, ProposedRow, ReviewerProfile
from reviews.queries import Question, drawn_experts, lack_reviewers, latest_proposal, question_of
from reviews.states import PROPOSAL

UNDECIDED: Final = (ApplicationState.RECOMMENDED, ApplicationState.SCREENING, ApplicationState.CORRECTION)
# What a question is made of, for whoever is told that it is not the same any more.
PARTS: Final = {
    "applications": gettext_lazy("applications in review"),
    "reviewers": gettext_lazy("reviewers, their availability and loads"),
    "per_application": gettext_lazy("the rules of the batch"),
    "min_per_group": gettext_lazy("the rules of the batch"),
    "affinity": gettext_lazy("fields of the reviewers"),
    "conflicts": gettext_lazy("conflicts of interest, or who is kept away"),
    "pinned": gettext_lazy("assignments, or who is wanted"),
}


def propose(*, by: Actor, batch: Batch, keeps_others: bool = False, back: str = "") -> AssignmentProposal:
    """Start the computation of who reads which application; nothing takes effect yet.

    keeps_others: seats of the latest proposal stay wherever no wish touches them. back: the page that asked.
    Raises NotAllowed (also with an interest in the batch); DomainError while applications are still in screening or
    provinces may still decide, or when a computation is under way.
    """
    with command(by, "reviews.start_assigning", batch) as act:
        refuse_conflicted(by, batch)
        if (open_ones := Application.objects.filter(batch=batch, state__in=UNDECIDED).count()) > 0:
            raise DomainError(
                "screening_open", _("%(count)s applications are still in screening.") % {"count": open_ones}
            )
        refuse_in_provinces_time(batch)
        if drawn_experts(batch) == set():
            raise DomainError("draw_first", _("The rules of this batch want experts drawn by lot: draw them first."))
        if not Application.objects.filter(batch=batch, state=ApplicationState.IN_REVIEW).exists():
            raise DomainError("nothing_to_review", _("No application of this batch is in review."))
        if not lack_reviewers(batch):
            raise DomainError("nothing_to_assign", _("Every application has its reviewers."))
        row = AssignmentProposal(
            batch=batch, keeps_others=keeps_others, previous=latest_proposal(batch), created_by_id=by.id
        )
        busy = _("An assignment of this batch is being computed: wait for it to end.")
        begin(row, by=by, task="reviews.assign", name="proposal", back=back, busy=busy)
        return act.record(row)


@dataclass(frozen=True)
class Answer:
    """A question with its answer and what explains it.

    rows: (application, seats, total, best, unmet) as `ProposedRow` keeps them.
    """

    question: Question
    decision: dict[str, Any]
    rows: Sequence[tuple[int, list[dict[str, Any]], int, int, list[list[Any]]]] = ()

    @property
    def is_found(self) -> bool:
        """Whether there is an assignment."""
        return bool(self.decision["status"] == "optimal")


def keep_answer(*, by: Actor, proposal: AssignmentProposal, answer: Answer) -> AssignmentProposal:
    """Keep what the solver found; from here on nothing of it changes. Raises NotAllowed, WrongState."""
    with command(by, "reviews.keep_proposal", proposal) as act:
        if answer.is_found:
            before = _seats_before(proposal)
            ProposedRow.objects.bulk_create(_rows(proposal, answer, before), batch_size=500)
            ProposedLoad.objects.bulk_create(_loads(proposal, answer), batch_size=500)
            for name in ("min_affinity", "total_affinity", "max_load"):
                setattr(proposal, name, answer.decision[name])
        act.to(proposal, PROPOSAL, "solve" if answer.is_found else "contradict")
        proposal.question, proposal.question_sha256 = answer.question.text, answer.question.sha256
        proposal.answer = json.dumps(answer.decision, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        proposal.done_at = clock.now()
        proposal.save()
        # The trail names the batch: the question names everybody, which not all its readers may see.
        act.record(proposal.batch, why=f"{proposal}: {proposal.get_state_display()} {answer.question.sha256}")
        return proposal


def _seats_before(proposal: AssignmentProposal) -> dict[int, set[int]]:
    if proposal.previous_id is None:
        return {}
    rows = ProposedRow.objects.filter(proposal=proposal.previous_id).values_list("application_id", "seats")
    return {application: {seat["reviewer"] for seat in seats} for application, seats in rows}


def _rows(proposal: AssignmentProposal, answer: Answer, before: dict[int, set[int]]) -> Iterator[ProposedRow]:
    for application, seats, total, best, unmet in answer.rows:
        now = {seat["reviewer"] for seat in seats}
        earlier = before.get(application)
        yield ProposedRow(
            proposal=proposal,
            application_id=application,
            seats=seats,
            total=total,
            best=best,
            unmet=unmet,
            gone=sorted(earlier - now) if earlier is not None else [],
            is_short=bool(unmet),
            is_changed=earlier is not None and earlier != now,
        )


def _loads(proposal: AssignmentProposal, answer: Answer) -> Iterator[ProposedLoad]:
    applications, fit, before = Counter[int](), Counter[int](), Counter[int]()
    for _application, seats, *_rest in answer.rows:
        for seat in seats:
            applications[seat["reviewer"]] += 1
            fit[seat["reviewer"]] += seat["affinity"]
            before[seat["reviewer"]] += seat["mark"] == "held"
    known = {int(row["id"]) for row in answer.question.instance["reviewers"]}
    for profile, user in ReviewerProfile.objects.filter(user__in=known).order_by("pk").values_list("pk", "user_id"):
        yield ProposedLoad(
            proposal=proposal,
            profile_id=profile,
            applications=applications[user],
            before=before[user],
            affinity=fit[user],
        )


def give_up(*, by: Actor, proposal: AssignmentProposal) -> AssignmentProposal:
    """Say that a proposal was not computed. Raises NotAllowed, WrongState."""
    with command(by, "reviews.keep_proposal", proposal) as act:
        return act.record(fail(proposal, PROPOSAL))


def start_taking(*, by: Actor, proposal: AssignmentProposal, back: str = "") -> Run:
    """Start the run that puts a proposal into effect. Raises NotAllowed, WrongState; DomainError while one runs."""
    with command(by, "reviews.take_proposal", proposal.batch):
        refuse_conflicted(by, proposal.batch)
        PROPOSAL.target(proposal.state, "take")
        params = {"proposal": proposal.pk}
        return start_run(
            by=by, task="reviews.take_proposal", params=params, key=f"reviews.take:{proposal.batch_id}", back=back
        )


def take(*, by: Actor, proposal: AssignmentProposal) -> int:
    """Put a proposal into effect, whole: its seats become assignments; gives how many are new.

    Raises NotAllowed, WrongState; DomainError naming what has changed since the proposal was computed: then it is not
    the best any more, or not even allowed, and is computed again. The batch is locked while that is looked at.
    Side effects: the reviewers are told; a closed batch is under review from here on.
    """
    with command(by, "reviews.take_proposal", proposal.batch) as act:
        refuse_conflicted(by, proposal.batch)
        PROPOSAL.target(proposal.state, "take")
        now = question_of(proposal)
        if now.sha256 != proposal.question_sha256:
            raise DomainError(
                "proposal_is_old",
                _("Since this proposal was computed these have changed: %(parts)s. Compute it again.")
                % {"parts": _changed(json.loads(proposal.question), now.instance)},
            )
        pairs = [
            (application, seat["reviewer"], seat["affinity"])
            for application, seats in proposal.rows.order_by("pk").values_list("application_id", "seats")
            for seat in seats
        ]
        made = assign(by=by, batch=proposal.batch, pairs=pairs)
        proposal.state = PROPOSAL.target(proposal.state, "take")
        proposal.taken_by_id, proposal.taken_at = by.id, clock.now()
        proposal.save(update_fields=["state", "taken_by", "taken_at"])
        act.record(proposal.batch, why=f"{proposal}: {proposal.get_state_display()}")
        return made


def _changed(before: dict[str, Any], now: dict[str, Any]) -> str:
    names = [str(words) for part, words in PARTS.items() if before.get(part) != now.get(part)]
    return listed(dict.fromkeys(names))


def wish(
    *, by: Actor, application: Application, profile: ReviewerProfile, is_pin: bool, reason: str = ""
) -> AssignmentWish:
    """Want a reviewer for an application, or keep one away from it with the reason, in the next answer.

    Raises NotAllowed; DomainError for a wanted reviewer with a conflict, a pair that is assigned or wished for already,
    or a missing reason. A reviewer kept away is not taken either when somebody steps back.
    """
    with command(by, "reviews.wish", application.batch) as act:
        if not is_pin and not reason.strip():
            raise DomainError("wish_says_why", _("Say why the reviewer is to be kept away."), "reason")
        row = AssignmentWish.objects.create(
            batch_id=application.batch_id,
            application=application,
            reviewer_id=profile.user_id,
            is_pin=is_pin,
            reason=reason.strip(),
            by_id=by.id,
        )
        return act.record(row)


def take_back_wish(*, by: Actor, wish: AssignmentWish) -> None:
    """Take a wish back; the trail keeps it. Raises NotAllowed."""
    with command(by, "reviews.wish", wish.batch) as act:
        act.record(
            wish.batch, why=_("wish taken back: %(pair)s") % {"pair": beside(wish.application.unit, wish.reviewer)}
        )
        wish.delete()
