"""Work for a real worker of the tests. Imports nothing that sets the environment of the tests: the worker has its own."""

from __future__ import annotations

import os
import time
from pathlib import Path

import django

from portal.celery import app

django.setup()

from portal.core.scope import acting_as  # noqa: E402 - the apps must be set up first
from portal.core.tasks import Progress, run_task  # noqa: E402

__all__ = ["app"]


@run_task("tests.count")
def count(run, progress: Progress) -> dict:
    """Count to `params.to`, each step `params.pause` seconds; tells its process to the file `params.pids`."""
    with Path(run.params["pids"]).open("a") as file:
        file.write(f"{os.getpid()}\n")
    for number in range(1, run.params["to"] + 1):
        progress(number, of=run.params["to"])
        time.sleep(run.params["pause"])
    with acting_as(run.asker) as by:
        return {"counted": run.params["to"], "name": by.name}
