"""Rules in words, each with its value, unit and source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Text
from portal.core.money import in_percent, in_wan
from portal.core.sources import in_words
from portal.programme.defaults import DEFAULT, VIOLATIONS
from portal.programme.enums import Region
from portal.programme.models import RuleSet


@dataclass(frozen=True)
class RuleRow:
    """One rule as pages show it."""

    label: Text
    value: str
    unit: Text
    source: str


def _plain(value: Any) -> str:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else f"{value:g}"


def _yes(value: Any) -> str:
    return str(_("yes") if value else _("no"))


_WAN_UNIT: Final = _("ten thousand yuan")
_ROWS: Final[list[tuple[str, Text, Callable[[Any], str], Text]]] = [
    ("total_units", _("Number of pilot units"), _plain, ""),
    ("budget", _("Budget"), in_wan, _WAN_UNIT),
    ("grant_cap", _("Grant per unit, at most"), in_wan, _WAN_UNIT),
    ("first_tranche_share", _("First tranche"), in_percent, "%"),
    ("project_support_share", _("Support of a project's investment, at most"), in_percent, "%"),
    ("landmark_investment", _("Landmark project, more than"), in_wan, _WAN_UNIT),
    ("digital_target", _("Digital transformation of enterprises, at least"), _plain, "%"),
    ("industries_min", _("Focus industries, at least"), _plain, ""),
    ("industries_max", _("Focus industries, at most"), _plain, ""),
    ("province_max", _("Units selected per province, at most"), _plain, ""),
    ("province_quota", _("Recommendations per province, at most"), _plain, ""),
    ("province_days", _("Province decides within, after the deadline"), _plain, _("days")),
    ("mend_days", _("A returned dossier is mended within"), _plain, _("days")),
    ("province_ranks", _("Province ranks its recommendations"), _yes, ""),
    ("soe_max", _("Joint applications a central SOE commits to, at most (0: no limit)"), _plain, ""),
    ("reviewers_per_application", _("Reviewers per application"), _plain, ""),
    ("publicity_days", _("Publicity"), _plain, _("days")),
    ("pass_on_days", _("Province passes money on within"), _plain, _("days")),
]
# Every number of a rule set with its label, in the order people read them.
RULES: Final[list[tuple[str, Text]]] = [(name, label) for name, label, _show, _unit in _ROWS]

# In what each is counted; "" for plain numbers.
UNITS: Final[dict[str, Text]] = {name: unit for name, _label, _show, unit in _ROWS}


@dataclass(frozen=True)
class BoundsRow:
    """Least and most units of one economic region."""

    region: Text
    least: int
    most: int


def bounds_rows(rules: RuleSet) -> list[BoundsRow]:
    """The bounds by region, in the order of the regions."""
    found = rules.region_bounds
    return [BoundsRow(r.label, found[r.value]["min"], found[r.value]["max"]) for r in Region if r.value in found]


def sources_of(rules: RuleSet) -> dict[str, str]:
    """Where each rule comes from; what the version is silent on follows the default."""
    said = {**DEFAULT["details"]["sources"], **rules.details.get("sources", {})}
    return {name: in_words(source) for name, source in said.items()}


def violation_rows(rules: RuleSet) -> list[dict[str, Any]]:
    """The kinds of violation on which money is recovered, with fine and source."""
    return [{**row, "source": in_words(row["source"])} for row in rules.details.get("violations", VIOLATIONS)]


def rule_rows(rules: RuleSet) -> list[RuleRow]:
    """The rules of a set in the order people read them."""
    sources = sources_of(rules)
    return [
        RuleRow(label, show(getattr(rules, name)), unit, sources.get(name, "")) for name, label, show, unit in _ROWS
    ]
