"""The rules as exact inequalities over 0/1 choices, and sums of them that contradict themselves."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from math import gcd
from typing import Any, Final

import numpy as np

from reviews.selection.instance import Instance
from reviews.selection.rules import Rule, rules_of

SCORE: Final = "score"  # the row "total score at least that of the chosen set"
KEYS: Final = "keys"  # the row "sum of keys at most that of the chosen set"
_SAFE: Final = 2**62
Combination = dict[Any, int]  # row -> multiplier; rows: position of a rule, SCORE, KEYS, or a frozenset set aside


def key_of(seed: str, unit: str) -> int:
    """The first 8 hexadecimal digits of SHA-256 over `seed:id`, as a whole number below 2**32."""
    return int(hashlib.sha256(f"{seed}:{unit}".encode()).hexdigest()[:8], 16)


@dataclass(frozen=True, eq=False)
class System:
    """Candidates 0 … n-1 in the order of their ids, and the rules between them.

    scores: n whole numbers, millionths of a point; keys: n whole numbers below 2**32.
    limits: for each rule its limit, or None where the rule is taken away.
    unit: for each rule the common divisor of its weights and limit, by which solver and multipliers count.
    """

    ids: tuple[str, ...]
    scores: tuple[int, ...]
    keys: tuple[int, ...]
    rules: tuple[Rule, ...]
    limits: tuple[int | None, ...]
    unit: tuple[int, ...]
    matrix: Any  # for each rule its n weights / unit, negative where it is a minimum
    largest: int  # of |score|

    @classmethod
    def of(cls, instance: Instance) -> "System":
        """The system of an instance with all its rules."""
        rules = rules_of(instance)
        units = tuple(_unit(rule) for rule in rules)
        scores = tuple(candidate.score for candidate in instance.candidates)
        return cls(
            ids=tuple(candidate.id for candidate in instance.candidates),
            scores=scores,
            keys=tuple(key_of(instance.seed, candidate.id) for candidate in instance.candidates),
            rules=rules,
            limits=tuple(rule.limit for rule in rules),
            unit=units,
            matrix=_matrix(rules, units, len(scores)),
            largest=max((abs(score) for score in scores), default=0),
        )

    @property
    def n(self) -> int:
        """Number of candidates."""
        return len(self.ids)

    def without(self, *rules: int) -> "System":
        """The same with some rules taken away."""
        return replace(self, limits=tuple(None if at in rules else limit for at, limit in enumerate(self.limits)))

    def only(self, rules: Iterable[int]) -> "System":
        """The same with no other rules than these."""
        kept = frozenset(rules)
        return replace(self, limits=tuple(limit if at in kept else None for at, limit in enumerate(self.limits)))

    def with_limit(self, rule: int, limit: int) -> "System":
        """The same with another limit for one rule."""
        if limit % self.unit[rule] == 0:
            return replace(self, limits=(*self.limits[:rule], limit, *self.limits[rule + 1 :]))
        unit = _unit(replace(self.rules[rule], limit=limit))
        units = (*self.unit[:rule], unit, *self.unit[rule + 1 :])
        limits = (*self.limits[:rule], limit, *self.limits[rule + 1 :])
        return replace(self, limits=limits, unit=units, matrix=_matrix(self.rules, units, self.n))

    def with_scores(self, scores: Iterable[int]) -> "System":
        """The same with other scores."""
        new = tuple(scores)
        other = replace(self, scores=new, largest=max(map(abs, new), default=0))
        for name in ("rights", "_sizes", "fine", "forced", "key_array"):  # of the rules and keys alone
            other.__dict__[name] = getattr(self, name)
        return other

    @cached_property
    def score_array(self) -> Any:
        """The scores as n floats."""
        return np.array(self.scores, dtype=float)

    @cached_property
    def key_array(self) -> Any:
        """The keys as n floats."""
        return np.array(self.keys, dtype=float)

    @cached_property
    def fine(self) -> int:
        """Into how many parts of a millionth multipliers are rounded: enough for the greatest right side."""
        greatest = max(
            (abs(limit) // unit for limit, unit in zip(self.limits, self.unit, strict=True) if limit), default=1
        )
        return 1 << max(20, greatest.bit_length() + 8)

    def right(self, rule: int) -> int:
        """The limit of a rule that stands. Raises KeyError for one taken away."""
        limit = self.limits[rule]
        if limit is None:
            raise KeyError(self.rules[rule].name)
        return limit

    @cached_property
    def pairs(self) -> list[tuple[int, ...]]:
        """Rules about the same sum from both sides that stand together."""
        sides: dict[tuple[str, str], list[int]] = {}
        for at, rule in enumerate(self.rules):
            if self.limits[at] is not None:
                sides.setdefault(rule.row, []).append(at)
        return [tuple(rules) for rules in sides.values() if len(rules) > 1]

    @cached_property
    def splitting_weights(self) -> Any:
        """What makes a candidate worth splitting by, n floats: number of rules times score above the least."""
        return (self.matrix != 0).sum(axis=0) * (self.score_array - self.score_array.min(initial=0.0) + 1.0)

    @cached_property
    def rights(self) -> Any:
        """For each rule its right side in its unit, signed as its weights; out of reach where it is taken away."""
        return np.array([_SAFE if limit is None else limit // unit * (1 if rule.sense == "max" else -1)
                         for rule, limit, unit in zip(self.rules, self.limits, self.unit, strict=True)],
                        dtype=np.int64)  # fmt: skip

    @cached_property
    def _sizes(self) -> Any:
        """For each rule the largest weight in its unit, as floats."""
        sizes: Any = np.abs(self.matrix).max(axis=1, initial=0)
        return sizes.astype(float)

    @cached_property
    def score_wholes(self) -> Any:
        """The scores as n whole numbers of 64 bit."""
        return np.array(self.scores, dtype=np.int64)

    def keeps_rules(self, chosen: frozenset[int]) -> bool:
        """Whether a set keeps every rule, in whole numbers."""
        if self._sizes.max(initial=0.0) * self.n < _SAFE / 2:
            sums: Any = self.matrix[:, list(chosen)].sum(axis=1)
            return not np.any(sums > self.rights)
        return all(
            limit is None or _keeps(rule, limit, chosen)
            for rule, limit in zip(self.rules, self.limits, strict=True)
        )  # fmt: skip

    def standing(self, chosen: Iterable[int]) -> tuple[int, int, list[int]]:
        """What sets are compared by, smallest first: minus the score, sum of keys, sorted places (as sorted ids)."""
        places = sorted(chosen)
        return -sum(self.scores[at] for at in places), sum(self.keys[at] for at in places), places

    @cached_property
    def forced(self) -> tuple[dict[int, int], dict[int, int]]:
        """Candidates that rules by hand put in and leave out: place -> position of the rule."""
        put_in: dict[int, int] = {}
        left_out: dict[int, int] = {}
        for at, rule in enumerate(self.rules):
            if rule.kind == "include" and self.limits[at] == 1:
                put_in[rule.members[0]] = at
            elif rule.kind == "exclude" and self.limits[at] == 0:
                left_out[rule.members[0]] = at
        return put_in, left_out

    def sum_of(self, combination: Combination, score: int, keys: int) -> tuple[Any, int]:
        """Add rows up, each times its multiplier (a whole number, not negative), as sum(left * x) <= right.

        Rules count in their units. score, keys: right sides of the rows SCORE and KEYS.
        Returns left, an array of n whole numbers (64 bit where they are sure to fit, else of any size), and right.
        """
        rules = [row for row in combination if row.__class__ is int]
        times = [combination[row] for row in rules]
        others = [(row, each) for row, each in combination.items() if row.__class__ is not int]
        rights = self.rights[rules].tolist()
        right = sum(each * limit for each, limit in zip(times, rights, strict=True))
        if self._fits(rules, times, others):
            left: Any = np.array(times, dtype=np.int64) @ self.matrix[rules]
        else:
            left = np.array(times, dtype=object) @ self.matrix[rules].astype(object) + np.zeros(self.n, dtype=object)
        for row, each in others:
            if row == SCORE:
                left -= each * (self.score_wholes if left.dtype != object else np.array(self.scores, dtype=object))
                right -= each * score
            elif row == KEYS:
                left += each * np.array(self.keys, dtype=left.dtype)
                right += each * keys
            elif isinstance(row, frozenset):  # another set than this one
                left -= each
                left[list(row)] += 2 * each
                right += each * (len(row) - 1)
        return left, right

    def _fits(self, rules: list[int], times: list[int], others: list[tuple[Any, int]]) -> bool:
        """Whether no partial sum can leave 64 bits; sizes as floats, which err by far less than the room left."""
        size = float(np.array(times, dtype=float) @ self._sizes[rules])
        for row, each in others:
            size += each * (float(self.largest) if row == SCORE else 2.0**32 if row == KEYS else 2.0)
        return size * max(self.n, 1) < _SAFE / 2


def least(left: Any, low: Any, high: Any) -> int:
    """The smallest value of sum(left * x) over whole x between low and high (n zeros and ones each)."""
    return int((np.where(left < 0, high, low) * left).sum()) if left.size else 0


def _unit(rule: Rule) -> int:
    return 1 if rule.weights is None else gcd(rule.limit, *rule.weights) or 1


def _matrix(rules: tuple[Rule, ...], units: tuple[int, ...], n: int) -> Any:
    matrix = np.zeros((len(rules), n), dtype=np.int64)
    for row, rule in enumerate(rules):
        weights = [weight // units[row] for weight in rule.weights or (1,) * len(rule.members)]
        matrix[row, list(rule.members)] = weights if rule.sense == "max" else [-weight for weight in weights]
    return matrix


def _keeps(rule: Rule, limit: int, chosen: frozenset[int]) -> bool:
    value = rule.value(chosen)
    return value <= limit if rule.sense == "max" else value >= limit
