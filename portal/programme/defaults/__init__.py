"""The default rule set: every number with its source. Numbers marked (assumed) were found in no source."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from portal.core.sources import ASSUMED
from portal.programme.defaults.checklists import CHECKLIST, SCREENING
from portal.programme.defaults.criteria import CRITERIA
from portal.programme.defaults.notices import NOTICE_10, NOTICE_16, NOTICE_108
from portal.programme.defaults.performance import ASSESSMENT, PERFORMANCE
from portal.programme.defaults.violations import BANNED, VIOLATIONS

__all__ = [
    "ASSESSMENT",
    "CRITERIA",
    "DEFAULT",
    "PERFORMANCE",
    "SCREENING",
    "VIOLATIONS",
    "budget_source",
    "form_of",
    "performance_of",
]


def budget_source(units: int) -> str:
    """Where the budget of so many units comes from."""
    return f"{NOTICE_16}; {units} × 3 亿元"


DEFAULT: Final[dict[str, Any]] = {
    "version": "2026.1",
    "title_zh": "新型技术改造城市试点规则（2026年第1版）",
    "title_en": "Rules of the new-type technological transformation city pilot (2026, version 1)",
    "total_units": 26,
    "budget": Decimal("7800000000.00"),
    "grant_cap": Decimal("300000000.00"),
    "first_tranche_share": Decimal("0.500"),
    "project_support_share": Decimal("0.200"),
    "landmark_investment": Decimal("500000000.00"),
    "digital_target": Decimal("80.00"),
    "industries_min": 2,
    "industries_max": 4,
    "province_max": 1,
    "province_quota": 2,
    "province_days": 10,
    "mend_days": 5,
    "province_ranks": False,
    "region_bounds": {
        "east": {"min": 6, "max": 10},
        "central": {"min": 5, "max": 9},
        "west": {"min": 5, "max": 10},
        "northeast": {"min": 2, "max": 4},
    },
    "soe_max": 0,
    "reviewers_per_application": 5,
    "publicity_days": 10,
    "pass_on_days": 30,
    "details": {
        "criteria": CRITERIA,
        "review_days": 14,
        "objection_days": 10,
        "shows_others": False,
        "result_by": "mean",
        "draw_experts": 0,
        "defence_best": 0,
        "banned_uses": BANNED,
        "checklist": CHECKLIST,
        "screening": SCREENING,
        "violations": VIOLATIONS,
        "performance": PERFORMANCE,
        "assessment": ASSESSMENT,
        "sources": {
            "total_units": NOTICE_108,
            "budget": budget_source(26),
            "grant_cap": NOTICE_16,
            "first_tranche_share": NOTICE_16,
            "project_support_share": NOTICE_16,
            "landmark_investment": NOTICE_108,
            "digital_target": NOTICE_108,
            "industries_min": f"{NOTICE_108} {ASSUMED}",
            "industries_max": f"{NOTICE_108} {ASSUMED}",
            "province_max": f"{NOTICE_108} {ASSUMED}",
            "province_quota": ASSUMED,
            "province_days": ASSUMED,
            "mend_days": ASSUMED,
            "province_ranks": ASSUMED,
            "checklist": ASSUMED,
            "screening": ASSUMED,
            "performance": ASSUMED,
            "region_bounds": f"{NOTICE_108}（2025 年 9 / 6 / 9 / 2） {ASSUMED}",
            "soe_max": ASSUMED,
            "reviewers_per_application": ASSUMED,
            "publicity_days": ASSUMED,
            "pass_on_days": "《中华人民共和国预算法》第五十二条",
            "criteria": ASSUMED,
            "assessment": f"《项目支出绩效评价管理办法》（{NOTICE_10}） {ASSUMED}",
            "review_days": ASSUMED,
            "objection_days": ASSUMED,
            "shows_others": ASSUMED,
            "result_by": ASSUMED,
            "draw_experts": ASSUMED,
            "defence_best": ASSUMED,
        },
    },
}


def form_of(details: dict[str, Any]) -> dict[str, Any]:
    """The form of evaluations of a rule set; one frozen before there was a form follows the default."""
    form: dict[str, Any] = details.get("assessment") or ASSESSMENT
    return form


def performance_of(details: dict[str, Any]) -> dict[str, int]:
    """Deadlines and thresholds of a rule set's quarterly reports; what it is silent on follows the default."""
    return {**PERFORMANCE, **details.get("performance", {})}
