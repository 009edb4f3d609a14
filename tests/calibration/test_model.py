"""Calibration against a dense solution, and what may not change it."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reviews.calibration import Score, fit
from tests.calibration.dense import Dense
from tests.calibration.panels import panel
from tests.selection.strategies import examples


@st.composite
def designs(draw, *, complete=False):
    """A few scores in tenths of points; unbalanced, often in several components unless complete."""
    rows, columns = draw(st.integers(2, 6)), draw(st.integers(2, 6))
    pairs = [(row, column) for row in range(rows) for column in range(columns)]
    if not complete:
        pairs = draw(st.lists(st.sampled_from(pairs), min_size=3, max_size=20, unique=True))
    points = draw(st.lists(st.integers(0, 1000), min_size=len(pairs), max_size=len(pairs)))
    return [Score(f"a{row}", f"r{column}", at / 10) for (row, column), at in zip(pairs, points, strict=True)]


def spans(scores):
    return max(one.score for one in scores) - min(one.score for one in scores)


def told(result):
    """The design tells all three parts apart."""
    return not {note.code for note in result.notes} & {
        "one_score_each",
        "leniency_not_told",
        "one_reviewer",
        "one_application",
    }


@examples(150)
@given(designs())
def test_predictions_and_errors_are_those_of_the_whole_equations(scores):
    result = fit(scores)
    parts = result.variances
    assume(parts.noise > 0)
    dense = Dense(scores, parts.quality, parts.leniency, parts.noise)
    digits = 1e-8 * max(1, parts.quality / parts.noise, parts.leniency / parts.noise)  # variances are told to nine
    near = {"rel": digits, "abs": digits * spans(scores)}
    calibrated, leniency = dense.predictions()
    assert [row.calibrated for row in result.applications] == pytest.approx(calibrated, **near)
    assert [row.leniency for row in result.reviewers] == pytest.approx(leniency, **near)
    errors, reviewer_errors = dense.errors()
    near = {"rel": 10 * digits + 1e-6, "abs": 10 * digits * spans(scores) + 1e-6}
    assert [row.standard_error for row in result.applications] == pytest.approx(errors, **near)
    if told(result):
        assert [row.leniency_standard_error for row in result.reviewers] == pytest.approx(reviewer_errors, **near)


@examples(40)
@given(designs())
def test_no_variances_on_a_grid_are_more_likely(scores):
    result = fit(scores)
    assume(told(result) and result.variances.noise > 0)
    parts = result.variances
    best = Dense(scores, parts.quality, parts.leniency, parts.noise).deviance()
    for quality in (1e-4, 0.1, 0.5, 1, 2, 5, 20, 100, 1e4):
        for leniency in (0, 0.1, 0.5, 1, 2, 5, 20, 100, 1e4):
            dense = Dense(scores, quality, leniency, 1.0)
            inverse = np.linalg.inv(dense.v)
            left = dense.y - np.ones(len(dense.y)) @ inverse @ dense.y / inverse.sum()
            noise = left @ inverse @ left / (len(dense.y) - 1)
            assert Dense(scores, quality * noise, leniency * noise, noise).deviance() > best - 1e-3


@examples(60)
@given(designs(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(scores, dice):
    shuffled = list(scores)
    dice.shuffle(shuffled)
    assert fit(shuffled) == fit(scores)


def close(one, other, near):
    """Rows of two calibrations are alike, in their order."""
    for left, right in zip(one, other, strict=True):
        for name in ("calibrated", "raw_mean", "trimmed_mean", "standard_error", "leniency", "spread"):
            if hasattr(left, name):
                assert getattr(left, name) == pytest.approx(getattr(right, name), abs=near), name
        assert getattr(left, "flags", ()) == getattr(right, "flags", ())


def around(seed):
    """Panels of all kinds: complete, sparse, unbalanced, in two components."""
    scores, _ = panel(seed, applications=12, reviewers=7, each=3 + seed % 4)
    dice = random.Random(seed)
    kept = [one for one in scores if seed % 3 or dice.random() < 0.7]
    other, _ = panel(seed + 1000, applications=5, reviewers=4, each=3)
    apart = [Score(f"x{one.application}", f"x{one.reviewer}", one.score) for one in other]
    return kept + (apart if seed % 2 else [])


SEEDS = range(12)


@pytest.mark.parametrize("seed", SEEDS)
def test_names_change_nothing_but_names(seed):
    scores = around(seed)
    dice = random.Random(seed)
    given_names = [sorted({getattr(one, kind) for one in scores}) for kind in ("application", "reviewer")]
    new = [dict(zip(names, dice.sample(names, len(names)), strict=True)) for names in given_names]
    before = fit(scores)
    after = fit([Score(new[0][one.application], new[1][one.reviewer], one.score) for one in scores])
    close(before.applications, [after.by_application[new[0][row.application]] for row in before.applications], 1e-5)
    close(before.reviewers, [after.by_reviewer[new[1][row.reviewer]] for row in before.reviewers], 1e-5)
    assert after.variances.quality == pytest.approx(before.variances.quality, rel=1e-5)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("by", [-300.0, 0.125, 1e6])
def test_a_constant_for_all_moves_all_by_it(seed, by):
    scores = around(seed)
    before, after = fit(scores), fit([replace(one, score=one.score + by) for one in scores])
    for left, right in zip(before.applications, after.applications, strict=True):
        assert right.calibrated - by == pytest.approx(left.calibrated, abs=1e-5)
        assert right.standard_error == pytest.approx(left.standard_error, abs=1e-5)
    close(before.reviewers, after.reviewers, 1e-5)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("by", [0.01, 3.0, 1e-30, 1e9])
def test_another_unit_of_scores_is_another_unit_of_all(seed, by):
    scores = around(seed)
    before, after = fit(scores), fit([replace(one, score=one.score * by) for one in scores])
    for left, right in zip(before.applications, after.applications, strict=True):
        assert right.calibrated / by == pytest.approx(left.calibrated, abs=1e-5)
        assert right.standard_error / by == pytest.approx(left.standard_error, abs=1e-5)
    for left, right in zip(before.reviewers, after.reviewers, strict=True):
        assert right.leniency / by == pytest.approx(left.leniency, abs=1e-5)
        assert right.flags == left.flags
    assert after.variances.noise / by**2 == pytest.approx(before.variances.noise, rel=1e-5)
    assert after.reliability.alpha == pytest.approx(before.reliability.alpha, rel=1e-6)


@examples(100)
@given(designs(complete=True), st.integers(-500, 500))
def test_on_a_complete_design_one_reviewers_constant_leaves_the_order(scores, by):
    first = min(one.reviewer for one in scores)
    moved = [replace(one, score=one.score + by / 10) if one.reviewer == first else one for one in scores]
    before, after = fit(scores).applications, fit(moved).applications
    for at, left in enumerate(before):
        for other in range(at):
            distance = left.raw_mean - before[other].raw_mean
            if abs(distance) > 1e-6:
                for rows in (before, after):
                    assert (rows[at].calibrated - rows[other].calibrated) * distance > 0


@examples(60)
@given(designs())
def test_the_parts_add_up_to_the_difference(scores):
    for row in fit(scores).applications:
        parts = row.leniency_part + row.shrinkage_part
        assert row.raw_mean + parts == pytest.approx(row.calibrated, abs=1e-6)
        assert row.interval is None or row.interval[0] <= row.calibrated <= row.interval[1]
