"""Whose place each of the reserve could take: exactly those without whom, and with it, the rules hold."""

from __future__ import annotations

from typing import Any

from reviews import selection


def candidate(unit: str, region: str, score: str) -> dict[str, Any]:
    return {"id": unit, "province": unit, "region": region, "score": score, "amount": 1,
            "counts_for_province": True, "sectors": [], "soes": []}  # fmt: skip


def question(**rules: Any) -> dict[str, Any]:
    rows = [candidate("a", "east", "90.0"), candidate("b", "west", "80.0"), candidate("c", "east", "70.0"),
            candidate("d", "west", "60.0"), candidate("e", "central", "50.0")]  # fmt: skip
    return {"format": "selection-instance/1", "seed": "s", "total": 2, "budget": 10, "candidates": rows, **rules}


def test_each_stands_in_within_the_rules():
    instance = selection.parse_instance(question(regions={"east": {"max": 1}, "west": {"max": 1}}))
    found = selection.replacements(instance, ["a", "b"], 9)
    assert found == {"c": ("a",), "d": ("b",), "e": ("a", "b")}
    assert selection.reserve(instance, ["a", "b"], 2) == ("c", "d")


def test_a_unit_put_on_the_list_by_hand_can_be_followed_too():
    instance = selection.parse_instance(question(include=[{"id": "e", "reason": "x"}]))
    assert selection.replacements(instance, ["a", "e"], 1) == {"b": ("a", "e")}


def test_nobody_stands_in_where_no_rule_lets_them():
    instance = selection.parse_instance(question(regions={"central": {"max": 0}, "east": {"max": 1}}, exclude=[
        {"id": unit, "reason": "x"} for unit in "cd"]))  # fmt: skip
    assert selection.replacements(instance, ["a", "b"], 9) == {}
