"""Where an indicator should stand at the end of a quarter, how far it came, and the light that follows.

Pure: figures in, figures out; no Django. The path is a straight line from the baseline to the target of each year and
to the goal. What was covered of it, in per cent, decides the light by two thresholds of the batch's rules. The
database reckons the same for the rows it keeps (grants.functions_performance).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

GREEN, YELLOW, RED, NONE = "green", "yellow", "red", "none"
QUARTERS: Final = (1, 2, 3, 4)
WHOLE, NOTHING = Decimal("100.00"), Decimal("0.00")
MOST: Final = Decimal("999999.99")
_CENT: Final = Decimal("0.01")


def quarters(year: int, quarter: int) -> int:
    """A quarter as a number, counted on without gaps."""
    return 4 * year + quarter


@dataclass(frozen=True)
class Path:
    """The target path of an indicator. first, last: years of the plan; the baseline stands at the end of first - 1.

    years: the targets of ends of years; those before the plan do not count.
    """

    baseline: Decimal
    goal: Decimal
    years: Mapping[int, Decimal]
    first: int
    last: int

    def points(self) -> list[tuple[int, Decimal]]:
        """Quarters with what is to stand at their end, the earliest first."""
        found = [(quarters(self.first - 1, 4), self.baseline)]
        found += [(quarters(year, 4), value) for year, value in sorted(self.years.items()) if year >= self.first]
        if all(year < self.last for year in self.years):
            found.append((quarters(self.last, 4), self.goal))
        return found

    def expected(self, year: int, quarter: int) -> Decimal:
        """What is to stand at the end of a quarter: the baseline before the path, its last value after it."""
        at, points = quarters(year, quarter), self.points()
        before = [point for point in points if point[0] <= at]
        after = [point for point in points if point[0] > at]
        if not before:
            return _rounded(self.baseline)
        (start, low) = before[-1]
        if not after:
            return _rounded(low)
        (end, high) = after[0]
        return _rounded(low + (high - low) * (at - start) / (end - start))


def reached(baseline: Decimal, expected: Decimal, goal: Decimal, value: Decimal | None) -> Decimal | None:
    """What per cent of the way from the baseline to the expected value was covered; None without a value.

    Upwards or downwards as the goal lies from the baseline. Where the path has not left the baseline yet, to have kept
    it is the whole way and to have lost it is none.
    """
    if value is None:
        return None
    sign = -1 if goal < baseline else 1
    if (expected - baseline) * sign <= 0:
        return WHOLE if value * sign >= expected * sign else NOTHING
    share = _rounded((value - baseline) * 100 / (expected - baseline))
    return max(-MOST, min(MOST, share))


def light(share: Decimal | None, *, green: Decimal, yellow: Decimal) -> str:
    """The light of a share: green and yellow from their threshold on, red below; none where nothing is reported."""
    if share is None:
        return NONE
    if share >= green:
        return GREEN
    return YELLOW if share >= yellow else RED


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(_CENT, rounding=ROUND_HALF_UP)
