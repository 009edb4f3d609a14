"""A stand of the portal to measure at: servers of its own under var/bench, data of a size, web servers.

The servers are started as `make run` starts them: the same PostgreSQL settings (durable), the same gunicorn line.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from portal.embedded import Running, processes, start
from portal.run import stack


class Stand:
    """One size of data with its servers. `env`: the environment of every process of the stand."""

    def __init__(self, folder: Path, running: Running) -> None:
        self.folder, self.running = folder, running
        # Below the ports the kernel gives out, else a client that asks too early may be connected to itself.
        self.port = stack.choose_port("18100")
        self.env = stack.environment(folder, running, self.port) | {
            "LOG_LEVEL": "WARNING",
            "THROTTLE_USER": "1000000/minute",
            "SIGN_IN_RATE": "1000000/m/ip",
            "PYTHONPATH": str(stack.ROOT),
        }

    def manage(self, *argv: str) -> float:
        """Run a management command; gives the seconds it took. Raises CalledProcessError when it fails."""
        began = time.perf_counter()
        stack.manage(self.env, *argv)
        return time.perf_counter() - began

    def ask(self, module: str, *argv: str) -> Any:
        """What a module of tests.bench prints as JSON."""
        done = subprocess.run(
            [sys.executable, "-m", module, *argv],
            cwd=stack.ROOT,
            env=self.env,
            check=True,
            stdout=subprocess.PIPE,
        )
        return json.loads(done.stdout)

    @contextmanager
    def server(self, application: str, port: int, probe: str) -> Iterator[None]:
        """Gunicorn over a WSGI application with the line of `make run`, until the block ends."""
        words = stack.COMMANDS["web"].format(port=port).replace("portal.wsgi", application).split()
        log = (self.folder / f"web-{port}.txt").open("wb")
        child = subprocess.Popen(
            [sys.executable, *words],
            cwd=stack.ROOT,
            env=self.env,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=processes.dies_with_parent(signal.SIGTERM),  # noqa: PLW1509 - one call of prctl
        )
        try:
            _wait(port, probe, child)
            yield
        finally:
            processes.end(child, signal.SIGTERM, seconds=15)
            log.close()


def _wait(port: int, probe: str, child: subprocess.Popen[bytes]) -> None:
    from tests.bench.load import Browser

    for _ in range(600):
        if child.poll() is not None:
            break
        try:
            if Browser(port).send("GET", probe)[0] < 500:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("The server to measure did not start.")


@contextmanager
def stand(applications: int) -> Iterator[Stand]:
    """Servers with a demonstration of so many applications; built when it is not there yet, kept for the next run."""
    folder = stack.ROOT / "var" / f"bench-{applications}"
    folder.mkdir(parents=True, exist_ok=True)
    lock = stack.hold(folder)
    running = start(folder)
    try:
        found = Stand(folder, running)
        stack.prepare(folder, found.env | {"PORTAL_ENV": "development"})
        words = ["demo", "--applications", str(applications)]
        mark = os.environ.get("BENCH_DATA", "1")
        stack.once(folder, found.env, stack.Step(f"{applications} applications", mark, words))
        yield found
    finally:
        running.stop()
        lock.close()
