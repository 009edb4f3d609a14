"""Plays a history: picks an act and a person, tries it, and looks at what it did."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

from tests.histories.stage import Act, NothingToDo, Stage, told
from tests.histories.watch import Broken, Watch, steps

# What is kept by itself while a person types: the trail hears of it when it is kept on purpose.
UNTOLD = {"reviews_review", "reviews_reviewscore"}


class Player:
    """One history. acts: what can be tried. Errors that are no refusal are kept with their step."""

    def __init__(self, stage: Stage, acts: dict[str, Act], watch: Watch, *, stops: bool = True) -> None:
        self.stage, self.watch, self.stops = stage, watch, stops
        self.acts = acts
        self.bag = [one for one in acts.values() for _time in range(one.weight)]
        self.ended: Counter[tuple[str, str]] = Counter()
        self.faults: list[str] = []
        self.log: list[str] = []
        self.digest = watch.digest()
        self.states = watch.moved()
        self.kept: dict[int, Any] = {}
        self.lately: deque[tuple[str, str]] = deque(maxlen=60)

    def person(self, act: Act) -> tuple[str, Any]:
        chance = self.stage.chance
        names = [name for name in self.stage.people if name.split(".")[0] in act.who and "420100" not in name]
        name = chance.choice(names) if names and chance.random() < 0.9 else chance.choice(list(self.stage.people))
        return name, self.stage.people[name]

    def pick(self) -> Act:
        """Any act; every second time one that checks a paper which waits."""
        chance = self.stage.chance
        waits = {table for (table, _pk), state in self.states.items() if state == "entered"}
        checks = [one for one in self.acts.values() if one.table in waits]
        if checks and chance.random() < 0.5:
            return chance.choice(checks)
        now = self.states.get(("programme_batch", str(self.stage.batch)), "")
        fitting = [one for one in self.bag if not one.phase or now in one.phase.split()]
        return chance.choice(fitting if chance.random() < 0.95 else self.bag)

    def step(self) -> None:
        """One attempt, and everything that must hold after it."""
        act = self.pick()
        name, user = self.person(act)
        since = self.watch.last_event()
        how, said = attempt(self.stage, act, user)
        if how == "nothing":
            self.ended[act.name, how] += 1
            return
        self.ended[act.name, how] += 1
        self.lately.append((act.name, how))
        self.log.append(f"{act.name} by {name}: {how} {said}")
        try:
            self._look(act, how, since)
            sound((how, said))
        except Broken as error:
            self.faults.append("\n".join([*self.log[-3:], f"BROKEN {error}"]))
            if self.stops:
                raise
            self.digest, self.states = self.watch.digest(), self.watch.moved()

    def _look(self, act: Act, how: str, since: int) -> None:
        digest, events = self.watch.digest(), self.watch.events(since)
        changed = [name for name in digest if digest[name] != self.digest[name]]
        if how == "done":
            if not [one for one in events if one[2] == "done"] and not set(changed) <= UNTOLD:
                raise Broken(f"{act.name} left no event; changed {changed}")
            for _pk, told, outcome, kind, pk, before, after in events:
                if outcome == "done" and before and before == after:
                    raise Broken(f"{told} on {kind} {pk} says the same before and after")
        elif changed and how == "refused":
            raise Broken(f"{act.name} was refused and changed {changed}")
        states = self.watch.moved()
        steps(self.states, states)
        self._archived(act)
        self.digest, self.states = digest, states
        if changed:
            self.watch.check()

    def _archived(self, act: Act) -> None:
        now = {batch: self.watch.of_batch(batch) for batch in self.watch.archived()}
        for batch, found in now.items():
            if batch in self.kept and self.kept[batch] != found:
                other = [name for name in found if found[name] != self.kept[batch].get(name)]
                raise Broken(f"{act.name} changed {other} of an archived batch")
        self.kept = now


def sound(*ended: tuple[str, str]) -> None:
    """Raise Broken when an attempt ended as neither done nor refused in words."""
    if found := [said for how, said in ended if how == "fault"]:
        raise Broken(found)


@contextmanager
def _acting(user: Any) -> Any:
    from django.db import transaction

    from portal.core.scope import NOBODY, acting_as, leave

    if user is None:
        with transaction.atomic():
            leave()
            yield NOBODY
    else:
        with acting_as(user.pk) as by:
            yield by


def attempt(stage: Stage, act: Act, user: Any, gate: Callable[[], Any] | None = None) -> tuple[str, str]:
    """Try the act as a page does: a refusal is kept in the trail, whatever else happens is undone."""
    from django.core.exceptions import ObjectDoesNotExist
    from django.db import transaction

    from portal.core.errors import DomainError

    try:
        with _acting(user) as by:
            if gate is not None:
                gate()
            try:
                with transaction.atomic():
                    act.does(stage, by)
            except DomainError as error:
                if not str(error).strip():
                    return "fault", f"a refusal without words: {error.code}"
                return "refused", f"{error.code}: {error}"
    except NothingToDo:
        return "nothing", ""
    except ObjectDoesNotExist as error:
        return "nothing", str(error)
    except Exception as error:
        return "fault", told(error)
    return "done", ""
