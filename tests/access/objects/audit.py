"""An event of Xiamen's trail: what the drafter's office did; a seal; a recomputation and evidence of the auditor's."""

from __future__ import annotations

import uuid
from typing import Any

from portal.core.commands import event_writer


def make(world: Any) -> dict[str, dict[str, Any]]:
    from portal.audit.models import Event

    with world.acting("drafter") as by:
        event_writer()(by=by, act="core.of_the_matrix", obj=None, before={}, after={}, why="", outcome="done")
        event = Event.objects.filter(actor=by.id, act="core.of_the_matrix").latest("pk")
    world.kept["event"] = event
    bundle, run = _evidence(world)
    return {
        "audit:event": {"pk": event.pk},
        "audit:seal": {"pk": _seal()},
        "audit:verification": {"pk": run},
        "audit:bundle": {"pk": bundle},
        "audit:download_bundle": {"pk": bundle},
    }


def _seal() -> int:
    from portal.audit import seals
    from portal.audit.models_evidence import TrailSeal
    from portal.core.clockwork import as_clockwork

    with as_clockwork():
        seals.seal()
        return TrailSeal.objects.latest("at").pk


def _evidence(world: Any) -> tuple[uuid.UUID, uuid.UUID]:
    """A bundle whose content is gone, and a recomputation that has ended."""
    from portal.audit.evidence.orders import EVIDENCE, VERIFY
    from portal.audit.models_evidence import EvidenceBundle
    from portal.core import clock
    from portal.core.models import Run

    with world.acting("auditor") as by:
        now = clock.now()
        made = Run.objects.create(task=EVIDENCE, key="matrix.evidence", asker=by.id, queued_at=now)
        done = Run.objects.create(task=VERIFY, key="matrix.verify", asker=by.id, queued_at=now)
        for state in ("running", "done"):
            done.state = state
            done.save()
        bundle = EvidenceBundle.objects.create(
            file_name="a.zip", content_type="application/zip", size=1, sha256="0" * 64, storage_key="evidence/matrix",
            uploaded_by_id=by.id, uploaded_at=now, run=made, as_of=now, head_seq=0, root="0" * 64,
            manifest_sha256="0" * 64, entries=0, documents=0, events=0,
        )  # fmt: skip
    return bundle.pk, done.pk
