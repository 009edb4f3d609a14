"""Rules in words, each with its value, unit and source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Text
from portal.core.money import WAN
from portal.programme.models import RuleSet


@dataclass(frozen=True)
class RuleRow:
    """One rule as pages show it."""

    label: Text
    value: str
    unit: Text
    source: str


def _wan(value: Any) -> str:
    return f"{value / WAN:,.0f}"


def _percent(value: Any) -> str:
    return f"{value * 100:.0f}"


def _plain(value: Any) -> str:
    return f"{value:g}" if not isinstance(value, int) else str(value)


_WAN_UNIT: Final = _("ten thousand yuan")
_ROWS: Final[list[tuple[str, Text, Callable[[Any], str], Text]]] = [
    ("total_units", _("Number of pilot units"), _plain, ""),
    ("budget", _("Budget"), _wan, _WAN_UNIT),
    ("grant_cap", _("Grant per unit, at most"), _wan, _WAN_UNIT),
    ("first_tranche_share", _("First tranche"), _percent, "%"),
    ("project_support_share", _("Support of a project's investment, at most"), _percent, "%"),
    ("landmark_investment", _("Landmark project, more than"), _wan, _WAN_UNIT),
    ("digital_target", _("Digital transformation of enterprises, at least"), _plain, "%"),
    ("industries_min", _("Focus industries, at least"), _plain, ""),
    ("industries_max", _("Focus industries, at most"), _plain, ""),
    ("province_max", _("Units selected per province, at most"), _plain, ""),
    ("province_quota", _("Recommendations per province, at most"), _plain, ""),
    ("reviewers_per_application", _("Reviewers per application"), _plain, ""),
    ("publicity_days", _("Publicity"), _plain, _("days")),
    ("pass_on_days", _("Province passes money on within"), _plain, _("days")),
]


def rule_rows(rules: RuleSet) -> list[RuleRow]:
    """The rules of a set in the order people read them."""
    sources = rules.details.get("sources", {})
    return [
        RuleRow(label, show(getattr(rules, name)), unit, sources.get(name, "")) for name, label, show, unit in _ROWS
    ]
