"""The greatest sum of affinity as a flow of least cost, and who is short where no assignment exists."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from ortools.graph.python import min_cost_flow

from reviews.assignment.tables import Tables


@dataclass(frozen=True)
class Flow:
    """chosen: n x m, whom the flow assigns; missing: n seats left empty; idle: m, short of the least load."""

    chosen: Any
    missing: Any
    idle: Any

    @property
    def complete(self) -> bool:
        """Whether nobody is short, so that `chosen` has the greatest sum of all assignments."""
        return not self.missing.any() and not self.idle.any()


def best_flow(tables: Tables) -> Flow:
    """The fewest empty seats, then the fewest missing to the least loads, then the greatest sum of affinity.

    Seats kept for a group are filled from that group alone. Pinned pairs are seated first.
    Source: transportation problem; OR-Tools, cost-scaling push-relabel (Goldberg and Tarjan), exact in whole numbers.
    """
    pinned = tables.must
    seats = np.maximum(0, tables.each - pinned.sum(axis=1))
    loads = pinned.sum(axis=0)
    high, low = np.maximum(0, tables.high - loads), np.maximum(0, tables.low - loads)
    kept = np.stack([
        np.maximum(0, least - pinned[:, tables.group == at].sum(axis=1)) for at, least in enumerate(tables.least)
    ], axis=1) if tables.groups else np.zeros((len(seats), 0), dtype=np.int64)  # fmt: skip
    graph = _Graph(tables, seats, kept, low, high)
    graph.solve()
    return Flow(graph.chosen() | pinned, graph.missing(), low - graph.worked())


class _Graph:
    """Nodes: n applications, n free seats, n x k (application, group), m reviewers, one sink."""

    def __init__(self, tables: Tables, seats: Any, kept: Any, low: Any, high: Any) -> None:
        self.n, self.m = tables.wish.shape
        self.k = len(tables.groups)
        self.solver = min_cost_flow.SimpleMinCostFlow()
        idle_cost = int(tables.wish.sum(axis=1).max(initial=0)) * max(self.n, 1) + 1
        idle_cost = min(idle_cost, 100 * int(seats.sum()) + 1)
        empty_cost = idle_cost * (int(low.sum()) + 1)
        people = 2 * self.n + self.n * self.k
        sink = people + self.m
        rows = np.arange(self.n)
        at = np.tile(np.arange(self.k), self.n)
        by_group = np.repeat(rows, self.k)
        inside = 2 * self.n + by_group * self.k + at
        free = np.maximum(0, seats - kept.sum(axis=1))
        self._arcs(by_group, inside, kept.ravel(), 0)
        self._arcs(rows, self.n + rows, free, 0)
        self._arcs(self.n + by_group, inside, np.repeat(free, self.k), 0)
        self._missing = self._arcs(rows, np.full(self.n, sink), seats, empty_cost)
        self.rows, self.columns = np.nonzero(tables.may & ~tables.must)
        starts = 2 * self.n + self.rows * self.k + tables.group[self.columns]
        self._pairs = self._arcs(starts, people + self.columns, 1, -tables.wish[self.rows, self.columns])
        reviewers = people + np.arange(self.m)
        self._worked = self._arcs(reviewers, np.full(self.m, sink), low, -idle_cost)
        self._arcs(reviewers, np.full(self.m, sink), high - low, 0)
        self.solver.set_nodes_supplies(np.arange(self.n), seats)
        self.solver.set_node_supply(sink, -int(seats.sum()))

    def _arcs(self, starts: Any, ends: Any, capacities: Any, costs: Any) -> Any:
        size = len(starts)
        capacities, costs = np.broadcast_to(capacities, size), np.broadcast_to(costs, size)
        return self.solver.add_arcs_with_capacity_and_unit_cost(
            starts.astype(np.int32), ends.astype(np.int32), capacities.astype(np.int64), costs.astype(np.int64)
        )

    def solve(self) -> None:
        status = self.solver.solve()
        if status != self.solver.OPTIMAL:
            raise ArithmeticError(f"min-cost flow ended with {status}")

    def chosen(self) -> Any:
        chosen = np.zeros((self.n, self.m), dtype=bool)
        chosen[self.rows, self.columns] = np.asarray(self.solver.flows(self._pairs)) > 0
        return chosen

    def missing(self) -> Any:
        return np.asarray(self.solver.flows(self._missing))

    def worked(self) -> Any:
        return np.asarray(self.solver.flows(self._worked))
