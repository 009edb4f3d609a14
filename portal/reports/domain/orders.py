"""Asking for a report, and removing the content of old ones."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

from django.core.files.storage import default_storage
from django.db import connection
from django.urls import reverse
from django.utils.http import urlencode

from portal.core import clock
from portal.core.commands import command, event_writer
from portal.core.models import Run
from portal.core.rules import may
from portal.core.scope import Actor
from portal.core.tasks import start_run
from portal.reports.making import known
from portal.reports.models import ReportFile
from portal.reports.queries import over

TASK: Final = "reports.build"
# Who adds a file shares this lock, who removes content holds it alone: the same content may belong to a new file.
CONTENT_LOCK: Final = 20240018


@dataclass(frozen=True)
class OrderInput:
    """What is asked: a report of the catalogue, its format, its checked parameters as plain values.

    tell: a letter says when it is done. schedule: the schedule that asks.
    """

    report: str
    format: str
    values: dict[str, Any]
    tell: bool = False
    schedule: int | None = None


def ask(*, by: Actor, what: OrderInput) -> Run:
    """Ask for a report; the worker builds it. A double click gives the run that is under way already.

    Raises NotAllowed when the person may not see what the report shows, DomainError for an unknown report or format.
    """
    with command(by, "reports.ask") as act:
        report = known(what.report, what.format)
        may(by, report.act).or_refuse()
        params = {name: value for name, value in asdict(what).items() if value not in (None, False)}
        run = start_run(by=by, task=TASK, params=params, back=address(what.report, what.values)[:300])
        return act.record(run, why=report.name)


def address(report: str, values: dict[str, Any], route: str = "reports:order") -> str:
    """The page of a report with these parameters filled in."""
    query = urlencode({key: value for key, value in values.items() if value not in (None, "", [])}, doseq=True)
    page = reverse(route, args=[report])
    return f"{page}?{query}" if query else page


def ask_again(by: Actor, run: Run) -> Run:
    """Ask once more for what a failed or cancelled run was to build, with the rights of today."""
    return ask(by=by, what=OrderInput(**run.params))


def share_content_lock() -> None:
    """Keep content from being removed until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock_shared(%s)", [CONTENT_LOCK])


def remove_old(*, by: Actor, most: int = 200) -> int:
    """Remove the content of files whose time is over, as the clockwork; gives how many. The rows stay as evidence.

    Content that another kept file still names stays in the storage.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [CONTENT_LOCK])
    now = clock.now()
    found = list(over(now).select_for_update(skip_locked=True)[:most])
    for file in found:
        file.removed_at = now
        file.save(update_fields=["removed_at"])
        if not ReportFile.objects.filter(storage_key=file.storage_key, removed_at=None).exists():
            default_storage.delete(file.storage_key)
        event_writer()(by=by, act="reports.remove", obj=file, before={}, after={}, why="", outcome="done")
    return len(found)
