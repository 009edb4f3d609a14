"""A draft of a batch, signed by MIIT, and a past batch."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from portal.core import clock
from portal.programme.domain import batch as domain
from portal.programme.models import RuleSet


def what(number: int) -> domain.BatchInput:
    return domain.BatchInput(
        number=number,
        year=2026,
        title_zh="试验批次",
        title_en="Batch of the matrix",
        call_zh="通知",
        call_en="Call",
        rule_set=RuleSet.objects.get(version="2026.1"),
        opens_at=clock.now(),
        deadline=clock.now() + timedelta(days=30),
    )


def make(world: Any) -> dict[str, dict[str, Any]]:
    with world.acting("officer.miit") as by:
        draft = domain.draft(by=by, what=what(801))
        signed = domain.draft(by=by, what=what(802))
        domain.open_batch(by=by, batch=signed)
        rules = RuleSet.objects.get(version="2026.1")  # a batch opened later freezes that one
        rules.pk, rules.version, rules.frozen_at = None, "2026.matrix", None
        rules.save(force_insert=True)
    world.kept["draft"] = draft
    acts = {"open": draft, "countersign": signed, "close": draft}
    return {
        "public:batch": {"number": 1},
        "programme:batch": {"pk": draft.pk},
        "programme:draft": {"pk": draft.pk},
        "programme:rule_set": {"pk": rules.pk},
        "programme:draft_rule_set": {"pk": rules.pk},
        "programme:change_unit": {"code": "350200"},
        "programme:change_soe": {"code": "YQ001"},
        "programme:act": {act: {"pk": row.pk, "act": act} for act, row in acts.items()},
    }
