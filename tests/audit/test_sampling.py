"""Sampling against published tables and examples, and what must hold of every draw."""

from __future__ import annotations

import math
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.audit.instruments import evaluating
from portal.audit.instruments.sampling import Drawn, Item, Stratum, digest, draw, drawn_digest, evaluate, factors, sizes
from portal.audit.instruments.sampling.population import strata

# AICPA Audit Guide "Audit Sampling": evaluation by the number of overstatements, risk 5 % and 10 %, rounded up.
EVALUATION = {
    0.95: [3.00, 4.75, 6.30, 7.76, 9.16, 10.52, 11.85, 13.15, 14.44, 15.71, 16.97],
    0.90: [2.31, 3.89, 5.33, 6.69, 8.00, 9.28, 10.54, 11.78, 13.00, 14.21, 15.41],
}
# The same guide: confidence factors of the sample size by expected in tolerable misstatement, 0.00, 0.05 … 0.50.
PLANNING = [3.00, 3.31, 3.68, 4.11, 4.63, 5.24, 6.00, 6.92, 8.09, 9.59, 11.54]
# The same guide, appendix A: sizes at 95 %, none expected, by tolerable rate in per cent.
ATTRIBUTES = {2: 149, 3: 99, 4: 74, 5: 59, 6: 49, 7: 42, 8: 36, 9: 32, 10: 29, 15: 19, 20: 14}


def up(value):
    """Rounded up to two places, as the tables are."""
    return math.ceil(round(value * 100, 4)) / 100


@pytest.mark.parametrize("confidence", sorted(EVALUATION))
def test_evaluation_factors_are_those_of_the_table(confidence):
    assert [up(factors.factor(errors, confidence)) for errors in range(11)] == EVALUATION[confidence]


def test_planning_factors_are_those_of_the_table():
    assert [up(factors.planning_factor(step / 20, 0.95)) for step in range(11)] == PLANNING


def test_sizes_of_attributes_are_those_of_the_table():
    assert {rate: sizes.attributes(rate / 100) for rate in ATTRIBUTES} == ATTRIBUTES
    assert sizes.attributes(0.05, expected=0.01) == 93
    assert sizes.attributes(0.05, expected=0.02) == 181


def test_what_is_expected_too_near_to_what_is_tolerable_is_refused():
    with pytest.raises(ValueError, match="too near"):
        sizes.monetary(1_000_000, 100_000, expected=90_000)
    with pytest.raises(ValueError, match="too near"):
        sizes.attributes(0.02, expected=0.0199)
    with pytest.raises(ValueError, match="nought and one"):
        factors.factor(0, 1.0)


def test_no_error_gives_basic_precision_alone():
    """A textbook's example: book value 2,500,000, 93 units, 95 %: interval 26,882, upper limit 80,646 with R = 3.0."""
    interval = draw.interval_of(2_500_000, 93)
    assert interval == 26_881  # rounded down: no fewer units than planned
    tested = [evaluate.Tested(str(place), 1000, 1000) for place in range(93)]
    found = evaluate.monetary(tested, interval=26_882, confidence=0.95)
    assert found.over.upper == found.over.basic == math.ceil(26_882 * factors.factor(0, 0.95))
    assert abs(found.over.upper / 80_646 - 1) < 0.002
    assert (found.projected, found.over.errors) == (0, 0)


def test_stringer_bound_by_hand():
    """Taints 0.5 and 0.2 and a certain item 300 too high, interval 1,000: worked out with the factors of the table."""
    tested = [
        evaluate.Tested("large", 5_000, 4_700, certain=True),
        evaluate.Tested("half", 400, 200),
        evaluate.Tested("fifth", 100, 80),
        evaluate.Tested("right", 50, 50),
        evaluate.Tested("low", 100, 110),
    ]
    found = evaluate.monetary(tested, interval=1_000, confidence=0.95)
    assert found.over.known == 300
    assert found.over.projected == 300 + 700
    by_table = 300 + 1_000 * (3.00 + (4.75 - 3.00) * 0.5 + (6.30 - 4.75) * 0.2)
    assert abs(found.over.upper - by_table) <= 25  # the table is rounded up to two places
    assert found.over.upper == pytest.approx(300 + found.over.basic + 700 + found.over.allowance, abs=2)
    assert (found.under.errors, found.under.projected) == (1, 100)
    assert found.projected == 900


def test_an_item_that_holds_no_unit_is_refused():
    with pytest.raises(ValueError, match="no monetary unit"):
        evaluate.monetary([evaluate.Tested("a", 0, 0)], interval=10, confidence=0.95)


def test_difference_estimate_by_hand():
    """Two strata: 100 items, 4 tested, differences 0 0 0 8; 10 items, tested whole, differences add up to 5."""
    tested = [evaluate.Tested(f"a{n}", 100, 92 if n == 3 else 100, stratum="a") for n in range(4)]
    tested += [evaluate.Tested(f"b{n}", 100, 95 if n == 0 else 100, stratum="b") for n in range(10)]
    found = evaluate.classical(tested, [Stratum("a", 100, 10_000), Stratum("b", 10, 1_000)], confidence=0.95)
    assert found.projected == 100 * 2 + 5
    assert found.deviation == pytest.approx(math.sqrt(100 * 96 * 16 / 4))  # N (N - n) s² / n, s² = 16
    assert (found.errors, found.upper, found.lower) == (2, None, None)
    assert 2 / 14 < found.rate_upper < 0.5


def test_a_limit_in_money_needs_twenty_errors_or_all_items():
    strata_of_one = [Stratum("", 1_000, 100_000)]
    tested = [evaluate.Tested(str(n), 100, 90) for n in range(19)] + [evaluate.Tested("x", 100, 100)]
    assert evaluate.classical(tested, strata_of_one, confidence=0.95).upper is None
    tested[-1] = evaluate.Tested("x", 100, 80)
    found = evaluate.classical(tested, strata_of_one, confidence=0.95)
    assert found.upper is not None
    assert found.lower is not None
    assert found.lower < found.projected < found.upper
    whole = [evaluate.Tested("one", 100, 40), evaluate.Tested("two", 100, 100)]
    found = evaluate.classical(whole, [Stratum("", 2, 200)], confidence=0.95)
    assert (found.projected, found.upper, found.lower, found.rate_upper) == (60, 60, 60, 0.5)


def test_things_without_an_amount_are_judged_by_what_was_found():
    """59 attachments, 3 of 5 in error or not proven: an error rate of nought had passed them all."""
    items = [{"key": str(n), "amount": "0.00", "stratum": "", "certain": False} for n in range(59)]
    plan = {"tolerable": "5", "strata": [{"name": "", "count": 1000, "total": "0.00"}]}
    sample = SimpleNamespace(
        method="random", items=items, confidence=Decimal(95), materiality=None, plan=plan, interval=None
    )
    cycle = ("wrong", "right", "unproven", "right", "wrong")
    results = {place: SimpleNamespace(found=cycle[place % 5], audited=Decimal(0)) for place in range(1, 60)}
    found = evaluating.figures(sample, results)
    assert (found["errors"], found["acceptable"], found["upper"]) == (35, False, None)
    assert (float(found["rate"]), float(found["rate_upper"]) > 35 / 59) == (pytest.approx(35 / 59, abs=1e-6), True)
    results = {place: SimpleNamespace(found="right", audited=Decimal(0)) for place in range(1, 60)}
    found = evaluating.figures(sample, results)
    assert (found["errors"], found["acceptable"]) == (0, True)


def test_an_item_in_error_whose_amount_is_right_counts_as_one_and_gives_no_limit_in_money():
    tested = [evaluate.Tested(str(n), 100, 100, wrong=True) for n in range(30)]
    found = evaluate.classical(tested, [Stratum("", 1_000, 100_000)], confidence=0.95)
    assert (found.errors, found.rate, found.upper, found.projected) == (30, 1.0, None, 0)
    units = evaluate.monetary(tested, interval=1_000, confidence=0.95)
    assert (units.errors, units.over.errors, units.projected) == (30, 0, 0)


def test_upper_rates_are_exact():
    """No error in 59: 4.95 %; the size of the table is the first at which it falls below five."""
    assert factors.upper_rate(0, 59, 0.95) < 0.05 < factors.upper_rate(0, 58, 0.95)
    assert factors.upper_rate(0, 59, 0.95) == pytest.approx(1 - 0.05 ** (1 / 59))
    assert factors.upper_rate(3, 3, 0.95) == 1.0


ITEMS = [Item(f"k{n:04d}", 100 + 37 * n % 5_000, "east" if n % 3 else "west") for n in range(400)]
MARKS = {"seed": "2026", "population": digest(ITEMS)}


def test_a_sample_is_drawn_again_whatever_the_order_of_the_population():
    turned = ITEMS[::-1]
    assert digest(turned) == MARKS["population"]
    interval = draw.interval_of(sum(item.amount for item in ITEMS), 40)
    for one, other in [
        (draw.random_items(ITEMS, 25, **MARKS), draw.random_items(turned, 25, **MARKS)),
        (draw.monetary(ITEMS, interval, **MARKS), draw.monetary(turned, interval, **MARKS)),
        (
            draw.stratified(ITEMS, {"east": 9, "west": 4}, **MARKS),
            draw.stratified(turned, {"east": 9, "west": 4}, **MARKS),
        ),
    ]:
        assert one == other
        assert drawn_digest(one) == drawn_digest(other)
    others = draw.random_items(ITEMS, 25, seed="2027", population=MARKS["population"])
    assert {row.key for row in others} != {row.key for row in draw.random_items(ITEMS, 25, **MARKS)}


def test_the_draw_is_fixed_for_all_time():
    """Anybody must get this sample from this seed; a change here makes every kept sample worthless."""
    assert MARKS["population"] == "267f76d3aaea0fd6eb9b43dbd40e13538a45e3354f9dd7df144263947bc78390"
    assert [row.key for row in draw.random_items(ITEMS, 5, **MARKS)] == ["k0306", "k0365", "k0272", "k0261", "k0021"]


def test_digests_notice_every_change():
    one = digest(ITEMS)
    assert digest([*ITEMS[:-1], Item(ITEMS[-1].key, ITEMS[-1].amount + 1, ITEMS[-1].stratum)]) != one
    assert digest(ITEMS[:-1]) != one
    with pytest.raises(ValueError, match="twice"):
        digest([*ITEMS, ITEMS[0]])
    with pytest.raises(ValueError, match="tab"):
        digest([Item("a\tb", 1)])
    assert drawn_digest([Drawn("a", 1)]) != drawn_digest([Drawn("a", 1, certain=True)])


@settings(max_examples=60, deadline=None)
@given(
    amounts=st.lists(st.integers(-5_000, 2_000_000), min_size=1, max_size=120),
    units=st.integers(1, 60),
    seed=st.text(min_size=1, max_size=8),
)
def test_monetary_units_hit_what_they_should(amounts, units, seed):
    items = [Item(f"{n:04d}", amount) for n, amount in enumerate(amounts)]
    total = sum(item.amount for item in items if item.amount > 0)
    interval = draw.interval_of(total, units)
    drawn = draw.monetary(items, interval or 1, seed=seed, population=digest(items))
    keys = [row.key for row in drawn]
    assert len(keys) == len(set(keys))
    assert all(row.amount > 0 for row in drawn)
    assert {row.key for row in drawn if row.certain} == {one.key for one in items if one.amount >= (interval or 1)}
    small = sum(one.amount for one in items if 0 < one.amount < interval)
    hits = len([row for row in drawn if not row.certain])
    assert small // max(interval, 1) <= hits <= small // max(interval, 1) + 1


@settings(max_examples=60, deadline=None)
@given(
    shapes=st.lists(st.tuples(st.integers(1, 200), st.floats(0, 1e6, allow_nan=False)), min_size=1, max_size=6),
    size=st.integers(0, 400),
)
def test_neyman_gives_out_what_there_is_and_no_more(shapes, size):
    given_strata = [Stratum(str(n), count, 0, deviation) for n, (count, deviation) in enumerate(shapes)]
    shares = sizes.neyman(given_strata, size)
    least = {one.name: min(2, one.count) for one in given_strata}
    assert all(least[one.name] <= shares[one.name] <= one.count for one in given_strata)
    assert sum(shares.values()) == max(min(size, sum(one.count for one in given_strata)), sum(least.values()))


def test_neyman_follows_count_times_deviation():
    """Cochran's own reasoning: a stratum four times as varied gets four times the items of one of the same size."""
    assert sizes.neyman([Stratum("a", 1_000, 0, 40.0), Stratum("b", 1_000, 0, 10.0)], 100) == {"a": 80, "b": 20}


def test_strata_are_summed_up():
    east, west = strata([Item("a", 10, "east"), Item("b", 20, "east"), Item("c", 5, "west")])
    assert (east.count, east.total, west.count, west.deviation) == (2, 30, 1, 0.0)
    assert east.deviation == pytest.approx(math.sqrt(50))


@settings(max_examples=40, deadline=None)
@given(errors=st.integers(0, 12), confidence=st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99]))
def test_limits_grow_with_errors_and_confidence(errors, confidence):
    assert factors.factor(errors + 1, confidence) > factors.factor(errors, confidence) + 0.5
    assert factors.gamma_share(errors + 1, factors.factor(errors, confidence)) == pytest.approx(confidence)
