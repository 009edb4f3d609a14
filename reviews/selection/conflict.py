"""Where no set keeps every rule: a smallest set of rules that cannot hold together, and what would mend it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import highspy
import numpy as np

from reviews.highs import Silent
from reviews.selection.certificate import impossibility_of
from reviews.selection.decision import Decision
from reviews.selection.instance import Instance, points
from reviews.selection.search import Search
from reviews.selection.system import System
from reviews.selection.tree import Found, used_rows

_ROUNDS: Final = 400  # after so many the conflict is one that no rule can leave, smallest or not


def undecidable(instance: Instance, system: System) -> Decision:
    """The decision that there is none: the conflict, the least change for each of its rules, and the proof."""
    plain = system.with_scores([0] * system.n)
    conflict = smallest_conflict(plain)
    alone = plain.only(conflict)
    without = {
        system.rules[at].name: sorted(_possible(alone.without(at)).best or frozenset[int]()) for at in conflict
    }  # fmt: skip
    return Decision(
        status="infeasible",
        chosen=(),
        total_score=points(0),
        total_amount=0,
        by_region={},
        optimal_sets_tied=False,
        instance_sha256=instance.sha256,
        certificate=impossibility_of(alone, _possible(alone), without),
        conflict=tuple(_entry(plain, conflict, at) for at in conflict),
    )


def smallest_conflict(system: System) -> list[int]:
    """Positions of the fewest rules that cannot hold together; among equally few the first ones.

    Source: deletion filter over the rules of a proof (Chinneck and Dravnieks 1991), then implicit hitting sets: what a
    set breaks, a conflict must meet (Ignatiev et al., Smallest MUS extraction, 2015).
    """
    core = _reduced(system, sorted(_used(_possible(system))))
    if len(core) == 1:
        return core
    standing = [at for at, limit in enumerate(system.limits) if limit is not None]
    met: list[list[int]] = []
    for _ in range(_ROUNDS):
        few = _hitting(standing, met)
        if len(few) == len(core):  # as many as the core has: nothing smaller exists
            return core
        found = _possible(system.only(few))
        if found.best is None:
            return few
        met.append(_broken_at_least(system, few, standing, found.best))
    return core


def obstacle(system: System, within: Mapping[int, int]) -> list[str]:
    """Names of rules that no set with these places left out (0) or put in (1) keeps; none of them can be spared."""
    plain = system.with_scores([0] * system.n)
    return [plain.rules[at].name for at in _reduced(plain, sorted(_used(_possible(plain, within))), within)]


def _possible(system: System, within: Mapping[int, int] | None = None) -> Found:
    return Search(system, ties=False, within=within).run()


def _used(found: Found) -> set[int]:
    """The rules that a proof uses."""
    return {row for row in used_rows(found) if isinstance(row, int)}


def _reduced(system: System, core: list[int], within: Mapping[int, int] | None = None) -> list[int]:
    """Leave out, one by one, rules without which the others still cannot hold together."""
    kept = core
    for rule in core:
        fewer = [at for at in kept if at != rule]
        found = _possible(system.only(fewer), within)
        if found.best is None:
            used = _used(found)
            kept = [at for at in fewer if at in used]
    return kept


def _broken_at_least(system: System, few: list[int], standing: list[int], chosen: frozenset[int]) -> list[int]:
    """Rules left over when as many as go are added to `few` while a set keeps them all; `chosen` keeps few."""
    kept, broken = list(few), []
    for at in standing:
        if at in few:
            continue
        if _keeps(system, at, chosen):
            kept.append(at)
            continue
        found = _possible(system.only([*kept, at]))
        if found.best is None:
            broken.append(at)
        else:
            chosen = found.best
            kept.append(at)
    return broken


def _keeps(system: System, at: int, chosen: frozenset[int]) -> bool:
    value = system.rules[at].value(chosen)
    return value <= system.right(at) if system.rules[at].sense == "max" else value >= system.right(at)


def _hitting(standing: list[int], met: list[list[int]]) -> list[int]:
    """The fewest rules, and first among those, of which each list in `met` holds one."""
    place = {rule: number for number, rule in enumerate(standing)}
    highs = Silent()
    highs.setOptionValue("mip_rel_gap", 0.0)
    size = len(standing)
    for number in range(size):
        highs.addVar(0.0, 1.0)
        highs.changeColCost(number, 2.0 * size + number / size)
        highs.changeColIntegrality(number, highspy.HighsVarType.kInteger)
    for rules in met:
        columns = np.array([place[rule] for rule in rules], dtype=np.int32)
        highs.addRow(1.0, highspy.kHighsInf, len(columns), columns, np.ones(len(columns)))
    highs.run()
    values = highs.getSolution().col_value
    return [rule for number, rule in enumerate(standing) if values[number] > 0.5]


def _entry(system: System, conflict: Sequence[int], at: int) -> dict[str, Any]:
    """One rule of the conflict, with the nearest limit that makes the rest possible and why no other does."""
    rule = system.rules[at]
    value, alone = _reach(system.without(at), at), True
    if value is None:  # another conflict stands beside this one
        value, alone = _reach(system.only(other for other in conflict if other != at), at), False
    others = [system.rules[other].name for other in conflict if other != at]
    code, why = _reason(system, at, others, value)
    return {
        "rule": rule.name, "kind": rule.kind, "of": rule.of, "limit": rule.limit,
        "change_to": value, "enough": alone, "code": code, "why": why,
    }  # fmt: skip


def _reach(system: System, at: int) -> int | None:
    """How near to its limit a rule can come when the rules of the system hold: the value of its sum. None: never."""
    rule = system.rules[at]
    sign = -1 if rule.sense == "max" else 1
    scores = [0] * system.n
    for place, weight in zip(rule.members, rule.weights or (1,) * len(rule.members), strict=True):
        scores[place] = sign * weight
    found = Search(system.with_scores(scores), ties=False).run()
    return None if found.best is None else rule.value(found.best)


def _reason(system: System, at: int, others: Iterable[str], value: int | None) -> tuple[str, str]:
    rule = system.rules[at]
    _, left_out = system.forced
    eligible = sum(place not in left_out for place in rule.members)
    if rule.sense == "min" and rule.kind != "include" and eligible < rule.limit:
        words = f"only {eligible} eligible candidates"
        return "too_few_candidates", words if value == eligible else f"{words}, and the other rules leave {value}"
    return "against_rules", f"cannot hold together with {', '.join(others)}" if others else "cannot hold at all"
