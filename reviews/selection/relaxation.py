"""The linear relaxation, kept warm in HiGHS. Its numbers are hints: nothing is believed before it is summed exactly."""

from dataclasses import dataclass
from typing import Any, Final, Literal

import highspy
import numpy as np

from reviews.highs import Silent
from reviews.selection.system import Combination, System

_COARSE: Final = 1e-4  # a multiplier this close to a whole number is one, where it counts no more than this
# Coefficients are small whole numbers: scaling them before each of many short runs costs a tenth for nothing.
_OPTIONS: Final[dict[str, str | int]] = {
    "presolve": "off",
    "solver": "simplex",
    "threads": 1,
    "parallel": "off",
    "simplex_scale_strategy": 0,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the solver says: point (n floats) and multipliers of rows for `optimal`, multipliers alone for `empty`."""

    status: Literal["optimal", "empty", "unknown"]
    point: Any
    multipliers: Combination


class Relaxation:
    """max or min of a linear objective over the rules with 0 <= x <= 1; one model, changed in place."""

    def __init__(self, system: System) -> None:
        self.system = system
        self._rows: list[tuple[int | None, int | None]] = []  # for each row: rule above, rule below
        self._sides: list[tuple[float, float]] = []  # for each row: its left and right side as they stand
        self._sizes: list[float] = []  # for each row: the greatest right side, at least 1
        self.fine = system.fine
        self._aside: list[frozenset[int]] = []
        self._highs = Silent()
        for name, value in _OPTIONS.items():
            self._highs.setOptionValue(name, value)
        self._highs.passModel(self._model())
        self._columns = np.arange(system.n, dtype=np.int32)
        self._sizes_of = np.array([*self._sizes, 1.0])
        self._costs: Any = None  # as they stand in the model
        self._asked: System | None = None  # whose scores are in the next
        self._score_costs: Any = None
        self._basis: Any = None  # of the first optimum, to begin again from

    def turn_to(self, system: System) -> "Relaxation":
        """Begin anew, from the first optimum, with other scores or limits of the same rules (in the same units)."""
        if self._aside:
            first = len(self._rows)
            self._highs.deleteRows(len(self._aside), list(range(first, first + len(self._aside))))
            self._aside = []
        changed = self._rows if system.limits is not self.system.limits else ()
        for row, (above, below) in enumerate(changed):
            sides = _side(system, below, -highspy.kHighsInf), _side(system, above, highspy.kHighsInf)
            if sides != self._sides[row]:
                self._highs.changeRowBounds(row, *sides)
                self._sides[row] = sides
        self.system, self.fine = system, system.fine
        if self._basis is not None:
            self._highs.setBasis(self._basis)
        return self

    def set_aside(self, chosen: frozenset[int]) -> None:
        """From now on: another set than this one."""
        coefficients = np.ones(self.system.n)
        coefficients[list(chosen)] = -1
        self._highs.addRow(1.0 - len(chosen), highspy.kHighsInf, self.system.n, self._columns, coefficients)
        self._aside.append(chosen)

    def best_score(self, low: Any, high: Any) -> Answer:
        """Greatest total score between the column bounds (n floats each); multipliers count in system.fine."""
        scale = max(1, self.system.largest) / 1e6
        if self._asked is not self.system:
            self._asked, self._score_costs = self.system, self.system.score_array / -scale
        answer = self._run(self._score_costs, low, high, scale)
        if self._basis is None and answer.status == "optimal" and not self._aside:
            self._basis = self._highs.getBasis()
        return answer

    def least_keys(self, low: Any, high: Any, flips: Any, room: float) -> tuple[Answer, float]:
        """Least sum of keys between the bounds with flips @ x <= room; also the multiplier of that last row.

        flips: n floats. Without any, the row is left away.
        """
        scale = 2.0**12
        keys = self.system.key_array
        size = float(np.abs(flips).max()) if flips.size else 0.0
        if size == 0.0:
            return self._run(keys / scale, low, high, scale), 0.0
        self._highs.addRow(-highspy.kHighsInf, room / size, self.system.n, self._columns, flips / size)
        answer = self._run(keys / scale, low, high, scale)
        dual = -self._highs.getSolution().row_dual[-1] if answer.status == "optimal" else 0.0
        self._highs.deleteRows(1, [len(self._rows) + len(self._aside)])
        return answer, max(0.0, dual * scale / size)

    def _run(self, costs: Any, low: Any, high: Any, scale: float) -> Answer:
        highs = self._highs
        if costs is not self._costs:
            highs.changeColsCost(self.system.n, self._columns, costs)
            self._costs = costs
        highs.changeColsBounds(self.system.n, self._columns, low, high)
        highs.run()
        status = highs.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            solution = highs.getSolution()
            duals = np.array(solution.row_dual) * scale
            return Answer("optimal", np.array(solution.col_value), self._combination(duals))
        if status == highspy.HighsModelStatus.kInfeasible:
            _, found, ray = highs.getDualRay()  # type: ignore[attr-defined]
            if found:
                ray = np.array(ray)
                return Answer("empty", None, self._combination(ray / (np.abs(ray).max() or 1.0)))
        return Answer("unknown", None, {})

    def _combination(self, duals: Any) -> Combination:
        """Row duals of a minimum as multipliers of rules: above the row where negative, below it where positive."""
        fine, first = self.fine, len(self._rows)
        duals = duals[: first + len(self._aside)]
        wholes = np.rint(duals)
        near = (np.abs(duals - wholes) * self._sizes_of[np.minimum(np.arange(len(duals)), first)] < _COARSE) & (
            wholes != 0
        )
        rounded = np.rint(duals * fine)
        found: Combination = {}
        for row in np.flatnonzero(rounded).tolist():
            times = int(wholes[row]) * fine if near[row] else int(rounded[row])
            if row >= first:
                if times > 0:
                    found[self._aside[row - first]] = times
                continue
            rule = self._rows[row][times > 0]
            if rule is not None:
                found[rule] = abs(times)
        return found

    def _model(self) -> highspy.HighsLp:
        """Rules that bound the same sum from both sides share a row; rules that cannot bind have none."""
        system = self.system
        sums: dict[tuple[str, str], list[int]] = {}
        for at, rule in enumerate(system.rules):
            if rule.kind not in ("include", "exclude") and _can_bind(system, at):
                sums.setdefault((*rule.row, str(system.unit[at])), []).append(at)  # type: ignore[arg-type]
        starts, low, high = [0], [], []
        index: list[Any] = []
        value: list[Any] = []
        for members in sums.values():
            above = next((at for at in members if system.rules[at].sense == "max"), None)
            below = next((at for at in members if system.rules[at].sense == "min"), None)
            self._rows.append((above, below))
            places = np.array(system.rules[members[0]].members, dtype=np.int32)
            index.append(places)
            value.append(np.abs(system.matrix[members[0], places]).astype(float))
            starts.append(starts[-1] + len(places))
            low.append(_side(system, below, -highspy.kHighsInf))
            high.append(_side(system, above, highspy.kHighsInf))
            self._sides.append((low[-1], high[-1]))
            self._sizes.append(max([1.0, *(abs(side) for side in (low[-1], high[-1]) if abs(side) < 1e300)]))
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = system.n, len(self._rows)
        model.col_cost_ = np.zeros(system.n)
        model.col_lower_, model.col_upper_ = np.zeros(system.n), np.ones(system.n)
        model.row_lower_, model.row_upper_ = np.array(low, dtype=float), np.array(high, dtype=float)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.array(starts, dtype=np.int32)
        model.a_matrix_.index_ = np.concatenate(index or [np.zeros(0)]).astype(np.int32)
        model.a_matrix_.value_ = np.concatenate(value or [np.zeros(0)])
        return model


def _can_bind(system: System, at: int) -> bool:
    """Whether some set breaks the rule."""
    rule, limit = system.rules[at], system.limits[at]
    if limit is None:
        return False
    return sum(rule.weights or (1,) * len(rule.members)) > limit if rule.sense == "max" else limit > 0


def _side(system: System, at: int | None, otherwise: float) -> float:
    limit = None if at is None else system.limits[at]
    return otherwise if at is None or limit is None else limit / system.unit[at]
