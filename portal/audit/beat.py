"""What beat does with the trail."""

from __future__ import annotations

import structlog
from celery import shared_task

from portal.audit import seals
from portal.audit.evidence import keeping
from portal.core.clockwork import as_clockwork

log = structlog.get_logger(__name__)


@shared_task(name="portal.seal_audit")
def seal_audit() -> None:
    """Each night: write the end of the chain to a signed file."""
    with as_clockwork():
        file = seals.seal()
    log.info("audit_sealed", file=file.name)


@shared_task(name="portal.remove_old_evidence")
def remove_old_evidence() -> None:
    """Each night: the content of evidence whose time is over is removed. Safe to repeat and to run twice at once."""
    while True:
        with as_clockwork() as by:
            count = keeping.remove_old(by=by)
        if not count:
            return
        log.info("evidence_removed", count=count)
