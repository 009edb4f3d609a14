"""Acts that begin a finding from what the instruments found: a lead is taken up, an item of a sample is in error."""

from __future__ import annotations

from typing import Any

from portal.audit.findings import objects
from portal.audit.findings.domain import evidence
from portal.audit.findings.domain.findings import Origin, TextInput, raise_finding
from portal.audit.findings.objects import Thing
from portal.audit.instruments.states import LEAD
from portal.audit.models import Engagement, Finding, Lead, Sample
from portal.core.commands import command
from portal.core.scope import Actor


def _begin(by: Actor, about: Thing, origin: Origin, **how: Any) -> Finding:
    """The draft, with the object as it is now as its first piece of evidence."""
    row = raise_finding(by=by, about=about, origin=origin, **how)
    kind = objects.KINDS.get(about.type)
    evidence.take(by=by, finding=row, about=about, is_file=bool(kind and kind.is_file))
    return row


def take_up(*, by: Actor, lead: Lead, engagement: Engagement, about: Thing, body: int, what: TextInput) -> Finding:
    """Take a lead up: a draft finding begins from it, with the object frozen as evidence; the lead names the finding.

    Raises NotAllowed, WrongState where somebody decided on the lead meanwhile; DomainError as for any finding.
    """
    with command(by, "audit.take_up_lead", lead) as act:
        LEAD.target(lead.state, "take_up")
        row = _begin(by, about, Origin(lead=lead), engagement=engagement, body=body, what=what)
        lead.refresh_from_db()
        act.record(lead)
        return row


def raise_from_item(
    *, by: Actor, sample: Sample, place: int, engagement: Engagement, about: Thing, body: int, what: TextInput
) -> Finding:
    """Raise a finding on an item of a sample that is in error or not proven, with the item frozen as evidence.

    Raises NotAllowed; DomainError for an item in order or without a result, and as for any finding.
    """
    with command(by, "audit.raise_from_item", sample, lock=False) as act:
        row = _begin(by, about, Origin(sample=sample, place=place), engagement=engagement, body=body, what=what)
        act.after = {"sample": sample.pk, "place": place, "finding": row.pk}
        act.record(sample)
        return row
