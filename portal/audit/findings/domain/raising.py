"""Acts that begin a finding where an auditor stands: at a lead, at an item of a sample in error, on a page.

The object is frozen as it is now in the same act, as the first piece of evidence.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction

from portal.audit.findings import objects
from portal.audit.findings.domain import evidence
from portal.audit.findings.domain.findings import Origin, TextInput, raise_finding
from portal.audit.findings.objects import Thing
from portal.audit.instruments.states import LEAD
from portal.audit.models import Engagement, Finding, Lead, Sample
from portal.core.commands import command
from portal.core.scope import Actor


def _begin(by: Actor, about: Thing, origin: Origin, *, is_shared: bool, **how: Any) -> Finding:
    """The draft with its first piece of evidence, both or neither."""
    kind = objects.KINDS.get(about.type)
    with transaction.atomic():
        row = raise_finding(by=by, about=about, origin=origin, **how)
        evidence.take(by=by, finding=row, about=about, is_file=bool(kind and kind.is_file), is_shared=is_shared)
    return row


def raise_on(
    *, by: Actor, engagement: Engagement, about: Thing, body: int, what: TextInput, is_shared: bool = False
) -> Finding:
    """Raise a finding on what a page shows. is_shared: the audited body reads the frozen object.

    Raises NotAllowed; DomainError as for any finding.
    """
    return _begin(by, about, Origin(), is_shared=is_shared, engagement=engagement, body=body, what=what)


def take_up(
    *,
    by: Actor,
    lead: Lead,
    engagement: Engagement,
    about: Thing,
    body: int,
    what: TextInput,
    is_shared: bool = False,
) -> Finding:
    """Take a lead up: a draft finding begins from it; the lead names the finding.

    Raises NotAllowed, WrongState where somebody decided on the lead meanwhile; DomainError as for any finding.
    """
    with command(by, "audit.take_up_lead", lead) as act:
        LEAD.target(lead.state, "take_up")
        how = {"engagement": engagement, "body": body, "what": what}
        row = _begin(by, about, Origin(lead=lead), is_shared=is_shared, **how)
        lead.refresh_from_db()
        act.record(lead)
        return row


def raise_from_item(
    *,
    by: Actor,
    sample: Sample,
    place: int,
    engagement: Engagement,
    about: Thing,
    body: int,
    what: TextInput,
    is_shared: bool = False,
) -> Finding:
    """Raise a finding on an item of a sample that is in error or not proven.

    Raises NotAllowed; DomainError for an item in order or without a result, and as for any finding.
    """
    with command(by, "audit.raise_from_item", sample, lock=False) as act:
        how = {"engagement": engagement, "body": body, "what": what}
        row = _begin(by, about, Origin(sample=sample, place=place), is_shared=is_shared, **how)
        act.after = {"sample": sample.pk, "place": place, "finding": row.pk}
        act.record(sample)
        return row
