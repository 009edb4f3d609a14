"""The answer: the list, its totals, and why it stands; in the format `selection-decision/1`."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from reviews.highs import highs_version
from reviews.selection.certificate import certificate_of, sealed
from reviews.selection.instance import Instance, points
from reviews.selection.system import System
from reviews.selection.tree import Found

FORMAT: Final = "selection-decision/1"


@dataclass(frozen=True)
class Decision:
    """What `solve` answers. All values are plain, as JSON has them.

    status: "optimal" or "infeasible". chosen: sorted ids; total_score: points with six places; total_amount: whole
    yuan; by_region: number chosen of each region that has candidates or limits. optimal_sets_tied: another set has
    the same total score. certificate: what `verify` checks. conflict: rules that cannot hold together, if infeasible.
    """

    status: str
    chosen: tuple[str, ...]
    total_score: str
    total_amount: int
    by_region: dict[str, int]
    optimal_sets_tied: bool
    instance_sha256: str
    certificate: dict[str, Any]
    conflict: tuple[dict[str, Any], ...] = ()
    solver: dict[str, str] = field(default_factory=lambda: {"name": "HiGHS", "version": highs_version()})

    def to_json(self) -> dict[str, Any]:
        """The decision as a JSON object, sealed with its digest."""
        return sealed({
            "format": FORMAT,
            "status": self.status,
            "chosen": list(self.chosen),
            "total_score": self.total_score,
            "total_amount": self.total_amount,
            "by_region": dict(self.by_region),
            "optimal_sets_tied": self.optimal_sets_tied,
            "instance_sha256": self.instance_sha256,
            "certificate": self.certificate,
            "conflict": [dict(rule) for rule in self.conflict],
            "solver": dict(self.solver),
        })  # fmt: skip


def decided(instance: Instance, system: System, best: Iterable[int], found: Found) -> Decision:
    """The decision on the best set that was found (places of candidates)."""
    chosen = [instance.candidates[at] for at in sorted(best)]
    by_region = dict.fromkeys(sorted({c.region for c in instance.candidates} | set(instance.regions)), 0)
    for candidate in chosen:
        by_region[candidate.region] += 1
    return Decision(
        status="optimal",
        chosen=tuple(candidate.id for candidate in chosen),
        total_score=points(sum(candidate.score for candidate in chosen)),
        total_amount=sum(candidate.amount for candidate in chosen),
        by_region=by_region,
        optimal_sets_tied=found.tied,
        instance_sha256=instance.sha256,
        certificate=certificate_of(system, found),
    )
