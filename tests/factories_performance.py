"""Plans with indicators and rosters past their guards, awards of some time ago, and reports by the commands."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg

from tests import databases
from tests import factories_grants as make
from tests.blanks import blanks
from tests.factories_roster import credit_code

TARGETS = (
    ("digital_tools", "", "60.00", "90.00"),
    ("process_control", "", "50.00", "75.00"),
    ("equipment_investment", "", "0.00", "25.00"),
    ("energy", "", "20.00", "40.00"),
    ("own", "新增产值", "100.00", "200.00"),
)
GUARDED = ("applications_target", "applications_targetyear", "applications_enterprise")
STATES = ("not_begun", "under_way", "transformed")


def planned(application: int, *, enterprises: int = 10, place: str = "350200") -> None:
    """Give an application the indicators and the roster of a plan, in place of its own; kept at once."""
    with psycopg.connect(databases.owner_dsn()) as owner:
        for table in GUARDED:
            owner.execute(f"alter table {table} disable trigger user")
        owner.execute("delete from applications_enterprise where application_id = %s", (application,))
        for code, name, baseline, goal in TARGETS:
            _target(owner, application, code, name, baseline, goal)
        for number in range(1, enterprises + 1):
            _enterprise(owner, application, number, place)
        owner.commit()
        for table in GUARDED:
            owner.execute(f"alter table {table} enable trigger user")
        owner.commit()


def _target(owner: Any, application: int, code: str, name: str, baseline: str, goal: str) -> None:
    row = owner.execute(
        "insert into applications_target (application_id, code, name, formula, baseline, goal, unit)"
        " values (%s, %s, %s, %s, %s, %s, %s) returning id",
        (application, code, name, "f" if name else "", baseline, goal, "亿元" if name else "%"),
    ).fetchone()
    owner.execute(
        "insert into applications_targetyear (application_id, target_id, year, value) values (%s, %s, 2026, %s)",
        (application, row[0], (Decimal(baseline) + (Decimal(goal) - Decimal(baseline)) / 4).quantize(Decimal("0.01"))),
    )


def _enterprise(owner: Any, application: int, number: int, place: str) -> None:
    columns = (
        "application_id, credit_code, name, industry_id, revenue, digital_state, has_rd_tools, process_rate,"
        " energy_level, version"
    )
    more, empty = blanks(owner.execute, "applications_enterprise", columns)
    owner.execute(
        f"insert into applications_enterprise ({columns}{more}) values (%s, %s, %s, 'C36', 0, %s, %s, 50, %s, 1{empty})",
        (
            application,
            credit_code(number, place),
            f"示例{number}厂",
            STATES[number % 3],
            number % 2 == 0,
            "benchmark" if number % 5 == 0 else "below",
        ),
    )


def people(cast: Any, unit: str = "350200") -> dict[str, Any]:
    """Who writes, signs and verifies."""
    return {
        "drafter": cast("drafter", f"ZF{unit}"),
        "signatory": cast("signatory", f"ZF{unit}"),
        "industry": cast("provincial_officer", f"GX{unit[:2]}0000"),
        "miit": cast("officer", "MIIT"),
    }


def last_quarter(back: int = 1) -> tuple[int, int]:
    """The quarter that was over so many quarters ago."""
    at = make.today().year * 4 + (make.today().month - 1) // 3 - back
    return divmod(at, 4)[0], at % 4 + 1


def begun(back: int = 3) -> Any:
    """The clock in a quarter some quarters ago."""
    from portal.core import clock

    year, quarter = last_quarter(back)
    return clock.at(datetime(year, quarter * 3 - 1, 10, 10, tzinfo=clock.SHANGHAI))


def awarded(who: dict[str, Any], application: int, *, back: int = 3, **how: Any) -> Any:
    """An award confirmed some quarters ago."""
    with begun(back):
        return make.awarded(who, application=application, amount=how.pop("amount", "20000000.00"), **how)


def drafted(team: dict[str, Any], award: Any, back: int = 1) -> Any:
    """A report that was begun."""
    from grants.domain import reporting

    year, quarter = last_quarter(back)
    with make.acting(team["drafter"]) as by:
        return reporting.begin_report(by=by, award=award, year=year, quarter=quarter)


def written(team: dict[str, Any], award: Any, back: int = 1, own: str = "130") -> Any:
    """A report that lacks nothing."""
    from grants.domain import reporting
    from grants.models import IndicatorActual

    report = drafted(team, award, back)
    with make.acting(team["drafter"]) as by:
        rows = IndicatorActual.objects.filter(report=report)
        said = {row.pk: reporting.ActualInput(None if row.is_counted else Decimal(own), "因市场波动") for row in rows}
        what = reporting.ReportInput(1, "完成改造", "", Decimal("110.00"), Decimal("100.00"), said)
        return reporting.write_report(by=by, report=report, what=what)


def signed(team: dict[str, Any], award: Any, back: int = 1, **how: Any) -> Any:
    """A report with the province."""
    from grants.domain import reporting

    report = written(team, award, back, **how)
    with make.acting(team["signatory"]) as by:
        return reporting.sign_report(by=by, report=report)


def verified(team: dict[str, Any], award: Any, back: int = 1, **how: Any) -> Any:
    """A verified report."""
    from grants.domain import reporting

    report = signed(team, award, back, **how)
    with make.acting(team["industry"]) as by:
        return reporting.verify_report(by=by, report=report)


def days_ago(days: int) -> Any:
    """The clock some days ago."""
    from portal.core import clock

    return clock.at(clock.now() - timedelta(days=days))
