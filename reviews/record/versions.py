"""Which software a decision was computed and recorded with."""

from __future__ import annotations

import json
import platform
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from reviews.models import Scenario
from reviews.selection.canonical import canonical


def versions_now(scenario: Scenario) -> str:
    """Canonical JSON; kept with the proposal. The solver's version is the one that gave the answer."""
    project = tomllib.loads((Path(settings.BASE_DIR) / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    solver: dict[str, Any] = json.loads(scenario.decision).get("solver", {})
    found = {
        "format": "decision-versions/1",
        "portal": str(project["version"]),
        "python": platform.python_version(),
        "django": version("django"),
        "postgresql": str(connection.pg_version),  # type: ignore[attr-defined]
        "solver": f"{solver.get('name', '')} {solver.get('version', '')}".strip(),
        "typst": version("typst"),
    }
    return canonical(found).decode()
