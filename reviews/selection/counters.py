"""The rules as counters beside one another in one long whole number, so that one addition counts them all.

Each sum that rules bound has two counters: what may still be added below its greatest value, and what may still be
left out above its least. While candidates are undecided both are counted as if each decision went the better way for
that counter, so that a decision can only take from them. Above each counter stands a guard bit, which a counter below
zero clears; a set is possible while all guards stand. Source: Lamport, Multiple byte processing with full-word
instructions (1975).
"""

from typing import Final

from reviews.selection.system import System

NOBODY: Final = -1  # the decision for none of several candidates


class Layout:
    """Where the counters stand. Of the rules and limits alone, whatever the scores.

    group: for each candidate a rule that lets at most one of its members in, None where there is none; no candidate is
    in two of these rules. They need no counters: one decision is taken for all members together.
    start: all counters, with their guards, before any decision; guards: the guard bits; size: number of bits.
    step: for each candidate what its choice adds. tighten: for each rule the counter of the opposite side of its sum,
    as (shift, greatest less least value).
    """

    def __init__(self, system: System) -> None:
        self.group: list[int | None] = [None] * system.n
        self.step = [0] * system.n
        self.tighten: dict[int, tuple[int, int]] = {}
        self.start = self.guards = self.size = 0
        self._shifts: list[tuple[int, int]] = []  # of the two counters of a sum
        self._weights: list[dict[int, int]] = [{} for _ in range(system.n)]  # for each candidate: sum -> weight
        self._freedom: dict[tuple[int, ...], int] = {}
        sums: dict[tuple[str, str, int], list[int]] = {}
        for at, rule in enumerate(system.rules):
            if rule.kind not in ("include", "exclude") and system.limits[at] is not None:
                sums.setdefault((*rule.row, system.unit[at]), []).append(at)
        for rules in sums.values():
            if len(rules) > 1 or not self._groups(system, rules[0]):
                self._add(system, rules)

    def _groups(self, system: System, at: int) -> bool:
        """Take a rule as a group where it lets at most one in and shares no candidate with a former one."""
        rule = system.rules[at]
        if rule.sense != "max" or rule.weights is not None or system.limits[at] != 1:
            return False
        if any(self.group[place] is not None for place in rule.members):
            return False
        for place in rule.members:
            self.group[place] = at
        return True

    def _add(self, system: System, rules: list[int]) -> None:
        """Two counters for one sum."""
        members = system.rules[rules[0]].members
        weights = [abs(weight) for weight in system.matrix[rules[0], list(members)].tolist()]
        above = [at for at in rules if system.rules[at].sense == "max"]
        below = [at for at in rules if system.rules[at].sense == "min"]
        most = min([sum(weights), *(system.right(at) // system.unit[at] for at in above)])
        least = max([0, *(system.right(at) // system.unit[at] for at in below)])
        if most == sum(weights) and not least:
            return
        bits = max(sum(weights), least).bit_length() + 1
        number, shifts = len(self._shifts), (self.size, self.size + bits + 1)
        self._shifts.append(shifts)
        self.size += 2 * (bits + 1)
        for shift, room in zip(shifts, (most, -least), strict=True):
            self.guards += 1 << shift + bits
            self.start += (1 << shift + bits) + (room << shift)
        self.tighten |= dict.fromkeys(above, (shifts[1], most - least))
        self.tighten |= dict.fromkeys(below, (shifts[0], most - least))
        for place, weight in zip(members, weights, strict=True):
            if weight:
                self._weights[place][number] = weight
                self.step[place] += (weight << shifts[1]) - (weight << shifts[0])

    def freedom(self, choices: tuple[int, ...]) -> int:
        """What several choices (places or NOBODY), one of which will be taken, add while it is open which.

        Of each sum: to the upper counter what the lightest would take, to the lower what the heaviest would bring.
        """
        if choices not in self._freedom:
            columns = [{} if place == NOBODY else self._weights[place] for place in choices]
            added = 0
            for number in {number for column in columns for number in column}:
                weights = [column.get(number, 0) for column in columns]
                upper, lower = self._shifts[number]
                added += (max(weights) << lower) - (min(weights) << upper)
            self._freedom[choices] = added
        return self._freedom[choices]
