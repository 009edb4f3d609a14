"""The rows of a calibration, in the units of the scores and rounded."""

from dataclasses import asdict
from functools import cached_property
from math import floor, fsum, ldexp, log10
from typing import Any, Final

import numpy as np

from reviews.calibration.chance import student_reach
from reviews.calibration.design import Design
from reviews.calibration.flags import Flags, flags
from reviews.calibration.notes import Found
from reviews.calibration.result import ApplicationResult, Outlier, Reliability, ReviewerResult, Tests, Variances

INTERVAL: Final = 0.9
_DIGITS: Final = 9


class Report:
    """values: the n scores less `centre`, over 2 ** exponent, so that the largest lies near 1."""

    def __init__(self, design: Design, values: Any, found: Found, centre: float, exponent: int, rate: float) -> None:
        self.design, self.values, self.found = design, values, found
        self.centre, self.exponent, self.rate = centre, exponent, rate
        largest = ldexp(1.0, exponent) if values.any() else abs(centre) or 1.0
        self.places = min(_DIGITS - floor(log10(largest)), 320)

    # units

    def points(self, start: float, scaled: float) -> float:
        """A number of points and a scaled one, rounded at the ninth digit of the range."""
        return round(start + ldexp(float(scaled), self.exponent), self.places) + 0.0

    def _error(self, scaled: float | None) -> float | None:
        return None if scaled is None else self.points(0.0, scaled)

    # the whole

    @property
    def mean(self) -> float:
        """The mean of all applications."""
        return self.points(self.centre, self._model[0])

    @cached_property
    def scaled_variances(self) -> Variances:
        """In units of the values."""
        ratios = self.found.ratios
        if ratios is None:
            return Variances(0.0, 0.0, 0.0)
        noise = ratios.solved.noise
        return Variances(ratios.quality * noise, ratios.leniency * noise, noise)

    def variances(self) -> Variances:
        """In squared points."""
        parts = asdict(self.scaled_variances).values()
        return Variances(*(significant(ldexp(part, 2 * self.exponent)) for part in parts))

    @cached_property
    def tests(self) -> Tests:
        """How many tests of each kind there were."""
        found = self._flags
        kinds = (found.leniency_p, found.spread_p, found.score_p)
        return Tests(self.rate, *(sum(p is not None for p in kind) for kind in kinds))

    # the model, scaled

    @cached_property
    def _known(self) -> tuple[Any, Any]:
        """What the scores tell of each application and each reviewer: diagonals of Z'PZ and W'PW."""
        solved = self.found.solved
        if solved is None:
            return np.zeros(len(self.design.applications)), np.zeros(len(self.design.reviewers))
        many, few = solved.by_role(*solved.diagonals())
        return many, few

    @cached_property
    def _pulls(self) -> tuple[Any, Any]:
        """What is left of the scores after the mean, weighted, summed by application and by reviewer."""
        left = self.found.solved.left if self.found.solved else np.zeros(self.design.number)
        return np.bincount(self.design.application, left), np.bincount(self.design.reviewer, left)

    @cached_property
    def _model(self) -> tuple[float, Any, Any]:
        """The mean, the quality of each application, the leniency of each reviewer."""
        ratios = self.found.ratios
        if ratios is None:
            return 0.0, np.zeros(len(self.design.applications)), np.zeros(len(self.design.reviewers))
        return ratios.solved.mean, ratios.quality * self._pulls[0], ratios.leniency * self._pulls[1]

    @cached_property
    def _errors(self) -> tuple[list[float | None], list[float | None]]:
        """Standard errors of mean plus quality, and of leniency."""
        ratios = self.found.ratios
        if ratios is None:
            return [None] * len(self.design.applications), [None] * len(self.design.reviewers)
        solved, quality, leniency = ratios.solved, ratios.quality, ratios.leniency
        ones, _ = solved.by_role(solved.many_ones, solved.few_ones)
        own = quality - quality**2 * self._known[0] + (1 - 2 * quality * ones) / solved.one
        reviewers = leniency - leniency**2 * self._known[1]
        first, second = (np.sqrt(solved.noise * np.maximum(part, 0)).tolist() for part in (own, reviewers))
        return first, second if self.found.leniency_told else [None] * len(second)

    def _interval_freedom(self) -> int:
        """Degrees of freedom of the intervals: of the scarcest of noise, applications and, if lenient, reviewers."""
        design, ratios = self.design, self.found.ratios
        found = [len(design.applications) - 1]
        if design.freedom() > 0:
            found.append(design.freedom())
        if ratios and ratios.leniency > 0:
            found.append(len(design.reviewers) - 1)
        return max(1, min(found))

    @cached_property
    def _flags(self) -> Flags:
        return flags(self.design, self.values, self.found, self._known[1], self._pulls[1])

    # rows

    def applications(self) -> tuple[ApplicationResult, ...]:
        """One row for each application."""
        design, (mean, quality, leniency) = self.design, self._model
        reach = student_reach(INTERVAL, self._interval_freedom())
        parts = -np.bincount(design.application, leniency[design.reviewer]) / design.per_application
        ends = np.concatenate([[0], np.cumsum(design.per_application)]).tolist()
        rows = []
        for at, name in enumerate(design.applications):
            scores = sorted(design.values[ends[at] : ends[at + 1]].tolist())
            raw = fsum(self.values[ends[at] : ends[at + 1]].tolist()) / len(scores)
            calibrated, error = mean + float(quality[at]), self._errors[0][at]
            rows.append(ApplicationResult(
                application=name,
                number=len(scores),
                raw_mean=self.points(_mean(scores), 0.0),
                trimmed_mean=self.points(_mean(scores[1:-1] if len(scores) >= 3 else scores), 0.0),
                calibrated=self.points(self.centre, calibrated),
                standard_error=self._error(error),
                interval=None if error is None else (
                    self.points(self.centre, calibrated - reach * error),
                    self.points(self.centre, calibrated + reach * error),
                ),
                leniency_part=self.points(0.0, float(parts[at])),
                shrinkage_part=self.points(0.0, calibrated - raw - float(parts[at])),
                component=int(self.found.components[0][at]),
            ))  # fmt: skip
        return tuple(rows)

    def reviewers(self) -> tuple[ReviewerResult, ...]:
        """One row for each reviewer."""
        design, found, leniency = self.design, self._flags, self._model[2]
        return tuple(
            ReviewerResult(
                reviewer=name,
                number=int(design.per_reviewer[at]),
                leniency=self.points(0.0, leniency[at]),
                leniency_standard_error=self._error(self._errors[1][at]),
                leniency_p=_shown(found.leniency_p[at]),
                spread=self._error(found.spread[at]),
                spread_p=_shown(found.spread_p[at]),
                flags=self._flagged(at),
                component=int(self.found.components[1][at]),
            )
            for at, name in enumerate(design.reviewers)
        )

    def _flagged(self, at: int) -> tuple[str, ...]:
        found, tests = self._flags, self.tests
        told = []
        if _below(found.leniency_p[at], self.rate, tests.leniency_tests):
            told.append("lenient" if found.leniency[at] > 0 else "strict")
        if _below(found.spread_p[at], self.rate, tests.spread_tests):
            told.append("wide" if (found.spread[at] or 0.0) > found.usual_spread else "narrow")
        return tuple(told)

    def outliers(self) -> tuple[Outlier, ...]:
        """The scores that all others do not let expect."""
        design, found, number = self.design, self._flags, self.tests.score_tests
        return tuple(
            Outlier(
                application=design.applications[design.application[at]],
                reviewer=design.reviewers[design.reviewer[at]],
                score=float(design.values[at]),
                expected=self.points(self.centre, found.expected[at]),
                p=significant(p),
            )
            for at, p in enumerate(found.score_p)
            if p is not None and _below(p, self.rate, number)
        )


def rounded(found: Reliability) -> Reliability:
    """The same to nine digits."""
    parts: dict[str, Any] = {name: one if one is None else significant(one) for name, one in asdict(found).items()}
    return Reliability(**parts)


def significant(value: float) -> float:
    """A number to nine digits."""
    return float(f"{value:.{_DIGITS}g}")


def _shown(p: float | None) -> float | None:
    return None if p is None else float(f"{p:.6g}")


def _mean(values: list[float]) -> float:
    return fsum(values) / len(values)


def _below(p: float | None, rate: float, number: int) -> bool:
    return p is not None and p * number <= rate
