"""Branch and bound whose every cut-off is a sum of rules in whole numbers; what it returns is therefore a proof."""

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from reviews.selection.relaxation import Relaxation
from reviews.selection.system import KEYS, SCORE, Combination, System, least
from reviews.selection.tree import Branch, Found

_NEAR: Final = 1e-6
_PARTS: Final = 1024  # the multiplier of the score row of step 2 is rounded up to this part
_WIDE: Final = 1000  # a candidate whose change costs this many times what is left to lose is settled


@dataclass(slots=True)
class _Open:
    """A branch not yet closed, with the combination that bounds it (None: none could be had) and the bound's parts."""

    branch: Branch
    combination: Combination | None
    bound: int
    own: int  # the bound by its own combination


class Search:
    """One search over one system. Sets in `known` that keep the rules are starting points.

    ties: whether steps 2 and 3 are asked for; without them any set of the greatest score is best, and the tree proves
    no more than that. prove: whether the tree shall be a proof; without it the search is shorter. within: only sets
    with these places left out (0) or put in (1). relaxation: one to be used again.
    """

    def __init__(
        self,
        system: System,
        known: Iterable[frozenset[int]] = (),
        *,
        ties: bool = True,
        prove: bool = True,
        within: Mapping[int, int] | None = None,
        relaxation: Relaxation | None = None,
    ) -> None:
        self.system = system
        self.ties = ties
        self.prove = prove
        self.within = dict(within or {})
        self.put_in, self.left_out = system.forced
        self.forced = dict.fromkeys(self.left_out, 0) | dict.fromkeys(self.put_in, 1)
        self.again = relaxation is not None
        self.relaxation = Relaxation(system) if relaxation is None else relaxation.turn_to(system)
        self.fine = system.fine
        self.best: frozenset[int] | None = None
        self.standing: tuple[int, int, list[int]] | None = None
        self.aside: list[frozenset[int]] = []
        self._barred: set[frozenset[int]] = set()
        self.tied = False
        self.nodes = 0
        self._score = self._keys = 0  # of best
        self._row = 0  # right side of the row "score"
        self._low, self._high = np.zeros(system.n, dtype=np.int64), np.ones(system.n, dtype=np.int64)
        for place, value in self.forced.items():
            self._low[place] = self._high[place] = value
        self._weights = system.splitting_weights
        self._queue: list[tuple[int, int, _Open]] = []  # best bound first, then the newest
        candidates = [chosen for chosen in known if system.keeps_rules(chosen) and self._is_within(chosen)]
        if candidates:
            self._meet(min(candidates, key=system.standing), barred=False)

    def run(self) -> Found:
        """Search to the end, the branch with the highest bound first."""
        root = Branch(dict(self.within))
        if self.again or not self._plainly_impossible(root):
            self._visit(root, sum(filter(_positive, self.system.scores)) * self.fine)
        while self._queue:
            self._take_up(heapq.heappop(self._queue)[2])
        return Found(self.best, self.tied, root, self.aside, self.nodes)

    def _plainly_impossible(self, root: Branch) -> bool:
        """One rule by itself, or two about the same sum, for which solvers report no multipliers."""
        low, high = self._bounds(root)
        smallest = np.where(self.system.matrix < 0, high, low) * self.system.matrix
        for at in np.flatnonzero(smallest.sum(axis=1) > self.system.rights).tolist():
            if self._closes(root, {at: 1}):
                return True
        return any(self._closes(root, dict.fromkeys(pair, 1)) for pair in self.system.pairs)

    # -- sets that are met ------------------------------------------------------------------------------------------

    def _meet(self, chosen: frozenset[int], *, barred: bool = True) -> None:
        """A set that keeps the rules: put it aside, and keep it as best where it is.

        barred: whether the relaxation leaves it out from now on. A set known before is left out when it is met again:
        its row makes points fractional, for nothing if the relaxation never comes there.
        """
        standing = self.system.standing(chosen)
        if self.standing is None or standing[0] < self.standing[0]:
            self.tied = False
        elif standing[0] == self.standing[0]:
            self.tied = True
        if self.standing is None or standing < self.standing:
            self.best, self.standing = chosen, standing
            self._score, self._keys = -standing[0], standing[1]
            self._row = self._score if self.ties else self._score + 1
        self.aside.append(chosen)
        if barred and self.ties:
            self._bar(chosen)

    def _bar(self, chosen: frozenset[int]) -> None:
        self._barred.add(chosen)
        self.relaxation.set_aside(chosen)

    def _is_within(self, chosen: frozenset[int]) -> bool:
        return all((place in chosen) == bool(value) for place, value in self.within.items())

    def _is_news(self, chosen: frozenset[int]) -> bool:
        """Whether the relaxation is to be solved again after meeting a set."""
        if chosen not in self.aside and self.system.keeps_rules(chosen):
            self._meet(chosen)
            return True
        if self.ties and chosen in self.aside and chosen not in self._barred:
            self._bar(chosen)
            return True
        return False

    # -- one branch -------------------------------------------------------------------------------------------------

    def _visit(self, branch: Branch, inherited: int) -> None:
        """Bound a branch by the score; close it, or queue it with the place where it would be split."""
        while True:
            self.nodes += 1
            low, high = self._bounds(branch)
            answer = self.relaxation.best_score(low, high)
            if answer.status == "optimal":
                combination = {SCORE: self.fine, **answer.multipliers}
                left, right = self.system.sum_of(combination, 0, 0)
                own = right - least(left, low, high)
                if self.prove:
                    branch.bounds = (combination, *branch.bounds)
                if not self.prove and branch.fixings == self.within and self.standing is not None:
                    self._settle(left, own, low, high)
                if self.standing is not None and own < self._row * self.fine:
                    self._close(branch, combination, left)
                    return
                bound = min(own, inherited)
                branch.place = self._fractional(answer.point)
                if branch.place is None and self._is_news(_set_of(answer.point)):
                    continue
                self._put(_Open(branch, combination, bound, own))
                return
            if answer.status == "empty" and self._closes(branch, answer.multipliers):
                return
            self._put(_Open(branch, None, inherited, inherited))
            return

    def _put(self, item: _Open) -> None:
        heapq.heappush(self._queue, (-(item.bound // self.fine), -self.nodes, item))

    def _take_up(self, item: _Open) -> None:
        """Close a queued branch by what has been found meanwhile or by the keys; otherwise split it."""
        branch = item.branch
        if item.combination is not None and self.standing is not None:
            if item.own < self._row * self.fine and self._closes(branch, item.combination):
                return
            if self.tied and item.bound // self.fine <= self._score and self._close_by_keys(branch, item.combination):
                return
        place = branch.place
        if place is None:
            place = self._any_free(branch)
        if place is None:
            self._close_point(branch)
            return
        branch.place = place
        out, within = (Branch(branch.fixings | {place: value}, bounds=branch.bounds) for value in (0, 1))
        branch.parts = (out, within)
        for part in branch.parts:
            self._visit(part, item.bound)

    def _close_point(self, branch: Branch) -> None:
        """Nothing is free: one set is left. It breaks a rule, or it is met and put aside."""
        chosen = _set_of(self._bounds(branch)[0])
        for at, limit in enumerate(self.system.limits):
            if limit is not None and self._closes(branch, {at: 1}):
                return
        if chosen not in self.aside:
            self._meet(chosen)
        if not self._closes(branch, {chosen: 1} if self.ties else {SCORE: 1}):
            raise ArithmeticError("a single set that is no longer itself")

    # -- step 2 -----------------------------------------------------------------------------------------------------

    def _close_by_keys(self, branch: Branch, by_score: Combination) -> bool:
        """No set here has a better score: close the branch by the sum of keys. False: it must be split.

        The score row is used through the reduced costs of `by_score`: sum(|cost| of changes) <= room, whose
        numbers are small where the row's own are nearly equal and large.
        """
        above = self._above(branch) if self.prove else {}
        if above is None:
            return False
        while True:
            left, right = self.system.sum_of(by_score, self._score, 0)
            low, high = self._bounds(branch)
            room = right - least(left, low, high)
            free = low < high
            settled = free & (np.abs(left).astype(float) > room * _WIDE)
            low[settled & (left < 0)] = 1
            high[settled & (left > 0)] = 0
            flips = np.where(free & ~settled, left, 0).astype(float) / self.fine
            slack = room / self.fine + float(flips[flips < 0].sum())
            self.nodes += 1
            answer, times = self.relaxation.least_keys(low, high, flips, slack)
            if answer.status == "unknown":
                return False
            combination = dict(answer.multipliers)
            if answer.status == "optimal":
                combination[KEYS] = self.fine
            if self._closes(branch, self._with_score(combination, by_score, left, settled, times)):
                branch.above = above
                return True
            if answer.status == "empty":
                return False
            branch.place = self._fractional(answer.point)
            if branch.place is None and self._is_news(_set_of(answer.point)):
                continue
            return False

    def _above(self, branch: Branch) -> Combination | None:
        """A combination that shows that no set here has a greater score than the best one; None where none is known."""
        for combination in branch.bounds:
            left, right = self.system.sum_of(combination, self._score + 1, 0)
            if right < least(left, *self._bounds(branch)):
                return self._whole(combination, left)
        return None

    def _with_score(
        self, combination: Combination, by_score: Combination, costs: Any, settled: Any, times: float
    ) -> Combination:
        """Add so many times the score's combination that no settled candidate gains by a change."""
        left, _ = self.system.sum_of(combination, self._score, self._keys)
        parts = int(times * _PARTS)
        for place in np.flatnonzero(settled):
            gain, cost = int(left[place]), int(costs[place])
            if gain * cost < 0:
                parts = max(parts, -(-abs(gain) * _PARTS // abs(cost)))
        total = {row: value * _PARTS for row, value in combination.items()}
        if parts:
            for row, value in by_score.items():
                total[row] = total.get(row, 0) + value * parts
        return total

    # -- helpers ----------------------------------------------------------------------------------------------------

    def _bounds(self, branch: Branch) -> tuple[Any, Any]:
        low, high = self._low.copy(), self._high.copy()
        for place, value in branch.fixings.items():
            low[place] = high[place] = value
        return low, high

    def _settle(self, left: Any, bound: int, low: Any, high: Any) -> None:
        """Fix for good every candidate whose change alone would take the bound of all sets below the best one.

        What is then closed is no proof by itself, as the certificate knows no such step; hence only without `prove`.
        """
        certain = (low < high) & (np.abs(left) > bound - self._row * self.fine)
        self._low[certain & (left < 0)] = 1
        self._high[certain & (left > 0)] = 0

    def _closes(self, branch: Branch, combination: Combination) -> bool:
        """Close the branch if the sum of rows contradicts itself there."""
        if not combination:
            return False
        left, right = self.system.sum_of(combination, self._row, self._keys)
        if right >= least(left, *self._bounds(branch)):
            return False
        self._close(branch, combination, left)
        return True

    def _close(self, branch: Branch, combination: Combination, left: Any) -> None:
        """Keep the combination that closes a branch."""
        branch.closed_by = self._whole(combination, left)

    def _whole(self, combination: Combination, left: Any) -> Combination:
        """The combination with the rules by hand that its left side needs."""
        whole = dict(combination)
        for place, rule in self.put_in.items():
            if left[place] > 0:
                whole[rule] = whole.get(rule, 0) + int(left[place])
        for place, rule in self.left_out.items():
            if left[place] < 0:
                whole[rule] = whole.get(rule, 0) - int(left[place])
        return whole

    def _fractional(self, point: Any) -> int | None:
        """The candidate to split by: far from 0 and 1, in many rules, of a good score. None where all are whole."""
        distance = np.minimum(point, 1 - point)
        distance[distance <= _NEAR] = 0.0
        if not distance.any():
            return None
        return int((distance * self._weights).argmax())

    def _any_free(self, branch: Branch) -> int | None:
        low, high = self._bounds(branch)
        free = np.flatnonzero(low < high)
        return int(free[0]) if free.size else None


def _positive(score: int) -> bool:
    return score > 0


def _set_of(point: Any) -> frozenset[int]:
    return frozenset(np.flatnonzero(point > 0.5).tolist())
