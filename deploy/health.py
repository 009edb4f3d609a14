"""Health checks of containers: `health.py web [PORT]` asks the portal, `health.py beat` looks at its schedule."""

from __future__ import annotations

import http.client
import os
import sys
import time
from pathlib import Path


def web(port: int) -> bool:
    """The portal says that database, queue and files answer."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip()
    line.request("GET", "/health/ready", headers={"Host": host, "X-Forwarded-Proto": "https"})
    return line.getresponse().status == 200


def beat() -> bool:
    """Beat keeps its schedule every three minutes."""
    files = Path(os.environ.get("VAR_DIR", "var")).glob("beat-schedule*")
    return any(time.time() - file.stat().st_mtime < 600 for file in files)


if __name__ == "__main__":
    what, *more = sys.argv[1:]
    sys.exit(0 if (beat() if what == "beat" else web(int(more[0]) if more else 8000)) else 1)
