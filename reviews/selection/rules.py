"""The published rules of balance as named linear rules over the candidates."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from reviews.selection.instance import Instance

Sense = Literal["max", "min"]


@dataclass(frozen=True, slots=True)
class Rule:
    """sum(weights of the chosen among members) is at most (max) or at least (min) the limit.

    kind: one of KINDS; of: the region, province, sector, enterprise or candidate it speaks of, "" for none.
    members: positions in instance.candidates; weights: 1 each, or whole yuan for the budget.
    Two rules of the same `family` and `of` bound the same sum from both sides.
    """

    kind: str
    of: str
    sense: Sense
    limit: int
    members: tuple[int, ...]
    weights: tuple[int, ...] | None = None

    @property
    def name(self) -> str:
        return f"{self.kind}:{self.of}" if self.of else self.kind

    @property
    def row(self) -> tuple[str, str]:
        """The sum it bounds: total_min and total_max, region_min and region_max ... share one."""
        return FAMILY[self.kind], self.of

    def value(self, chosen: frozenset[int]) -> int:
        """The sum over a chosen set of positions."""
        if self.weights is None:
            return sum(member in chosen for member in self.members)
        return sum(weight for member, weight in zip(self.members, self.weights, strict=True) if member in chosen)

    def holds(self, chosen: frozenset[int]) -> bool:
        value = self.value(chosen)
        return value <= self.limit if self.sense == "max" else value >= self.limit


FAMILY: Final = {
    "total_min": "total", "total_max": "total", "budget": "budget", "region_min": "region", "region_max": "region",
    "province_max": "province", "sector_min": "sector", "sector_max": "sector", "soe_max": "soe",
    "include": "unit", "exclude": "unit",
}  # fmt: skip
KINDS: Final = tuple(FAMILY)


def rules_of(instance: Instance) -> tuple[Rule, ...]:
    """Every rule of the instance, in the fixed order of KINDS and of names within a kind."""
    return tuple(_total_and_budget(instance)) + tuple(_groups(instance)) + tuple(_by_hand(instance))


def _total_and_budget(instance: Instance) -> Iterator[Rule]:
    everyone = tuple(range(len(instance.candidates)))
    if instance.total.min is not None:
        yield Rule("total_min", "", "min", instance.total.min, everyone)
    if instance.total.max is not None:
        yield Rule("total_max", "", "max", instance.total.max, everyone)
    if instance.budget is not None:
        yield Rule("budget", "", "max", instance.budget, everyone, tuple(c.amount for c in instance.candidates))


def _groups(instance: Instance) -> Iterator[Rule]:
    regions: dict[str, list[int]] = {}
    provinces: dict[str, list[int]] = {}
    sectors: dict[str, list[int]] = {}
    soes: dict[str, list[int]] = {}
    for at, candidate in enumerate(instance.candidates):
        regions.setdefault(candidate.region, []).append(at)
        if candidate.counts_for_province:
            provinces.setdefault(candidate.province, []).append(at)
        for sector in candidate.sectors:
            sectors.setdefault(sector, []).append(at)
        for soe in candidate.soes:
            soes.setdefault(soe, []).append(at)
    for name, limits in sorted(instance.regions.items()):
        members = tuple(regions.get(name, ()))
        if limits.min is not None:
            yield Rule("region_min", name, "min", limits.min, members)
        if limits.max is not None:
            yield Rule("region_max", name, "max", limits.max, members)
    if instance.province_max is not None:
        for name, inside in sorted(provinces.items()):
            yield Rule("province_max", name, "max", instance.province_max, tuple(inside))
    for name, least in sorted(instance.sector_min.items()):
        yield Rule("sector_min", name, "min", least, tuple(sectors.get(name, ())))
    for name, most in sorted(instance.sector_max.items()):
        yield Rule("sector_max", name, "max", most, tuple(sectors.get(name, ())))
    for name, most in sorted(instance.soe_max.items()):
        yield Rule("soe_max", name, "max", most, tuple(soes.get(name, ())))


def _by_hand(instance: Instance) -> Iterator[Rule]:
    place = {candidate.id: at for at, candidate in enumerate(instance.candidates)}
    for unit in instance.include:
        yield Rule("include", unit, "min", 1, (place[unit],))
    for unit in instance.exclude:
        yield Rule("exclude", unit, "max", 0, (place[unit],))
