"""The reserve against exhaustive search: for a place that falls free, its first that fits is what is chosen anew."""

from __future__ import annotations

from hashlib import sha256

from hypothesis import given

from reviews.selection import parse_instance, reserve, solve
from tests.selection.strategies import every_set, examples, instances


@examples(60)
@given(instances(most=8))
def test_the_first_that_fits_is_who_is_chosen_anew(instance):
    size = instance["total"]["max"] if isinstance(instance["total"], dict) else instance["total"]
    chosen = solve(parse_instance(instance)).chosen
    if not chosen or len(chosen) < size:
        return
    instance = {**instance, "total": len(chosen)}
    instance["include"] = [row for row in instance.get("include", []) if row["id"] in chosen]
    listed = reserve(parse_instance(instance), chosen, 99)
    fits: set[str] = set()
    for gone in chosen:
        rest = {
            **instance,
            "include": [{"id": unit, "reason": "stays"} for unit in chosen if unit != gone],
            "exclude": [*instance.get("exclude", []), {"id": gone, "reason": "gone"}],
        }
        comers = [(set(ids) - set(chosen)).pop() for _, _, ids in every_set(rest)]
        fits |= set(comers)
        if comers:
            assert next(unit for unit in listed if unit in comers) == comers[0]
    assert set(listed) == fits
    assert reserve(parse_instance(instance), chosen, 1) == listed[:1]


def test_equal_scores_stand_in_the_order_of_their_keys():
    candidates = [
        {"id": f"{at:02d}", "province": f"p{at}", "region": "east", "score": "80", "amount": 1} for at in range(8)
    ]
    question = {"format": "selection-instance/1", "seed": "s", "total": 1, "candidates": candidates}
    instance = parse_instance(question)
    chosen = solve(instance).chosen
    keys = {row["id"]: int(sha256(f"s:{row['id']}".encode()).hexdigest()[:8], 16) for row in candidates}
    assert list(reserve(instance, chosen, 9)) == sorted(set(keys) - set(chosen), key=keys.__getitem__)
    assert list(reserve(instance, chosen, 9)) != sorted(set(keys) - set(chosen))
