"""A bank statement in a real browser: brought, a line matched by a person, one set aside, read by an auditor."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests import bank_files as files
from tests import factories_bank as bank
from tests import factories_grants as make
from tests.journeys.browser import VIEWS, check, follow, look

pytestmark = pytest.mark.browser
UNIT = "350200"


@pytest.fixture(scope="module")
def ground(site, django_db_blocker):
    """A unit with one confirmed payment."""

    def build():
        applications = make.selected([make.Plan(UNIT)], number=93, budget="300000000.00")
        who = make.people(site.cast, province="350000", unit=UNIT)
        award = make.funded_unit(who, application=applications[0], award="100000000.00", held="40000000.00")
        for number, amount in (("支付1", "60.00"), ("支付2", "70.00")):
            make.paid(who, project=make.project(who, award), amount=amount, number=number)

    with django_db_blocker.unblock():
        for code in ("MIIT", "MOF"):
            site.person("officer", code)
        make.people(site.cast, province="350000", unit=UNIT)
        site.do(build)


def test_a_statement_from_the_bank_to_the_auditor(as_, ground, tmp_path):
    file = tmp_path / "statement.csv"
    lines = [(bank.day(), "-60.00", "", "支付1"), (bank.day(), "-70.00", "", "x"), (bank.day(), "-3.00", "", "fee")]
    file.write_bytes(files.statement(lines, opening="1000.00"))
    maker = as_("finance_maker", f"CZ{UNIT}")
    maker.goto("/grants/bank/new/")
    check(maker, "bank-new")
    maker.locator("[name=file]").set_input_files(file)
    follow(maker.locator("main form.form button.btn-primary"))
    maker.wait_for_url("**/grants/bank/files/*/")
    check(maker, "bank-file")
    maker.goto("/grants/bank/queue/")
    expect(maker.locator("tbody tr")).to_have_count(2)
    follow(maker.locator("tbody tr").first.get_by_role("link"))
    check(maker, "bank-line-open")
    maker.locator("[name=paper]").first.check()
    follow(maker.locator("button[value=match]"))
    expect(maker.locator(".status--good").first).to_be_visible()
    maker.goto("/grants/bank/queue/")
    follow(maker.locator("tbody tr").first.get_by_role("link"))
    follow(maker.locator("button[value=aside]"))
    expect(maker.locator(".field__error").first).to_be_visible()
    maker.locator("[name=why]").fill("银行手续费")
    follow(maker.locator("button[value=aside]"))
    check(maker, "bank-line-aside")
    line = maker.url
    for language, width in VIEWS:
        auditor = as_("auditor", "SJ", language, width)
        for name, address in (
            ("bank", "/grants/bank/"),
            ("bank-queue", "/grants/bank/queue/"),
            ("bank-unseen", "/grants/bank/unseen/?days=3"),
            ("bank-orders", "/grants/bank/orders/"),
            ("bank-line", line),
        ):
            look(auditor, address, f"{name}-{language}-{width}")
        auditor.goto("/grants/bank/")
        follow(auditor.locator("tbody tr").first.get_by_role("link").first)
        check(auditor, f"bank-statement-{language}-{width}")
