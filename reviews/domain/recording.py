"""The record of a decision is handed out; the trail says to whom."""

from __future__ import annotations

from portal.core.commands import event_writer
from portal.core.scope import Actor
from reviews.models import Decision


def look(*, by: Actor, decision: Decision, name: str) -> None:
    """Write into the trail that the record was handed out as this file. The event names digests, no score."""
    event_writer()(
        by=by,
        act="reviews.take_record",
        obj=decision,
        before={},
        after={"file_name": name, "sha256": decision.record.sha256},
        why="",
        outcome="done",
    )
