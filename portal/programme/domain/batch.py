"""Acts on a batch: draft, open (MIIT), countersign (MOF), close."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.scope import Actor
from portal.programme.models import Batch, RuleSet
from portal.programme.states import BATCH

# Terms are reckoned from both, and after the last of all days there is none.
YEARS: Final = (2000, 2100)


@dataclass(frozen=True)
class BatchInput:
    """What a draft of a batch says."""

    number: int
    year: int
    title_zh: str
    title_en: str
    call_zh: str
    call_en: str
    rule_set: RuleSet
    opens_at: datetime
    deadline: datetime


def draft(*, by: Actor, what: BatchInput, batch: Batch | None = None) -> Batch:
    """Draft a batch, or change its draft while nobody has signed.

    Raises NotAllowed; DomainError when the number is taken, the deadline lies before the opening or in the past, or
    either lies in no year that can be meant.
    """
    with command(by, "programme.draft", batch) as act:
        row = batch or Batch()
        if what.deadline <= max(what.opens_at, clock.now()):
            raise DomainError("deadline", _("The deadline lies after the opening and in the future."), "deadline")
        if what.opens_at.year < YEARS[0] or what.deadline.year > YEARS[1]:
            text = _("Opening and deadline lie in the years %(first)s to %(last)s.")
            raise DomainError("deadline", text % {"first": YEARS[0], "last": YEARS[1]}, "deadline")
        taken = Batch.objects.filter(number=what.number).values_list("pk", flat=True).first()
        if taken not in (None, row.pk):
            raise DomainError("number", _("A batch with this number exists."), "number")
        for name, value in vars(what).items():
            setattr(row, name, value)
        row.save()
        return act.record(row)


def open_batch(*, by: Actor, batch: Batch) -> Batch:
    """Sign the batch for MIIT; MOF's countersignature opens it. Raises NotAllowed, DomainError when incomplete."""
    with command(by, "programme.open", batch) as act:
        if batch.rule_set_id is None or batch.deadline is None:
            raise DomainError("incomplete", _("Choose the rules and the deadline first."))
        batch.opened_by_id, batch.opened_at = by.id, clock.now()
        batch.save(update_fields=["opened_by", "opened_at"])
        return act.record(batch)


def countersign(*, by: Actor, batch: Batch) -> Batch:
    """Sign the batch for MOF: the rules are frozen and the call is public.

    Raises NotAllowed; DomainError when another batch is open or the deadline has passed meanwhile.
    Side effects: the rule set is frozen (the database does it with the batch); one audit event.
    """
    with command(by, "programme.countersign", batch) as act:
        if batch.rule_set_id is None or batch.deadline is None or batch.deadline <= clock.now():
            raise DomainError("deadline", _("The deadline has passed meanwhile: MIIT must draft the batch anew."))
        batch.countersigned_by_id, batch.countersigned_at = by.id, clock.now()
        act.to(batch, BATCH)
        batch.save(update_fields=["countersigned_by", "countersigned_at", "state"])
        return act.record(batch)


def close(*, by: Actor, batch: Batch) -> Batch:
    """Close a batch whose last second has passed. Raises NotAllowed, WrongState, DomainError before that."""
    with command(by, "programme.close", batch) as act:
        if batch.ends_later:
            raise DomainError("deadline", _("The deadline has not passed yet."))
        act.to(batch, BATCH)
        batch.save(update_fields=["state"])
        return act.record(batch)
