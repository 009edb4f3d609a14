"""Seeded panels of reviewers with invented wishes."""

from __future__ import annotations

import random
from typing import Any


def panel(seed: int, *, applications: int = 333, reviewers: int = 60, each: int = 5) -> dict[str, Any]:
    """Loads within five of the mean, own province and 2 % more in conflict, two reviewers at least from each ministry."""
    dice = random.Random(seed)
    sectors = [f"C{number}" for number in range(13, 44)]
    mean = applications * each / reviewers
    asked = [
        {"id": f"a{at}", "province": f"p{dice.randrange(31)}", "sectors": sorted(dice.sample(sectors, 3))}
        for at in range(applications)
    ]
    people = [
        {"id": f"r{at}", "group": ["MOF", "MIIT"][at % 2], "province": f"p{dice.randrange(31)}",
         "min_load": max(0, int(mean - 5)), "max_load": int(mean + 6)}
        for at in range(reviewers)
    ]  # fmt: skip
    strengths = {
        person["id"]: {sector: dice.choice([1, 2, 3]) for sector in dice.sample(sectors, 5)} for person in people
    }
    affinity, conflicts = [], []
    for one in asked:
        for person in people:
            known = sum(strengths[person["id"]].get(sector, 0) for sector in one["sectors"])
            affinity.append([one["id"], person["id"], min(100, known * 12 + dice.randrange(10))])
            if one["province"] == person["province"] or dice.random() < 0.02:
                conflicts.append([one["id"], person["id"]])
    banned = {tuple(pair) for pair in conflicts}
    free = [
        [one["id"], person["id"]] for one in asked[:10] for person in people if (one["id"], person["id"]) not in banned
    ]
    return {
        "format": "assignment-instance/1", "applications": asked, "reviewers": people, "per_application": each,
        "min_per_group": {"MOF": 2, "MIIT": 2}, "affinity": affinity, "conflicts": conflicts,
        "pinned": dice.sample(free, 2), "seed": f"panel-{seed}",
    }  # fmt: skip
