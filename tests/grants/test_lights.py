"""Target paths, shares and lights: by example, by law, and the database reckons the same."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grants.performance import lights
from grants.performance.lights import Path, light, quarters, reached

D = Decimal
PATH = Path(D("50.00"), D("80.00"), {2026: D("58.00"), 2027: D("70.00")}, 2026, 2028)
figures = st.integers(-1_000_000, 1_000_000).map(lambda cents: D(cents) / 100)
# The first draws of a process take what the machine is busy with; nothing here is timed.
untimed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
thresholds = st.tuples(st.integers(0, 100), st.integers(0, 100)).map(sorted)


@pytest.mark.parametrize(
    ("year", "quarter", "expected"),
    [
        (2024, 1, "50.00"),
        (2025, 4, "50.00"),
        (2026, 1, "52.00"),
        (2026, 4, "58.00"),
        (2027, 2, "64.00"),
        (2028, 4, "80.00"),
        (2030, 1, "80.00"),
    ],
)
def test_the_path_is_a_straight_line_between_the_yearly_targets(year, quarter, expected):
    assert PATH.expected(year, quarter) == D(expected)


@pytest.mark.parametrize(
    ("baseline", "expected", "goal", "value", "share"),
    [
        ("50", "60", "80", "58", "80.00"),
        ("50", "60", "80", "70", "200.00"),
        ("50", "60", "80", "45", "-50.00"),
        ("50", "40", "20", "42", "80.00"),
        ("50", "50", "80", "50", "100.00"),
        ("50", "50", "80", "49", "0.00"),
        ("50", "50", "20", "51", "0.00"),
        ("0", "0.01", "1", "99999", "999999.99"),
    ],
)
def test_the_share_is_that_of_the_way(baseline, expected, goal, value, share):
    assert reached(D(baseline), D(expected), D(goal), D(value)) == D(share)


@pytest.mark.parametrize(
    ("share", "found"), [("90", "green"), ("89.99", "yellow"), ("70", "yellow"), ("69.99", "red"), (None, "none")]
)
def test_the_light_follows_from_the_thresholds(share, found):
    assert light(None if share is None else D(share), green=D(90), yellow=D(70)) == found


@untimed
@given(figures, figures, figures, figures, figures)
def test_more_of_the_way_is_never_less_light(baseline, expected, goal, one, other):
    sign = -1 if goal < baseline else 1
    worse, better = sorted((one, other), key=lambda value: value * sign)
    assert reached(baseline, expected, goal, worse) <= reached(baseline, expected, goal, better)


@untimed
@given(figures, figures, thresholds)
def test_a_larger_share_is_never_a_worse_light(one, other, bounds):
    order = [lights.RED, lights.YELLOW, lights.GREEN]
    yellow, green = map(D, bounds)
    small, large = sorted((one, other))
    assert order.index(light(small, green=green, yellow=yellow)) <= order.index(
        light(large, green=green, yellow=yellow)
    )


@untimed
@given(figures, figures, st.lists(figures, max_size=3), st.integers(2020, 2032), st.integers(1, 4))
def test_the_path_stays_between_its_points(baseline, goal, values, year, quarter):
    path = Path(baseline, goal, {2026 + place: value for place, value in enumerate(values)}, 2026, 2028)
    known = [value for _at, value in path.points()]
    assert min(known) <= path.expected(year, quarter) <= max(known)
    for at, value in path.points():
        assert path.expected((at - 1) // 4, (at - 1) % 4 + 1) == value


def test_quarters_count_on():
    assert quarters(2027, 1) - quarters(2026, 4) == 1


def test_the_database_reckons_the_same(db):
    """Paths and shares of every kind, once by the functions of the database."""
    import json

    from django.db import connection

    steps = [D(value) for value in ("-3.33", "0.00", "17.25", "60.00")]
    paths = [
        Path(baseline, goal, years, 2026, 2028)
        for baseline in steps
        for goal in steps
        for years in ({}, {2025: D("99.00")}, {2026: D("7.77"), 2027: D("31.00")}, {2028: D("12.34")})
    ]
    with connection.cursor() as cursor:
        for path in paths:
            years = json.dumps({str(year): str(value) for year, value in path.years.items()})
            for year, quarter in ((2025, 3), (2026, 1), (2026, 4), (2027, 3), (2028, 4), (2029, 2)):
                wanted = path.expected(year, quarter)
                cursor.execute(
                    "select performance_expected(%s, %s, %s::jsonb, 2026, 2028, %s, %s)",
                    [path.baseline, path.goal, years, year, quarter],
                )
                assert cursor.fetchone()[0] == wanted, (path, year, quarter)
                for value in steps:
                    cursor.execute(
                        "select performance_reached(%s, %s, %s, %s)", [path.baseline, wanted, path.goal, value]
                    )
                    assert cursor.fetchone()[0] == reached(path.baseline, wanted, path.goal, value)
