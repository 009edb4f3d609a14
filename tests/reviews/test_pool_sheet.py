"""The sheet of the expert pool without a database: what each cell may hold, and that an export comes back the same."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applications.exports import csv_file, workbook
from applications.imports import judging, reading
from applications.sheets.problems import Wrong, is_odd, words
from applications.sheets.sheet import Ground
from portal.core.readable import is_seen
from portal.programme.models import CentralSOE, Industry, Province
from reviews.pool.columns import in_order
from reviews.pool.known import Known, PoolPerson
from reviews.pool.sheet import EXPERTISE, pool_sheet
from tests.factories_roster import credit_code

NAMES = ("张三", "李四", "Wang Wu")
PEOPLE = {f"p{n}@zj.test": PoolPerson(n, f"p{n}@zj.test", NAMES[n], ("expert",), "expert") for n in range(3)}
KNOWN = Known(
    PEOPLE,
    [
        Province(code="350000", short_zh="福建", name_zh="福建省", name_en="Fujian"),
        Province(code="XPCC", short_zh="兵团", name_zh="新疆生产建设兵团", name_en="XPCC"),
    ],
    [
        Industry(code="C25", name_zh="石油、煤炭及其他燃料加工业", name_en="Processing of Petroleum, Coal"),
        Industry(code="C26", name_zh="化学原料和化学制品制造业", name_en="Chemicals"),
        Industry(code="C36", name_zh="汽车制造业", name_en="Automobiles"),
    ],
    [
        CentralSOE(code="YQ001", list_no=1, name_zh="中国核工业集团有限公司", short_zh="中核集团", name_en="CNNC"),
        CentralSOE(code="YQ012", list_no=12, name_zh="示例集团有限公司", short_zh="示例集团", name_en="Sample Group"),
    ],
)
SHEET = pool_sheet(KNOWN)
CODE = credit_code(1)


def read(key, cell):
    return SHEET.by_key[key].value(cell, [])


def wrong(key, cell):
    with pytest.raises(Wrong) as error:
        read(key, cell)
    assert "%(" not in words(error.value.code, error.value.params)
    return error.value.code


@pytest.mark.parametrize(
    ("key", "cell", "value"),
    [
        ("email", " P1@ZJ.test ", "p1@zj.test"),
        ("email", "ｐ1＠zj.test", "p1@zj.test"),
        ("group", "特邀专家", "expert"),
        ("group", "MIIT", "MIIT"),
        ("group", "", ""),
        ("home_province", "福建", "350000"),
        ("home_province", "福建省", "350000"),
        ("home_province", "fujian", "350000"),
        ("home_province", 350000.0, "350000"),
        ("home_province", "xpcc", "XPCC"),
        ("employer_code", CODE.lower(), CODE),
        ("employer_soe", "中核集团", "YQ001"),
        ("employer_soe", "YQ012", "YQ012"),
        ("employer_soe", "", None),
        ("fields", "C26:3; C36:2; digital:2", {"C26": 3, "C36": 2, "digital": 2}),
        ("fields", "Ｃ26：3；36＝2，数字化：2、安全生产:1", {"C26": 3, "C36": 2, "digital": 2, "safety": 1}),
        ("fields", "石油、煤炭及其他燃料加工业:1\nC26 化学原料和化学制品制造业:3", {"C25": 1, "C26": 3}),
        ("fields", " Processing of Petroleum, Coal : 2 ;", {"C25": 2}),
        ("fields", "", {}),
        ("fields", None, {}),
        ("languages", "", ("zh",)),
        ("languages", "en", ("en",)),
        ("languages", "英文、中文", ("zh", "en")),
        ("languages", "ZH/EN", ("zh", "en")),
        ("away_from", "2027年5月1日", date(2027, 5, 1)),
        ("away_to", "", None),
        ("min_load", "", 0),
        ("max_load", "", 30),
        ("max_load", "４００", 400),
        ("is_active", "", True),
        ("is_active", "否", False),
        ("former", "", ()),
        ("former", f"甲公司 | {CODE} | 2026-03-31", (("甲公司", CODE, date(2026, 3, 31), None),)),
        (
            "former",
            "乙公司｜2025-01-31；甲公司｜｜2026/3/31｜中核集团",
            (("甲公司", "", date(2026, 3, 31), "YQ001"), ("乙公司", "", date(2025, 1, 31), None)),
        ),
        ("former", r"A\;B\|C | | 2026-03-31", (("A;B|C", "", date(2026, 3, 31), None),)),
    ],
)
def test_a_cell_is_read(key, cell, value):
    assert read(key, cell) == value
    assert type(read(key, cell)) is type(value)


@pytest.mark.parametrize(
    ("key", "cell", "code"),
    [
        ("email", "", "missing"),
        ("email", "nobody@zj.test", "person_unknown"),
        ("email", 5.0, "person_unknown"),
        ("group", "x", "not_in_list"),
        ("home_province", "", "missing"),
        ("home_province", "Bavaria", "province_unknown"),
        ("employer", "", "missing"),
        ("employer", "x" * 161, "too_long"),
        ("employer_code", "123", "code_length"),
        ("employer_code", CODE[:-1] + ("0" if CODE[-1] != "0" else "1"), "code_digit"),
        ("employer_soe", "No such group", "soe_unknown"),
        ("employer_soe", 12.0, "soe_unknown"),  # the directory is numbered anew when an enterprise leaves it
        ("fields", "C26:4", "field_strength"),
        ("fields", "C26:0", "field_strength"),
        ("fields", "C26", "field_strength"),
        ("fields", "C26:3; digital", "field_strength"),
        ("fields", "C26:3.0", "field_strength"),
        ("fields", "C99:1", "field_unknown"),
        ("fields", "C263:1", "field_unknown"),
        ("fields", "magic:1", "field_unknown"),
        ("fields", "C26:1; 26:2", "field_twice"),
        ("fields", 26.0, "not_text"),
        ("languages", "中文; fr", "language_unknown"),
        ("away_from", "1.5.2027", "no_date"),
        ("min_load", "401", "too_large"),
        ("min_load", "-1", "below_zero"),
        ("min_load", "1.5", "too_fine"),
        ("is_active", "maybe", "not_in_list"),
        ("former", "甲公司", "former_unreadable"),
        ("former", "甲公司 | 2026-13-31", "former_unreadable"),
        ("former", " | | 2026-03-31", "former_unreadable"),
        ("former", "甲 | 123 | 2026-03-31", "code_length"),
        ("former", "甲 | | 2026-03-31 | 无此企业", "soe_unknown"),
        ("former", "甲 | 2026-03-31; 甲 | 2026-03-31", "former_twice"),
        ("former", "; ".join(f"甲{n} | 2026-03-31" for n in range(21)), "former_many"),
    ],
)
def test_a_cell_that_cannot_be_read_says_why(key, cell, code):
    assert wrong(key, cell) == code


@pytest.mark.parametrize(
    ("changes", "key", "code"),
    [
        ({"name": "李四"}, "name", "name_of_another"),
        ({"group": "MOF"}, "group", "group_not_of_post"),
        ({"away_from": date(2027, 5, 2), "away_to": date(2027, 5, 1)}, "away_to", "away_in_order"),
        ({"away_from": date(2027, 5, 2)}, "away_to", "away_in_order"),
        ({"away_to": date(2027, 5, 2)}, "away_from", "away_in_order"),
        ({"max_load": 0}, "max_load", "most_is_none"),
        ({"min_load": 31}, "min_load", "least_above_most"),
    ],
)
def test_cells_that_do_not_fit_together(changes, key, code):
    row = line(0) | changes
    assert [(where, which) for where, which, _params in SHEET.across(row, GROUND)] == [(key, code)]


def test_blanks_and_width_of_a_name_do_not_matter():
    assert SHEET.across(line(2) | {"name": "ＷＡＮＧ　wu "}, GROUND) == []


GROUND = Ground(frozenset(), ())


def line(number: int):
    """A whole row as it stands."""
    return {
        "email": f"p{number}@zj.test",
        "name": NAMES[number],
        "group": "expert",
        "home_province": "350000",
        "employer": "示例大学",
        "employer_code": "",
        "employer_soe": None,
        "fields": {},
        "languages": ("zh",),
        "away_from": None,
        "away_to": None,
        "min_load": 0,
        "max_load": 30,
        "is_active": True,
        "former": (),
    }


SIGNS = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Zl", "Zp"]).filter(lambda s: not is_odd(s))
TEXTS = (
    (st.text(SIGNS, min_size=1, max_size=30) | st.text("\\;；|｜ ab'=#\"", min_size=1, max_size=12))
    .map(lambda text: unicodedata.normalize("NFC", text).strip())
    .filter(lambda text: is_seen(text) and len(text) <= 160)
)
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
CODES = st.just("") | st.integers(1, 9_999_999).map(credit_code)
SOES = st.sampled_from([None, "YQ001", "YQ012"])


@st.composite
def rows(draw):
    """Profiles as the pool keeps them."""
    made = []
    for number in range(draw(st.integers(0, 3))):
        away = sorted(draw(st.tuples(DAYS, DAYS))) if draw(st.booleans()) else (None, None)
        most = draw(st.integers(1, 400))
        former = draw(st.lists(st.tuples(TEXTS, CODES, DAYS, SOES), max_size=5, unique_by=lambda one: one[:3:2]))
        made.append(
            line(number)
            | {
                "home_province": draw(st.sampled_from(["350000", "XPCC"])),
                "employer": draw(TEXTS),
                "employer_code": draw(CODES),
                "employer_soe": draw(SOES),
                "fields": draw(st.dictionaries(st.sampled_from(["C25", "C26", "C36", *EXPERTISE]), st.integers(1, 3))),
                "languages": draw(st.sampled_from([("zh",), ("en",), ("zh", "en")])),
                "away_from": away[0],
                "away_to": away[1],
                "min_load": draw(st.integers(0, most)),
                "max_load": most,
                "is_active": draw(st.booleans()),
                "former": in_order(former),
            }
        )
    return made


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(rows=rows())
def test_an_export_brought_again_changes_nothing(kind, rows):
    file = io.BytesIO()
    if kind == "csv":
        csv_file.write(file, SHEET, rows)
    else:
        workbook.write(file, SHEET, rows, industries=[])
    verdict = judging.judge(reading.read(file, SHEET), SHEET, GROUND)
    assert verdict.problems == []
    assert verdict.good == rows
    found = judging.compare(verdict.good, {row["email"]: row for row in rows}, SHEET)
    assert (found.new, found.changed, found.same, found.absent) == (0, 0, len(rows), 0)


def test_cells_for_figures_show_no_point_with_nothing_behind_it():
    file = io.BytesIO()
    workbook.write(file, SHEET, [], industries=[])
    with zipfile.ZipFile(file) as book:
        looks = book.read("xl/styles.xml").decode()
    assert 'formatCode="#,##0"' in looks
    assert 'formatCode="#,##0.######"' not in looks


class TestNamesUsedTwice:
    """A conflict of interest follows from the enterprise: of two of a name none is taken in silence."""

    def soe(self, number, name, short, **more):
        return CentralSOE(code=f"YQ{number:03}", name_zh=name, name_en=f"Group {number}", short_zh=short, **more)

    def column(self, *soes):
        return pool_sheet(Known(PEOPLE, KNOWN.provinces, KNOWN.divisions, soes)).by_key["employer_soe"]

    def test_a_name_of_two_that_stand_is_refused_with_their_codes(self):
        column = self.column(self.soe(1, "甲集团", "同称"), self.soe(2, "乙集团", "同称"))
        with pytest.raises(Wrong) as error:
            column.value("同称", [])
        assert error.value.code == "named_several_times"
        assert "YQ001, YQ002" in words(error.value.code, error.value.params)
        assert [column.value(name, []) for name in ("甲集团", "乙集团", "YQ001")] == ["YQ001", "YQ002", "YQ001"]

    @pytest.mark.parametrize("order", [1, -1])
    def test_a_name_of_one_that_ended_is_that_of_the_one_that_stands(self, order):
        ended = self.soe(1, "同名集团", "同名", valid_to=date(2025, 1, 1))
        column = self.column(*[ended, self.soe(2, "同名集团", "同名")][::order])
        assert column.value("同名集团", []) == "YQ002"
        assert [column.value(column.write(code), []) for code in ("YQ001", "YQ002")] == ["YQ001", "YQ002"]
