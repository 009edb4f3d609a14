"""Refusals in words: one kind of error that pages, the API, imports and tasks all show.

A constraint or trigger that the database refused is turned into the same kind by its name: the sentence stands with
the constraint (`violation_error_message`) or, for triggers, in `GUARDS`, which each app fills.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import psycopg
from django.apps import apps
from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import DatabaseError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise
# What was sent is more than the portal takes in one go.
TOO_LARGE: Final = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


class DomainError(Exception):
    """An act that was refused: a code for programs, a sentence for people, the field it belongs to."""

    status = 422

    def __init__(self, code: str, message: Text, field: str | None = None) -> None:
        super().__init__(code)
        self.code, self.message, self.field = code, message, field

    def __str__(self) -> str:
        return str(self.message)


class NotAllowed(DomainError):
    """The actor may not do this; the message is the reason."""

    status = 403


class Forbidden(PermissionDenied):
    """A page is not opened or an act not done, because a right is missing: which act it was, and on what."""

    def __init__(self, reason: Text, act: str, obj: object) -> None:
        super().__init__(reason)
        self.act, self.obj = act, obj


class WrongState(DomainError):
    """The object is in a state in which this act does not exist."""

    status = 409


class Stale(DomainError):
    """Someone else changed the object since it was read."""

    status = 409


@dataclass(frozen=True)
class Guard:
    """What a person reads when a trigger or policy of this name refused."""

    message: Text
    field: str | None = None


GUARDS: Final[dict[str, Guard]] = {}


def register_guards(guards: dict[str, Guard]) -> None:
    """Add an app's guards. Raises ValueError when a name is taken."""
    if taken := GUARDS.keys() & guards.keys():
        raise ValueError(f"Guards named twice: {sorted(taken)}")
    GUARDS.update(guards)


@dataclass(frozen=True)
class Kind:
    """An answer of the API that no act gives: its status and what it says (not signed in, too many requests…)."""

    status: int
    title: Text


PROBLEMS: Final[dict[str, Kind]] = {}


def constraint_message(name: str) -> Guard | None:
    """The sentence of a constraint, trigger or policy by its name in the database."""
    if name in GUARDS:
        return GUARDS[name]
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if constraint.name == name:
                fields = getattr(constraint, "fields", ())
                return Guard(constraint.violation_error_message or "", fields[-1] if fields else None)
    return None


def from_database(error: DatabaseError) -> DomainError | None:
    """The refusal in words, or None when the database failed for another reason."""
    cause = error.__cause__
    if not isinstance(cause, psycopg.Error):
        return None
    if isinstance(cause, psycopg.errors.InsufficientPrivilege):
        return NotAllowed("outside_scope", _("The database refused this: it lies outside what you may change."))
    if isinstance(cause, (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)):
        return Stale("busy", _("Someone else is changing this just now. Please try again."))
    name = cause.diag.constraint_name or ""
    guard = constraint_message(name)
    if guard and guard.message:
        return DomainError(name, guard.message, guard.field)
    if isinstance(cause, psycopg.errors.UniqueViolation):  # a key without words: two did the same at once
        return Stale("there_already", _("Somebody did the same just now. Load the page again and look."))
    return None


@contextmanager
def database_refusals() -> Iterator[None]:
    """Turn refusals of the database inside the block into DomainError; other failures pass."""
    try:
        yield
    except DatabaseError as error:
        refused = from_database(error)
        if refused is None:
            raise
        raise refused from error
