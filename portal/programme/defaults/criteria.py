"""What reviewers score, with weights and guidance."""

from __future__ import annotations

from typing import Any, Final

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
