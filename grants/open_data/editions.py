"""Editions: the night's look whether what is public changed, and the files of the new edition where it did."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime

import structlog
from django.db import connection
from django.db.models import Max

from grants.models import OpenFile
from grants.open_data.sets import FORMATS, SETS, DataSet
from grants.open_data.writing import Written, write
from portal.core import clock
from portal.core.files import keep_made
from portal.core.inspection import FileKind

log = structlog.get_logger(__name__)
FOLDER = "open"


def publish(*, moment: datetime | None = None) -> int:
    """Write a new edition of each data set that changed; gives how many. Called in the clockwork's scope.

    One transaction for all sets, so that their sums agree. Safe to repeat: what did not change is not written anew;
    who comes while another writes does nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(hashtextextended('open data', 0))")
        if not (cursor.fetchone() or [False])[0]:
            return 0
    moment = moment or clock.now()
    return sum(_publish(one, moment) for one in SETS.values())


def _publish(one: DataSet, moment: datetime) -> bool:
    last = OpenFile.objects.filter(data_set=one.name).order_by("-edition").first()
    with ExitStack() as files:
        written = write(one, moment=moment, into=files)
        if last is not None and last.stamp == written.stamp:
            return False
        _keep(one, written, moment, edition=(last.edition if last else 0) + 1)
    log.info("open_data_written", data_set=one.name, rows=written.rows)
    return True


def _keep(one: DataSet, written: Written, moment: datetime, *, edition: int) -> None:
    for name, file in written.files.items():
        ending, content_type, label = FORMATS[name]
        kind = FileKind(label, content_type, (f".{ending}",))
        kept = keep_made(file, name=f"{one.name}.{ending}", kind=kind, folder=FOLDER)
        OpenFile.objects.create(
            data_set=one.name,
            format=name,
            edition=edition,
            rows=written.rows,
            size=kept.size,
            sha256=kept.sha256,
            storage_key=kept.storage_key,
            stamp=written.stamp,
            made_at=moment,
        )


def latest() -> dict[str, list[OpenFile]]:
    """The files of the newest edition of each data set, by its name, in the order of the formats. Two queries at most.

    A data set that was never written is not in it.
    """
    newest = dict(OpenFile.objects.order_by().values_list("data_set").annotate(newest=Max("edition")))
    found: dict[str, list[OpenFile]] = {name: [] for name in SETS if name in newest}
    for row in OpenFile.objects.filter(edition__in=set(newest.values())):
        if newest[row.data_set] == row.edition and row.data_set in found:
            found[row.data_set].append(row)
    order = list(FORMATS)
    return {name: sorted(files, key=lambda row: order.index(row.format)) for name, files in found.items()}


def editions(name: str) -> list[OpenFile]:
    """All editions of a data set, the newest first: the CSV file of each."""
    return list(OpenFile.objects.filter(data_set=name, format="csv").order_by("-edition"))


def file_of(name: str, form: str, edition: int = 0) -> OpenFile | None:
    """The file of an edition (0: the newest one) in a format; None when that edition has none."""
    rows = OpenFile.objects.filter(data_set=name)
    if not edition:
        edition = rows.aggregate(newest=Max("edition"))["newest"] or 0
    return rows.filter(edition=edition, format=form).first()
