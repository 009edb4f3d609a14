"""Points, means and bands are exact, and the database computes the same."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.performance import scoring
from portal.programme.defaults import ASSESSMENT

HUNDREDTHS = st.integers(0, 10_000).map(lambda number: Decimal(number) / 100)


def test_the_default_form_is_whole():
    assert sum(scoring.most_of_groups(ASSESSMENT).values()) == 100
    assert sum(scoring.most_of_indicators(ASSESSMENT).values()) == 100
    for most in scoring.most_of_indicators(ASSESSMENT).values():
        assert most == most.quantize(Decimal("0.01"))


@given(st.lists(HUNDREDTHS, min_size=1, max_size=15))
def test_mean_lies_between_and_is_exact(totals):
    found = scoring.mean(totals)
    assert min(totals) <= found <= max(totals)
    assert abs(found * len(totals) - sum(totals)) * 200 <= len(totals)


@given(HUNDREDTHS, HUNDREDTHS)
def test_more_points_are_never_a_worse_band(one, other):
    order = list(reversed(scoring.BANDS))
    low, high = sorted((one, other))
    assert order.index(scoring.band(ASSESSMENT, low)) <= order.index(scoring.band(ASSESSMENT, high))


@pytest.mark.parametrize(
    ("total", "band"),
    [("90", "excellent"), ("89.99", "good"), ("80", "good"), ("79.99", "fair"), ("60", "fair"), ("59.99", "poor")],
)
def test_bands_begin_where_the_notice_says(db, total, band):
    import json

    from django.db import connection

    assert scoring.band(ASSESSMENT, Decimal(total)) == band
    with connection.cursor() as cursor:
        cursor.execute("select assessing_band(%s::jsonb, %s::numeric)", [json.dumps(ASSESSMENT), total])
        assert cursor.fetchone()[0] == band


@pytest.mark.parametrize(("projects", "size"), [(0, 0), (2, 2), (3, 3), (10, 3), (11, 4), (60, 18)])
def test_sample_is_a_share_and_at_least_so_many(projects, size):
    assert scoring.sample_size(ASSESSMENT, projects) == size


def test_mean_needs_a_member():
    with pytest.raises(ValueError, match="member"):
        scoring.mean([])
