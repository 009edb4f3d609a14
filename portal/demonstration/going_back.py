"""Use, matching money and a recovery of the unit that pays: by the commands of the portal, a few rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from grants.domain import matching, recoveries, spending
from grants.enums import Ground, Matching, Place, Spent
from grants.models import Account, Award, GrantProject
from portal.core import clock
from portal.demonstration.invent import MARK, MILLION
from portal.demonstration.money import PAYING, Payer
from portal.demonstration.stage import acting

_SHARES: Final = {Matching.LOCAL: 40, Matching.OWN: 90, Matching.LOAN: 60}


def show(payer: Payer) -> None:
    """Report spending, enter matching money, demand money back and pay a part of it, for the unit that pays."""
    award = Award.objects.filter(batch=payer.batch, unit=PAYING).select_related("batch__rule_set").first()
    if award is None:
        return
    held = Account.objects.filter(award=award, place=Place.PROJECT, balance__gt=0).select_related("project")
    paid = held.order_by("project").first()
    if paid is None or paid.project is None:
        return
    spend(payer, paid.project, _part(paid.balance, "0.4"), clock.now() - timedelta(days=12))
    _match(payer, award, paid.project)
    _recover(payer, award, paid.project, paid.balance)


def spend(payer: Payer, project: GrantProject, amount: Decimal, at: datetime, number: int = 1) -> None:
    """The unit's bureau reports that an enterprise used so many yuan; its checker confirms. number: which report."""
    treasury = payer.treasury(f"CZ{project.unit_id}")
    what = spending.SpendingInput(
        amount=amount,
        enterprise=project.enterprise_name,
        used_for=Spent.EQUIPMENT,
        purpose=f"{MARK}五轴加工中心购置款，合同及发票附后",
        period_from=(at - timedelta(days=80)).date(),
        period_to=(at - timedelta(days=2)).date(),
        paper=payer.paper(f"使用〔{at.year}〕{project.pk}-{number}号", at, with_file=True),
    )
    with acting(treasury.maker, at) as by:
        row = spending.enter_spending(by=by, project=project, what=what)
    with acting(treasury.checker, at + timedelta(hours=3)) as by:
        spending.confirm_spending(by=by, spending=row)


def _match(payer: Payer, award: Award, project: GrantProject) -> None:
    at = clock.now() - timedelta(days=11)
    treasury = payer.treasury(f"CZ{project.unit_id}")
    for number, (source, millions) in enumerate(_SHARES.items(), start=1):
        paper = payer.paper(f"配套〔{at.year}〕{number}号", at)
        of = None if source == Matching.LOCAL else project
        what = matching.MatchingInput(at.year, source, Decimal(millions) * MILLION, at.date(), paper, of)
        with acting(treasury.maker, at) as by:
            row = matching.enter_matching(by=by, award=award, what=what)
        if source != Matching.LOAN:
            with acting(treasury.checker, at + timedelta(hours=3)) as by:
                matching.confirm_matching(by=by, matching=row)


def _recover(payer: Payer, award: Award, project: GrantProject, held: Decimal) -> None:
    at = clock.now() - timedelta(days=9)
    asked = recoveries.DemandInput(
        ground=Ground.VIOLATION,
        amount=_part(held, "0.2"),
        due_on=(at + timedelta(days=30)).date(),
        reason=f"{MARK}部分资金用于方案以外的办公设备购置。",
        paper=payer.paper(f"财监〔{at.year}〕7号", at),
        project=project,
        violation="diverted",
    )
    with acting(payer.mof.maker, at) as by:
        demand = recoveries.demand(by=by, award=award, what=asked)
    with acting(payer.mof.checker, at + timedelta(hours=5)) as by:
        recoveries.confirm_recovery(by=by, recovery=demand)
    at += timedelta(days=4)
    treasury = payer.treasury(f"CZ{project.unit_id}")
    what = recoveries.CollectedInput(_part(asked.amount, "0.5"), payer.paper(f"缴款〔{at.year}〕1号", at), project)
    with acting(treasury.maker, at) as by:
        row = recoveries.enter_recovery_payment(by=by, recovery=demand, what=what)
    with acting(treasury.checker, at + timedelta(hours=3)) as by:
        recoveries.confirm_recovery_payment(by=by, recovery_payment=row)


def _part(amount: Decimal, share: str) -> Decimal:
    return (amount * Decimal(share)).quantize(Decimal(1)).quantize(Decimal("0.01"))
