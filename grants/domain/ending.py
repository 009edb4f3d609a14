"""Acts at the end of a batch: end its running, ask for its archiving or reopening, countersign, turn down."""

from __future__ import annotations

from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grants.enums_ending import StepKind
from grants.models import ArchiveStep
from grants.queries import ending as queries
from grants.states_ending import ARCHIVE_STEP
from portal.accounts.enums import MIIT, MOF, Role
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError, Stale, Text
from portal.core.punctuation import enumerated, listed
from portal.core.scope import Actor
from portal.notifications.inbox import holder_or_colleagues, notify, recipients
from portal.programme.models import Batch
from portal.programme.states import BATCH

_NAMED: Final = 10  # units a refusal names; the page has them all


def assess(*, by: Actor, batch: Batch) -> Batch:
    """End the running of a batch for MIIT: every award that stands has its final result.

    Side effects: no unit of the list is awarded any more; MOF's officers get a letter.
    Raises NotAllowed, WrongState; DomainError that names the units without a final result, while a unit is under
    publicity, or when no award stands.
    """
    with command(by, "grants.assess_batch", batch) as act:
        _refuse_undecided(batch)
        act.to(batch, BATCH, "assess")
        batch.save(update_fields=["state"])
        _tell(recipients(Role.OFFICER, code=MOF), gettext_lazy("Batch %(number)s is assessed."), by, batch)
        return act.record(batch)


def _refuse_undecided(batch: Batch) -> None:
    units = [str(row.unit) for row in queries.undecided(batch)]
    if units:
        said = {"units": listed(units[:_NAMED]), "count": len(units) - _NAMED}
        text = _("No final result yet: %(units)s.")
        if len(units) > _NAMED:
            text = _("No final result yet: %(units)s, and %(count)s more.")
        raise DomainError("batch_assessed_after_all_results", text % said)
    if not queries.standing(batch):
        raise DomainError("batch_assessed_after_all_results", _("No award of this batch stands."))
    if queries.under_publicity(batch):
        text = _("Units of this batch are still under publicity: make their list final first.")
        raise DomainError("batch_assessed_after_publicity", text)


def ask_archive(*, by: Actor, batch: Batch, why: str = "") -> ArchiveStep:
    """Ask for MIIT that a batch is archived; MOF's countersignature does it.

    Raises NotAllowed; DomainError while something is open (the sentence says what), or when it was asked already.
    """
    with command(by, "grants.ask_archive", batch) as act:
        refuse_open(batch)
        made = _asked(by, batch, StepKind.ARCHIVE, why)
        text = gettext_lazy("MIIT asks to archive batch %(number)s: it waits for you to countersign.")
        _tell(recipients(Role.OFFICER, code=MOF), text, by, batch)
        return act.record(made, made.why)


def ask_reopen(*, by: Actor, batch: Batch, why: str) -> ArchiveStep:
    """Ask for MIIT that an archived batch is opened again, for instance to recover money after a late finding.

    Raises NotAllowed; DomainError without a reason, or when it was asked already.
    """
    with command(by, "grants.ask_reopen", batch) as act:
        if not why.strip():
            raise DomainError("archive_reopens_with_reason", _("Say why the batch is opened again."), "why")
        made = _asked(by, batch, StepKind.REOPEN, why)
        text = gettext_lazy("MIIT asks to open batch %(number)s again: it waits for you to countersign.")
        _tell(recipients(Role.OFFICER, code=MOF), text, by, batch)
        return act.record(made, made.why)


def sign_archive(*, by: Actor, step: ArchiveStep) -> ArchiveStep:
    """Countersign a request for MOF: the database archives the batch, or opens it again, at once.

    Raises NotAllowed; Stale when it was decided meanwhile; DomainError when something has become open since.
    """
    with command(by, "grants.sign_archive", step) as act:
        if step.kind == StepKind.ARCHIVE:
            refuse_open(step.batch)
        act.to(step, ARCHIVE_STEP, "sign")
        step.decided_by_id, step.decided_at = by.id, clock.now()
        step.save(update_fields=["state", "decided_by", "decided_at"])
        done = gettext_lazy("Batch %(number)s is archived: nothing of it changes any more.")
        again = gettext_lazy("Batch %(number)s is open again.")
        to = recipients(Role.OFFICER, code=MIIT)
        _tell(to, done if step.kind == StepKind.ARCHIVE else again, by, step.batch)
        return act.record(step)


def refuse_archive(*, by: Actor, step: ArchiveStep, why: str) -> ArchiveStep:
    """Turn a request down, for either ministry, with a reason. Raises NotAllowed; DomainError without a reason."""
    with command(by, "grants.refuse_archive", step) as act:
        if not why.strip():
            raise DomainError("archive_refused_with_reason", _("Say why not: whoever asked reads it."), "why")
        act.to(step, ARCHIVE_STEP, "refuse")
        step.decided_by_id, step.decided_at, step.refused_why = by.id, clock.now(), why.strip()
        step.save(update_fields=["state", "decided_by", "decided_at", "refused_why"])
        archiving = gettext_lazy("The archiving of batch %(number)s was turned down: %(why)s")
        opening = gettext_lazy("The reopening of batch %(number)s was turned down: %(why)s")
        text = archiving if step.kind == StepKind.ARCHIVE else opening
        _tell(
            holder_or_colleagues(step.asked_by_id, Role.OFFICER, code=MIIT), text, by, step.batch, why=step.refused_why
        )
        return act.record(step, step.refused_why)


def refuse_open(batch: Batch) -> None:
    """Raise DomainError while something of the batch is open; the sentence says what, and how many of each."""
    found = [f"{row.what.label} ({row.number})" for row in queries.matters(batch) if row.number]
    if found:
        text = _("Something is still open: %(what)s.") % {"what": enumerated(found)}
        raise DomainError("batch_archived_when_nothing_is_open", text)


def _asked(by: Actor, batch: Batch, kind: StepKind, why: str) -> ArchiveStep:
    if batch.archive_steps.filter(state="asked").exists():
        raise Stale("archive_one_at_a_time", _("MIIT has asked already: MOF decides first."))
    row = ArchiveStep(batch=batch, kind=kind, why=why.strip(), asked_by_id=by.id, asked_at=clock.now())
    row.save(force_insert=True)
    return row


def _tell(to: list[int], text: Text, by: Actor, batch: Batch, **words: Any) -> None:
    url = reverse("grants:ending", args=[batch.number])
    notify(to, text, by=by, url=url, number=str(batch.number), **words)
