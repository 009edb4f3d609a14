"""A run the drafter asked for; what the queue makes of it is not asked here."""

from __future__ import annotations

from typing import Any


def make(world: Any) -> dict[str, dict[str, Any]]:
    from portal.core.tasks import start_run

    with world.acting("drafter") as by:
        run = start_run(by=by, task="matrix.nothing")
    pk = {"pk": run.pk}
    return {"runs:run": pk, "runs:cancel": pk, "runs:again": pk}
