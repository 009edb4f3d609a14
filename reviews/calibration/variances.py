"""How much of the variance is quality, leniency and noise: restricted maximum likelihood in two ratios."""

from dataclasses import dataclass
from math import exp, log
from typing import Any, Final

import numpy as np

from reviews.calibration.system import Crossed, Solved

LEAST_QUALITY: Final = 1e-4  # of the noise: keeps the order of the applications where no quality is found
LEAST_LENIENCY: Final = 1e-8
LARGEST: Final = 1e4  # beyond it noise is less than a hundredth of the deviation, and the figures lose their digits
_STEP: Final = 3.0  # of a logarithm
_ROUNDS: Final = 60
_AVERAGE_ROUNDS: Final = 8  # after so many, the average of curvatures fits badly: they are measured
_MEASURE: Final = 1e-4  # how far off, in logarithms, a slope is taken to measure a curvature
_CHEAP: Final = 100  # up to so many scores, the search starts from a grid
_STARTS: Final = 4
_GRID: Final = tuple(np.arange(-9.0, 9.1, 1.5))  # close enough that the basin of the best is not stepped over
_CLOSE: Final = 1e-9  # of a slope of the deviance, which grows with the number of scores


@dataclass(frozen=True)
class Ratios:
    """Variances of quality and leniency, each divided by that of the noise; solved: the equations at them."""

    quality: float
    leniency: float
    solved: Solved


def restricted_likelihood(crossed: Crossed, *, quality: bool, leniency: bool) -> Ratios:
    """The ratios with the greatest restricted likelihood; one that is not asked for is 0.

    Bounds: 1e-4 (quality), 0 (leniency) and 10,000. Newton steps in logarithms of the ratios, with the average of
    observed and expected information in place of second derivatives (measured ones if that takes long), no longer than
    3, halved until the deviance falls; a round takes one factorization of a matrix as large as the smaller side. Few
    scores can have several local best points: there the search starts from each local best of a grid.
    Source: Patterson and Thompson (1971); Gilmour, Thompson and Cullis, Average information REML (1995).
    """
    search = _Search(crossed, np.array([quality, leniency]))
    ends = [search.descend(start) for start in search.starts()]
    return search.ratios(min(ends, key=lambda end: round(end.deviance, 9)))


@dataclass(frozen=True, eq=False)
class _Place:
    """point: logarithms of the two ratios, quality first; the deviance there, its slope, the average curvature."""

    point: Any
    solved: Solved
    deviance: float
    slope: Any
    curvature: Any


class _Search:
    def __init__(self, crossed: Crossed, free: Any) -> None:
        self.crossed, self.free = crossed, free
        self.low = np.log([LEAST_QUALITY, LEAST_LENIENCY])
        self.high = np.full(2, log(LARGEST))
        self.degrees = len(crossed.values) - 1

    def _at(self, point: Any) -> tuple[float, float]:
        quality, leniency = (exp(one) if free else 0.0 for one, free in zip(point, self.free, strict=True))
        return quality, leniency

    def starts(self) -> list[Any]:
        """Where to begin: all variances alike; where that is cheap, the points of a grid that no neighbour betters."""
        if len(self.crossed.values) > _CHEAP or not self.free.any():
            return [np.zeros(2)]
        axes = [np.array(_GRID if free else (0.0,)) for free in self.free]
        shape = len(axes[0]), len(axes[1])
        heights = np.full((shape[0] + 2, shape[1] + 2), np.inf)
        for row, column in np.ndindex(shape):
            point = self._at((axes[0][row], axes[1][column]))
            heights[row + 1, column + 1] = round(self.crossed.at(*point).deviance, 9)
        lowest = [
            (heights[row + 1, column + 1], row, column)
            for row, column in np.ndindex(shape)
            if heights[row + 1, column + 1] <= heights[row : row + 3, column : column + 3].min()
        ]
        return [np.array([axes[0][row], axes[1][column]]) for _, row, column in sorted(lowest)[:_STARTS]]

    def descend(self, start: Any) -> _Place:
        """The local best that is reached from a point."""
        here = self.look(start)
        for number in range(_ROUNDS):
            curvature = here.curvature if number < _AVERAGE_ROUNDS else self.measured(here)
            step = self.step(here, curvature)
            found = None if step is None else self.along(here, step)
            if found is None:
                break
            here = found
        return here

    def look(self, point: Any) -> _Place:
        """The equations at a point."""
        ratios = np.array(self._at(point))
        solved = self.crossed.at(*ratios)
        crossed, left, noise = self.crossed, solved.left, solved.noise
        many, few = crossed.sum_many(left), crossed.sum_few(left)
        traces = np.array(solved.by_role(*solved.traces()))
        squares = np.array(solved.by_role(many @ many, few @ few))
        pulls = solved.by_role(many[crossed.many], few[crossed.few])
        projected = [solved.project(pull) for pull in pulls]
        curvature = np.array([[one @ other for other in projected] for one in pulls]) / noise
        curvature = curvature - np.outer(squares, squares) / noise**2 / self.degrees
        slope = ratios * (traces - squares / noise)
        return _Place(point, solved, solved.deviance, slope, np.outer(ratios, ratios) * curvature)

    def measured(self, here: _Place) -> Any:
        """The curvature by differences of slopes, made positive."""
        rows = [(self.look(here.point + off).slope - here.slope) / _MEASURE for off in _MEASURE * np.eye(2)]
        sizes, ways = np.linalg.eigh((np.array(rows) + np.array(rows).T) / 2)
        return (ways * np.abs(sizes)) @ ways.T

    def step(self, here: _Place, curvature: Any) -> Any | None:
        """Where to go from here; None: nowhere, the slope is level or leads out of bounds."""
        slope = here.slope
        bound = ((here.point <= self.low) & (slope > 0)) | ((here.point >= self.high) & (slope < 0))
        moving = np.flatnonzero(self.free & ~bound)
        if not len(moving) or np.abs(slope[moving]).max() < _CLOSE:
            return None
        part = curvature[np.ix_(moving, moving)]
        step = np.zeros(2)
        step[moving] = -np.linalg.solve(part + np.diag(1e-9 * np.diag(part) + 1e-12), slope[moving])
        if step @ slope >= 0 or not np.isfinite(step).all():
            step[moving] = -np.sign(slope[moving])
        return step * min(1.0, _STEP / np.abs(step).max())

    def along(self, here: _Place, step: Any) -> _Place | None:
        """The first place along a step, halved as need be, where the deviance is no greater; None: there is none."""
        for halvings in range(20):
            point = np.clip(here.point + step / 2**halvings, self.low, self.high)
            if np.abs(point - here.point).max() < 1e-12:
                return None
            there = self.look(point)
            if there.deviance <= here.deviance + 1e-12 * abs(here.deviance):
                return there
        return None

    def ratios(self, here: _Place) -> Ratios:
        """The answer; leniency at its least is none."""
        quality, leniency = self._at(here.point)
        if leniency and here.point[1] <= self.low[1] + 1e-9:
            return Ratios(quality, 0.0, self.crossed.at(quality, 0.0))
        return Ratios(quality, leniency, here.solved)
