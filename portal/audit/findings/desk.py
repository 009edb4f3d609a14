"""What of audit findings waits for whom, as lines of the desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.audit.findings import queries
from portal.audit.findings.enums import ANSWERS_FOR_BODY, FindingState
from portal.audit.models import Finding
from portal.audit.rules import AUDITOR
from portal.core.prepared import Prepared
from portal.core.scope import Actor

MOST: Final = 50


@dataclass(frozen=True)
class Line:
    """One line: what to do, where, by which day."""

    label: str
    url: str
    due: date | None = None


def waiting(actor: Actor) -> list[Line]:
    """Of the actor's teams, or of the bodies the actor answers for. At most one query."""
    if AUDITOR in actor.roles:
        return [line for row in _TEAM(by=actor) for line in _of_team(actor, row)]
    if actor.roles & set(ANSWERS_FOR_BODY):
        return [_of_body(row) for row in _BODY(by=actor)]
    return []


_TEAM: Final = Prepared(lambda *, by: queries.waiting_for_team(by)[:MOST])
_BODY: Final = Prepared(lambda *, by: queries.waiting_for_body(by)[:MOST])


def planned(actor: Actor) -> list[Line]:
    """Engagements the actor leads that are planned and not started. At most one query."""
    text = _("Start the engagement “%(title)s”, or change it")
    return [
        Line(text % {"title": row.title}, reverse("auditing:engagement", args=[row.pk]))
        for row in queries.to_start(actor)[:MOST]
    ]


def _named(text: str, row: Finding) -> str:
    title = row.current.title if row.current else ""
    return text % {"number": str(row), "title": title, "body": row.body}


def _of_team(actor: Actor, row: Finding) -> list[Line]:
    """A line for what the auditors do next, or for the day by which the body replies or rectifies."""
    texts: dict[str, Callable[[], str]] = {
        FindingState.DRAFT: lambda: _("Finish and show finding %(number)s: %(title)s"),
        FindingState.REPLIED: lambda: _("Judge the reply of %(body)s to finding %(number)s: %(title)s"),
        FindingState.REPORTED: lambda: _("Follow up the rectification of finding %(number)s: %(title)s"),
        FindingState.FOLLOWED: lambda: _("Close finding %(number)s: %(title)s"),
    }
    waits: dict[str, Callable[[], str]] = {
        FindingState.SHOWN: lambda: _("Reply of %(body)s to finding %(number)s: %(title)s"),
        FindingState.RECTIFYING: lambda: _("Rectification by %(body)s of finding %(number)s: %(title)s"),
    }
    late: dict[str, Callable[[], str]] = {
        FindingState.SHOWN: lambda: _("Overdue: %(body)s has not replied to finding %(number)s: %(title)s"),
        FindingState.RECTIFYING: lambda: _("Overdue: %(body)s has not rectified finding %(number)s: %(title)s"),
    }
    texts |= late if row.is_late else waits
    if row.state == FindingState.FOLLOWED and row.raised_by_id == actor.id:
        return []
    days = {FindingState.SHOWN: row.reply_due, FindingState.RECTIFYING: row.rectify_due}
    due = days.get(FindingState(row.state))
    return [Line(_named(texts[row.state](), row), reverse("auditing:finding", args=[row.pk]), due)]


def _of_body(row: Finding) -> Line:
    url = reverse("auditing:answered", args=[row.pk])
    if row.state == FindingState.SHOWN:
        return Line(_named(_("Reply to audit finding %(number)s: %(title)s"), row), url, row.reply_due)
    return Line(_named(_("Report the rectification of audit finding %(number)s: %(title)s"), row), url, row.rectify_due)
