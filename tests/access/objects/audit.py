"""An event of Xiamen's trail: what the drafter's office did; what the national office made with its instruments."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from portal.core.commands import event_writer


def make(world: Any) -> dict[str, dict[str, Any]]:
    from portal.audit.models import Event

    with world.acting("drafter") as by:
        event_writer()(by=by, act="core.of_the_matrix", obj=None, before={}, after={}, why="", outcome="done")
        event = Event.objects.filter(actor=by.id, act="core.of_the_matrix").latest("pk")
    world.kept["event"] = event
    return {"audit:event": {"pk": event.pk}, **_instruments(world)}


def _instruments(world: Any) -> dict[str, dict[str, Any]]:
    from portal.audit.analyses import ANALYSES
    from portal.audit.domain import leads, queries, samples
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
    tree = {"join": "all", "groups": [{"join": "all", "conditions": [{"field": "amount", "op": "least", "value": "1"}]}]}
    line = {"key": "k", "title": "A line", "url": "/oversight/", "amount": "1.00", "cells": {}}
    with world.acting("auditor") as by:
        sample = samples.draw_sample(by=by, what=what)
        query = queries.save_query(by=by, source="entries", name="Matrix", tree=tree)
        benford = ANALYSES["benford"]
        result = leads.keep_analysis(by=by, analysis=benford, found=leads.Looked({}, [line], 1, []))
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
        "instruments:make_lead": {"pk": result.pk},
        "instruments:lead": {"pk": lead.pk},
        "instruments:decide_lead": {
            "take-up": {"pk": lead.pk, "act": "take-up"},
            "reopen": {"pk": lead.pk, "act": "reopen"},
        },
        "instruments:query": {"source": "entries"},
        "instruments:remove_query": {"pk": query.pk},
    }
