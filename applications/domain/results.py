"""Keep what the checks found on a submission: when it is made, at the province, in screening."""

from __future__ import annotations

import hashlib
from typing import Any

from django.utils import translation

from applications import checks
from applications.enums import Severity, Stage
from applications.models import Application, CheckRun, Snapshot
from portal.core import clock
from portal.core.scope import Actor


def keep_results(*, by: Actor, dossier: Application, snapshot: Snapshot, stage: Stage) -> CheckRun:
    """Ask all checks and keep their findings with the submission, in both languages.

    dossier: from `queries.whole`; outside the open states its rows are those of the submission. Part of the act that
    asks (submit, recommend, screen), so it records no event of its own.
    """
    rows = as_rows(dossier)
    return CheckRun.objects.create(
        application_id=dossier.pk,
        snapshot=snapshot,
        stage=stage,
        asked=len(checks.CHECKS),
        blocking=sum(row["severity"] == Severity.BLOCKS for row in rows),
        findings=rows,
        engine=engine(),
        person_id=by.id,
        at=clock.now(),
    )


def as_rows(dossier: Application) -> list[dict[str, Any]]:
    """The findings as plain values: code, severity, section, fields, source, and the sentence in both languages."""
    said: dict[str, dict[str, str]] = {}
    for key, language in (("zh", "zh-hans"), ("en", "en")):
        with translation.override(language):
            found = checks.run(dossier)
            for finding in found:
                said.setdefault(finding.code, {})[key] = str(finding.text)
                said[finding.code][f"label_{key}"] = str(finding.check.label)
    return [
        {
            "code": finding.code,
            "severity": finding.severity.value,
            "section": finding.section,
            "fields": list(finding.check.fields),
            "source": finding.check.source,
            **said[finding.code],
        }
        for finding in found
    ]


def engine() -> str:
    """A digest of the checks that are asked: another set of checks, another digest."""
    rows = sorted(f"{row.code}:{row.severity}:{row.source}" for row in checks.CHECKS.values())
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()
