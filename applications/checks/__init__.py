"""Eligibility: one check per file, the file named like the check.

Each check is a function (dossier, rules) → None or a sentence; `check(...)` declares its source, severity, section
and fields. A new check is a new file and a test; nothing else names it. `run` expects a dossier from
`queries.whole` or `queries.dossier`, whose rows are loaded, and sends no query.
"""

from __future__ import annotations

import importlib
import pkgutil

from applications.checks.base import CHECKS, Finding
from applications.enums import Severity
from applications.models import Application

_ORDER = {severity: place for place, severity in enumerate(Severity)}
__all__ = ["CHECKS", "Finding", "run"]

for _module in sorted(module.name for module in pkgutil.iter_modules(__path__)):
    importlib.import_module(f"{__name__}.{_module}")


def run(dossier: Application) -> list[Finding]:
    """All findings on a dossier: what blocks first, then by section and code."""
    rules = dossier.batch.rule_set
    if rules is None:
        return []
    found = [Finding(row, text) for row in CHECKS.values() if (text := row.judge(dossier, rules)) is not None]
    return sorted(found, key=lambda finding: (_ORDER[finding.severity], finding.section, finding.code))
