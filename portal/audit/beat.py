"""What beat does with the trail."""

from __future__ import annotations

import structlog
from celery import shared_task

from portal.audit import seals
from portal.core.clockwork import as_clockwork

log = structlog.get_logger(__name__)


@shared_task(name="portal.seal_audit")
def seal_audit() -> None:
    """Each night: write the end of the chain to a signed file."""
    with as_clockwork():
        file = seals.seal()
    log.info("audit_sealed", file=file.name)
