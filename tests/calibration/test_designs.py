"""Designs that tell little, each with its note; reliability against its definition; what is refused."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from itertools import permutations

import pytest

from reviews.calibration import InvalidInstance, Score, fit, parse_input
from tests.calibration.panels import panel


def scored(*rows):
    return [Score(f"a{application}", f"r{reviewer}", score) for application, reviewer, score in rows]


def codes(result):
    return {note.code for note in result.notes}


def test_a_single_score_stands():
    result = fit(scored((1, 1, 80)))
    (row,) = result.applications
    assert (row.raw_mean, row.trimmed_mean, row.calibrated, row.standard_error, row.interval) == (
        80,
        80,
        80,
        None,
        None,
    )
    assert codes(result) == {"one_score"}
    assert result.reliability.alpha is result.reliability.icc_single is None
    assert result.reviewers[0].spread is None


def test_equal_scores_stay_equal():
    result = fit(scored(*((a, r, 81.3) for a in range(4) for r in range(3))))
    assert {row.calibrated for row in result.applications} == {81.3}
    assert {row.leniency for row in result.reviewers} == {0}
    assert (result.variances.quality, result.variances.leniency, result.variances.noise) == (0, 0, 0)
    assert result.reliability.alpha is None
    assert codes(result) == {"all_equal"}


def test_a_single_reviewer_keeps_the_order_of_the_scores():
    result = fit(scored((1, 1, 60), (2, 1, 70), (3, 1, 90)))
    calibrated = [row.calibrated for row in result.applications]
    assert calibrated == sorted(calibrated)
    assert len(set(calibrated)) == 3
    assert codes(result) == {"one_score_each", "one_reviewer", "no_tests"}
    assert result.reviewers[0].leniency == 0
    assert result.reviewers[0].leniency_standard_error is None
    assert result.reliability.icc_single is None


def test_one_application_has_the_mean():
    result = fit(scored((1, 1, 60), (1, 2, 70), (1, 3, 90)))
    assert result.applications[0].calibrated == pytest.approx(220 / 3)
    assert result.applications[0].trimmed_mean == 70
    assert {"one_application", "leniency_not_told"} <= codes(result)


def test_one_score_for_each_application_corrects_for_leniency_and_halves_the_rest():
    rows = [(f"{r}{a}", r, 50 + 30 * r + a) for r in range(3) for a in range(8)]
    result = fit(scored(*rows))
    assert "one_score_each" in codes(result)
    assert result.variances.quality == pytest.approx(result.variances.noise)
    assert abs(result.by_application["a27"].calibrated - result.by_application["a07"].calibrated) < 5
    assert result.by_reviewer["r2"].leniency > 25


def test_no_pair_twice_nor_chain_is_all_chance():
    result = fit(scored((1, 1, 60), (2, 2, 70), (3, 3, 90)))
    assert {"one_score_each", "leniency_not_told", "disconnected"} <= codes(result)
    assert [row.component for row in result.applications] == [1, 2, 3]


def test_components_are_named():
    first, _ = panel(1, applications=8, reviewers=4, each=3)
    second, _ = panel(2, applications=6, reviewers=3, each=2)
    result = fit([*first, *(Score(f"b{one.application}", f"s{one.reviewer}", one.score) for one in second)])
    assert result.components == 2
    parts = [note for note in result.notes if note.code == "component"]
    assert [note.component for note in parts] == [1, 2]
    assert parts[1].applications == tuple(row.application for row in result.applications if row.component == 2)
    assert all(name.startswith("s") for name in parts[1].reviewers)
    assert "shrinkage" in parts[0].message


def test_single_scores_are_named_and_pulled_farthest():
    scores, _ = panel(3, applications=20, reviewers=8, each=4)
    result = fit([*scores, Score("z", "r0000", 120), Score("a0000", "once", 70)])
    notes = {note.code: note for note in result.notes}
    assert notes["single_scores"].applications == ("z",)
    assert notes["reviewers_of_one"].reviewers == ("once",)
    errors = {row.application: row.standard_error for row in result.applications}
    assert max(errors, key=errors.get) == "z"


def test_scores_without_noise_give_quality_back():
    quality, leniency = [60, 70, 75, 90], [-5, 0, 8]
    result = fit(scored(*((a, r, quality[a] + leniency[r]) for a in range(4) for r in range(3) if (a, r) != (0, 0))))
    calibrated = [row.calibrated for row in result.applications]
    assert [one - calibrated[0] for one in calibrated] == pytest.approx([0, 10, 15, 30], abs=0.01)
    assert "no_noise" in codes(result)


def test_pure_noise_finds_no_quality_but_keeps_an_order():
    result = fit(scored((1, 1, 50), (1, 2, 90), (2, 1, 90), (2, 2, 51), (3, 1, 55), (3, 2, 92)))
    assert "no_quality" in codes(result)
    order = sorted(result.applications, key=lambda row: row.calibrated)
    assert [row.raw_mean for row in order] == sorted(row.raw_mean for row in result.applications)


def test_alpha_is_krippendorffs():
    scores, _ = panel(4, applications=9, reviewers=6, each=3)
    scores = [one for at, one in enumerate(scores) if at not in {0, 1, 4}]
    units = {}
    for one in scores:
        units.setdefault(one.application, []).append(one.score)
    units = [unit for unit in units.values() if len(unit) > 1]
    values = [value for unit in units for value in unit]
    observed = sum((x - y) ** 2 / (len(unit) - 1) for unit in units for x, y in permutations(unit, 2)) / len(values)
    expected = sum((x - y) ** 2 for x, y in permutations(values, 2)) / len(values) / (len(values) - 1)
    assert fit(scores).reliability.alpha == pytest.approx(1 - observed / expected)


def test_icc_is_that_of_the_analysis_of_variance_on_a_complete_design():
    """Shrout and Fleiss (1979), table 2: six targets, four judges; ICC(2,1) is 0.29, ICC(2,4) 0.62, ICC(3,1) 0.71."""
    table = [(9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7)]
    found = fit(scored(*((a, r, score) for a, row in enumerate(table) for r, score in enumerate(row)))).reliability
    assert [found.icc_single, found.icc_mean, found.icc_calibrated] == pytest.approx([0.29, 0.62, 0.71], abs=0.005)


def test_trimmed_means_leave_one_out_at_either_end():
    result = fit(scored((1, 1, 10), (1, 2, 60), (1, 3, 61), (1, 4, 100), (2, 1, 50), (2, 2, 60)))
    assert [row.trimmed_mean for row in result.applications] == [60.5, 55]


ROW = {"application": "a1", "reviewer": "r1", "score": 81.5}


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"format": "calibration-input/2"}, "/format"),
        ({"surprise": 1}, "/surprise"),
        ({"scores": []}, "/scores"),
        ({"scores": {}}, "/scores"),
        ({"scores": None}, "/scores"),
        ({"scores": [1]}, "/scores/0"),
        ({"scores": [ROW, {**ROW, "reviewer": "r2", "weight": 1}]}, "/scores/1/weight"),
        ({"scores": [{"application": "a1", "reviewer": "r1"}]}, "/scores/0/score"),
        ({"scores": [{**ROW, "score": True}]}, "/scores/0/score"),
        ({"scores": [{**ROW, "score": "81.5"}]}, "/scores/0/score"),
        ({"scores": [{**ROW, "score": None}]}, "/scores/0/score"),
        ({"scores": [{**ROW, "score": math.nan}]}, "/scores/0/score"),
        ({"scores": [{**ROW, "score": -math.inf}]}, "/scores/0/score"),
        ({"scores": [{**ROW, "score": 10**400}]}, "/scores/0/score"),
        ({"scores": [{**ROW, "score": 1e300}]}, "/scores/0/score"),
        ({"scores": [{**ROW, "application": ""}]}, "/scores/0/application"),
        ({"scores": [{**ROW, "application": 7}]}, "/scores/0/application"),
        ({"scores": [{**ROW, "reviewer": ["r1"]}]}, "/scores/0/reviewer"),
        ({"scores": [{**ROW, "reviewer": "\ud800"}]}, "/scores/0/reviewer"),
        ({"scores": [ROW, {**ROW, "score": 3}]}, "/scores/1"),
    ],
)
def test_bad_input_is_named_by_its_path(change, path):
    with pytest.raises(InvalidInstance) as caught:
        parse_input({"format": "calibration-input/1", "scores": [ROW], **change})
    assert caught.value.path == path


def test_the_same_is_refused_from_python():
    with pytest.raises(InvalidInstance, match="/scores/1"):
        fit(scored((1, 1, 60), (1, 1, 61)))
    with pytest.raises(InvalidInstance, match="/scores/0/score"):
        fit(scored((1, 1, math.nan)))
    with pytest.raises(InvalidInstance, match="/scores"):
        fit([])


def run(tmp_path, text):
    file = tmp_path / "in.json"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    command = [sys.executable, "-m", "reviews.calibration", "fit", str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_line_answers_in_json(tmp_path):
    scores, _ = panel(7, applications=10, reviewers=6, each=3)
    rows = [{"application": one.application, "reviewer": one.reviewer, "score": one.score} for one in scores]
    done = run(tmp_path, json.dumps({"format": "calibration-input/1", "scores": rows}))
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert answer["format"] == "calibration-result/1"
    assert answer == fit(scores).to_json()
    assert [row["application"] for row in answer["applications"]] == sorted({one.application for one in scores})
    turned = run(tmp_path, json.dumps({"scores": rows[::-1], "format": "calibration-input/1"}))
    assert turned.stdout == done.stdout


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('{"format":"calibration-input/1","scores":[{"application":"a","reviewer":"r","score":NaN}]}', "/"),
        (
            '{"format":"calibration-input/1","scores":[{"application":"a","reviewer":"r","score":1e999}]}',
            "/scores/0/score",
        ),
        ('{"format":"calibration-input/1","scores":[{"application":"a","reviewer":"r","score":1,"score":2}]}', "/"),
        ("[" * 100_000, "/"),
        ('{"format":"calibration-input/1","scores":' + "[" * 900 + "]" * 900 + "}", "/scores/0"),
        ("[]", "/"),
        ("", "/"),
        (b"\xff\xfe", "/"),
    ],
)
def test_the_command_line_refuses_with_the_path(tmp_path, text, path):
    done = run(tmp_path, text)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"{path}: ")
    assert "Traceback" not in done.stderr


def test_a_missing_file_is_refused(tmp_path):
    command = [sys.executable, "-m", "reviews.calibration", "fit", str(tmp_path / "none.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")


def test_the_best_of_two_local_bests_is_found():
    """Seven scores whose likelihood has two tops; the search once stepped over the higher one."""
    given = [("a0", "r4", 0), ("a0", "r5", 0), ("a2", "r0", 23.9), ("a2", "r3", 26.6), ("a2", "r4", 1.7)]
    parts = fit([Score(*one) for one in (*given, ("a2", "r5", 5.8), ("a3", "r3", 0))]).variances
    assert parts.quality > 30 * parts.noise
    assert parts.leniency > 20 * parts.noise
