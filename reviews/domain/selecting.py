"""Acts of selection: ask for one, keep its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.scope import Actor
from portal.programme.models import Batch
from reviews import queries
from reviews.domain.apart import refuse_conflicted
from reviews.domain.computing import begin, fail
from reviews.models import Scenario, ScenarioComment
from reviews.states import SCENARIO


@dataclass(frozen=True)
class SelectionInput:
    """Rules that differ from the rule set, in the words of the format (None leaves one out), why, and a name."""

    changes: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    name: str = ""


def select(*, by: Actor, batch: Batch, what: SelectionInput, back: str = "") -> Scenario:
    """Start the computation of the best list of the candidates frozen last, under the rules.

    Raises NotAllowed (also with an interest in the batch); DomainError when one is under way, when nothing is frozen
    or a candidate has withdrawn since, when rules differ from the rule set without a reason, or when the same was
    asked of the same candidates before.
    back: the page that asked.
    """
    with command(by, "reviews.select", batch) as act:
        refuse_conflicted(by, batch)
        if what.changes and not what.reason:
            raise DomainError("reason", _("Say why the rules differ from the rule set."), "reason")
        frozen = queries.candidate_sets(by).filter(batch=batch).first()
        if frozen is None:
            raise DomainError("not_frozen", _("Freeze the candidates first."))
        if queries.is_outdated(frozen):
            raise DomainError("not_frozen", _("A candidate has withdrawn since: freeze the candidates anew."))
        twin = queries.same_question(frozen, what.changes)
        if twin is not None:
            words = _("%(selection)s asks the same of the same candidates: look at it instead.")
            raise DomainError("computed", words % {"selection": twin})
        row = Scenario(
            batch=batch,
            candidate_set=frozen,
            name=what.name.strip(),
            changes=dict(what.changes),
            reason=what.reason,
            created_by_id=by.id,
        )
        busy = _("A selection of this batch is being computed: wait for it to end.")
        return act.record(begin(row, by=by, task="reviews.select", name="scenario", back=back, busy=busy))


@dataclass(frozen=True)
class Answer:
    """Question and answer as texts: the instance in canonical JSON, its digest, and the solver's decision."""

    instance: str
    sha256: str
    decision: str
    status: str
    chosen: tuple[str, ...]
    total_score: Decimal
    total_amount: Decimal


def keep_answer(*, by: Actor, scenario: Scenario, answer: Answer) -> Scenario:
    """Keep what the solver found; from here on nothing of it changes. Raises NotAllowed, WrongState."""
    with command(by, "reviews.keep_selection", scenario) as act:
        act.to(scenario, SCENARIO, "solve" if answer.status == "optimal" else "contradict")
        scenario.instance, scenario.instance_sha256 = answer.instance, answer.sha256
        scenario.decision, scenario.chosen = answer.decision, list(answer.chosen)
        if answer.status == "optimal":
            scenario.total_score, scenario.total_amount = answer.total_score, answer.total_amount
        scenario.done_at = clock.now()
        scenario.save()
        # The trail names the batch: question and answer hold every score, which not all its readers may see.
        act.record(scenario.batch, why=f"{scenario}: {scenario.get_state_display()} {answer.sha256}")
        return scenario


def give_up(*, by: Actor, scenario: Scenario) -> Scenario:
    """Say that a selection was not computed. Raises NotAllowed, WrongState."""
    with command(by, "reviews.keep_selection", scenario) as act:
        return act.record(fail(scenario, SCENARIO))


def rename(*, by: Actor, scenario: Scenario, name: str) -> Scenario:
    """Give a selection another name; what it was called before stands in the trail. Raises NotAllowed."""
    with command(by, "reviews.name_selection", scenario) as act:
        before, scenario.name = str(scenario), name.strip()
        scenario.save(update_fields=["name"])
        act.record(scenario.batch, why=_("%(before)s is called %(after)s") % {"before": before, "after": scenario})
        return scenario


def comment(*, by: Actor, scenario: Scenario, text: str) -> ScenarioComment:
    """Say something of a selection; it stays. Raises NotAllowed; DomainError without a text."""
    with command(by, "reviews.comment_selection", scenario) as act:
        if not text.strip():
            raise DomainError("scenario_comment_says_something", _("Write the comment."), "text")
        row = ScenarioComment.objects.create(scenario=scenario, text=text.strip(), by_id=by.id)
        act.record(scenario.batch, why=str(scenario))
        return row
