"""State machines declared as tables: from, act, to; drawn into docs/states.md and held by a trigger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import pgtrigger
from django.utils.translation import gettext_lazy as _

from portal.core.errors import Text, WrongState


@dataclass(frozen=True)
class Transition:
    """One row: the act leads from one of the sources to the target."""

    act: str
    sources: tuple[str, ...]
    target: str
    text: Text = ""


MACHINES: Final[dict[str, Machine]] = {}


class Machine:
    """The states of one kind of object. `initial`: the states in which a row may be born."""

    def __init__(self, name: str, *, states: Any, initial: Iterable[str], transitions: Iterable[Transition]) -> None:
        self.name, self.states, self.initial = name, states, tuple(initial)
        self.transitions = tuple(transitions)
        MACHINES[name] = self

    def target(self, state: str, act: str) -> str:
        """The state after the act. Raises WrongState when the act does not exist in this state."""
        for row in self.transitions:
            if row.act == act and state in row.sources:
                return row.target
        raise WrongState(
            "wrong_state",
            _("This cannot be done while the state is “%(state)s”.") % {"state": self.states(state).label},
        )

    def can(self, state: str, act: str) -> bool:
        """Whether the act exists in this state."""
        return any(row.act == act and state in row.sources for row in self.transitions)

    def guard(self) -> pgtrigger.Trigger:
        """A trigger that refuses a birth in another state and every change that is not a row of the table."""
        pairs = sorted({(source, row.target) for row in self.transitions for source in row.sources})
        listed = ", ".join(f"('{source}', '{target}')" for source, target in pairs)
        born = ", ".join(f"'{state}'" for state in self.initial)
        name = f"{self.name}_state"
        return pgtrigger.Trigger(
            name=name,
            when=pgtrigger.Before,
            operation=pgtrigger.Insert | pgtrigger.Update,
            func=f"""
                if tg_op = 'INSERT' then
                    if new.state not in ({born}) then
                        raise exception 'a {self.name} is not born as %', new.state
                            using errcode = 'check_violation', constraint = '{name}';
                    end if;
                elsif new.state is distinct from old.state
                      and (old.state, new.state) not in ({listed}) then
                    raise exception 'a {self.name} does not go from % to %', old.state, new.state
                        using errcode = 'check_violation', constraint = '{name}';
                end if;
                return new;
            """,
        )
