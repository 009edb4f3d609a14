"""Small instances of every kind of rule, and the answers by exhaustive search, written without the solver's code."""

from __future__ import annotations

import hashlib
import os
from decimal import Decimal
from itertools import combinations
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"


def examples(number: int) -> settings:
    """So many examples, a hundred times as many in a deep run; the machine's load is no failure."""
    return settings(max_examples=number * 100 if DEEP else number, deadline=None)


REGIONS = ["east", "west", "empty"]
SECTORS = ["C26", "C36", "C99"]
SOES = ["s1", "s2"]
SCORES = ["0", "-1.5", "87.25", "87.250001", "87.249999", "50", "50.000000", "3", "-0.000001", "60.123456"]


def candidate(at: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({
        "id": st.just(f"{at:02d}"),
        "province": st.sampled_from(["p1", "p2", "p3", "p4"]),
        "region": st.sampled_from(["east", "west", "other"]),
        "score": st.sampled_from(SCORES),
        "amount": st.sampled_from([0, 1, 100, 150, 7]),
    }, optional={
        "counts_for_province": st.booleans(),
        "sectors": st.lists(st.sampled_from(SECTORS), unique=True, max_size=2),
        "soes": st.lists(st.sampled_from(SOES), unique=True, max_size=2),
    })  # fmt: skip


@st.composite
def instances(draw: st.DrawFn, most: int = 14 if DEEP else 9) -> dict[str, Any]:
    n = draw(st.integers(0, most))
    few = st.integers(0, 4)
    ids = [f"{at:02d}" for at in range(n)]
    named = st.lists(st.sampled_from(ids), unique=True, max_size=2) if ids else st.just([])
    by_hand = named.map(lambda units: [{"id": unit, "reason": "grounds"} for unit in units])
    bounds = st.fixed_dictionaries({}, optional={"min": st.integers(0, 3), "max": few})
    limits = {
        "budget": st.sampled_from([0, 107, 300, 401, 10**9]),
        "regions": st.dictionaries(st.sampled_from(REGIONS), bounds, max_size=3),
        "province_max": st.integers(0, 3),
        "sector_min": st.dictionaries(st.sampled_from(SECTORS), st.integers(0, 2), max_size=2),
        "sector_max": st.dictionaries(st.sampled_from(SECTORS), few, max_size=2),
        "soe_max": st.dictionaries(st.sampled_from(SOES), few, max_size=2),
        "include": by_hand,
        "exclude": by_hand,
    }
    total = draw(st.one_of(st.integers(0, n), st.tuples(st.integers(0, n), st.integers(0, n + 1)).map(
        lambda ends: {"min": ends[0], "max": ends[1]})))  # fmt: skip
    return {
        "format": "selection-instance/1",
        "seed": draw(st.sampled_from(["a", "b", "2026-批-3"])),
        "total": total,
        "candidates": draw(st.permutations([draw(candidate(at)) for at in range(n)])),
        **draw(st.fixed_dictionaries({}, optional=limits)),
    }


def allowed(instance: dict[str, Any], chosen: tuple[dict[str, Any], ...], without: str = "") -> bool:
    """Whether a set keeps every rule, except the one named `without`."""
    return broken_by(instance, chosen) <= {without}


def broken_by(instance: dict[str, Any], chosen: tuple[dict[str, Any], ...]) -> set[str]:
    """Names of the rules that a set breaks."""
    count = len(chosen)
    total = instance["total"]
    low, high = (total["min"], total["max"]) if isinstance(total, dict) else (total, total)
    broken = []
    if count < low:
        broken.append("total_min")
    if count > high:
        broken.append("total_max")
    if "budget" in instance and sum(c["amount"] for c in chosen) > instance["budget"]:
        broken.append("budget")
    for region, limits in instance.get("regions", {}).items():
        inside = sum(c["region"] == region for c in chosen)
        if inside < limits.get("min", 0):
            broken.append(f"region_min:{region}")
        if inside > limits.get("max", inside):
            broken.append(f"region_max:{region}")
    for province in {c["province"] for c in chosen}:
        inside = sum(c["province"] == province and c.get("counts_for_province", True) for c in chosen)
        if inside > instance.get("province_max", inside):
            broken.append(f"province_max:{province}")
    for name, field in (("sector_min", "sectors"), ("sector_max", "sectors"), ("soe_max", "soes")):
        for of, limit in instance.get(name, {}).items():
            inside = sum(of in c.get(field, []) for c in chosen)
            if inside < limit if name == "sector_min" else inside > limit:
                broken.append(f"{name}:{of}")
    ids = {c["id"] for c in chosen}
    broken += [f"include:{x['id']}" for x in instance.get("include", []) if x["id"] not in ids]
    broken += [f"exclude:{x['id']}" for x in instance.get("exclude", []) if x["id"] in ids]
    return set(broken)


def standing(instance: dict[str, Any], chosen: tuple[dict[str, Any], ...]) -> tuple[Decimal, int, list[str]]:
    keys = [hashlib.sha256(f"{instance['seed']}:{c['id']}".encode()).hexdigest()[:8] for c in chosen]
    return -sum((Decimal(c["score"]) for c in chosen), Decimal(0)), sum(int(key, 16) for key in keys), sorted(
        c["id"] for c in chosen)  # fmt: skip


def every_set(instance: dict[str, Any], without: str = "") -> list[tuple[Decimal, int, list[str]]]:
    """Standings of all allowed sets, best first."""
    candidates = instance["candidates"]
    return sorted(
        standing(instance, chosen)
        for size in range(len(candidates) + 1)
        for chosen in combinations(candidates, size)
        if allowed(instance, chosen, without)
    )
