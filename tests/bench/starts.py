"""How long `make run` takes from nothing (with the demonstration) and again, until /health/ready answers."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from typing import Any

from portal.run import stack


def _start(folder: str, port: int) -> float:
    """Seconds until the runner says that the portal answers; then it is stopped. Raises RuntimeError when it ends."""
    env = {**os.environ, "VAR_DIR": folder, "PORT": str(port)}
    began = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-m", "portal.run"], cwd=stack.ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        for line in child.stdout or ():
            if b"The portal answers at" in line:
                return time.perf_counter() - began
        raise RuntimeError("The portal did not start.")
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(60)
        if child.stdout:
            child.stdout.close()


def figures() -> list[dict[str, Any]]:
    """First start and restart, in seconds."""
    folder = stack.ROOT / "var" / "bench-start"
    shutil.rmtree(folder, ignore_errors=True)
    port = stack.choose_port("18400")
    found = [
        {"name": name, "figure": round(_start(str(folder), port), 1), "unit": "s"}
        for name in ("first start, with the demonstration", "restart")
    ]
    shutil.rmtree(folder, ignore_errors=True)
    return found
