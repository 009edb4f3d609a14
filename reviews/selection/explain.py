"""Why each unit is on the list or not, and what each rule costs; every figure by solving again, none from prices."""

from dataclasses import dataclass
from math import gcd
from typing import Any, Final

from reviews.selection.conflict import obstacle
from reviews.selection.instance import Instance, points
from reviews.selection.nearby import Nearby
from reviews.selection.search import Search
from reviews.selection.system import System
from reviews.selection.tree import used_rows

FORMAT: Final = "selection-explanation/1"


@dataclass(frozen=True)
class Explanation:
    """candidates: one entry each, by id; rules: one entry each, in the order of the rules.

    A candidate has id, chosen, threshold, why, and
    - not chosen: threshold, the smallest score at which it would be chosen, all else equal (points with six places);
      displaces and brings, who would go and who would come with it then; let_in_by, rules any one of which, taken away,
      would let it in at its present score;
    - chosen: threshold, the smallest score at which it stays; below it, followed_by would come and leaves_with go.
    Where no score changes anything, threshold is null and why names the rules that fix it.
    A rule has rule, kind, of, limit, value (its sum over the chosen), binding (taken away, another list would be
    chosen), gain_without, and gain_of_one_more: total score gained by a limit looser by `step` (1; for the budget the
    common divisor of all amounts, as less cannot matter; for rules by hand none: they are there or not).
    """

    instance_sha256: str
    candidates: tuple[dict[str, Any], ...]
    rules: tuple[dict[str, Any], ...]

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            "format": FORMAT, "instance_sha256": self.instance_sha256,
            "candidates": list(self.candidates), "rules": list(self.rules),
        }  # fmt: skip


def explain(instance: Instance) -> Explanation | None:
    """Explain the list that `solve` chooses; None where the rules conflict, which `solve` explains.

    Thresholds are exact to the sixth place, ties included: all sets with (or without) a candidate move together with
    its score, so the best of them is found once and compared with the chosen one.
    """
    system = System.of(instance)
    search = Search(system)
    found = search.run()
    if found.best is None:
        return None
    teller = _Teller(instance, system, found.best, search)
    used = {row for row in used_rows(found) if isinstance(row, int)}
    rules = [teller.rule(at, used=at in used) for at in range(len(system.rules))]
    candidates = [teller.candidate(place) for place in range(system.n)]
    return Explanation(instance.sha256, tuple(candidates), tuple(rules))


class _Teller:
    """Solves again and again from the same start."""

    def __init__(self, instance: Instance, system: System, best: frozenset[int], search: Search) -> None:
        self.instance, self.system, self.best = instance, system, best
        self.nearby = Nearby(search.relaxation)
        self.standing = system.standing(best)
        self.let_in: dict[int, list[str]] = {}
        self.amounts = gcd(*(candidate.amount for candidate in instance.candidates)) or 1

    def rule(self, at: int, *, used: bool) -> dict[str, Any]:
        """What a rule does. One that the proof does not use can be spared without any change."""
        rule = self.system.rules[at]
        step = self.amounts if rule.kind == "budget" else None if rule.kind in ("include", "exclude") else 1
        gain = more = 0
        other = self.best
        if used:
            other, gain = self._again(self.system.without(at))
            for place in other - self.best:
                self.let_in.setdefault(place, []).append(rule.name)
            if gain and step is not None:
                loose = rule.limit + step if rule.sense == "max" else rule.limit - step
                _, more = self._again(self.system.with_limit(at, loose))
        return {
            "rule": rule.name, "kind": rule.kind, "of": rule.of, "limit": rule.limit, "value": rule.value(self.best),
            "binding": other != self.best, "gain_without": points(gain),
            "gain_of_one_more": None if step is None else points(more), "step": step,
        }  # fmt: skip

    def _again(self, system: System) -> tuple[frozenset[int], int]:
        best = self.nearby.best(system, [self.best])
        if best is None:
            raise ArithmeticError("fewer rules, yet no set keeps them")
        return best, self.standing[0] - system.standing(best)[0]

    def candidate(self, place: int) -> dict[str, Any]:
        """One candidate: at which score its fate changes, and whose with it."""
        chosen = place in self.best
        within = {place: 0 if chosen else 1}
        other = self.nearby.best(self.system, within=within)
        entry: dict[str, Any] = {"id": self.system.ids[place], "chosen": chosen, "threshold": None, "why": []}
        went, came = self.best - (other or self.best), (other or self.best) - self.best
        if chosen:
            entry |= {"followed_by": self._names(came), "leaves_with": self._names(went - {place})}
        else:
            entry |= {"displaces": self._names(went), "brings": self._names(came - {place})}
            entry["let_in_by"] = self.let_in.get(place, [])
        if other is None:
            entry["why"] = obstacle(self.system, within)
        else:
            entry["threshold"] = points(self._threshold(place, other))
        return entry

    def _threshold(self, place: int, other: frozenset[int]) -> int:
        """The smallest score of `place` with which the set that has it stands before the one that has not."""
        with_it, without = (self.best, other) if place in self.best else (other, self.best)
        ahead, behind = self.system.standing(with_it), self.system.standing(without)
        own = self.system.scores[place]
        tie = own + ahead[0] - behind[0]  # standings hold minus the score
        return tie if ahead[1:] < behind[1:] else tie + 1

    def _names(self, places: frozenset[int]) -> list[str]:
        return [self.system.ids[place] for place in sorted(places)]
