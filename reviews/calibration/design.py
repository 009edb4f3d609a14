"""Who scored what: the pairs as places, the components they form, and what such a design can tell apart at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from reviews.calibration.instance import Score


@dataclass(frozen=True, eq=False)
class Design:
    """n scores of a applications by r reviewers, all sorted by id (applications first), whatever the order given.

    application, reviewer: n places; values: n points. per_application, per_reviewer: numbers of scores.
    """

    applications: tuple[str, ...]
    reviewers: tuple[str, ...]
    application: Any
    reviewer: Any
    values: Any
    per_application: Any
    per_reviewer: Any

    @classmethod
    def of(cls, scores: Sequence[Score]) -> "Design":
        """The design of checked scores."""
        ordered = sorted(scores, key=lambda one: (one.application, one.reviewer))
        applications = tuple(sorted({one.application for one in ordered}))
        reviewers = tuple(sorted({one.reviewer for one in ordered}))
        row, column = ({name: at for at, name in enumerate(ids)} for ids in (applications, reviewers))
        application = np.array([row[one.application] for one in ordered], dtype=np.intp)
        reviewer = np.array([column[one.reviewer] for one in ordered], dtype=np.intp)
        return cls(
            applications=applications, reviewers=reviewers, application=application, reviewer=reviewer,
            values=np.array([float(one.score) for one in ordered]),
            per_application=np.bincount(application), per_reviewer=np.bincount(reviewer),
        )  # fmt: skip

    @property
    def number(self) -> int:
        """Scores."""
        return len(self.values)

    def components(self) -> tuple[Any, Any]:
        """1, 2, … for each application and each reviewer: equal where a chain of scores leads from one to the other."""
        size = len(self.applications)
        total = size + len(self.reviewers)
        # Loaded when first used: every process of the portal loads this package, few of them calibrate.
        from scipy.sparse import coo_array  # noqa: PLC0415
        from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

        links = coo_array((np.ones(self.number), (self.application, size + self.reviewer)), shape=(total, total))
        found = connected_components(links, directed=False)[1] + 1
        return found[:size], found[size:]

    def freedom(self) -> int:
        """Degrees of freedom of the noise: scores that applications and reviewers do not use up."""
        used = len(self.applications) + len(self.reviewers) - int(self.components()[0].max())
        return self.number - used

    def separable(self) -> tuple[bool, bool]:
        """Whether the design can tell quality from noise, and leniency from both.

        The variance of contrasts is a sum of three matrices (quality, leniency, noise). Two parts can be told apart
        where their matrices are not multiples of one another, all three where none is a sum of the others: asked by the
        determinants of their inner products, in exact fractions. Source: Rao, MINQUE theory (1971).
        """
        inner = self._inner_products()
        quality = _determinant(inner, (0, 2)) != 0
        leniency = _determinant(inner, (1, 2)) != 0
        if quality and leniency:
            leniency = _determinant(inner, (0, 1, 2)) != 0
        return quality, leniency

    def _inner_products(self) -> list[list[Fraction]]:
        """tr(P A P B) for each two of quality, leniency, noise; P takes the mean away."""
        n = self.number
        rows, columns = self.per_application.tolist(), self.per_reviewer.tolist()
        row_squares, column_squares = sum(k * k for k in rows), sum(k * k for k in columns)
        at_row = zip(self.application.tolist(), self.reviewer.tolist(), strict=True)
        mixed = sum(rows[row] * columns[column] for row, column in at_row)

        def product(trace: int, between: int, left: int, right: int) -> Fraction:
            return Fraction(trace) - Fraction(2 * between, n) + Fraction(left * right, n * n)

        quality = product(row_squares, sum(k**3 for k in rows), row_squares, row_squares)
        leniency = product(column_squares, sum(k**3 for k in columns), column_squares, column_squares)
        both = product(n, mixed, row_squares, column_squares)
        quality_noise, leniency_noise = n - Fraction(row_squares, n), n - Fraction(column_squares, n)
        return [
            [quality, both, quality_noise],
            [both, leniency, leniency_noise],
            [quality_noise, leniency_noise, Fraction(n - 1)],
        ]


def _determinant(matrix: list[list[Fraction]], places: tuple[int, ...]) -> Fraction:
    """Of the rows and columns at these places, by the first row."""
    return _minors([[matrix[row][column] for column in places] for row in places])


def _minors(rows: list[list[Fraction]]) -> Fraction:
    if len(rows) == 1:
        return rows[0][0]
    smaller = ([row[:at] + row[at + 1 :] for row in rows[1:]] for at in range(len(rows)))
    terms = ((-1) ** at * rows[0][at] * _minors(rest) for at, rest in enumerate(smaller))
    return sum(terms, start=Fraction(0))
