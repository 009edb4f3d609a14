"""`python -m portal.run [fresh | manage COMMAND …]`."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from portal.run import stack


class Stopped(BaseException):
    """SIGTERM or Ctrl-C."""


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped


def folder() -> Path:
    """The folder of everything that is written."""
    given = Path(os.environ.get("VAR_DIR", "var"))
    return given if given.is_absolute() else stack.ROOT / given


def run() -> int:
    """Start everything, print where and who, and stay until told to stop or a part ends."""
    began, var = time.monotonic(), folder()
    lock = stack.hold(var)
    running = children = None
    try:
        print("Starting the portal …", flush=True)
        port = stack.choose_port(os.environ.get("PORT", ""))
        running = stack.embedded(var)
        env = stack.environment(var, running, port)
        stack.prepare(var, env)
        children = stack.Children(var, env, port)
        children.start()
        if not children.wait_until_ready():
            print("The portal did not become ready; its own words stand above.", file=sys.stderr)
            return 1
        stack.manage(env, "signins")
        took = time.monotonic() - began
        print(f"\nThe portal answers at {env['BASE_URL']} (started in {took:.1f} s). Ctrl-C stops it.", flush=True)
        while (gone := children.ended()) is None:
            time.sleep(0.3)
        print(f"The {gone} process ended by itself; stopping the rest.", file=sys.stderr)
    except Stopped:
        print("\nStopping …", flush=True)
        return 0
    except (subprocess.CalledProcessError, RuntimeError) as error:
        print(f"Could not start: {error}", file=sys.stderr)
    finally:
        # A second Ctrl-C must not leave half of it running.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if children is not None:
            children.stop()
        if running is not None:
            running.stop()
        lock.close()
    return 1


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
    """A management command over the embedded servers, started for it."""
    var = folder()
    lock = stack.hold(var)
    running = stack.embedded(var)
    try:
        env = stack.environment(var, running, 8000)
        return subprocess.run([stack.PYTHON, "manage.py", *argv], cwd=stack.ROOT, env=env, check=False).returncode
    finally:
        if running is not None:
            running.stop()
        lock.close()


def main(argv: list[str]) -> int:
    """Choose by the first word."""
    signal.signal(signal.SIGINT, _stop)
    signal.signal(signal.SIGTERM, _stop)
    try:
        if argv[:1] == ["manage"]:
            return manage(argv[1:])
        return fresh() if argv == ["fresh"] else run()
    except stack.AlreadyRunning:
        print("The portal runs already from this folder; stop it first (Ctrl-C where it runs).", file=sys.stderr)
        return 1
    except Stopped:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
