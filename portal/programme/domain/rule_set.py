"""Acts on rule sets: draft a version of the rules, or change a draft no batch has opened with."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.scope import Actor
from portal.core.templatetags.portal_ui import in_language
from portal.programme.defaults import DEFAULT, form_of, performance_of
from portal.programme.enums import Region
from portal.programme.models import RuleSet

_CARRIED: Final = ("banned_uses", "checklist", "screening", "violations", "performance", "assessment")


_REVIEW: Final = ("review_days", "objection_days", "shows_others", "result_by", "draw_experts", "defence_best")


@dataclass(frozen=True)
class AssessmentInput:
    """What a version says of evaluations: weight by group, least total by band, and the numbers of the form.

    indicators: rows of group, code, share (per cent of the group's weight), name_zh, name_en; None leaves them.
    """

    weights: dict[str, int]
    bands: dict[str, int]
    numbers: dict[str, int]
    mid: bool
    indicators: list[dict[str, Any]] | None = None


@dataclass(frozen=True)
class RulesInput:
    """A version of the rules. values: field → value, money in yuan, shares from 0 to 1, other rates in per cent.

    region_bounds: {region: {"min": n, "max": n}}; criteria: rows as `RuleSet.details` has them; review_days,
    objection_days, shows_others, result_by, draw_experts, defence_best: see there; sources: field → the document the
    number comes from, or why it is assumed; performance: deadlines and thresholds of quarterly reports, None leaves
    them.
    """

    version: str
    title_zh: str
    title_en: str
    values: dict[str, Decimal | int]
    region_bounds: dict[str, dict[str, int]]
    criteria: list[dict[str, Any]]
    sources: dict[str, str]
    review_days: int = 14
    objection_days: int = 10
    shows_others: bool = False
    result_by: str = "mean"
    draw_experts: int = 0
    defence_best: int = 0
    assessment: AssessmentInput | None = None
    performance: dict[str, int] | None = None


def draft_rules(*, by: Actor, what: RulesInput, rules: RuleSet | None = None) -> RuleSet:
    """Draft a version of the rules, or change a draft.

    Raises NotAllowed (also for rules that are frozen); DomainError when the version exists, the weights do not add
    up to 100, a region's least is above its most, or the bounds cannot hold together with the total.
    """
    with command(by, "programme.draft_rules", rules) as act:
        _check(what)
        row = rules or RuleSet(details=_inherited())
        form = _assessment(form_of(row.details), what.assessment)
        taken = RuleSet.objects.filter(version=what.version).values_list("pk", flat=True).first()
        if taken not in (None, row.pk):
            raise DomainError("version", _("A version of this name exists."), "version")
        row.version, row.title_zh, row.title_en = what.version, what.title_zh, what.title_en
        for name, value in what.values.items():
            setattr(row, name, value)
        row.region_bounds = what.region_bounds
        review = {name: getattr(what, name) for name in _REVIEW}
        performance = _performance(performance_of(row.details), what.performance)
        sources = {**what.sources, "performance": _source(row, "performance"), "assessment": _source(row, "assessment")}
        more = {"criteria": what.criteria, "sources": sources, "assessment": form, "performance": performance}
        row.details = {**row.details, **review, **more}
        row.save()
        return act.record(row)


def _source(row: RuleSet, name: str) -> str:
    """Where what no form asks the source of comes from."""
    default: str = DEFAULT["details"]["sources"][name]
    return str(row.details.get("sources", {}).get(name, default))


def _inherited() -> dict[str, Any]:
    """What a new version takes over from the newest one, because no form changes it."""
    newest = RuleSet.objects.order_by("-version").first()
    return {key: value for key, value in (newest.details if newest else {}).items() if key in _CARRIED}


def _assessment(form: dict[str, Any], what: AssessmentInput | None) -> dict[str, Any]:
    """The form with its changes. Raises DomainError when weights do not add up to 100 or bands are out of order."""
    if what is None:
        return form
    if sum(what.weights.values()) != 100:
        raise DomainError("assessment_weights", _("The weights of the evaluation add up to 100."))
    if not 100 >= what.bands["excellent"] > what.bands["good"] > what.bands["fair"] > 0:
        raise DomainError("assessment_bands", _("Each band begins below the one before it."), "assessment_good")
    rows = what.indicators
    if rows is not None:
        _check_indicators(form, rows)
    groups = [
        {
            **group,
            "weight": what.weights[group["code"]],
            "indicators": group["indicators"]
            if rows is None
            else [
                {name: value for name, value in row.items() if name != "group"}
                for row in rows
                if row["group"] == group["code"]
            ],
        }
        for group in form["groups"]
    ]
    return {**form, **what.numbers, "groups": groups, "bands": what.bands, "asked": {**form["asked"], "mid": what.mid}}


def _check_indicators(form: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    if len({row["code"] for row in rows}) < len(rows):
        raise DomainError("assessment_codes", _("Each indicator has a code of its own."))
    for group in form["groups"]:
        if sum(row["share"] for row in rows if row["group"] == group["code"]) != 100:
            name = in_language(group["name_zh"], group["name_en"])
            text = _("The shares of the indicators of “%(group)s” add up to 100.") % {"group": name}
            raise DomainError("assessment_shares", text)


def _performance(standing: dict[str, int], what: dict[str, int] | None) -> dict[str, int]:
    """Deadlines and thresholds. Raises DomainError when yellow begins above green or MIIT hears before the province."""
    if what is None:
        return standing
    if not 0 < what["yellow_from"] < what["green_from"] <= 100:
        text = _("Yellow begins below green, and green at 100 at most.")
        raise DomainError("performance_lights", text, "performance_yellow_from")
    if what["miit_after"] < what["province_after"]:
        text = _("MIIT is told after the province, or on the same day.")
        raise DomainError("performance_levels", text, "performance_miit_after")
    return {**standing, **what}


def _check(what: RulesInput) -> None:
    if sum(row["weight"] for row in what.criteria if row.get("kind", "score") == "score") != 100:
        raise DomainError("weights", _("The weights of the criteria add up to 100."))
    if len({row["code"] for row in what.criteria}) < len(what.criteria):
        raise DomainError("criteria", _("Each criterion has a code of its own."))
    least = most = 0
    for region in Region:
        bounds = what.region_bounds[region.value]
        if bounds["min"] > bounds["max"]:
            raise DomainError("bounds", _("The least is above the most."), f"{region.value}_min")
        least, most = least + bounds["min"], most + bounds["max"]
    total = int(what.values["total_units"])
    if not least <= total <= most:
        raise DomainError(
            "total",
            _("The regions together allow %(least)s to %(most)s units, not %(total)s.")
            % {"least": least, "most": most, "total": total},
            "total_units",
        )
    if what.values["industries_min"] > what.values["industries_max"]:
        raise DomainError("industries", _("The least is above the most."), "industries_min")
