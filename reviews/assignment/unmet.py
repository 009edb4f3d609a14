"""Why a reviewer who fits an application better is not among its reviewers. Pure Python."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from reviews.assignment.instance import Instance, Pair
from reviews.assignment.tables import Tables

MOST_NAMED: Final = 5  # of each application, the best fitting first


@dataclass(frozen=True)
class Standing:
    """How one application came out. best: its affinity if it were the only application; total: the affinity it has.

    unmet: (reviewer, affinity, why), the best fitting first; why is conflict, kept_away, load, group, least_load or
    pinned.
    """

    application: str
    total: int
    best: int
    unmet: tuple[tuple[str, int, str], ...]


def standings(
    instance: Instance, pairs: Iterable[tuple[str, str]], barred: Mapping[Pair, int], kept_away: frozenset[Pair]
) -> list[Standing]:
    """Explain an optimal answer, application by application, in the order of the instance.

    pairs: the answer's. barred: affinity of the pairs in conflict, which the instance leaves out; kept_away: those of
    them that an officer wanted. Each reviewer who fits better than the weakest seat that is not pinned has one of the
    reasons named: were none of them true, giving that seat to the reviewer would raise the sum.
    """
    tables = Tables.of(instance)
    chosen = np.zeros(tables.may.shape, dtype=bool)
    rows = {name: at for at, name in enumerate(instance.applications)}
    columns = {person.id: at for at, person in enumerate(instance.reviewers)}
    for application, reviewer in pairs:
        chosen[rows[application], columns[reviewer]] = True
    fit = tables.wish.copy()
    for (row, column), affinity in barred.items():
        fit[row, column] = affinity
    loads, best, totals = chosen.sum(axis=0), tables.alone(), tables.totals(chosen)
    return [
        Standing(name, int(totals[row]), max(int(best[row]), int(totals[row])),
                 _unmet(tables, chosen, fit, loads, row, kept_away))
        for row, name in enumerate(instance.applications)
    ]  # fmt: skip


def _unmet(
    tables: Tables, chosen: Any, fit: Any, loads: Any, row: int, kept_away: frozenset[Pair]
) -> tuple[tuple[str, int, str], ...]:
    seated = np.nonzero(chosen[row])[0]
    if not seated.size:
        return ()
    weakest = int(fit[row, seated].min())
    better = np.nonzero((fit[row] > weakest) & ~chosen[row])[0]
    better = better[np.lexsort((better, -fit[row, better]))][:MOST_NAMED]
    free = [int(at) for at in seated if not tables.must[row, at]]
    found = []
    for column in map(int, better):
        below = [seat for seat in free if fit[row, seat] < fit[row, column]]
        why = _why(tables, chosen, loads, row, column, below, kept_away)
        found.append((tables.instance.reviewers[column].id, int(fit[row, column]), why))
    return tuple(found)


def _why(
    tables: Tables, chosen: Any, loads: Any, row: int, column: int, below: list[int], kept_away: frozenset[Pair]
) -> str:
    """below: seats of the application, not pinned, that fit less well than this reviewer."""
    if (row, column) in kept_away:
        return "kept_away"
    if not tables.may[row, column]:
        return "conflict"
    if not below:
        return "pinned"
    if loads[column] >= tables.high[column]:
        return "load"
    for seat in below:
        group = tables.group[seat]
        inside = int(chosen[row, tables.group == group].sum()) - (tables.group[column] != group)
        if inside >= tables.least[group]:
            return "least_load"  # the seat could change hands but for the least load of who has it
    return "group"
