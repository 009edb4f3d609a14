"""One document for many units in a real browser: lines from a file, check, receipt, a part passed on, arrival."""

from __future__ import annotations

import io

import pytest
import xlsxwriter
from playwright.sync_api import expect

from tests import factories_grants as make
from tests import uploads
from tests.journeys.browser import check, follow, look
from tests.journeys.test_money import confirm, fill

pytestmark = pytest.mark.browser
UNIT, OTHER = "350200", "360100"


@pytest.fixture(scope="module")
def ground(site, django_db_blocker):
    """Two confirmed awards of one batch, in two provinces."""

    def build():
        plans = [make.Plan(UNIT), make.Plan(OTHER)]
        applications = make.selected(plans, number=95, budget="600000000.00")
        for unit, province, pk in ((UNIT, "350000", applications[0]), (OTHER, "360000", applications[1])):
            who = make.people(site.cast, province=province, unit=unit)
            make.awarded(who, application=pk, amount="100000000.00", number=f"财建〔2026〕{unit}号")

    with django_db_blocker.unblock():
        for code in ("MIIT", "MOF"):
            site.person("officer", code)
        for unit, province in ((UNIT, "350000"), (OTHER, "360000")):
            make.people(site.cast, province=province, unit=unit)
        site.person("auditor", "SJ")
        site.do(build)


def workbook(path, rows):
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    page = book.add_worksheet("x")
    page.write_row(0, 0, ("单位代码", "省份", "试点单位", "本批可下达（元）", "本次下达（元）"))
    for at, row in enumerate(rows, start=1):
        page.write_row(at, 0, row)
    book.close()
    path.write_bytes(file.getvalue())
    return path


def test_a_document_from_the_file_to_the_arrival(as_, ground, tmp_path):
    url = document_is_brought_and_entered(as_, tmp_path)
    checker = as_("finance_checker", "MOF")
    checker.goto(url)
    check(checker, "issue-paper-to-check")
    confirm(checker, url)
    expect(checker.locator("tbody .status--good")).to_have_count(2)
    with checker.expect_download() as download:
        checker.locator("a[href$='allocation.pdf']").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
    pass_on = part_is_passed_on(as_, url)
    unit = as_("finance_maker", f"CZ{UNIT}")
    look(unit, "/desk/", "desk-unit-arrival")
    unit.goto(f"{pass_on}arrival/")
    follow(unit.locator("main form.form button.btn-primary"))
    expect(unit).to_have_url(pass_on)
    auditor = as_("auditor", "SJ")
    auditor.goto(pass_on)
    expect(auditor.locator("main")).to_contain_text("到账日期")
    expect(auditor.locator("main")).not_to_contain_text("试点单位尚未确认")
    look(auditor, "/grants/issue-papers/", "issue-papers")


def document_is_brought_and_entered(as_, tmp_path):
    maker = as_("finance_maker", "MOF")
    maker.goto("/grants/issue-papers/new/")
    check(maker, "open-tranches")
    maker.goto("/grants/issue-papers/new/95/1/")
    check(maker, "enter-issue-paper")
    maker.goto("/grants/issue-papers/new/95/1/file/")
    wrong = workbook(tmp_path / "wrong.xlsx", [(UNIT, "", "", "", 50000000.01)])
    maker.locator("[name=file]").set_input_files(wrong)
    follow(maker.locator("main form.form button.btn-primary"))
    expect(maker.locator("main")).to_contain_text("E2")
    check(maker, "issue-lines-wrong")
    good = workbook(tmp_path / "good.xlsx", [(UNIT, "", "", "", 50000000), (OTHER, "", "", "", 20000000.5)])
    maker.locator("[name=file]").set_input_files(good)
    follow(maker.locator("main form.form button.btn-primary"))
    expect(maker.locator("[data-all]")).to_have_text("70,000,000.50")
    amount = maker.locator("tbody input").last
    amount.fill("20,000,000")
    expect(maker.locator("[data-all]")).to_have_text("70,000,000.00")
    sealed = tmp_path / "document.pdf"
    sealed.write_bytes(uploads.pdf(text="document"))
    fill(maker, total="70,000,000.50", document_no="财建〔2026〕88号")
    follow(maker.locator("main form.form button.btn-primary"))
    expect(maker.locator(".field__error").first).to_be_visible()
    check(maker, "issue-paper-refused")
    fill(maker, total="70,000,000.00")
    maker.locator("[name=file]").set_input_files(sealed)
    follow(maker.locator("main form.form button.btn-primary"))
    expect(maker.locator(".next-step")).to_be_visible()
    return maker.url


def part_is_passed_on(as_, url):
    province, checker = as_("finance_maker", "CZ350000"), as_("finance_checker", "CZ350000")
    province.goto(url)
    follow(province.locator("tbody a").first)
    issue = province.url
    province.goto(f"{issue}receipt/")
    follow(province.locator("main form.form button.btn-primary"))
    province.goto(f"{issue}pass-on/")
    fill(province, amount="30000000", document_no="闽财〔2026〕33号")
    follow(province.locator("main form.form button.btn-primary"))
    expect(province.locator(".field__error").first).to_be_visible()
    fill(province, note="其余资金待专户变更后拨付（演示）。")
    follow(province.locator("main form.form button.btn-primary"))
    confirm(checker, province.url)
    check(checker, "pass-on-in-part")
    return province.url
