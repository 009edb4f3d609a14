"""Seeded panels of reviewers with known quality, leniency and noise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from reviews.calibration import Score, fit

if TYPE_CHECKING:
    from collections.abc import Sequence


def panel(
    seed: int,
    *,
    applications: int,
    reviewers: int,
    each: int,
    quality: float = 5,
    leniency: float = 5,
    noise: float = 2.5,
) -> tuple[list[Score], Any]:
    """Scores around 70 of `each` reviewers drawn for each application, and the true quality of each application."""
    dice = np.random.default_rng(seed)
    truth = 70 + quality * dice.standard_normal(applications)
    bias = leniency * dice.standard_normal(reviewers)
    scores = [
        Score(f"a{row:04}", f"r{column:04}", float(truth[row] + bias[column] + noise * dice.standard_normal()))
        for row in range(applications)
        for column in dice.choice(reviewers, each, replace=False)
    ]
    return scores, truth


def kendall(left: Sequence[float], right: Sequence[float]) -> float:
    """Kendall's tau of two lists without ties."""
    signs = [np.sign(np.subtract.outer(values, values)) for values in (np.array(left), np.array(right))]
    return float((signs[0] * signs[1]).sum()) / (len(left) * (len(left) - 1))


def gain(seed: int, **size: Any) -> tuple[float, float]:
    """Kendall's tau to the true quality, of the calibrated order and of the raw means, on one panel."""
    scores, truth = panel(seed, **size)
    rows = fit(scores).applications
    return kendall([row.calibrated for row in rows], truth), kendall([row.raw_mean for row in rows], truth)
