"""The default rule set: every number with its source. Numbers marked (assumed) were found in no source."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from portal.core.sources import ASSUMED

NOTICE_16: Final = "财建〔2024〕16号"
NOTICE_108: Final = "工信厅联规函〔2025〕108号"
EQUIPMENT: Final = "国发〔2024〕7号、工信部联规〔2024〕53号"
# Kinds of violation on which money is recovered, with the article and the fine in per cent of the amount. Article 14
# is about enterprises and persons: its four cases and the two ranges (money obtained by fraud 10 to 50, misused 10 to
# 30) were read in a public text of the decree. Which of the ranges belongs to its third and fourth case is (assumed):
# that of misuse. Article 6, about state organs, which are warned and not fined, was not read: (assumed).
_DECREE: Final = "《财政违法行为处罚处分条例》（国务院令第427号，2011年修订）"
VIOLATIONS: Final[list[dict[str, str | None]]] = [
    {
        "code": "defrauded",
        "name_zh": "企业以虚报、冒领等手段骗取财政资金",
        "name_en": "An enterprise obtained public money by false claims",
        "source": f"{_DECREE}第十四条第一项",
        "fine_from": "10",
        "fine_to": "50",
    },
    {
        "code": "diverted",
        "name_zh": "企业挪用财政资金",
        "name_en": "An enterprise diverted public money to another use",
        "source": f"{_DECREE}第十四条第二项",
        "fine_from": "10",
        "fine_to": "30",
    },
    {
        "code": "gained",
        "name_zh": "企业从无偿使用的财政资金中非法获益",
        "name_en": "An enterprise drew unlawful gain from public money",
        "source": f"{_DECREE}第十四条第三项 {ASSUMED}",
        "fine_from": "10",
        "fine_to": "30",
    },
    {
        "code": "misused",
        "name_zh": "企业其他违反规定使用财政资金的行为",
        "name_en": "An enterprise used public money otherwise against the rules",
        "source": f"{_DECREE}第十四条第四项 {ASSUMED}",
        "fine_from": "10",
        "fine_to": "30",
    },
    {
        "code": "organ_defrauded",
        "name_zh": "国家机关以虚报、冒领等手段骗取财政资金",
        "name_en": "A state organ obtained public money by false claims",
        "source": f"{_DECREE}第六条第一项 {ASSUMED}",
        "fine_from": None,
        "fine_to": None,
    },
    {
        "code": "organ_diverted",
        "name_zh": "国家机关截留、挪用财政资金",
        "name_en": "A state organ withheld or diverted public money",
        "source": f"{_DECREE}第六条第二项 {ASSUMED}",
        "fine_from": None,
        "fine_to": None,
    },
    {
        "code": "organ_retained",
        "name_zh": "国家机关滞留应当下拨的财政资金",
        "name_en": "A state organ kept public money it had to pass on",
        "source": f"{_DECREE}第六条第三项 {ASSUMED}",
        "fine_from": None,
        "fine_to": None,
    },
]

# Six criteria of equal scale 0 to 100, weights in per cent, one bonus, one veto. (assumed): the notices name the
# aspects, not the weights. section: the part of the dossier a criterion is about; comment_below: a lower score is
# explained.
_GOALS: Final = {"group_zh": "产业与目标", "group_en": "Industry and goals", "comment_below": 60}
_WORK: Final = {"group_zh": "任务与项目", "group_en": "Work and projects", "comment_below": 60}
_MEANS: Final = {"group_zh": "保障与创新", "group_en": "Safeguards and innovation", "comment_below": 60}
_MORE: Final = {"group_zh": "加分项与否决项", "group_en": "Bonus and veto"}
CRITERIA: Final[list[dict[str, Any]]] = [
    {
        "code": "foundation",
        "weight": 15,
        "max": 100,
        "name_zh": "产业基础",
        "name_en": "Industrial foundation",
        "section": "foundation",
        "guidance_zh": "规模、增长和技术改造投资在同类城市中领先为高分。",
        "guidance_en": "High where output, growth and technological transformation lead among cities of its kind.",
        **_GOALS,
    },
    {
        "code": "goals",
        "weight": 20,
        "max": 100,
        "name_zh": "目标与指标",
        "name_en": "Goals and indicators",
        "section": "targets",
        "guidance_zh": "目标高于全国要求、基数可信、逐年可考核为高分。",
        "guidance_en": "High where goals exceed those of the nation, baselines are credible, each year can be checked.",
        **_GOALS,
    },
    {
        "code": "projects",
        "weight": 25,
        "max": 100,
        "name_zh": "改造项目",
        "name_en": "Transformation projects",
        "section": "projects",
        "guidance_zh": "项目真实成熟、点线面结合、手续齐备为高分。",
        "guidance_en": "High where projects are real and ready, approved, and join plants, chains and parks.",
        **_WORK,
    },
    {
        "code": "chain",
        "weight": 15,
        "max": 100,
        "name_zh": "链主带动与央地合作",
        "name_en": "Chain leaders and central SOEs",
        "section": "partners",
        "guidance_zh": "中央企业和链主企业任务、资金明确为高分。",
        "guidance_en": "High where central SOEs and chain leaders have clear tasks and money.",
        **_WORK,
    },
    {
        "code": "funding",
        "weight": 15,
        "max": 100,
        "name_zh": "资金与保障",
        "name_en": "Funding and safeguards",
        "section": "funding",
        "guidance_zh": "资金来源落实、测算合理、监管到位为高分。",
        "guidance_en": "High where sources are settled, estimates sound and supervision is in place.",
        **_MEANS,
    },
    {
        "code": "innovation",
        "weight": 10,
        "max": 100,
        "name_zh": "机制创新",
        "name_en": "New mechanisms",
        "section": "plan",
        "guidance_zh": "有可复制、可推广的机制为高分。",
        "guidance_en": "High where mechanisms can be copied elsewhere.",
        **_MEANS,
    },
    {
        "code": "demonstration",
        "kind": "bonus",
        "max": 5,
        "name_zh": "已有国家级示范成果",
        "name_en": "National demonstrations achieved",
        "section": "foundation",
        "guidance_zh": "最多加5分，总分不超过100分。",
        "guidance_en": "Up to 5 points; the total stays at 100 at most.",
        **_MORE,
    },
    {
        "code": "veto",
        "kind": "veto",
        "max": 1,
        "name_zh": "重大失实或重大安全、环保问题",
        "name_en": "Grave untruths, or grave safety or environmental failures",
        "section": "safety",
        "guidance_zh": "不计分；须写明依据，由评审组讨论认定。",
        "guidance_en": "It has no points; say on what it rests. The panel discusses it.",
        **_MORE,
    },
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
# When a quarterly report is due (days after the quarter), how long after that the province and MIIT are told that it is
# late and have to answer, and from what share of the target path on a light is green or yellow.
PERFORMANCE: Final[dict[str, int]] = {
    "due_days": 15,
    "province_after": 7,
    "miit_after": 15,
    "answer_days": 7,
    "green_from": 90,
    "yellow_from": 70,
}
# The form of evaluations, after the measures on the evaluation of project expenditure. Their title and number, and the
# bands that MOF applies to all evaluations (90, 80, 60), were read in public texts; the weights of the groups, the
# indicators under them, their shares, the sample and the panel were not: (assumed). share: per cent of the group's
# weight. asked: which
# evaluations there are besides the final one; self_days: days after the end of a year in which the unit evaluates it.
NOTICE_10: Final = "财预〔2020〕10号"
ASSESSMENT: Final[dict[str, Any]] = {
    "groups": [
        {
            "code": "process",
            "weight": 10,
            "name_zh": "资金执行与过程管理",
            "name_en": "Use of the money and process",
            "indicators": [
                {"code": "budget", "share": 100, "name_zh": "预算执行率", "name_en": "Share of the budget carried out"},
            ],
        },
        {
            "code": "output",
            "weight": 50,
            "name_zh": "产出指标",
            "name_en": "Output",
            "indicators": [
                {"code": "quantity", "share": 40, "name_zh": "数量指标", "name_en": "Quantity"},
                {"code": "quality", "share": 30, "name_zh": "质量指标", "name_en": "Quality"},
                {"code": "time", "share": 16, "name_zh": "时效指标", "name_en": "Timeliness"},
                {"code": "cost", "share": 14, "name_zh": "成本指标", "name_en": "Cost"},
            ],
        },
        {
            "code": "benefit",
            "weight": 30,
            "name_zh": "效益指标",
            "name_en": "Benefit",
            "indicators": [
                {"code": "economic", "share": 40, "name_zh": "经济效益", "name_en": "Economic benefit"},
                {"code": "social", "share": 20, "name_zh": "社会效益", "name_en": "Social benefit"},
                {"code": "ecological", "share": 20, "name_zh": "生态效益", "name_en": "Ecological benefit"},
                {"code": "lasting", "share": 20, "name_zh": "可持续影响", "name_en": "Lasting effects"},
            ],
        },
        {
            "code": "satisfaction",
            "weight": 10,
            "name_zh": "满意度指标",
            "name_en": "Satisfaction",
            "indicators": [
                {
                    "code": "enterprises",
                    "share": 100,
                    "name_zh": "服务对象满意度",
                    "name_en": "Satisfaction of those it serves",
                },
            ],
        },
    ],
    "bands": {"excellent": 90, "good": 80, "fair": 60},
    "asked": {"self": True, "mid": True},
    "self_days": 60,
    "sample_least": 3,
    "sample_share": 30,
    "panel_least": 3,
}


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
