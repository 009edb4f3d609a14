"""An event of Xiamen's trail: what the drafter's office did."""

from __future__ import annotations

from typing import Any

from portal.core.commands import event_writer


def make(world: Any) -> dict[str, dict[str, Any]]:
    from portal.audit.models import Event

    with world.acting("drafter") as by:
        event_writer()(by=by, act="core.of_the_matrix", obj=None, before={}, after={}, why="", outcome="done")
        event = Event.objects.filter(actor=by.id, act="core.of_the_matrix").latest("pk")
    world.kept["event"] = event
    return {"audit:event": {"pk": event.pk}}
