"""The dossiers' own sections in bulk: foundation, parks, yearly values, money of projects, plan text, risks."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from applications import period
from applications.enums_sections import ChapterCode, FundingSource, StatementCode
from applications.models import (
    Application,
    Cluster,
    FoundationYear,
    FundingLine,
    PlanChapter,
    Project,
    Risk,
    Statement,
    Target,
    TargetYear,
)
from portal.demonstration.invent import MARK, TRADES, InventedDossier, dice

STEP: Final = 1000
MILLION: Final = Decimal(1_000_000)
_RISKS: Final = (
    ("delivery", "关键设备交付延期", 2, 2, "提前锁定产能，分批验收，备选供应商不少于两家。", "市工业和信息化局"),
    ("funding", "企业自筹资金到位不及时", 2, 3, "银企对接，分期拨付与进度挂钩。", "市财政局"),
    ("work_safety", "改造期间安全生产风险", 1, 3, "停产改造方案评审，第三方安全监理。", "市应急管理局"),
)
_TEXTS: Final = {
    StatementCode.INDUSTRY_BASE: "本市工业门类较全，重点产业链上下游配套较好，企业设备更新意愿较强。",
    StatementCode.DIGITAL_BASE: "已完成规上工业企业数字化水平评估，建成一批智能工厂和工业互联网平台。",
    StatementCode.WORK_SAFETY: "近三年未发生较大及以上生产安全事故。",
    StatementCode.ENVIRONMENT: "近三年未发生重大环境事件，督察问题均已整改。",
    StatementCode.DATA_SECURITY: "已建立工业互联网安全分类分级管理制度。",
    StatementCode.FUNDING_SECURED: "地方配套资金已列入财政预算安排，银行授信已初步落实。",
}


def write(rows: dict[str, Application], invented: dict[str, InventedDossier]) -> None:
    """Write the sections of new drafts. rows: applications by unit."""
    pairs = [(rows[code], what) for code, what in invented.items()]
    _all(Statement, (_statement(row, code) for row, _what in pairs for code in StatementCode))
    _all(FoundationYear, (year for row, what in pairs for year in _foundation(row, what)))
    _all(Cluster, (_cluster(row, what) for row, what in pairs))
    _all(PlanChapter, (_chapter(row, what, code) for row, what in pairs for code in ChapterCode))
    _all(Risk, (_risk(row, one) for row, _what in pairs for one in _RISKS))
    ids = [row.pk for row in rows.values()]
    years = {row.pk: period.plan(row.batch)[:-1] for row in rows.values()}
    targets = Target.objects.filter(application__in=ids)
    _all(TargetYear, (year for target in targets for year in _years(target, years[target.application_id])))
    projects = Project.objects.filter(application__in=ids)
    _all(FundingLine, (line for project in projects for line in _money(project)))


def _all(model: Any, made: Iterator[Any]) -> None:
    model.objects.bulk_create(made, batch_size=STEP)


def _statement(row: Application, code: StatementCode) -> Statement:
    return Statement(application=row, code=code, text=f"{MARK}{_TEXTS[code]}")


def _foundation(row: Application, what: InventedDossier) -> Iterator[FoundationYear]:
    chance = dice("foundation", row.batch_id, row.unit_id)
    output = Decimal(chance.randint(80_000, 900_000)) * MILLION
    enterprises = chance.randint(500, 6000)
    for year in period.before(row.batch):
        growth = Decimal(chance.randint(150, 900)) / 100
        output = (output * (1 + growth / 100)).quantize(MILLION)
        yield FoundationYear(
            application=row,
            year=year,
            output=output,
            growth=growth,
            investment=(output * Decimal(chance.randint(4, 11)) / 100).quantize(MILLION),
            enterprises=enterprises,
        )


def _cluster(row: Application, what: InventedDossier) -> Cluster:
    chance = dice("cluster", row.batch_id, row.unit_id)
    industry = what.industries[0][0]
    return Cluster(
        application=row,
        name=f"{MARK}{TRADES[industry]}产业园",
        kind=chance.choice(["advanced_cluster", "high_tech_zone", "development_zone", "park"]),
        standing=chance.choice(["national", "provincial", "municipal"]),
        industry_id=industry,
        enterprises=chance.randint(60, 700),
        output=Decimal(chance.randint(8_000, 120_000)) * MILLION,
        role=f"{MARK}建设公共服务平台，带动园区企业集中改造。",
    )


def _chapter(row: Application, what: InventedDossier, code: ChapterCode) -> PlanChapter:
    trades = "、".join(TRADES[industry] for industry, _share, _why in what.industries)
    text = f"<p>{MARK}本章节内容为虚构，仅用于演示。重点产业：{trades}。</p>"
    if code == ChapterCode.GOALS:
        text += (
            "<table><tbody><tr><th>指标</th><th>现状（%）</th><th>目标（%）</th></tr><tr><td>规上工业企业数字化改造覆盖面</td>"
            f"<td>{what.digital_base}</td><td>{what.digital_target}</td></tr></tbody></table>"
        )
    if code == ChapterCode.TASKS:
        items = "".join(f"<li>推动{TRADES[industry]}企业设备更新</li>" for industry, _share, _why in what.industries)
        text += f"<h2>设备更新</h2><ol>{items}</ol>"
    return PlanChapter(application=row, code=code, html=text)


def _risk(row: Application, one: tuple[Any, ...]) -> Risk:
    kind, title, likelihood, gravity, measure, responsible = one
    return Risk(
        application=row,
        kind=kind,
        title=f"{MARK}{title}",
        likelihood=likelihood,
        gravity=gravity,
        measure=measure,
        responsible=responsible,
    )


def _years(target: Target, years: tuple[int, ...]) -> Iterator[TargetYear]:
    """Even steps from the baseline to the goal."""
    for at, year in enumerate(years, start=1):
        value = target.baseline + (target.goal - target.baseline) * at / (len(years) + 1)
        yield TargetYear(
            application_id=target.application_id, target=target, year=year, value=value.quantize(Decimal("0.01"))
        )


def _money(project: Project) -> Iterator[FundingLine]:
    """The support asked, a part from the city, a third lent, the rest the enterprise's own."""
    year, total = project.starts_on.year, project.total_investment
    local = (total * Decimal("0.03")).quantize(MILLION)
    loan = (total * Decimal("0.33")).quantize(MILLION)
    amounts = [
        (year, FundingSource.CENTRAL, project.support_asked),
        (year, FundingSource.LOCAL, local),
        (project.ends_on.year, FundingSource.LOAN, loan),
        (year, FundingSource.OWN, total - project.support_asked - local - loan),
    ]
    for when, source, amount in amounts:
        if amount:
            yield FundingLine(
                application_id=project.application_id, project=project, year=when, source=source, amount=amount
            )
