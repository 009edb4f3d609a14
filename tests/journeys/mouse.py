"""A page worked with a mouse: fill its fields by name, choose files, send its form. `keys.py` does it without one."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.journeys.browser import follow, form_button, not_refused, small_pdf


def fill(page: Page, **values: str) -> None:
    """Fill fields by name: text, choice of a list, one of several, a tick (yes)."""
    for name, value in values.items():
        control = page.locator(f"main [name={name}]").first
        kind = control.evaluate("one => one.type")
        if kind in {"select-one", "select-multiple"}:
            control.select_option(value)
        elif kind == "radio":
            page.locator(f"main [name={name}][value='{value}']").check()
        elif kind == "checkbox":
            control.check()
        else:
            control.fill(value)


def attach(page: Page, name: str, text: str) -> None:
    """Choose a small PDF."""
    page.locator(f"main input[name={name}]").set_input_files(small_pdf(text))


def send(page: Page, button: str = "") -> None:
    """Send the page's form (by its button, when it has several), and be answered without an error."""
    follow(form_button(page, button))
    not_refused(page)
