"""The figures behind sizes and limits: Poisson (gamma) factors and exact binomial limits.

Sources: AICPA Audit Guide "Audit Sampling", appendix on monetary unit sampling, tables of confidence factors (sample
size by the share of expected in tolerable misstatement; evaluation by the number of overstatements); T. R. Stewart,
Technical Notes on the AICPA Audit Guide Audit Sampling (2012), which gives the formula of both tables: the factor is
the quantile of the gamma distribution with shape one plus the errors. ISA 530, appendices 2 and 3, names what sizes
depend on. Computed here, so that every confidence has its factor; the tests hold them against the tables.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Final

# Above this share of expected in tolerable misstatement the guide advises against sampling: sizes grow without end.
MOST_EXPECTED: Final = 0.6


def gamma_share(shape: float, value: float) -> float:
    """The regularised lower incomplete gamma function P(shape, value): a series, or above shape + 1 a fraction."""
    if value <= 0:
        return 0.0
    scale = math.exp(shape * math.log(value) - value - math.lgamma(shape))
    if value < shape + 1:
        term = total = 1 / shape
        step = shape
        while term > total * 1e-15:
            step += 1
            term *= value / step
            total += term
        return scale * total
    # Lentz's continued fraction of the upper part.
    b = value + 1 - shape
    c, d = 1e300, 1 / b
    fraction = d
    for step in range(1, 100_000):
        a = -step * (step - shape)
        b += 2
        d = 1 / (a * d + b)
        c = b + a / c
        change = c * d
        fraction *= change
        if abs(change - 1) < 1e-14:
            break
    return 1 - scale * fraction


def _solve(of: Callable[[float], float], low: float, high: float) -> float:
    """Where an increasing function crosses nought, by halving."""
    for _ in range(200):
        middle = (low + high) / 2
        if of(middle) < 0:
            low = middle
        else:
            high = middle
        if high - low < 1e-12 * max(1.0, high):
            break
    return (low + high) / 2


@lru_cache(maxsize=4096)
def factor(errors: float, confidence: float) -> float:
    """The Poisson factor: the mean at which so many errors or fewer have the probability 1 - confidence.

    At 95 % it is 3.00 for none, 4.75 for one, 6.30 for two (AICPA guide, rounded up). Raises ValueError.
    """
    _is_share(confidence)
    if errors < 0:
        raise ValueError("The number of errors is not below nought.")
    return _solve(lambda mean: gamma_share(errors + 1, mean) - confidence, 0.0, 60 + 10 * (errors + 1))


@lru_cache(maxsize=4096)
def planning_factor(expected_share: float, confidence: float) -> float:
    """The factor of the sample size when this share of the tolerable misstatement is expected (Stewart 2012).

    At 95 %: 3.00 for none, 3.68 for a tenth, 4.63 for a fifth (AICPA guide). Raises ValueError above MOST_EXPECTED.
    """
    _is_share(confidence)
    if not 0 <= expected_share <= MOST_EXPECTED:
        raise ValueError("The expected misstatement is too near to the tolerable one for a sample.")
    return _solve(lambda mean: gamma_share(1 + expected_share * mean, mean) - confidence, 1e-9, 10_000.0)


def binomial_at_most(errors: int, size: int, rate: float) -> float:
    """The probability of so many errors or fewer among `size` items at this rate."""
    if errors >= size or rate <= 0:
        return 1.0
    if rate >= 1:
        return 0.0
    total = 0.0
    for number in range(errors + 1):
        ways = math.lgamma(size + 1) - math.lgamma(number + 1) - math.lgamma(size - number + 1)
        total += math.exp(ways + number * math.log(rate) + (size - number) * math.log1p(-rate))
    return min(total, 1.0)


def upper_rate(errors: int, size: int, confidence: float) -> float:
    """The exact one-sided upper limit of the rate of items in error (Clopper and Pearson 1934)."""
    _is_share(confidence)
    if not 0 <= errors <= size or size < 1:
        raise ValueError("There are more errors than items.")
    if errors == size:
        return 1.0
    return _solve(lambda rate: 1 - confidence - binomial_at_most(errors, size, rate), 0.0, 1.0)


def _is_share(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise ValueError("A confidence lies between nought and one.")
