"""The batch of a round: drafted, signed by both ministries, closed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from portal.core import clock
from portal.demonstration.invent import MARK
from portal.demonstration.rounds import Round
from portal.demonstration.stage import acting
from portal.programme.defaults import DEFAULT, budget_source
from portal.programme.domain import batch as domain
from portal.programme.models import Batch, RuleSet

CALL_ZH: Final = (
    "（演示）请符合条件的城市人民政府会同有关中央企业编制实施方案，经省级工业和信息化、财政部门联合推荐后申报。"
)
CALL_EN: Final = (
    "(Demonstration) City governments, with central state-owned enterprises where they wish, draft an implementation "
    "plan and apply through their provincial industry and finance departments."
)
ORDINALS: Final = "零一二三四五六七八九"


def ordinal(number: int) -> str:
    """A number below 100 in Chinese."""
    tens, ones = divmod(number, 10)
    if not tens:
        return ORDINALS[ones]
    return ("" if tens == 1 else ORDINALS[tens]) + "十" + (ORDINALS[ones] if ones else "")


def rules_of(one: Round) -> RuleSet:
    """The published rules, or a version of them that fits a smaller or larger round."""
    if not one.rules:
        return RuleSet.objects.order_by("-version").exclude(version__startswith="demo")[0]
    values: dict[str, Any] = DEFAULT | one.rules
    details = values["details"]
    sources = details["sources"] | {"budget": budget_source(values["total_units"])}
    values |= {
        "details": details | {"sources": sources},
        "version": f"demo.{one.number}",
        "title_zh": f"{MARK}第{ordinal(one.number)}批规则",
        "title_en": f"(Demonstration) Rules of batch {one.number}",
    }
    return RuleSet.objects.get_or_create(version=values.pop("version"), defaults=values)[0]


def begins(one: Round) -> datetime:
    """When the round opens: so many days ago, at midnight."""
    midnight = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=one.opened)


def open_batch(one: Round, miit: int, mof: int) -> Batch:
    """An open batch with its dates in the past; MIIT drafts and signs, MOF countersigns."""
    opens = begins(one)
    rules = rules_of(one)
    with acting(miit, opens - timedelta(hours=30)) as by:
        row = domain.draft(
            by=by,
            what=domain.BatchInput(
                number=one.number,
                year=opens.year,
                title_zh=f"{opens.year}年新型技术改造城市试点（第{ordinal(one.number)}批，演示）",
                title_en=f"New-type technological transformation city pilot {opens.year}, batch {one.number} (demo)",
                call_zh=CALL_ZH,
                call_en=CALL_EN,
                rule_set=rules,
                opens_at=opens,
                deadline=clock.end_of_day((opens + timedelta(days=one.open_for)).date()),
            ),
        )
        domain.open_batch(by=by, batch=row)
    with acting(mof, opens - timedelta(hours=6)) as by:
        domain.countersign(by=by, batch=row)
    return Batch.objects.select_related("rule_set").get(pk=row.pk)


def close(batch: Batch, miit: int) -> Batch:
    """Close the batch the morning after its deadline."""
    if batch.deadline is None:
        raise ValueError("A batch of the demonstration has its dates.")
    with acting(miit, batch.deadline + timedelta(hours=9)) as by:
        domain.close(by=by, batch=batch)
    return Batch.objects.select_related("rule_set").get(pk=batch.pk)
