"""From the question to the answer."""

from reviews.selection.conflict import undecidable
from reviews.selection.decision import Decision, decided
from reviews.selection.instance import Instance
from reviews.selection.search import Search
from reviews.selection.system import System


def solve(instance: Instance) -> Decision:
    """Choose the set of units with the greatest total score that keeps every rule of balance.

    Scores count in millionths of a point, amounts in whole yuan, all sums in whole numbers. Among sets of equal score
    the smallest sum of keys wins (the key of a unit: the first 8 hexadecimal digits of SHA-256 over `seed:id`), then
    the smallest sorted list of ids: the same input, in any order, gives the same list.
    Where no set keeps every rule, status is "infeasible" and conflict names a smallest set of rules that cannot hold
    together. The certificate is what `verify` checks without any solver.
    Source: the batch's rule set, frozen when the batch opened.
    """
    system = System.of(instance)
    found = Search(system).run()
    if found.best is None:
        return undecidable(instance, system)
    return decided(instance, system, found.best, found)
