"""Acts on what was used: the unit's finance bureau reports what an enterprise spent of the money paid to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from grants.domain.papers import NotEnough, Paper, begin, checking, close, entered, kept, refuse
from grants.domain.payments import bureau
from grants.enums import DocumentKind, Place, Spent
from grants.ledger import locks
from grants.models import GrantProject, SpendingReport
from grants.states import SPENDING
from portal.accounts.enums import Role
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.scope import Actor


@dataclass(frozen=True)
class SpendingInput:
    """What a spending report says: amount in yuan, who spent it, what for, the days from and to; its evidence."""

    amount: Decimal
    enterprise: str
    used_for: Spent
    purpose: str
    period_from: date
    period_to: date
    paper: Paper


def enter_spending(*, by: Actor, project: GrantProject, what: SpendingInput) -> SpendingReport:
    """Enter what was used of the money paid to a project, for the unit's finance bureau.

    what.amount: above zero, at most what lies with the project less the reports that wait for their checker.
    Raises NotAllowed; DomainError for a period out of order or in the future, without evidence, for a number entered
    already; NotEnough with what is left.
    """
    with command(by, "grants.enter_spending", project, lock=False) as act:
        if not what.period_from <= what.period_to <= clock.today():
            raise DomainError(
                "spending_period_in_order",
                _("The period ends on or after the day it begins, and not in the future."),
                "period_to",
            )
        columns = entered(by=by, role=Role.FINANCE_MAKER, paper=what.paper, **bureau(by, project.unit_id))
        locks.row("project", project.pk)
        if what.amount > (left := locks.left("spending", project.pk)):
            raise NotEnough(left)
        place = {"province": project.province_id, "unit": project.unit_id}
        evidence = kept(by=by, paper=what.paper, kind=DocumentKind.USE, **place)
        if evidence is None:
            raise DomainError("spending_has_evidence", _("A spending report needs the file of its evidence."), "file")
        row = SpendingReport(
            grant_project=project,
            award_id=project.award_id,
            province_id=project.province_id,
            unit_id=project.unit_id,
            amount=what.amount,
            enterprise=what.enterprise.strip(),
            used_for=what.used_for,
            purpose=what.purpose.strip(),
            period_from=what.period_from,
            period_to=what.period_to,
            document=evidence,
            **columns,
        )
        return begin(act, row)


def confirm_spending(*, by: Actor, spending: SpendingReport) -> SpendingReport:
    """Confirm a report entered by another person of the bureau: the money is booked as used.

    Raises NotAllowed, WrongState; NotEnough with what still lies with the project.
    """
    with checking(by, "grants.confirm_spending", spending) as act:
        if spending.amount > (left := locks.balance_of_project(spending.grant_project_id, Place.PROJECT)):
            raise NotEnough(left, None)
        return close(act, spending, SPENDING)


def refuse_spending(*, by: Actor, spending: SpendingReport, why: str) -> SpendingReport:
    """Refuse a report with a reason. Raises NotAllowed, WrongState, DomainError."""
    return refuse(by=by, row=spending, name="grants.refuse_spending", machine=SPENDING, why=why)
