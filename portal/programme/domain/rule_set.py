"""Acts on rule sets: draft a version of the rules, or change a draft no batch has opened with."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.scope import Actor
from portal.programme.defaults import NOTICE_10, form_of
from portal.programme.enums import Region
from portal.programme.models import RuleSet

_CARRIED: Final = ("banned_uses", "checklist", "screening", "violations", "performance", "assessment")


_REVIEW: Final = ("review_days", "objection_days", "shows_others", "result_by", "draw_experts", "defence_best")


@dataclass(frozen=True)
class AssessmentInput:
    """What a version says of evaluations: weight by group, least total by band, and the numbers of the form."""

    weights: dict[str, int]
    bands: dict[str, int]
    numbers: dict[str, int]
    mid: bool


@dataclass(frozen=True)
class RulesInput:
    """A version of the rules. values: field → value, money in yuan, shares from 0 to 1, other rates in per cent.

    region_bounds: {region: {"min": n, "max": n}}; criteria: rows as `RuleSet.details` has them; review_days,
    objection_days, shows_others, result_by, draw_experts, defence_best: see there; sources: field → the document the
    number comes from, or why it is assumed.
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
        sources = {**what.sources, "assessment": row.details.get("sources", {}).get("assessment", NOTICE_10)}
        more = {"criteria": what.criteria, "sources": sources, "assessment": form}
        row.details = {**row.details, **review, **more}
        row.save()
        return act.record(row)


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
    groups = [{**group, "weight": what.weights[group["code"]]} for group in form["groups"]]
    return {**form, **what.numbers, "groups": groups, "bands": what.bands, "asked": {**form["asked"], "mid": what.mid}}


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
