"""Everything that runs: embedded servers, web, worker and beat, started together and ended together."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Final, NamedTuple

from portal.core.catalogues import compile_all
from portal.embedded import Running, processes, start
from portal.embedded.kept import kept
from portal.run.steps import SAY, THEN

ROOT: Final = Path(__file__).resolve().parent.parent.parent
PYTHON: Final = sys.executable


class AlreadyRunning(Exception):
    """Another start holds the folder."""


class NoFolder(Exception):
    """The folder cannot be written; the text says why."""


def hold(var: Path) -> IO[str]:
    """Hold the folder for this start; released when the process ends, however. Raises AlreadyRunning, NoFolder."""
    try:
        var.mkdir(parents=True, exist_ok=True)
        lock = (var / "run.lock").open("w")
    except OSError as error:
        raise NoFolder(f"The folder {var} cannot be written: {error.strerror}.") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.close()
        raise AlreadyRunning from error
    return lock


def choose_port(asked: str) -> int:
    """The port asked for (8000 when none), or the next free one."""
    if asked and not (asked.isdecimal() and 0 < int(asked) < 65536):
        raise RuntimeError(f"PORT is a number from 1 to 65535, not {asked!r}.")
    first = int(asked or 8000)
    for port in range(first, min(first + 100, 65536)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port != first:
            print(f"Port {first} is taken; using {port}.", flush=True)
        return port
    raise RuntimeError(f"No free port from {first} on.")


def environment(var: Path, running: Running | None, port: int) -> dict[str, str]:
    """What the children read; addresses given from outside win over the embedded servers."""
    given = dict(os.environ)
    if running is not None:
        given |= {
            "DATABASE_URL": running.database_url,
            "OWNER_DATABASE_URL": running.owner_database_url,
            "BROKER_URL": running.broker_url,
        }
    defaults = {
        "PORTAL_ENV": "demonstration",
        "SECRET_KEY": kept(var / "secret_key", 64),
        "VAR_DIR": str(var),
        "BASE_URL": f"http://127.0.0.1:{port}",
        "LOG_LEVEL": "WARNING",  # LOG_LEVEL=INFO make run: a line for each request and task
        "PYTHONUNBUFFERED": "1",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    return defaults | given


def digest(files: Iterable[Path]) -> str:
    """One digest over names and contents."""
    total = hashlib.sha256()
    for file in sorted(files):
        total.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return total.hexdigest()


def ask(env: dict[str, str], *argv: str) -> subprocess.Popen[str]:
    """Begin a management command and go on; its words are read later."""
    return subprocess.Popen([PYTHON, "manage.py", *argv], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)


class Step(NamedTuple):
    """Something to prepare: its name, the state of what it is done from, and the command that does it."""

    name: str
    mark: str
    command: list[str]

    def stamp(self, var: Path) -> Path:
        """The file that keeps the mark it was last done for."""
        return var / "stamps" / self.name

    def is_due(self, var: Path) -> bool:
        """Whether it was not done for this mark before."""
        stamp = self.stamp(var)
        return not stamp.exists() or stamp.read_text(encoding="utf-8") != self.mark

    def note_done(self, var: Path) -> None:
        """Keep the mark."""
        self.stamp(var).parent.mkdir(exist_ok=True)
        self.stamp(var).write_text(self.mark, encoding="utf-8")


def manage(env: dict[str, str], *argv: str) -> None:
    """Run management commands, with `THEN` between them. Raises CalledProcessError when one fails."""
    subprocess.run([PYTHON, "-m", "portal.run.steps", *argv], cwd=ROOT, env=env, check=True)


def once(var: Path, env: dict[str, str], *steps: Step) -> None:
    """Do, in one process, those that were not done for the same mark before.

    When one fails, the next start begins with the same ones: each is safe to repeat. Raises CalledProcessError.
    """
    due = [step for step in steps if step.is_due(var)]
    if not due:
        return
    manage(env, *(word for step in due for word in (THEN, f"{SAY}{step.name}", THEN, *step.command)))
    for step in due:
        step.note_done(var)


def prepare(var: Path, env: dict[str, str]) -> None:
    """Messages, migrations, reference data and the demonstration; each only when something changed."""
    (var / "static").mkdir(exist_ok=True)  # the web looks for collected files there also when there are none
    messages = Step("messages", digest(ROOT.glob("locale/**/*.po")), [])
    if messages.is_due(var):  # before any process reads them
        compile_all(ROOT)
        messages.note_done(var)
    migrations = [
        file for app in ("portal", "applications", "reviews", "grants") for file in (ROOT / app).rglob("*.py")
    ]
    schema = digest(
        file
        for file in migrations
        if {"migrations", "data"} & set(file.parts) or file.stem in ("functions", "past", "past_tables")
    )
    database = env["DATABASE_URL"]
    data = digest(ROOT.glob("portal/programme/data/*.csv"))
    steps = [
        Step("migrations", schema + database, ["migrate", "--database", "owner", "--verbosity", "0"]),
        Step("reference data", data + database, ["load_reference", "--verbosity", "0"]),
    ]
    if env["PORTAL_ENV"] == "demonstration":
        steps.append(Step("demonstration", database, ["demo"]))
    once(var, env, *steps)


# Without their banners; as root, without Celery's advice on it (PostgreSQL and Valkey run as an ordinary user then).
CELERY: Final = "-W ignore::UserWarning:celery.platforms -m celery --quiet -A portal"
# Workers have nothing to tell each other (what was cancelled stands in the database), so none waits for another's word.
WORKER: Final = f"{CELERY} worker --without-mingle --without-gossip"
COMMANDS: Final = {
    "web": "-m gunicorn portal.wsgi --worker-class portal.web_worker.Patient --workers 2 --threads 4 --preload "
    "--no-control-socket --graceful-timeout 10 --forwarder-headers= --bind 127.0.0.1:{port}",
    "worker": f"{WORKER} --queues portal --concurrency 2 --hostname portal@{{port}}",
    "heavy": f"{WORKER} --queues heavy --concurrency 1 --hostname heavy@{{port}}",
    "beat": f"{CELERY} beat --schedule {{var}}/beat-schedule --pidfile=",
}

# A part that ends by itself is started again: so often within so many seconds, then its fault needs a person.
RESTARTS: Final = 3
WITHIN: Final = 60.0


class Patience:
    """How often each part has ended by itself lately."""

    def __init__(self) -> None:
        self.ends: dict[str, list[float]] = {}

    def is_over(self, name: str) -> bool:
        """Note that the part ended; whether that was too often to start it again."""
        now = time.monotonic()
        self.ends[name] = [*(end for end in self.ends.get(name, ()) if now - end < WITHIN), now]
        return len(self.ends[name]) > RESTARTS


def _say_that_it_ended(name: str, code: int | None) -> None:
    print(f"The {name} process ended by itself (code {code}); starting it again.", flush=True)


class Servers:
    """The embedded servers, watched as the portal's own processes are; none where others are used."""

    def __init__(self, running: Running | None) -> None:
        self.running, self.patience = running, Patience()

    def mend(self) -> str | None:
        """Start a server that ended by itself again; gives its name once it has ended too often for that."""
        server = self.running.ended() if self.running is not None else None
        if server is None or server.process is None:
            return None
        if self.patience.is_over(server.name):
            return server.name
        _say_that_it_ended(server.name, server.process.returncode)
        try:
            server.start_again()
        except RuntimeError as error:  # looked at once more, as an end of its own
            print(error, file=sys.stderr)
        return None


def _end_group(child: subprocess.Popen[bytes]) -> None:
    """End what is left of the group of a process we started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)


class Children:
    """Web, worker and beat; each line they say is printed behind their name."""

    def __init__(self, var: Path, env: dict[str, str], port: int) -> None:
        self.env, self.var, self.port = env, var, port
        self.all: dict[str, subprocess.Popen[bytes]] = {}
        self.patience = Patience()

    def start(self) -> None:
        """Start them all; they get SIGTERM when this process dies."""
        for name in COMMANDS:
            self._start(name)

    def _start(self, name: str) -> None:
        argv = [PYTHON, *(word.format(port=self.port, var=self.var) for word in COMMANDS[name].split())]
        child = subprocess.Popen(
            argv,
            cwd=ROOT,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=processes.dies_with_parent(signal.SIGTERM),  # noqa: PLW1509 - one call of prctl
        )
        self.all[name] = child
        threading.Thread(target=self._print, args=(name, child), daemon=True).start()

    def _print(self, name: str, child: subprocess.Popen[bytes]) -> None:
        for line in child.stdout or ():
            print(f"{name:>6} | {line.decode(errors='replace').rstrip()}", flush=True)

    def ended(self) -> str | None:
        """The name of a child that ended by itself, or None."""
        return next((name for name, child in self.all.items() if child.poll() is not None), None)

    def mend(self) -> str | None:
        """Start a child that ended by itself again; gives its name once it has ended too often for that."""
        if (name := self.ended()) is None:
            return None
        _end_group(self.all[name])
        if self.patience.is_over(name):
            return name
        _say_that_it_ended(name, self.all[name].returncode)
        self._start(name)
        return None

    def stop(self) -> None:
        """End all, and whatever they started: their whole groups."""
        for child in self.all.values():
            if child.poll() is None:
                child.terminate()
        for child in self.all.values():
            try:
                child.wait(15)
            except subprocess.TimeoutExpired:
                child.kill()
            _end_group(child)

    def wait_until_ready(self, seconds: float = 180) -> bool:
        """Whether /health/ready answers in time (a machine may be busy) and no child ended."""
        last = time.monotonic() + seconds
        while time.monotonic() < last and self.ended() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/ready", timeout=3):
                    return True
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        return False


def embedded(var: Path) -> Running | None:
    """Start the embedded servers, unless both addresses come from the environment."""
    return None if uses_others() else start(var)


def uses_others() -> bool:
    """Whether the addresses of both servers come from the environment."""
    return bool(os.environ.get("DATABASE_URL") and os.environ.get("BROKER_URL"))
