"""A report of the tests: every kind of value, two sheets, a chart; as PDF a small dossier."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

from django import forms

from portal.core import charts
from portal.reports.catalogue import (
    CSV,
    PDF,
    XLSX,
    Bars,
    Column,
    Cover,
    Document,
    Order,
    Part,
    Report,
    Rows,
    Sheet,
)
from portal.reports.forms import ReportForm

NAME = "tests.sample"


class SampleForm(ReportForm):
    province = forms.ChoiceField(label="Province", choices=[("", "All"), ("35", "Fujian")], required=False)
    count = forms.IntegerField(label="Rows wanted", min_value=0, max_value=100_000, initial=3)


EVIL = ["=1+1", "+1", "-1", "@x", "\t=1", "http://a.test", "<b>", "泉州"]


def rows(count: int) -> Iterator[list[object]]:
    for number in range(count):
        yield [
            EVIL[number % len(EVIL)],
            Decimal("1234.50") + number,
            number,
            date(2026, 11, 24),
            datetime(2026, 11, 24, 2, 0, tzinfo=UTC),
            number % 2 == 0,
            None,
        ]


def build(order: Order) -> Iterator[Part]:
    with order.acting() as by:
        name = by.name
    yield Cover(steps=3, filters=[("Scope", name)], rules="2026.1", notes=["For tests."])
    if order.format == "pdf":
        svg = charts.to_svg(charts.bars([("汽车", Decimal(3))], label="行业", value="万元"))
        chart = {"kind": "chart", "caption": "投资", "svg": svg, "alt": "柱状图"}
        sections = [{"title": "概况", "blocks": [{"kind": "text", "text": "正文"}, chart]}]
        data = {"title": "样例报告", "batch": "第三批", "digest": "", "facts": [["单位", "泉州"]], "sections": sections}
        yield Document("dossier", data)
        return
    columns = [
        Column("Name", width=20),
        Column("Amount (yuan)", "yuan", total=True),
        Column("Number", "number", total=True),
        Column("Day", "date"),
        Column("Moment", "moment"),
        Column("Yes"),
        Column("Nothing"),
    ]
    yield Sheet("main", "Main / sheet", columns, chart=Bars("Amounts", 0, (1,)))
    yield Rows(rows(order.values["count"]))
    yield Sheet("second", "Main _ sheet", [Column("State"), Column("Applications", "number")])
    yield Rows([["draft", 1], ["selected", 2]])


REPORT = Report(
    name=NAME,
    title="Sample report",
    description="For the tests.",
    act="programme.view_reference",
    formats=(XLSX, CSV, PDF),
    form=SampleForm,
    build=build,
)
