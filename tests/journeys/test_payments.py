"""A payment in a real browser: prepared, stopped at a duplicate invoice, refused on a ground, mended, held, confirmed."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from tests import factories_grants as make
from tests import uploads
from tests.journeys.browser import VIEWS, check, follow, look
from tests.journeys.paying import add_invoice, ask, complete, deny

pytestmark = pytest.mark.browser
UNIT, OTHER = "350200", "360100"
CODE = make.credit_code(9_000_001)


@pytest.fixture(scope="module")
def ground(site, django_db_blocker):
    """Two units of two provinces that hold money; an invoice counts for a payment of the other one."""

    def build():
        from grants.domain import payments

        plans = [make.Plan(UNIT, [("20000000.00", "600000000.00")]), make.Plan(OTHER)]
        applications = make.selected(plans, number=96, budget="600000000.00")
        number = make.invoice_number()
        found = {}
        for unit, application in zip((UNIT, OTHER), applications, strict=True):
            who = make.people(site.cast, province=f"{unit[:2]}0000", unit=unit)
            award = make.funded_unit(who, application=application, award="100000000.00", held="40000000.00")
            found[unit] = make.project(who, award)
        request = make.asked(who, project=found[OTHER], amount="1.00", invoices=[make.invoice_input(number=number)])
        with make.acting(who["unit_maker"]) as by:
            payments.enter_payment(by=by, request=request, paper=make.paper("T1", file=make.pdf()))
        return SimpleNamespace(project=found[UNIT].pk, claimed=number)

    with django_db_blocker.unblock():
        for code in ("MIIT", "MOF"):
            site.person("officer", code)
        for unit in (UNIT, OTHER):
            make.people(site.cast, province=f"{unit[:2]}0000", unit=unit)
        site.person("drafter", f"ZF{UNIT}")
        site.person("auditor", "SJ")
        return site.do(build)


def send(page):
    follow(page.locator("main form.form button.btn-primary").last)


def enter(page, file, number):
    follow(page.locator(".next-step a.btn"))
    page.locator("[name=document_no]").fill(number)
    page.locator("[name=file]").set_input_files(file)
    send(page)


def test_a_payment_from_the_request_to_the_books(as_, ground, tmp_path):
    file = tmp_path / "evidence.pdf"
    file.write_bytes(uploads.pdf(text="evidence"))
    drafter, maker = as_("drafter", f"ZF{UNIT}"), as_("finance_maker", f"CZ{UNIT}")
    checker = as_("finance_checker", f"CZ{UNIT}")
    drafter.goto(f"/grants/projects/{ground.project}/pay/")
    check(drafter, "request-new")
    ask(drafter, amount="1,500,000", purpose="数控机床（演示）", payee_code=make.credit_code(5))
    expect(drafter.locator(".field__error")).to_contain_text(CODE)
    check(drafter, "request-refused")
    ask(drafter, payee_code=CODE)
    complete(drafter, file, ground.claimed)
    expect(drafter.locator("tbody .field__error")).to_contain_text("江西省")
    check(drafter, "request-duplicate")
    maker.goto(drafter.url)
    enter(maker, file, "ZF-1")
    expect(maker.locator(".error-summary")).to_contain_text("已计入其他拨付")
    follow(drafter.locator("tbody button").first)
    add_invoice(drafter, make.invoice_number())
    expect(drafter.locator("tbody .field__error")).to_have_count(0)
    maker.goto(drafter.url)
    enter(maker, file, "ZF-1")
    first = maker.url
    checker.goto(first)
    check(checker, "payment-with-request")
    checker.locator("[name=ground]").select_option("milestone")
    checker.locator("[name=why]").fill("照片与节点不符。")
    follow(checker.locator("button[value=refuse]"))
    expect(checker.locator("dl")).to_contain_text(["节点未达到或证明不足"])
    maker.goto(first)
    check(maker, "payment-refused")
    follow(maker.locator(".next-step form button"))
    expect(maker.locator("tbody")).to_contain_text("示例机床有限公司")
    deny(maker)
    enter(maker, file, "ZF-2")
    second = maker.url
    hold_is_raised_and_decided(as_, ground, file, checker, second)
    checker.goto(second)
    follow(checker.locator("button[value=confirm]"))
    expect(checker.locator(".status--good").first).to_be_visible()


def hold_is_raised_and_decided(as_, ground, file, checker, payment):
    checker.goto(f"/grants/projects/{ground.project}/")
    follow(checker.locator(".btn-outline-danger"))
    for name, value in {"source": "另一部门", "fund": "专项 1 号", "amount": "500000", "note": "台账比对。"}.items():
        checker.locator(f"[name={name}]").fill(value)
    check(checker, "hold-new")
    checker.locator("[name=file]").set_input_files(file)
    send(checker)
    hold = checker.url
    checker.goto(payment)
    expect(checker.locator(".callout--bad")).to_be_visible()
    expect(checker.locator("button[value=confirm]")).to_have_count(0)
    check(checker, "payment-held")
    for code in ("MIIT", "MOF"):
        officer = as_("officer", code)
        officer.goto(hold)
        officer.locator("[name=word][value=release]").check()
        officer.locator("[name=why]").fill("已核实，为不同项目。")
        check(officer, f"hold-judged-{code.lower()}")
        send(officer)
    expect(officer.locator(".lead-text .status")).to_have_text("已解除")


PAGES = [
    ("finance_maker", f"CZ{UNIT}", "/grants/requests/", "requests"),
    ("finance_maker", f"CZ{UNIT}", "/grants/requests/2/", "request"),
    ("finance_maker", f"CZ{UNIT}", "/grants/invoices/", "invoices"),
    ("officer", "MOF", "/grants/holds/", "holds"),
    ("officer", "MOF", "/grants/holds/1/", "hold"),
    ("auditor", "SJ", "/grants/requests/2/", "request-read"),
]


@pytest.mark.parametrize(("language", "width"), VIEWS)
def test_pages_of_payments(as_, ground, language, width):
    pages = {}
    for role, code, path, name in PAGES:
        if (role, code) not in pages:
            pages[role, code] = as_(role, code, language, width)
        look(pages[role, code], path, f"paying-{name}")
