"""How often chance alone goes as far: tails of Student's and Fisher's distributions (scipy.special)."""

from functools import cache
from math import inf, sqrt
from typing import Any


@cache
def _special() -> Any:
    """The library's functions, loaded when first used: every process of the portal loads this module."""
    from scipy import special  # noqa: PLC0415

    return special


def student_both(t: float, degrees: float) -> float:
    """How often Student's t lies farther from 0 than this, on either side."""
    return float(2 * _special().stdtr(degrees, -abs(t)))


def fisher_both(ratio: float, above: float, below: float) -> float:
    """Twice the smaller tail of Fisher's ratio of two mean squares with these degrees of freedom."""
    special = _special()
    return min(1.0, 2 * float(min(special.fdtr(above, below, ratio), special.fdtrc(above, below, ratio))))


def student_reach(share: float, degrees: float) -> float:
    """How far from 0 Student's t lies in this share of cases at most: for 0.9, the half width of a 90 % interval."""
    return float(_special().stdtrit(degrees, (1 + share) / 2))


def standard(effect: float, variance: float) -> float:
    """An effect in standard deviations; infinite where there is an effect and no variance."""
    if variance > 0:
        return effect / sqrt(variance)
    return inf if effect else 0.0
