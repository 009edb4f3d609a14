"""Acts of decision: propose a selection, sign it for a ministry, withdraw it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.enums import MIIT, MOF, Role
from portal.core import clock
from portal.core.commands import Act, command
from portal.core.errors import DomainError
from portal.core.scope import Actor
from portal.notifications.inbox import notify, recipients
from reviews import queries, selection
from reviews.domain.apart import refuse_conflicted
from reviews.domain.publicity import check_complete
from reviews.enums import Ministry, ScenarioState
from reviews.models import Decision, Scenario
from reviews.states import DECISION


@dataclass(frozen=True)
class ProposalInput:
    """Grounds, and how many units stand in reserve at most."""

    grounds: str
    reserve: int = 0


def propose(*, by: Actor, scenario: Scenario, what: ProposalInput) -> Decision:
    """Propose a computed selection for decision, with grounds; the reserve follows from the rules and scores.

    Raises NotAllowed; DomainError when it is not optimal or not worked out yet, another proposal is on the table, or
    rules were changed and what that costs is not known.
    """
    with command(by, "reviews.propose", scenario.batch) as act:
        refuse_conflicted(by, scenario.batch)
        if scenario.state != ScenarioState.OPTIMAL:
            raise DomainError("not_optimal", _("Only a selection that was found and proven can be proposed."))
        if not what.grounds.strip():
            raise DomainError("grounds", _("Give the grounds of the proposal."), "grounds")
        base = queries.baseline(scenario) if scenario.changes else None
        row = Decision.objects.create(
            batch=scenario.batch,
            scenario=scenario,
            grounds=what.grounds,
            chosen=list(scenario.chosen),
            reserve=list(_reserve(scenario, what.reserve)),
            baseline=base,
            price=_price(scenario, base),
            proposed_by_id=by.id,
        )
        text = gettext_lazy(
            "A decision on batch %(number)s is proposed and waits for the signatures of both ministries."
        )
        officers = {*recipients(Role.OFFICER, code=MIIT), *recipients(Role.OFFICER, code=MOF)}
        url = reverse("reviews:decision", args=[row.pk])
        notify(officers, text, by=by, url=url, number=scenario.batch.number)
        return act.record(row)


def _reserve(scenario: Scenario, size: int) -> tuple[str, ...]:
    return selection.reserve(selection.parse_instance(json.loads(scenario.instance)), scenario.chosen, size)


def _price(scenario: Scenario, base: Scenario | None) -> Decimal | None:
    """The total score given up for changed rules; None where no list keeps the rule set.

    Raises DomainError while the list under the rule set is not computed.
    """
    if not scenario.changes:
        return Decimal(0)
    if base is None:
        text = _("The rules differ from the rule set: compute the list under the rule set too, to show what it costs.")
        raise DomainError("decision_says_its_price", text)
    if base.total_score is None or scenario.total_score is None:
        return None
    return base.total_score - scenario.total_score


def withdraw(*, by: Actor, decision: Decision, why: str) -> Decision:
    """Take a proposal back with a reason. Raises NotAllowed, WrongState; DomainError without a reason."""
    with command(by, "reviews.withdraw_proposal", decision) as act:
        if not why.strip():
            raise DomainError("why", _("Say why the proposal is withdrawn."), "why")
        act.to(decision, DECISION, "withdraw")
        decision.withdrawn_why = why
        decision.save(update_fields=["state", "withdrawn_why"])
        return act.record(decision, why=why)


def sign(*, by: Actor, decision: Decision, ministry: str) -> Decision:
    """Sign for a ministry; the second signature adopts the decision.

    Raises NotAllowed (wrong ministry, signed already, an interest in the batch); DomainError when an application left
    the race since the selection was computed.
    The adoption changes no application: units learn of their outcome with the publication.
    """
    with command(by, f"reviews.sign_{ministry.lower()}", decision) as act:
        refuse_conflicted(by, decision.batch)
        if ministry == Ministry.MIIT:
            decision.signed_miit_by_id, decision.signed_miit_at = by.id, clock.now()
        else:
            decision.signed_mof_by_id, decision.signed_mof_at = by.id, clock.now()
        if decision.signed_miit_by_id and decision.signed_mof_by_id:
            _adopt(act, decision)
        else:
            decision.save()
        return act.record(decision)


def _adopt(act: Act, decision: Decision) -> None:
    """Adopt. Nothing of it leaves the ministries yet: outcomes are given with the publication."""
    act.to(decision, DECISION, "adopt")
    check_complete(decision)
    decision.save()
