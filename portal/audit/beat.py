"""What beat does with the trail."""

from __future__ import annotations

import structlog
from celery import shared_task

from portal.audit import seals
from portal.audit.evidence import keeping
from portal.core.again import AGAIN
from portal.core.clockwork import as_clockwork

log = structlog.get_logger(__name__)


@shared_task(name="portal.seal_audit", **AGAIN)
def seal_audit() -> None:
    """Each night: write the end of the chain to a signed file. A line in the log says why when that did not go well."""
    try:
        with as_clockwork():
            row = seals.add()
        with as_clockwork():  # the row is kept by now, whatever becomes of its file
            seals.write_missing()
    except (seals.Unfit, ValueError) as error:
        log.exception("audit_not_sealed", reason=str(error))
    except OSError as error:  # the row stands, its file is written with the next seal
        log.exception("seal_not_written", number=error.errno)
    else:
        log.info("audit_sealed", seal=row.pk)


@shared_task(name="portal.remove_old_evidence", **AGAIN)
def remove_old_evidence() -> None:
    """Each night: the content of evidence whose time is over is removed. Safe to repeat and to run twice at once."""
    while True:
        with as_clockwork() as by:
            count = keeping.remove_old(by=by)
        if not count:
            return
        log.info("evidence_removed", count=count)
