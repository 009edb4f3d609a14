"""Rules of balance and the outcome of an application in words; neither a score nor another unit is ever named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from applications.enums import ApplicationState
from portal.core.money import in_wan
from portal.programme.enums import Region


def rule_told(rule: Mapping[str, Any]) -> str:
    """One rule (kind, of, limit) in words for whoever it stands in the way of."""
    kind, of, limit = str(rule["kind"]), str(rule.get("of") or ""), rule.get("limit")
    if kind == "budget":
        return _("the budget: %(limit)s ten thousand yuan in all") % {"limit": in_wan(limit or 0)}
    if kind == "exclude" and of:
        return _("a rule of the ministries, with a written reason, that the unit is not on the list")
    words = {
        "total_min": _("the number of pilot units: at least %(limit)s in all"),
        "total_max": _("the number of pilot units: at most %(limit)s in all"),
        "region_min": _("the number for the region %(of)s: at least %(limit)s"),
        "region_max": _("the number for the region %(of)s: at most %(limit)s"),
        "province_max": _("the number per province: at most %(limit)s"),
        "sector_min": _("the number for the industry %(of)s: at least %(limit)s"),
        "sector_max": _("the number for the industry %(of)s: at most %(limit)s"),
        "soe_max": _("the number of units with the same central SOE: at most %(limit)s"),
        "include": _("a rule of the ministries, with a written reason, that another unit is on the list"),
        "exclude": _("a rule of the ministries, with a written reason, that another unit is not on the list"),
    }
    name = str(Region(of).label) if of in Region.values else of
    return words[kind] % {"of": name, "limit": limit}


def rules_told(rules: Iterable[Mapping[str, Any]]) -> list[str]:
    """Several rules, each said once."""
    return list(dict.fromkeys(rule_told(rule) for rule in rules))


@dataclass(frozen=True)
class Said:
    """A sentence, and the rules it speaks of."""

    text: str
    rules: list[str] = field(default_factory=list)


def outcome_told(told: Mapping[str, Any]) -> list[Said]:
    """Why the application ended as it did: what `reviews_outcome` gave, in sentences. Nothing for a partner."""
    state, place = told["state"], told.get("place", "")
    if not told["whole"]:
        return []
    if state == ApplicationState.SELECTED and place == "reserve":
        text = _("The unit stood in reserve. A unit left the list, and it took the place within the rules of balance.")
        return [Said(text)]
    if state == ApplicationState.SELECTED:
        text = _(
            "The final list is the one with the greatest total merit that the published rules of balance allow;"
            " the unit is part of it."
        )
        return [Said(text)]
    if state == ApplicationState.RESERVE:
        text = _("The unit stood in reserve, for the case that a unit left the list. It was not called up.")
        return [Said(text), *_why_not(told)]
    if state == ApplicationState.NOT_SELECTED and told.get("left"):
        text = _("The unit was on the list under publicity and left it because an objection was upheld.")
        return [Said(text)]
    if state == ApplicationState.NOT_SELECTED:
        return _why_not(told)
    return [Said(_outside(state))]


def _outside(state: str) -> str:
    """What is said of an application that the selection did not decide on, or not to the end."""
    words = {
        ApplicationState.REJECTED: _(
            "The ministries rejected the application in screening; it did not take part in the selection. The reason"
            " stands on the page of the application."
        ),
        ApplicationState.WITHDRAWN: _("The application was withdrawn and did not take part in the selection."),
        ApplicationState.NOT_RECOMMENDED: _(
            "The province did not recommend the application; it did not take part in the selection."
        ),
    }
    still = _("The unit is not on the final list yet: its case is still open and is told as soon as it is decided.")
    return str(words.get(ApplicationState(state), still))


def _why_not(told: Mapping[str, Any]) -> list[Said]:
    if "more_merit_helps" not in told:
        return []
    text = _("The list is the one with the greatest total merit that the published rules of balance allow.")
    found = [Said(text)]
    # That there are no more places let everyone in, if it went: it says nothing of this unit.
    let_in = rules_told(rule for rule in told["let_in_by"] if rule["kind"] != "total_max")
    if let_in:
        found.append(Said(_("Without any one of these rules the unit would have been on the list:"), let_in))
    elif told["more_merit_helps"]:
        text = _("No single rule kept it off: for the places there are, other applications together have more merit.")
        found.append(Said(text))
    if told["more_merit_helps"]:
        text = _("A better assessment of the application, all else equal, would have brought it onto the list.")
        found.append(Said(text))
    else:
        text = _("Under these rules no assessment, however good, could have brought it onto the list:")
        found.append(Said(text, rules_told(told["in_the_way"])))
    return found
