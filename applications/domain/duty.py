"""Acts on who writes which section."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications import times
from applications.models import Application, SectionDuty
from applications.queries.together import colleagues
from applications.sections import SECTIONS
from portal.accounts.models import User
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError, Stale
from portal.core.scope import Actor
from portal.notifications.inbox import notify


@dataclass(frozen=True)
class DutyInput:
    """Who writes the section (None: nobody in particular), and by which day."""

    owner: User | None
    due_on: date | None


def version_of(row: SectionDuty | None) -> int:
    """What tells one arrangement of a section from the next: the moment it was made (microseconds), 0 before any."""
    return round(row.set_at.timestamp() * 1_000_000) if row is not None else 0


def assign(
    *, by: Actor, application: Application, section: str, what: DutyInput, version: int | None = None
) -> SectionDuty:
    """Give a section its owner and due date. Side effects: a new owner finds a letter in the inbox.

    version: of the arrangement that was read (`version_of`); a program that gives none is not compared.
    Raises NotAllowed; DomainError for a section that is none, an owner who is no colleague, a day after the deadline;
    Stale when somebody arranged it otherwise since.
    """
    with command(by, "applications.assign_section", application) as act:
        if section not in SECTIONS:
            raise DomainError("section_unknown", _("The dossier has no such section."))
        _refuse_outsider(application, what.owner)
        _refuse_late(application, what.due_on)
        row = SectionDuty.objects.select_for_update().filter(application=application, section=section).first()
        if version is not None and version != version_of(row):
            raise Stale("changed_meanwhile", _("Somebody changed this meanwhile."))
        before = row.owner_id if row is not None else None
        row = row or SectionDuty(application=application, section=section)
        row.owner, row.due_on, row.set_by_id, row.set_at = what.owner, what.due_on, by.id, clock.now()
        row.save()
        if what.owner is not None and what.owner.pk != before:
            _tell(by, application, row)
        return act.record(row)


def _refuse_outsider(application: Application, owner: User | None) -> None:
    if owner is not None and owner not in colleagues(application).people:
        raise DomainError(
            "section_owner_is_colleague", _("The owner of a section works for the same government."), "owner"
        )


def _refuse_late(application: Application, due_on: date | None) -> None:
    last = times.due(application)
    if due_on is not None and last is not None and due_on > last.astimezone(clock.SHANGHAI).date():
        raise DomainError(
            "section_due_before_deadline",
            _("The dossier is due on %(day)s: choose that day or one before it.") % {"day": clock.in_words(last)},
            "due_on",
        )


def _tell(by: Actor, application: Application, row: SectionDuty) -> None:
    kind = SECTIONS[row.section]
    last = times.section_due(application, row.due_on)
    due = last or gettext_lazy("the deadline of the batch")
    notify(
        [row.owner_id or 0],
        gettext_lazy("%(name)s gave you the section “%(section)s” of %(unit)s, due on %(due)s."),
        by=by,
        url=reverse(kind.route, args=[application.pk]),
        name=by.name,
        section=kind.title,
        unit=application.unit,
        due=due,
    )
