"""States of use, return, matching money and recovery for tests and journeys; by commands only."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.factories_grants import acting, paper, pdf, today


def entered_spending(who: dict[str, Any], *, project: Any, amount: str, number: str = "S1") -> Any:
    """A spending report that waits for its checker."""
    from grants.domain import spending
    from grants.enums import Spent

    day = today()
    what = spending.SpendingInput(
        Decimal(amount),
        project.enterprise_name,
        Spent.EQUIPMENT,
        "machine tools",
        day - timedelta(days=30),
        day,
        paper(number, file=pdf(f"{number}.pdf")),
    )
    with acting(who["unit_maker"]) as by:
        return spending.enter_spending(by=by, project=project, what=what)


def spent(who: dict[str, Any], *, project: Any, amount: str, number: str = "S1") -> Any:
    """A confirmed spending report."""
    from grants.domain import spending

    row = entered_spending(who, project=project, amount=amount, number=number)
    with acting(who["unit_checker"]) as by:
        return spending.confirm_spending(by=by, spending=row)


def entered_return(
    who: dict[str, Any], *, award: Any, amount: str, source: str, issue: Any = None, number: str = "R1"
) -> Any:
    """A return that waits for its checker. source: surplus, carry_over, unit or province."""
    from grants.domain import returns
    from grants.enums import GivenBack

    what = returns.ReturnInput(GivenBack(source), Decimal(amount), "not needed", paper(number), issue)
    with acting(who["province_maker" if source == "province" else "unit_maker"]) as by:
        return returns.enter_return(by=by, award=award, what=what)


def given_back(who: dict[str, Any], *, award: Any, amount: str, source: str, **how: Any) -> Any:
    """A confirmed return."""
    from grants.domain import returns

    row = entered_return(who, award=award, amount=amount, source=source, **how)
    with acting(who["province_checker" if source == "province" else "unit_checker"]) as by:
        return returns.confirm_return(by=by, return_paper=row)


def entered_matching(
    who: dict[str, Any], *, award: Any, amount: str, source: str = "local", year: int = 2026, number: str = "M1"
) -> Any:
    """Matching money that waits for its checker."""
    from grants.domain import matching
    from grants.enums import Matching

    what = matching.MatchingInput(year, Matching(source), Decimal(amount), today(), paper(number))
    with acting(who["unit_maker"]) as by:
        return matching.enter_matching(by=by, award=award, what=what)


def matched(who: dict[str, Any], **how: Any) -> Any:
    """Confirmed matching money."""
    from grants.domain import matching

    row = entered_matching(who, **how)
    with acting(who["unit_checker"]) as by:
        return matching.confirm_matching(by=by, matching=row)


def entered_recovery(
    who: dict[str, Any],
    *,
    award: Any,
    amount: str,
    project: Any = None,
    by: str = "mof",
    number: str = "D1",
    due_on: date | None = None,
    **what: Any,
) -> Any:
    """A demand that waits for its checker; without more for the violation "diverted". by: "mof" or "province"."""
    from grants.domain import recoveries
    from grants.enums import Ground

    ground = {"ground": Ground.VIOLATION, "violation": "diverted"} | what
    asked = recoveries.DemandInput(
        amount=Decimal(amount),
        due_on=due_on or today() + timedelta(days=30),
        reason="money went to an office building",
        paper=paper(number),
        project=project,
        **ground,
    )
    with acting(who[f"{by}_maker"]) as actor:
        return recoveries.demand(by=actor, award=award, what=asked)


def demanded(who: dict[str, Any], *, by: str = "mof", **how: Any) -> Any:
    """A confirmed demand."""
    from grants.domain import recoveries

    row = entered_recovery(who, by=by, **how)
    with acting(who[f"{by}_checker"]) as actor:
        return recoveries.confirm_recovery(by=actor, recovery=row)


def entered_collected(
    who: dict[str, Any], *, recovery: Any, amount: str, project: Any = None, number: str = "C1"
) -> Any:
    """A payment on a demand that waits for its checker."""
    from grants.domain import recoveries

    what = recoveries.CollectedInput(Decimal(amount), paper(number), project)
    with acting(who["unit_maker"]) as by:
        return recoveries.enter_recovery_payment(by=by, recovery=recovery, what=what)


def collected(who: dict[str, Any], **how: Any) -> Any:
    """A confirmed payment on a demand."""
    from grants.domain import recoveries

    row = entered_collected(who, **how)
    with acting(who["unit_checker"]) as by:
        return recoveries.confirm_recovery_payment(by=by, recovery_payment=row)


def entered_withdrawal(who: dict[str, Any], *, recovery: Any, by: str = "mof", number: str = "W1") -> Any:
    """A withdrawal that waits for its checker."""
    from grants.domain import recoveries

    with acting(who[f"{by}_maker"]) as actor:
        what = recoveries.WithdrawalInput("the finding was set aside", paper(number))
        return recoveries.enter_withdrawal(by=actor, recovery=recovery, what=what)
