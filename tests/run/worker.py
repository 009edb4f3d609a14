"""A real worker over the present test database."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import databases
from tests.environment import ROOT


@contextmanager
def worker(*, stale: int = 60, log: Path | None = None) -> Iterator[subprocess.Popen]:
    """`celery worker` with one process over the database the test works in; whatever is left of it is ended."""
    env = os.environ | {"DATABASE_URL": databases.web_dsn(), "RUN_STALE_SECONDS": str(stale)}
    words = "-W ignore -m celery --quiet -A tests.run.bodies worker --concurrency 1 --loglevel INFO"
    with (log or Path(os.devnull)).open("ab") as out:
        process = subprocess.Popen([sys.executable, *words.split()], cwd=ROOT, env=env, stdout=out, stderr=out)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(20)


def until(probe: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until it is so."""
    last = time.monotonic() + seconds
    while not probe():
        assert time.monotonic() < last, "it did not come about in time"
        time.sleep(0.1)
