"""The sheet of the expert pool, known again by the e-mail: one row for each profile."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from applications.sheets.columns import ChoiceColumn, CodeColumn, Column, DayColumn, yes_column
from applications.sheets.sheet import Ground, Row, Sheet, squeezed
from portal.core import clock
from portal.programme.models import CentralSOE
from reviews.enums import Expertise, Language, ReviewerGroup
from reviews.pool.columns import CountColumn, EmailColumn, FieldsColumn, FormerColumn, LanguagesColumn, NamedColumn
from reviews.pool.known import Known

GROUPS: Final = {
    ReviewerGroup.MIIT.value: ("工业和信息化部评审人员", "reviewer of MIIT"),
    ReviewerGroup.MOF.value: ("财政部评审人员", "reviewer of MOF"),
    ReviewerGroup.EXPERT.value: ("特邀专家", "invited expert"),
}
# What the page calls them, with short words people write; the first is written.
EXPERTISE: Final = {
    Expertise.FINANCE.value: ("财政资金", "财政", "public finance"),
    Expertise.ENERGY.value: ("能源与环境", "能源", "energy and environment"),
    Expertise.DIGITAL.value: ("数字化转型", "数字化", "digital transformation"),
    Expertise.SAFETY.value: ("安全生产", "安全", "work safety"),
}
_MOST: Final = Decimal(400)
_ROWS: Final = 5_000


def pool_sheet(known: Known) -> Sheet:
    """The sheet whose cells name people and entries of these lists."""
    columns = (*_person(known), *_place(known), *_work(known), _former(known))
    return Sheet("pool", "专家库", "Expert pool", columns, "email", functools.partial(_across, known), most=_ROWS)


def _person(known: Known) -> tuple[Column, ...]:
    return (
        EmailColumn(
            "email",
            "电子邮箱",
            "E-mail",
            required=True,
            example="expert@example.cn",
            hint_zh="须已由安全管理员邀请并持有评审岗位；导入不新建账号",
            hint_en="Of a person whom the security administrator has invited to a reviewer's post; no account is made",
            width=30,
            emails=frozenset(known.people),
        ),
        Column(
            "name",
            "姓名",
            "Name",
            required=True,
            example="张三",
            hint_zh="须与账号姓名一致",
            hint_en="As in the account",
        ),
        ChoiceColumn(
            "group",
            "人员类别",
            "Group",
            values=GROUPS,
            also={one.value.lower(): one.value for one in ReviewerGroup},
            hint_zh="可留空，按所持岗位确定",
            hint_en="May stay empty: it follows the post",
            width=24,
        ),
    )


def _place(known: Known) -> tuple[Column, ...]:
    return (
        NamedColumn(
            "home_province",
            "所在省份",
            "Home province",
            required=True,
            example="福建",
            hint_zh="名称或代码；该省的申报不会分配给此人",
            hint_en="Name or code; applications of this province are never given to the person",
            names={squeezed(n): p.pk for p in known.provinces for n in (p.pk, p.short_zh, p.name_zh, p.name_en)},
            shown={row.pk: row.short_zh for row in known.provinces},
            wrong="province_unknown",
            offers=True,
        ),
        Column("employer", "工作单位", "Employer", required=True, example="示例大学", width=30),
        CodeColumn(
            "employer_code",
            "工作单位信用代码",
            "Credit code of the employer",
            example="91110000600037341L",
            hint_zh="18位，列格式为文本",
            hint_en="18 signs, column formatted as text",
            width=24,
        ),
        _soe(known),
    )


def _soe(known: Known) -> NamedColumn:
    names, unclear = _soe_names(known.soes)
    return NamedColumn(
        "employer_soe",
        "任职的中央企业",
        "Central SOE that employs",
        hint_zh="名称或代码（如YQ001），见“列表”",
        hint_en="Name or code (YQ001), see the sheet of lists",
        width=30,
        names=names,
        # By its code where its name leads to another: what is written comes back as the same one.
        shown={
            row.code: row.name_zh if names.get(squeezed(row.name_zh)) == row.code else row.code for row in known.soes
        },
        unclear=unclear,
        wrong="soe_unknown",
    )


def _soe_names(soes: Sequence[CentralSOE]) -> tuple[dict[str, str], dict[str, str]]:
    """Code by name, and for names that stay unclear the codes of all that have them.

    A conflict of interest follows from the enterprise, so the last of a name may not win in silence. A code is that of
    one; a name that others had who ended is that of the one which stands.
    """
    having: dict[str, list[CentralSOE]] = {}
    for row in soes:
        for name in {squeezed(name) for name in (row.name_zh, row.short_zh, row.name_en)}:
            having.setdefault(name, []).append(row)
    found, unclear, today = {}, {}, clock.today()
    for name, rows in having.items():
        standing = [row for row in rows if not row.has_ended(today)] if len(rows) > 1 else rows
        if len(standing) == 1:
            found[name] = standing[0].code
        else:
            unclear[name] = ", ".join(sorted(row.code for row in rows))
    codes = {squeezed(row.code): row.code for row in soes}
    return found | codes, {name: which for name, which in unclear.items() if name not in codes}


def _work(known: Known) -> tuple[Column, ...]:
    divisions = {squeezed(name): row.pk for row in known.divisions for name in (row.pk, row.name_zh, row.name_en)}
    expertise = {squeezed(name): code for code, names in EXPERTISE.items() for name in (code, *names)}
    return (
        FieldsColumn(
            "fields",
            "专业领域",
            "Fields",
            example="C26:3; C36:2; 数字化转型:2",
            hint_zh="大类代码或财政资金、能源与环境、数字化转型、安全生产，冒号后为1至3（3为精通），用分号隔开",
            hint_en="Divisions by code, or finance, energy, digital, safety; a colon, 1 to 3 (expert); with semicolons",
            width=34,
            default=None,
            names=divisions | expertise,
            shown={code: names[0] for code, names in EXPERTISE.items()},
        ),
        LanguagesColumn(
            "languages",
            "工作语言",
            "Languages",
            example="中文; English",
            hint_zh="中文、English，用分号隔开；留空为中文",
            hint_en="中文, English, semicolons between; empty: Chinese",
            default=(Language.ZH.value,),
        ),
        DayColumn("away_from", "外出起日", "Away from", default=None, example="2027-05-01"),
        DayColumn("away_to", "外出止日", "Away until", default=None, example="2027-05-15"),
        CountColumn(
            "min_load",
            "最少评审数",
            "Fewest applications",
            places=0,
            ceiling=_MOST,
            default=0,
            example=5,
            hint_zh="留空为0",
            hint_en="Empty: 0",
        ),
        CountColumn(
            "max_load",
            "承担件数上限",
            "Most applications",
            places=0,
            ceiling=_MOST,
            default=30,
            example=30,
            hint_zh="留空为30",
            hint_en="Empty: 30",
        ),
        yes_column(
            "is_active",
            "可承担评审",
            "Available",
            default=True,
            example="是",
            hint_zh="留空为是",
            hint_en="Empty: yes",
        ),
    )


def _former(known: Known) -> Column:
    return FormerColumn(
        "former",
        "近三年曾任职单位",
        "Former employers of three years",
        example="示例集团 | 91110000600037341L | 2026-03-31",
        hint_zh="单位 | 信用代码 | 离职日期，多个用分号隔开；代码可留空；属中央企业的，末尾加“ | 企业名称”",
        hint_en="name | credit code | last day, semicolons between; the code may be left out; a central "
        "SOE is named as a fourth part",
        width=44,
        default=(),
        soe=_soe(known),
    )


def _across(known: Known, row: Row, ground: Ground) -> list[tuple[str, str, dict[str, Any]]]:
    found: list[tuple[str, str, dict[str, Any]]] = []
    person = known.people.get(row.get("email", ""))
    # The name keeps a row that slipped, or a mistyped address, from filling in another person's profile: conflicts of
    # interest follow from it. So a name that differs is a problem, not a remark.
    if person is not None and "name" in row and _same(row["name"]) != _same(person.name):
        found.append(("name", "name_of_another", {"name": person.name}))
    if person is not None and row.get("group") and row["group"] not in person.groups:
        found.append(("group", "group_not_of_post", {}))
    if "away_from" in row and "away_to" in row:
        start, end = row["away_from"], row["away_to"]
        if (start is None) != (end is None) or (start and end and end < start):
            found.append(("away_to" if start else "away_from", "away_in_order", {}))
    if row.get("max_load") == 0:
        found.append(("max_load", "most_is_none", {}))
    elif row.get("min_load", 0) > row.get("max_load", _MOST):
        found.append(("min_load", "least_above_most", {}))
    return found


def _same(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()
