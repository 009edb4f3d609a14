"""A ministry officer cancels a report, has one made by the calendar, and shares one with those who may see the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.browser import VIEWS, check, follow, form_button, look, not_refused

pytestmark = pytest.mark.browser
OVERVIEW = "/reports/applications.overview/"
MADE = 60_000


@pytest.fixture(scope="module", autouse=True)
def batch(site, django_db_blocker):
    """An open batch with one application, so that people of different scopes see different rows."""
    from tests import factories_applications as make

    with django_db_blocker.unblock():
        for code in ("MIIT", "MOF"):
            site.person("officer", code)
        site.do(lambda: make.submitted(unit="350200", amount="100000000.00", batch=make.open_batch(3)))


def built(page):
    """Ask for the overview, wait for the worker, open the file's page."""
    page.goto(OVERVIEW)
    form_button(page).click()
    ready = page.locator("#run a.btn-primary")
    expect(ready).to_be_visible(timeout=MADE)
    ready.click()
    expect(page.locator("input[name=email]")).to_be_visible()


@pytest.mark.parametrize(("language", "width"), VIEWS)
def test_work_that_waits_is_cancelled(as_, language, width):
    """Nobody works on the heavy lane of this site, so it waits until it is cancelled."""
    page = as_("officer", "MIIT", language, width)
    page.goto("/reports/applications.dossiers/")
    form_button(page).click()
    cancel = page.locator("#run form button")
    expect(cancel).to_be_visible()
    check(page, "report-waits")
    cancel.click()
    expect(page.locator("#run .acts")).to_be_visible()
    check(page, "report-cancelled")
    page.reload()
    expect(page.locator("#run .acts form button")).to_be_visible()
    look(page, "/runs/", "runs-with-cancelled")


@pytest.mark.parametrize(("language", "width"), VIEWS)
def test_a_report_by_the_calendar(as_, language, width):
    page = as_("officer", "MOF", language, width)
    page.goto(OVERVIEW)
    follow(page.locator("button[name=schedule]"))
    check(page, "report-plan")
    page.locator("input[name=hour]").fill("25")
    form_button(page).click()
    expect(page.locator(".field--wrong")).to_have_count(1)
    check(page, "report-plan-refused")
    page.locator("input[name=hour]").fill("7")
    form_button(page).click()
    expect(page).to_have_url(re.compile(r"/reports/schedules/\d+/$"))
    not_refused(page)
    check(page, "report-planned")
    acts = page.locator("main .acts form button")
    for _move in ("pause", "go on"):
        acts.first.click()
        expect(acts).to_have_count(2)
    follow(acts.last)
    check(page, "report-plan-ends")
    page.locator("main form.confirm button").click()
    expect(page).to_have_url(re.compile(r"/reports/schedules/\d+/$"))
    expect(acts).to_have_count(0)
    look(page, "/reports/", "reports-with-schedule")


@pytest.mark.parametrize(("language", "width"), VIEWS)
def test_a_report_is_shared_with_those_who_see_the_same(as_, site, language, width):
    """A colleague takes the very file; who sees other rows makes it alone; who may not ask is told so."""
    colleague = as_("officer", "MIIT", language, width, number=2)
    city = as_("drafter", "ZF350500", language, width)
    enterprise = as_("soe_officer", "YQ001", language, width)
    page = as_("officer", "MIIT", language, width)
    built(page)
    for address in ("officer.2@miit.test", "drafter.1@zf350500.test", "soe_officer.1@yq001.test"):
        page.locator("input[name=email]").fill(address)
        follow(page.locator("main form:has(input[name=email]) button"))
        not_refused(page)
    expect(page.locator("ul.todo li")).to_have_count(3)
    check(page, "report-shared-by-me")
    with page.expect_download() as mine:
        page.locator(".next-step a.btn-primary").click()

    opened(colleague, "report-shared-open")
    with colleague.expect_download() as theirs:
        colleague.locator(".next-step a.btn-primary").click()
    assert Path(theirs.value.path()).read_bytes() == Path(mine.value.path()).read_bytes()

    opened(city, "report-shared-differs")
    city.locator(".next-step a.btn-primary").click()
    expect(city).to_have_url(re.compile(r"/reports/applications\.overview/\?"))

    enterprise.goto("/reports/")
    follow(enterprise.locator("a[href*='/reports/shares/']").first)
    check(enterprise, "report-shared-not-allowed")
    expect(enterprise.locator("main .acts form")).to_have_count(0)
    expect(enterprise.locator(".next-step a")).to_have_count(0)


def opened(page, name):
    """From the catalogue to the share; have it compared; back on its page when that is done."""
    page.goto("/reports/")
    follow(page.locator("a[href*='/reports/shares/']").first)
    share = page.url
    check(page, f"{name}-before")
    page.locator("main .acts form button").click()
    expect(page).to_have_url(share, timeout=MADE)
    expect(page.locator(".next-step a.btn-primary")).to_be_visible()
    check(page, name)
