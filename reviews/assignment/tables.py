"""The question as tables: a row for each application, a column for each reviewer."""

import hashlib
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from reviews.assignment.instance import Instance

NEVER: Final = -(2**40)  # the affinity of a reviewer who is not to be had


@dataclass(frozen=True, eq=False)
class Tables:
    """n applications, m reviewers, k groups (those of reviewers, then those only asked for), sorted.

    wish: n x m whole numbers, the affinity; may: n x m, no conflict; must: n x m, pinned.
    group: m places of groups; least: k smallest numbers from each group; low, high: m loads.
    """

    instance: Instance
    wish: Any
    may: Any
    must: Any
    group: Any
    groups: tuple[str, ...]
    least: Any
    low: Any
    high: Any

    @classmethod
    def of(cls, instance: Instance) -> "Tables":
        """The tables of an instance."""
        n, m = len(instance.applications), len(instance.reviewers)
        groups = tuple(sorted({reviewer.group for reviewer in instance.reviewers} | set(instance.min_per_group)))
        place = {name: at for at, name in enumerate(groups)}
        wish = np.zeros((n, m), dtype=np.int64)
        if instance.affinity:
            rows, columns = np.array(list(instance.affinity), dtype=np.intp).T
            wish[rows, columns] = list(instance.affinity.values())
        may, must = np.ones((n, m), dtype=bool), np.zeros((n, m), dtype=bool)
        for table, value, pairs in ((may, False, instance.conflicts), (must, True, instance.pinned)):
            if pairs:
                rows, columns = np.array(sorted(pairs), dtype=np.intp).T
                table[rows, columns] = value
        return cls(
            instance=instance, wish=wish, may=may, must=must, groups=groups,
            group=np.array([place[reviewer.group] for reviewer in instance.reviewers], dtype=np.intp),
            least=np.array([instance.min_per_group.get(name, 0) for name in groups], dtype=np.int64),
            low=np.array([reviewer.min_load for reviewer in instance.reviewers], dtype=np.int64),
            high=np.array([reviewer.max_load for reviewer in instance.reviewers], dtype=np.int64),
        )  # fmt: skip

    @property
    def each(self) -> int:
        """Reviewers for each application."""
        return self.instance.per_application

    def totals(self, chosen: Any) -> Any:
        """Affinity of each application over an n x m choice."""
        return (self.wish * chosen).sum(axis=1)

    def fulfils(self, chosen: Any) -> bool:
        """Whether an n x m choice keeps numbers, groups, loads, conflicts and pins."""
        loads = chosen.sum(axis=0)
        groups = np.stack([chosen[:, self.group == at].sum(axis=1) for at in range(len(self.groups))] or [[]])
        return bool(
            (chosen.sum(axis=1) == self.each).all()
            and (groups >= self.least[:, None]).all()
            and (loads >= self.low).all()
            and (loads <= self.high).all()
            and not (chosen & ~self.may).any()
            and not (self.must & ~chosen).any()
        )

    def alone(self) -> Any:
        """The greatest affinity that each application would have if it were the only one: n whole numbers.

        Pinned reviewers, then the best of each group that is asked for, then the best of all the rest.
        Meaningful where each application can be served at all.
        """
        return self._alone(self.wish, self.may, self.must)

    def alone_with(self, row: int) -> Any:
        """The same for one application, with each of the m reviewers among its own in turn: m whole numbers."""
        m = self.wish.shape[1]
        wish, may, must = (np.tile(table[row], (m, 1)) for table in (self.wish, self.may, self.must))
        everyone = np.arange(m)
        must[everyone, everyone] = True
        result = self._alone(wish, may, must)
        result[must.sum(axis=1) > self.each] = NEVER
        return result

    def alone_without(self, row: int) -> Any:
        """The same for one application, with each of the m reviewers barred in turn: m whole numbers."""
        m = self.wish.shape[1]
        wish, may, must = (np.tile(table[row], (m, 1)) for table in (self.wish, self.may, self.must))
        everyone = np.arange(m)
        may[everyone, everyone] = must[everyone, everyone] = False
        return self._alone(wish, may, must)

    def _alone(self, wish: Any, may: Any, must: Any) -> Any:
        left = np.where(may & ~must, wish, NEVER)
        total = (wish * must).sum(axis=1)
        seats = self.each - must.sum(axis=1)
        for at in range(len(self.groups)):
            inside = self.group == at
            need = np.maximum(0, self.least[at] - must[:, inside].sum(axis=1))
            got, left[:, inside] = _best(left[:, inside], need)
            total, seats = total + got, seats - need
        return np.where(seats < 0, NEVER, total + _best(left, seats)[0])

    def keys(self, pairs: Any) -> Any:
        """First 8 hexadecimal digits of SHA-256 over seed:application:reviewer, for each of p pairs (p x 2 places)."""
        names, people = self.instance.applications, self.instance.reviewers
        texts = (f"{self.instance.seed}:{names[row]}:{people[column].id}" for row, column in pairs)
        return np.array([int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) for text in texts], dtype=np.int64)


def _best(values: Any, number: Any) -> tuple[Any, Any]:
    """The sum of the `number` greatest of each row, and the rows with these struck out."""
    order = np.argsort(-values, axis=1, kind="stable")
    taken = np.arange(values.shape[1])[None, :] < number[:, None]
    sorted_values = np.take_along_axis(values, order, axis=1)
    rest = np.empty_like(values)
    np.put_along_axis(rest, order, np.where(taken, NEVER, sorted_values), axis=1)
    return np.where(taken, sorted_values, 0).sum(axis=1), rest
