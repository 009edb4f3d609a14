"""What a calibration says, and how it is written down."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Final

FORMAT: Final = "calibration-result/1"
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class ApplicationResult:
    """One application, in points of the scores.

    trimmed_mean: without one highest and one lowest score where there are three or more, else the mean.
    calibrated: raw_mean + leniency_part + shrinkage_part. leniency_part: minus the mean leniency of its reviewers;
    shrinkage_part: the pull towards the mean of all, the stronger the fewer its scores.
    standard_error, interval (90 %): None where the data do not tell them. component: 1, 2, … as in the notes.
    """

    application: str
    number: int
    raw_mean: float
    trimmed_mean: float
    calibrated: float
    standard_error: float | None
    interval: Interval | None
    leniency_part: float
    shrinkage_part: float
    component: int


@dataclass(frozen=True, slots=True)
class ReviewerResult:
    """One reviewer. leniency: points given more than others would give, shrunk, with its standard error.

    spread: standard deviation of the scores given, None for a single one.
    flags: of "lenient", "strict" (leniency) and "narrow", "wide" (spread), where chance does not explain it.
    leniency_p, spread_p: how often chance alone goes as far (not corrected for the number of tests); None: no test.
    """

    reviewer: str
    number: int
    leniency: float
    leniency_standard_error: float | None
    leniency_p: float | None
    spread: float | None
    spread_p: float | None
    flags: tuple[str, ...]
    component: int


@dataclass(frozen=True, slots=True)
class Outlier:
    """One score that chance does not explain beside all others; it stays as it is. expected: from the other scores."""

    application: str
    reviewer: str
    score: float
    expected: float
    p: float


@dataclass(frozen=True, slots=True)
class Variances:
    """Parts of the variance of a score, in squared points."""

    quality: float
    leniency: float
    noise: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """How far reviewers agree; None where the data do not tell it.

    alpha: Krippendorff's, interval data, over applications with two scores or more.
    icc_single: of one score, icc_mean: of the mean of `typical_number` scores (harmonic mean over applications), both
    with leniency counted as error; icc_calibrated: of one score from which leniency is taken out.
    """

    alpha: float | None
    icc_single: float | None
    icc_mean: float | None
    icc_calibrated: float | None
    typical_number: float


@dataclass(frozen=True, slots=True)
class Tests:
    """How flags and outliers are told: error_rate for all tests of one kind together, each at error_rate / number."""

    error_rate: float
    leniency_tests: int
    spread_tests: int
    score_tests: int


@dataclass(frozen=True, slots=True)
class Note:
    """What a reader must know. component, applications, reviewers: whom it is about; empty: all."""

    code: str
    message: str
    component: int | None = None
    applications: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Calibration:
    """What `fit` answers. applications, reviewers, outliers: sorted by id. mean: of all applications, estimated."""

    number: int
    mean: float
    components: int
    variances: Variances
    reliability: Reliability
    tests: Tests
    applications: tuple[ApplicationResult, ...]
    reviewers: tuple[ReviewerResult, ...]
    outliers: tuple[Outlier, ...]
    notes: tuple[Note, ...]

    @cached_property
    def by_application(self) -> Mapping[str, ApplicationResult]:
        """The applications by id."""
        return {item.application: item for item in self.applications}

    @cached_property
    def by_reviewer(self) -> Mapping[str, ReviewerResult]:
        """The reviewers by id."""
        return {item.reviewer: item for item in self.reviewers}

    def to_json(self) -> dict[str, Any]:
        """The answer in the format `calibration-result/1`."""
        return {"format": FORMAT, **_plain(asdict(self))}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value
