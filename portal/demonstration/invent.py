"""Invented dossiers: the same seed and unit give the same dossier. Names of enterprises say that they are examples."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

SEED: Final = "pilot-portal-demonstration"
MARK: Final = "（演示）"
# Divisions that city plans name most often, with a word for enterprises of it.
TRADES: Final = {
    "C13": "食品",
    "C17": "纺织",
    "C18": "服装",
    "C22": "纸业",
    "C26": "化工",
    "C27": "医药",
    "C29": "橡塑",
    "C30": "建材",
    "C31": "钢铁",
    "C32": "有色",
    "C33": "金属制品",
    "C34": "通用装备",
    "C35": "专用装备",
    "C36": "汽车",
    "C37": "轨道装备",
    "C38": "电气",
    "C39": "电子",
    "C40": "仪表",
}
WORKS: Final = (
    "数字化车间改造",
    "智能产线更新",
    "节能降碳改造",
    "关键工序数控化改造",
    "工业互联网平台应用",
    "安全与环保提升",
)
AREAS: Final = ("园区集群数字化转型", "产业集群共享制造", "园区能效与安全联网")
LINES: Final = ("产业链协同改造", "链主带动配套企业改造")
MILLION: Final = Decimal(1_000_000)


@dataclass(frozen=True)
class InventedProject:
    """A project; money in yuan."""

    name: str
    mode: str
    industry: str
    enterprise: str
    total: Decimal
    equipment: Decimal
    support: Decimal
    method: str
    other_national_money: bool
    starts_on: date
    ends_on: date
    is_landmark: bool


@dataclass(frozen=True)
class InventedDossier:
    """What a city's dossier says. merit: 0 to 1, from which reviewers' scores are drawn."""

    title: str
    summary: str
    contact: str
    phone: str
    industries: tuple[tuple[str, Decimal, str], ...]
    targets: tuple[tuple[str, Decimal, Decimal], ...]
    digital_base: Decimal
    digital_target: Decimal
    projects: tuple[InventedProject, ...]
    amount: Decimal
    soes: tuple[int, ...]
    merit: float


def dice(*what: object) -> random.Random:
    """A source of chance of its own for each thing, so that adding one thing changes no other."""
    return random.Random("|".join([SEED, *map(str, what)]))  # noqa: S311 - a demonstration, not a secret


def _rate(chance: random.Random, low: float, high: float) -> Decimal:
    return Decimal(round(chance.uniform(low, high) * 100)) / 100


def _project(chance: random.Random, unit: str, number: int, industry: str, year: int) -> InventedProject:
    trade = TRADES[industry]
    mode = "line" if number == 1 else "area" if number == 2 else "point"
    landmark = number == 0
    total = (chance.randint(520, 2400) if landmark else chance.randint(30, 420)) * MILLION
    other = number > 3 and chance.random() < 0.12
    share = Decimal(chance.randint(8, 19)) / 100
    support = Decimal(0) if other else min((total * share).quantize(MILLION), 60 * MILLION)
    work = {"line": LINES, "area": AREAS}.get(mode, WORKS)
    starts = date(year, chance.randint(1, 6), 1)
    return InventedProject(
        name=f"{MARK}{unit}{trade}{chance.choice(work)}项目{number + 1:02}",
        mode=mode,
        industry=industry,
        enterprise=f"{MARK}{unit}{trade}示例企业{number + 1:02}",
        total=total,
        equipment=(total * Decimal(chance.randint(45, 80)) / 100).quantize(MILLION),
        support=support,
        method="" if not support else chance.choice(["investment_subsidy", "investment_subsidy", "loan_interest"]),
        other_national_money=other,
        starts_on=starts,
        ends_on=date(starts.year + chance.randint(1, 2), 12, 31),
        is_landmark=landmark,
    )


def dossier(code: str, name: str, batch: int, year: int, cap: Decimal) -> InventedDossier:
    """The dossier of a unit in a batch. cap: the most that may be asked (yuan)."""
    chance = dice("dossier", batch, code)
    chosen = sorted(chance.sample(sorted(TRADES), chance.choice([2, 3, 3, 3, 4])))
    left = 80
    industries = []
    for industry in chosen:
        share = chance.randint(6, max(7, left // 2))
        left -= share
        why = f"{MARK}{name}{TRADES[industry]}产业链较完整，设备更新需求集中，具备链主企业带动条件。"
        industries.append((industry, Decimal(share), why))
    count = chance.randint(6, 10)
    projects = tuple(_project(chance, name, at, chosen[at % len(chosen)], year) for at in range(count))
    asked = sum((project.support for project in projects), Decimal(0))
    base = _rate(chance, 35, 62)
    targets = (
        ("digital_tools", _rate(chance, 60, 78), _rate(chance, 90, 96)),
        ("process_control", _rate(chance, 50, 66), _rate(chance, 75, 82)),
        ("equipment_investment", Decimal(0), _rate(chance, 25, 34)),
        ("energy", _rate(chance, 15, 30), _rate(chance, 35, 60)),
    )
    return InventedDossier(
        title=f"{MARK}{name}新型技术改造城市试点实施方案",
        summary=f"{MARK}以{'、'.join(TRADES[item] for item in chosen)}为重点，"
        "三年内推动规上工业企业数字化转型和设备更新。"
        "本材料全部数据为虚构，仅用于演示。",
        contact=f"{MARK}联系人",
        phone="000-00000000",
        industries=tuple(industries),
        targets=targets,
        digital_base=base,
        digital_target=_rate(chance, 80, 92),
        projects=projects,
        amount=min(cap, asked.quantize(MILLION)),
        soes=tuple(sorted(chance.sample(range(2, 99), chance.choice([0, 1, 1, 2])))),
        merit=min(1.0, max(0.0, chance.gauss(0.62, 0.14))),
    )
