"""First digits of the payments against Benford's law."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from grants.analytics.common import YEAR, payments
from portal.audit.instruments.analyses import Analysis, Asked, Column, Line, Parameter

EXPECTED: Final = {digit: math.log10(1 + 1 / digit) for digit in range(1, 10)}
# Chi-square with eight degrees of freedom at five per cent.
CRITICAL: Final = 15.507
# Mean absolute deviation of first digits: the upper ends of close, acceptable and marginal conformity (Nigrini 2012).
CLOSE, ACCEPTABLE, MARGINAL = 0.006, 0.012, 0.015
# Below this size the first digits of any honest set stray as far; the mean absolute deviation wants more.
LEAST: Final = 300
FOR_MAD: Final = 1_000


@dataclass(frozen=True)
class Fit:
    """How well first digits fit: their number, mean absolute deviation, chi-square, the digit furthest above."""

    size: int
    mad: float
    chi: float
    digit: int
    excess: float


def first_digit(amount: Decimal) -> int:
    """The first digit that is not nought."""
    return int(str(amount).lstrip("-0.")[0])


def fit(digits: Mapping[int, int]) -> Fit:
    """Compare counts of first digits with the law."""
    size = sum(digits.values())
    found = {digit: digits.get(digit, 0) / size for digit in EXPECTED}
    over = {digit: found[digit] - share for digit, share in EXPECTED.items()}
    furthest = max(over, key=lambda digit: (over[digit], -digit))
    return Fit(
        size=size,
        mad=math.fsum(abs(value) for value in over.values()) / 9,
        chi=math.fsum(size * over[digit] ** 2 / share for digit, share in EXPECTED.items()),
        digit=furthest,
        excess=over[furthest],
    )


def conformity(found: Fit) -> str:
    """The deviation in words, as Nigrini grades it."""
    if found.mad <= CLOSE:
        return pgettext("analysis", "close")
    if found.mad <= ACCEPTABLE:
        return pgettext("analysis", "acceptable")
    return pgettext("analysis", "marginal") if found.mad <= MARGINAL else pgettext("analysis", "none")


def _counts(amounts: Iterable[Decimal]) -> Counter[int]:
    # Amounts below ten yuan have hardly a first digit of their own.
    return Counter(first_digit(amount) for amount in amounts if amount >= 10)


def find(asked: Asked) -> Iterator[Line]:
    """The whole scope, told as figures; then each unit with enough payments whose digits do not fit."""
    rows = list(payments(asked).values_list("unit_id", "unit__name_zh", "province_id", "amount"))
    whole = _counts(row[3] for row in rows)
    if not whole:
        return
    told = fit(whole)
    asked.tell(_("Amounts looked at"), f"{told.size:,}")
    asked.tell(_("Mean absolute deviation"), f"{told.mad:.4f} ({conformity(told)})")
    asked.tell(_("Chi-square (limit 15.51)"), f"{told.chi:.2f}")
    if told.size < LEAST:
        asked.tell(_("Note"), gettext("Too few amounts: below 300 first digits say nothing."))
    elif told.size < FOR_MAD:
        asked.tell(_("Note"), gettext("Below 1,000 amounts the mean absolute deviation is too high by chance."))
    least = max(int(asked.number("least")), 1)
    units = sorted({row[0] for row in rows})
    for unit in units:
        own = [row for row in rows if row[0] == unit]
        counts = _counts(row[3] for row in own)
        if sum(counts.values()) < least:
            continue
        found = fit(counts)
        if found.chi <= CRITICAL and found.mad <= MARGINAL:
            continue
        yield Line(
            key=f"benford:{unit}:{asked.year() or 'all'}",
            title=own[0][1],
            url=reverse("oversight:province", args=[own[0][2]]),
            cells={
                "unit": own[0][1],
                "size": found.size,
                "mad": f"{found.mad:.4f}",
                "fit": conformity(found),
                "chi": f"{found.chi:.2f}",
                "digit": f"{found.digit} (+{100 * found.excess:.1f} %)",
            },
        )


ANALYSIS: Final = Analysis(
    name="benford",
    title=_("First digits (Benford)"),
    rule=_(
        "First digits of the amounts paid against Benford's law: chi-square with eight degrees of freedom (5 %: 15.51)"
        " and mean absolute deviation (close up to 0.006, acceptable up to 0.012, marginal up to 0.015)."
    ),
    source=_(
        "M. J. Nigrini, Benford's Law: Applications for Forensic Accounting, Auditing and Fraud Detection (2012)."
    ),
    caution=_(
        "Says nothing below 300 amounts, and little below 1,000. Amounts that are shares of a plan, or lie under one"
        " ceiling, need not follow the law at all; with very many amounts chi-square finds trifles."
    ),
    parameters=(
        Parameter("least", _("Units with at least so many amounts"), "number", Decimal(LEAST), least="30"),
        YEAR,
    ),
    columns=(
        Column("unit", _("Pilot unit")),
        Column("size", _("Amounts"), "number"),
        Column("mad", _("Mean absolute deviation"), "code"),
        Column("fit", _("Conformity")),
        Column("chi", _("Chi-square"), "code"),
        Column("digit", _("Digit too often")),
    ),
    find=find,
)
