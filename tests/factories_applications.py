"""Applications in the states that commands can reach. Unit, amount and partners are always said; the rest is invented.

The functions work in a test's own transaction (`db`) and in a clone that commits (`fresh_db`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final
from unittest.mock import patch

import psycopg

from applications import period, queries
from applications.checklist import points_of
from applications.domain import (
    dossier,
    editing,
    examination,
    files,
    foundation,
    funding,
    partners,
    parts,
    plan,
    plans,
    projects,
    recommendation,
    safety,
    submission,
    targets,
)
from applications.domain.telling import Said
from applications.enums import Answer, AttachmentKind, Side, TargetCode, Verdict
from applications.enums_sections import ChapterCode, FundingSource, StatementCode
from applications.models import Application, ChangeRequest, Letter, Part, Partner
from applications.plans import FIELDS
from portal.accounts.enums import Role
from portal.accounts.models import Organisation
from portal.core import clock
from portal.core.commands import Act
from portal.core.files import Kept
from portal.core.scope import Actor, acting_as
from portal.programme.domain import batch as batches
from portal.programme.models import Batch, Industry, PilotUnit, RuleSet
from tests import databases
from tests.people import person
from tests.worlds import remembered

FULFILLED = examination.AnswerInput(Answer.FULFILLED)
YEAR_END = date(2027, 12, 31)
REASONS = ("产业基础好，带动力强。", "集聚度高。", "列入国家规划。", "配套齐全。")


def acting(role: str, code: str, number: int = 1) -> AbstractContextManager[Actor]:
    """One transaction in the scope of that person."""
    return acting_as(person(role, code, number).pk)


def government(unit: str) -> str:
    """The code of a unit's government."""
    return f"ZF{unit}"


def department(province: str, side: Side) -> str:
    """The code of a province's department."""
    if side == Side.INDUSTRY:
        return f"GX{province}"
    return "CZP-XPCC" if province == "XPCC" else f"CZ{province}"


def open_batch(number: int = 9, *, days: int = 30, rules: str = "2026.1", opens: timedelta = timedelta()) -> Batch:
    """The open batch of this number: drafted and opened by MIIT, countersigned by MOF; made when first asked.

    opens: how long after now it takes applications.
    """
    with acting(Role.OFFICER, "MIIT") as by:
        found = Batch.objects.filter(number=number).first()
        if found is not None:
            return found
        now = clock.now()
        what = batches.BatchInput(
            number=number,
            year=now.year,
            title_zh=f"第{number}批",
            title_en=f"Batch {number}",
            call_zh="通知",
            call_en="Call",
            rule_set=RuleSet.objects.get(version=rules),
            opens_at=now + opens,
            deadline=clock.end_of_day(now.date() + timedelta(days=days)),
        )
        row = batches.draft(by=by, what=what)
        batches.open_batch(by=by, batch=row)
    with acting(Role.OFFICER, "MOF") as by:
        return batches.countersign(by=by, batch=row)


CONTENT: Final = b"%PDF-1.7 invented"


def kept(name: str = "plan.pdf", content: bytes = CONTENT) -> Kept:
    """A file as `portal.core.files.keep` would have left it; its content is not in the storage."""
    digest = hashlib.sha256(content).hexdigest()
    return Kept(name, "application/pdf", len(content), digest, f"files/{digest[:2]}/{digest}")


def fresh(application: Application) -> Application:
    """The same application as its own drafter sees it now."""
    with acting(Role.DRAFTER, government(application.unit_id)):
        return Application.objects.select_related("batch__rule_set", "unit", "province").get(pk=application.pk)


@remembered(fresh)
def begun(*, unit: str, batch: Batch | None = None) -> Application:
    """An empty draft of the unit."""
    batch = batch or open_batch()
    with acting(Role.DRAFTER, government(unit)) as by:
        place = PilotUnit.objects.get(pk=unit)
        what = dossier.CreateInput(batch=batch, unit=place, title=f"{place.name_zh}新型技术改造实施方案")
        return dossier.create(by=by, what=what)


def project_input(**changes: Any) -> projects.ProjectInput:
    """A landmark project of 600 million yuan that asks for 60 million."""
    values = {
        "name": "整车智能工厂",
        "mode": "point",
        "industry": Industry.objects.get(code="C36"),
        "enterprise_name": "某汽车有限公司（演示）",
        "total_investment": Decimal("600000000.00"),
        "equipment_investment": Decimal("400000000.00"),
        "support_asked": Decimal("60000000.00"),
        "method": "investment_subsidy",
        "other_national_money": False,
        "other_money_note": "",
        "starts_on": date(2026, 1, 1),
        "ends_on": YEAR_END,
        "is_landmark": True,
    }
    return projects.ProjectInput(**values | changes)


@remembered(fresh)
def drafted(*, unit: str, amount: str, soes: tuple[str, ...] = (), batch: Batch | None = None) -> Application:
    """A dossier without a blocking finding: two industries, two projects, targets, plan; the named SOEs committed."""
    application = begun(unit=unit, batch=batch)
    with acting(Role.DRAFTER, government(unit)) as by:
        write(by, application, amount=amount)
        for code in soes:
            what = partners.InviteInput(Organisation.objects.get(code=code), task="参与产线改造")
            partners.invite_partner(by=by, application=application, what=what)
    for code in soes:
        committed(application, code)
    return fresh(application)


def written(
    application: Application, code: str, *, role: str = Role.SOE_OFFICER, amount: str = "30000000.00"
) -> Partner:
    """The invited organisation's part is written and a second person asked."""
    with acting(role, code) as by:
        mine = Partner.objects.get(application=application.pk, organisation__code=code)
        what = parts.PartInput("提供工艺与装备", Decimal(amount), letter=kept(f"{code}.pdf"))
        own = Part.objects.filter(pk=mine.pk).first()
        parts.write(by=by, partner=mine, what=what, version=own.version if own else 0)
        parts.ask(by=by, partner=mine)
        return mine


def part_asked(*others: str, task: str = "参与") -> Application:
    """Xiamen invites YQ001 (and others) into its first project; the part of YQ001 waits for its second person."""
    row = drafted(unit="350200", amount="100000000.00")
    with acting(Role.DRAFTER, government("350200")) as by:
        for code in ("YQ001", *others):
            body = Organisation.objects.get(code=code)
            what = partners.InviteInput(body, task, "implementer", (row.projects.order_by("pk")[0],))
            partners.invite_partner(by=by, application=row, what=what)
    written(row, "YQ001")
    return row


def committed(application: Application, code: str, *, amount: str = "30000000.00") -> Partner:
    """The enterprise has committed itself: one officer wrote, another confirmed."""
    written(application, code, amount=amount)
    return confirmed(application, code)


def confirmed(application: Application, code: str, *, role: str = Role.SOE_OFFICER, number: int = 2) -> Partner:
    """A second person confirms what was asked."""
    with acting(role, code, number) as by:
        mine = Partner.objects.get(application=application.pk, organisation__code=code)
        return parts.confirm(by=by, partner=mine, version=Part.objects.get(pk=mine.pk).version)


def _tell_briefly(act: Act, application: Application, section: str, before: Said) -> None:
    act.obj, act.after = application, {"section": section}


@contextmanager
def untold() -> Iterator[None]:
    """What is written meanwhile is told by section alone, not by value: that reads a section twice for each edit, a
    third of what a dossier costs here.
    """
    with patch.object(editing, "said", lambda *_: ({}, {})), patch.object(editing, "tell", _tell_briefly):
        yield


@untold()
def write(by: Actor, application: Application, *, amount: str) -> None:
    """Fill every section as its drafter."""
    dossier.edit_basics(
        by=by,
        application=application,
        what=dossier.BasicsInput(
            application.title,
            "以汽车和电子为重点。",
            "联系人（演示）",
            "0592-0000000",
            Decimal(amount),
            lead_department="市工业和信息化局",
            leader_name="负责人（演示）",
        ),
        version=application.version,
    )
    for code, share in [("C36", "31.50"), ("C39", "22.00")]:
        what = dossier.IndustryInput(Industry.objects.get(code=code), Decimal(share), *REASONS)
        dossier.set_industry(by=by, application=application, what=what, version=application.version)
    indicators = {
        TargetCode.DIGITAL_TOOLS: (Decimal("70.00"), Decimal("92.00")),
        TargetCode.PROCESS_CONTROL: (Decimal("60.00"), Decimal("78.00")),
        TargetCode.EQUIPMENT_INVESTMENT: (Decimal("0.00"), Decimal("26.00")),
        TargetCode.ENERGY: (Decimal("20.00"), Decimal("40.00")),
    }
    way = [
        targets.IndicatorInput(code, base, goal, dict.fromkeys(period.plan(application.batch)[:-1], base))
        for code, (base, goal) in indicators.items()
    ]
    aims = targets.TargetsInput(Decimal("55.00"), Decimal("85.00"), way)
    targets.edit_targets(by=by, application=application, what=aims, version=application.version)
    projects.add_project(by=by, application=application, what=project_input())
    second = project_input(
        name="电子元器件产业链改造",
        mode="line",
        industry=Industry.objects.get(code="C39"),
        enterprise_name="某电子股份有限公司（演示）",
        total_investment=Decimal("200000000.00"),
        equipment_investment=Decimal("150000000.00"),
        support_asked=Decimal("40000000.00"),
        is_landmark=False,
    )
    projects.add_project(by=by, application=application, what=second)
    write_sections(by, application)
    sealed = files.AttachmentInput(AttachmentKind.PLAN_PDF, "实施方案（盖章）", kept())
    files.add_attachment(by=by, application=application, what=sealed)


def write_sections(by: Actor, application: Application) -> None:
    """Foundation, funding of each project, plan text and risk, so that no check has anything to say."""
    years = [
        foundation.YearInput(year, Decimal("500000000000.00"), Decimal("3.00"), Decimal("60000000000.00"), 2400)
        for year in period.before(application.batch)
    ]
    told = {StatementCode.INDUSTRY_BASE: "汽车、电子产业链较完整。", StatementCode.DIGITAL_BASE: "已开展评估。"}
    base = foundation.FoundationInput(years, told)
    foundation.edit_foundation(by=by, application=application, what=base, version=application.version)
    fund_all(by, application)
    for code in ChapterCode:
        plan.edit_chapter(by=by, application=application, code=code, html=f"<p>{code.label}</p>", version=0)
    record = {StatementCode.WORK_SAFETY: "近三年未发生较大事故。", StatementCode.ENVIRONMENT: "近三年无重大处罚。"}
    safety.edit_record(by=by, application=application, what=record, version=application.version)
    risk = safety.RiskInput("delivery", "设备交付延期", 2, 2, "提前锁定产能", "市工业和信息化局")
    safety.add_risk(by=by, application=application, what=risk)


def fund_all(by: Actor, application: Application) -> None:
    """Write the money of each project anew, so that the funding plan adds up."""
    for project in projects.Project.objects.filter(application=application.pk):
        fund(by, application, project)


def fund(by: Actor, application: Application, project: projects.Project) -> None:
    """Pay a project from what it asks for and, for the rest, from the enterprise's own money."""
    year = project.starts_on.year
    rest = project.total_investment - project.support_asked
    amounts = {(year, FundingSource.CENTRAL): project.support_asked, (year, FundingSource.OWN): rest}
    funding.plan_project(by=by, application=application, project=project, amounts=amounts, version=application.version)


@remembered(fresh)
def awaiting(*, unit: str, amount: str, soes: tuple[str, ...] = (), batch: Batch | None = None) -> Application:
    """A dossier whose drafter has asked for the signature."""
    application = drafted(unit=unit, amount=amount, soes=soes, batch=batch)
    with acting(Role.DRAFTER, government(unit)) as by:
        submission.request_sign_off(by=by, application=application)
    return fresh(application)


@remembered(fresh)
def submitted(*, unit: str, amount: str, soes: tuple[str, ...] = (), batch: Batch | None = None) -> Application:
    """Signed by the unit's signatory and with the province."""
    application = awaiting(unit=unit, amount=amount, soes=soes, batch=batch)
    sign(application)
    return fresh(application)


def sign(application: Application) -> None:
    """Sign and submit as the unit's signatory."""
    with acting(Role.SIGNATORY, government(application.unit_id)) as by:
        row = Application.objects.get(pk=application.pk)
        asked = queries.open_sign_off(row)
        assert asked is not None
        submission.submit(by=by, application=row, sha256=asked.content_sha256)


def decide(
    application: Application,
    side: Side,
    decision: Verdict = Verdict.RECOMMEND,
    opinion: str = "同意",
    rank: int | None = None,
) -> None:
    """One department of the province decides on the current submission; to recommend, all points are fulfilled."""
    with acting(Role.PROVINCIAL_OFFICER, department(application.province_id, side)) as by:
        row = Application.objects.get(pk=application.pk)
        seen = queries.current_snapshot(row)
        assert seen is not None
        if decision == Verdict.RECOMMEND:
            mine = {point.code: FULFILLED for point in points_of(row, side)}
            what = recommendation.RecommendInput(
                seen, side, decision, opinion, letter=letter(by, row), rank=rank, answers=mine
            )
        else:
            what = recommendation.RecommendInput(seen, side, decision, opinion)
        recommendation.recommend(by=by, application=row, what=what)


def examined(application: Application, side: Side) -> None:
    """A department has brought the letter and answered its checklist in full, and has not decided."""
    with acting(Role.PROVINCIAL_OFFICER, department(application.province_id, side)) as by:
        row = Application.objects.get(pk=application.pk)
        letter(by, row)
        seen = queries.current_snapshot(row)
        assert seen is not None
        answers = {point.code: FULFILLED for point in points_of(row, side)}
        examination.examine(by=by, application=row, snapshot=seen, side=side, answers=answers)


def letter(by: Actor, row: Application) -> Letter:
    """The joint letter of the application's province in its batch; brought when first asked."""
    found = queries.letters_for(row).first()
    if found is not None:
        return found
    what = examination.LetterInput(
        f"某工信联〔{clock.today().year}〕{row.batch.number}号", clock.today(), kept("letter.pdf")
    )
    return examination.bring_letter(by=by, application=row, what=what)


@remembered(fresh)
def recommended(*, unit: str, amount: str, soes: tuple[str, ...] = (), batch: Batch | None = None) -> Application:
    """Recommended by both departments of its province."""
    application = submitted(unit=unit, amount=amount, soes=soes, batch=batch)
    for side in Side:
        decide(application, side)
    return fresh(application)


def organisation(code: str) -> Organisation:
    """The organisation of this code."""
    with acting(Role.OFFICER, "MIIT"):
        return Organisation.objects.get(code=code)


@remembered(fresh)
def selected(*, unit: str, amount: str, soes: tuple[str, ...] = (), batch: Batch | None = None) -> Application:
    """On the final list; the way there through reviews is skipped, as the owner, past the guards. Needs `fresh_db`."""
    row = recommended(unit=unit, amount=amount, soes=soes, batch=batch)
    with psycopg.connect(databases.owner_dsn()) as owner:
        owner.execute("alter table applications_application disable trigger user")
        owner.execute("update applications_application set state = 'selected' where id = %s", [row.pk])
        owner.execute("alter table applications_application enable trigger user")
    return fresh(row)


@remembered(fresh)
def planned(*, unit: str, amount: str, **how: Any) -> Application:
    """Selected, and its plan approved as version 1."""
    row = selected(unit=unit, amount=amount, **how)
    with acting(Role.OFFICER, "MIIT") as by:
        plans.approve_plan(by=by, application=row, document_no="工信厅联规函〔2026〕1号（演示）")
    return row


def asked(
    row: Application, *, support: str = "50000000.00", grounds: str = "市场变化，调整投资（演示）"
) -> ChangeRequest:
    """The unit's drafter asks for other support of its first project."""
    with acting(Role.DRAFTER, government(row.unit_id)) as by:
        version = queries.current_plan(row)
        assert version is not None
        first = json.loads(version.content)["projects"][0]
        what = plans.ProjectChange({name: first[name] for name in FIELDS} | {"support_asked": Decimal(support)})
        return plans.change_project(by=by, application=row, project=first["id"], what=what, grounds=grounds)


def sign_change(change: ChangeRequest, *, unit: str) -> None:
    """The unit's signatory signs it."""
    with acting(Role.SIGNATORY, government(unit)) as by:
        plans.sign_change(by=by, change=queries.changes(by).get(pk=change.pk))
