"""Acts of decision: propose a selection, sign it for a ministry, withdraw it."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.enums import MIIT, MOF, Role
from portal.core import clock
from portal.core.commands import Act, command
from portal.core.errors import DomainError
from portal.core.scope import Actor
from portal.notifications.inbox import notify, recipients
from reviews.domain.apart import refuse_conflicted
from reviews.domain.publicity import check_complete
from reviews.enums import Ministry, ScenarioState
from reviews.models import Decision, Scenario
from reviews.states import DECISION


@dataclass(frozen=True)
class ProposalInput:
    """Grounds, and the codes of the reserve units in the order of replacement."""

    grounds: str
    reserve: tuple[str, ...] = ()


def propose(*, by: Actor, scenario: Scenario, what: ProposalInput) -> Decision:
    """Propose a computed selection for decision, with grounds.

    Raises NotAllowed; DomainError when it is not optimal, another proposal is on the table, or a reserve unit is
    chosen or no candidate.
    """
    with command(by, "reviews.propose", scenario.batch) as act:
        refuse_conflicted(by, scenario.batch)
        if scenario.state != ScenarioState.OPTIMAL:
            raise DomainError("not_optimal", _("Only a selection that was found and proven can be proposed."))
        if not what.grounds.strip():
            raise DomainError("grounds", _("Give the grounds of the proposal."), "grounds")
        row = Decision.objects.create(
            batch=scenario.batch,
            scenario=scenario,
            grounds=what.grounds,
            chosen=list(scenario.chosen),
            reserve=list(what.reserve),
            proposed_by_id=by.id,
        )
        text = gettext_lazy(
            "A decision on batch %(number)s is proposed and waits for the signatures of both ministries."
        )
        officers = {*recipients(Role.OFFICER, code=MIIT), *recipients(Role.OFFICER, code=MOF)}
        url = reverse("reviews:decision", args=[row.pk])
        notify(officers, text, by=by, url=url, number=scenario.batch.number)
        return act.record(row)


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
