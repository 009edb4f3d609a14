"""From scores to calibrated scores."""

from collections.abc import Iterable
from math import frexp, fsum, ldexp
from typing import Any, Final

import numpy as np

from reviews.calibration.design import Design
from reviews.calibration.instance import Score, checked
from reviews.calibration.notes import Found, notes
from reviews.calibration.reliability import reliability
from reviews.calibration.report import Report, rounded
from reviews.calibration.result import Calibration
from reviews.calibration.system import Crossed
from reviews.calibration.variances import LARGEST, LEAST_QUALITY, Ratios, restricted_likelihood

ERROR_RATE: Final = 0.05  # of all tests of a kind together


def fit(scores: Iterable[Score]) -> Calibration:
    """Tell the quality of applications apart from the leniency of reviewers, and say how sure that is.

    Model: score = mean + quality of the application + leniency of the reviewer + noise, the last three independent and
    normal around 0. Their variances have the greatest restricted likelihood (`restricted_likelihood`). Given them, the
    mean is the generalized least-squares estimate, quality and leniency are their expectations given the scores (best
    linear unbiased predictions: both shrunk), in closed form. calibrated = mean + quality, on the scale of the scores.
    Standard errors include what is not known of the mean and of the reviewers' leniency, not of the variances; for
    these the 90 % intervals take Student's t, with the degrees of freedom of the scarcest of noise, applications and
    reviewers.
    Flags: leniency is tested against 0, the reviewer's own as a fixed effect and all others as they are in the model
    (Student's t); spread against quality plus noise (Fisher's ratio). Outliers: each score against what all others let
    expect. Each of the three kinds of test errs in about 5 % of panels at most where only chance is at work, whatever
    the number of reviewers or scores (Bonferroni).
    What the design cannot tell apart is not guessed: quality and noise share by halves where each application has one
    score (the share at which the standard error is largest), leniency is 0 where no reviewer could show any; the notes
    say so. Numbers are rounded at the ninth digit of the range of the scores, so the order of input changes nothing.
    Raises InvalidInstance (path) where the scores are not such as parse_input takes.
    Source: Platt and Burges, Regularized least squares to remove reviewer bias (2012); Ge, Welling and Ghahramani, A
    Bayesian model for calibrating reviewer scores (2013); Henderson (1975) and Robinson, That BLUP is a good thing
    (1991) for predictions and their errors.
    """
    design = Design.of(checked(scores))
    centre = fsum(design.values.tolist()) / design.number
    centred = design.values - centre
    if design.values.min() == design.values.max():
        centred = np.zeros(design.number)
    exponent = frexp(float(np.abs(centred).max()))[1]
    values = np.array([ldexp(value, -exponent) for value in centred.tolist()])
    found = _found(design, values)
    report = Report(design, values, found, centre, exponent, ERROR_RATE)
    told = found.quality_told and not found.equal
    return Calibration(
        number=design.number,
        mean=report.mean,
        components=int(found.components[0].max()),
        variances=report.variances(),
        reliability=rounded(reliability(design, values, report.scaled_variances if told else None)),
        tests=report.tests,
        applications=report.applications(),
        reviewers=report.reviewers(),
        outliers=report.outliers(),
        notes=notes(design, found),
    )


def _found(design: Design, values: Any) -> Found:
    """The model at its best ratios, and what the design let tell."""
    components = design.components()
    if not values.any():
        return Found(None, components, equal=True)
    several = len(design.applications) > 1
    quality, leniency = design.separable()
    crossed = Crossed.of(design, values)
    ratios = restricted_likelihood(crossed, quality=quality, leniency=leniency)
    if several and not quality:
        halves = 2 * ratios.leniency
        ratios = Ratios(1.0, halves, crossed.at(1.0, halves))
    return Found(
        ratios, components, quality_told=quality, leniency_told=leniency,
        no_quality=quality and ratios.quality <= LEAST_QUALITY * 1.000001,
        no_leniency=leniency and ratios.leniency == 0,
        no_noise=max(ratios.quality, ratios.leniency) >= LARGEST * 0.999999,
    )  # fmt: skip
