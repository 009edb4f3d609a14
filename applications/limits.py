"""Limits of the dossier that a form, a sheet brought as a file and the database share: each is said once.

Pure figures and comparisons: no query, no words.
"""

from __future__ import annotations

from collections.abc import Sized
from datetime import date
from decimal import Decimal
from typing import Final

from applications.enums import Mode, TargetCode

# Years before and after the batch's own in which money may be planned and a project may run.
YEARS_AHEAD: Final = 2
YEARS_AFTER: Final = 9
# Indicators of the programme are rates; a growth may be above a hundred per cent.
LARGEST_GROWTH: Final = Decimal("99999.99")
LARGEST_RATE: Final = Decimal(100)
UNIT_OF_RATES: Final = "%"


def largest(code: str) -> Decimal | None:
    """The largest value of an indicator of the programme, in per cent; None for one of the unit's own."""
    if code == TargetCode.OWN or code not in TargetCode.values:
        return None
    return LARGEST_GROWTH if code == TargetCode.EQUIPMENT_INVESTMENT else LARGEST_RATE


def has_too_many(mode: str | None, codes: Sized | None) -> bool:
    """Whether more enterprises take part than the mode allows: a project in mode point has one."""
    return mode == Mode.POINT and codes is not None and len(codes) > 1


def is_within(day: date, span: tuple[int, int]) -> bool:
    """Whether a day of a project lies in the years its dossier may speak of (`period.span`)."""
    return span[0] <= day.year <= span[1]
