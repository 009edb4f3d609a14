"""What beat does with reports."""

from __future__ import annotations

import structlog
from celery import shared_task

from portal.core import clock
from portal.core.again import AGAIN
from portal.core.clockwork import as_clockwork
from portal.reports.domain.orders import remove_old
from portal.reports.domain.schedules import ask_due

log = structlog.get_logger(__name__)


@shared_task(name="portal.remove_old_reports", **AGAIN)
def remove_old_reports() -> None:
    """Each night: the content of reports whose time is over is removed. Safe to repeat and to run twice at once."""
    while True:
        with as_clockwork() as by:
            count = remove_old(by=by)
        if not count:
            return
        log.info("reports_removed", count=count)


@shared_task(name="portal.ask_reports")
def ask_reports() -> None:
    """Every ten minutes: reports of schedules whose moment has come are asked for."""
    if count := ask_due(clock.now()):
        log.info("reports_asked", count=count)
