"""Calibrated scores on the officers' pages, which mean is the result, and that no code is left without words."""

from __future__ import annotations

from decimal import Decimal

import pytest

from applications.domain import submission
from reviews.calibrating import FLAGS, NOTES, calibrated
from reviews.calibration.notes import WORDS
from reviews.domain import interests
from reviews.models import PanelResult
from tests import factories_reviews as make
from tests.factories_applications import acting
from tests.reports import every

UNITS = {"350200": "300000000.00", "330200": "200000000.00", "370200": "100000000.00"}
# One gives ten points more than the other, everywhere.
GIVEN = {"350200": ("90", "80"), "330200": ("80", "70"), "370200": ("70", "60")}


@pytest.fixture
def batch(db):
    found = make.reviewing_batch(UNITS, places=1)
    for row in make.assignments(found):
        high, low = GIVEN[row.application.unit_id]
        make.scored(row, high if row.reviewer.email == "reviewer.1@miit.test" else low)
    return make.fresh(found)


def test_every_note_and_flag_of_the_model_has_its_words():
    words = {code: text for code, text in WORDS.items() if code != "component"}  # the page lists components by itself
    from django.utils.translation import override

    with override("en"):
        assert {code: str(text) for code, text in NOTES.items()} == words
    assert set(FLAGS) == {"lenient", "strict", "narrow", "wide"}


def test_leniency_is_told_apart_and_nothing_is_changed(batch, see):
    with acting("officer", "MIIT") as by:
        found = calibrated(by, batch)
    assert found is not None
    assert [line["application"].unit_id for line in found.rows] == ["350200", "330200", "370200"]
    by_person = {row["person"].email: row["leniency"] for row in found.reviewers}
    assert by_person["reviewer.1@miit.test"] > 4
    assert by_person["reviewer.1@mof.test"] < -4
    for line in found.rows:
        assert line["calibrated"] == pytest.approx(line["mean"] + line["leniency_part"] + line["shrinkage_part"])
        assert line["leniency_part"] == pytest.approx(0, abs=1e-6)  # both read all: nothing to take out
    page = see("officer", "MOF").get(f"/reviewing/{batch.number}/calibration/").content.decode()
    assert "By the rules of this batch the mean of the reviews counts." in page
    assert "85.00" in page
    people = see("auditor", "SJ").get(f"/reviewing/{batch.number}/calibration/reviewers/").content.decode()
    assert "+5" in people or "+4" in people
    with acting("officer", "MIIT"):
        assert not PanelResult.objects.exists()


def test_what_was_withdrawn_has_no_place_and_no_part_in_the_others_scores(batch, see):
    """As in the result that is signed: its reviews stood in the workbook and moved what was shown of the others."""
    with acting("signatory", "ZF370200") as by:
        submission.withdraw(by=by, application=make.application(batch, "370200"), why="Merged")
    with acting("officer", "MIIT") as by:
        found = calibrated(by, batch)
        sheets = {one.sheet.name: one for one in every.shown(by, "reviews.scores", {"batch": batch.pk}).sheets}
    assert found is not None
    assert [line["application"].unit_id for line in found.rows] == ["350200", "330200"]
    assert {row["number"] for row in found.reviewers} == {2}
    assert (sheets["results"].count, sheets["reviews"].count) == (2, 4)


def test_an_interest_in_the_batch_keeps_an_officer_out(batch, see):
    with acting("officer", "MIIT") as by:
        what = interests.InterestInput(True, "other", "x")
        interests.declare_own(by=by, application=make.application(batch, "350200"), what=what)
    assert see("officer", "MIIT").get(f"/reviewing/{batch.number}/calibration/").status_code == 403
    assert see("officer", "MIIT", 2).get(f"/reviewing/{batch.number}/calibration/").status_code == 200


def test_before_the_first_review_there_is_nothing_to_calibrate(db, see):
    batch = make.reviewing_batch(UNITS, places=1)
    page = see("officer", "MIIT").get(f"/reviewing/{batch.number}/calibration/").content.decode()
    assert "No review is submitted yet." in page


def test_equal_results_are_listed(db, see):
    batch = make.reviewed_batch(UNITS, given={"350200": "80", "330200": "80", "370200": "70"}, places=1)
    page = see("officer", "MIIT").get(f"/reviewing/{batch.number}/calibration/").content.decode()
    assert "Equal results" in page


@pytest.mark.parametrize(("by", "score"), [("mean", "73.333333"), ("trimmed", "80.000000")])
def test_the_rules_name_the_mean_that_is_the_result(db, by, score):
    """Three reviews of 50, 80 and 90: the database counts the same, or it would refuse."""
    details = {**make.DEFAULT["details"], "result_by": by}
    batch = make.reviewing_batch({"350200": "300000000.00"}, places=1, reviewers_per_application=3, details=details)
    for row, value in zip(make.assignments(batch), ("50", "80", "90"), strict=True):
        make.scored(row, value)
    make.locked(batch)
    with acting("officer", "MIIT"):
        assert PanelResult.objects.get().score == Decimal(score)
