"""What a kind of long work is: its body, which tells its progress, what it is called and how it is started again."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Final

from django.utils.module_loading import autodiscover_modules

from portal.core import clock
from portal.core.errors import Text
from portal.core.models import Run, RunState
from portal.core.scope import Actor, acting_as


class Cancelled(Exception):
    """The asker cancelled the run, or another worker holds it; what was begun is thrown away."""


def sign_of_life(run: Run, **changes: Any) -> bool:
    """Renew the heartbeat; no when this attempt does not hold the run any more."""
    with acting_as(run.asker):
        mine = Run.objects.filter(pk=run.pk, state=RunState.RUNNING, attempts=run.attempts)
        return bool(mine.update(heartbeat_at=clock.now(), **changes))


class Progress:
    """Tell how far the work is; raises Cancelled when it is not wanted any more."""

    def __init__(self, run: Run, by: Actor) -> None:
        self.run, self.by = run, by
        self.lost = threading.Event()

    def __call__(self, done: int, *, of: int) -> None:
        """Steps done and in all; its own short transaction, and the heartbeat."""
        if self.lost.is_set() or not sign_of_life(self.run, done_steps=min(done, of), all_steps=of):
            raise Cancelled

    def taken_over(self) -> bool:
        """Whether another attempt works on the run by now: what was begun is that one's to end. Inside `acting`."""
        now = Run.objects.filter(pk=self.run.pk).first()
        return now is not None and now.is_open and now.attempts != self.run.attempts

    def acting(self) -> AbstractContextManager[Actor]:
        """One transaction in the asker's scope of today; its acts stand in the trail under the asking request."""
        return acting_as(self.by.id, request_id=self.run.request_id)


Outcome = dict[str, Any] | Callable[[Actor], dict[str, Any]]

Body = Callable[[Run, Progress], Outcome]

Again = Callable[[Actor, Run], Run]

# What does not end in moments goes into a queue of its own, with workers of its own.
LIGHT: Final = "portal"

HEAVY: Final = "heavy"


@dataclass(frozen=True)
class Kind:
    """A kind of run: what does it, what it is called (a text, or asked of the run), how it is started again.

    lane: the queue a run goes into. ended: called in the transaction that ends a run, done or failed. lasts: how many
    milliseconds such a run took before, where that is known.
    """

    body: Body
    label: Text | Callable[[Run], Text] = ""
    again: Again | None = None
    lane: Callable[[Run], str] = lambda _run: LIGHT
    ended: Callable[[Actor, Run], None] | None = None
    lasts: Callable[[Run], int | None] | None = None

    def words(self, run: Run) -> str:
        """What this run does, in the reader's language."""
        return str(self.label(run) if callable(self.label) else self.label) or run.task


KINDS: Final[dict[str, Kind]] = {}


def run_task(
    name: str, *, label: Text | Callable[[Run], Text] = "", again: Again | None = None, **more: Any
) -> Callable[[Body], Body]:
    """Declare the body of a kind of run. It opens its own transactions by `progress.acting()`.

    again: starts the same work once more for the person, checking its rights anew; without it the page of a failed
    run leads back to where it was started (`start_run(back=…)`). more: `lane`, `ended`, `lasts` of the `Kind`.
    """

    def keep(body: Body) -> Body:
        if name in KINDS:
            raise ValueError(f"Two tasks are named {name}.")
        KINDS[name] = Kind(body, label, again, **more)
        return body

    return keep


@functools.lru_cache(maxsize=1)
def _load_kinds() -> None:
    """Import `tasks` of every app: a worker does it by itself, a web process needs their labels too."""
    autodiscover_modules("tasks")


def kind_of(run: Run) -> Kind | None:
    """What is declared for this run; None when no app declares it any more."""
    _load_kinds()
    return KINDS.get(run.task)


def words(run: Run) -> str:
    """What a run does, in the reader's language."""
    kind = kind_of(run)
    return kind.words(run) if kind else run.task
