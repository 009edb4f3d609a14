"""Typing a payment request in the browser: what is asked, invoices, evidence, the answers for banned uses."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests import factories_grants as make
from tests.journeys.browser import follow


def _type(page: Page, **values: str) -> None:
    for name, value in values.items():
        page.locator(f"main [name={name}]").fill(value)


def ask(page: Page, **values: str) -> None:
    """Type what is asked and go on; where the plan names no milestone, one in words."""
    milestone = page.locator("main [name=milestone]").first
    if milestone.get_attribute("type") == "radio":
        milestone.check()
    else:
        milestone.fill("设备到货（演示）")
    _type(page, reached_on=make.today().isoformat(), **values)
    if not page.locator("[name=method]:checked").count():
        page.locator("[name=method]").first.check()
    follow(page.locator("main form.form button.btn-primary"))


def add_invoice(page: Page, number: str, amount: str = "8,000,000.00") -> None:
    """Add one invoice to the request that is open."""
    if not page.locator("[name=invoice-number]").is_visible():
        page.locator("details:has([name=invoice-number]) summary").click()
    values = {"number": number, "dated": make.today().isoformat(), "seller": "示例机床有限公司（演示）"}
    values |= {"seller_code": make.credit_code(77), "amount": amount, "contract_no": "HT-1"}
    _type(page, **{f"invoice-{name}": value for name, value in values.items()})
    follow(page.locator("#send_invoice"))


def complete(page: Page, file: Any, number: str = "") -> None:
    """Invoice, evidence and answers of a request. file: what a file control takes."""
    add_invoice(page, number or make.invoice_number())
    page.locator("[name=evidence-file]").set_input_files(file)
    follow(page.locator("#send_evidence"))
    deny(page)


def deny(page: Page) -> None:
    """Answer "no" for each banned use."""
    for radio in page.locator("form:has(#send_uses) input[value=no]").all():
        radio.check()
    follow(page.locator("#send_uses"))
