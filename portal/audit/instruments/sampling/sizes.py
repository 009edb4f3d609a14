"""How many items a sample needs. Every formula names its source."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import Final

from portal.audit.instruments.sampling.factors import binomial_at_most, planning_factor
from portal.audit.instruments.sampling.population import Stratum

# Above this a sample is no sample any more; the caller is told instead of drawing it.
MOST: Final = 5_000
# A variance needs two items.
LEAST_OF_STRATUM: Final = 2


def monetary(total: int, materiality: int, *, expected: int = 0, confidence: float = 0.95) -> int:
    """Monetary units to hit: factor × book value / tolerable misstatement, rounded up.

    Source: AICPA Audit Guide "Audit Sampling", monetary unit sampling; the factor by Stewart (2012). total,
    materiality, expected: fen. Raises ValueError when the expected misstatement is too near to the tolerable one.
    """
    if materiality <= 0:
        raise ValueError("The tolerable misstatement is above nought.")
    if total <= 0:
        return 0
    return math.ceil(planning_factor(expected / materiality, confidence) * total / materiality)


def attributes(tolerable: float, *, expected: float = 0.0, confidence: float = 0.95) -> int:
    """Items of a random sample that shows a rate of errors below `tolerable`: the least size whose expected errors,
    rounded up, still lie below the limit.

    Source: AICPA Audit Guide "Audit Sampling", appendix A, tables of sizes for tests of controls (59 items at 95 %,
    5 % tolerable, none expected; 93 at 1 % expected). Exact binomial. Raises ValueError when no size up to MOST
    will do.
    """
    if not 0 < tolerable < 1 or not 0 <= expected < tolerable:
        raise ValueError("The expected rate lies below the tolerable one, and both between nought and one.")
    for size in range(1, MOST + 1):
        errors = math.ceil(expected * size - 1e-9)
        if binomial_at_most(errors, size, tolerable) <= 1 - confidence + 1e-12:
            return size
    raise ValueError("The expected rate is too near to the tolerable one for a sample.")


def stratified(strata: Sequence[Stratum], precision: int, *, confidence: float = 0.95) -> int:
    """Items in all for an estimate of the total within `precision` (fen), shared out by Neyman.

    Source: W. G. Cochran, Sampling Techniques, 3rd ed. (1977), section 5.9: n = (Σ N S)² / (V + Σ N S²), with
    V = (precision / z)² and z of the one-sided confidence. The deviations are those of the book amounts.
    """
    if precision <= 0:
        raise ValueError("The precision is above nought.")
    z = NormalDist().inv_cdf(confidence)
    spread = sum(one.count * one.deviation for one in strata)
    squares = sum(one.count * one.deviation**2 for one in strata)
    needed = math.ceil(spread**2 / ((precision / z) ** 2 + squares)) if spread else 0
    return max(needed, sum(min(LEAST_OF_STRATUM, one.count) for one in strata))


def neyman(strata: Sequence[Stratum], size: int) -> dict[str, int]:
    """Share a size out to the strata: n_h in proportion to N_h × S_h (Neyman 1934; Cochran 1977, section 5.5).

    No stratum gets more than it has, nor fewer than two (or all it has); what a stratum cannot take goes to the
    others. Where no stratum has a spread, shares follow the number of items.
    """
    given = {one.name: min(LEAST_OF_STRATUM, one.count) for one in strata}
    weights = {one.name: one.count * one.deviation for one in strata}
    if not any(weights.values()):
        weights = {one.name: float(one.count) for one in strata}
    counts = {one.name: one.count for one in strata}
    size = min(size, sum(counts.values()))
    # One after the other to the stratum that is furthest below its share: whole numbers, and the same each time.
    while sum(given.values()) < size:
        open_ones = [name for name in given if given[name] < counts[name]]
        if all(weights[name] <= 0 for name in open_ones):
            weights |= {name: float(counts[name]) for name in open_ones}
        best = max(open_ones, key=lambda name: (weights[name] / (given[name] + 1), name))
        given[best] += 1
    return given
