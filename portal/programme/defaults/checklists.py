"""What provinces and ministries look at, point by point."""

from __future__ import annotations

from typing import Final

from portal.core.sources import ASSUMED
from portal.programme.defaults.notices import NOTICE_16, NOTICE_108

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
