"""A file goes around no limit that the form holds: per cent, bounds, days, columns that are left out, odd signs."""

from __future__ import annotations

import io
import json
from datetime import date
from decimal import Decimal

import pytest
import xlsxwriter
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.domain.project_rows import store_projects
from applications.enums import TargetCode
from applications.imports import formats, gate
from applications.models import Application, Project, ProjectMoney, Target
from applications.queries import project_rows
from applications.sheets.enterprises import ENTERPRISES
from applications.sheets.indicators import INDICATORS
from applications.sheets.projects import PROJECTS
from portal.audit.models import Event
from tests import factories_applications as make
from tests import factories_roster as rosters
from tests import sheets
from tests.applications.browser import AMOUNT, follow, project
from tests.applications.test_projects_whole import first, line
from tests.applications.test_roster import bring, folder, work  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier():
    row = make.drafted(unit="350200", amount=AMOUNT)
    with make.acting("drafter", "ZF350200"):
        rosters.fill(row, 3)
    return row


def place(sheet, key):
    return [column.key for column in sheet.columns].index(key)


def shown_as(sheet, values, num_format="0%"):
    """Write values of the first row, each in a cell of this format."""

    def change(book, page):
        look = book.add_format({"num_format": num_format})
        for key, value in values.items():
            page.write_number(1, place(sheet, key), value, look)

    return change


def short(sheet, *lines):
    """A workbook with the columns alone that its lines name."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet("表")
        for at, key in enumerate(lines[0]):
            page.write_string(0, at, sheet.by_key[key].zh)
            for row, one in enumerate(lines, start=1):
                page.write(row, at, one[key])
    return file.getvalue()


def report_of(drafter, row, content, sheet):
    return bring(drafter, row, content, sheet=sheet).context["row"].report


def named(report):
    """Problems as (code, row, column)."""
    return [(one["code"], one["row"], one.get("key", "")) for one in report["problems"]]


def test_a_rate_typed_with_its_sign_in_excel_is_read_as_it_is_shown(drafter, dossier):
    content = sheets.workbook(
        sheets.line(1), change=shown_as(ENTERPRISES, {"process_rate": 0.585, "process_goal": 0.8}, "0.0%")
    )
    page = bring(drafter, dossier, content)
    report = page.context["row"].report
    told = [(one["code"], one["row"], one["key"], one["value"]) for one in report["remarks"]]
    assert told == [("share_read", 2, "process_rate", "58.5%"), ("share_read", 2, "process_goal", "80%")]
    assert "it was read as 58.5 %" in page.content.decode()
    work(drafter, follow(drafter.post(page.request["PATH_INFO"], {})))
    with make.acting("drafter", "ZF350200"):
        kept = Application.objects.get(pk=dossier.pk).enterprises.get(credit_code=rosters.credit_code(1))
        assert (kept.process_rate, kept.process_goal) == (Decimal("58.50"), Decimal("80.00"))


def test_where_no_rate_belongs_a_cell_in_per_cent_is_a_problem(drafter, dossier):
    content = sheets.workbook(sheets.line(1), change=shown_as(ENTERPRISES, {"revenue": 0.8, "digital_year": 2027}))
    page = bring(drafter, dossier, content)
    assert named(page.context["row"].report) == [("share", 2, "revenue"), ("share", 2, "digital_year")]
    assert "what belongs here is not counted in per cent" in page.content.decode()
    assert page.context["row"].report["problems"][0]["value"] == "80%"


def test_the_figures_of_an_indicator_are_rates_where_its_unit_says_so(drafter, dossier):
    rate = {"indicator": "关键工序数控化率", "unit": "％", "baseline": 5}
    content = sheets.workbook(rate, sheet=INDICATORS, change=shown_as(INDICATORS, {"goal": 0.8}))
    page = bring(drafter, dossier, content, sheet="indicators")
    assert named(page.context["row"].report) == []
    work(drafter, follow(drafter.post(page.request["PATH_INFO"], {})))
    with make.acting("drafter", "ZF350200"):
        kept = Target.objects.get(application=dossier, code=TargetCode.PROCESS_CONTROL)
        assert (kept.goal, kept.unit) == (Decimal("80.00"), "%")
    own = {"indicator": "上云企业数", "formula": "合计", "unit": "家", "baseline": "100%"}
    content = sheets.workbook(own, sheet=INDICATORS, change=shown_as(INDICATORS, {"goal": 5}))
    assert named(report_of(drafter, dossier, content, "indicators")) == [("share", 2, "baseline"), ("share", 2, "goal")]


@pytest.mark.parametrize(
    ("code", "shows"),
    [
        ("0%", True),
        ("0.00%", True),
        ("#,##0.0%;[Red]-0.0%", True),
        ('0.0"%"', False),
        (r"0.0\%", False),
        ('0"家"', False),
        ("yyyy-mm-dd", False),
    ],
)
def test_the_format_of_a_cell_is_read_from_the_styles(code, shows):
    content = sheets.workbook(sheets.line(1), change=shown_as(ENTERPRISES, {"process_goal": 80}, code))
    marks = gate.inspect(io.BytesIO(content))["企业"]
    assert {column: [at for at, sign in enumerate(rows) if sign] for column, rows in marks.percents.items()} == (
        {place(ENTERPRISES, "process_goal") + 1: [2]} if shows else {}
    )


def test_more_looks_than_a_workbook_has_are_refused():
    def looks(body):
        return body.replace(b"</cellXfs>", b"<xf/>" * (formats.MOST + 1) + b"</cellXfs>")

    content = sheets.with_part(sheets.workbook(sheets.line(1)), "xl/styles.xml", looks)
    with pytest.raises(gate.DomainError):
        gate.inspect(io.BytesIO(content))


@pytest.mark.parametrize("text", [b"A_x0000_B", b"_x0000_"])
def test_a_sign_that_no_text_holds_is_named_with_its_cell(drafter, dossier, text):
    content = sheets.workbook(
        sheets.line(1, name="ZZZ", digital_state="ZZZ"), change=lambda _book, page: page.write(0, 20, "备注ZZZ")
    )
    content = sheets.with_part(content, "xl/sharedStrings.xml", lambda body: body.replace(b"ZZZ", text))
    page = bring(drafter, dossier, content)
    report = page.context["row"].report
    assert named(report)[-1] == ("not_in_list", 2, "digital_state")
    assert named(report)[0][1:] == (2, "name")
    assert "\\u0000" not in json.dumps(report)


def test_a_heading_with_such_a_sign_is_passed_over_and_said(drafter, dossier):
    content = sheets.workbook(sheets.line(1), change=lambda _book, page: page.write(0, 20, "备ZZZ注"))
    content = sheets.with_part(content, "xl/sharedStrings.xml", lambda body: body.replace(b"ZZZ", b"_x0000_"))
    report = report_of(drafter, dossier, content, "enterprises")
    assert (report["good"], report["remarks"][-1]["params"]) == (1, {"name": "备注"})


def test_a_new_indicator_needs_the_columns_that_its_file_lacks(drafter, dossier):
    own = {"indicator": "上云企业数", "formula": "合计", "unit": "家", "goal": 5}
    page = bring(drafter, dossier, short(INDICATORS, own), sheet="indicators")
    report = page.context["row"].report
    assert (named(report), report["good"]) == ([("missing", 2, "baseline")], 0)
    text = page.content.decode()
    assert "基期值" in text
    # Of one that stands the columns stay as they are, and nothing is wrong.
    known = {"indicator": "关键工序数控化率", "goal": 79, "year_1": 70}
    page = bring(drafter, dossier, short(INDICATORS, known), sheet="indicators")
    assert named(page.context["row"].report) == []
    work(drafter, follow(drafter.post(page.request["PATH_INFO"], {})))
    with make.acting("drafter", "ZF350200"):
        kept = Target.objects.get(application=dossier, code=TargetCode.PROCESS_CONTROL)
        assert (kept.baseline, kept.goal, kept.unit) == (Decimal("60.00"), Decimal("79.00"), "%")


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        ({"goal": 5000, "unit": "万元"}, [("counted_in_per_cent", "unit"), ("too_large", "goal")]),
        ({"goal": 101}, [("too_large", "goal")]),
        ({"year_1": 100.01}, [("too_large", "year_1")]),
        ({"baseline": -1}, [("below_zero", "baseline")]),
        ({"indicator": "工业设备投资规模较2023年增长", "goal": 125}, []),
        ({"indicator": "工业设备投资规模较2023年增长", "goal": 100_000}, [("too_large", "goal")]),
    ],
)
def test_an_indicator_of_the_programme_is_a_rate_in_a_file_too(drafter, dossier, change, problems):
    values = {"indicator": "关键工序数控化率", "unit": "%", "baseline": 5, "goal": 80} | change
    report = report_of(drafter, dossier, sheets.workbook(values, sheet=INDICATORS), "indicators")
    assert [(code, key) for code, _row, key in named(report)] == problems


def test_own_indicators_below_zero_come_back_from_their_file(drafter, dossier):
    own = {"indicator": "能耗增长", "formula": "甲", "unit": "%", "baseline": -1.5, "goal": -3.5, "year_1": -2}
    page = bring(drafter, dossier, sheets.workbook(own, sheet=INDICATORS), sheet="indicators")
    work(drafter, follow(drafter.post(page.request["PATH_INFO"], {})))
    content = b"".join(drafter.get(f"/applications/{dossier.pk}/lists/indicators/file/").streaming_content)
    report = report_of(drafter, dossier, content, "indicators")
    assert (report["problems"], report["same"]) == ([], 5)
    too_small = sheets.workbook(own | {"goal": "-1000000000000"}, sheet=INDICATORS)
    assert named(report_of(drafter, dossier, too_small, "indicators")) == [("too_small", 2, "goal")]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"mode": "点"}, ("too_many_enterprises", 2, "codes")),
        ({"starts_on": "2023-12-31"}, ("outside_span", 2, "starts_on")),
        ({"ends_on": "2036-01-01"}, ("outside_span", 2, "ends_on")),
        ({"ends_on": "9999-12-31"}, ("outside_span", 2, "ends_on")),
    ],
)
def test_a_project_in_a_file_keeps_the_limits_of_its_form(drafter, dossier, change, problem):
    assert dossier.batch.year == 2026
    report = report_of(drafter, dossier, sheets.workbook(line(**change), sheet=PROJECTS), "projects")
    assert named(report) == [problem]


@pytest.mark.parametrize(
    ("change", "field"),
    [({"starts_on": "0001-01-01"}, "starts_on"), ({"ends_on": "9999-12-31"}, "ends_on")],
)
def test_a_project_runs_in_the_years_of_the_plan(drafter, dossier, change, field):
    answer = drafter.post(f"/applications/{dossier.pk}/projects/add/", project(**change))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert "A project runs between 2024 and 2035" in answer.content.decode()


def partly(kept, **values):
    """A file with few columns on the project that stands."""
    known = {"name": kept.name, "mode": "点", "industry": "C36", "enterprise_name": "某厂", "total_investment": 60000}
    days = {"starts_on": kept.starts_on.isoformat(), "ends_on": kept.ends_on.isoformat()}
    return short(PROJECTS, known | days | values)


def test_a_column_that_a_file_lacks_counts_as_it_stands(drafter, dossier):
    kept = first(dossier)
    assert kept.support_asked
    assert kept.method
    # The support that stands is above the share of what the total would be.
    found = named(report_of(drafter, dossier, partly(kept, total_investment=100), "projects"))
    assert ("support_above_share", 2, "support_asked") in found
    # The method stands, so that support may be asked for again.
    asked = partly(kept, support_asked=1000)
    assert named(report_of(drafter, dossier, asked, "projects")) == []


def test_national_money_that_is_written_down_is_known_to_the_judgement(drafter, dossier):
    kept = first(dossier)
    with make.acting("drafter", "ZF350200"):
        kept.funding.filter(source="central").delete()
        Project.objects.filter(pk=kept.pk).update(support_asked=0, method="", is_landmark=False)
        ProjectMoney.objects.create(application=dossier, project=kept, level="national", fund="专项", amount=1)
    asked = partly(kept, support_asked=1, method="投资补助")
    assert named(report_of(drafter, dossier, asked, "projects")) == [("supported_twice", 2, "support_asked")]


@pytest.mark.parametrize("size", [10, 200])
def test_projects_of_a_file_are_stored_in_few_statements(dossier, size):
    codes = tuple(rosters.credit_code(number) for number in (2, 1))
    with make.acting("drafter", "ZF350200"):
        row = Application.objects.get(pk=dossier.pk)
        begun = next(iter(project_rows(row)))
        given = [begun | {"name": f"项目{number}", "is_landmark": False, "codes": codes} for number in range(size)]
        with CaptureQueriesContext(connection) as sent:
            assert store_projects(row, given) == size
        assert len(sent) == 7
        kept = list(Project.objects.filter(application=row, name__startswith="项目").order_by("pk"))
        assert [(one.name, one.version) for one in kept] == [(f"项目{number}", 1) for number in range(size)]
        again = [one | {"site": "集美区", "codes": codes[::-1]} for one in given[:3]]
        with CaptureQueriesContext(connection) as sent:
            store_projects(row, again)
        assert len(sent) == 8  # whether the funding plan gives those that stand more
        stored = [one for one in project_rows(row) if one["name"].startswith("项目")]
        assert stored == [*again, *given[3:]]
        assert set(Project.objects.filter(site="集美区").values_list("version", flat=True)) == {2}


def test_the_trail_tells_of_projects_from_a_file_value_by_value(drafter, dossier):
    kept = first(dossier)
    page = bring(drafter, dossier, partly(kept, total_investment=70000), sheet="projects")
    work(drafter, follow(drafter.post(page.request["PATH_INFO"], {})))
    with make.acting("drafter", "ZF350200"):
        fresh = Project.objects.get(pk=kept.pk)
        assert (fresh.total_investment, fresh.version) == (Decimal("700000000.00"), kept.version + 1)
        assert (fresh.support_asked, fresh.starts_on) == (kept.support_asked, date(2026, 1, 1))
        event = Event.objects.filter(act="applications.edit", object_id=str(dossier.pk)).latest("pk")
    key = f"projects/{kept.name}/total_investment"
    assert (event.before[key], event.after[key]) == ("600000000.00", "700000000.00")
