"""The environment of the tests, set before Django reads its settings.

The controlling process starts one cluster under var/test (servers end with it, however it ends); worker processes of
pytest-xdist find its address in the environment. `python -m tests.environment COMMAND` runs a management command in
the same surroundings.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import sys
from pathlib import Path
from typing import IO, Any

from portal.core.catalogues import compile_all
from portal.embedded import Running, start

ROOT = Path(__file__).resolve().parent.parent
_kept: list[Any] = []


def _folder() -> tuple[Path, IO[str]]:
    """The first folder var/test, var/test-2 … that no other run of the tests holds."""
    for number in range(1, 20):
        folder = ROOT / "var" / ("test" if number == 1 else f"test-{number}")
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
        else:
            return folder, lock
    raise RuntimeError("Twenty runs of the tests at once: end some.")


# Each guard test works in a clone of its own: a thousand files, copied in 0.05 s in memory, in 0.6 s on a disk.
MEMORY = Path("/dev/shm")
ROOM = 4 * 1024**3


def _in_memory(folder: Path) -> None:
    """Let the cluster of this folder lie in memory where there is room enough; its name says which folder it is of."""
    place = folder / "postgres"
    if place.is_symlink() and not place.exists():
        place.unlink()  # the machine was started anew since
    if place.exists() or not MEMORY.is_dir():
        return
    room = os.statvfs(MEMORY)
    if room.f_bavail * room.f_frsize >= ROOM and os.access(MEMORY, os.W_OK):
        mark = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
        target = MEMORY / f"portal-test-{os.geteuid()}-{mark}"
        target.mkdir(mode=0o700, exist_ok=True)
        place.symlink_to(target)


def queue_of(worker: str) -> int:
    """Number of the queue of a test process in the one server of the run.

    Each process has four: queue and cache of its own, then the two of its site (tests.journeys.site).
    """
    return 4 * (int(worker[2:]) + 1) if worker.startswith("gw") else 0


def begin() -> None:
    """Start the cluster unless a controlling process did, and set the environment."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    if "PORTAL_TEST_SOCKET" not in os.environ:
        folder, lock = _folder()
        _in_memory(folder)
        running: Running = start(folder, durable=False)
        _kept.extend([lock, running])
        os.environ |= {
            "PORTAL_TEST_SOCKET": str(running.postgres.socket),
            "PORTAL_TEST_FOLDER": str(folder),
            "BROKER_URL": running.broker_url,
        }
        compile_all(ROOT)
    os.environ["BROKER_URL"] = os.environ["BROKER_URL"].rsplit("/", 1)[0] + f"/{queue_of(worker)}"
    socket = os.environ["PORTAL_TEST_SOCKET"]
    os.environ |= {
        "DATABASE_URL": f"postgresql://portal_web@/test_{worker}?host={socket}",
        "OWNER_DATABASE_URL": f"postgresql://portal_owner@/test_{worker}?host={socket}",
        "SECRET_KEY": "only-for-tests-" + "x" * 50,
        "PORTAL_ENV": "development",
        "TWO_FACTOR": "optional",
        "VAR_DIR": f"{os.environ['PORTAL_TEST_FOLDER']}/{worker}",
        "LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    for name in ("DEBUG", "EMAIL_URL", "STORAGE_URL", "ALLOWED_HOSTS"):
        os.environ.pop(name, None)


def end() -> None:
    """Stop what `begin` started here."""
    for kept in reversed(_kept):
        kept.stop() if isinstance(kept, Running) else kept.close()
    _kept.clear()


if __name__ == "__main__":
    begin()
    # No test has made its database: a command that looks for migrations that were done finds the server's own, empty.
    os.environ["OWNER_DATABASE_URL"] = f"postgresql://postgres@/postgres?host={os.environ['PORTAL_TEST_SOCKET']}"
    try:
        from django.core.management import execute_from_command_line

        execute_from_command_line(["manage.py", *sys.argv[1:]])
    finally:
        end()
else:
    begin()
