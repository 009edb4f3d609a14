"""What is written down with the adoption, because the rows or the code it comes from may change afterwards."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.db.models import Field, JSONField

from portal.core import clock
from portal.programme.models import PilotUnit, RuleSet
from reviews import studies
from reviews.models import Decision
from reviews.record.readme import README
from reviews.selection import verify_decision

_NOT_RULES: Final = {"id", "version", "title_zh", "title_en", "details", "frozen_at"}


def kept(decision: Decision) -> dict[str, str]:
    """The files, by name. `decision` has both signatures, with the people and the scenario at hand."""
    rules = decision.batch.rule_set
    return {
        "README.txt": README,
        "verify_decision.py": Path(verify_decision.__file__).read_text(encoding="utf-8"),
        "reviews.json": _text(_basis(decision)),
        "rules.json": _text(_rules(rules)) if rules else _text({}),
        "signatures.json": _text(_signatures(decision)),
        "units.json": _text(_units(decision)),
    }


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def moment(at: datetime | None) -> str:
    """A moment in Beijing time, to the microsecond."""
    return at.astimezone(clock.SHANGHAI).isoformat(timespec="microseconds") if at else ""


def _basis(decision: Decision) -> dict[str, Any]:
    """The marks the robustness was asked with, reviewers numbered; totals and results stand in the candidate set."""
    frozen = json.loads(decision.scenario.candidate_set.body) if decision.scenario.candidate_set else {}
    return {
        "format": "score-basis/1",
        "result_by": frozen.get("result_by", ""),
        "results_sha256": frozen.get("results_sha256", ""),
        "reviews": list(studies.marks(decision.batch)),
    }


def _rules(rules: RuleSet) -> dict[str, Any]:
    """Every number of the rule set with its source; what the version keeps beside them as it stands there."""
    sources = rules.details.get("sources", {})
    numbers = [
        {"name": field.name, "value": _value(rules, field), "source": sources.get(field.name, "")}
        for field in rules._meta.concrete_fields
        if field.name not in _NOT_RULES
    ]
    details = {name: value for name, value in rules.details.items() if name != "sources"}
    return {
        "format": "rule-set/1",
        "version": rules.version,
        "title_zh": rules.title_zh,
        "title_en": rules.title_en,
        "numbers": numbers,
        "details": {name: {"value": value, "source": sources.get(name, "")} for name, value in details.items()},
    }


def _value(rules: RuleSet, field: Field[Any, Any]) -> Any:
    value = getattr(rules, field.attname)
    return value if isinstance(field, JSONField) or isinstance(value, bool | int) else str(value)


def _signatures(decision: Decision) -> dict[str, Any]:
    signed = [
        ("MIIT", decision.signed_miit_by, decision.signed_miit_at, decision.signed_miit_sha256),
        ("MOF", decision.signed_mof_by, decision.signed_mof_at, decision.signed_mof_sha256),
    ]
    return {
        "format": "decision-signatures/1",
        "sha256": decision.sha256,
        "demonstration": bool(decision.proposed_by.is_demonstration),
        "batch_title_zh": decision.batch.title_zh,
        "batch_title_en": decision.batch.title_en,
        "reason": decision.scenario.reason,
        "proposed": {"person": decision.proposed_by.name, "at": moment(decision.proposed_at)},
        "signatures": [
            {"ministry": ministry, "person": person.name if person else "", "at": moment(at), "sha256": sha256}
            for ministry, person, at, sha256 in signed
        ],
    }


def _units(decision: Decision) -> dict[str, Any]:
    """The names of all candidates and their provinces as they were."""
    codes = [row["id"] for row in json.loads(decision.scenario.instance)["candidates"]]
    rows = PilotUnit.objects.filter(pk__in=codes).select_related("province")
    day = decision.proposed_at.astimezone(clock.SHANGHAI).date()
    names = {row.pk: row.names_on(day) for row in rows}
    return {
        row.pk: {
            "name_zh": names[row.pk][0],
            "name_en": names[row.pk][1],
            "province": row.province_id,
            "province_zh": row.province.name_zh,
            "province_en": row.province.name_en,
        }
        for row in rows
    }
