"""The mixed-model equations at given ratios of variances, with the larger block taken out in closed form."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from reviews.calibration.design import Design

_FEW: Final = 16  # so many different numbers of scores have their products kept


@dataclass(frozen=True, eq=False)
class Crossed:
    """n scores, each of one of the many and one of the few: applications and reviewers, whichever are more.

    many, few: n places; counts: scores of each of the many; table: many x few, 1 where there is a score.
    """

    values: Any
    many: Any
    few: Any
    counts: Any
    few_counts: Any
    applications_are_many: bool

    @classmethod
    def of(cls, design: Design, values: Any) -> "Crossed":
        """The equations of a design, for n values in place of its own (they should be near zero on average)."""
        both = (design.application, design.per_application), (design.reviewer, design.per_reviewer)
        turned = len(design.applications) < len(design.reviewers)
        (many, counts), (few, few_counts) = both[::-1] if turned else both
        return cls(values, many, few, counts.astype(float), few_counts.astype(float), not turned)

    @cached_property
    def table(self) -> Any:
        """Of many x few numbers, 1 where there is a score."""
        table = np.zeros((len(self.counts), len(self.few_counts)))
        table[self.many, self.few] = 1
        return table

    @cached_property
    def _products(self) -> list[tuple[float, Any]]:
        """The product table' table over those of the many with one number of scores, for each number."""
        found = []
        for number in np.unique(self.counts):
            part = self.table[self.counts == number]
            found.append((float(number), part.T @ part))
        return found

    @cached_property
    def _numbers(self) -> int:
        return len(np.unique(self.counts))

    def product(self, weight: Any) -> Any:
        """Few x few: table' diag(weight(counts)) table. weight: a function of the number of scores."""
        if self._numbers <= _FEW:
            return sum(weight(number) * part for number, part in self._products)
        return self.table.T @ (self.table * weight(self.counts)[:, None])

    def sum_many(self, vector: Any) -> Any:
        """Sums of n numbers for each of the many."""
        return np.bincount(self.many, vector, minlength=len(self.counts))

    def sum_few(self, vector: Any) -> Any:
        """Sums of n numbers for each of the few."""
        return np.bincount(self.few, vector, minlength=len(self.few_counts))

    def at(self, quality: float, leniency: float) -> "Solved":
        """Solve for these variances, each divided by that of the noise."""
        many, few = (quality, leniency) if self.applications_are_many else (leniency, quality)
        return Solved(self, many, few)


class Solved:
    """Everything the model says at given ratios g (many) and h (few): variance of scores s2 * H.

    H = I + g ZZ' + h WW', with Z and W telling of which of the many and few a score is. H is inverted in two steps:
    M = I + g ZZ' has a closed form, and what is left is one system T = I + h W'M⁻¹W as large as the few.
    P = H⁻¹ - H⁻¹1 1'H⁻¹ / 1'H⁻¹1 takes the estimated mean away.
    """

    def __init__(self, crossed: Crossed, g: float, h: float) -> None:
        self.crossed, self.g, self.h = crossed, g, h
        counts = crossed.counts
        self.inner = 1 + g * counts
        self.within = np.diag(crossed.few_counts) - crossed.product(lambda number: g / (1 + g * number))
        system = np.eye(len(crossed.few_counts)) + h * self.within
        self.inverse = np.linalg.inv(system)
        self.log_determinant = float(np.log(self.inner).sum() + 2 * np.log(np.diag(np.linalg.cholesky(system))).sum())
        ends = crossed.table.T @ (1 / self.inner)
        self.few_ones = self.inverse @ ends  # W'H⁻¹1
        self.one = float((counts / self.inner).sum() - h * (ends @ self.few_ones))  # 1'H⁻¹1
        self.many_ones = (counts - h * (crossed.table @ self.few_ones)) / self.inner  # Z'H⁻¹1
        self.ones = (1 / self.inner)[crossed.many] - h * self._spread(self.few_ones)  # H⁻¹1
        weighted = self._weigh(crossed.values)
        self.mean = float(weighted.sum() / self.one)
        self.left = weighted - self.ones * self.mean  # Py
        self.form = float(crossed.values @ self.left)  # y'Py
        self.noise = max(self.form, 0.0) / max(len(crossed.values) - 1, 1)

    def _within_many(self, vector: Any) -> Any:
        """M⁻¹ of n numbers."""
        return vector - (self.g / self.inner * self.crossed.sum_many(vector))[self.crossed.many]

    def _spread(self, few: Any) -> Any:
        """M⁻¹W of as many numbers as there are few."""
        inside = self.g / self.inner * (self.crossed.table @ few)
        return few[self.crossed.few] - inside[self.crossed.many]

    def _weigh(self, vector: Any) -> Any:
        """H⁻¹ of n numbers."""
        first = self._within_many(vector)
        return first - self.h * self._spread(self.inverse @ self.crossed.sum_few(first))

    def project(self, vector: Any) -> Any:
        """P of n numbers."""
        weighted = self._weigh(vector)
        return weighted - self.ones * (weighted.sum() / self.one)

    @property
    def deviance(self) -> float:
        """Minus twice the restricted log likelihood at the best noise, less a constant."""
        degrees = len(self.crossed.values) - 1
        return self.log_determinant + float(np.log(self.one)) + degrees * float(np.log(self.form))

    def traces(self) -> tuple[float, float]:
        """Traces of Z'PZ and W'PW."""
        squares = self.crossed.product(lambda number: 1 / (1 + self.g * number) ** 2)
        many = (self.crossed.counts / self.inner).sum() - self.h * (self.inverse * squares).sum()
        few = (self.inverse * self.within).sum()
        return (
            float(many - (self.many_ones @ self.many_ones) / self.one),
            float(few - (self.few_ones @ self.few_ones) / self.one),
        )

    @cached_property
    def _reach(self) -> Any:
        return self.crossed.table @ self.inverse

    def diagonals(self) -> tuple[Any, Any]:
        """Diagonals of Z'PZ and W'PW: how much the scores tell of each of the many and of the few."""
        around = (self._reach * self.crossed.table).sum(axis=1)
        many = self.crossed.counts / self.inner - self.h * around / self.inner**2 - self.many_ones**2 / self.one
        few = (self.inverse * self.within).sum(axis=1) - self.few_ones**2 / self.one
        return many, few

    def score_diagonal(self) -> Any:
        """Diagonal of P: n numbers."""
        crossed, share = self.crossed, self.g / self.inner
        around = (self._reach * crossed.table).sum(axis=1)
        system = np.diag(self.inverse)[crossed.few] - 2 * share[crossed.many] * self._reach[crossed.many, crossed.few]
        system = system + (share**2 * around)[crossed.many]
        return (1 - share)[crossed.many] - self.h * system - self.ones**2 / self.one

    def by_role(self, many: Any, few: Any) -> tuple[Any, Any]:
        """What belongs to applications and what to reviewers, of a pair for the many and the few."""
        return (many, few) if self.crossed.applications_are_many else (few, many)
