"""Thresholds right at the sixth place, displaced units, rules that let in, prices: against exhaustive search."""

from __future__ import annotations

import copy
from decimal import Decimal

from hypothesis import given

from reviews.selection import explain, parse_instance, solve
from tests.selection.instances import national
from tests.selection.strategies import every_set, examples, instances

ULP = Decimal("0.000001")


def scored(instance, unit, score):
    other = copy.deepcopy(instance)
    next(c for c in other["candidates"] if c["id"] == unit)["score"] = str(score)
    return other


def looser(instance, rule):
    """The instance with a rule's limit looser by its step."""
    other = copy.deepcopy(instance)
    move = rule["step"] if rule["kind"].endswith("max") or rule["kind"] == "budget" else -rule["step"]
    if rule["kind"].startswith("total"):
        total = (
            instance["total"]
            if isinstance(instance["total"], dict)
            else dict.fromkeys(("min", "max"), instance["total"])
        )
        other["total"] = {**total, rule["kind"][6:]: total[rule["kind"][6:]] + move}
    elif rule["kind"] == "budget":
        other["budget"] += move
    elif rule["kind"].startswith("region"):
        other["regions"][rule["of"]][rule["kind"][7:]] += move
    else:
        other[rule["kind"]][rule["of"]] += move
    return other


@examples(40)
@given(instances(most=7))
def test_explanations_are_what_exhaustive_search_finds(instance):
    sets = every_set(instance)
    told = explain(parse_instance(instance))
    assert (told is None) == (not sets)
    if told is None:
        return
    score, _, chosen = sets[0]
    for entry in told.candidates:
        unit = entry["id"]
        assert entry["chosen"] == (unit in chosen)
        others = [ids for _, _, ids in sets if (unit in ids) != entry["chosen"]]
        if entry["threshold"] is None:
            assert not others
            assert entry["why"]
            continue
        threshold = Decimal(entry["threshold"])
        at, below = (every_set(scored(instance, unit, s))[0][2] for s in (threshold, threshold - ULP))
        assert unit in at
        assert unit not in below
        if entry["chosen"]:
            assert sorted(set(below) - set(chosen)) == entry["followed_by"]
            assert sorted(set(chosen) - set(below) - {unit}) == entry["leaves_with"]
        else:
            assert sorted(set(chosen) - set(at)) == entry["displaces"]
            assert sorted(set(at) - set(chosen) - {unit}) == entry["brings"]
            doors = [rule["rule"] for rule in told.rules if unit in every_set(instance, rule["rule"])[0][2]]
            assert entry["let_in_by"] == doors
    for rule in told.rules:
        better, _, other = every_set(instance, rule["rule"])[0]
        assert Decimal(rule["gain_without"]) == score - better
        assert rule["binding"] == (other != chosen)
        if rule["step"] and rule["kind"] != "province_max":
            assert Decimal(rule["gain_of_one_more"]) == score - every_set(looser(instance, rule))[0][0]


def test_thresholds_of_real_size_hold_on_both_sides():
    instance = national(6)
    told = explain(parse_instance(instance))
    chosen = set(solve(parse_instance(instance)).chosen)
    assert {entry["id"] for entry in told.candidates if entry["chosen"]} == chosen
    for entry in told.candidates[::40]:
        threshold = Decimal(entry["threshold"])
        assert entry["id"] in solve(parse_instance(scored(instance, entry["id"], threshold))).chosen
        assert entry["id"] not in solve(parse_instance(scored(instance, entry["id"], threshold - ULP))).chosen
    assert any(rule["binding"] for rule in told.rules)
    assert all(Decimal(rule["gain_of_one_more"]) <= Decimal(rule["gain_without"]) for rule in told.rules)
