"""Money is exact to the fen: no float comes in, nothing is lost on the way to the database and back."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.core.money import FEN, YuanField, in_percent, in_wan, to_fen, to_hundredths, yuan
from portal.core.templatetags.portal_ui import wan
from portal.core.templatetags.portal_ui import yuan as shown

MOST = 10**18 - 1  # fen in numeric(18,2)
fen = st.integers(-MOST, MOST)
floats = st.floats(allow_nan=True, allow_infinity=True)
parts = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=6)


def _yuan(number: int) -> Decimal:
    return Decimal(number).scaleb(-2)


@given(fen)
def test_whole_fen_are_kept(number):
    amount = _yuan(number)
    for given_as in (amount, str(amount), f"{amount:f}"):
        assert yuan(given_as) == amount
        assert yuan(given_as).as_tuple().exponent == -2
    assert int(yuan(amount).scaleb(2)) == number


@given(floats)
def test_floats_are_refused_everywhere(number):
    with pytest.raises(ValueError, match="never a float"):
        yuan(number)
    with pytest.raises(ValidationError):
        YuanField().to_python(number)
    with pytest.raises(ValueError, match="whole fen"):
        YuanField().get_db_prep_value(number, connection)


@given(parts)
def test_parts_of_a_fen_are_refused_and_only_rounded_by_name(number):
    if number == number.quantize(FEN):
        assert yuan(number) == number
        return
    with pytest.raises(ValueError, match="whole fen"):
        yuan(number)
    with pytest.raises(ValueError, match="whole fen"):
        YuanField().get_db_prep_value(number, connection)
    rounded = to_fen(number)
    assert abs(Fraction(rounded) - Fraction(number)) <= Fraction(1, 200)
    assert rounded.as_tuple().exponent == -2


@given(fen)
def test_half_a_fen_goes_away_from_nought(number):
    half = _yuan(number) + Decimal("0.005").copy_sign(number or 1)
    assert to_fen(half) == _yuan(number) + FEN.copy_sign(number or 1)


@pytest.mark.parametrize("text", ["", "one", "NaN", "sNaN", "Infinity", "-Infinity", "1e400", "1,000", "0x10"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(ValueError, match="amount"):
        yuan(text)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(fen.filter(lambda number: abs(number) < 10**16), min_size=1, max_size=12))
def test_the_database_adds_up_exactly(db, numbers):
    field = YuanField()
    amounts = [field.get_db_prep_value(_yuan(number), connection) for number in numbers]
    with connection.cursor() as cursor:
        cursor.execute("select unnest(%s::numeric(18,2)[])", [amounts])
        back = [row[0] for row in cursor.fetchall()]
        cursor.execute("select sum(x) from unnest(%s::numeric(18,2)[]) x", [amounts])
        total = cursor.fetchone()[0]
    assert [int(amount.scaleb(2)) for amount in back] == numbers
    assert int(total.scaleb(2)) == sum(numbers)


def test_field_is_eighteen_digits_and_migrates_without_them():
    _, path, _, kwargs = YuanField("amount").deconstruct()
    assert path == "portal.core.money.YuanField"
    assert not {"max_digits", "decimal_places"} & set(kwargs)
    assert YuanField().db_type(connection) == "numeric(18, 2)"
    for amount in (Decimal("1e16"), Decimal("0.001")):
        with pytest.raises(ValidationError):
            YuanField().clean(amount, None)


@given(fen.filter(lambda number: abs(number) < 10**15))
def test_what_is_shown_is_what_is_kept(number):
    amount = _yuan(number)
    read = re.sub(r'<span class="visually-hidden">[^<]*</span>|<[^>]+>|,', "", shown(amount))
    assert Decimal(read) == amount
    assert Decimal(wan(amount).replace(",", "")) * 10_000 == amount


@given(st.lists(fen, min_size=1, max_size=9))
def test_the_parts_shown_in_ten_thousand_yuan_come_to_the_whole_that_is_shown(numbers):
    parts = [_yuan(number // 1000) for number in numbers]
    shown_parts = [Decimal(in_wan(part).replace(",", "")) for part in parts]
    assert sum(shown_parts) == Decimal(in_wan(sum(parts)).replace(",", ""))


def test_limits_and_shares_are_not_rounded_where_they_are_shown():
    assert [in_wan(one) for one in (0, 300_000_000, Decimal("500005000.01"), -4_999)] == [
        "0", "30,000", "50,000.500001", "-0.4999",
    ]  # fmt: skip
    assert [in_percent(Decimal(one)) for one in ("0.200", "0.125", "1.000", "0.005")] == ["20", "12.5", "100", "0.5"]


def test_points_are_rounded_half_up_as_templates_round_them():
    assert [str(to_hundredths(one)) for one in (Decimal("85.125000"), Decimal("-0.005"), 85.125, 1.005)] == [
        "85.13", "-0.01", "85.13", "1.01",
    ]  # fmt: skip
