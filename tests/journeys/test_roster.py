"""A roster from a file with errors, mended and taken over; focus industries found by pinyin; a project in full."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests import factories_applications as make
from tests import sheets
from tests.factories_roster import credit_code
from tests.journeys.browser import check, follow, look
from tests.journeys.site import open_batch

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def dossier(site, django_db_blocker):
    with django_db_blocker.unblock():
        site.person("drafter", "ZF350200")
        open_batch(site)
        return site.do(lambda: make.drafted(unit="350200", amount="100000000.00", batch=make.open_batch(3)))


def bring(page, content: bytes) -> None:
    """Choose a file, have it checked, wait for what was found."""
    file = {"name": "企业名单.xlsx", "mimeType": "application/octet-stream", "buffer": content}
    page.locator("input[type=file]").set_input_files(file)
    page.locator("main form button.btn-primary").click()
    expect(page).to_have_url(re.compile(r"/imports/\d+/$"))


def test_an_import_with_errors_is_mended_and_taken_over(as_, dossier):
    page = as_("drafter", "ZF350200")
    base = f"/applications/{dossier.pk}/enterprises/"
    look(page, base, "roster-empty")
    follow(page.locator(".next-step a, main a.btn-outline-primary").first)
    check(page, "import-new")
    wrong = credit_code(2)[:-1] + ("0" if credit_code(2)[-1] != "0" else "1")
    lines = [
        sheets.line(1, digital_state="已完成", digital_year=""),
        sheets.line(2, credit_code=wrong, revenue="五千万"),
    ]
    bring(page, sheets.workbook(*lines))
    check(page, "import-with-errors")
    for text in ("A3", "D3", "校验码不符", "此处应为数字"):
        expect(page.get_by_text(text).first).to_be_visible()
    follow(page.locator(".next-step a").first)
    bring(page, sheets.workbook(lines[0], sheets.line(2, digital_state="已完成", digital_year="")))
    check(page, "import-mended")
    page.locator("#take button").click()
    expect(page.locator(".status").first).to_have_text("已导入")
    page.goto(page.url.split("/applications/")[0] + base)
    check(page, "roster")
    expect(page.get_by_text("100.00 %").first).to_be_visible()


def test_an_industry_is_found_by_pinyin_as_one_types(as_, dossier):
    page = as_("drafter", "ZF350200")
    look(page, f"/applications/{dossier.pk}/industries/add/", "industry-search")
    page.locator("#q").press_sequentially("yiyao")
    page.locator("#industries-found a").first.click()
    expect(page.locator("[name=industry]")).to_have_value("C27")


def test_a_project_in_full_on_a_narrow_screen(as_, dossier):
    page = as_("drafter", "ZF350200", "en", 390)
    base = f"/applications/{dossier.pk}/"
    look(page, f"{base}projects/", "projects-chart")
    follow(page.locator("tbody th a").first)
    check(page, "project")
    follow(page.get_by_role("link", name="Milestones"))
    page.locator("[name=rows-0-day]").fill("2026-06-30")
    page.locator("[name=rows-0-what]").fill("设备到货")
    follow(page.get_by_role("button", name="Save"))
    expect(page.locator("[name=rows-0-what]")).to_have_value("设备到货")
    check(page, "project-milestones")
    for part in ("money", "approvals"):
        look(page, page.url.split(".invalid")[-1].replace("/milestones/", f"/{part}/"), f"project-{part}")
    look(page, f"{base}enterprises/", "roster-narrow")
    look(page, f"{base}enterprises/add/", "enterprise-add")
    look(page, f"{base}lists/enterprises/import/", "import-new-narrow")
