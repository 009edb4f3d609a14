"""A report of the tests in the catalogue, and a file of it that the drafter asked for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any


def make(world: Any) -> dict[str, dict[str, Any]]:
    from portal.core import clock
    from portal.core.tasks import start_run
    from portal.reports.catalogue import CATALOGUE
    from portal.reports.models import ReportFile
    from tests.reports import sample

    CATALOGUE.setdefault(sample.NAME, sample.REPORT)
    with world.acting("drafter") as by:
        run = start_run(by=by, task="matrix.report")
        file = ReportFile.objects.create(
            file_name="a.csv", content_type="text/csv", size=1, sha256="0" * 64, storage_key="reports/matrix",
            uploaded_by_id=by.id, uploaded_at=clock.now(), run=run, report=sample.NAME, title="Sample",
            kept_until=clock.now() + timedelta(days=1), removed_at=clock.now(),
        )  # fmt: skip
    pk = {"pk": file.pk}
    return {"reports:order": {"name": sample.NAME}, "reports:file": pk, "reports:download": pk}
