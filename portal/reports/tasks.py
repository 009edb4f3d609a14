"""The task that builds report files."""

from __future__ import annotations

import functools
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import clock
from portal.core.errors import DomainError, Text
from portal.core.files import Kept, keep_made
from portal.core.models import Run
from portal.core.rules import may
from portal.core.scope import Actor
from portal.core.tasks import Cancelled, Progress, run_task
from portal.reports.catalogue import CATALOGUE, FORMATS, Cover, Order
from portal.reports.domain.orders import TASK, ask_again, share_content_lock
from portal.reports.models import ReportFile
from portal.reports.writers import open_writer
from portal.reports.writers.base import Written

MOST_BYTES: Final = 200 * 2**20


def title_of(run: Run) -> Text:
    """What the run builds, in the reader's language."""
    report = CATALOGUE.get(run.params.get("report", ""))
    return report.title if report else gettext_lazy("Report")


@run_task(TASK, label=title_of, again=ask_again)
def build(run: Run, progress: Progress) -> Any:
    """Build one report file part by part into a file of this attempt's own; it is kept when the run ends well.

    The asker's right and the parameters are checked again in the scope of today.
    """
    order = _order(run, progress)
    with tempfile.TemporaryDirectory(prefix="report-") as folder:
        path = Path(folder) / "part"
        writer = open_writer(order, path)
        try:
            steps, depth = 1, _depth()
            for done, part in enumerate(order.report.build(order)):
                _outside(depth)
                if isinstance(part, Cover):
                    steps = part.steps + 1
                writer.add(part)
                progress(min(done, steps), of=max(steps, done, 1))
            written = writer.close()
        except BaseException:
            writer.abandon()
            raise
        if path.stat().st_size > MOST_BYTES:
            raise DomainError("report_too_large", _("The report is too large. Choose narrower parameters."))
        progress(steps, of=steps)
        content = path.read_bytes()
    return functools.partial(_keep, run, order, written, content)


def _depth() -> int:
    """How many transactions and savepoints are open."""
    return int(connection.in_atomic_block) + len(connection.savepoint_ids)


def _outside(depth: int) -> None:
    """Refuse a part given inside a transaction: nobody would see the progress, and a cancel would wait for its end."""
    if _depth() != depth:
        raise RuntimeError("A builder gives its parts outside its transactions.")


def _order(run: Run, progress: Progress) -> Order:
    report = CATALOGUE.get(run.params["report"])
    if report is None or run.params["format"] not in report.format_names:
        raise DomainError("report_unknown", _("This report or kind of file does not exist any more."))
    with progress.acting() as by:
        if not by.id:
            raise Cancelled
        may(by, report.act).or_refuse()
        form = report.form(run.params["values"], actor=by)
        if not form.is_valid():
            raise DomainError("report_parameters", _("The parameters no longer fit: choose them anew."))
        words = form.words()
    return Order(
        by=by,
        report=report,
        format=run.params["format"],
        values=form.cleaned_data,
        words=words,
        asked_at=run.queued_at,
        acting=progress.acting,
    )


def _keep(run: Run, order: Order, written: Written, content: bytes, by: Actor) -> dict[str, Any]:
    """Keep content and row, in the transaction that ends the run."""
    share_content_lock()
    kept = _store(order, content)
    row = ReportFile.objects.create(
        **kept.fields(by=by),
        run_id=run.pk,
        report=order.report.name,
        title=str(order.report.title),
        params=run.params["values"],
        facts=written.facts,
        rows=written.rows,
        rows_sha256=written.rows_sha256,
        kept_until=clock.now() + timedelta(days=settings.REPORT_KEEP_DAYS),
    )
    return {"url": reverse("reports:file", args=[row.pk]), "label": _("Open the report"), "sha256": kept.sha256}


def _store(order: Order, content: bytes) -> Kept:
    kind = FORMATS[order.format]
    name = order.report.file_name(order) if order.report.file_name else _name(order, order.asked_at)
    with tempfile.SpooledTemporaryFile(max_size=2**20) as made:
        made.write(content)
        return keep_made(made, name=name, kind=kind, folder="reports")


def _name(order: Order, at: datetime) -> str:
    return f"{order.report.title}-{at.astimezone(clock.SHANGHAI):%Y%m%d-%H%M}"
