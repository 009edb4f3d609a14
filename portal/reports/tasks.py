"""The tasks that build report files, and compare what somebody else sees with a file that is shared with them."""

from __future__ import annotations

import functools
import time
from datetime import timedelta
from typing import IO, Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from portal.core import clock
from portal.core.errors import DomainError, Text
from portal.core.files import Kept, keep_made
from portal.core.models import Run, RunState
from portal.core.scope import Actor
from portal.core.tasks import HEAVY, LIGHT, Cancelled, Progress, run_task
from portal.core.telling import tell
from portal.core.workplace import workplace
from portal.reports import queries
from portal.reports.catalogue import CATALOGUE, FORMATS, Order
from portal.reports.domain import shares
from portal.reports.domain.orders import TASK, ask_again, share_content_lock
from portal.reports.making import Wanted, order_of, write
from portal.reports.models import ReportFile
from portal.reports.writers import open_writer
from portal.reports.writers.base import Written
from portal.reports.writers.page import DigestWriter

MOST_BYTES: Final = 500 * 2**20


def title_of(run: Run) -> Text:
    """What the run builds, in the reader's language."""
    report = CATALOGUE.get(run.params.get("report", ""))
    return report.title if report else gettext_lazy("Report")


def lane(run: Run) -> str:
    """Heavy reports wait in a queue of their own."""
    report = CATALOGUE.get(str(run.params.get("report", "")))
    return HEAVY if report is not None and report.heavy else LIGHT


def lasts(run: Run) -> int | None:
    """How long this report took before (ms)."""
    known = queries.last_rows(run.asker, run.params.get("report", ""))
    return queries.lasts(run.params.get("report", ""), run.params.get("format", ""), known)


def ended(by: Actor, run: Run) -> None:
    """Who asked to be told hears that the file is ready, or why there is none."""
    if not run.params.get("tell"):
        return
    if run.state == RunState.DONE:
        text, url = gettext_lazy("The report “%(report)s” is ready."), run.result.get("url", "")
    else:
        text, url = gettext_lazy("The report “%(report)s” could not be made."), reverse("runs:run", args=[run.pk])
    tell([run.asker], text, by=by, url=url, myself=True, report=title_of(run))


@run_task(TASK, label=title_of, again=ask_again, lane=lane, ended=ended, lasts=lasts)
def build(run: Run, progress: Progress) -> Any:
    """Build one report file part by part into a file of this attempt's own; it is kept when the run ends well.

    The asker's right and the parameters are checked again in the scope of today.
    """
    began = time.monotonic()
    order = _order(run, progress)
    with workplace("report") as folder:
        path = folder / "part"
        written = write(order, open_writer(order, path), lambda done, of: progress(done, of=of))
        if path.stat().st_size > MOST_BYTES:
            raise DomainError("report_too_large", _("The report is too large. Choose narrower parameters."))
        made = path.open("rb")  # outlives its folder: it is read in the transaction that ends the run
    return functools.partial(_keep, run, order, written, made, int(1000 * (time.monotonic() - began)) + 1)


def _order(run: Run, progress: Progress) -> Order:
    params = run.params
    with progress.acting() as by:
        if not by.id:
            raise Cancelled
        what = Wanted(params["report"], params["format"], params["values"], clock.now())
        return order_of(by, what, progress.acting)


def _keep(run: Run, order: Order, written: Written, made: IO[bytes], took: int, by: Actor) -> dict[str, Any]:
    """Keep content and row, in the transaction that ends the run."""
    share_content_lock()
    with made:
        kept = _store(order, made)
    days = order.report.keep_days or settings.REPORT_KEEP_DAYS
    row = ReportFile.objects.create(
        **kept.fields(by=by),
        run_id=run.pk,
        report=order.report.name,
        title=str(order.report.title),
        format=order.format,
        language=run.language,
        params=run.params["values"],
        facts=written.facts,
        rows=written.rows,
        rows_sha256=written.rows_sha256,
        as_of=order.as_of,
        milliseconds=took,
        kept_until=clock.now() + timedelta(days=days),
    )
    address = reverse("reports:file", args=[row.pk])
    return {"url": address, "label": _("Open the report"), "sha256": kept.sha256, "extent": by.extent()}


def _store(order: Order, made: IO[bytes]) -> Kept:
    name = order.report.file_name(order) if order.report.file_name else _name(order)
    return keep_made(made, name=name, kind=FORMATS[order.format], folder="reports")


def _name(order: Order) -> str:
    return f"{order.report.title}-{order.as_of.astimezone(clock.SHANGHAI):%Y%m%d-%H%M}"


def _compared(run: Run) -> Text:
    return gettext_lazy("Compare a shared report with what you see")


@run_task(shares.TASK, label=_compared, again=shares.compare_again, lane=lane)
def compare(run: Run, progress: Progress) -> Any:
    """Make the shared report in the scope of whom it is for, without a file, and compare the rows."""
    with progress.acting() as by:
        share = shares.offered(by, run.params["share"])
        order = order_of(by, Wanted(share.report, share.format, share.params, share.as_of), progress.acting)
    with override(share.language):
        written = write(order, DigestWriter(order), lambda done, of: progress(done, of=of))

    def keep(by: Actor) -> dict[str, Any]:
        shares.tried(by=by, share=share, rows_sha256=written.rows_sha256)
        return {"redirect": reverse("reports:shared", args=[share.pk]), "extent": by.extent()}

    return keep
