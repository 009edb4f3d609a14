"""The chosen set against exhaustive search; order, shifts and dominated candidates change nothing."""

from __future__ import annotations

import copy
import random
from decimal import Decimal

import pytest
from hypothesis import given

from reviews.selection import parse_instance, solve
from reviews.selection import system as system_module
from tests.selection.instances import national
from tests.selection.strategies import allowed, every_set, examples, instances


@examples(100)
@given(instances())
def test_the_set_is_the_one_exhaustive_search_finds(instance):
    sets = every_set(instance)
    decision = solve(parse_instance(instance))
    if not sets:
        assert decision.status == "infeasible"
        assert decision.conflict
        assert decision.chosen == ()
        return
    score, _, ids = sets[0]
    assert decision.status == "optimal"
    assert list(decision.chosen) == ids
    assert Decimal(decision.total_score) == -score
    assert decision.optimal_sets_tied == (len(sets) > 1 and sets[1][0] == score)
    chosen = tuple(c for c in instance["candidates"] if c["id"] in ids)
    assert decision.total_amount == sum(c["amount"] for c in chosen)
    assert sum(decision.by_region.values()) == len(chosen)
    assert allowed(instance, chosen)


@examples(40)
@given(instances(most=7))
def test_equal_keys_fall_to_the_smallest_ids(instance):
    """SHA-256 gives no equal keys at hand, so three values stand for all."""
    patch = pytest.MonkeyPatch()
    patch.setattr(system_module, "key_of", lambda _, unit: int(unit) % 3)
    with patch.context():
        decision = solve(parse_instance(instance))
    patch.undo()
    sets = every_set(instance)
    if sets:
        best = min((score, sum(int(unit) % 3 for unit in ids), ids) for score, _, ids in sets)
        assert list(decision.chosen) == best[2]


@pytest.mark.parametrize("loose", [True, False])
def test_order_of_the_input_and_a_constant_change_nothing(loose):
    instance = national(4, size=100, loose=loose)
    instance.pop("sector_min", None)
    other = copy.deepcopy(instance)
    random.Random(1).shuffle(other["candidates"])
    for candidate in other["candidates"]:
        candidate["score"] = str(Decimal(candidate["score"]) + Decimal("7.5"))
    first, second = solve(parse_instance(instance)), solve(parse_instance(other))
    assert first.status == "optimal"
    assert first.chosen == second.chosen
    assert Decimal(second.total_score) - Decimal(first.total_score) == 26 * Decimal("7.5")


def test_a_dominated_candidate_changes_nothing():
    instance = national(5)
    first = solve(parse_instance(instance))
    worse = copy.deepcopy(next(c for c in instance["candidates"] if c["id"] not in first.chosen))
    worse |= {"id": "999999", "score": str(Decimal(worse["score"]) - 1)}
    instance["candidates"].append(worse)
    assert solve(parse_instance(instance)).chosen == first.chosen


def test_the_second_batch_on_the_real_divisions():
    """26 places, one for each province, 9 / 6 / 9 / 2 in the regions, separately planned cities besides."""
    instance = national(2025, loose=True)
    pattern = {"east": 9, "central": 6, "west": 9, "northeast": 2}
    instance["regions"] = {name: {"min": number, "max": number} for name, number in pattern.items()}
    decision = solve(parse_instance(instance))
    assert decision.status == "optimal"
    assert decision.by_region == dict(sorted(pattern.items()))
    counted = [c["province"] for c in instance["candidates"] if c["id"] in decision.chosen and c["counts_for_province"]]
    assert len(counted) == len(set(counted))
