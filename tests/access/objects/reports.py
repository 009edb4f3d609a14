"""A report of the tests (`ground` puts it into the catalogue): a file the drafter asked for, shared, and planned."""

from __future__ import annotations

from datetime import timedelta
from typing import Any


def make(world: Any) -> dict[str, dict[str, Any]]:
    from django.contrib.auth import get_user_model

    from portal.core import clock
    from portal.core.tasks import start_run
    from portal.reports.models import ReportFile, ReportSchedule, ReportShare
    from tests.reports import sample

    with world.acting("drafter") as by:
        run = start_run(by=by, task="matrix.report")
        file = ReportFile.objects.create(
            file_name="a.csv", content_type="text/csv", size=1, sha256="0" * 64, storage_key="reports/matrix",
            uploaded_by_id=by.id, uploaded_at=clock.now(), run=run, report=sample.NAME, title="Sample",
            format="csv", language="en", rows_sha256="1" * 64, as_of=clock.now(), params={"count": 1},
            kept_until=clock.now() + timedelta(days=1), removed_at=clock.now(),
        )  # fmt: skip
        schedule = ReportSchedule.objects.create(
            person_id=by.id, report=sample.NAME, format="csv", params={"count": 1}, language="en", rhythm="daily",
            hour=7, made_at=clock.now(), next_at=clock.now() + timedelta(days=1),
        )  # fmt: skip
        kept = ReportFile.objects.create(
            file_name="b.csv", content_type="text/csv", size=1, sha256="2" * 64, storage_key="reports/matrix-shared",
            uploaded_by_id=by.id, uploaded_at=clock.now(), run=start_run(by=by, task="matrix.shared"),
            report=sample.NAME, title="Sample", format="csv", language="en", rows_sha256="3" * 64, as_of=clock.now(),
            params={"count": 1}, kept_until=clock.now() + timedelta(days=1),
        )  # fmt: skip
        other = get_user_model().objects.get(email="signatory@matrix.test")
        share = ReportShare.objects.create(
            file=kept, person=other, shared_by_id=by.id, shared_at=clock.now(), report=sample.NAME, title="Sample",
            format="csv", language="en", params={"count": 1}, as_of=clock.now(), rows_sha256="3" * 64,
        )  # fmt: skip
    pk, shared, named = {"pk": file.pk}, {"pk": share.pk}, {"name": sample.NAME}
    return {
        "reports:order": named,
        "reports:page": named,
        "reports:plan": named,
        "reports:file": pk,
        "reports:download": pk,
        "reports:again": pk,
        "reports:share": pk,
        "reports:shared": shared,
        "reports:withdraw": shared,
        "reports:planned": {"pk": schedule.pk},
        "reports:move": {"pk": schedule.pk, "act": "pause_schedule"},
    }
