"""Enterprises in rosters. The application is always said; the rest is invented."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from stdnum.cn import uscc

from applications.models import Application, Enterprise


def credit_code(number: int, place: str = "350200") -> str:
    """The valid code of the invented enterprise of this number."""
    stem = f"91{place}MA{number:07}"
    return stem + uscc.calc_check_digit(stem)


def row(application: Application, number: int, **changes: Any) -> Enterprise:
    """An enterprise, not saved yet."""
    values: dict[str, Any] = {
        "credit_code": credit_code(number),
        "name": f"（演示）示例企业{number:05}",
        "industry_id": "C36" if number % 2 else "C39",
        "revenue": Decimal(20_000_000 + number * 1_000),
        "digital_state": ("not_begun", "under_way", "transformed")[number % 3],
        "digital_year": None if number % 3 == 2 else 2027,
        "process_rate": Decimal("50.00"),
        "process_goal": Decimal("80.00"),
    }
    return Enterprise(application=application, **values | changes)


def fill(application: Application, count: int, *, first: int = 1, **changes: Any) -> None:
    """Put `count` enterprises into the roster, in the present scope."""
    Enterprise.objects.bulk_create([row(application, number, **changes) for number in range(first, first + count)])
