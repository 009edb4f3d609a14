"""How the support of projects is fitted into an award: never more than asked, never more than the award, exact."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from grants.domain.support import fitted

YUAN = st.decimals("0", "900000000", places=2)


@given(asked=st.lists(YUAN, max_size=12), limit=YUAN)
def test_fitted_support_is_exact(asked, limit):
    found = fitted(asked, limit)
    assert len(found) == len(asked)
    assert all(Decimal(0) <= one <= most for one, most in zip(found, asked, strict=True))
    assert sum(found) == min(limit, sum(asked))
    assert all(one == one.quantize(Decimal("0.01")) for one in found)


def test_scaled_alike_and_the_last_fen_goes_to_the_largest_part():
    assert fitted([Decimal("10.00"), Decimal("10.00"), Decimal("10.00")], Decimal("10.00")) == [
        Decimal("3.34"),
        Decimal("3.33"),
        Decimal("3.33"),
    ]
    assert fitted([Decimal("1.00"), Decimal("3.00")], Decimal("2.00")) == [Decimal("0.50"), Decimal("1.50")]
    assert fitted([], Decimal("5.00")) == []
    assert fitted([Decimal("5.00")], Decimal("0.00")) == [Decimal("0.00")]
