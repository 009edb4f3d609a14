"""How far reviewers agree."""

from typing import Any

import numpy as np

from reviews.calibration.design import Design
from reviews.calibration.result import Reliability, Variances


def reliability(design: Design, values: Any, variances: Variances | None) -> Reliability:
    """Agreement in a design. values: n scores, near zero on average; variances: None where quality cannot be told.

    Source: Krippendorff, Content Analysis (2004), chapter 11; McGraw and Wong, Forming inferences about some intraclass
    correlation coefficients (1996), cases ICC(A,1), ICC(A,k) and ICC(C,1), from the variances of the model.
    """
    typical = len(design.applications) / float((1 / design.per_application).sum())
    single = mean = calibrated = None
    if variances is not None:
        error = variances.leniency + variances.noise
        single = variances.quality / (variances.quality + error)
        mean = variances.quality / (variances.quality + error / typical)
        calibrated = variances.quality / (variances.quality + variances.noise)
    return Reliability(krippendorff(design, values), single, mean, calibrated, typical)


def krippendorff(design: Design, values: Any) -> float | None:
    """Alpha for interval data over applications with two scores or more; None: there is none, or all are equal.

    1 less the observed disagreement by that expected of scores dealt at random. 1: reviewers agree wholly.
    """
    kept = design.per_application[design.application] >= 2
    number = int(kept.sum())
    if not number:
        return None
    values, places = values[kept], design.application[kept]
    size = len(design.applications)
    counts = np.bincount(places, minlength=size)
    means = np.bincount(places, values, minlength=size) / np.maximum(counts, 1)
    squares = np.bincount(places, (values - means[places]) ** 2, minlength=size)
    paired = counts >= 2
    observed = float((squares[paired] * counts[paired] / (counts[paired] - 1)).sum()) / number
    expected = float(((values - values.mean()) ** 2).sum()) / (number - 1)
    return 1 - observed / expected if values.max() > values.min() else None
