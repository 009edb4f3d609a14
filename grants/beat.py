"""What beat does with open data."""

from __future__ import annotations

import structlog
from celery import shared_task
from django.db import connection, transaction

from grants.open_data.editions import publish
from portal.core.again import AGAIN
from portal.core.clockwork import as_clockwork

log = structlog.get_logger(__name__)


@shared_task(name="portal.write_open_data", **AGAIN)
def write_open_data() -> int:
    """Each night: data sets whose public rows changed get a new edition. Gives how many.

    Safe to repeat and to run twice at once.
    """
    whole = not connection.in_atomic_block
    with transaction.atomic():
        if whole:  # all data sets of one moment, so that their sums agree
            with connection.cursor() as cursor:
                cursor.execute("set transaction isolation level repeatable read")
        with as_clockwork():
            count = publish()
    if count:
        log.info("open_data_published", count=count)
    return count
