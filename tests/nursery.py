"""Has the portal loaded and waits to be asked for workers: a process that divides, so that each is there at once.

`python -m tests.nursery` reads one order a line, `{"argv": ["celery", …], "log": path}`, and answers with the number of
the process it began. That process runs Celery's own command from its first line on. It leads a group of its own, and
ends with the nursery, which ends with its input.

What a worker loads before it begins is most of what it costs; the tests that kill workers start dozens.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
from contextlib import suppress
from importlib import import_module
from types import FrameType
from typing import Any

from portal.embedded import processes


def load() -> None:
    """All that a worker loads; nothing is asked of database or queue yet, so nothing is shared by those who divide."""
    import django
    from django.core.checks import run_checks

    from portal.celery import app

    for name in ("celery.bin.celery", "celery.concurrency.prefork", "celery.worker.consumer", "kombu.transport.redis"):
        import_module(name)
    django.setup()
    app.loader.import_default_modules()
    app.finalize()
    run_checks()  # which load the pages too
    os.environ["CELERY_SKIP_CHECKS"] = "1"
    gc.freeze()


def _fetch_ended(number: int, frame: FrameType | None) -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _orders() -> dict[str, Any] | None:
    """Divide for each order. Gives the order in the new process, and None in the nursery at the end of its input."""
    for line in iter(sys.stdin.readline, ""):
        if pid := os.fork():
            sys.stdout.write(f"{pid}\n")
            sys.stdout.flush()
        else:
            return json.loads(line)
    return None


def _become(order: dict[str, Any]) -> None:
    """The worker: with signals, group, words and arguments as of a process that was started by itself."""
    processes.dies_with_parent(signal.SIGKILL)()
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for place, file in ((0, nothing), (1, log), (2, log)):
        os.dup2(file, place)
    sys.argv = order["argv"]
    from celery.__main__ import main

    main()


if __name__ == "__main__":
    load()
    signal.signal(signal.SIGCHLD, _fetch_ended)
    if (found := _orders()) is not None:
        _become(found)
