"""A batch that has gone its whole life: paid, used, accepted, assessed, archived. By the commands, on two units.

The days are counted back from today, so that the last of them lies two months ago whenever it is built.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from applications.domain import plans
from applications.enums import ApplicationState as S
from applications.enums import Side
from applications.models import Application
from grants.domain import assessing as evaluating
from grants.domain import awards, ending, years
from grants.enums import EvaluationKind, Result, Tranche
from grants.models import Award, GrantProject
from grants.performance.scoring import most_of_indicators
from grants.queries.assessing import form_by_award
from portal.core import clock
from portal.core.money import to_fen
from portal.demonstration import assessing, going_back, reporting, turns
from portal.demonstration.invent import MARK, InventedDossier
from portal.demonstration.money import Payer
from portal.demonstration.provinces import body
from portal.demonstration.stage import acting
from portal.programme.models import Batch

if TYPE_CHECKING:
    from portal.demonstration.build import Ground

# Longyan: a unit of the province whose officers are in the cast.
OF_FUJIAN: Final = "350800"
PROJECTS: Final = 3
# Days before today: projects accepted, panels, results, what was mended, second tranche, end of the running, archiving.
ACCEPTED, SCORED, JUDGED, MENDED, ISSUED, OVER, ASKED, SIGNED = 330, 310, 300, 268, 255, 110, 63, 61
# Days after a tranche came to a unit on which projects are paid from it: the first one half a year after the contracts.
FIRST, SECOND = (25, 190), (20,)
GOOD, FAIR = Decimal("0.91"), Decimal("0.76")
OPINION: Final = f"{MARK}经实地核查，自评情况属实，同意自评结论。"
TOLD: Final = f"{MARK}年度任务总体完成，部分设备交付晚于计划。"
DONE: Final = f"{MARK}各项目均已建成验收，奖补资金全部使用完毕，档案齐全。"


def with_few_projects(what: InventedDossier) -> InventedDossier:
    """The same dossier with its first projects only: each is paid twice and accepted."""
    few = what.projects[:PROJECTS]
    return replace(what, projects=few, amount=sum((one.support for one in few), Decimal(0)))


def live(batch: Batch, on: Ground, at: datetime, *, before: datetime) -> None:
    """The life of a batch from its final list on. before: years that ended before this one are closed."""
    payer = Payer(batch, on, at)
    chosen = Application.objects.filter(batch=batch, state=S.SELECTED).select_related("batch__rule_set", "organisation")
    rows = []
    for place, row in enumerate(chosen.order_by("province_id", "unit_id"), start=1):
        with acting(on.miit, at) as by:
            number = f"工信厅联规函〔{at.year}〕9{batch.number:02}{place}号（演示）"
            plans.approve_plan(by=by, application=row, document_no=number)
        rows.append(payer.award(row, place, at + timedelta(days=1, hours=place)))
    for place, award in enumerate(rows):
        _tranche(payer, award, place, at + timedelta(days=4), Tranche.FIRST)
    _years(payer, rows, at.year, before)
    for place, award in enumerate(rows):
        _accepted(payer, award)
        _judged(payer, award, mends=place > 0)
        award.refresh_from_db()  # the assessment wrote itself into it
        _tranche(payer, award, place + len(rows), _ago(ISSUED), Tranche.SECOND)
    reporting.report_all(batch, on)
    _archived(batch, on)


def _ago(days: int) -> datetime:
    return clock.now() - timedelta(days=days)


def _tranche(payer: Payer, award: Award, place: int, at: datetime, tranche: Tranche) -> None:
    """A tranche comes to the unit in time and is paid to its projects, which use all of it."""
    issue = payer.issue(award, place, at, tranche=tranche)
    payer.receive(issue, at + timedelta(days=4))
    passed = at + timedelta(days=15)
    payer.arrived(payer.pass_on(issue, passed), passed + timedelta(days=2))
    days = FIRST if tranche == Tranche.FIRST else SECOND
    share = issue.amount / award.amount / len(days)
    for project in GrantProject.objects.filter(award=award).order_by("pk"):
        for turn, day in enumerate(days):
            number = turn + 1 if tranche == Tranche.FIRST else turn + 1 + len(FIRST)
            paid = passed + timedelta(days=day)
            amount = to_fen(project.approved_support * share)
            payer.pay_amount(project, amount, number, paid)
            going_back.spend(payer, project, amount, paid + timedelta(days=45), number)


def _years(payer: Payer, rows: Sequence[Award], first: int, before: datetime) -> None:
    """Each year that is over is evaluated by the units; those before the next batch pays are closed by MOF."""
    for year in range(first, _ago(JUDGED).year):
        at = datetime(year + 1, 1, 20, 10, tzinfo=clock.SHANGHAI)
        if year < before.year:
            paper = payer.paper(f"财办库〔{at.year}〕9{payer.batch.number:02}号", at)
            with acting(payer.mof.maker, at) as by:
                close = years.enter_year_close(by=by, year=year, paper=paper)
            with acting(payer.mof.checker, at + timedelta(days=1)) as by:
                years.confirm_year_close(by=by, year_close=close)
        for award in rows:
            _evaluated(payer.on, award, EvaluationKind.SELF, year, at + timedelta(days=20), TOLD)


def _evaluated(on: Ground, award: Award, kind: EvaluationKind, year: int, at: datetime, told: str) -> None:
    """The unit evaluates itself and signs; its province verifies."""
    code = f"ZF{award.unit_id}"
    with acting(on.people[code, "drafter"][0], at) as by:
        row = evaluating.start_evaluation(by=by, award=award, kind=kind, year=year)
        points = [
            evaluating.PointsInput(name, to_fen(value * GOOD), f"{MARK}对照目标完成。")
            for name, value in most_of_indicators(form_by_award(award)).items()
        ]
        evaluating.fill_evaluation(by=by, evaluation=row, rows=points, summary=told)
    with acting(on.people[code, "signatory"][0], at + timedelta(days=1)) as by:
        evaluating.sign_evaluation(by=by, evaluation=row)
    officer = on.people[body(Side.INDUSTRY, award.province_id), "provincial_officer"][0]
    with acting(officer, at + timedelta(days=6)) as by:
        evaluating.verify_evaluation(by=by, evaluation=row, comment=OPINION)


def _accepted(payer: Payer, award: Award) -> None:
    for place, project in enumerate(GrantProject.objects.filter(award=award).order_by("pk")):
        turns.accept(payer, payer.on, project, _ago(ACCEPTED - place), confirmed=True)


def _judged(payer: Payer, award: Award, *, mends: bool) -> None:
    """The final assessment is passed: at once, or once something was mended."""
    at, on = _ago(JUDGED), payer.on
    _evaluated(on, award, EvaluationKind.FINAL, at.year, _ago(ACCEPTED - PROJECTS - 2), DONE)
    assessing.panel_on(award, on, _ago(SCORED), share=FAIR if mends else GOOD)
    paper = payer.paper(turns.number(payer, award, 1, at), at)
    what = awards.AssessmentInput(Result.PASSED, at.date(), paper)
    if mends:
        until = (at + timedelta(days=60)).date()
        what = awards.AssessmentInput(
            Result.RECTIFY, at.date(), paper, rectify_what=f"{MARK}补齐一个项目的验收资料。", rectify_by=until
        )
    row = turns.result(on, award, what, at)
    if mends:
        turns.mended(payer, row, _ago(MENDED), f"{MARK}资料已补齐，现场核对无误。", confirmed=True)


def _archived(batch: Batch, on: Ground) -> None:
    """MIIT ends the running and asks for the archiving; MOF countersigns."""
    with acting(on.miit, _ago(OVER)) as by:
        ending.assess(by=by, batch=Batch.objects.get(pk=batch.pk))
    with acting(on.miit, _ago(ASKED)) as by:
        step = ending.ask_archive(by=by, batch=Batch.objects.get(pk=batch.pk), why=DONE)
    with acting(on.mof, _ago(SIGNED)) as by:
        ending.sign_archive(by=by, step=step)
