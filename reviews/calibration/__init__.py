"""Scores that can be compared: quality of applications apart from leniency of reviewers. Pure Python, no Django.

`python -m reviews.calibration fit IN.json > OUT.json`, or parse_input and fit.
"""

from reviews.calibration.instance import Score, parse_input
from reviews.calibration.result import ApplicationResult, Calibration, Note, Outlier, Reliability, ReviewerResult
from reviews.calibration.solver import fit
from reviews.reading import InvalidInstance

__all__ = [
    "ApplicationResult", "Calibration", "InvalidInstance", "Note", "Outlier", "Reliability", "ReviewerResult", "Score",
    "fit", "parse_input",
]  # fmt: skip
