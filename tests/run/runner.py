"""Starts `python -m portal.run` as a person would, and looks at what runs because of it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from importlib.util import cache_from_source
from pathlib import Path

from tests import databases
from tests.environment import ROOT

READY = re.compile(r"The portal answers at (http://127\.0\.0\.1:(\d+))")
# What the environment of the tests itself sets; the runner must work from nothing.
NOT_GIVEN = ("DATABASE_URL", "OWNER_DATABASE_URL", "BROKER_URL", "SECRET_KEY", "TWO_FACTOR", "PORTAL_ENV", "LOG_LEVEL")


def surroundings(var: Path, **given: str) -> dict[str, str]:
    """An environment as a shell has it, for a start from `var` without the demonstration."""
    kept = {name: value for name, value in os.environ.items() if name not in NOT_GIVEN and "PYTEST" not in name}
    return kept | {"VAR_DIR": str(var), "PORTAL_ENV": "development"} | given


def processes(var: Path) -> dict[int, str]:
    """Living processes that belong to `var`: by environment, command line, or the folder they work in."""
    found = {}
    mark = str(var).encode()
    for place in Path("/proc").iterdir():  # not glob: it looks at each entry, and one may have ended meanwhile
        if not place.name.isdigit():
            continue
        try:
            words = (place / "cmdline").read_bytes()
            if not words or int(place.name) == os.getpid():
                continue  # ended and not yet fetched by its starter, or these tests
            where = str((place / "cwd").readlink()).encode()
            if mark in words or mark in where or mark in (place / "environ").read_bytes():
                found[int(place.name)] = words.replace(b"\0", b" ").decode(errors="replace")[:120]
        except OSError:
            continue
    return found


def nothing_runs(var: Path, *, within: float) -> bool:
    """Whether all of them are gone in time."""
    last = time.monotonic() + within
    while processes(var) and time.monotonic() < last:
        time.sleep(0.1)
    left = processes(var)
    assert not left, f"still running: {left}"
    return True


class Runner:
    """One start of the runner."""

    def __init__(
        self, var: Path, *argv: str, port: int = 0, before: list[str] | None = None, root: Path = ROOT, python: str = ""
    ) -> None:
        self.var, self.said = var, ""
        given = {"PORT": str(port)} if port else {}
        self.process = subprocess.Popen(
            [*(before or []), python or sys.executable, "-m", "portal.run", *argv],
            cwd=root,
            env=surroundings(var, **given),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self.said += line

    def wait(self, seconds: float = 120) -> int:
        """How it ended."""
        code = self.process.wait(seconds)
        self.reader.join(5)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        return code

    def ready(self, seconds: float = 120) -> str:
        """Its address, once it says that it answers."""
        last = time.monotonic() + seconds
        while (found := READY.search(self.said)) is None:
            assert self.process.poll() is None, f"it ended:\n{self.said}"
            assert time.monotonic() < last, f"it is not ready:\n{self.said}"
            time.sleep(0.05)
        return found[1]

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send the signal to the runner alone and wait."""
        self.process.send_signal(number)
        return self.wait(60)


def get(url: str) -> tuple[int, str]:
    """Status and text of a page, whatever the status."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def free_ports(count: int) -> int:
    """The first of `count` free ports in a row, of this test process's own thousand: two never take the same."""
    begin = 21000 + 1000 * int(databases.process().removeprefix("gw").replace("main", "9"))
    for first in range(begin, begin + 1000, count):
        try:
            for port in range(first, first + count):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return first
    raise RuntimeError("no free ports")


def ordinary(folder: Path) -> tuple[Path, list[str], str]:
    """A copy of the project for an ordinary user, the words that start a program as that user, and its Python.

    As root the user is `nobody`; where root's Python lies in a closed folder, it may read it all the same (and no more).
    """
    copy = folder / "project"
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    for name in filter(None, tracked):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
            compiled = Path(cache_from_source(str(ROOT / name)))
            if compiled.is_file():  # or each of its processes would compile all modules
                place = Path(cache_from_source(str(copy / name)))
                place.parent.mkdir(exist_ok=True)
                shutil.copy2(compiled, place)
    if os.geteuid() != 0:
        return copy, [], sys.executable
    for path in [folder, *folder.rglob("*")]:
        shutil.chown(path, "nobody", "nogroup")
    words = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
    closed = any(not place.stat().st_mode & 0o001 for place in Path(sys.executable).resolve().parents)
    words += ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"] if closed else []
    return copy, words, sys.executable
