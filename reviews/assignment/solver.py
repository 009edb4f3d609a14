"""From the question to the answer: worst-off application first, then the sum, then even loads, then the seed."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from reviews.assignment.flow import best_flow
from reviews.assignment.instance import Instance
from reviews.assignment.master import Master
from reviews.assignment.shortage import shortfall
from reviews.assignment.tables import Tables


@dataclass(frozen=True)
class Assignment:
    """What `solve` answers. pairs: sorted (application, reviewer) ids.

    min_affinity: the smallest total affinity of an application, None where there is no application;
    bounds: what was proven about the three numbers: no assignment can be better, each given those before it;
    shortfall: where infeasible, who is short of how many, with code and words.
    """

    status: str
    pairs: tuple[tuple[str, str], ...]
    min_affinity: int | None
    total_affinity: int
    max_load: int
    bounds: dict[str, int | None]
    shortfall: tuple[dict[str, Any], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The answer in the format `assignment-decision/1`."""
        return {
            "format": "assignment-decision/1",
            "status": self.status,
            "pairs": [list(pair) for pair in self.pairs],
            "min_affinity": self.min_affinity,
            "total_affinity": self.total_affinity,
            "max_load": self.max_load,
            "bounds": dict(self.bounds),
            "shortfall": [dict(item) for item in self.shortfall],
        }


def solve(instance: Instance) -> Assignment:
    """Give each application its reviewers, within loads, groups, conflicts and pins.

    In order: the smallest total affinity of any application as large as possible; the sum as large as possible; the
    largest load as small as possible; the smallest sum of keys, where the key of a pair is the first 8 hexadecimal
    digits of SHA-256 over `seed:application:reviewer`. The same input, in any order, gives the same pairs.
    Where there is no assignment, status is "infeasible" and shortfall says who is short.
    Source: transportation problem with side rows; min-cost flow (OR-Tools), then linear and integer programmes (HiGHS).
    """
    tables = Tables.of(instance)
    short = shortfall(tables)
    flow = None if short else best_flow(tables)
    if flow is None or not flow.complete:
        return Assignment("infeasible", (), None, 0, 0, {}, tuple(short or shortfall(tables, flow)))
    if not flow.chosen.any():
        return _answer(tables, flow.chosen)
    chosen, master = _fairest(tables, flow.chosen)
    chosen = _evenest(tables, master, chosen)
    if (found := master.by_keys(_largest(chosen), int(tables.totals(chosen).sum()))) is not None:
        chosen = found
    return _answer(tables, chosen)


def _fairest(tables: Tables, start: Any) -> tuple[Any, Master]:
    """Objectives one and two. start: the assignment with the greatest sum of all."""
    cap = int(tables.high.max())
    smallest = int(tables.totals(start).min())
    floors = int(tables.alone().min())
    while floors > smallest:
        master = Master(tables, floors, start)
        if master.relax(cap) is None:
            floors = max(smallest, min(floors - 1, Master(tables, 0, start).highest_floor(floors - 1, cap)))
            continue
        if (chosen := master.whole(cap)) is not None:
            return chosen, master
        floors -= 1
    return start, Master(tables, smallest, start)


def _evenest(tables: Tables, master: Master, chosen: Any) -> Any:
    """Objective three, by halving: loads are capped, the sum must stay."""
    total = int(tables.totals(chosen).sum())
    n, m = chosen.shape
    low, high = max(-(-n * tables.each // m), int(tables.low.max())), _largest(chosen)
    while low < high:
        cap = (low + high) // 2
        found = master.whole(cap, total)
        if found is None:
            low = cap + 1
        else:
            chosen, high = found, _largest(found)
    return chosen


def _largest(chosen: Any) -> int:
    return int(chosen.sum(axis=0).max())


def _answer(tables: Tables, chosen: Any) -> Assignment:
    if not tables.fulfils(chosen):
        raise ArithmeticError("an assignment that breaks a rule")
    rows, columns = np.nonzero(chosen)
    names, people = tables.instance.applications, tables.instance.reviewers
    totals = tables.totals(chosen)
    smallest = int(totals.min()) if totals.size else None
    numbers = {
        "min_affinity": smallest,
        "total_affinity": int(totals.sum()),
        "max_load": int(chosen.sum(axis=0).max(initial=0)),
    }
    return Assignment(
        status="optimal",
        pairs=tuple((names[row], people[column].id) for row, column in zip(rows, columns, strict=True)),
        min_affinity=smallest,
        total_affinity=int(totals.sum()),
        max_load=int(chosen.sum(axis=0).max(initial=0)),
        bounds=dict(numbers),
    )
