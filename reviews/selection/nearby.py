"""The best set without a proof: of all sets whose score comes near the bound, counted through one by one.

Let y >= 0 be multipliers of the rules Ax <= b, as the relaxation gives them, in whole numbers; f that of the score s;
c = yA - f s. For every 0/1 x

    f s(x) = bound - loss(x),    bound = yb - min cz over all z,
    loss(x) = sum of |c_i| over the candidates where x departs from the least cz  +  y (b - Ax),

and no part of the loss is below 0 where x keeps the rules. So few sets have a loss within a small room: a candidate
with |c_i| above the room is settled, the slack of a rule is at most room / y, and what is left is gone through. The
best of the sets within the room is the best of all as soon as there is one: all others lose more, and sets of equal
score lose equally, so that ties are seen. The room begins small and grows; what takes too long is left to the search.
What the relaxation says decides how long it takes, not what comes out.
Sources: Dantzig, Fulkerson and Johnson, Solution of a large-scale traveling-salesman problem (1954), for settling by
reduced costs; Balas and Zemel, An algorithm for large zero-one knapsack problems (1980), for the growing core.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from reviews.selection.counters import NOBODY, Layout
from reviews.selection.relaxation import Relaxation
from reviews.selection.search import Search
from reviews.selection.system import SCORE, System, least

MOST: Final = 20_000  # so many partial sets are looked at for one room
MORE: Final = 12  # so many more candidates are left open for each room, beyond those of the relaxation's basis
_ROOMS: Final = 4
_Decision = list[tuple[int, int]]  # choices (places or NOBODY) of which one is taken, and what each loses


class Nearby:
    """Chooses again and again under other scores, limits and bounds of the same rules. most, more: as MOST and MORE."""

    def __init__(self, relaxation: Relaxation, most: int = MOST, more: int = MORE) -> None:
        self.relaxation, self.most, self.more = relaxation, most, more
        self._limits, self._layout = relaxation.system.limits, Layout(relaxation.system)

    def best(
        self, system: System, known: Iterable[frozenset[int]] = (), within: Mapping[int, int] | None = None
    ) -> frozenset[int] | None:
        """The best set by score, keys and ids; None where no set keeps the rules.

        known: sets that may be good. within: only sets with these places left out (0) or put in (1).
        """
        if system.limits is not self._limits:
            self._limits, self._layout = system.limits, Layout(system)
        view = _View(system, self._layout, self.relaxation.turn_to(system), dict(within or {}))
        met = [chosen for chosen in known if view.allows(chosen)]
        for room in view.rooms(self.more, min(map(view.loss, met), default=None)):
            found = view.sets(room, self.most)
            if found and (loss := view.loss(found[0])) > room:
                met.append(found[0])
                found = view.sets(loss, self.most)
            if found:
                return min(found, key=system.standing)
            if found is None:
                break
        return Search(system, met, prove=False, within=within, relaxation=self.relaxation).run().best


class _View:
    """One system between bounds of its candidates, seen from the optimum of its relaxation."""

    def __init__(self, system: System, layout: Layout, relaxation: Relaxation, within: dict[int, int]) -> None:
        self.system, self.layout, self.within = system, layout, within
        put_in, left_out = system.forced
        self.low, self.high = np.zeros(system.n, dtype=np.int64), np.ones(system.n, dtype=np.int64)
        for place, value in (dict.fromkeys(left_out, 0) | dict.fromkeys(put_in, 1) | within).items():
            self.low[place] = self.high[place] = value
        answer = relaxation.best_score(self.low, self.high)
        by_hand = self.low[list(put_in)].all() and not self.high[list(left_out)].any()
        self.solved = answer.status == "optimal" and by_hand
        self.multipliers = answer.multipliers
        self.costs, right = system.sum_of({SCORE: system.fine, **self.multipliers}, 0, 0)
        self.sizes = np.abs(self.costs)
        self.bound = int(right) - least(self.costs, self.low, self.high)

    def allows(self, chosen: frozenset[int]) -> bool:
        """Whether a set keeps all rules and bounds."""
        within = all((place in chosen) == bool(value) for place, value in self.within.items())
        return within and self.system.keeps_rules(chosen)

    def loss(self, chosen: Iterable[int]) -> int:
        """By how much a set stays below the bound."""
        return self.bound - self.system.fine * sum(self.system.scores[at] for at in chosen)

    def rooms(self, more: int, known: int | None) -> Iterator[int]:
        """Growing rooms, at last the loss of a known set; none where the relaxation has no optimum to begin from."""
        sizes = np.sort(self.sizes[self.low < self.high])
        for turn in range(_ROOMS if self.solved else 0):
            number = len(self.multipliers) + more * (turn + 1)
            room = int(sizes[min(number, len(sizes)) - 1]) if len(sizes) else 0
            if known is not None and known <= room:
                yield known
                return
            yield room
            if number >= len(sizes):
                return

    def sets(self, room: int, most: int) -> list[frozenset[int]] | None:
        """The sets of the greatest score among all with a loss within the room and some of a greater one.

        Empty where there is none; None where more than `most` partial sets would have to be looked at.
        """
        bounded = self.low == self.high
        is_open = ~bounded & (self.sizes <= room)
        inside = np.flatnonzero(~is_open & np.where(bounded, self.high == 1, self.costs < 0)).tolist()
        taken = [group for place in inside if (group := self.layout.group[place]) is not None]
        if len(taken) > len(set(taken)):
            return []
        several = []
        decisions = self._decisions(frozenset(taken), np.flatnonzero(is_open).tolist())
        lowest = [min([loss for _, loss in decision]) for decision in decisions]
        room -= sum(lowest)
        for decision, base in zip(decisions, lowest, strict=True):
            left = [(choice, loss - base) for choice, loss in decision if loss - base <= room]
            if len(left) > 1:
                several.append(left)
            elif left and left[0][0] != NOBODY:
                inside.append(left[0][0])
        several.sort(key=_weight, reverse=True)
        return self._combined(inside, several, room, most) if room >= 0 else []

    def _decisions(self, taken: frozenset[int], opened: Sequence[int]) -> list[_Decision]:
        """One for the open candidates of each group, one for each of none. taken: groups that have their one."""
        together: dict[int, list[int]] = {}
        for place in opened:
            group = self.layout.group[place]
            together.setdefault(-1 - place if group is None else group, []).append(place)
        decisions = []
        for group, places in together.items():
            costs = self.costs[places].tolist()
            nobody = -sum([cost for cost in costs if cost < 0])
            if group in taken:
                decisions.append([(NOBODY, nobody)])
                continue
            slack = self.multipliers.get(group, 0)
            choices = [(place, nobody + cost) for place, cost in zip(places, costs, strict=True)]
            decisions.append([(NOBODY, nobody + slack), *choices])
        return decisions

    def _combined(
        self, inside: Sequence[int], several: list[_Decision], room: int, most: int
    ) -> list[frozenset[int]] | None:
        """Take decision after decision, for all partial sets at once.

        Each partial set is one whole number: the rules' counters, above them the room that is left with its guard,
        then a mark for each choice, then the score of all choices.
        """
        layout, scores = self.layout, self.system.scores
        guard = layout.size + room.bit_length() + 1
        guards = layout.guards | 1 << guard
        state = layout.start + (room << layout.size) + (1 << guard) + sum([layout.step[place] for place in inside])
        for rule, times in self.multipliers.items():
            if times and rule in layout.tighten:
                shift, width = layout.tighten[rule]
                state -= max(0, width - room // times) << shift
        names = [choice for decision in several for choice, _ in decision if choice != NOBODY]
        marks, top = guard + 1, guard + 1 + len(names)
        steps: list[list[int]] = []
        for decision in several:
            freedom = layout.freedom(tuple([choice for choice, _ in decision]))
            state += freedom
            steps.append([])
            for choice, loss in decision:
                step = -freedom - (loss << layout.size)
                if choice != NOBODY:
                    step += layout.step[choice] + (1 << marks) + (scores[choice] << top)
                    marks += 1
                steps[-1].append(step)
        states = [state] if state & guards == guards else []
        for choices in steps:
            states = [after for before in states for step in choices if (after := before + step) & guards == guards]
            most -= len(states)
            if most < 0:
                return None
        marks = guard + 1
        highest = max(states, default=0) >> top
        return [
            frozenset([*inside, *[name for at, name in enumerate(names, marks) if state >> at & 1]])
            for state in states
            if state >> top == highest
        ]


def _weight(decision: _Decision) -> float:
    """Decisions that cost much come first: they leave the least room to the others."""
    return sum([loss for _, loss in decision]) / len(decision)
