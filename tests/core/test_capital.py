"""Amounts in Chinese capitals: known ones, and each one read back is the amount it came from."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.capital import LARGEST, capital_amount

DIGITS = {word: figure for figure, word in enumerate("零壹贰叁肆伍陆柒捌玖")}
TENS = {"拾": 10, "佰": 100, "仟": 1000}


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零元整"),
        ("1000000", "壹佰万元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角"),
        ("1.05", "壹元零伍分"),
        ("1.50", "壹元伍角"),
        ("10", "壹拾元整"),
        ("15.68", "壹拾伍元陆角捌分"),
        ("1010.01", "壹仟零壹拾元零壹分"),
        ("10000", "壹万元整"),
        ("100000001", "壹亿零壹元整"),
        ("100010000", "壹亿零壹万元整"),
        ("300000000.00", "叁亿元整"),
        ("12345678.90", "壹仟贰佰叁拾肆万伍仟陆佰柒拾捌元玖角"),
        ("100000000000", "壹仟亿元整"),
        ("-3.20", "负叁元贰角"),
    ],
)
def test_known_amounts(amount: str, words: str) -> None:
    assert capital_amount(Decimal(amount)) == words


def section(words: str) -> int:
    """A number below ten thousand."""
    total, digit = 0, 0
    for word in words:
        if word in DIGITS:
            digit = DIGITS[word]
        else:
            total, digit = total + digit * TENS[word], 0
    return total + digit


def whole(words: str) -> int:
    """A number read by its sections of 万 and 亿."""
    for mark, weight in (("亿", 10**8), ("万", 10**4)):
        if mark in words:
            above, below = words.split(mark, 1)
            return whole(above) * weight + whole(below)
    return section(words)


def read(words: str) -> Decimal:
    """The amount that capitals state, worked out by a second way."""
    found = re.fullmatch(r"(负?)(?:(.+)元)?(整)?零?(?:(.)角)?(?:(.)分)?", words)
    assert found, words
    sign, yuan, exact, jiao, fen = found.groups()
    assert exact is None or jiao is fen is None, words
    amount = Decimal(whole(yuan or "零")) + Decimal(section(jiao or "零")) / 10 + Decimal(section(fen or "零")) / 100
    return -amount if sign else amount


@given(st.decimals(-LARGEST, LARGEST, places=2) | st.decimals(-(10**6), 10**6, places=2))
def test_what_is_written_reads_as_the_amount(amount: Decimal) -> None:
    words = capital_amount(amount)
    assert read(words) == amount
    assert "零零" not in words
    assert not re.search(r"零[元万亿]", words.replace("零元整", "") if amount == 0 else words)


@pytest.mark.parametrize("amount", [1.5, Decimal("0.001"), Decimal("NaN"), LARGEST + Decimal("0.01")])
def test_what_is_no_amount_is_refused(amount: Decimal) -> None:
    with pytest.raises(ValueError, match=r"."):
        capital_amount(amount)
