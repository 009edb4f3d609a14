"""Evaluations of the paying round: one signed self-evaluation, one acceptance, and a panel of which one has scored."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from grants.domain import acceptances, assessing, panels
from grants.enums import AcceptanceResult, EvaluationKind
from grants.models import Award, GrantProject, Panel
from grants.performance.scoring import most_of_groups, most_of_indicators
from grants.queries.assessing import candidates, form_by_award
from portal.core import clock
from portal.demonstration.invent import MARK
from portal.demonstration.money import PAYING
from portal.demonstration.stage import acting
from portal.programme.models import Batch

if TYPE_CHECKING:
    from portal.demonstration.build import Ground


def evaluate(batch: Batch, on: Ground) -> None:
    """Let the paying unit evaluate itself and MIIT open a panel on it."""
    award = Award.objects.filter(batch=batch, unit=PAYING).select_related("batch__rule_set").first()
    if award is None:
        return
    _evaluates_itself(award, on)
    _accepts(award, on)
    _panel(award, on)


def _evaluates_itself(award: Award, on: Ground) -> None:
    code, at = f"ZF{award.unit_id}", clock.now() - timedelta(days=12)
    most = most_of_indicators(form_by_award(award))
    with acting(on.people[code, "drafter"][0], at) as by:
        row = assessing.start_evaluation(by=by, award=award, kind=EvaluationKind.SELF, year=at.year - 1)
        points = [
            assessing.PointsInput(
                name,
                (value * Decimal("0.88")).quantize(Decimal("0.01")),
                f"{MARK}对照年度目标，已完成约九成，差异原因为部分设备交付延后。",
            )
            for name, value in most.items()
        ]
        assessing.fill_evaluation(by=by, evaluation=row, rows=points, summary=f"{MARK}年度目标总体完成。")
    with acting(on.people[code, "signatory"][0], at + timedelta(hours=6)) as by:
        assessing.sign_evaluation(by=by, evaluation=row)


def _accepts(award: Award, on: Ground) -> None:
    project = GrantProject.objects.filter(award=award, end=None).order_by("pk").first()
    if project is None:
        return
    at = clock.now() - timedelta(days=9)
    with acting(on.people[f"ZF{award.unit_id}", "drafter"][0], at) as by:
        equipment = acceptances.EquipmentInput(f"{MARK}数控加工中心", "VMC850", 12, Decimal("8640000.00"))
        what = acceptances.AcceptanceInput(
            invested=project.total_investment,
            accepted_on=at.date(),
            result=AcceptanceResult.ACCEPTED,
            findings="",
            equipment=[equipment],
        )
        acceptances.start_acceptance(by=by, project=project, what=what)


def _panel(award: Award, on: Ground) -> None:
    """A panel of which one member has scored."""
    at = clock.now() - timedelta(days=5)
    row, members = _opened(award, on, at, clock.now() + timedelta(days=10))
    _scores(row, award, members[0], at + timedelta(days=1), Decimal("0.85"))


def panel_on(award: Award, on: Ground, at: datetime, *, share: Decimal) -> None:
    """A panel that gave a share of the points and was closed five days after it was opened."""
    row, members = _opened(award, on, at, at + timedelta(days=5))
    for member in members:
        _scores(row, award, member, at + timedelta(days=2), share)
    with acting(on.miit, at + timedelta(days=5)) as by:
        panels.close_panel(by=by, panel=row)


def _opened(award: Award, on: Ground, at: datetime, due: datetime) -> tuple[Panel, list[int]]:
    least = form_by_award(award)["panel_least"]
    with acting(on.miit, at) as by:
        members = [person for person, _name, _place in candidates(award) if person != on.miit][:least]
        what = panels.PanelInput(
            kind=EvaluationKind.FINAL,
            as_of=at.date(),
            due_on=due.date(),
            seed="20261123",
            source=f"{MARK}福利彩票双色球第2026130期开奖号码",
            members=members,
        )
        return panels.open_panel(by=by, award=award, what=what), members


def _scores(row: Panel, award: Award, member: int, at: datetime, share: Decimal) -> None:
    with acting(member, at) as by:
        groups = {
            code: panels.GroupInput((most * share).quantize(Decimal("0.01")))
            for code, most in most_of_groups(form_by_award(award)).items()
        }
        found = {one.pk: f"{MARK}现场核查，设备已安装并投入使用。" for one in row.sample.all()}
        panels.score_panel(by=by, panel=row, groups=groups, found=found)
