"""A real worker of the queue: the command that `make run` starts, on a database of the test's own.

    with workers.running(database, include=["tests.worker.bodies"]) as worker:
        ...                      # the test asks for runs in the same database; the worker does them
        worker.kill()            # as the kernel would: the whole group, no last words
        worker.lines("run_done") # its structured log

It shares the queue and the folder of files with this test process, so what is enqueued here is done there.

A worker divides from a process that has the portal loaded (`tests.nursery`), one for each environment; the tests of
`tests.run` start the command itself.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from portal.embedded import processes
from portal.embedded.valkey import free_port
from portal.run import stack
from tests import databases

T = TypeVar("T")


class Born:
    """A process that the nursery began: not our child, so it is watched by its descriptor."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._watched = os.pidfd_open(pid)

    def ended(self, *, within: float = 0) -> bool:
        """Whether it has ended, or does in so many seconds."""
        return bool(select.select([self._watched], [], [], within)[0])

    def terminate(self) -> None:
        """Ask it to end."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._watched, signal.SIGTERM)

    def __del__(self) -> None:
        with contextlib.suppress(AttributeError):
            os.close(self._watched)


class Nursery:
    """A process with the portal loaded in one environment, from which workers divide; it ends with this process."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self._process = subprocess.Popen(
            [stack.PYTHON, "-W", "ignore::UserWarning:celery.platforms", "-m", "tests.nursery"],
            cwd=stack.ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=processes.dies_with_parent(signal.SIGKILL),  # noqa: PLW1509 - one call of prctl
        )

    def bear(self, argv: Sequence[str], log: Path) -> Born:
        """A worker with these arguments; its words go behind those in the file. It may not be ready yet."""
        to, said = self._process.stdin, self._process.stdout
        assert to is not None
        assert said is not None
        to.write(json.dumps({"argv": argv, "log": str(log)}) + "\n")
        to.flush()
        if not (pid := said.readline()):
            raise RuntimeError("The nursery of the workers ended; its words stand above.")
        return Born(int(pid))

    def end(self) -> None:
        """End it and the workers that are left of it."""
        self._process.communicate()


_nurseries: list[Nursery] = []


def nursery(environment: dict[str, str]) -> Nursery:
    """The nursery of this environment, begun when first asked for; those of databases that are gone end."""
    for other in list(_nurseries):
        if other.environment == environment:
            return other
        if other.environment["OWNER_DATABASE_URL"] != environment["OWNER_DATABASE_URL"]:
            _nurseries.remove(other)
            other.end()
    _nurseries.append(Nursery(environment))
    return _nurseries[-1]


@atexit.register
def _end_nurseries() -> None:
    while _nurseries:
        _nurseries.pop().end()


class Worker:
    """One worker process with its children.

    queues: which it takes from; both, so that tests look at one process. idle: milliseconds after which a transaction
    without a word is ended; little for a worker that a test lets stand still, more where the machine may be slow.
    """

    def __init__(
        self,
        database: str,
        *,
        include: Sequence[str] = (),
        queues: str = "portal,heavy",
        idle: int = 1500,
        **environment: str,
    ) -> None:
        self.number, self.include, self.queues = free_port(), include, queues
        self.name = f"portal@{self.number}"
        self.folder = Path(os.environ["PORTAL_TEST_FOLDER"])
        kept = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
        self.environment = kept | {
            # A worker that is stopped in the middle of a transaction loses it soon, as after a minute in earnest.
            "DATABASE_URL": databases.dsn("portal_web", database)
            + f"&options=-c%20idle_in_transaction_session_timeout%3D{idle}",
            "OWNER_DATABASE_URL": databases.dsn("portal_owner", database),
            "RUN_STALE_SECONDS": "2",
            "LOG_LEVEL": "INFO",
            "LOG_FORMAT": "json",
            "PYTHONUNBUFFERED": "1",
            **environment,
        }
        self.log = self.folder / f"worker-{self.number}.log"
        self._born: Born | None = None

    def start(self) -> Worker:
        """Start it and wait until it takes work."""
        words = stack.COMMANDS["worker"].replace("--loglevel WARNING", "--loglevel INFO").split()
        argv = [word.format(port=self.number, var=self.folder) for word in words[words.index("celery") :]]
        argv += [f"--queues={self.queues}", *(f"--include={module}" for module in self.include)]
        self._born = nursery(self.environment).bear(argv, self.log)
        wait_for(self._answers, seconds=60, why=self.words)
        return self

    def _answers(self) -> bool:
        from portal.celery import app

        assert self._born is not None
        if self._born.ended():
            raise RuntimeError(f"The worker ended.\n{self.words()}")
        return bool(app.control.ping(destination=[self.name], timeout=0.5))

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the worker and all its children, which this object started."""
        assert self._born is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._born.pid, number)

    def kill(self) -> None:
        """End all at once, in the middle of what they do."""
        self.signal(signal.SIGKILL)
        if self._born is not None:
            assert self._born.ended(within=10)

    def stop(self) -> None:
        """Let it end its present work, then end it; what is left of its group goes too."""
        if self._born is None:
            return
        self.signal(signal.SIGCONT)
        if not self._born.ended():
            self._born.terminate()
            self._born.ended(within=20)
        self.kill()

    def words(self) -> str:
        """Its last words, for a failed test."""
        return self.log.read_text(errors="replace")[-4000:] if self.log.exists() else ""

    def lines(self, event: str = "") -> list[dict[str, Any]]:
        """Its structured log lines, of one event or all."""
        found = [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]
        return [line for line in found if not event or line.get("event") == event]


@contextmanager
def running(database: str, *, include: Sequence[str] = (), **how: Any) -> Iterator[Worker]:
    """A worker at work on the database; it has ended at the end of the block. how: as of `Worker`."""
    worker = Worker(database, include=include, **how)
    try:
        yield worker.start()
    finally:
        worker.stop()


def wait_for(
    probe: Callable[[], T], *, seconds: float = 30, why: Callable[[], str] = lambda: "", every: float = 0.05
) -> T:
    """Wait until the probe gives something true, and give it. Raises AssertionError with `why` when time runs out."""
    last = time.monotonic() + seconds
    while not (found := probe()):
        assert time.monotonic() < last, f"Waited {seconds} seconds.\n{why()}"
        time.sleep(every)
    return found
