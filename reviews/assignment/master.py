"""The assignment as a linear programme over part of the pairs, with whole-number search where the programme splits."""

from dataclasses import dataclass
from math import floor
from typing import Any, Final

import highspy
import numpy as np

from reviews.assignment.tables import Tables
from reviews.highs import Silent

_NEAR: Final = 1e-6
_FEW: Final = 60_000  # up to so many pairs all are in from the start
_INFINITY: Final = highspy.kHighsInf


@dataclass(frozen=True)
class Relaxed:
    """bound: no assignment has a greater sum; costs: n x m, what the bound loses at least if a pair is used (<= 0)."""

    bound: float
    costs: Any
    point: Any


class Master:
    """max sum(wish * x): numbers, groups, loads up to `cap`, and an affinity of at least `floors` for each application.

    Floors are rows only for applications that would fall below; pairs are columns only where they could be used.
    """

    def __init__(self, tables: Tables, floors: int, start: Any) -> None:
        self.tables = tables
        self.floors = floors
        self.floored: list[int] = []
        self._relaxed: Relaxed | None = None
        self._relaxed_at = -1  # the cap of the relaxation that is kept
        self.may = tables.may.copy()
        self.must = tables.must.copy()
        self.inside = self.may if self.may.sum() <= _FEW else self._promising(start)
        for row in np.flatnonzero(tables.totals(start) < floors):
            self._floor(int(row))

    def _promising(self, start: Any) -> Any:
        """The pairs of a known assignment, the pinned ones and the best of each application."""
        tables = self.tables
        wish = np.where(tables.may, tables.wish, -1)
        kept = min(wish.shape[1], 5 * tables.each)
        edge = np.partition(wish, wish.shape[1] - kept, axis=1)[:, wish.shape[1] - kept][:, None]
        return tables.may & ((wish >= np.maximum(edge, 1)) | start | tables.must)

    def _floor(self, row: int) -> None:
        """Hold one application to the floor: out with whom it can never have then, in with whom it must have."""
        self.floored.append(row)
        self.may[row] &= self.tables.alone_with(row) >= self.floors
        self.must[row] |= self.may[row] & (self.tables.alone_without(row) < self.floors)
        self.inside = self.inside & self.may

    def _short(self, totals: Any) -> bool:
        """Hold to the floor whoever fell below it; False if nobody did."""
        news = [int(row) for row in np.flatnonzero(totals < self.floors - _NEAR) if row not in self.floored]
        for row in news:
            self._floor(row)
        return bool(news)

    def relax(self, cap: int) -> Relaxed | None:
        """The greatest sum with fractions allowed; pairs left out come in while they could gain. None: impossible."""
        while True:
            answer = _Model(self, self.inside, cap).relaxed()
            if answer is None:
                if (self.inside == self.may).all():
                    return None
                self.inside = self.may
                continue
            gaining = (answer.costs > _NEAR) & ~self.inside & self.may
            if gaining.any():
                self.inside = self.inside | gaining
            elif not self._short((self.tables.wish * answer.point).sum(axis=1)):
                self._relaxed, self._relaxed_at = answer, cap
                return answer

    def highest_floor(self, most: int, cap: int) -> int:
        """A bound on the smallest affinity of any application: the linear one, rounded down, at most `most`."""
        self.floored = list(range(len(self.tables.wish)))
        return min(most, floor(_Model(self, self.may, cap).highest_floor(most) + _NEAR))

    def whole(self, cap: int, at_least: int = 0) -> Any | None:
        """The assignment with the greatest sum of all; None where none reaches `at_least`.

        First among pairs that cost the bound little; more pairs come in until those left out are proven useless.
        """
        width = 4.0
        relaxed = self._relaxed if self._relaxed_at == cap else self.relax(cap)
        while relaxed is not None and floor(relaxed.bound + _NEAR) >= at_least:
            near = (self.may & (relaxed.costs >= -width)) | self.must
            everything = bool((near == self.may).all())
            chosen = _Model(self, near, cap).whole()
            if chosen is not None and self._short(self.tables.totals(chosen)):
                relaxed = self.relax(cap)
                continue
            total = -1 if chosen is None else int(self.tables.totals(chosen).sum())
            if everything or (chosen is not None and relaxed.bound - width < total + 1 - _NEAR):
                return None if total < at_least else chosen
            width = relaxed.bound - total + 1 if chosen is not None else width * 8 if width < 100 else _INFINITY
        return None

    def by_keys(self, cap: int, total: int) -> Any:
        """Among the assignments with this sum the one with the smallest sum of keys."""
        while True:
            relaxed = self.relax(cap)
            if relaxed is None:
                raise ArithmeticError("an assignment was found, yet none exists")
            near = (self.may & (relaxed.costs >= total - relaxed.bound - _NEAR)) | self.must
            chosen = _Model(self, near, cap).least_keys(total)
            if chosen is None:
                raise ArithmeticError("an assignment was found, yet none exists")
            if not self._short(self.tables.totals(chosen)):
                return chosen


class _Model:
    """One model over some pairs. Rows: n numbers, groups asked for (n each), m loads, floors."""

    def __init__(self, master: Master, inside: Any, cap: int) -> None:
        self.master, self.tables = master, master.tables
        tables = self.tables
        self.rows, self.columns = np.nonzero(inside)
        self.wish = tables.wish[self.rows, self.columns].astype(float)
        self.low = master.must[self.rows, self.columns].astype(float)
        self.asked = [at for at, least in enumerate(tables.least) if least > 0]
        self.floored = master.floored
        self.floors = master.floors
        self.cap = cap
        self.highs = Silent()
        self.highs.setOptionValue("threads", 1)

    def _pass(self, costs: Any, *, whole: bool, extra: list[tuple[float, Any]] | None = None) -> None:
        tables, (n, m), size = self.tables, self.tables.wish.shape, len(self.rows)
        everyone = np.arange(size)
        groups = tables.group[self.columns]
        places = [(everyone, self.rows), (everyone, n * (1 + len(self.asked)) + self.columns)]
        for at, group in enumerate(self.asked):
            inside = np.flatnonzero(groups == group)
            places.append((inside, n * (1 + at) + self.rows[inside]))
        values = [np.ones(len(pairs)) for pairs, _ in places]
        first = n * (1 + len(self.asked)) + m
        where = np.full(n, -1)
        where[self.floored] = np.arange(len(self.floored))
        inside = np.flatnonzero((where[self.rows] >= 0) & (self.wish > 0))
        places.append((inside, first + where[self.rows[inside]]))
        values.append(self.wish[inside])
        low = [np.full(n, tables.each), *(np.full(n, tables.least[group]) for group in self.asked), tables.low,
               np.full(len(self.floored), self.floors)]  # fmt: skip
        high = [np.full(n, tables.each), np.full(n * len(self.asked), _INFINITY), np.minimum(tables.high, self.cap),
                np.full(len(self.floored), _INFINITY)]  # fmt: skip
        for number, (least, row) in enumerate(extra or []):
            places.append((everyone, np.full(size, first + len(self.floored) + number)))
            values.append(row)
            low.append(np.array([least]))
            high.append(np.array([_INFINITY]))
        self._give(costs, places, values, np.concatenate(low), np.concatenate(high), whole=whole)

    def _give(self, costs: Any, places: Any, values: Any, low: Any, high: Any, *, whole: bool) -> None:
        pairs = np.concatenate([pair for pair, _ in places])
        rows = np.concatenate([row for _, row in places])
        order = np.lexsort((rows, pairs))
        size = len(self.rows)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = size, len(low)
        model.col_cost_, model.col_lower_, model.col_upper_ = costs, self.low, np.ones(size)
        model.row_lower_, model.row_upper_ = low.astype(float), high.astype(float)
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = np.searchsorted(pairs[order], np.arange(size + 1)).astype(np.int32)
        model.a_matrix_.index_ = rows[order].astype(np.int32)
        model.a_matrix_.value_ = np.concatenate(values)[order]
        if whole:
            model.integrality_ = [highspy.HighsVarType.kInteger] * size
        self.highs.passModel(model)

    def relaxed(self) -> Relaxed | None:
        """Solve with fractions. The bound is summed anew from the multipliers, over all pairs."""
        self._pass(-self.wish, whole=False)
        self.highs.run()
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = self.highs.getSolution()
        tables, (n, m) = self.tables, self.tables.wish.shape
        duals = np.array(solution.row_dual)
        low, high = np.array(self.highs.getLp().row_lower_), np.array(self.highs.getLp().row_upper_)
        right = np.where(duals > 0, low, high)
        duals = np.where(np.isfinite(right) & (np.abs(right) < _INFINITY), duals, 0.0)
        costs = tables.wish + duals[:n, None]
        for at, group in enumerate(self.asked):
            costs = costs + np.where(tables.group == group, duals[n * (1 + at) : n * (2 + at), None], 0.0)
        first = n * (1 + len(self.asked))
        costs = costs + duals[None, first : first + m]
        for at, row in enumerate(self.floored):
            costs[row] += duals[first + m + at] * tables.wish[row]
        gain = np.where(self.master.must, costs, np.maximum(costs, 0.0))
        bound = float((-duals * np.where(duals == 0, 0.0, right)).sum() + gain[self.master.may].sum())
        point = np.zeros((n, m))
        point[self.rows, self.columns] = solution.col_value
        return Relaxed(bound, costs, point)

    def highest_floor(self, most: int) -> float:
        """The greatest floor that all floored applications can have together, fractions allowed; below zero: none."""
        self.floors = 0
        self._pass(np.zeros(len(self.rows)), whole=False)
        n, m = self.tables.wish.shape
        first = n * (1 + len(self.asked)) + m
        rows = np.arange(first, first + len(self.floored), dtype=np.int32)
        self.highs.addCol(-1.0, 0.0, float(most), len(rows), rows, np.full(len(rows), -1.0))
        self.highs.run()
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return -1.0
        return -float(self.highs.getInfo().objective_function_value)

    def whole(self) -> Any | None:
        """The greatest sum in whole numbers: n x m, or None where there is none."""
        self._pass(-self.wish, whole=True)
        return self._searched(0.999)

    def least_keys(self, total: int) -> Any:
        """The smallest sum of keys with at least this sum of affinity."""
        keys = self.tables.keys(np.stack([self.rows, self.columns], axis=1))
        self._pass(keys / 2.0**22, whole=True, extra=[(float(total), self.wish)])
        return self._searched(1e-9)

    def _searched(self, gap: float) -> Any | None:
        for name, value in (("mip_rel_gap", 0.0), ("mip_abs_gap", gap)):
            self.highs.setOptionValue(name, value)
        self.highs.run()
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        chosen = np.zeros(self.tables.wish.shape, dtype=bool)
        chosen[self.rows, self.columns] = np.array(self.highs.getSolution().col_value) > 0.5
        return chosen
