"""What the errors found say of the whole population: the projected error and its upper limit. All money in fen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean, variance
from typing import Final

from portal.audit.instruments.sampling.factors import factor, upper_rate
from portal.audit.instruments.sampling.population import Stratum

# With fewer items in error the normal approximation of the difference estimate is not to be trusted (AICPA guide,
# classical variables sampling; D. M. Roberts, Statistical Auditing, 1978): then the rate alone has a limit.
LEAST_ERRORS: Final = 20


@dataclass(frozen=True, slots=True)
class Tested:
    """One tested item: what the books say, what the auditor found. certain: it was in the sample anyway.

    wrong: it was not found in order, whatever its amounts say: of things without an amount they say nothing.
    """

    key: str
    book: int
    audited: int
    certain: bool = False
    stratum: str = ""
    wrong: bool = False

    @property
    def error(self) -> int:
        """Overstatement above nought, understatement below."""
        return self.book - self.audited

    @property
    def in_error(self) -> bool:
        """Whether it counts as an item in error: its amount differs, or the auditor found it not in order."""
        return self.wrong or self.error != 0


@dataclass(frozen=True, slots=True)
class Side:
    """One direction of errors in monetary units: known in certain items, projected from the others, upper limit."""

    errors: int
    known: int
    projected: int
    basic: int
    allowance: int
    upper: int


@dataclass(frozen=True, slots=True)
class Monetary:
    """A monetary unit sample: overstatements and understatements apart (the guide nets no limits).

    errors: items in error, those whose amount is right among them.
    """

    size: int
    errors: int
    over: Side
    under: Side

    @property
    def projected(self) -> int:
        """The most likely error of the whole, understatements set off."""
        return self.over.projected - self.under.projected


def _stringer(tested: Sequence[Tested], interval: int, confidence: float, sign: int) -> Side:
    """The Stringer bound of one direction: known + interval × (F₀ + Σ (F_j - F_(j-1)) × t_j), taints falling.

    Source: K. W. Stringer (1963); AICPA Audit Guide "Audit Sampling", evaluation: basic precision interval × F₀,
    projected misstatement interval × Σ t, incremental allowance interval × Σ (F_j - F_(j-1) - 1) × t_j.
    """
    errors = [one for one in tested if sign * one.error > 0]
    known = sum(sign * one.error for one in errors if one.certain)
    taints = sorted((sign * one.error / one.book for one in errors if not one.certain), reverse=True)
    steps = [factor(place, confidence) - factor(place - 1, confidence) for place in range(1, len(taints) + 1)]
    basic = interval * factor(0, confidence)
    projected = interval * math.fsum(taints)
    allowance = interval * math.fsum((step - 1) * taint for step, taint in zip(steps, taints, strict=True))
    return Side(
        errors=len(errors),
        known=known,
        projected=known + round(projected),
        basic=math.ceil(basic),
        allowance=math.ceil(allowance),
        upper=known + math.ceil(basic + projected + allowance),
    )


def monetary(tested: Sequence[Tested], *, interval: int, confidence: float) -> Monetary:
    """Evaluate a monetary unit sample of this interval. Raises ValueError for an item that holds no monetary unit."""
    if any(one.book <= 0 for one in tested):
        raise ValueError("An item at or below nought holds no monetary unit.")
    over, under = (_stringer(tested, interval, confidence, sign) for sign in (1, -1))
    return Monetary(size=len(tested), errors=sum(one.in_error for one in tested), over=over, under=under)


@dataclass(frozen=True, slots=True)
class Classical:
    """A random or stratified sample by the difference estimate.

    errors: items in error. upper: of the overstatement, lower: the same downwards; None with fewer than LEAST_ERRORS
    items whose amount differs, money being all they speak of.
    rate, rate_upper: share of items in error, and its exact upper limit (of the items tested as one sample).
    """

    size: int
    errors: int
    known: int
    projected: int
    deviation: float
    upper: int | None
    lower: int | None
    rate: float
    rate_upper: float


def classical(tested: Sequence[Tested], strata: Sequence[Stratum], *, confidence: float) -> Classical:
    """Evaluate a random sample (one stratum named "") or a stratified one.

    Source: Cochran (1977), sections 5.3 and 5.4: Σ N d̄, its variance Σ N (N - n) s² / n, d the differences between
    books and findings. Strata tested whole add their errors and no variance.
    """
    by_stratum: dict[str, list[Tested]] = {}
    for one in tested:
        by_stratum.setdefault(one.stratum, []).append(one)
    projected = spread = 0.0
    for stratum in strata:
        differences = [float(one.error) for one in by_stratum.get(stratum.name, ())]
        size = len(differences)
        if not size:
            if stratum.count:
                raise ValueError(f"No item of the stratum {stratum.name!r} was tested.")
            continue
        projected += stratum.count * fmean(differences)
        if 1 < size < stratum.count:
            spread += stratum.count * (stratum.count - size) * variance(differences) / size
    errors = sum(one.in_error for one in tested)
    deviation = math.sqrt(spread)
    reach = NormalDist().inv_cdf(confidence) * deviation
    whole = sum(one.count for one in strata) == len(tested)
    bounded = sum(one.error != 0 for one in tested) >= LEAST_ERRORS or whole
    return Classical(
        size=len(tested),
        errors=errors,
        known=sum(one.error for one in tested),
        projected=round(projected),
        deviation=deviation,
        upper=math.ceil(projected + reach) if bounded else None,
        lower=math.floor(projected - reach) if bounded else None,
        rate=errors / len(tested) if tested else 0.0,
        rate_upper=upper_rate(errors, len(tested), confidence)
        if tested and not whole
        else errors / max(1, len(tested)),
    )
