"""A page worked without a mouse: every control is reached with Tab, and filled, chosen, ticked and pressed with keys."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as TimedOut

from tests.journeys.browser import form_button, not_refused, small_pdf

MOST = 250  # stops of Tab on the longest page
HERE = "one => one === document.activeElement"
# A group of choices is one stop: whichever of them has the focus stands for all.
IN_GROUP = "one => document.activeElement?.type === 'radio' && document.activeElement.name === one.name"


def reach(page: Page, control: Locator, *, where: str = HERE) -> None:
    """Press Tab until the control has the focus; from the last stop the page begins anew."""
    expect(control).to_be_visible()
    found = control.element_handle()  # looked up once: at every stop that would cost more than the key itself
    for _ in range(MOST):
        if found.evaluate(where):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never comes to {control} on {page.url}")


def put(page: Page, control: Locator, value: str) -> None:
    """Give one control its value, by the keys of its kind."""
    kind = str(control.evaluate("one => one.type ?? 'rich'"))
    if kind == "radio":
        return _choose(page, control, value)
    reach(page, control)
    if kind == "select-one":
        _pick(page, control, value)
    elif kind == "checkbox":
        if not control.is_checked():
            page.keyboard.press("Space")
    elif kind == "date":
        _date(page, control, value)
    else:
        if kind != "rich":
            page.keyboard.press("Control+A")
        page.keyboard.insert_text(value)
    return None


def _choose(page: Page, first: Locator, value: str) -> None:
    wanted = page.locator(f"main [name={first.get_attribute('name')}][value='{value}']")
    reach(page, first, where=IN_GROUP)
    page.keyboard.press("Space")
    for _ in range(20):
        if wanted.is_checked():
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"no arrow leads to {value} on {page.url}")


def _pick(page: Page, control: Locator, value: str) -> None:
    """A value or, as people read it, a label."""
    find = "(one, wanted) => [...one.options].findIndex(o => o.value === wanted || o.label === wanted)"
    steps = control.evaluate(find, value) - control.evaluate("one => one.selectedIndex")
    for _ in range(abs(steps)):
        page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")
    assert control.evaluate("(one, wanted) => [...one.selectedOptions].some(o => [o.value, o.label].includes(wanted))",
                            value), f"{value} was not chosen on {page.url}"  # fmt: skip


def _date(page: Page, control: Locator, value: str) -> None:
    """Digits in the order of the browser's own language, whichever that is."""
    year, month, day = value.split("-")
    for digits in (month + day + year, day + month + year, year + month + day):
        page.keyboard.press("Shift+Tab")
        reach(page, control)
        page.keyboard.type(digits)
        if control.input_value() == value:
            return
    raise AssertionError(f"{value} cannot be typed on {page.url}")


def fill(page: Page, **values: str) -> None:
    """Fill fields by name."""
    for name, value in values.items():
        put(page, page.locator(f"main [name={name}]").first, value)


def attach(page: Page, name: str, text: str) -> None:
    """Open the choice of files and take a small PDF. A busy browser may miss the key: it is pressed again then."""
    for left in (2, 1, 0):
        reach(page, page.locator(f"main input[name={name}]"))
        try:
            with page.expect_file_chooser(timeout=10_000) as chooser:
                page.keyboard.press("Space")
        except TimedOut:
            if not left:
                raise
            continue
        chooser.value.set_files(small_pdf(text))
        return


def follow(page: Page, link: Locator) -> None:
    """Go where the link leads."""
    reach(page, link)
    before = page.url
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != before)


def send(page: Page, button: str = "") -> None:
    """Send the page's form (by its button, when it has several), and be answered without an error."""
    reach(page, form_button(page, button))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    not_refused(page)
