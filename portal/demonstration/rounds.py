"""Which rounds the demonstration shows, and how many applications stand in which state.

A batch can only hold states that fit its own, so every state is shown by eight rounds side by side: one archived, one
that pays, one under publicity, one decided, one in the defence, one in review, one in screening, one open. More
applications go into further rounds that pay.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from portal.programme.defaults import DEFAULT
from portal.programme.enums import Region

LARGEST: Final = 333
BASE: Final = 157


@dataclass(frozen=True)
class Round:
    """One batch. stage: how far it is; opened: days ago; open_for: days; left_out: state → how many end before the
    stage's own state; rules: what differs from the published rule set; next_pays: of an archived one, days ago when the
    next one opened that pays: years before are closed.
    """

    number: int
    stage: str
    applications: int
    opened: int
    open_for: int
    left_out: dict[str, int] = field(default_factory=dict)
    rules: dict[str, Any] = field(default_factory=dict)
    next_pays: int = 0


def _small(places: int, reviewers: int = 3) -> dict[str, Any]:
    return {
        "total_units": places,
        "budget": Decimal(300_000_000) * places,
        "province_quota": 3,
        "reviewers_per_application": reviewers,
        "region_bounds": {
            "east": {"min": 1, "max": max(2, places // 2)},
            "central": {"min": 1, "max": max(2, places // 2)},
            "west": {"min": 1, "max": max(2, places // 2)},
            "northeast": {"min": 0, "max": 2},
        },
    }


_OVER: Final = {"rejected": 2, "not_recommended": 2, "withdrawn": 2}
# Days ago when the rounds that pay opened: the one that is always there, and further ones.
_PAYS_SINCE, _OVER_SINCE = 420, 700
# Two units of four are chosen: a whole life of more would take long to build.
_TWO: Final = _small(2) | {"region_bounds": {name.value: {"min": 0, "max": 2} for name in Region}}


def rounds(applications: int = 0) -> list[Round]:
    """The rounds for so many applications in all (0: the smallest demonstration), oldest first."""
    more = max(0, applications - BASE)
    found = [Round(3, "archived", 4, 870, 40, rules=_TWO, next_pays=_OVER_SINCE if more else _PAYS_SINCE)]
    while more > 0:
        size = min(LARGEST, more)
        more -= size
        rules = {"province_quota": LARGEST, "total_units": 26} if size >= 60 else _small(min(6, max(3, size // 4)))
        left = _OVER if size >= 12 else {}
        found.append(Round(3 + len(found), "running", size, _OVER_SINCE, 60, left, rules))
    first = 3 + len(found)
    return [
        *found,
        Round(first, "running", 40, _PAYS_SINCE, 60, _OVER),
        Round(first + 1, "publicity", 16, 190, 40, {"withdrawn": 1}, _small(8)),
        Round(first + 2, "decided", 12, 160, 40, {"rejected": 1}, _small(6)),
        Round(first + 3, "defence", 9, 135, 40, {}, _small(4) | {"details": DEFAULT["details"] | {"defence_best": 6}}),
        Round(first + 4, "reviewing", 18, 110, 40, {"rejected": 1, "withdrawn": 1}, _small(8)),
        Round(
            first + 5,
            "screening",
            14,
            70,
            40,
            {"correction": 2, "corrected": 1, "rejected": 2, "in_review": 3, "not_recommended": 1},
            _small(6),
        ),
        Round(
            first + 6,
            "open",
            44,
            10,
            35,
            # Two more go their way by the commands: a pair of districts, and one that was returned and recommended.
            {
                "draft": 12,
                "awaiting_sign_off": 5,
                "with_province": 9,
                "returned": 4,
                "recommended": 7,
                "not_recommended": 3,
                "withdrawn": 2,
            },
            {"province_ranks": True},
        ),
    ]
