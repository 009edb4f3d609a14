"""What beat does with batches."""

from __future__ import annotations

import structlog
from celery import shared_task

from portal.core.clockwork import as_clockwork
from portal.core.errors import DomainError
from portal.programme import queries
from portal.programme.domain import batch as domain

log = structlog.get_logger(__name__)


@shared_task(name="portal.close_batches")
def close_batches() -> None:
    """Each minute: close the batches whose deadline has passed. Safe to repeat and to run twice at once."""
    with as_clockwork() as by:
        for batch in queries.overdue():
            try:
                domain.close(by=by, batch=batch)
            except DomainError as error:  # someone closed it, or moved the deadline, a moment ago
                log.info("batch_not_closed", batch=batch.pk, reason=error.code)
            else:
                log.info("batch_closed", batch=batch.pk)
