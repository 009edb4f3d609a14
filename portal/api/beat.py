"""What beat does for the API."""

from __future__ import annotations

import structlog
from celery import shared_task

from portal.api.middleware import KEPT
from portal.api.models import Repeatable
from portal.core import clock
from portal.core.again import AGAIN
from portal.core.clockwork import as_clockwork

log = structlog.get_logger(__name__)


@shared_task(name="portal.forget_repeatable", **AGAIN)
def forget_repeatable() -> None:
    """Each night: answers kept for repeats are forgotten once their day is over. Safe to repeat."""
    with as_clockwork():
        count, _kinds = Repeatable.objects.filter(at__lt=clock.now() - KEPT).delete()
    log.info("repeatable_forgotten", count=count)
