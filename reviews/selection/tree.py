"""What a search leaves behind: the best set, and the tree that proves it."""

from dataclasses import dataclass, field
from typing import Any

from reviews.selection.system import Combination


@dataclass(slots=True)
class Branch:
    """A part of the search. Closed by a combination of rows that contradicts itself, or split at `place`.

    fixings: place -> 0 or 1; parts: the branch with `place` left out, then put in.
    above: where the keys close it, a combination that shows that no set here has a greater score than the best one.
    bounds: combinations that bound the score here, the branch's own first, then those of the branches it lies in.
    """

    fixings: dict[int, int]
    closed_by: Combination | None = None
    place: int | None = None
    parts: tuple["Branch", "Branch"] | None = None
    above: Combination | None = None
    bounds: tuple[Combination, ...] = ()


@dataclass(slots=True)
class Found:
    """best: the best set by score, keys, ids; None where no set keeps the rules.

    tied: another set has the same score; aside: sets that combinations name, none of them better than best.
    tree: the proof that every set not in `aside` is worse than best (or breaks a rule); nodes: relaxations solved.
    """

    best: frozenset[int] | None
    tied: bool
    tree: Branch
    aside: list[frozenset[int]] = field(default_factory=list)
    nodes: int = 0


def used_rows(found: Found) -> set[Any]:
    """All rows that the leaves of a proof use."""
    used: set[Any] = set()
    stack: list[Branch] = [found.tree]
    while stack:
        branch = stack.pop()
        used.update(branch.closed_by or ())
        used.update(branch.above or ())
        stack.extend(branch.parts or ())
    return used
