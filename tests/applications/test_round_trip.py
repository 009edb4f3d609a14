"""import(export(x)) = x: what a list is exported as, an import reads as the same rows, whatever stands in them."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applications.enums import DigitalState, EnergyLevel
from applications.exports import csv_file, workbook
from applications.imports import judging, reading
from applications.sheets.enterprises import ENTERPRISES
from applications.sheets.problems import is_odd
from applications.sheets.sheet import Ground
from portal.core.readable import is_seen
from tests.factories_roster import credit_code

GROUND = Ground(frozenset({"C36", "C361", "C39"}), ("C36", "C39"))
SIGNS = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Zl", "Zp"]).filter(lambda s: not is_odd(s))


def texts(most: int = 160):
    """Texts as a form would keep them: trimmed, composed, with something to see."""
    import unicodedata

    return (
        st.text(SIGNS, min_size=1, max_size=40)
        .map(lambda text: unicodedata.normalize("NFC", text).strip())
        .filter(lambda text: is_seen(text) and len(text) <= most)
    )


def yuan(most: str = "9999999999999999.99"):
    return st.decimals(min_value=0, max_value=Decimal(most), places=2)


RATES = st.none() | st.decimals(min_value=0, max_value=100, places=2)
YEARS = st.none() | st.integers(2020, 2040)


@st.composite
def enterprises(draw):
    numbers = draw(st.lists(st.integers(1, 9_999_999), unique=True, max_size=8))
    return [
        {
            "credit_code": credit_code(number),
            "name": draw(texts()),
            "industry": draw(st.sampled_from(["C36", "C361", "C39"])),
            "revenue": draw(yuan()),
            "is_chain_leader": draw(st.booleans()),
            "is_leading": draw(st.booleans()),
            "is_champion": draw(st.booleans()),
            "is_little_giant": draw(st.booleans()),
            "digital_state": draw(st.sampled_from(DigitalState.values)),
            "digital_year": draw(YEARS),
            "has_rd_tools": draw(st.booleans()),
            "rd_tools_year": draw(YEARS),
            "process_rate": draw(RATES),
            "process_goal": None,
            "energy_level": draw(st.sampled_from(["", *EnergyLevel.values])),
        }
        for number in numbers
    ]


def back(file, sheet, ground):
    verdict = judging.judge(reading.read(file, sheet), sheet, ground)
    assert verdict.problems == []
    return verdict.good


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(rows=enterprises())
def test_enterprises_come_back_the_same(kind, rows):
    file = io.BytesIO()
    if kind == "csv":
        csv_file.write(file, ENTERPRISES, rows)
    else:
        workbook.write(file, ENTERPRISES, rows, industries=[("C36", "汽车制造业", "Cars")])
    found = back(file, ENTERPRISES, GROUND)
    assert found == rows
    keyed = {row["credit_code"]: row for row in rows}
    changes = judging.compare(found, keyed, ENTERPRISES)
    assert (changes.new, changes.changed, changes.same, changes.absent) == (0, 0, len(rows), 0)


@settings(deadline=None, max_examples=200)
@given(text=texts())
def test_no_text_is_a_formula_in_csv(text):
    """Whatever a text begins with, a spreadsheet shows it as text, and it is read back as it was."""
    written = csv_file._text(text)
    assert not written.startswith((*"=+-@＝＋－＠", "\t", "\r", "\n"))
    assert reading._unescaped(written) == text


@settings(deadline=None, max_examples=300)
@given(amount=yuan())
def test_amounts_in_ten_thousand_yuan_keep_every_fen(amount):
    column = ENTERPRISES.by_key["revenue"]
    assert column.value(column.write(amount), []) == amount
