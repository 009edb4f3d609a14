"""Acts of the auditors on a finding: raise, mend, show, reword, ask for rectification, follow up, close, drop.

What the trail says of a finding is its number, state and digest of its text: who may not read a draft learns nothing
of it there.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.audit.findings import outside
from portal.audit.findings.enums import ANSWERS_FOR_BODY, READS_FOR_BODY, FindingState, Outcome
from portal.audit.findings.objects import Thing
from portal.audit.findings.states import FINDING
from portal.audit.models import Engagement, Finding, FindingVersion, FollowUp, Handover, Lead, Sample
from portal.core import clock
from portal.core.commands import Act, command
from portal.core.errors import DomainError, Stale, Text
from portal.core.scope import Actor


@dataclass(frozen=True)
class TextInput:
    """The text of a finding. law_code: in the table of laws, empty for a rule in words; amount: yuan, or None."""

    title: str
    text: str
    grade: str
    law: str
    advice: str
    law_code: str = ""
    article: str = ""
    amount: Decimal | None = None


@dataclass(frozen=True)
class Origin:
    """What a finding began from: a lead, or an item of a sample by its place; nothing of it where an auditor saw it."""

    lead: Lead | None = None
    sample: Sample | None = None
    place: int | None = None


def said(row: Finding, **more: Any) -> dict[str, Any]:
    """What the trail says of a finding."""
    text = row.current
    digest = hashlib.sha256(f"{text.title}\n{text.text}\n{text.advice}".encode()).hexdigest() if text else ""
    return {
        "number": row.number,
        "state": row.state,
        "engagement": row.engagement_id,
        "version": text.number if text else 0,
        "text_sha256": digest,
        **more,
    }


def _write(by: Actor, row: Finding, what: TextInput, reason: str = "") -> FindingVersion:
    version = FindingVersion(finding=row, reason=reason.strip())
    _fill(by, version, what)
    version.save(force_insert=True)
    row.refresh_from_db(fields=["current", "number", "matter", "office"])
    return version


def _fill(by: Actor, version: FindingVersion, what: TextInput) -> None:
    version.by_id, version.at = by.id, clock.now()
    version.title, version.text, version.advice = what.title.strip(), what.text.strip(), what.advice.strip()
    version.grade, version.law_code, version.law = what.grade, what.law_code, what.law.strip()
    version.article, version.amount = what.article.strip(), what.amount


def raise_finding(
    *, by: Actor, engagement: Engagement, about: Thing, body: int, what: TextInput, origin: Origin | None = None
) -> Finding:
    """Raise a finding as a draft which the team alone reads.

    about: an object in the actor's scope and the engagement's; body: number of the audited body, of the same place.
    Raises NotAllowed; DomainError for an object out of reach or out of scope, or a body of another place.
    """
    began = origin or Origin()
    with command(by, "audit.raise_finding", engagement, lock=False) as act:
        row = Finding(
            engagement=engagement,
            object_type=about.type,
            object_id=about.id,
            object_label=about.label[:200],
            in_province=about.province,
            in_unit=about.unit,
            in_batch=about.batch,
            lead=began.lead,
            sample=began.sample,
            place=began.place,
            body_id=body,
            raised_by_id=by.id,
            raised_at=clock.now(),
        )
        row.save(force_insert=True)
        _write(by, row, what)
        act.after = said(row, lead=row.lead_id, sample=row.sample_id, place=row.place)
        return act.record(row)


def rewrite(*, by: Actor, finding: Finding, body: int, what: TextInput, version: int) -> Finding:
    """Mend a draft. version: number of the row of text that was read. Raises NotAllowed, Stale, DomainError."""
    with command(by, "audit.rewrite", finding) as act:
        text = FindingVersion.objects.select_for_update().get(finding=finding, number=1)
        if text.pk != version:
            raise Stale("stale", _("Somebody else changed it meanwhile. Read it again."))
        finding.body_id = body
        finding.save(update_fields=["body"])
        _fill(by, text, what)
        text.save()
        finding.current = text
        act.after = said(finding)
        return act.record(finding)


def _letter(by: Actor, row: Finding, text: Text, *, url: str = "", code: str = "", **words: Any) -> None:
    people = outside.TIES.people(code or row.body.code, READS_FOR_BODY)
    address = url or reverse("auditing:answered", args=[row.pk])
    outside.TIES.letter(people, text, by, address, {"number": f"{row.number:03d}", "matter": row.matter, **words})


def show(*, by: Actor, finding: Finding) -> Finding:
    """Show a draft to the audited body: it has the working days of the engagement for its reply, and gets a letter.

    Raises NotAllowed, WrongState; DomainError without evidence.
    """
    with command(by, "audit.show", finding) as act:
        act.to(finding, FINDING)
        finding.shown_by_id, finding.shown_at = by.id, clock.now()
        finding.reply_due = clock.add_working_days(clock.today(), finding.engagement.reply_days)
        finding.save(update_fields=["state", "shown_by", "shown_at", "reply_due"])
        text = gettext_lazy("Audit finding %(number)s of “%(matter)s” waits for your reply by %(day)s.")
        _letter(by, finding, text, day=finding.reply_due)
        act.after = said(finding, reply_due=finding.reply_due)
        return act.record(finding, clock.calendar_note(finding.reply_due))


def reword(*, by: Actor, finding: Finding, what: TextInput, reason: str) -> Finding:
    """Write a new version of a shown finding; what was shown before stays beside it. Raises NotAllowed, DomainError."""
    with command(by, "audit.reword", finding) as act:
        if not reason.strip():
            text = _("Say why the text changes: the audited body reads it.")
            raise DomainError("finding_change_says_why", text, "reason")
        _write(by, finding, what, reason)
        letter = gettext_lazy("The text of audit finding %(number)s of “%(matter)s” has a new version: %(why)s")
        _letter(by, finding, letter, why=reason.strip())
        act.after = said(finding)
        return act.record(finding, reason.strip())


def order(*, by: Actor, finding: Finding, due_on: date) -> Finding:
    """Ask for the rectification by a day. Without a reply only after the term for it.

    Raises NotAllowed, WrongState; DomainError while the term runs, or for a day that has come.
    """
    with command(by, "audit.order", finding) as act:
        if due_on <= clock.today():
            raise DomainError("finding_leaves_time", _("The last day lies in the future."), "due_on")
        if finding.state == FindingState.SHOWN and not finding.is_late:
            text = _("The term for the reply still runs: wait for the reply.")
            raise DomainError("finding_waits_for_the_reply", text)
        act.to(finding, FINDING)
        finding.ordered_by_id, finding.ordered_at, finding.rectify_due = by.id, clock.now(), due_on
        finding.save(update_fields=["state", "ordered_by", "ordered_at", "rectify_due"])
        letter = gettext_lazy("Audit finding %(number)s of “%(matter)s” is to be rectified by %(day)s.")
        _letter(by, finding, letter, day=due_on)
        act.after = said(finding, rectify_due=due_on)
        return act.record(finding)


def follow_up(*, by: Actor, finding: Finding, outcome: str, text: str, new_due: date | None = None) -> FollowUp:
    """Say what was found of a reported rectification; what is not done gets a new last day.

    Raises NotAllowed, WrongState; DomainError without words, or for a day that has come.
    """
    with command(by, "audit.follow_up", finding) as act:
        mended = outcome == Outcome.MENDED
        FINDING.target(finding.state, "follow_up" if mended else "send_back")
        if not mended and (new_due is None or new_due <= clock.today()):
            raise DomainError("finding_leaves_time", _("The last day lies in the future."), "new_due")
        row = FollowUp.objects.create(
            finding=finding,
            outcome=outcome,
            text=text.strip(),
            new_due=None if mended else new_due,
            by_id=by.id,
            at=clock.now(),
        )
        finding.refresh_from_db(fields=["state", "rectify_due"])
        if not mended and new_due is not None:
            letter = gettext_lazy(
                "Audit finding %(number)s of “%(matter)s” is not yet rectified: %(day)s is the new day."
            )
            _letter(by, finding, letter, day=new_due)
        act.after = said(finding, outcome=outcome)
        return act.record(row)


def _end(act: Act, finding: Finding, why: str) -> Finding:
    if not why.strip():
        raise DomainError("finding_ends_with_reason", _("Say why the finding ends."), "why")
    act.to(finding, FINDING)
    finding.closed_by_id, finding.closed_at, finding.closed_why = act.by.id, clock.now(), why.strip()
    finding.save(update_fields=["state", "closed_by", "closed_at", "closed_why"])
    act.after = said(finding)
    return act.record(finding)


def close(*, by: Actor, finding: Finding, why: str) -> Finding:
    """Close a finding that was found rectified, as a second auditor. Raises NotAllowed, WrongState, DomainError."""
    with command(by, "audit.close", finding) as act:
        row = _end(act, finding, why)
        _letter(by, row, gettext_lazy("Audit finding %(number)s of “%(matter)s” is closed."))
        return row


def drop(*, by: Actor, finding: Finding, why: str) -> Finding:
    """Drop a finding that does not stand; once it was shown, as a second auditor, and the body gets a letter.

    Raises NotAllowed, WrongState, DomainError.
    """
    with command(by, "audit.drop", finding) as act:
        row = _end(act, finding, why)
        if row.shown_at is not None:
            _letter(by, row, gettext_lazy("Audit finding %(number)s of “%(matter)s” was dropped."))
        return row


def hand_over(*, by: Actor, finding: Finding, organisation: int, note: str) -> Handover:
    """Hand a shown finding over to a body that acts on it, which reads it from now on and gets a letter.

    Raises NotAllowed; DomainError for a body of another place, or a second time.
    """
    with command(by, "audit.hand_over", finding) as act:
        row = Handover(finding=finding, organisation_id=organisation, note=note.strip(), by_id=by.id, at=clock.now())
        row.save(force_insert=True)
        text = gettext_lazy("Audit finding %(number)s of “%(matter)s” was handed over to you: %(note)s")
        _letter(by, finding, text, code=row.organisation.code, note=row.note)
        act.after = said(finding, organisation=organisation)
        return act.record(row)


def people_of(finding: Finding) -> list[int]:
    """Who answers for the audited body."""
    return outside.TIES.people(finding.body.code, ANSWERS_FOR_BODY)
