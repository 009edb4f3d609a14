"""Calibration: how far the calibrated order beats the raw mean, and seconds of one core at 3,330 applications x 5.

Floors: the order of raw means on the same panels; one plain pass that computes raw means; one bare solve of the
equations of the 600 reviewers.
"""

from __future__ import annotations

import json
import os
from statistics import mean, median
from time import process_time
from typing import TYPE_CHECKING, Any

import numpy as np

from reviews.calibration import Score, fit, parse_input
from tests.calibration.panels import gain, panel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PANELS = int(os.environ.get("BENCH_PANELS", "200"))
DESIGNS: dict[str, dict[str, Any]] = {
    "333 applications x 5, 60 reviewers": {"applications": 333, "reviewers": 60, "each": 5},
    "the same, leniency a quarter of quality": {"applications": 333, "reviewers": 60, "each": 5, "leniency": 1.25},
}


def figures() -> list[dict[str, Any]]:
    """All figures."""
    return [*_order(), *_time()]


def _order() -> list[dict[str, Any]]:
    """Panels with quality 5, leniency 5 (unless said otherwise) and noise 2.5 points of standard deviation."""
    rows = []
    for name, size in DESIGNS.items():
        found = [gain(seed, **size) for seed in range(PANELS)]
        calibrated, raw = (mean(column) for column in zip(*found, strict=True))
        won = sum(one > other for one, other in found) / len(found)
        rows += [
            _row(f"{name}: Kendall's tau to the true order", calibrated, "tau", raw, "raw mean"),
            _row(f"{name}: panels won", won, f"of {PANELS} panels", 0.95, "goal"),
        ]
    return rows


def _time() -> list[dict[str, Any]]:
    scores, _ = panel(1, applications=3330, reviewers=600, each=5)
    rows = [{"application": one.application, "reviewer": one.reviewer, "score": one.score} for one in scores]
    text = json.dumps({"format": "calibration-input/1", "scores": rows})
    plain, solve = _timed(_raw_means, scores), _timed(_bare_solve, scores)
    whole = _timed(lambda: json.dumps(fit(parse_input(json.loads(text))).to_json()))
    size = "3,330 applications x 5, 600 reviewers"
    return [
        _row(f"{size}: fit", _timed(fit, scores), "s", solve, "one bare solve for 600 reviewers"),
        _row(f"{size}: from JSON to JSON", whole, "s", plain, "raw means in one pass"),
    ]


def _row(name: str, figure: float, unit: str, floor: float, floor_name: str) -> dict[str, Any]:
    return {"name": name, "figure": round(figure, 4), "unit": unit, "floor": round(floor, 4), "floor_name": floor_name}


def _timed(act: Callable[..., Any], *given: Any) -> float:
    """Median of three, in seconds of the processor."""
    found = []
    for _ in range(3):
        start = process_time()
        act(*given)
        found.append(process_time() - start)
    return median(found)


def _raw_means(scores: Sequence[Score]) -> dict[str, float]:
    sums: dict[str, list[float]] = {}
    for one in scores:
        sums.setdefault(one.application, []).append(one.score)
    return {name: sum(values) / len(values) for name, values in sums.items()}


def _bare_solve(scores: Sequence[Score]) -> Any:
    """Leniency at given variances (1, 1, 1/4), nothing else: applications taken out, one dense solve."""
    row = {name: at for at, name in enumerate(sorted({one.application for one in scores}))}
    column = {name: at for at, name in enumerate(sorted({one.reviewer for one in scores}))}
    table, values = np.zeros((len(row), len(column))), np.zeros((len(row), len(column)))
    for one in scores:
        table[row[one.application], column[one.reviewer]] = 1
        values[row[one.application], column[one.reviewer]] = one.score - 70
    pull = (1 / (table.sum(axis=1) + 0.25))[:, None]
    system = np.diag(table.sum(axis=0) + 0.25) - table.T @ (table * pull)
    return np.linalg.solve(system, values.sum(axis=0) - table.T @ (values.sum(axis=1) * pull[:, 0]))


if __name__ == "__main__":
    for row in figures():
        print(row)
