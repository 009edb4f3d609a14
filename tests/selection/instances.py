"""Seeded instances over the real divisions: scores and sums are invented, provinces and cities are not."""

from __future__ import annotations

import csv
import random
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parents[2] / "portal" / "programme" / "data"
REGIONS = {"east": (6, 10), "central": (5, 9), "west": (5, 9), "northeast": (2, 4)}
SECTORS = ["C26", "C34", "C35", "C36", "C37", "C38", "C39"]
SOES = [f"soe{number}" for number in range(1, 13)]


def national(seed: int, *, size: int = 333, loose: bool = False, whole_points: bool = False) -> dict[str, Any]:
    """The real prefecture-level divisions with invented scores; above 333 each division stands several times."""
    dice = random.Random(seed)
    regions = {row["code"]: row["economic_region"] for row in _rows("regions.csv")}
    cities = [row for row in _rows("cities.csv") if row["is_municipality"] == "0"]
    cities = (cities * (size // len(cities) + 1))[:size] if size >= len(cities) else dice.sample(cities, size)
    candidates = []
    for number, city in enumerate(cities):
        mean = 70 + 6 * (regions[city["province_code"]] == "east") + dice.gauss(0, 8)
        score = min(100.0, max(1.0, mean))
        candidates.append({
            "id": city["code"] if number < 333 else f"{city['code']}-{number // 333}",
            "province": city["province_code"],
            "region": regions[city["province_code"]],
            "score": f"{round(score)}.000000" if whole_points else f"{score:.6f}",
            "amount": dice.choice([150, 200, 250, 300]) * 1_000_000,
            "counts_for_province": city["is_separately_planned"] == "0",
            "sectors": sorted(dice.sample(SECTORS, dice.randint(1, 3))),
            "soes": sorted(dice.sample(SOES, dice.choice([0, 0, 1, 1, 2]))),
        })  # fmt: skip
    instance: dict[str, Any] = {
        "format": "selection-instance/1", "seed": f"bench-{seed}", "total": 26, "candidates": candidates,
        "regions": {name: {"min": low, "max": high} for name, (low, high) in REGIONS.items()}, "province_max": 1,
    }  # fmt: skip
    if not loose:
        instance |= {
            "budget": 6_000_000_000,
            "sector_min": dict.fromkeys(SECTORS, 5),
            "sector_max": dict.fromkeys(SECTORS, 8),
            "soe_max": dict.fromkeys(SOES, 2),
        }
    return instance


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def reviewed(instance: dict[str, Any], *, reviewers: int = 60, each: int = 5, spread: float = 4.0) -> dict[str, Any]:
    """The instance with marks of seeded reviewers around each score, and the score their mean."""
    dice = random.Random(instance["seed"])
    names = [f"r{number:03d}" for number in range(reviewers)]
    reviews = []
    for candidate in instance["candidates"]:
        marks = [round(min(100.0, max(0.0, dice.gauss(float(candidate["score"]), spread)))) for _ in range(each)]
        candidate["score"] = f"{sum(marks) / each:.6f}"
        people = dice.sample(names, each)
        reviews += [
            {"candidate": candidate["id"], "reviewer": person, "score": str(mark)}
            for person, mark in zip(people, marks, strict=True)
        ]
    return instance | {"reviews": reviews}
