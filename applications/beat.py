"""What beat does with dossiers."""

from __future__ import annotations

import structlog
from celery import shared_task
from django.db import connection

from applications.domain.uploads import forget_abandoned
from applications.search import filling
from portal.core.again import AGAIN
from portal.core.clockwork import as_clockwork

log = structlog.get_logger(__name__)


@shared_task(name="portal.forget_uploads", **AGAIN)
def forget_uploads() -> None:
    """Each night: uploads that nobody finished are forgotten, with their pieces."""
    with as_clockwork() as by:
        count = forget_abandoned(by=by)
    if count:
        log.info("uploads_forgotten", count=count)


@shared_task(name="portal.refresh_search")
def refresh_search() -> None:
    """Each quarter of an hour: texts of new attachments are read, the index of the search follows the dossiers.

    The index follows whatever became of the files: one of them must not keep auditors from finding all the rest.
    """
    try:
        files = filling.read_files()
    except Exception as error:  # storages and readers raise what they like
        log.exception("search_files_not_read", kind=type(error).__name__)
        files = 0
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
    dossiers, changed = filling.refresh_all()
    if files or changed:
        log.info("search_refreshed", files=files, dossiers=dossiers, changed=changed)
