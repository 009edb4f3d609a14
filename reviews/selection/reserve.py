"""Who may take a place that falls free, in the order in which choosing anew with the rest fixed would take them."""

from collections.abc import Iterable

from reviews.selection.instance import Instance
from reviews.selection.system import System


def reserve(instance: Instance, chosen: Iterable[str], size: int) -> tuple[str, ...]:
    """The first `size` candidates that could follow some chosen one while all others stay, within the rules.

    Order: the higher score, then the smaller key, then the id: for one free place, whoever of them fits it first is
    what `solve` answers with everyone else on the list fixed. That a unit must be on the list does not hold its place.
    """
    system = System.of(instance)
    system = system.without(*(at for at, rule in enumerate(system.rules) if rule.kind == "include"))
    best = frozenset(at for at, unit in enumerate(system.ids) if unit in set(chosen))
    found: list[str] = []
    rest = (at for at in range(system.n) if at not in best)
    for at in sorted(rest, key=lambda at: (-system.scores[at], system.keys[at], system.ids[at])):
        if len(found) == size:
            break
        if any(system.keeps_rules(best - {place} | {at}) for place in best):
            found.append(system.ids[at])
    return tuple(found)
