"""How long the content of evidence is kept: until the time its row names, then the clockwork removes it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.storage import default_storage

from portal.audit.evidence.models import EvidenceBundle
from portal.core import clock
from portal.core.commands import event_writer
from portal.core.scope import Actor
from portal.core.sweeping import let_go


def kept_until() -> datetime:
    """Until when evidence that is made now is kept."""
    return clock.now() + timedelta(days=settings.EVIDENCE_KEEP_DAYS)


def remove_old(*, by: Actor, most: int = 200) -> int:
    """Remove the content of bundles whose time is over, as the clockwork; gives how many. Rows and digests stay.

    Content that another bundle still names (the same selection at the same link) stays with that one.
    """
    now = clock.now()
    over = EvidenceBundle.objects.filter(kept_until__lt=now, removed_at=None).order_by("kept_until", "pk")
    found = list(over.select_for_update(skip_locked=True)[:most])
    for row in found:
        let_go(row.storage_key)
        row.removed_at = now
        row.save(update_fields=["removed_at"])
        if not EvidenceBundle.objects.filter(storage_key=row.storage_key, removed_at=None).exists():
            default_storage.delete(row.storage_key)
        event_writer()(
            by=by,
            act="audit.remove_bundle",
            obj=row,
            before={},
            after={"sha256": row.sha256, "size": row.size},
            why="",
            outcome="done",
        )
    return len(found)
