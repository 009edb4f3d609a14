"""Acts on engagements: plan, change, start, report, close; and the team."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.audit.findings import outside
from portal.audit.findings.states import ENGAGEMENT
from portal.audit.models import Engagement, Member
from portal.audit.rules import AUDITOR
from portal.core import clock
from portal.core.commands import Act, command
from portal.core.errors import DomainError
from portal.core.scope import Actor


@dataclass(frozen=True)
class EngagementInput:
    """What an engagement says. province: code, empty for the nation; units, batches: empty for all."""

    title: str
    objectives: str
    period_from: date
    period_to: date
    province: str = ""
    units: list[str] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)
    notice_no: str = ""
    reply_days: int = 10


def _fill(row: Engagement, what: EngagementInput) -> None:
    if what.period_to < what.period_from:
        raise DomainError("engagement_period_in_order", _("The last day lies before the first."), "period_to")
    row.title, row.objectives, row.notice_no = what.title.strip(), what.objectives.strip(), what.notice_no.strip()
    row.period_from, row.period_to, row.reply_days = what.period_from, what.period_to, what.reply_days
    row.province, row.units, row.batches = what.province, sorted(what.units), sorted(what.batches)


def plan(*, by: Actor, what: EngagementInput) -> Engagement:
    """Plan an engagement for the actor's audit office; the actor leads its team.

    Raises NotAllowed; DomainError when the scope is wider than the office's, or units lie elsewhere.
    """
    with command(by, "audit.plan") as act:
        post = by.post(AUDITOR)
        row = Engagement(created_by_id=by.id, created_at=clock.now(), organisation_id=post.organisation if post else 0)
        _fill(row, what)
        row.save(force_insert=True)
        return act.record(row)


def change_engagement(*, by: Actor, engagement: Engagement, what: EngagementInput) -> Engagement:
    """Change an engagement that has not started. Raises NotAllowed, DomainError."""
    with command(by, "audit.change_engagement", engagement) as act:
        _fill(engagement, what)
        engagement.save()
        return act.record(engagement)


def _move(act: Act, row: Engagement) -> Engagement:
    act.to(row, ENGAGEMENT)
    row.save(update_fields=["state", "started_at", "closed_at"])
    return act.record(row)


def start(*, by: Actor, engagement: Engagement) -> Engagement:
    """Start: what it is about is fixed, findings may be raised. Raises NotAllowed, WrongState."""
    with command(by, "audit.start", engagement) as act:
        engagement.started_at = clock.now()
        return _move(act, engagement)


def begin_reporting(*, by: Actor, engagement: Engagement) -> Engagement:
    """Begin the reporting. Raises NotAllowed, WrongState."""
    with command(by, "audit.begin_reporting", engagement) as act:
        return _move(act, engagement)


def close_engagement(*, by: Actor, engagement: Engagement) -> Engagement:
    """Close it. Raises NotAllowed, WrongState; DomainError while findings are open."""
    with command(by, "audit.close_engagement", engagement) as act:
        engagement.closed_at = clock.now()
        return _move(act, engagement)


def add_member(*, by: Actor, engagement: Engagement, person: int, organisation: int, is_lead: bool = False) -> Member:
    """Add an auditor to the team; they read its drafts from now on and get a letter.

    Raises NotAllowed; DomainError for somebody who is no auditor of that office, or is in the team already.
    """
    with command(by, "audit.add_member", engagement, lock=False) as act:
        row = Member.objects.create(
            engagement=engagement,
            person_id=person,
            organisation_id=organisation,
            is_lead=is_lead,
            added_by_id=by.id,
            added_at=clock.now(),
        )
        text = gettext_lazy("You are in the team of the audit engagement “%(title)s”.")
        url = f"/audit/engagements/{engagement.pk}/"
        outside.TIES.letter([person], text, by, url, {"title": engagement.title})
        return act.record(row)


def end_member(*, by: Actor, member: Member) -> Member:
    """End a person's place in the team; the last lead stays. Raises NotAllowed, DomainError."""
    with command(by, "audit.end_member", member) as act:
        member.ended_at = clock.now()
        member.save(update_fields=["ended_at"])
        return act.record(member)
