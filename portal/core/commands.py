"""One way through for every act: savepoint, lock, rule, state, writes, audit event.

    with command(by, "grants.pass_on", issue) as act:
        ...                       # issue is locked and fresh
        act.to(issue, why=...)    # where the act moves the state
        return act.record(row)

A DomainError (or a refusal by the database) undoes the savepoint; the refusal itself is then recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final, Protocol, TypeVar

from django.db import connection, transaction
from django.db.models import Model
from django.forms.models import model_to_dict
from django.utils.translation import gettext as _

from portal.core.errors import DomainError, database_refusals
from portal.core.prepared import Prepared
from portal.core.rules import may
from portal.core.scope import Actor
from portal.core.states import Machine

Row = TypeVar("Row", bound=Model)


class EventWriter(Protocol):
    """Writes one audit event; `portal.audit` supplies it at start-up."""

    def __call__(
        self, *, by: Actor, act: str, obj: Model | None, before: Any, after: Any, why: str, outcome: str
    ) -> None: ...


_writer: EventWriter | None = None
# Deferred constraints whose refusal must stand beside the form and not at commit: by the app whose acts they end.
CHECK_EARLY: Final[dict[str, tuple[str, ...]]] = {}


def set_event_writer(writer: EventWriter) -> None:
    """Hand over the function that writes audit events."""
    global _writer  # noqa: PLW0603 - set once at start-up
    _writer = writer


def event_writer() -> EventWriter:
    """The writer. Raises RuntimeError when no app supplied one: an act without a trail must not happen."""
    if _writer is None:
        raise RuntimeError("No app writes the audit trail.")
    return _writer


def picture(row: Model | None) -> dict[str, Any]:
    """A row as plain values, as it goes into the audit trail. Long texts are cut at 500 characters."""
    if row is None:
        return {}
    fields = [field.name for field in row._meta.concrete_fields]
    data = model_to_dict(row, fields=fields) | {"id": row.pk}
    return {key: value[:500] if isinstance(value, str) else value for key, value in data.items()}


class Act:
    """One act in progress: collects what changed. after: what the event says of the end, when not the whole row."""

    def __init__(self, by: Actor, name: str, obj: Model | None) -> None:
        self.by, self.name, self.obj = by, name, obj
        self.before = picture(obj)
        self.after: dict[str, Any] | None = None
        self.why = ""

    def to(self, row: Model, machine: Machine, act: str | None = None) -> None:
        """Move the row's state by the machine's table (not saved yet). Raises WrongState."""
        row.state = machine.target(row.state, act or self.name.rsplit(".", 1)[-1])  # type: ignore[attr-defined]

    def record(self, row: Row, why: str = "") -> Row:
        """Name the row the event is about (a new one, or the locked one) and give it back."""
        self.obj, self.why = row, why or self.why
        return row


@contextmanager
def command(by: Actor, name: str, obj: Model | None = None, *, lock: bool = True, told: bool = True) -> Iterator[Act]:
    """Run one act. Raises NotAllowed, WrongState or another DomainError; nothing of it stays then but the refusal.

    told=False: the trail hears nothing of it, for what a page keeps by itself while a person types.
    """
    writer = event_writer() if told else _untold
    try:
        with database_refusals(), transaction.atomic():
            _allow(by, name, obj, lock=lock)
            act = Act(by, name, obj)
            yield act
            _check_deferred(name.partition(".")[0])
            same = act.obj is not None and obj is not None and act.obj.pk == obj.pk and type(act.obj) is type(obj)
            writer(
                by=by,
                act=name,
                obj=act.obj,
                before=act.before if same else {},
                after=picture(act.obj) if act.after is None else act.after,
                why=act.why,
                outcome="done",
            )
    except DomainError as error:
        writer(by=by, act=name, obj=obj, before={}, after={}, why=str(error), outcome="refused")
        raise


def note_refusal(by: Actor, act: str, obj: object, why: str) -> None:
    """Write into the trail that somebody tried what they may not do, where the rules said so before any command."""
    about = obj if isinstance(obj, Model) else None
    event_writer()(by=by, act=act, obj=about, before={}, after={}, why=why, outcome="refused")


def _untold(**_event: Any) -> None:
    """Writes no event."""


def _allow(by: Actor, name: str, obj: Model | None, *, lock: bool) -> None:
    """Lock the object, then ask the rules. Raises NotAllowed; DomainError when it is gone, or a policy hides it."""
    there = obj is None or not lock or obj.pk is None or _lock(obj)
    may(by, name, obj).or_refuse()
    if not there:
        raise DomainError("gone", _("This no longer exists, or you may not change it."))


@cache
def _locking(model: type[Model]) -> Prepared[Model]:
    return Prepared(lambda key: model._default_manager.select_for_update(of=("self",)).filter(pk=key).order_by())


def _lock(obj: Model) -> bool:
    """Lock the row and read it again, so that rules and checks see what is true now; no when it is out of reach."""
    fresh = _locking(type(obj)).one(obj._meta.pk.to_python(obj.pk))
    if fresh is None:
        return False
    for field in obj._meta.concrete_fields:
        setattr(obj, field.attname, getattr(fresh, field.attname))
    return True


def _check_deferred(app: str) -> None:
    names = ", ".join(CHECK_EARLY.get(app, ()))
    if names:
        with connection.cursor() as cursor:
            cursor.execute(f"set constraints {names} immediate")
            cursor.execute(f"set constraints {names} deferred")


def on_commit(function: Callable[[], Any], *, robust: bool = False) -> None:
    """Do something once the act is kept: send mail, start a task. robust: its failure is written to the log alone."""
    transaction.on_commit(function, robust=robust)
