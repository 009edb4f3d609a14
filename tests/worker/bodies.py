"""Kinds of run for the tests of the worker; the worker process loads them by `--include`."""

from __future__ import annotations

import time
from typing import Any

import structlog

from portal.core.commands import event_writer
from portal.core.errors import DomainError
from portal.core.models import Run
from portal.core.scope import Actor
from portal.core.tasks import HEAVY, Progress, run_task

log = structlog.get_logger(__name__)


def _kept(run: Run) -> Any:
    """What a body writes at its end: one event, which the test counts."""

    def keep(by: Actor) -> dict[str, Any]:
        event_writer()(by=by, act="tests.made", obj=run, before={}, after={}, why="", outcome="done")
        return {"made": True, "attempt": run.attempts}

    return keep


@run_task("tests.steps", label="Steps")
def steps(run: Run, progress: Progress) -> Any:
    """`steps` steps of `seconds` each."""
    for step in range(1, run.params["steps"] + 1):
        time.sleep(run.params["seconds"])
        progress(step, of=run.params["steps"])
        log.info("step_done", step=step)
    return _kept(run)


@run_task("tests.heavy", lane=lambda _run: HEAVY)
def heavy(run: Run, progress: Progress) -> Any:
    """As `tests.steps`, in the lane of heavy work."""
    return steps(run, progress)


@run_task("tests.long")
def long(run: Run, progress: Progress) -> Any:
    """One step without a word, as a solver takes it."""
    time.sleep(run.params["seconds"])
    return _kept(run)


@run_task("tests.scope")
def scope(run: Run, progress: Progress) -> dict[str, Any]:
    """What the task sees."""
    from portal.accounts.models import Membership

    with progress.acting() as by:
        return {
            "user": by.id,
            "units": list(by.scope.units),
            "nation": by.scope.nation,
            "memberships": Membership.objects.count(),
            "runs": Run.objects.count(),
        }


@run_task("tests.refused")
def refused(run: Run, progress: Progress) -> dict[str, Any]:
    """A refusal in words."""
    from django.utils.translation import gettext as _

    raise DomainError("busy", _("Someone else is changing this just now. Please try again."))


@run_task("tests.broken")
def broken(run: Run, progress: Progress) -> dict[str, Any]:
    """A mistake of the portal."""
    raise ZeroDivisionError


@run_task("tests.half")
def half(run: Run, progress: Progress) -> Any:
    """What it makes at its end fails half-way: nothing of it may stay."""

    def keep(by: Actor) -> dict[str, Any]:
        _kept(run)(by)
        raise DomainError("half", "Half of it failed.")

    return keep


@run_task("tests.press")
def pressed(run: Run, progress: Progress) -> dict[str, Any]:
    """Documents set by several processes, from inside a worker."""
    from portal.core.press import Press
    from tests.core.test_press import paper

    with Press(2) as press:
        found = []
        for number, made in enumerate(press.all(("dossier", paper(number)) for number in range(6)), start=1):
            found.append(len(made))
            progress(number, of=6)
    return {"made": len([size for size in found if size > 1000])}


def _offer_sample() -> None:
    from portal.reports.catalogue import CATALOGUE
    from tests.reports.sample import NAME, REPORT

    CATALOGUE.setdefault(NAME, REPORT)


_offer_sample()
