"""The default rule set: every number with its source. Numbers marked (assumed) were found in no source."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

NOTICE_16: Final = "财建〔2024〕16号"
NOTICE_108: Final = "工信厅联规函〔2025〕108号"
EQUIPMENT: Final = "国发〔2024〕7号、工信部联规〔2024〕53号"
ASSUMED: Final = "(assumed)"

# Six criteria of equal scale 0 to 100, weights in per cent. (assumed): the notices name the aspects, not the weights.
CRITERIA: Final[list[dict[str, Any]]] = [
    {"code": "foundation", "weight": 15, "max": 100, "name_zh": "产业基础", "name_en": "Industrial foundation"},
    {"code": "goals", "weight": 20, "max": 100, "name_zh": "目标与指标", "name_en": "Goals and indicators"},
    {"code": "projects", "weight": 25, "max": 100, "name_zh": "改造项目", "name_en": "Transformation projects"},
    {
        "code": "chain",
        "weight": 15,
        "max": 100,
        "name_zh": "链主带动与央地合作",
        "name_en": "Chain leaders and central SOEs",
    },
    {"code": "funding", "weight": 15, "max": 100, "name_zh": "资金与保障", "name_en": "Funding and safeguards"},
    {"code": "innovation", "weight": 10, "max": 100, "name_zh": "机制创新", "name_en": "New mechanisms"},
]
BANNED: Final[list[dict[str, str]]] = [
    {"zh": "职工福利", "en": "staff benefits"},
    {"zh": "日常运转经费", "en": "running costs"},
    {"zh": "办公用房建设", "en": "office buildings"},
    {"zh": "平衡预算", "en": "balancing the budget"},
]
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
    "region_bounds": {
        "east": {"min": 6, "max": 10},
        "central": {"min": 5, "max": 9},
        "west": {"min": 5, "max": 10},
        "northeast": {"min": 2, "max": 4},
    },
    "reviewers_per_application": 5,
    "publicity_days": 10,
    "pass_on_days": 30,
    "details": {
        "criteria": CRITERIA,
        "banned_uses": BANNED,
        "sources": {
            "total_units": NOTICE_108,
            "budget": f"{NOTICE_16}; 26 × 3 亿元",
            "grant_cap": NOTICE_16,
            "first_tranche_share": NOTICE_16,
            "project_support_share": NOTICE_16,
            "landmark_investment": NOTICE_108,
            "digital_target": NOTICE_108,
            "industries_min": f"{NOTICE_108} {ASSUMED}",
            "industries_max": f"{NOTICE_108} {ASSUMED}",
            "province_max": f"{NOTICE_108} {ASSUMED}",
            "province_quota": ASSUMED,
            "region_bounds": f"{NOTICE_108}（2025 年 9 / 6 / 9 / 2） {ASSUMED}",
            "reviewers_per_application": ASSUMED,
            "publicity_days": ASSUMED,
            "pass_on_days": "《中华人民共和国预算法》第五十二条",
            "criteria": ASSUMED,
        },
    },
}
