"""Reports in a real browser: asked for, watched while the worker builds, downloaded; with and without script."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.browser import check, follow, look
from tests.journeys.site import open_batch

pytestmark = pytest.mark.browser
OVERVIEW = "/reports/applications.overview/"


@pytest.fixture(scope="module", autouse=True)
def batch(site, django_db_blocker):
    with django_db_blocker.unblock():
        return open_batch(site)


@pytest.mark.parametrize(("language", "width"), [("zh-hans", 1280), ("en", 390)])
def test_a_report_from_asking_to_the_file(as_, language, width):
    page = as_("officer", "MIIT", language, width)
    look(page, "/reports/", "reports")
    look(page, OVERVIEW, "report-order")
    page.locator("form.form button.btn-primary").click()
    expect(page.locator("#run")).to_be_visible()
    expect(page.locator("#run a.btn-primary")).to_be_visible(timeout=60_000)
    check(page, "run-done")
    follow(page.locator("#run a.btn-primary"))
    check(page, "report-file")
    with page.expect_download() as waiting:
        page.locator(".next-step a.btn-primary").click()
    file = waiting.value
    assert file.suggested_filename.endswith(".xlsx")
    assert Path(file.path()).read_bytes().startswith(b"PK")
    look(page, "/runs/", "runs")
    look(page, "/reports/", "reports-with-files")


def test_without_script_the_page_comes_again(site, browsers, django_db_blocker):
    """The noscript refresh alone leads from the waiting run to its result."""
    with django_db_blocker.unblock():
        context = browsers.without_script("officer", "MOF")
    try:
        page = context.new_page()
        page.goto(site.url + OVERVIEW)
        page.locator("form.form button.btn-primary").click()
        expect(page.locator("#run a.btn-primary")).to_be_visible(timeout=60_000)
    finally:
        context.close()


def test_a_refused_parameter_stands_beside_its_field(as_):
    page = as_("officer", "MIIT", "en", 1280)
    page.goto("/reports/applications.dossier/")
    page.get_by_label("Number of the application").fill("2026-3-999999")
    page.locator("form.form button.btn-primary").click()
    expect(page.locator(".field--wrong")).to_contain_text("no application of this number")
    expect(page.get_by_label("Number of the application")).to_have_value("2026-3-999999")
    check(page, "report-refused")
