"""Who may do what: predicates with a reason, and one table of acts that checks, menus and documents all read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from portal.core import as_of
from portal.core.errors import NotAllowed, Text
from portal.core.scope import Actor


@dataclass(frozen=True)
class Verdict:
    """Yes, or no with its reason."""

    ok: bool
    reason: Text = ""

    def __bool__(self) -> bool:
        return self.ok

    def or_refuse(self) -> None:
        """Raise NotAllowed with the reason unless the answer is yes."""
        if not self.ok:
            raise NotAllowed("not_allowed", self.reason)


YES: Final = Verdict(ok=True)
Judge = Callable[[Actor, Any], Verdict]


class Predicate:
    """A question about an actor and an object; joined by & and |. `words` says for documents what it asks."""

    def __init__(self, judge: Judge, words: Callable[[], str] = str) -> None:
        self.judge, self.words = judge, words

    def __call__(self, actor: Actor, obj: Any) -> Verdict:
        return self.judge(actor, obj)

    def __and__(self, other: Predicate) -> Predicate:
        def words() -> str:
            return f"{self.words()} {other.words()}".strip()

        return Predicate(lambda actor, obj: self(actor, obj) and other(actor, obj), words)

    def __or__(self, other: Predicate) -> Predicate:
        def words() -> str:
            return f"({self.words()} or: {other.words()})"

        return Predicate(lambda actor, obj: self(actor, obj) or other(actor, obj), words)


def says(reason: Text) -> Callable[[Callable[[Actor, Any], bool]], Predicate]:
    """Make a predicate of a function that answers yes or no; `reason` is what a person reads at a no."""

    def wrap(function: Callable[[Actor, Any], bool]) -> Predicate:
        return Predicate(
            lambda actor, obj: YES if function(actor, obj) else Verdict(ok=False, reason=reason), lambda: str(reason)
        )

    return wrap


@says("")
def always(actor: Actor, obj: Any) -> bool:
    """Nothing beyond the role is asked."""
    return True


@dataclass(frozen=True)
class Permit:
    """One row of the table: the act in words, the roles that may do it, and what else must hold."""

    label: Text
    roles: frozenset[str]
    when: Predicate = always


def permit(label: Text, *roles: str, when: Predicate = always) -> Permit:
    """A row of the table of acts."""
    return Permit(label, frozenset(roles), when)


ACTS: Final[dict[str, Permit]] = {}
# The first word of acts that only look: they alone are allowed on a page of the past.
LOOKING: Final = ("view", "see", "oversee", "read")
# Roles in words, for pages and docs; accounts fills it.
ROLE_LABELS: Final[dict[str, Text]] = {}


def register(acts: dict[str, Permit]) -> None:
    """Add an app's acts. Raises ValueError when a name is taken."""
    if taken := ACTS.keys() & acts.keys():
        raise ValueError(f"Acts named twice: {sorted(taken)}")
    ACTS.update(acts)


def may(actor: Actor, act: str, obj: Any = None) -> Verdict:
    """Whether the actor may do the act on the object. Raises KeyError for an act nobody declared."""
    row = ACTS[act]
    if not actor.roles & row.roles:
        return Verdict(ok=False, reason=_("None of your roles includes this act."))
    if as_of.moment() is not None and not act.split(".", 1)[1].startswith(LOOKING):
        return Verdict(ok=False, reason=_("This page shows a past moment: acts belong to the present."))
    return row.when(actor, obj)


def may_ever(roles: frozenset[str], acts: Iterable[str]) -> bool:
    """Whether one of these roles includes one of these acts (for menus)."""
    return any(roles & ACTS[act].roles for act in acts)
