"""A draw among lists that cannot be told apart at the border, each candidate's exact probability known before."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np

from reviews.reading import InvalidInstance
from reviews.selection.instance import Instance
from reviews.selection.search import Search
from reviews.selection.system import System

FORMAT: Final = "selection-lottery/1"
MOST_LISTS: Final = 100_000


@dataclass(frozen=True)
class Lottery:
    """certain: chosen whatever is drawn; probabilities: of each candidate at the border, exact fractions.

    lists: how many lists take part, each as likely as any other; lists_sha256: digest of them all, one a line, ids
    joined by commas, sorted. drawn: the list drawn by the seed, None where no seed is published yet.
    """

    instance_sha256: str
    certain: tuple[str, ...]
    probabilities: dict[str, Fraction]
    lists: int
    lists_sha256: str
    drawn: tuple[str, ...] | None

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            "format": FORMAT, "instance_sha256": self.instance_sha256, "certain": list(self.certain),
            "probabilities": {unit: str(share) for unit, share in self.probabilities.items()},
            "lists": self.lists, "lists_sha256": self.lists_sha256,
            "drawn": None if self.drawn is None else list(self.drawn),
        }  # fmt: skip


def lottery(instance: Instance) -> Lottery | None:
    """Draw where intervals of scores overlap at the border. None: the rules conflict.

    The border: a chosen candidate and one that is not, each with an interval, whose intervals overlap and who could
    change places within the rules. The lists: all of the same length that keep the rules, leave everyone else where the
    optimum has them, and put nobody behind one who lies wholly below: no change of places within the rules would bring
    in a candidate whose interval begins above the end of another's. One is drawn by the published `lottery.seed`:
    number SHA-256 of `seed:lists_sha256` modulo their number, in order.
    Raises InvalidInstance where the rule set asks for no lottery, or more than 100,000 lists would take part.
    Source: ex post validity as in Goldberg, Fanti and Shah, arXiv 2506.19083.
    """
    if not instance.lottery:
        raise InvalidInstance("/lottery", "missing", "this rule set asks for no lottery")
    system = System.of(instance)
    best = Search(system).run().best
    if best is None:
        return None
    draw = _Draw(instance, system, best)
    lists = sorted(sorted(system.ids[at] for at in chosen) for chosen in draw.lists())
    digest = hashlib.sha256("\n".join(",".join(ids) for ids in lists).encode()).hexdigest()
    times = {system.ids[at]: 0 for at in sorted(draw.border)}
    for ids in lists:
        for unit in ids:
            if unit in times:
                times[unit] += 1
    drawn = None
    if instance.lottery_seed is not None:
        number = int(hashlib.sha256(f"{instance.lottery_seed}:{digest}".encode()).hexdigest(), 16) % len(lists)
        drawn = tuple(lists[number])
    return Lottery(
        instance_sha256=instance.sha256,
        certain=tuple(system.ids[at] for at in sorted(best - draw.border)),
        probabilities={unit: Fraction(number, len(lists)) for unit, number in times.items()},
        lists=len(lists),
        lists_sha256=digest,
        drawn=drawn,
    )


class _Draw:
    """The border of one optimum and the lists around it."""

    def __init__(self, instance: Instance, system: System, best: frozenset[int]) -> None:
        self.system, self.best = system, best
        self.intervals = [candidate.interval for candidate in instance.candidates]
        self.border = self._border()

    def _border(self) -> frozenset[int]:
        found: set[int] = set()
        for inside in self.best:
            for outside in range(self.system.n):
                if outside in self.best or {inside, outside} <= found or not self._overlap(inside, outside):
                    continue
                if self.system.keeps_rules(self.best - {inside} | {outside}):
                    found |= {inside, outside}
        return frozenset(found)

    def _overlap(self, one: int, other: int) -> bool:
        first, second = self.intervals[one], self.intervals[other]
        return first is not None and second is not None and first[0] <= second[1] and second[0] <= first[1]

    def lists(self) -> list[frozenset[int]]:
        """All lists that take part; the optimum is one of them."""
        found: list[frozenset[int]] = []
        for chosen in self._combinations():
            if self._fair(chosen):
                found.append(chosen)
                if len(found) > MOST_LISTS:
                    raise InvalidInstance("/lottery", "too_many", f"more than {MOST_LISTS} lists would take part")
        return found

    def _combinations(self) -> Iterator[frozenset[int]]:
        """Sets that keep the rules: those certain, and as many of the border as the optimum has."""
        border = sorted(self.border)
        certain = self.best - self.border
        matrix, rights = self.system.matrix, self.system.rights
        start = matrix[:, sorted(certain)].sum(axis=1)
        # what the candidates from a place on can still take off each sum
        relief = np.zeros((len(border) + 1, len(matrix)), dtype=np.int64)
        for at in reversed(range(len(border))):
            relief[at] = relief[at + 1] + np.minimum(matrix[:, border[at]], 0)
        stack: list[tuple[int, tuple[int, ...], Any]] = [(0, (), start)]
        needed = len(self.best) - len(certain)
        steps = 0
        while stack:
            at, taken, sums = stack.pop()
            steps += 1
            if steps > 20 * MOST_LISTS:
                raise InvalidInstance("/lottery", "too_many", f"more than {MOST_LISTS} lists would take part")
            if len(taken) + len(border) - at < needed or (sums + relief[at] > rights).any():
                continue
            if len(taken) == needed:
                if (sums <= rights).all():
                    yield certain | frozenset(taken)
                continue
            stack.append((at + 1, taken, sums))
            stack.append((at + 1, (*taken, border[at]), sums + matrix[:, border[at]]))

    def _fair(self, chosen: frozenset[int]) -> bool:
        for outside in self.border - chosen:
            for inside in self.border & chosen:
                above, below = self.intervals[outside], self.intervals[inside]
                if above is None or below is None or above[0] <= below[1]:
                    continue
                if self.system.keeps_rules(chosen - {inside} | {outside}):
                    return False
        return True
