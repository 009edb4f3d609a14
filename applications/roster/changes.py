"""What changed between two rosters: enterprises that came, went, or have other figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from applications.enums import DigitalState, EnergyLevel
from applications.models import Enterprise
from applications.sections.words import DASH, label_of

# The columns of the roster's text (applications.roster.functions.ROSTER_TEXT), in its order.
COLUMNS: Final = (
    "credit_code",
    "name",
    "industry",
    "revenue",
    "is_chain_leader",
    "is_leading",
    "is_champion",
    "is_little_giant",
    "digital_state",
    "digital_year",
    "has_rd_tools",
    "rd_tools_year",
    "process_rate",
    "process_goal",
    "energy_level",
)
# So many rows of each kind are shown; the counts tell the whole.
SHOWN: Final = 200
Roster = dict[str, list[Any]]


@dataclass(frozen=True)
class Figure:
    """A figure of an enterprise that differs."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class RosterChanges:
    """Counts, and the first rows of each kind: (code, name), and with the figures that differ."""

    added: int
    removed: int
    changed: int
    came: list[tuple[str, str]]
    went: list[tuple[str, str]]
    other: list[tuple[str, str, list[Figure]]]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)

    @property
    def is_cut(self) -> bool:
        """Whether more changed than is shown."""
        return max(self.added, self.removed, self.changed) > SHOWN


def changes(old: Roster, new: Roster) -> RosterChanges:
    """Compare two rosters by credit code."""
    came = sorted(new.keys() - old.keys())
    went = sorted(old.keys() - new.keys())
    other = sorted(code for code in old.keys() & new.keys() if old[code] != new[code])
    return RosterChanges(
        len(came),
        len(went),
        len(other),
        [(code, new[code][1]) for code in came[:SHOWN]],
        [(code, old[code][1]) for code in went[:SHOWN]],
        [(code, new[code][1], _figures(old[code], new[code])) for code in other[:SHOWN]],
    )


def _figures(old: list[Any], new: list[Any]) -> list[Figure]:
    return [
        Figure(_label(name), _said(name, before), _said(name, after))
        for name, before, after in zip(COLUMNS, old, new, strict=True)
        if before != after
    ]


def _label(name: str) -> str:
    return str(getattr(Enterprise._meta.get_field(name), "verbose_name", name))


def _said(name: str, value: Any) -> str:
    if value in (None, ""):
        return DASH
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "digital_state":
        return label_of(DigitalState, value)
    return label_of(EnergyLevel, value) if name == "energy_level" else str(value)
