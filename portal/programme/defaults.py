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
# What each department of a province looks at before it recommends. side: industry or finance; section: where the unit
# mends it.
CHECKLIST: Final[list[dict[str, str]]] = [
    {
        "code": "fit",
        "side": "industry",
        "section": "industries",
        "name_zh": "重点行业符合国家战略且本地基础扎实",
        "name_en": "Focus industries fit the national strategy and have a base in the unit",
        "source": NOTICE_108,
    },
    {
        "code": "projects",
        "side": "industry",
        "section": "projects",
        "name_zh": "改造项目真实、前期手续齐备，标志性项目达到投资要求",
        "name_en": "Projects are real, approved and ready; the landmark project reaches the investment required",
        "source": NOTICE_108,
    },
    {
        "code": "targets",
        "side": "industry",
        "section": "targets",
        "name_zh": "目标与指标可核查、可实现",
        "name_en": "Targets and indicators can be verified and reached",
        "source": NOTICE_108,
    },
    {
        "code": "partners",
        "side": "industry",
        "section": "partners",
        "name_zh": "联合申报的中央企业任务清楚、承诺函齐全",
        "name_en": "Tasks of joint central SOEs are clear and their commitment letters complete",
        "source": NOTICE_108,
    },
    {
        "code": "amount",
        "side": "finance",
        "section": "basics",
        "name_zh": "申请资金额度合规，支持方式与比例符合规定",
        "name_en": "The amount asked, the methods and the shares of support keep the rules",
        "source": NOTICE_16,
    },
    {
        "code": "twice",
        "side": "finance",
        "section": "projects",
        "name_zh": "已核查项目未获得其他中央财政资金重复支持",
        "name_en": "It was verified that no project is supported twice with national money",
        "source": NOTICE_16,
    },
    {
        "code": "uses",
        "side": "finance",
        "section": "projects",
        "name_zh": "资金用途不含福利、运转、楼堂馆所及平衡预算",
        "name_en": "No money goes to benefits, running costs, office buildings or the balancing of a budget",
        "source": NOTICE_16,
    },
    {
        "code": "matching",
        "side": "finance",
        "section": "projects",
        "name_zh": "地方配套资金落实，不新增隐性债务",
        "name_en": "Local matching money is secured without new hidden debt",
        "source": ASSUMED,
    },
]
# What each ministry looks at in screening. side: the code of the ministry; section: where the unit corrects it.
SCREENING: Final[list[dict[str, str]]] = [
    {
        "code": "standing",
        "side": "MIIT",
        "section": "basics",
        "name_zh": "申报主体、推荐程序与推荐名额符合通知要求",
        "name_en": "Applicant, recommendation and quota keep the notice",
        "source": NOTICE_108,
    },
    {
        "code": "coherence",
        "side": "MIIT",
        "section": "plan",
        "name_zh": "实施方案完整，目标、任务与项目相互支撑",
        "name_en": "The plan is whole; targets, tasks and projects carry each other",
        "source": NOTICE_108,
    },
    {
        "code": "targets",
        "side": "MIIT",
        "section": "targets",
        "name_zh": "目标达到规则要求且可核查",
        "name_en": "Targets reach what the rules ask and can be verified",
        "source": NOTICE_108,
    },
    {
        "code": "projects",
        "side": "MIIT",
        "section": "projects",
        "name_zh": "标志性项目与改造项目真实可行，起止时间在试点期内",
        "name_en": "Landmark and transformation projects are real and lie within the period",
        "source": NOTICE_108,
    },
    {
        "code": "partners",
        "side": "MIIT",
        "section": "partners",
        "name_zh": "联合申报的中央企业承诺明确、责任清楚",
        "name_en": "Joint central SOEs commit themselves clearly",
        "source": NOTICE_108,
    },
    {
        "code": "amount",
        "side": "MOF",
        "section": "funding",
        "name_zh": "申请资金额度、支持方式与比例符合规定",
        "name_en": "Amount asked, methods and shares of support keep the rules",
        "source": NOTICE_16,
    },
    {
        "code": "twice",
        "side": "MOF",
        "section": "projects",
        "name_zh": "项目未获得其他中央财政资金重复支持",
        "name_en": "No project is supported twice with national money",
        "source": NOTICE_16,
    },
    {
        "code": "uses",
        "side": "MOF",
        "section": "funding",
        "name_zh": "资金用途不含福利、运转、楼堂馆所及平衡预算，地方配套不新增隐性债务",
        "name_en": "No money goes to banned uses; local matching makes no hidden debt",
        "source": NOTICE_16,
    },
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
        "banned_uses": BANNED,
        "checklist": CHECKLIST,
        "screening": SCREENING,
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
            "province_days": ASSUMED,
            "mend_days": ASSUMED,
            "province_ranks": ASSUMED,
            "checklist": ASSUMED,
            "screening": ASSUMED,
            "region_bounds": f"{NOTICE_108}（2025 年 9 / 6 / 9 / 2） {ASSUMED}",
            "soe_max": ASSUMED,
            "reviewers_per_application": ASSUMED,
            "publicity_days": ASSUMED,
            "pass_on_days": "《中华人民共和国预算法》第五十二条",
            "criteria": ASSUMED,
        },
    },
}
