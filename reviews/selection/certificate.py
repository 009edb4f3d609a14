"""The proof in the decision: a branching tree whose leaves are sums of rules that contradict themselves.

{"aside": [[ids] …], "tree": node, "sha256": digest of the decision without this field}

A node is {"split": id, "without": node, "with": node} or a leaf {"multipliers": {row: fraction}, "margin": fraction}.
Rows are the rules by name, counted as sum(weights of the chosen) <= limit or >= limit; "score": total score at least
that of the chosen set, in millionths; "keys": sum of keys at most that of the chosen set; "other:0": another set than
the chosen one, "other:1" … than the sets aside. The margin is the right side of the sum of rows less the smallest
value of its left side over all 0/1 choices in the leaf; below zero, no set in the leaf is as good as the chosen one.
With the score's multiplier 1 this is weak duality: no set there has more than the total found plus the margin (step
1), or, where "keys" takes part, none has a smaller sum of keys (step 2). Such a leaf also has "above": {multipliers,
margin} with the row "more", a total score of at least one millionth more than that of the chosen set, for step 1.
What "other" leaves out is compared directly (step 3). Where nothing is possible, rows are rules of the conflict
alone, and "possible_without" names for each a set that keeps the others.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import gcd
from typing import Any, Final

import numpy as np

from reviews.selection.canonical import sha256_of
from reviews.selection.system import KEYS, SCORE, Combination, System, least
from reviews.selection.tree import Branch, Found, used_rows

MORE: Final = "more"  # the row "total score greater than that of the chosen set"


def certificate_of(system: System, found: Found) -> dict[str, Any]:
    """The proof that found.best is the set to choose, not yet sealed."""
    if found.best is None:
        raise ValueError("no set is chosen")
    minus_score, keys, _ = system.standing(found.best)
    used = used_rows(found)
    tied = [chosen for chosen in found.aside if chosen != found.best and system.standing(chosen)[0] == minus_score]
    aside = [chosen for chosen in found.aside if chosen != found.best and (chosen in used or chosen in tied[:1])]
    writer = _Writer(system, [found.best, *aside], -minus_score, keys)
    return {
        "aside": [[system.ids[at] for at in sorted(chosen)] for chosen in aside],
        "tree": writer.node(found.tree),
    }


def impossibility_of(system: System, found: Found, without: Mapping[str, Sequence[int]]) -> dict[str, Any]:
    """The proof that no set keeps the rules of the system; without: for each rule a set that keeps all others."""
    return {
        "possible_without": {rule: [system.ids[at] for at in sorted(places)] for rule, places in without.items()},
        "tree": _Writer(system, [], 0, 0).node(found.tree),
    }


def sealed(decision: dict[str, Any]) -> dict[str, Any]:
    """The decision as JSON with the digest of all the rest in certificate.sha256: one changed field shows."""
    certificate = {name: value for name, value in decision["certificate"].items() if name != "sha256"}
    digest = sha256_of({**decision, "certificate": certificate})
    return {**decision, "certificate": {**certificate, "sha256": digest}}


class _Writer:
    """Writes nodes; sets: what "other:0", "other:1" … stand for; score, keys: of the chosen set."""

    def __init__(self, system: System, sets: list[frozenset[int]], score: int, keys: int) -> None:
        self.system = system
        self.numbers = {chosen: number for number, chosen in enumerate(sets)}
        self.score, self.keys = score, keys

    def node(self, branch: Branch) -> dict[str, Any]:
        if branch.closed_by is not None:
            leaf = self._leaf(branch.closed_by, branch.fixings, self.score)
            if branch.above is not None and KEYS in branch.closed_by:
                leaf["above"] = self._leaf(branch.above, branch.fixings, self.score + 1, names={SCORE: MORE})
            return leaf
        if branch.place is None or branch.parts is None:
            raise ValueError("a branch that is still open")
        without, within = branch.parts
        return {"split": self.system.ids[branch.place], "without": self.node(without), "with": self.node(within)}

    def _leaf(
        self, combination: Combination, fixings: Mapping[int, int], score: int, names: Mapping[Any, str] | None = None
    ) -> dict[str, Any]:
        left, right = self.system.sum_of(combination, score, self.keys)
        low, high = np.zeros(self.system.n, dtype=np.int64), np.ones(self.system.n, dtype=np.int64)
        for place, value in fixings.items():
            low[place] = high[place] = value
        margin = right - least(left, low, high)
        norm = combination.get(SCORE) or combination.get(KEYS) or gcd(*combination.values())
        multipliers = {
            (names or {}).get(row) or self._name(row): self._fraction(row, times, norm)
            for row, times in combination.items()
            if times
        }
        return {"multipliers": dict(sorted(multipliers.items())), "margin": str(Fraction(margin, norm))}

    def _name(self, row: Any) -> str:
        if isinstance(row, frozenset):
            return f"other:{self.numbers[row]}"
        return row if isinstance(row, str) else self.system.rules[row].name

    def _fraction(self, row: Any, times: int, norm: int) -> str:
        return str(Fraction(times, norm * (self.system.unit[row] if isinstance(row, int) else 1)))
