"""`python -m portal.run [fresh | manage COMMAND …]`."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Final

from portal.embedded import Running
from portal.run import beside, stack

STOPS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """SIGTERM, Ctrl-C, or the terminal is gone."""


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped


def folder() -> Path:
    """The folder of everything that is written."""
    given = Path(os.environ.get("VAR_DIR", "var"))
    return given if given.is_absolute() else stack.ROOT / given


def run() -> int:
    """Start everything, print where and who, and stay until told to stop or a part cannot be kept running."""
    undo = contextlib.ExitStack()
    undo.enter_context(stack.hold(folder()))
    beside.close_to_others(folder())
    try:
        gone = _serve(undo, folder())
        print(f"The {gone} process keeps ending by itself; stopping the rest.", file=sys.stderr)
    except Stopped:
        with contextlib.suppress(OSError):  # the terminal may be gone
            print("\nStopping …", flush=True)
        return 0
    except (subprocess.CalledProcessError, RuntimeError, OSError) as error:
        print(f"Could not start: {error}", file=sys.stderr)
    finally:
        for number in STOPS:  # a second Ctrl-C must not leave half of it running
            signal.signal(number, signal.SIG_IGN)
        undo.close()
    return 1


def _serve(undo: contextlib.ExitStack, var: Path) -> str:
    """Start part after part, each with its end put on `undo`; gives the name of the part that kept ending."""
    began = time.monotonic()
    print("Starting the portal …", flush=True)
    port = stack.choose_port(os.environ.get("PORT", ""))
    running = stack.embedded(var)
    if running is not None:
        undo.callback(running.stop)
    env = stack.environment(var, running, port)
    stack.prepare(var, env)
    children = stack.Children(var, env, port)
    undo.callback(children.stop)
    children.start()
    signins = stack.ask(env, "signins")  # while the children get ready
    undo.callback(signins.kill)
    if not children.wait_until_ready():
        raise RuntimeError("it did not become ready; its own words stand above.")
    print(signins.communicate()[0], end="", flush=True)
    beside.open_to_others(var, port)
    undo.callback(beside.close_to_others, var)
    took = time.monotonic() - began
    print(f"\nThe portal answers at {env['BASE_URL']} (started in {took:.1f} s). Ctrl-C stops it.", flush=True)
    servers = stack.Servers(running)
    while (gone := servers.mend() or children.mend()) is None:
        time.sleep(0.3)
    return gone


def fresh() -> int:
    """Empty the folder after asking."""
    var = folder()
    lock = stack.hold(var)
    print(f"All data under {var.name}/ go: database, files, letters. Type yes to go on: ", end="", flush=True)
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        print("Nothing was removed.")
        return 1
    for child in var.iterdir():
        shutil.rmtree(child) if child.is_dir() and not child.is_symlink() else child.unlink()
    lock.close()
    print("Emptied. `make run` builds everything anew.")
    return 0


def manage(argv: list[str]) -> int:
    """A management command over the servers of the portal that runs from this folder, or over some started for it."""
    var = folder()
    try:
        lock = stack.hold(var)
    except stack.AlreadyRunning:
        return _command(argv, var, *beside.joined(var))
    beside.close_to_others(var)
    running = stack.embedded(var)
    try:
        return _command(argv, var, running, 8000)
    finally:
        if running is not None:
            running.stop()
        lock.close()


def _command(argv: list[str], var: Path, running: Running | None, port: int) -> int:
    env = stack.environment(var, running, port)
    return subprocess.run([stack.PYTHON, "manage.py", *argv], cwd=stack.ROOT, env=env, check=False).returncode


def main(argv: list[str]) -> int:
    """Choose by the first word."""
    for number in STOPS:
        signal.signal(number, _stop)
    try:
        if argv[:1] == ["manage"]:
            return manage(argv[1:])
        return fresh() if argv == ["fresh"] else run()
    except stack.AlreadyRunning:
        print("The portal runs already from this folder; stop it first (Ctrl-C where it runs).", file=sys.stderr)
        return 1
    except beside.NotYet:
        print("The portal is starting or stopping in this folder; try again in a moment.", file=sys.stderr)
        return 1
    except Stopped:
        return 130
    except stack.NoFolder as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
