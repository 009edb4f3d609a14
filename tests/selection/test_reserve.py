"""The reserve against exhaustive search: for a place that falls free, its first that fits is what is chosen anew."""

from __future__ import annotations

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
