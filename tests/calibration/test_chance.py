"""What chance does: simulated panels with known quality."""

from __future__ import annotations

import math

import numpy as np
import pytest

from reviews.calibration import fit
from reviews.calibration.chance import fisher_both, student_both, student_reach
from tests.calibration.panels import gain, panel


def test_the_calibrated_order_beats_the_raw_mean():
    """60 applications, 60 reviewers, 5 scores each; leniency as large as quality, noise half of it; 200 panels."""
    found = [gain(seed, applications=60, reviewers=60, each=5) for seed in range(200)]
    assert sum(calibrated > raw for calibrated, raw in found) >= 190
    calibrated, raw = np.mean(found, axis=0)
    assert calibrated - raw > 0.1


def test_intervals_cover_about_nine_in_ten():
    inside = []
    for seed in range(150):
        scores, truth = panel(seed, applications=40, reviewers=16, each=4)
        rows = fit(scores).applications
        inside += [row.interval[0] <= value <= row.interval[1] for row, value in zip(rows, truth, strict=True)]
    assert 0.87 < np.mean(inside) < 0.94


def test_variances_come_back():
    parts = [fit(panel(seed, applications=100, reviewers=40, each=5)[0]).variances for seed in range(20)]
    found = [np.mean([getattr(part, name) for part in parts]) for name in ("quality", "leniency", "noise")]
    assert found == pytest.approx([25, 25, 6.25], rel=0.15)


def test_flags_of_leniency_err_as_often_as_stated():
    """Reviewers who differ by noise alone: someone is flagged in about 5 % of 400 panels (within three deviations)."""
    false, outlying = 0, 0
    for seed in range(400):
        result = fit(panel(seed, applications=40, reviewers=12, each=4, leniency=0)[0])
        false += any({"lenient", "strict"} & set(row.flags) for row in result.reviewers)
        outlying += bool(result.outliers)
    assert 0.02 <= false / 400 <= 0.083
    assert outlying / 400 <= 0.083


def test_a_lenient_a_strict_a_narrow_and_a_wide_reviewer_are_flagged():
    scores, _ = panel(5, applications=80, reviewers=16, each=5, leniency=0)
    change = {
        "r0001": lambda score: score + 12,
        "r0002": lambda score: score - 12,
        "r0003": lambda score: 70 + (score - 70) / 50,
        "r0004": lambda score: 70 + (score - 70) * 3,
    }
    bent = [
        type(one)(one.application, one.reviewer, change.get(one.reviewer, lambda score: score)(one.score))
        for one in scores
    ]
    found = fit(bent).by_reviewer
    assert [found[f"r000{at}"].flags for at in (1, 2, 3, 4)] == [("lenient",), ("strict",), ("narrow",), ("wide",)]
    assert found["r0005"].flags == ()


def test_a_score_far_from_all_others_is_listed_and_kept():
    scores, _ = panel(6, applications=60, reviewers=20, each=5)
    at = 42
    bent = [
        *scores[:at],
        type(scores[at])(scores[at].application, scores[at].reviewer, scores[at].score - 40),
        *scores[at + 1 :],
    ]
    (found,) = fit(bent).outliers
    assert (found.application, found.reviewer, found.score) == (bent[at].application, bent[at].reviewer, bent[at].score)
    assert found.expected == pytest.approx(scores[at].score, abs=10)


def test_tails_are_those_of_the_tables():
    assert student_reach(0.9, 1) == pytest.approx(6.313752, abs=1e-5)
    assert student_reach(0.9, 10) == pytest.approx(1.812461, abs=1e-5)
    assert student_reach(0.95, 1e6) == pytest.approx(1.959966, abs=1e-5)
    assert student_both(2.228139, 10) == pytest.approx(0.05, abs=1e-6)
    assert fisher_both(3.3258, 5, 10) == pytest.approx(0.1, abs=1e-4)
    assert fisher_both(math.inf, 5, 10) == 0
    assert student_both(40.0, 30) < 1e-20
