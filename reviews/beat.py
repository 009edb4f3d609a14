"""What beat does with lists under publicity."""

from __future__ import annotations

import structlog
from celery import shared_task

from portal.core.again import AGAIN
from portal.core.clockwork import as_clockwork
from reviews.domain.telling import tell_periods

log = structlog.get_logger(__name__)


@shared_task(name="portal.tell_periods", **AGAIN)
def tell_of_periods() -> None:
    """Each night: both ministries hear once of a period that ended, and of each objection that waits too long."""
    with as_clockwork() as by:
        count = tell_periods(by=by)
    if count:
        log.info("periods_told", count=count)
