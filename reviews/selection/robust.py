"""How firmly the list stands: drawn anew over reviewers, and with one reviewer, criterion or rule left out."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import sqrt
from typing import Any, Final

import numpy as np

from reviews.reading import InvalidInstance
from reviews.selection.instance import Instance
from reviews.selection.nearby import Nearby
from reviews.selection.search import Search
from reviews.selection.system import System
from reviews.selection.tree import used_rows

FORMAT: Final = "selection-robustness/1"
DRAWS: Final = 1000
_SETS: Final = 10  # so many alternative lists are told


@dataclass(frozen=True)
class Robustness:
    """candidates: id, chosen, times (of the draws), and the 95 % interval of that share as decimal strings.

    core: chosen in every draw; borderline: in some. same: draws that gave the very list; sets: the most frequent other
    lists, as who leaves and who comes. left_out: reviewers, criteria, rules without which the list changes so.
    """

    instance_sha256: str
    draws: int
    same: int
    candidates: tuple[dict[str, Any], ...]
    core: tuple[str, ...]
    borderline: tuple[str, ...]
    sets: tuple[dict[str, Any], ...]
    left_out: dict[str, list[dict[str, Any]]]

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            "format": FORMAT, "instance_sha256": self.instance_sha256, "draws": self.draws, "same": self.same,
            "candidates": list(self.candidates), "core": list(self.core), "borderline": list(self.borderline),
            "sets": list(self.sets), "left_out": self.left_out,
        }  # fmt: skip


def robust(instance: Instance, draws: int = DRAWS) -> Robustness | None:
    """Draw reviewers with replacement, as many as there are, and choose anew, `draws` times. None: rules conflict.

    Reviewer number k of draw d is SHA-256 over `seed:draw:d:k` modulo the number of reviewers, in order of their names.
    A candidate's score moves by the mean of its marks in the draw less the mean of all its marks, to the nearest
    millionth (halves up); without a mark in the draw it stays. Marks of different criteria weigh the same.
    Raises InvalidInstance where there are no reviews.
    Source: Efron, Bootstrap methods (1979), clusters resampled as a whole; core and borderline as in robust portfolio
    modelling (Liesiö, Mild and Salo 2007).
    """
    if not instance.reviews:
        raise InvalidInstance("/reviews", "missing", "robustness needs reviews")
    chooser = _Chooser(System.of(instance))
    if chooser.best is None:
        return None
    marks = _Marks(instance)
    times: Counter[frozenset[int]] = Counter(chooser.choose(scores) for scores in marks.drawn(instance.seed, draws))
    often = np.zeros(chooser.system.n, dtype=int)
    for chosen, number in times.items():
        often[sorted(chosen)] += number
    ids = chooser.system.ids
    left_out = {"reviewers": [], "criteria": [], "rules": chooser.without_rules()}
    for name, scores in marks.without_reviewers():
        left_out["reviewers"].append({"reviewer": name, **chooser.move(chooser.choose(scores))})
    for name, scores in marks.without_criteria():
        left_out["criteria"].append({"criterion": name, **chooser.move(chooser.choose(scores))})
    others = sorted((-number, sorted(chosen)) for chosen, number in times.items() if chosen != chooser.best)
    return Robustness(
        instance_sha256=instance.sha256,
        draws=draws,
        same=times[chooser.best],
        candidates=tuple(
            {"id": ids[at], "chosen": at in chooser.best, "times": int(number), **_interval(int(number), draws)}
            for at, number in enumerate(often)
        ),
        core=tuple(ids[at] for at in np.flatnonzero(often == draws)),
        borderline=tuple(ids[at] for at in np.flatnonzero((often > 0) & (often < draws))),
        sets=tuple({"times": -minus, **chooser.move(frozenset(places))} for minus, places in others[:_SETS]),
        left_out=left_out,
    )


class _Chooser:
    """Chooses under other scores, each time from the best of the sets found before."""

    def __init__(self, system: System) -> None:
        self.system = system
        search = Search(system)
        found = search.run()
        self.best = found.best
        self.used = sorted(row for row in used_rows(found) if isinstance(row, int))
        self.nearby = Nearby(search.relaxation)
        self.pool: list[frozenset[int]] = []
        self._rows = np.zeros((64, system.n))
        if self.best is not None:
            self._keep(self.best)

    def _keep(self, chosen: frozenset[int]) -> None:
        if len(self.pool) == len(self._rows):
            self._rows = np.vstack([self._rows, np.zeros_like(self._rows)])
        self._rows[len(self.pool), sorted(chosen)] = 1
        self.pool.append(chosen)

    def choose(self, scores: Any) -> frozenset[int]:
        """The set that these scores choose (n whole numbers)."""
        start = self.pool[int((self._rows[: len(self.pool)] @ scores.astype(float)).argmax())]
        best = self.nearby.best(self.system.with_scores(scores.tolist()), [start])
        if best is None:
            raise ArithmeticError("the rules have not changed, yet no set keeps them")
        if best not in self.pool:
            self._keep(best)
        return best

    def without_rules(self) -> list[dict[str, Any]]:
        """How the list moves without each rule. One that the proof does not use moves nothing."""
        told = []
        for at, rule in enumerate(self.system.rules):
            other = self.best
            if at in self.used:
                other = self.nearby.best(self.system.without(at), self.pool[:1])
            told.append({"rule": rule.name, **self.move(other or frozenset())})
        return told

    def move(self, other: frozenset[int]) -> dict[str, list[str]]:
        """Who leaves and who comes against the chosen list."""
        best, ids = self.best or frozenset(), self.system.ids
        return {
            "leaves": [ids[at] for at in sorted(best - other)],
            "comes": [ids[at] for at in sorted(other - best)],
        }  # fmt: skip


class _Marks:
    """Sums and numbers of marks: n candidates x R reviewers x C criteria."""

    def __init__(self, instance: Instance) -> None:
        place = {candidate.id: at for at, candidate in enumerate(instance.candidates)}
        self.reviewers = sorted({review.reviewer for review in instance.reviews})
        self.criteria = sorted({review.criterion for review in instance.reviews})
        self.base = np.array([candidate.score for candidate in instance.candidates], dtype=np.int64)
        shape = len(place), len(self.reviewers), len(self.criteria)
        self.sums, self.numbers = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
        column = {name: at for at, name in enumerate(self.reviewers)}
        layer = {name: at for at, name in enumerate(self.criteria)}
        for review in instance.reviews:
            at = place[review.candidate], column[review.reviewer], layer[review.criterion]
            self.sums[at] += review.score
            self.numbers[at] += 1

    def _moved(self, sums: Any, numbers: Any) -> Any:
        """The scores, moved by the mean of these marks less the mean of all, to the nearest millionth, halves up."""
        all_sums, all_numbers = self.sums.sum(axis=(1, 2)), self.numbers.sum(axis=(1, 2))
        there = (numbers > 0) & (all_numbers > 0)
        under = np.where(there, numbers * all_numbers, 1)
        above = np.where(there, sums * all_numbers - all_sums * numbers, 0)
        return self.base + (2 * above + under) // (2 * under)

    def drawn(self, seed: str, draws: int) -> Iterator[Any]:
        """The scores of each draw."""
        sums, numbers = self.sums.sum(axis=2), self.numbers.sum(axis=2)
        size = len(self.reviewers)
        for draw in range(draws):
            picked = [_pick(f"{seed}:draw:{draw}:{turn}", size) for turn in range(size)]
            weights = np.bincount(picked, minlength=size)
            yield self._moved(sums @ weights, numbers @ weights)

    def without_reviewers(self) -> Iterator[tuple[str, Any]]:
        """Name and scores without each reviewer."""
        return self._without(self.reviewers, self.sums.sum(axis=2), self.numbers.sum(axis=2))

    def without_criteria(self) -> Iterator[tuple[str, Any]]:
        """Name and scores without each criterion; none where all marks are of one."""
        if len(self.criteria) < 2:
            return iter(())
        return self._without(self.criteria, self.sums.sum(axis=1), self.numbers.sum(axis=1))

    def _without(self, names: Iterable[str], sums: Any, numbers: Any) -> Iterator[tuple[str, Any]]:
        for at, name in enumerate(names):
            yield name, self._moved(sums.sum(axis=1) - sums[:, at], numbers.sum(axis=1) - numbers[:, at])


def _pick(text: str, size: int) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % size


def _interval(times: int, draws: int) -> dict[str, str]:
    """The 95 % interval of a share, three places. Source: Wilson, Probable inference (1927)."""
    z = 1.959964
    share, part = times / draws, z * z / draws
    middle = (share + part / 2) / (1 + part)
    half = z / (1 + part) * sqrt(share * (1 - share) / draws + part / (4 * draws))
    return {"low": f"{max(0.0, middle - half):.3f}", "high": f"{min(1.0, middle + half):.3f}"}
