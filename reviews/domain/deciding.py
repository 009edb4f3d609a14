"""Acts of decision: propose a selection, sign it for a ministry, withdraw it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.enums import MIIT, MOF, Role
from portal.core import clock
from portal.core.commands import Act, command
from portal.core.errors import DomainError, Stale
from portal.core.scope import Actor
from portal.notifications.inbox import notify, recipients
from reviews import queries, selection
from reviews.domain.apart import refuse_conflicted
from reviews.domain.publicity import check_complete, has_left
from reviews.enums import Ministry, ScenarioState
from reviews.models import Decision, DecisionRecord, Scenario
from reviews.record import SUMS, archive, kept, sums, texts_of
from reviews.record.versions import versions_now
from reviews.selection.canonical import canonical
from reviews.states import DECISION

# Signs of the grounds: a sentence, not a word.
GROUNDS_AT_LEAST: Final = 10


@dataclass(frozen=True)
class ProposalInput:
    """Grounds, and how many units stand in reserve at most."""

    grounds: str
    reserve: int = 0


def propose(*, by: Actor, scenario: Scenario, what: ProposalInput) -> Decision:
    """Propose a computed selection for decision, with grounds; the reserve follows from the rules and scores.

    What is proposed is fixed by its digest: the signatures stand under it.
    Raises NotAllowed; DomainError when it is not optimal or not worked out yet, an application of it left the race,
    another proposal is on the table, the grounds are hardly a sentence, or rules were changed and what that costs is
    not known.
    """
    with command(by, "reviews.propose", scenario.batch) as act:
        refuse_conflicted(by, scenario.batch)
        if scenario.state != ScenarioState.OPTIMAL:
            raise DomainError("not_optimal", _("Only a selection that was found and proven can be proposed."))
        grounds = what.grounds.strip()
        if len(grounds) < GROUNDS_AT_LEAST:
            text = _("Give the grounds of the proposal in a sentence, at least %(signs)s signs.")
            raise DomainError("grounds", text % {"signs": GROUNDS_AT_LEAST}, "grounds")
        base = queries.baseline(scenario) if scenario.changes else None
        row = Decision(
            batch=scenario.batch,
            scenario=scenario,
            grounds=grounds,
            chosen=list(scenario.chosen),
            reserve=list(_reserve(scenario, what.reserve)),
            baseline=base,
            price=price(scenario, base),
            proposed_by_id=by.id,
            versions=versions_now(scenario),
        )
        if has_left(row):
            text = _("An application of this list left the race since: freeze the candidates and compute anew.")
            raise DomainError("candidate_left", text)
        row.paper = queries.decision_paper(row)
        row.sha256 = hashlib.sha256(row.paper.encode()).hexdigest()
        row.save(force_insert=True)
        asked = gettext_lazy(
            "A decision on batch %(number)s is proposed and waits for the signatures of both ministries."
        )
        officers = {*recipients(Role.OFFICER, code=MIIT), *recipients(Role.OFFICER, code=MOF)}
        url = reverse("reviews:decision", args=[row.pk])
        notify(officers, asked, by=by, url=url, number=scenario.batch.number)
        return act.record(row)


def _reserve(scenario: Scenario, size: int) -> tuple[str, ...]:
    return selection.reserve(selection.parse_instance(json.loads(scenario.instance)), scenario.chosen, size)


def price(scenario: Scenario, base: Scenario | None) -> Decimal | None:
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


def sign(*, by: Actor, decision: Decision, ministry: str, sha256: str) -> Decision:
    """Sign for a ministry; the second signature adopts the decision.

    sha256: the digest of what was seen; the signature stands under it.
    Raises NotAllowed (wrong ministry, signed already, an interest in the batch); Stale when another proposal than the
    one that was seen would be signed; DomainError when an application left the race since the selection was computed.
    The adoption makes the record and changes no application: units learn of their outcome with the publication.
    """
    with command(by, f"reviews.sign_{ministry.lower()}", decision) as act:
        refuse_conflicted(by, decision.batch)
        if sha256 != decision.sha256 or not sha256:
            text = _("This is not the proposal you looked at. Read it again, then sign.")
            raise Stale("decision_signed_as_seen", text)
        check_complete(decision)
        if ministry == Ministry.MIIT:
            decision.signed_miit_by_id, decision.signed_miit_at = by.id, clock.now()
            decision.signed_miit_sha256 = sha256
        else:
            decision.signed_mof_by_id, decision.signed_mof_at = by.id, clock.now()
            decision.signed_mof_sha256 = sha256
        if decision.signed_miit_by_id and decision.signed_mof_by_id:
            _adopt(act, decision)
        else:
            decision.save()
        return act.record(decision, why=sha256)


def _adopt(act: Act, decision: Decision) -> None:
    """Adopt. Nothing of it leaves the ministries yet: outcomes are given with the publication."""
    act.to(decision, DECISION, "adopt")
    decision.save()
    _keep_record(decision)


def _keep_record(decision: Decision) -> None:
    """Write down, with the adoption, what the record needs beside the texts that are kept already."""
    row = queries.with_its_texts().get(pk=decision.pk)
    more = kept(row)
    texts = texts_of(row) | more
    digests = sums(texts)
    files = {name: text.encode() for name, text in texts.items()} | {SUMS: digests.encode()}
    DecisionRecord.objects.create(
        decision=row,
        body=canonical(more).decode(),
        sums=digests,
        sha256=hashlib.sha256(archive(files)).hexdigest(),
    )
