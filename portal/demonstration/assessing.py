"""Evaluations of the paying round: one signed self-evaluation, one acceptance, and a panel of which one has scored."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from grants.domain import acceptances, assessing, panels
from grants.enums import AcceptanceResult, EvaluationKind
from grants.models import Award, GrantProject
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
    at, form = clock.now() - timedelta(days=5), form_by_award(award)
    with acting(on.miit, at) as by:
        members = [person for person, _name, _place in candidates(award) if person != on.miit][: form["panel_least"]]
        what = panels.PanelInput(
            kind=EvaluationKind.FINAL,
            as_of=at.date(),
            due_on=(clock.now() + timedelta(days=10)).date(),
            seed="20261123",
            source=f"{MARK}福利彩票双色球第2026130期开奖号码",
            members=members,
        )
        panel = panels.open_panel(by=by, award=award, what=what)
    with acting(members[0], at + timedelta(days=1)) as by:
        groups = {
            code: panels.GroupInput((most * Decimal("0.85")).quantize(Decimal("0.01")))
            for code, most in most_of_groups(form).items()
        }
        found = {row.pk: f"{MARK}现场核查，设备已安装并投入使用。" for row in panel.sample.all()}
        panels.score_panel(by=by, panel=panel, groups=groups, found=found)
