"""Who may take a place that falls free, in the order in which choosing anew with the rest fixed would take them."""

from collections.abc import Iterable

from reviews.selection.instance import Instance
from reviews.selection.system import System


def reserve(instance: Instance, chosen: Iterable[str], size: int) -> tuple[str, ...]:
    """The first `size` candidates that could follow some chosen one while all others stay, within the rules.

    Order: the higher score, then the smaller key, then the id: for one free place, whoever of them fits it first is
    what `solve` answers with everyone else on the list fixed. That a unit must be on the list does not hold its place.
    """
    return tuple(replacements(instance, chosen, size))


def replacements(instance: Instance, chosen: Iterable[str], size: int) -> dict[str, tuple[str, ...]]:
    """The reserve in its order, and for each of it the chosen ones whose place it could take, sorted."""
    system = System.of(instance)
    system = system.without(*(at for at, rule in enumerate(system.rules) if rule.kind == "include"))
    best = frozenset(at for at, unit in enumerate(system.ids) if unit in set(chosen))
    found: dict[str, tuple[str, ...]] = {}
    rest = (at for at in range(system.n) if at not in best)
    for at in sorted(rest, key=lambda at: (-system.scores[at], system.keys[at], system.ids[at])):
        if len(found) == size:
            break
        places = [place for place in sorted(best) if system.keeps_rules(best - {place} | {at})]
        if places:
            found[system.ids[at]] = tuple(system.ids[place] for place in places)
    return found
