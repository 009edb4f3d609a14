"""On what money is recovered, and what it is never spent on."""

from __future__ import annotations

from typing import Final

from portal.core.sources import ASSUMED

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

BANNED: Final[list[dict[str, str]]] = [
    {"zh": "职工福利", "en": "staff benefits"},
    {"zh": "日常运转经费", "en": "running costs"},
    {"zh": "办公用房建设", "en": "office buildings"},
    {"zh": "平衡预算", "en": "balancing the budget"},
]
