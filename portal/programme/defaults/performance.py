"""Deadlines and lights of quarterly reports, and the form of evaluations."""

from __future__ import annotations

from typing import Any, Final

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
