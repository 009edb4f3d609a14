"""What beat does for people."""

from __future__ import annotations

import structlog
from celery import shared_task

from portal.core.again import AGAIN
from portal.core.clockwork import as_clockwork
from portal.notifications import inbox, reminders

log = structlog.get_logger(__name__)


@shared_task(name="portal.remind", **AGAIN)
def remind() -> None:
    """Twice a day: letters before deadlines."""
    log.info("reminders_sent", count=reminders.remind_all())


@shared_task(name="portal.send_letters")
def send_letters() -> None:
    """Every ten minutes: e-mails of notices that the queue or the mail server did not take at first."""
    with as_clockwork():
        late = inbox.unmailed()
    if late:
        inbox.enqueue(late)
        log.info("letters_handed_over", count=len(late))
