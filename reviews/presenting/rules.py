"""The rules of balance in words: what they are called, what they ask, what differs between two sets of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from portal.core.money import in_wan
from portal.core.sources import in_words
from portal.programme.enums import Region
from portal.programme.models import RuleSet
from reviews.queries.scenarios import Names

Key = tuple[str, str]
# Where a rule set keeps the source of a rule.
_SOURCES: Final = {"total": "total_units", "region_min": "region_bounds", "region_max": "region_bounds"}


@dataclass(frozen=True)
class RuleLine:
    """One rule with its limit and where it comes from."""

    label: str
    value: str
    source: str = ""


def total_words(total: int | Mapping[str, Any]) -> str:
    """How many units are asked for."""
    if isinstance(total, Mapping):
        return _("%(least)s to %(most)s units") % {"least": total["min"], "most": total["max"]}
    return _("exactly %(count)s units") % {"count": total}


def label_of(kind: str, of: str, names: Names) -> str:
    """What a rule is called, without its limit. kind: as in the rules of `reviews.selection`, or total."""
    region = str(Region(of).label) if of in Region.values else of
    match kind:
        case "total":
            return _("Number of pilot units")
        case "total_min":
            return _("Pilot units, at least")
        case "total_max":
            return _("Pilot units, at most")
        case "budget":
            return _("Budget (ten thousand yuan)")
        case "region_min":
            return _("%(region)s, at least") % {"region": region}
        case "region_max":
            return _("%(region)s, at most") % {"region": region}
        case "province_max" if not of:
            return _("Units per province, at most")
        case "province_max":
            return _("Units of %(province)s, at most") % {"province": names.province(of)}
        case "sector_min":
            return _("Industry %(industry)s, at least") % {"industry": names.industry(of)}
        case "sector_max":
            return _("Industry %(industry)s, at most") % {"industry": names.industry(of)}
        case "soe_max":
            return _("Units joined by %(enterprise)s, at most") % {"enterprise": names.enterprise(of)}
        case "include":
            return _("Put on the list by hand: %(unit)s") % {"unit": names.unit(of)}
        case "exclude":
            return _("Kept off the list by hand: %(unit)s") % {"unit": names.unit(of)}
    return kind


def limit_words(kind: str, limit: Any) -> str:
    """What a rule asks: a number, an amount, or for a unit by hand the reason."""
    if kind == "total":
        return total_words(limit)
    return in_wan(limit) if kind == "budget" else str(limit)


def rule_text(rule: Mapping[str, Any], names: Names) -> str:
    """A rule with its limit. rule: kind, of, limit."""
    kind = str(rule["kind"])
    label = label_of(kind, str(rule.get("of") or ""), names)
    if kind in ("include", "exclude"):
        return label
    return _("%(rule)s %(limit)s") % {"rule": label, "limit": limit_words(kind, rule.get("limit"))}


def flat(rules: Mapping[str, Any]) -> dict[Key, Any]:
    """Rules one by one: (kind, of) → limit; for a unit by hand its reason. A rule left out (null) is not there."""
    return dict(_flat(rules))


def _flat(rules: Mapping[str, Any]) -> Iterator[tuple[Key, Any]]:
    for kind in ("total", "budget"):
        if rules.get(kind) is not None:
            yield (kind, ""), rules[kind]
    regions = rules.get("regions") or {}
    for region in Region.values:
        for side in ("min", "max"):
            if regions.get(region, {}).get(side) is not None:
                yield (f"region_{side}", region), regions[region][side]
    if rules.get("province_max") is not None:
        yield ("province_max", ""), rules["province_max"]
    for kind in ("sector_min", "sector_max", "soe_max"):
        for of, limit in sorted((rules.get(kind) or {}).items()):
            yield (kind, of), limit
    for kind in ("include", "exclude"):
        for row in rules.get(kind) or ():
            yield (kind, row["id"]), row["reason"]


def rule_lines(rules: Mapping[str, Any], names: Names, held: RuleSet | None = None) -> list[RuleLine]:
    """The rules in the order people read them; held: the rule set that names the sources."""
    sources = held.details.get("sources", {}) if held else {}
    return [
        RuleLine(label_of(kind, of, names), limit_words(kind, limit), _source(sources, kind))
        for (kind, of), limit in flat(rules).items()
    ]


def balance_words(question: Mapping[str, Any], names: Names) -> list[tuple[str, str]]:
    """The rules of balance as (rule, limit), without what stands for units by hand."""
    rules = {name: rule for name, rule in question.items() if name not in ("include", "exclude")}
    return [(line.label, line.value) for line in rule_lines(rules, names)]


def _source(sources: Mapping[str, str], kind: str) -> str:
    found = sources.get(_SOURCES.get(kind, kind), sources.get("balance", ""))
    return in_words(found)


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[Key, Any, Any]]:
    """The rules that differ between two sets, each with its limits; None where it does not stand."""
    old, new = flat(before), flat(after)
    for key in [*new, *(key for key in old if key not in new)]:
        if old.get(key) != new.get(key):
            yield key, old.get(key), new.get(key)


def differences(before: Mapping[str, Any], after: Mapping[str, Any], names: Names) -> list[str]:
    """What differs between two sets of rules, a sentence for each rule."""
    told = []
    for (kind, of), was, now in changed(before, after):
        label = label_of(kind, of, names)
        words = {"rule": label, "before": limit_words(kind, was), "after": limit_words(kind, now)}
        if now is None:
            told.append(_("%(rule)s: left out (%(before)s)") % (words | {"before": words["before"]}))
        elif was is None:
            told.append(_("%(rule)s: %(after)s (new)") % words)
        else:
            told.append(_("%(rule)s: %(after)s instead of %(before)s") % words)
    return told


def conflict_lines(conflict: list[Mapping[str, Any]], names: Names) -> list[str]:
    """The rules of a conflict, each with the least change that would make the others possible."""
    return [_conflict_line(rule, names) for rule in conflict]


def _conflict_line(rule: Mapping[str, Any], names: Names) -> str:
    kind, change = str(rule["kind"]), rule.get("change_to")
    text = rule_text(rule, names)
    if change is None:
        return _("%(rule)s: no other limit helps") % {"rule": text}
    if kind in ("include", "exclude"):
        words = _("%(rule)s: taken away, the rest is possible") % {"rule": text}
    else:
        words = _("%(rule)s: with %(change)s the rest is possible") % {
            "rule": text,
            "change": limit_words(kind, change),
        }
    if rule.get("code") == "too_few_candidates":
        words = _("%(words)s; there are too few candidates") % {"words": words}
    return words if rule.get("enough") else _("%(words)s, as far as these rules go") % {"words": words}
