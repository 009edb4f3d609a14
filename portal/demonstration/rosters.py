"""Invented rosters and what belongs to projects; codes are valid by their check digit and say nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from stdnum.cn import uscc

from applications.models import (
    Application,
    Enterprise,
    Project,
    ProjectApproval,
    ProjectEnterprise,
    ProjectMilestone,
    ProjectMoney,
)
from portal.demonstration.invent import MARK, TRADES, InventedDossier, dice

STEP: Final = 3_000
# Enterprises of a roster; the cast's own city has as many as a real one.
FEW: Final = (18, 34)
WHOLE: Final = {"350600": 1_500}
CLASSES: Final = ("benchmark", "baseline", "baseline", "below", "")


def _code(unit: str, number: int) -> str:
    place = unit[:6] if unit[:6].isdigit() else "650000"
    stem = f"91{place}MA{number:07}"
    return stem + uscc.calc_check_digit(stem)


def _roster(row: Application, what: InventedDossier, name: str) -> Iterator[Enterprise]:
    chance = dice("roster", row.unit_id)
    count = WHOLE.get(row.unit_id, chance.randint(*FEW))
    industries = [industry for industry, _share, _why in what.industries]
    for number in range(1, count + 1):
        industry = industries[number % len(industries)]
        digital = chance.random() * 100 < float(what.digital_base)
        planned = not digital and chance.random() < 0.72
        tools = chance.random() < 0.68
        rate = Decimal(chance.randint(3000, 7800)) / 100
        yield Enterprise(
            application=row,
            credit_code=_code(row.unit_id, number),
            name=f"{MARK}{name}{TRADES[industry]}示例企业{number:04}",
            industry_id=industry,
            revenue=Decimal(chance.randint(2_000, 90_000)) * 10_000,
            is_chain_leader=number <= len(industries),
            is_leading=number <= 2 * len(industries),
            is_champion=chance.random() < 0.03,
            is_little_giant=chance.random() < 0.08,
            digital_state="transformed" if digital else chance.choice(["not_begun", "under_way"]),
            digital_year=row.batch.year + chance.randint(0, 2) if planned else None,
            has_rd_tools=tools,
            rd_tools_year=None if tools or chance.random() < 0.25 else row.batch.year + 1,
            process_rate=rate,
            process_goal=min(Decimal(100), rate + chance.randint(8, 22)),
            energy_level=chance.choice(CLASSES),
        )


def fill(rows: dict[str, Application], invented: dict[str, InventedDossier], names: dict[str, str]) -> None:
    """Write the roster of each dossier."""
    Enterprise.objects.bulk_create(
        (one for code, what in invented.items() for one in _roster(rows[code], what, names[code])), batch_size=STEP
    )


def deepen(rows: dict[str, Application]) -> None:
    """Give each project its enterprises, other public money, approvals and milestones."""
    by_application: dict[int, list[Enterprise]] = {}
    keys = [row.pk for row in rows.values()]
    found = Enterprise.objects.filter(application__in=keys, credit_code__contains="MA000").order_by("credit_code")
    for one in found.only("pk", "application_id", "industry_id"):
        by_application.setdefault(one.application_id, []).append(one)
    projects = list(Project.objects.filter(application__in=keys).order_by("pk"))
    ProjectEnterprise.objects.bulk_create(
        (
            ProjectEnterprise(application_id=project.application_id, project=project, enterprise=one)
            for project in projects
            for one in _taking_part(project, by_application.get(project.application_id, []))
        ),
        batch_size=STEP,
    )
    ProjectMoney.objects.bulk_create((money for project in projects for money in _money(project)), batch_size=STEP)
    ProjectApproval.objects.bulk_create((one for project in projects for one in _approvals(project)), batch_size=STEP)
    ProjectMilestone.objects.bulk_create((one for project in projects for one in _milestones(project)), batch_size=STEP)


def _taking_part(project: Project, roster: list[Enterprise]) -> list[Enterprise]:
    same = [one for one in roster if one.industry_id == project.industry_id]
    return same[: 1 if project.mode == "point" else 4]


def _money(project: Project) -> Iterator[ProjectMoney]:
    if project.other_national_money:
        fund, level = f"{MARK}其他中央资金", "national"
    elif project.pk % 5 == 0:
        fund, level = f"{MARK}省级技术改造专项", "provincial"
    else:
        return
    amount = (project.total_investment / 20).quantize(Decimal("0.01"))
    yield ProjectMoney(application_id=project.application_id, project=project, level=level, fund=fund, amount=amount)


def _approvals(project: Project) -> Iterator[ProjectApproval]:
    number = f"{MARK}备案〔{project.starts_on.year}〕{project.pk % 900 + 100}号"
    common = {"application_id": project.application_id, "project": project}
    yield ProjectApproval(**common, kind="filing", state="granted", number=number, day=project.starts_on)
    yield ProjectApproval(**common, kind="environment", state="applied")


def _milestones(project: Project) -> Iterator[ProjectMilestone]:
    middle = date(project.starts_on.year, 12, 31)
    for day, what in ((min(middle, project.ends_on), "主要设备到货"), (project.ends_on, "建成投产")):
        yield ProjectMilestone(application_id=project.application_id, project=project, day=day, what=f"{MARK}{what}")
