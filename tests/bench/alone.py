"""A measurement in a process of its own, so that nothing another one left behind is measured with it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from portal.run import stack


def alone(name: str) -> list[dict[str, Any]]:
    """Run `python -m tests.bench.NAME`; gives the figures it prints as JSON in its last line."""
    made = subprocess.run(
        [sys.executable, "-m", f"tests.bench.{name}"], cwd=stack.ROOT, check=True, stdout=subprocess.PIPE
    )
    found: list[dict[str, Any]] = json.loads(made.stdout.splitlines()[-1])
    return found
