"""Acts that close a year: entered and confirmed by the Ministry of Finance."""

from __future__ import annotations

from grants.domain.papers import Paper, begin, checking, close, entered, refuse
from grants.models import YearClose
from grants.states import YEAR_CLOSE
from portal.accounts.enums import MOF, Role
from portal.core.commands import command
from portal.core.scope import Actor


def enter_year_close(*, by: Actor, year: int, paper: Paper) -> YearClose:
    """Enter the closing of a year. Raises NotAllowed; DomainError when it is not over, closed, or not in turn."""
    with command(by, "grants.enter_year_close") as act:
        columns = entered(by=by, role=Role.FINANCE_MAKER, paper=paper, code=MOF)
        return begin(act, YearClose(year=year, **columns))


def confirm_year_close(*, by: Actor, year_close: YearClose) -> YearClose:
    """Confirm the closing entered by another person: the books are verified, the year is closed, the rest goes on.

    Side effects: what units have not spent is booked as carry-over and surplus.
    Raises NotAllowed, WrongState; DomainError when the books do not verify.
    """
    with checking(by, "grants.confirm_year_close", year_close) as act:
        done = close(act, year_close, YEAR_CLOSE)
        done.refresh_from_db()
        return done


def refuse_year_close(*, by: Actor, year_close: YearClose, why: str) -> YearClose:
    """Refuse a closing with a reason. Raises NotAllowed, WrongState, DomainError."""
    return refuse(by=by, row=year_close, name="grants.refuse_year_close", machine=YEAR_CLOSE, why=why)
