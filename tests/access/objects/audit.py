"""An event of Xiamen's trail: what the drafter's office did; a seal. Of the national office: findings on Xiamen's award,
samples, leads, a saved query, a recomputation and evidence.
"""

from __future__ import annotations

import hashlib
import uuid
from datetime import timedelta
from decimal import Decimal
from tempfile import TemporaryDirectory
from typing import Any

from django.test import override_settings

from portal.core.commands import event_writer
from tests import factories_audit as audit
from tests.access.objects import contain

CONTENT = b"x"
DIGEST = hashlib.sha256(CONTENT).hexdigest()


def _findings(world: Any) -> dict[str, dict[str, Any]]:
    """Engagements, one under way; findings in each state their pages ask for."""
    from grants.models import Award

    people = {"lead": "auditor", "bureau": "auditor.province", "unit": "maker.unit"}
    people = {name: world.person(caller) for name, caller in people.items()}
    held = audit.engagement(people, "bureau")
    planned = audit.engagement(people, "bureau", start=False)
    with world.acting("auditor"):
        award = Award.objects.filter(unit="350200").order_by("pk")[0]
        bureau = planned.members.get(person=people["bureau"])
    draft = audit.finding(people, held, award)
    shown = audit.shown(people, held, award)
    rectifying, reported, followed = (
        audit.ordered(people, audit.replied(people, audit.shown(people, held, award))) for _ in range(3)
    )
    audit.reported(people, reported)
    audit.followed(people, audit.reported(people, followed), by="bureau")
    with world.acting("auditor"):
        piece, proof = shown.evidence.get(), reported.answers.get(kind="report").files.get()
    on = {"draft": {"pk": draft.pk}, "shown": {"pk": shown.pk}}
    return {
        "auditing:engagement": {"pk": held.pk},
        "auditing:change_engagement": {"pk": planned.pk},
        "auditing:add_member": {"pk": held.pk},
        "auditing:end_member": {"pk": planned.pk, "member": bureau.pk},
        "auditing:move_engagement": {"pk": planned.pk, "act": "start"},
        "auditing:new_finding": {"pk": held.pk},
        "auditing:finding": on,
        "auditing:see": on,
        "auditing:text": on,
        "auditing:version": {"pk": shown.pk, "number": 1},
        "auditing:show": {"pk": draft.pk},
        "auditing:order": {"pk": shown.pk},
        "auditing:follow_up": {"pk": reported.pk},
        "auditing:hand_over": {"pk": shown.pk},
        "auditing:close": {"pk": followed.pk},
        "auditing:drop": on,
        "auditing:take_evidence": on,
        "auditing:bring_evidence": {"pk": shown.pk},
        "auditing:evidence": {"pk": piece.pk},
        "auditing:evidence_file": {"pk": piece.pk},
        "auditing:proof": {"pk": proof.pk},
        "auditing:answered": on,
        "auditing:reply": {"pk": shown.pk},
        "auditing:report": {"pk": rectifying.pk},
    }


def make(world: Any) -> dict[str, dict[str, Any]]:
    from portal.audit.models import Event

    with world.acting("drafter") as by:
        event_writer()(by=by, act="core.of_the_matrix", obj=None, before={}, after={}, why="", outcome="done")
        event = Event.objects.filter(actor=by.id, act="core.of_the_matrix").latest("pk")
    world.kept["event"] = event
    bundle, run = _evidence(world)
    trail = {
        "audit:event": {"pk": event.pk},
        "audit:seal": {"pk": _seal()},
        "audit:verification": {"pk": run},
        "audit:bundle": {"pk": bundle},
        "audit:download_bundle": {"pk": bundle},
    }
    return trail | _findings(world) | _instruments(world)


def _instruments(world: Any) -> dict[str, dict[str, Any]]:
    from portal.audit.instruments.analyses import ANALYSES
    from portal.audit.instruments.domain import leads, queries, samples
    from portal.core import clock

    what = samples.SampleInput(
        name="Matrix",
        method="random",
        source="entries",
        tree={},
        as_of=clock.now(),
        confidence=Decimal(90),
        tolerable=Decimal(50),
        seed="matrix",
    )
    tree = {
        "join": "all",
        "groups": [{"join": "all", "conditions": [{"field": "amount", "op": "least", "value": "1"}]}],
    }
    line = {"key": "k", "title": "A line", "url": "/oversight/", "amount": "1.00", "cells": {}}
    free = line | {"key": "free"}
    with world.acting("auditor") as by:
        sample = samples.draw_sample(by=by, what=what)
        query = queries.save_query(by=by, source="entries", name="Matrix", tree=tree)
        benford = ANALYSES["benford"]
        result = leads.keep_analysis(by=by, analysis=benford, found=leads.Looked({}, [line, free], 2, []))
        lead = leads.make_lead(by=by, result=result, key="k")
    item = {"pk": sample.pk, "place": 1}
    return {
        "instruments:draw_sample": {"source": "entries"},
        "instruments:sample": {"pk": sample.pk},
        "instruments:sample_item": item,
        "instruments:evaluate_sample": {"pk": sample.pk},
        "instruments:redraw_sample": {"pk": sample.pk},
        "instruments:analysis": {"name": "benford"},
        "instruments:result": {"pk": result.pk},
        "instruments:make_lead": {"pk": result.pk, "?": "key=free"},
        "instruments:lead": {"pk": lead.pk},
        "instruments:reopen_lead": {"pk": lead.pk},
        "instruments:query": {"source": "entries"},
        "instruments:remove_query": {"pk": query.pk},
    }


def _seal() -> int:
    from portal.audit import seals
    from portal.audit.evidence.models import TrailSeal
    from portal.core.clockwork import as_clockwork

    # Files of seals tell of one database: those that another one left behind would not fit this one.
    with TemporaryDirectory() as folder, override_settings(VAR_DIR=folder), as_clockwork():
        seals.seal()
        return TrailSeal.objects.latest("at").pk


def _evidence(world: Any) -> tuple[uuid.UUID, uuid.UUID]:
    """A bundle whose content is gone, and a recomputation that has ended."""
    from portal.audit.evidence.models import EvidenceBundle
    from portal.audit.evidence.orders import EVIDENCE, VERIFY
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
            file_name="a.zip", content_type="application/zip", size=1, sha256=DIGEST, storage_key="evidence/matrix",
            uploaded_by_id=by.id, uploaded_at=now, run=made, as_of=now, head_seq=0, root="0" * 64,
            manifest_sha256="0" * 64, entries=0, documents=0, events=0, kept_until=now + timedelta(days=9),
        )  # fmt: skip
        contain(bundle, CONTENT)
    return bundle.pk, done.pk
