"""What selections and assignments share: one is computed at a time for a batch, numbered, by a run."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Max

from portal.core import clock
from portal.core.errors import DomainError, Text
from portal.core.scope import Actor
from portal.core.states import Machine
from portal.core.tasks import start_run
from reviews.models import AssignmentProposal, Scenario

Row = TypeVar("Row", AssignmentProposal, Scenario)


def begin(row: Row, *, by: Actor, task: str, name: str, back: str, busy: Text) -> Row:
    """Number and keep a new row, and start its run; name: of the row's key among the run's parameters.

    Raises DomainError with the words `busy` while a run of the batch is under way. No run works on an earlier row any
    more then: what is still open was not brought to its end.
    """
    rows = type(row)._default_manager.filter(batch=row.batch_id)
    row.number = (rows.aggregate(last=Max("number"))["last"] or 0) + 1
    row.save()
    params = {"batch": row.batch_id, name: row.pk}
    run = start_run(by=by, task=task, params=params, key=f"{task}:{row.batch_id}", back=back)
    if run.params.get(name) != row.pk:
        raise DomainError("busy", busy)
    row.run = run.pk
    row.save(update_fields=["run"])
    rows.filter(state="computing").exclude(pk=row.pk).update(state="failed", done_at=clock.now())
    return row


def fail(row: Row, machine: Machine) -> Row:
    """Say that it was not computed. Raises WrongState when it was, or was given up before."""
    row.state, row.done_at = machine.target(row.state, "fail"), clock.now()
    row.save(update_fields=["state", "done_at"])
    return row
