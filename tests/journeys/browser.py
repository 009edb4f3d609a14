"""What a browser test asks of a page: `shot`, `axe`, `no_sideways`, `tab_stops`, and `look` for all of them at once."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from weakref import WeakKeyDictionary

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import (
    Browser,
    BrowserContext,
    CDPSession,
    ConsoleMessage,
    FilePayload,
    Locator,
    Page,
    Playwright,
    Response,
    StorageState,
    ViewportSize,
    expect,
    sync_playwright,
)

from portal.run import stack
from tests import uploads
from tests.journeys.figures import whole_numbers
from tests.journeys.site import PASSWORD, Site

# The shell without a window draws the same and costs less; where it is not packaged, the browser itself.
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium") or "/usr/bin/chromium"
# No page lives long enough for its scripts to earn back what the optimising compilers cost.
ARGUMENTS = ("--no-sandbox", "--js-flags=--no-opt --no-maglev")
SHOTS = stack.ROOT / "artefacts" / "journeys"
# Pictures are for people, and cost a fifth of each look: those of the whole round are kept by every run, all others by
# `PICTURES=1 make test`.
PICTURES = bool(os.environ.get("PICTURES"))
ROUND = "round-"
LANGUAGES = ("zh-hans", "en")
WIDTHS = (1280, 390)
# Every page in both languages and at both widths, in two looks: the longer words of English in the narrow one.
VIEWS = (("zh-hans", 1280), ("en", 390))
LOCALES = {"zh-hans": "zh-CN", "en": "en-GB"}
# Milliseconds; several test processes may share two cores.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)
BLANK = "about:blank"
# Where a window waits between two tests: a page of the site on which nothing happens. From a page of nobody's the
# browser would begin a new process for the next test, which reads fonts, styles and scripts anew.
WAITING = "/static/img/mark.svg"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The browser's own line on an answer of 4xx; whether that answer is right, the test itself says.
ANSWERED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")
WIDER = """() => {
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= wide) return [];
    return [...document.querySelectorAll('body *')]
        .filter((one) => one.getBoundingClientRect().right > wide + 1 && !one.closest('.table-wrap'))
        .slice(0, 5).map((one) => one.outerHTML.slice(0, 160));
}"""
# Where rows are cards: values of which a part stands under the name of their column, not beside it.
STRAYED = """() => {
    if (window.innerWidth > 640) return [];
    const name = 7.5 * parseFloat(getComputedStyle(document.documentElement).fontSize);
    return [...document.querySelectorAll('.table--stack > * > tr > td[data-label]')].filter((one) => {
        const all = document.createRange();
        all.selectNodeContents(one);
        return [...all.getClientRects()].some((part) => part.width && part.left < one.getBoundingClientRect().left + name);
    }).slice(0, 5).map((one) => one.outerHTML.slice(0, 160));
}"""
FOCUSED = """() => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const style = getComputedStyle(one), box = one.getBoundingClientRect();
    return {
        text: (one.getAttribute('aria-label') || one.innerText || one.labels?.[0]?.innerText || one.name || '').trim(),
        tag: one.tagName.toLowerCase(), id: one.id, visible: box.width > 0 && box.height > 0,
        marked: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    };
}"""


_inspectors: WeakKeyDictionary[Page, CDPSession] = WeakKeyDictionary()


class Browsers:
    """One chromium, and a window for each person, language and width.

    A window costs more than the page shown in it: one that was closed is emptied of all it kept and given to the next.
    `begin` binds it to a site whose database was made anew.
    """

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.site: Site
        self._states: dict[tuple[str, str, int], StorageState] = {}
        self._pages: dict[Page, str] = {}  # what the test opened, with its language
        self._alone: set[Page] = set()
        self._spare: dict[str, list[Page]] = {language: [] for language in LANGUAGES}
        self._playwright: Playwright
        self._browser: Browser

    def __enter__(self) -> Self:
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._browser.close()
        self._playwright.stop()

    def begin(self, site: Site) -> None:
        """From now on at this site; nobody is signed in."""
        self.site = site
        self._states.clear()
        self.faults.clear()

    def page(
        self, role: str = "", code: str = "", *, language: str, width: int, number: int = 1, alone: bool = False
    ) -> Page:
        """An empty page of a person (of nobody when no role is given).

        alone: its window is new and not given to others, for what the test does to it cannot be undone.
        """
        page = self._open(language, width, alone=alone)
        if role:
            page.context.add_cookies(self.signed_in(role, code, number)["cookies"])  # type: ignore[arg-type]
        return page

    def _open(self, language: str, width: int, *, alone: bool = False) -> Page:
        size: ViewportSize = {"width": width, "height": 844 if width < 600 else 900}
        spare = self._spare[language]
        if spare and not alone:
            page = spare.pop()
            page.set_viewport_size(size)
        else:
            page = self._new(language, size)
        self._pages[page] = language
        if alone:
            self._alone.add(page)
        return page

    def _new(self, language: str, size: ViewportSize) -> Page:
        context = self._browser.new_context(
            base_url=self.site.url,
            locale=LOCALES[language],
            timezone_id="Asia/Shanghai",
            viewport=size,
            accept_downloads=True,
        )
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        page.on("response", self._answered)
        return page

    def without_script(self, role: str, code: str) -> BrowserContext:
        """A browser of this person in which no script runs; whoever asks closes it."""
        state = self.signed_in(role, code, 1)
        return self._browser.new_context(
            base_url=self.site.url, java_script_enabled=False, storage_state=state, locale="zh-CN"
        )

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not ANSWERED.match(message.text):
            self.faults.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _answered(self, response: Response) -> None:
        kind = response.request.resource_type
        if response.status >= 500 or (response.status >= 400 and kind in {"script", "stylesheet", "image", "font"}):
            self.faults.append(f"{response.status} {response.request.method} {response.url}")

    def signed_in(self, role: str, code: str, number: int) -> StorageState:
        """The cookies of a person; the first one of a site signs in through the form, the others without it."""
        key = role, code, number
        if not self._states:
            self._states[key] = self._by_form(*key)
        elif key not in self._states:
            cookie = self.site.session(*key)
            self._states[key] = {"cookies": [cookie], "origins": []}  # type: ignore[typeddict-item]
        return self._states[key]

    def _by_form(self, role: str, code: str, number: int) -> StorageState:
        _, address = self.site.person(role, code, number)
        page = self._open("en", 1280)
        page.goto("/account/login/")
        page.locator("input[name=login]").fill(address)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("main button").first.click()
        page.wait_for_url("**/desk/")
        return page.context.storage_state()

    def close_pages(self) -> None:
        """Close what a test opened."""
        for page, language in self._pages.items():
            if page not in self._alone and self._emptied(page):
                self._spare[language].append(page)
            else:
                page.context.close()
        self._pages.clear()
        self._alone.clear()

    def _emptied(self, page: Page) -> bool:
        """Whether the window is as good as new: alone, on one of the site's pages, and rid of all it kept."""
        if page.is_closed() or page.context.pages != [page]:
            return False
        if page.url != BLANK:
            if not page.url.startswith(self.site.url):
                return False
            page.unroute_all(behavior="ignoreErrors")
            page.goto(WAITING)
            page.evaluate("sessionStorage.clear(); localStorage.clear()")  # also of what a page keeps on the way out
        page.context.clear_cookies()
        return True


def _language(page: Page) -> str:
    return "en" if page.locator("html").get_attribute("lang") == "en" else "zh"


def shot(page: Page, name: str) -> None:
    """Keep a picture of the whole page under artefacts/journeys/, named by language and width."""
    if not PICTURES and not name.startswith(ROUND):
        return
    width = (page.viewport_size or {"width": 0})["width"]
    path = SHOTS / f"{name}-{_language(page)}-{width}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    inspector = _inspector(page)
    size = inspector.send("Page.getLayoutMetrics")["cssContentSize"]
    # Asked of the browser itself, which then packs the picture in half the time: a quarter larger, the same dots.
    asked = {
        "captureBeyondViewport": True,
        "optimizeForSpeed": True,
        "clip": {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1},
    }
    path.write_bytes(base64.b64decode(inspector.send("Page.captureScreenshot", asked)["data"]))


def _measured(kind: str) -> bool:
    """Whether another look of this run measured this of this kind of page; from now on one has."""
    places = Path(os.environ["PORTAL_TEST_FOLDER"]) / "measured"
    places.mkdir(exist_ok=True)
    try:
        (places / hashlib.sha256(kind.encode()).hexdigest()).touch(exist_ok=False)
    except FileExistsError:
        return True
    return False


def _inspector(page: Page) -> CDPSession:
    """The browser's own line to the page; opened once for each window."""
    if page not in _inspectors:
        _inspectors[page] = page.context.new_cdp_session(page)
    return _inspectors[page]


def axe(page: Page) -> None:
    """Fail on any violation of WCAG 2.2 AA or good practice.

    What takes most of the time is measured once a run for each kind of page, at whatever number: colours (contrast, links
    in text), and at each width the size of what is pressed.
    """
    kind = re.sub(r"[0-9a-f-]{8,}|\d+", "#", page.url.partition("?")[0].split("/", 3)[-1])
    options: dict[str, Any] = {
        "runOnly": {"type": "tag", "values": RULES},
        "resultTypes": ["violations"],
        "preload": False,  # of style sheets, which none of these rules reads
    }
    width = (page.viewport_size or {"width": 0})["width"]
    colours = _measured(kind)
    known = {"color-contrast": colours, "link-in-text-block": colours, "target-size": _measured(f"{kind} {width}")}
    options["rules"] = {rule: {"enabled": False} for rule, is_known in known.items() if is_known}
    # The violations alone come back: all that passed is a megabyte a page.
    run = f"axe.run(document, {json.dumps(options)}).then((all) => all.violations)"
    # Half a megabyte of script: `page.evaluate` would hand it to eval, read anew on every page; asked this way the
    # browser remembers what it has read.
    asked = {"expression": f"{AXE_SCRIPT};\n{run}", "awaitPromise": True, "returnByValue": True}
    answer = _inspector(page).send("Runtime.evaluate", asked)
    assert "exceptionDetails" not in answer, f"{page.url}: {answer['exceptionDetails']}"
    found = answer["result"]["value"]
    assert not found, f"{page.url}\n{AxeResults({'violations': found}).generate_report()}"


def no_sideways(page: Page) -> None:
    """Fail when the page itself scrolls sideways; a table may inside its own frame."""
    assert (wide := page.evaluate(WIDER)) == [], f"{page.url} is wider than its window:\n" + "\n".join(wide)


def no_strays(page: Page) -> None:
    """Fail when a part of a card's value left its place beside the name."""
    assert (strayed := page.evaluate(STRAYED)) == [], f"{page.url}: not beside their names:\n" + "\n".join(strayed)


def tab_stops(page: Page, most: int = 150) -> list[dict[str, Any]]:
    """All stops of the Tab key from the top of the page; each must be seen and carry a focus mark."""
    page.evaluate("document.activeElement?.blur(); window.scrollTo(0, 0)")
    stops: list[dict[str, Any]] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop is None or stop in stops[:1]:
            break
        assert stop["marked"], f"{page.url}: no focus mark on {stop}"
        assert stop["visible"], f"{page.url}: focus on something unseen: {stop}"
        stops.append(stop)
    return stops


def look(page: Page, path: str, name: str = "", *, status: int = 200, by_axe: bool = True) -> None:
    """Go to a page and ask everything of it that holds for every page; keep its picture when it has a name.

    by_axe=False: for the same page in a second language; axe looks at structure and colour, which do not change by it.
    """
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == status, f"{path}: {answer.status}"
    check(page, name, by_axe=by_axe)


def check(page: Page, name: str = "", *, by_axe: bool = True) -> None:
    """Ask everything of the page that stands, when all of it is read."""
    page.wait_for_load_state()
    expect(page.locator("h1"), f"{page.url}: one heading of the first level").to_have_count(1)
    if name:
        shot(page, name)
    no_sideways(page)
    no_strays(page)
    whole_numbers(page)
    if by_axe:
        axe(page)


def form_button(page: Page, name: str = "") -> Locator:
    """The button that sends the page's form; by its name where the form has several."""
    form = page.locator("main form[method=post]")
    return form.get_by_role("button", name=name) if name else form.locator(".form__actions button").first


def sign_in_elsewhere(page: Page, address: str) -> None:
    """Sign in in another window of the same browser, as a page tells a person who was signed out."""
    other = page.context.new_page()
    other.goto("/account/login/")
    sign_in_here(other, address)
    other.wait_for_url("**/desk/")
    other.close()


def sign_in_here(page: Page, address: str) -> None:
    """Fill the page of the sign-in and send it."""
    page.locator("input[name=login]").fill(address)
    page.locator("input[name=password]").fill(PASSWORD)
    follow(page.locator("main form[data-sign-in] button"))


def follow(control: Locator) -> None:
    """Press what leads to another page, and go on once that is read: on a page half read, what stands below is missing.

    For a button whose form comes again with its faults as well, not for what opens on the same page or is downloaded.
    """
    with control.page.expect_navigation():
        control.click()


def not_refused(page: Page) -> None:
    """The page says of no error."""
    errors = page.locator(".error-summary, .notice--error")
    assert errors.count() == 0, f"{page.url}: {errors.first.inner_text()}"


def small_pdf(text: str) -> FilePayload:
    """A file to choose, named and filled by the text."""
    return {"name": f"{text}.pdf", "mimeType": "application/pdf", "buffer": uploads.pdf(text=text)}
