"""Lists: sorting, filters, pages, totals, files; the same number of queries at any size."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.http import QueryDict
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from django.utils.safestring import mark_safe
from python_calamine import CalamineWorkbook

from portal.core import clock
from portal.core.tables import Choice, Column, Day, Listing, Search, Table
from portal.programme.models import CentralSOE, Industry, PilotUnit


def request(**query):
    return RequestFactory().get("/list/", query)


def table(model=Industry, rows=None, columns=None, **how):
    query = how.pop("query", {})
    return Table(
        request(**query),
        model.objects.order_by("pk") if rows is None else rows,
        name="things",
        columns=columns or [Column("code", "Code", kind="code", sort="code", header=True)],
        **how,
    )


def shown(found):
    first = found.columns[0]
    return [str(first.show(first.read(row), row)) for row in found.shown]


def content(answer):
    found = b"".join(answer.streaming_content)
    if answer.file_to_stream is not None:  # the test client closes it by itself
        answer.file_to_stream.close()
    return found


def test_sorts_both_ways_and_says_so(db):
    up = table(query={"sort": "code"})
    down = table(query={"sort": "-code"})
    assert up.rows.first() == down.rows.last()
    assert [head.direction for head in (up.heads[0], down.heads[0])] == ["ascending", "descending"]
    assert QueryDict(up.heads[0].url.lstrip("?"))["sort"] == "-code"
    assert QueryDict(down.heads[0].url.lstrip("?"))["sort"] == "code"


@pytest.mark.parametrize("sort", ["password", "-", "--code", "code;drop", "name_zh", ""])
def test_unknown_order_is_left_aside(db, sort):
    found = table(query={"sort": sort})
    assert found.sort == ""
    assert len(found.shown) == 50


def test_search_and_choice_narrow(db):
    filters = [Search("code", "name_zh"), Choice("level", "Level", [("division", "Division"), ("group", "Group")])]
    everything = table(filters=filters)
    some = table(filters=filters, query={"q": "C13", "level": "group"})
    assert 0 < some.page.paginator.count < everything.page.paginator.count
    assert all("C13" in text for text in shown(some))
    assert some.is_filtered
    assert not everything.is_filtered
    assert "level=group" in some.csv_url


@pytest.mark.parametrize("value", ["\x00", "%", "x" * 5000, "'; drop table x", "nobody"])
def test_odd_values_find_nothing_and_break_nothing(db, value):
    filters = [Search("code"), Choice("level", "Level", [("group", "Group")])]
    assert table(filters=filters, query={"level": value}).page.paginator.count in {0, Industry.objects.count()}
    assert table(filters=filters, query={"q": value}).page.paginator.count in {0, Industry.objects.count()}


def test_a_choice_of_another_kind_finds_nothing(db):
    filters = [Choice("no", "Number", [], field="list_no")]
    assert (
        table(CentralSOE, filters=filters, query={"no": "not a number"}, columns=[Column("list_no", "No")]).shown == []
    )


def test_days_are_inclusive(db):
    day = CentralSOE.objects.first().as_of
    columns = [Column("list_no", "No")]
    filters = [Day("since", "Since", "as_of"), Day("until", "Until", "as_of", until=True)]
    everything = CentralSOE.objects.filter(as_of=day).count()
    same = table(CentralSOE, filters=filters, columns=columns, query={"since": str(day), "until": str(day)})
    assert same.page.paginator.count == everything
    assert table(CentralSOE, filters=filters, columns=columns, query={"since": "rubbish"}).shown


def test_first_and_last_of_all_days_are_days(db):
    filters = [Day("since", "Since", "as_of"), Day("until", "Until", "as_of", until=True)]
    ends = {"since": "0001-01-01", "until": "9999-12-31"}
    found = table(CentralSOE, filters=filters, columns=[Column("list_no", "No")], query=ends)
    assert found.page.paginator.count == CentralSOE.objects.count()
    moments = [Day("since", "Since", "at", moment=True), Day("until", "Until", "at", until=True, moment=True)]
    first, last = (one.condition(ends[one.key]).children[0][1] for one in moments)
    assert first < clock.now() < last


@pytest.mark.parametrize("page", ["0", "-3", "999", "x", ""])
def test_pages_out_of_range_give_the_nearest(db, page):
    assert len(table(query={"page": page}).shown) > 0


@pytest.mark.parametrize("size", [10, 400])
def test_costs_the_same_at_any_size(db, budget, size):
    rows = PilotUnit.objects.filter(pk__in=PilotUnit.objects.values("pk")[:size]).select_related("province")
    columns = [
        Column("code", "Code"),
        Column("province", "Province"),
        Column("name", "Name", value="province.name_zh"),
    ]
    with budget(2):
        found = table(rows=rows, columns=columns)
        assert len(found.shown) == min(size, 50)


def test_total_is_over_all_rows_not_the_page(db, budget):
    columns = [Column("name", "Name", value=str), Column("list_no", "Sum", kind="number", total=True)]
    with budget(2):
        found = table(CentralSOE, columns=columns, size=5)
        assert len(found.shown) == 5
        totals = {column.key: value for column, value in found.totals}
    assert totals["list_no"] == f"{sum(CentralSOE.objects.values_list('list_no', flat=True)):,}"
    assert totals["name"] == ""


def test_a_list_of_rows_adds_up_too(db):
    columns = [Column("name", "Name"), Column("sum", "Sum", kind="yuan", total=True)]
    found = table(
        rows=[{"name": "甲", "sum": Decimal("0.10")}, {"name": "乙", "sum": Decimal("0.20")}], columns=columns
    )
    assert [value for _, value in found.totals] == ["", "0.30"]


def test_money_stands_in_the_unit_of_its_heading():
    wan = Column("amount", "Amount", kind="wan")
    row = {"amount": Decimal("123456789.01")}
    with translation.override("zh-hans"):
        assert wan.heading == "Amount（万元）"
    assert wan.show(row["amount"]) == "12,345.678901"
    assert wan.plain(row) == Decimal("12345.678901")
    assert Column("amount", "Amount", kind="yuan").show(row["amount"]) == "123,456,789.01"
    assert wan.show(None) == "–"


@pytest.mark.parametrize(
    ("value", "shown"), [("100", "100"), ("1200", "1,200"), ("0", "0"), ("100.50", "100.5"), ("10.00", "10")]
)
def test_the_noughts_of_a_whole_figure_stay(value, shown):
    assert Column("share", "Share", kind="percent").show(Decimal(value)) == shown


LISTED = Listing(
    lambda level: Industry.objects.filter(level=level).order_by("-pk").values_list("pk", "code", named=True)
)
SUMMED = Listing(lambda since: CentralSOE.objects.filter(list_no__gte=since).order_by("list_no"))


@pytest.mark.parametrize("query", [{}, {"page": "1"}, {"page": "2"}, {"sort": "-code"}, {"sort": "code"}, {"q": "C13"}])
def test_a_listing_shows_what_its_rows_would(db, budget, query):
    filters = [Search("code")]
    plain = table(rows=LISTED("group").rows(), filters=filters, query=query)
    assert plain.body and plain.page.paginator.count  # noqa: PT018 - asked before anything is counted
    for _time in range(2):
        with budget(2):
            kept = table(rows=LISTED("group"), filters=filters, query=query)
            assert shown(kept) == shown(plain)
            assert kept.page.paginator.count == plain.page.paginator.count
    assert kept.page.has_next() == plain.page.has_next()
    assert kept.body == plain.body


def test_a_listing_adds_up_and_comes_whole_as_a_file(db, budget):
    columns = [Column("list_no", "No", kind="number", total=True, header=True)]
    everything = list(CentralSOE.objects.filter(list_no__gte=10).values_list("list_no", flat=True))
    with budget(2):
        found = table(rows=SUMMED(10), columns=columns, size=5)
        assert len(found.shown) == 5
        assert found.totals[0][1] == f"{sum(everything):,}"
    assert found.page.paginator.count == len(everything)
    answer = table(rows=SUMMED(10), columns=columns, size=5, query={"format": "csv"}).file()
    assert len(content(answer).decode().splitlines()) == 1 + len(everything)
    assert table(rows=SUMMED(30_000), columns=columns).shown == []


def test_a_listing_that_can_hold_nothing_is_empty(db):
    none = Listing(lambda: CentralSOE.objects.filter(pk__in=[]))
    found = table(rows=none(), columns=[Column("list_no", "No", kind="number", total=True)])
    assert (found.shown, found.totals, found.page.paginator.count) == ([], [], 0)


def test_what_is_html_is_never_taken_for_the_same_words_as_text(db):
    words = iter([mark_safe("<b>1</b>"), "<b>1</b>", "<b>1</b>", mark_safe("<b>1</b>")])
    columns = [Column("code", "Code", header=True), Column("text", "Text", value=lambda _row: next(words))]
    body = table(rows=Industry.objects.order_by("pk")[:4], columns=columns).body
    assert re.findall(r"<span>(<b>1</b>|&lt;b&gt;1&lt;/b&gt;)</span>", body) == [
        "<b>1</b>",
        "&lt;b&gt;1&lt;/b&gt;",
        "&lt;b&gt;1&lt;/b&gt;",
        "<b>1</b>",
    ]


EVIL = [{"name": "=1+1"}, {"name": "@cmd"}, {"name": "-2"}, {"name": "+3"}, {"name": "＝1"}, {"name": '好，"坏"\n换行'}]


def test_csv_holds_what_is_shown_and_no_formula(db):
    answer = table(rows=EVIL, columns=[Column("name", "名称")], query={"format": "csv"}).file()
    text = content(answer).decode("utf-8-sig")
    assert [line[0] for line in csv.reader(io.StringIO(text))] == [
        "名称",
        "'=1+1",
        "'@cmd",
        "'-2",
        "'+3",
        "'＝1",
        '好，"坏"\n换行',
    ]
    assert "attachment" in answer["Content-Disposition"]


def test_xlsx_holds_figures_days_and_no_formula(db):
    columns = [Column("name", "名称"), Column("sum", "金额", kind="wan"), Column("day", "日", kind="date")]
    rows = [row | {"sum": Decimal("30000000.50"), "day": date(2026, 3, 2)} for row in EVIL]
    answer = table(rows=rows, columns=columns, query={"format": "xlsx"}).file()
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content(answer))).get_sheet_by_index(0)
    lines = sheet.to_python()
    assert lines[1] == ["=1+1", 3000.00005, date(2026, 3, 2)]
    assert len(lines) == 1 + len(EVIL)


def test_a_file_adds_up_to_what_counts_as_the_page_does(db):
    rows = [{"sum": Decimal("60.00"), "state": "confirmed"}, {"sum": Decimal("7.50"), "state": "refused"}]
    columns = [Column("sum", "金额", kind="yuan", void=lambda row: row["state"] == "refused")]
    with translation.override("en"):
        answer = table(rows=rows, columns=columns, query={"format": "csv"}).file()
    lines = list(csv.reader(io.StringIO(content(answer).decode("utf-8-sig"))))
    assert lines == [["金额 (yuan)", "金额, counted (yuan)"], ["60.00", "60.00"], ["7.50", "0.00"]]


def test_amounts_of_a_workbook_have_the_look_of_their_unit(db):
    columns = [Column("sum", "金额", kind="yuan"), Column("wan", "金额", kind="wan"), Column("n", "数", kind="percent")]
    row = {"sum": Decimal("30000.00"), "wan": Decimal("30000.00"), "n": Decimal("45.00")}
    answer = table(rows=[row], columns=columns, query={"format": "xlsx"}).file()
    with zipfile.ZipFile(io.BytesIO(content(answer))) as book:
        looks, sheet = (book.read(f"xl/{name}.xml").decode() for name in ("styles", "worksheets/sheet1"))
    own = dict(re.findall(r'<numFmt numFmtId="(\d+)" formatCode="([^"]+)"', looks))
    used = re.findall(r'<xf numFmtId="(\d+)"', looks.split("<cellXfs")[1].split("</cellXfs>")[0])
    cells = re.findall(r'<c r="[ABC]2"(?: s="(\d+)")?', sheet)
    shown = [used[int(cell)] if cell else "0" for cell in cells]
    assert [own.get(one, one) for one in shown] == ["#,##0.00", "#,##0.00####", "0"], "0: as it is"


def test_file_has_all_rows_in_the_order_shown(client_as, cast):
    client = client_as(cast("officer", "MIIT"))
    answer = client.get("/reference/units/?format=csv&sort=-code&kind=city")
    lines = list(csv.reader(io.StringIO(content(answer).decode("utf-8-sig"))))
    codes = [line[0] for line in lines[1:]]
    assert codes == sorted(codes, reverse=True)
    assert len(codes) == PilotUnit.objects.filter(kind="city").count() > 50


def test_who_takes_a_list_away_stands_in_the_trail(client_as, cast, actor):
    from portal.audit.models import Event

    officer = cast("officer", "MIIT")
    client, address = client_as(officer), "/reference/units/?kind=city&format=xlsx"
    client.get("/reference/units/?kind=city")
    content(client.get(address))
    with actor(officer):
        (event,) = Event.objects.filter(act="core.export", actor=officer.pk)
    assert event.after["address"] == address
    assert event.address == "127.0.0.1"


def test_lists_are_shown_sorted_and_filtered_by_address(client_as, cast):
    client = client_as(cast("officer", "MIIT"))
    text = client.get("/reference/units/?q=3502&sort=-code").content.decode()
    assert 'aria-sort="descending"' in text
    assert "350200" in text
    assert "110101" not in text
    assert "Nothing fits these filters." in client.get("/reference/units/?q=zzzz").content.decode()


def test_files_are_for_those_who_may_see_the_list(client_as):
    assert client_as().get("/reference/units/?format=csv").status_code == 302


@pytest.mark.parametrize(
    ("text", "kind", "wide"),
    [
        ("厦门市工业企业设备更新项目", "text", True),
        ("厦门市", "text", False),
        ("Renewal of machines of a plant", "text", True),
        ("Xiamen Municipality", "text", False),
        ("厦门市工业企业设备更新项目", "code", False),
        ("金额相符，附言中的文号为另一单据", "state", True),
        ("已确认", "state", False),
    ],
)
def test_a_longer_text_asks_for_a_wider_column(db, text, kind, wide):
    columns = [Column("code", "Code", header=True), Column("text", "Text", kind=kind, value=lambda _row: text)]
    body = table(rows=Industry.objects.order_by("pk")[:1], columns=columns).body
    assert ('class="long"' in body) is wide
    assert text in body


def test_classes_say_how_many_columns_there_are():
    from portal.core.templatetags.portal_ui import wide

    def columns(count, kind="text"):
        return [Column(f"c{place}", "C", kind=kind) for place in range(count)]

    assert [wide(count) for count in (6, 7, 9, 11)] == [
        "",
        " table--wide",
        " table--wide table--wider",
        " table--wide table--wider table--widest",
    ]
    assert wide(5, 2) == " table--wide"
    assert wide(columns(9)) == wide(9)
    assert wide(columns(9, "yuan")) == f"{wide(9)} table--figures"
    assert wide(columns(8, "yuan")) == wide(8)


TEMPLATES = sorted((Path(__file__).resolve().parents[2] / "templates").rglob("*.html"))
HEADED = re.compile(r'<table[^>]*class="(?P<looks>[^"]*)"[^>]*>(?:(?!</table>).)*?</thead>', re.DOTALL)


def test_templates_say_it_of_their_own_tables():
    """A table of seven columns, or of as many as there are, in a template: its words give way like those of lists."""
    found = [(file, made) for file in TEMPLATES for made in HEADED.finditer(file.read_text(encoding="utf-8"))]
    assert len(found) > 40
    silent = [
        file.name
        for file, made in found
        if (made[0].count("<th ") >= 7 or "{% for " in made[0]) and "|wide" not in made["looks"]
    ]
    assert silent == []


def test_points_of_a_list_are_those_of_the_page_behind_it():
    """The page rounds half up (`floatformat`); the list rounded half to even and showed 85.12 for the same mean."""
    from django.template.defaultfilters import floatformat

    for value in (Decimal("85.125000"), Decimal("85.135000"), Decimal("0.005"), 72.345):
        assert Column("score", "分", kind="points").show(value) == floatformat(value, 2)


def test_filters_say_how_many_are_set_and_the_list_keeps_what_it_is_of():
    filters = [Search("code", "name_zh"), Choice("level", "Level", [("group", "Group")])]
    found = table(rows=[], filters=filters, query={"q": "C13", "level": "group"}, within={"batch": "7"})
    assert found.all_url == "/list/?batch=7"
    text = "{% load portal_ui %}{% filter_fold filters wrong %}<form></form>{% endfilter_fold %}"
    with translation.override("en"):
        drawn = Template(text).render(Context({"filters": found.filters}))
        none = Template(text).render(Context({"filters": table(rows=[], filters=filters).filters, "wrong": {"q": "x"}}))
    assert '<details class="filter-fold"><summary>' in drawn
    assert "2 set" in drawn
    assert '<details class="filter-fold" open>' in none
    assert " set" not in none
