"""The shell of the portal in a real browser: both languages, both widths, keyboard only."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.browser import LANGUAGES, VIEWS, WIDTHS, look, tab_stops
from tests.journeys.site import open_batch

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", autouse=True)
def batch(site, django_db_blocker):
    """A call is open while these pages are looked at."""
    with django_db_blocker.unblock():
        return open_batch(site)


PUBLIC = [
    ("/", "home"),
    ("/calls/3/", "call"),
    ("/calls/2/", "call-2"),
    ("/open-data/", "open-data"),
    ("/open-data/awards/", "open-data-awards"),
    ("/account/login/", "sign-in"),
    ("/account/password/reset/", "reset"),
]
PAGES = [
    ("officer", "MIIT", "/desk/", "desk-miit"),
    ("officer", "MIIT", "/grants/standing/", "standing"),
    ("officer", "MIIT", "/batches/", "batches"),
    ("officer", "MIIT", "/batches/3/", "batch"),
    ("officer", "MIIT", "/batches/new/", "batch-draft"),
    ("officer", "MIIT", "/reference/units/", "units"),
    ("officer", "MIIT", "/reference/industries/", "industries"),
    ("officer", "MIIT", "/reference/soes/", "soes"),
    ("officer", "MIIT", "/inbox/", "inbox"),
    ("drafter", "ZF350200", "/desk/", "desk-drafter"),
    ("security_admin", "YW", "/people/", "people"),
    ("security_admin", "YW", "/people/invite/", "invite"),
    ("security_admin", "YW", "/account/password/change/", "password"),
    ("security_admin", "YW", "/account/sessions/", "sessions"),
]


@pytest.mark.parametrize(("language", "width"), VIEWS)
def test_public_pages(as_, language, width):
    page = as_(language=language, width=width)
    for path, name in PUBLIC:
        look(page, path, name)


@pytest.mark.parametrize(("language", "width"), VIEWS)
def test_pages_of_people(as_, language, width):
    pages = {}
    for role, code, path, name in PAGES:
        if (role, code) not in pages:
            pages[role, code] = as_(role, code, language, width)
        look(pages[role, code], path, name)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_refusal(as_, language):
    page = as_("drafter", "ZF350200", language)
    look(page, "/people/", "403", status=403)
    look(page, "/nowhere/", "404", status=404)


@pytest.mark.parametrize("width", [*WIDTHS, 2560])
def test_style_guide(as_, width):
    look(as_(language="en", width=width), "/styleguide/", "styleguide")


def test_skip_link_leads_past_the_menu(as_):
    page = as_("officer", "MIIT", "en")
    page.goto("/desk/")
    page.keyboard.press("Tab")
    skip = page.locator(".skip-link")
    expect(skip).to_be_focused()
    assert skip.bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize("width", WIDTHS)
def test_everything_is_reached_by_the_keyboard(as_, width):
    page = as_("officer", "MIIT", "en", width)
    page.goto("/batches/")
    stops = {stop["text"] for stop in tab_stops(page)}
    assert {"Skip to the content", "简体中文", "Draft a batch"} <= stops
    if width > 991:
        assert {"My desk", "Batches", "Pilot units"} <= stops
    else:
        page.locator(".side__fold > summary").focus()
        page.keyboard.press("Enter")
        expect(page.locator(".side a").first).to_be_visible()


def test_groups_of_the_menu_stay_as_they_were_left(as_):
    page = as_("officer", "MIIT", "en", alone=True)
    page.goto("/desk/")
    money, lists = page.locator(".side a", has_text="Awards"), page.locator("[data-group=applications-list]")
    expect(money).to_be_hidden()
    page.locator("[data-group=grants-flow] > summary").press("Enter")
    expect(money).to_be_visible()
    lists.locator("summary").press("Enter")
    page.goto("/batches/")
    expect(money).to_be_visible()
    expect(lists.locator("a").first).to_be_hidden()
    expect(page.locator("[aria-current=page]").first).to_be_visible()


def test_filters_stand_behind_one_control_on_a_telephone(as_):
    page = as_("officer", "MIIT", "en", 390)
    page.goto("/reference/units/")
    control, field = page.locator(".filter-fold > summary"), page.locator(".filter-fold [type=search]")
    expect(field).to_be_hidden()
    control.press("Enter")
    field.fill("Xiamen")
    field.press("Enter")
    expect(control).to_contain_text("1 set")
    expect(field).to_be_hidden()
    expect(page.locator(".table-wrap")).to_be_focused()  # the rows: what was typed in is folded away
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(field).to_be_visible()


def test_form_by_keyboard_alone(as_):
    page = as_(language="en")
    page.goto("/account/login/")
    page.locator("main").focus()
    page.keyboard.press("Tab")
    page.keyboard.type("nobody@nowhere.test")
    while page.evaluate("document.activeElement.name") != "password":
        page.keyboard.press("Tab")
    page.keyboard.type("wrong password")
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("input[name=login]")).to_have_value("nobody@nowhere.test")


@pytest.mark.parametrize(
    ("language", "other", "heading"), [("en", "简体中文", "批次"), ("zh-hans", "English", "Batches")]
)
def test_language_switch_keeps_the_page(as_, language, other, heading):
    page = as_("officer", "MIIT", language)
    page.goto("/batches/?page=1")
    page.get_by_role("button", name=other).click()
    expect(page.locator("h1")).to_have_text(heading)
    assert page.url.endswith("/batches/?page=1")


def test_whoever_leaves_a_page_that_polls_is_not_led_elsewhere(as_):
    """The work ends while the next page is on its way: its result does not call its person back."""
    page = as_("officer", "MIIT", "en", alone=True)
    page.goto("/desk/")
    held, led = [], []

    def polled(route):
        led.append(bool(held))
        headers = {"HX-Redirect": "/inbox/"} if held else {}
        route.fulfill(status=200, headers=headers, body="<p id=polling></p>")

    page.route("**/polled/", polled)
    page.route("**/batches/", lambda route: held.append(route))  # noqa: PLW0108 - the browser marks its handler
    page.evaluate(
        """() => {
            document.querySelector("main").insertAdjacentHTML(
                "beforeend", '<p hx-get="/polled/" hx-trigger="every 200ms" hx-swap="innerHTML"></p>');
            htmx.process(document.querySelector("main"));
        }"""
    )
    page.evaluate("window.setTimeout(() => { window.location.href = '/batches/'; }, 600)")
    for _ in range(100):
        if sum(led) >= 3:
            break
        page.wait_for_timeout(100)
    assert sum(led) >= 3, "led elsewhere at the first answer"
    held[0].continue_()
    page.wait_for_url("**/batches/")
    expect(page.locator("h1")).to_have_text("Batches")
    page.unroute_all()
