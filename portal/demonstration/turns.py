"""What else happens to money of the round that pays: amounts of awards that change, assessments that fail and are
mended, money that goes back, an invoice that was used before, projects that are accepted. By the commands alone.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from applications.enums import Side
from grants.domain import acceptances, award_changes, awards, rectifying, returns
from grants.domain.awards import budget_left
from grants.enums import AcceptanceResult, CheckState, GivenBack, Result
from grants.models import Acceptance, Assessment, Award, GrantProject, Issue, Payment
from portal.core import clock
from portal.core.money import FEN
from portal.demonstration import assessing, paying
from portal.demonstration.invent import MARK, MILLION
from portal.demonstration.money import PAYING, Payer, Treasury
from portal.demonstration.provinces import body
from portal.demonstration.stage import acting

if TYPE_CHECKING:
    from portal.demonstration.build import Ground

# Shares of the points which panels give: the first time the unit fails, the second time it passes with things to mend.
FAILED, MENDED, POOR, FAIR = 0, 1, Decimal("0.55"), Decimal("0.72")
GIVEN: Final = Decimal("0.02")
REASON: Final = f"{MARK}项目投资概算核减，节余资金交回。"


def show(payer: Payer, on: Ground) -> None:
    """Show all of it on units that were paid, besides the cast's own."""
    paid = _paid(payer)
    if len(paid) > MENDED + 1:
        _fails(payer, on, paid[FAILED], confirmed=True)
        _fails(payer, on, paid[MENDED], confirmed=False)
        _gives_back(payer, paid[MENDED + 1])
    _changes(payer, on, paid)
    own = Award.objects.filter(batch=payer.batch, unit=PAYING).select_related("batch__rule_set", "unit").first()
    if own is not None:
        _returns_something(payer, own)
        _asks_twice(payer, own)
        _accepts(payer, on, own)


def _paid(payer: Payer) -> list[Award]:
    """Awards of other units whose projects were paid, in their order."""
    rows = Award.objects.filter(batch=payer.batch, state=CheckState.CONFIRMED, pk__in=_with(Payment, payer))
    return list(rows.exclude(unit=PAYING).select_related("batch__rule_set", "unit", "province").order_by("pk"))


def _with(model: type[Payment | Issue], payer: Payer) -> list[int]:
    found = model._default_manager.filter(award__batch=payer.batch, state=CheckState.CONFIRMED)
    return list(found.values_list("award", flat=True))


def _fails(payer: Payer, on: Ground, award: Award, *, confirmed: bool) -> None:
    """A first assessment failed; the second one passes once things are mended, and MIIT says that they are.

    confirmed: MOF has confirmed it, so that the second tranche is open; else it waits for MOF.
    """
    now = clock.now()
    first, second = now - timedelta(days=44), now - timedelta(days=16)
    assessing.panel_on(award, on, first - timedelta(days=6), share=POOR)
    what = awards.AssessmentInput(Result.FAILED, first.date(), payer.paper(number(payer, award, 1, first), first))
    result(on, award, what, first)
    assessing.panel_on(award, on, second - timedelta(days=6), share=FAIR)
    what = awards.AssessmentInput(
        Result.RECTIFY,
        second.date(),
        payer.paper(number(payer, award, 2, second), second),
        rectify_what=f"{MARK}补齐三个项目的设备验收资料；将关键工序数控化率提高到目标值。",
        rectify_by=(second + timedelta(days=40)).date(),
    )
    row = result(on, award, what, second)
    text = f"{MARK}资料已补齐，现场抽查三个项目，指标达到目标值。"
    mended(payer, row, now - timedelta(days=3), text, confirmed=confirmed)


def mended(payer: Payer, row: Assessment, at: datetime, text: str, *, confirmed: bool) -> None:
    """MIIT says that what an assessment asked for was mended; MOF confirms it, or has still to."""
    said = rectifying.RectificationInput(at.date(), text, payer.paper(number(payer, row.award, 3, at), at))
    with acting(payer.on.miit, at) as by:
        done = rectifying.enter_rectification(by=by, assessment=row, what=said)
    if confirmed:
        with acting(payer.on.mof, at + timedelta(days=1)) as by:
            rectifying.confirm_rectification(by=by, rectification=done)


def number(payer: Payer, award: Award, place: int, at: datetime) -> str:
    """The number of a paper on the assessment of an award. place: the first, second or third."""
    return f"工信厅联规函〔{at.year}〕9{payer.batch.number:02}{award.pk % 100:02}{place}号"


def result(on: Ground, award: Award, what: awards.AssessmentInput, at: datetime) -> Assessment:
    """MIIT enters the result of an assessment, MOF confirms it."""
    with acting(on.miit, at) as by:
        row = awards.enter_assessment(by=by, award=award, what=what)
    with acting(on.mof, at + timedelta(hours=6)) as by:
        return awards.confirm_assessment(by=by, assessment=row)


def _changes(payer: Payer, on: Ground, paid: Sequence[Award]) -> None:
    """One award that was changed, one change that waits for MIIT."""
    at = clock.now() - timedelta(days=8)
    unissued = Award.objects.filter(batch=payer.batch, state=CheckState.CONFIRMED).exclude(pk__in=_with(Issue, payer))
    first = unissued.select_related("batch__rule_set", "unit").order_by("pk").first()
    if first is not None:
        _change(payer, on, first, at, agreed=True)
    any(_change(payer, on, award, at + timedelta(days=5), agreed=False) for award in reversed(paid))


def _change(payer: Payer, on: Ground, award: Award, at: datetime, *, agreed: bool) -> bool:
    """Enter another amount where cap, budget and supports leave room; says whether they did."""
    rules = award.batch.rule_set
    more = min(2 * MILLION, budget_left(award.batch), (rules.grant_cap if rules else award.amount) - award.amount)
    why = f"{MARK}实施方案调整，追加设备更新任务。" if more > 0 else f"{MARK}实施方案调整，核减未启动任务。"
    free = award.amount - sum((row.approved_support for row in award.projects.all()), Decimal(0))
    amount = award.amount + (more if more > 0 else -min(2 * MILLION, free))
    if amount == award.amount:
        return False
    paper = payer.paper(f"财建〔{at.year}〕9{payer.batch.number:02}{80 + award.pk % 20}号", at, with_file=True)
    with acting(payer.mof.maker, at) as by:
        row = award_changes.enter_award_change(
            by=by, award=award, what=award_changes.AwardChangeInput(amount, why, paper)
        )
    if not agreed:
        return True
    with acting(on.miit, at + timedelta(days=1)) as by:
        award_changes.agree_award_change(by=by, award_change=row)
    with acting(payer.mof.checker, at + timedelta(days=2)) as by:
        award_changes.confirm_award_change(by=by, award_change=row)
    return True


def _gives_back(payer: Payer, award: Award) -> None:
    """Money that goes the whole way back: from the unit to its province, and from there to the ministry."""
    at = clock.now() - timedelta(days=14)
    amount = (award.amount * GIVEN / MILLION).quantize(Decimal(1)).quantize(FEN) * MILLION
    province = payer.treasury(body(Side.FINANCE, award.province_id))
    _back(payer, award, amount, GivenBack.UNIT, at, payer.treasury(f"CZ{award.unit_id}"), province)
    _back(payer, award, amount, GivenBack.PROVINCE, at + timedelta(days=6), province, payer.mof)


def _returns_something(payer: Payer, award: Award) -> None:
    """Money of the cast's own unit is on its way: its province has to record the receipt."""
    at = clock.now() - timedelta(days=2)
    amount = (award.amount * GIVEN / MILLION).quantize(Decimal(1)).quantize(FEN) * MILLION
    _back(payer, award, amount, GivenBack.UNIT, at, payer.treasury(f"CZ{award.unit_id}"), None)


def _back(
    payer: Payer, award: Award, amount: Decimal, source: GivenBack, at: datetime, of: Treasury, to: Treasury | None
) -> None:
    if not amount:
        return
    paper = payer.paper(f"缴回〔{at.year}〕{award.pk}-{source.value[:1]}号", at, with_file=True)
    with acting(of.maker, at) as by:
        row = returns.enter_return(by=by, award=award, what=returns.ReturnInput(source, amount, REASON, paper))
    with acting(of.checker, at + timedelta(hours=5)) as by:
        returns.confirm_return(by=by, return_paper=row)
    if to is not None:
        with acting(to.maker, at + timedelta(days=3)) as by:
            returns.receive_return(by=by, return_paper=row, received_on=(at + timedelta(days=3)).date())


def _asks_twice(payer: Payer, award: Award) -> None:
    """A request whose invoice another payment rests on already: its page says so, and no payment can be entered."""
    used = Payment.objects.filter(award=award, state=CheckState.CONFIRMED, request__isnull=False).order_by("pk").first()
    projects = GrantProject.objects.filter(award=award, end=None).order_by("pk")
    if used is None or used.request is None:
        return
    at, treasury = clock.now() - timedelta(hours=20), payer.treasury(f"CZ{award.unit_id}")
    invoice = used.request.invoices.get()
    for project in projects.exclude(pk=used.grant_project_id):
        with acting(treasury.maker, at) as by:
            proof = payer.paper("证明", at, with_file=True).file
            if paying.asked_again(by=by, project=project, amount=MILLION, evidence=proof, invoice=invoice):
                return


def _accepts(payer: Payer, on: Ground, award: Award) -> None:
    """One acceptance that waits for the province, one that it confirmed."""
    begun = Acceptance.objects.filter(award=award).values_list("grant_project", flat=True)
    left = GrantProject.objects.filter(award=award, end=None).exclude(pk__in=list(begun)).order_by("pk")
    for place, project in enumerate(left[:2]):
        why = f"{MARK}两台设备的运行记录须在一个月内补齐。" if place else ""
        accept(payer, on, project, clock.now() - timedelta(days=7 - place), conditions=why, confirmed=place == 0)


def accept(
    payer: Payer, on: Ground, project: GrantProject, at: datetime, *, confirmed: bool, conditions: str = ""
) -> None:
    """The unit sends the acceptance of a project, whole; the province confirms it, or has still to."""
    what = acceptances.AcceptanceInput(
        invested=project.total_investment,
        accepted_on=at.date(),
        result=AcceptanceResult.CONDITIONS if conditions else AcceptanceResult.ACCEPTED,
        findings=conditions,
        equipment=_EQUIPMENT,
        photo=SimpleUploadedFile(f"{MARK}现场照片.png", _photo(), "image/png"),
        report=payer.paper("报告", at, with_file=True).file,
    )
    with acting(on.people[f"ZF{project.unit_id}", "drafter"][0], at) as by:
        row = acceptances.start_acceptance(by=by, project=project, what=what)
        acceptances.send_acceptance(by=by, acceptance=row)
    if confirmed:
        officer = on.people[body(Side.INDUSTRY, project.province_id), "provincial_officer"][0]
        with acting(officer, at + timedelta(days=2)) as by:
            acceptances.confirm_acceptance(by=by, acceptance=row)


_EQUIPMENT: Final = [
    acceptances.EquipmentInput(f"{MARK}五轴加工中心", "VMC1060", 6, Decimal("9120000.00"), f"{MARK}示例机床有限公司"),
    acceptances.EquipmentInput(f"{MARK}工业机器人", "IR-20", 24, Decimal("4320000.00"), f"{MARK}示例自动化有限公司"),
    acceptances.EquipmentInput(f"{MARK}制造执行系统", "", 1, Decimal("1850000.00"), f"{MARK}示例软件有限公司"),
]


def _photo() -> bytes:
    """A picture that says what it is."""
    picture, file = Image.new("RGB", (640, 400), "#dfe6ee"), io.BytesIO()
    draw = ImageDraw.Draw(picture)
    draw.rectangle((40, 120, 600, 340), outline="#5b6b7d", width=6)
    draw.text((60, 40), "DEMONSTRATION - INVENTED PICTURE", fill="#20303f", font_size=28)
    picture.save(file, "PNG")
    return file.getvalue()
