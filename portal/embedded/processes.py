"""Starting a server so that it ends with its starter, and as an ordinary user when the starter is root."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final

PR_SET_PDEATHSIG: Final = 1
SERVANT: Final = "nobody"


def servant() -> pwd.struct_passwd | None:
    """The ordinary user servers run as when we are root (PostgreSQL refuses root); None for an ordinary starter."""
    return pwd.getpwnam(SERVANT) if os.geteuid() == 0 else None


def dies_with_parent(number: int) -> Callable[[], None]:
    """A function for between fork and exec: the kernel sends `number` when the starter dies."""

    def before_exec() -> None:
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number)

    return before_exec


def _reachable(path: Path) -> bool:
    """Whether every folder above the path may be passed by others."""
    return all(folder.stat().st_mode & 0o001 for folder in path.resolve().parents)


def spawn(
    argv: list[str], *, log: Path | IO[bytes], ends_by: signal.Signals = signal.SIGTERM, near: Path | None = None
) -> subprocess.Popen[bytes]:
    """Start a server in a process group of its own; it gets the signal `ends_by` when this process dies.

    As root it runs as `nobody`. Where a folder on the way to `near` is closed to others, it keeps the right to pass
    folders (and no other right of root).
    Raises RuntimeError when root cannot change to the ordinary user because `setpriv` is missing.
    """
    user = servant()
    before = None
    if user is None:
        before = dies_with_parent(ends_by)
    else:
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            raise RuntimeError("As root the servers need `setpriv` (Debian's util-linux), or start as another user.")
        name = ends_by.name.removeprefix("SIG")
        change = [setpriv, f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", f"--pdeathsig={name}"]
        if not (_reachable(Path(argv[0])) and (near is None or _reachable(near))):
            change += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
        argv = [*change, *argv]
    out = log.open("ab") if isinstance(log, Path) else log
    try:
        return subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            preexec_fn=before,  # noqa: PLW1509 - one call of prctl, which is safe between fork and exec
            start_new_session=True,
        )
    finally:
        if isinstance(log, Path):
            out.close()


def give_to_servant(folder: Path) -> None:
    """Let the server's user own a folder and all in it."""
    user = servant()
    if user is not None:
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)


def end(process: subprocess.Popen[bytes], number: signal.Signals, *, seconds: float) -> None:
    """Ask a server to end; after `seconds` kill it."""
    if process.poll() is None:
        process.send_signal(number)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)


def end_stranger(pid: int, mark: str, number: signal.Signals, *, seconds: float) -> bool:
    """End a server another start left behind, when the process of that number is one: `mark` stands in its words.

    Gives whether it was; then it has ended.
    """
    if not _says(pid, mark):
        return False
    try:
        os.kill(pid, number)
        last = time.monotonic() + seconds
        while _says(pid, mark) and time.monotonic() < last:
            time.sleep(0.02)
        if _says(pid, mark):
            os.kill(pid, signal.SIGKILL)
            time.sleep(0.2)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return True


def _says(pid: int, mark: str) -> bool:
    """Whether a living process of that number names `mark` on its command line (an ended one names nothing)."""
    try:
        return mark in Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False


def wait_until(probe: Callable[[], bool], process: subprocess.Popen[bytes], log: Path, *, seconds: float) -> None:
    """Wait until the probe says yes. Raises RuntimeError with the log's end when the server ends or time runs out."""
    last = time.monotonic() + seconds
    while not probe():
        if process.poll() is not None or time.monotonic() > last:
            end(process, signal.SIGKILL, seconds=5)
            tail = log.read_text(encoding="utf-8", errors="replace")[-1500:] if log.exists() else ""
            raise RuntimeError(f"{Path(str(process.args[0])).name} did not start:\n{tail}")  # type: ignore[index]
        time.sleep(0.02)
