"""Xiamen's approved plan with a change that waits for its signature; a match between Xiamen and Ningbo."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from applications import queries
from applications.domain import plans
from applications.models import Match
from portal.programme.models import Batch
from tests import factories_applications as make_applications
from tests import factories_reviews as make_reviews


def make(world: Any) -> dict[str, dict[str, Any]]:
    with world.acting("officer.miit") as by:
        batch = Batch.objects.get(number=815)
        row = make_reviews.application(batch, "350200")
        other = make_reviews.application(batch, "330200")
        plans.approve_plan(by=by, application=row, document_no="工信厅联规函〔2026〕815号")
        match = Match.objects.create(
            batch=batch, kind="project", application=row, other=other, name="甲", other_name="甲", score=Decimal(1)
        )
    change = make_applications.asked(make_applications.fresh(row))
    with world.acting("drafter"):
        first = json.loads(queries.current_plan(row).content)["projects"][0]["id"]
    one, asked, of_project = {"pk": row.pk}, {"row": change.pk}, {"pk": row.pk, "project": str(first)}
    return {
        "applications:plan_approved": one,
        "applications:approve_plan": {"pk": other.pk},
        "applications:plan_version": {"pk": row.pk, "number": 1},
        "applications:add_to_plan": one,
        "applications:follow_unit": one,
        "applications:change_in_plan": of_project,
        "applications:end_in_plan": of_project,
        "applications:change": asked,
        "applications:sign_change": asked,
        "applications:agree_change": asked,
        "applications:decide_change": asked,
        "applications:withdraw_change": asked,
        "applications:unit_history": {"unit": "350200"},
        "applications:results": one,
        "applications:start_matching": {"number": 815},
        "applications:match": {"row": match.pk},
    }
