"""The province: two departments examine a submission and decide, each for itself, under one letter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from applications.domain import letters
from applications.domain.examination import AnswerInput, keep_answers, open_points
from applications.domain.results import keep_results
from applications.enums import Side, Stage, Verdict
from applications.models import Application, Letter, Recommendation, Snapshot
from applications.posts import post_of, sides_of
from applications.queries import current_snapshot, whole
from applications.states import APPLICATION
from portal.core import clock
from portal.core.commands import Act, command
from portal.core.errors import DomainError, Stale
from portal.core.punctuation import enumerated
from portal.core.scope import Actor

__all__ = ["RecommendInput", "recommend", "sides_of"]


@dataclass(frozen=True)
class RecommendInput:
    """A department's decision on a submission.

    opinion: needed unless it recommends. letter, rank: of a recommendation; both departments name the same.
    answers: points of the checklist answered with it, by code.
    """

    snapshot: Snapshot
    side: Side
    decision: Verdict
    opinion: str
    letter: Letter | None = None
    rank: int | None = None
    answers: Mapping[str, AnswerInput] = field(default_factory=dict)


def recommend(*, by: Actor, application: Application, what: RecommendInput) -> Recommendation:
    """Decide for one department. A return sends the dossier back at once; otherwise both decide, by two people.

    Raises NotAllowed, WrongState; Stale when the unit submitted anew meanwhile; DomainError when the department has
    decided, gives no reason, leaves points of the checklist open, names another letter or rank than the other
    department, or the province's quota is used up (nothing of the act stays then).
    Side effects: the findings of the checks are kept; state returned, or with the second decision recommended or not
    recommended, of which the unit is told; how long a returned dossier may be mended is worked out by the database
    from the rules.
    """
    with command(by, "applications.recommend", application) as act:
        before = _refuse(by, application, what)
        keep_answers(by, application, what.snapshot, what.side, what.answers)
        recommends = what.decision == Verdict.RECOMMEND
        if recommends and (left := open_points(application, what.snapshot, what.side)):
            raise DomainError(
                "recommendation_needs_checklist",
                _("Points of the checklist stand against a recommendation: %(points)s.") % {"points": enumerated(left)},
            )
        _refuse_unequal(application, what, before)
        post = post_of(by, application, what.side)
        assert post is not None  # noqa: S101 - _refuse has asked
        row = Recommendation.objects.create(
            application=application,
            snapshot=what.snapshot,
            side=what.side,
            organisation_id=post.organisation,
            decision=what.decision,
            opinion=what.opinion,
            letter=what.letter if recommends else None,
            letter_no=what.letter.number if recommends and what.letter else "",
            rank=_rank(application, what),
            person_id=by.id,
            at=clock.now(),
        )
        keep_results(by=by, dossier=whole(application), snapshot=what.snapshot, stage=Stage.PROVINCE)
        _follow(act, application, {what.decision, *(other.decision for other in before.values())}, len(before) + 1)
        act.record(application, what.opinion)
        return row


def _refuse(by: Actor, application: Application, what: RecommendInput) -> dict[str, Recommendation]:
    """What the departments decided before on this submission. Raises what stands against another decision."""
    if post_of(by, application, what.side) is None:
        raise DomainError("other_side", _("You decide for the other department."), "side")
    if what.snapshot != current_snapshot(application):
        raise Stale("snapshot", _("The unit has submitted anew meanwhile: read that submission."))
    if what.decision != Verdict.RECOMMEND and not what.opinion.strip():
        raise DomainError("recommendation_gives_reason", _("Say why, so that the unit can mend it."), "opinion")
    before = {row.side: row for row in what.snapshot.recommendations.all()}
    if what.side in before:
        raise DomainError("recommendation_once_per_side", _("This department has already decided on this submission."))
    if any(row.person_id == by.id for row in before.values()):
        raise DomainError("recommendation_needs_both", _("The two departments decide by two people."))
    return before


def ranks(application: Application) -> bool:
    """Whether a recommendation of this application carries a rank."""
    rules = application.batch.rule_set
    return rules is not None and rules.province_ranks and not application.unit.is_separately_planned


def _rank(application: Application, what: RecommendInput) -> int | None:
    """The rank that is kept; where the rules of the batch want none, one that was sent all the same is not kept."""
    return what.rank if what.decision == Verdict.RECOMMEND and ranks(application) else None


def _refuse_unequal(application: Application, what: RecommendInput, before: Mapping[str, Recommendation]) -> None:
    """Both departments recommend under one letter with one rank."""
    if what.decision != Verdict.RECOMMEND:
        return
    if what.letter is None:
        raise DomainError("recommendation_names_letter", _("Choose the joint letter of your province."), "letter")
    if ranks(application) and what.rank is None:
        raise DomainError("rank", _("The rules of this batch want a rank."), "rank")
    named = (what.letter.pk, _rank(application, what))
    for other in before.values():
        if other.decision == Verdict.RECOMMEND and (other.letter_id, other.rank) != named:
            raise DomainError(
                "recommendation_is_joint",
                _("The other department named the letter %(number)s and the rank %(rank)s: name the same.")
                % {"number": other.letter_no, "rank": other.rank or "–"},
                "letter" if other.letter_id != what.letter.pk else "rank",
            )


def _follow(act: Act, application: Application, decisions: set[str], count: int) -> None:
    """Take the step that follows from the decisions so far."""
    step = _step(decisions, count)
    if step:
        act.to(application, APPLICATION, step)
        application.save(update_fields=["state"])
        application.refresh_from_db(fields=["mend_until"])
        letters.province_decided(by=act.by, application=application)


def _step(decisions: set[str], count: int) -> str:
    """The act on the application that follows, or nothing while the other department has not decided."""
    if Verdict.RETURN in decisions:
        return "return"
    if count < len(Side):
        return ""
    return "recommend" if decisions == {Verdict.RECOMMEND} else "not_recommend"
