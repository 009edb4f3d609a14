"""Who and what lies outside what chance explains."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from reviews.calibration.chance import fisher_both, standard, student_both
from reviews.calibration.design import Design
from reviews.calibration.notes import Found
from reviews.calibration.system import Solved

_NOTHING = 1e-9  # so little a score tells, set against what it would tell alone, that nothing is left to test


@dataclass(frozen=True, eq=False)
class Flags:
    """r leniencies (as if fixed, scaled) and p, r spreads (scaled) and p, n expected scores (scaled) and p.

    p: how often chance alone goes as far; None where there is no test.
    """

    leniency: Any
    leniency_p: list[float | None]
    spread: list[float | None]
    spread_p: list[float | None]
    usual_spread: float
    expected: Any
    score_p: list[float | None]


def flags(design: Design, values: Any, found: Found, known: Any, pull: Any) -> Flags:
    """Test each reviewer and each score. known: r diagonal of W'PW; pull: r sums W'Py, W telling of reviewers."""
    several = design.per_reviewer >= 2
    means = np.bincount(design.reviewer, values) / design.per_reviewer
    squares = np.bincount(design.reviewer, (values - means[design.reviewer]) ** 2)
    spread = [
        float(np.sqrt(square / (number - 1))) if number > 1 else None
        for square, number in zip(squares.tolist(), design.per_reviewer.tolist(), strict=True)
    ]
    nobody: list[float | None] = [None] * len(design.reviewers)
    no_score: list[float | None] = [None] * design.number
    if found.ratios is None:
        return Flags(np.zeros(len(nobody)), nobody, spread, nobody, 0.0, values, no_score)
    solved = found.ratios.solved
    usual = solved.noise * (1 + found.ratios.quality)
    spread_p = nobody
    degrees = _degrees(design, found.ratios.quality)
    if len(design.reviewers) > 1 and degrees > 0:
        spread_p = [
            None if own is None else fisher_both(own**2 / usual, number - 1, degrees)
            for own, number in zip(spread, design.per_reviewer.tolist(), strict=True)
        ]
    freedom = design.freedom()
    safe = np.maximum(known, 1e-300)
    leniency = np.where(known > _NOTHING * design.per_reviewer, pull / safe, 0.0)
    tested = several & (known > _NOTHING * design.per_reviewer) & (freedom > 0)
    error = solved.noise * (1 / safe - found.ratios.leniency)
    leniency_p = [
        student_both(standard(effect, variance), freedom) if may else None
        for effect, variance, may in zip(leniency.tolist(), error.tolist(), tested.tolist(), strict=True)
    ]
    expected, score_p = _scores(design, values, solved, freedom)
    return Flags(leniency, leniency_p, spread, spread_p, float(np.sqrt(usual)), expected, score_p)


def _degrees(design: Design, quality: float) -> float:
    """Degrees of freedom of the estimated quality plus noise. quality: its variance over that of the noise.

    It is taken as a weighted sum of the mean squares between applications and of the noise: Satterthwaite (1946).
    """
    typical = len(design.applications) / float((1 / design.per_application).sum())
    between, rest = quality + 1 / typical, 1 - 1 / typical
    applications, freedom = len(design.applications) - 1, design.freedom()
    if applications < 1:
        return 0.0
    spent = between**2 / applications + (rest**2 / freedom if freedom > 0 else 0.0)
    return (between + rest) ** 2 / spent


def _scores(design: Design, values: Any, solved: Solved, freedom: int) -> tuple[Any, list[float | None]]:
    """What all other scores let expect of each, and its p: the score as a case of its own (Cook and Weisberg 1982)."""
    told = solved.score_diagonal()
    enough = told > _NOTHING
    safe = np.where(enough, told, 1.0)
    expected = np.where(enough, values - solved.left / safe, values)
    if freedom < 2:
        return expected, [None] * design.number
    others = (solved.form - solved.left**2 / safe) / (design.number - 2)
    p: list[float | None] = [
        student_both(standard(effect, variance), freedom - 1) if may else None
        for effect, variance, may in zip(
            (solved.left / np.sqrt(safe)).tolist(), others.tolist(), enough.tolist(), strict=True
        )
    ]
    return expected, p
