"""Acts of selection: ask for one, keep its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.scope import Actor
from portal.core.tasks import start_run
from portal.programme.models import Batch
from reviews.domain.scoring import refuse_conflicted
from reviews.enums import ScenarioState
from reviews.models import Scenario
from reviews.states import SCENARIO


@dataclass(frozen=True)
class SelectionInput:
    """Rules that differ from the rule set, in the words of the format, and why."""

    changes: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""


def select(*, by: Actor, batch: Batch, what: SelectionInput, back: str = "") -> Scenario:
    """Start the computation of the best list under the rules.

    Raises NotAllowed (also with an interest in the batch); DomainError when one is under way, or when rules differ
    from the rule set without a reason. back: the page that asked.
    """
    with command(by, "reviews.select", batch) as act:
        refuse_conflicted(by, batch)
        if what.changes and not what.reason:
            raise DomainError("reason", _("Say why the rules differ from the rule set."), "reason")
        last = Scenario.objects.filter(batch=batch).aggregate(last=Max("number"))["last"] or 0
        row = Scenario.objects.create(
            batch=batch, number=last + 1, changes=dict(what.changes), reason=what.reason, created_by_id=by.id
        )
        params = {"batch": batch.pk, "scenario": row.pk}
        run = start_run(by=by, task="reviews.select", params=params, key=f"reviews.select:{batch.pk}", back=back)
        if run.params.get("scenario") != row.pk:
            raise DomainError("busy", _("A selection of this batch is being computed: wait for it to end."))
        row.run = run.pk
        row.save(update_fields=["run"])
        # No run works on an earlier one any more: whatever it was, it was not brought to its end.
        left = Scenario.objects.filter(batch=batch, state=ScenarioState.COMPUTING).exclude(pk=row.pk)
        left.update(state=ScenarioState.FAILED, done_at=clock.now())
        act.record(row)
        return row


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
        act.to(scenario, SCENARIO, "fail")
        scenario.done_at = clock.now()
        scenario.save(update_fields=["state", "done_at"])
        return act.record(scenario)
