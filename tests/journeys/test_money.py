"""The life of a grant in a real browser, one person for each step, from the award to the voucher in three clicks."""

from __future__ import annotations

from collections import Counter

import pytest
from playwright.sync_api import expect

from tests import factories_grants as make
from tests import uploads
from tests.journeys.browser import VIEWS, check, follow, look, small_pdf
from tests.journeys.paying import ask, complete

pytestmark = pytest.mark.browser
UNIT = "350200"


@pytest.fixture(scope="module")
def ground(site, django_db_blocker):
    """A final list with two units; a second unit's money lies with its province too long."""
    from portal.core import clock

    def build():
        from datetime import timedelta

        plans = [make.Plan(UNIT, [("20000000.00", "600000000.00")]), make.Plan("360100")]
        applications = make.selected(plans, number=93, budget="600000000.00")
        others = make.people(site.cast, province="360000", unit="360100")
        with clock.at(clock.now() - timedelta(days=45)):
            award = make.awarded(others, application=applications[1], amount="180000000.00", number="财建〔2026〕21号")
            make.issued(others, award=award, amount="90000000.00", received_on=make.today(), number="财建〔2026〕22号")
        return applications

    with django_db_blocker.unblock():
        for code in ("MIIT", "MOF"):
            site.person("officer", code)
        make.people(site.cast, province="350000", unit=UNIT)
        make.people(site.cast, province="360000", unit="360100")
        site.person("auditor", "SJ")
        return site.do(build)


def fill(page, **values):
    for name, value in values.items():
        page.locator(f"[name={name}]").fill(value)


def paper(page, number):
    fill(page, document_no=number)
    follow(page.locator("main form.form button.btn-primary"))


def confirm(page, url):
    page.goto(url)
    follow(page.locator("button[value=confirm]"))
    expect(page.locator(".status--good").first).to_be_visible()


def test_a_grant_from_the_award_to_the_voucher(as_, ground, tmp_path):
    voucher = tmp_path / "voucher.pdf"
    voucher.write_bytes(uploads.pdf(text="voucher"))
    award = award_is_entered_and_confirmed(as_, ground[0])
    issue_is_passed_on(as_, award)
    project_is_paid(as_, voucher)
    auditor = as_("auditor", "SJ")
    auditor.set_viewport_size({"width": 1280, "height": 900})
    auditor.goto("/oversight/")
    tops = auditor.evaluate("[...document.querySelectorAll('.tile')].map(one => Math.round(one.offsetTop))")
    assert sorted(Counter(tops).values()) == [2, 2], "four figures stand two by two, not three and one"
    follow(auditor.get_by_role("link", name="福建省"))
    follow(auditor.get_by_role("link", name="发票 0001"))
    with auditor.expect_download() as download:
        auditor.locator(".next-step a.btn").click()
    assert download.value.path().read_bytes() == voucher.read_bytes()
    auditor.goto("/trail/")
    expect(auditor.locator("tbody tr").first).to_contain_text("资金文件")


def award_is_entered_and_confirmed(as_, application):
    maker, checker = as_("finance_maker", "MOF"), as_("finance_checker", "MOF")
    maker.goto(f"/grants/awards/new/{application}/")
    fill(maker, amount="300,000,000.01")
    paper(maker, "财建〔2026〕31号")
    expect(maker.locator(".field__error")).to_be_visible()
    check(maker, "award-refused")
    fill(maker, amount="200,000,000.00")
    maker.locator("[name=file]").set_input_files(small_pdf("award"))
    paper(maker, "财建〔2026〕31号")
    expect(maker.locator(".next-step")).to_be_visible()
    checker.goto(maker.url)
    check(checker, "award-to-check")
    follow(checker.locator("button[value=refuse]"))
    expect(checker.locator(".field__error")).to_be_visible()
    confirm(checker, maker.url)
    check(checker, "award-confirmed")
    return maker.url


def issue_is_passed_on(as_, award):
    maker, checker = as_("finance_maker", "MOF"), as_("finance_checker", "MOF")
    maker.goto(f"{award}issue/")
    maker.locator("[name=tranche]").first.check()
    fill(maker, amount="100,000,000.00")
    maker.locator("[name=file]").set_input_files(small_pdf("issue"))
    paper(maker, "财建〔2026〕32号")
    confirm(checker, maker.url)
    province, province_checker = as_("finance_maker", "CZ350000"), as_("finance_checker", "CZ350000")
    look(province, "/desk/", "desk-province-finance")
    province.goto(f"{maker.url}receipt/")
    follow(province.locator("main form.form button.btn-primary"))
    province.goto(f"{maker.url}pass-on/")
    fill(province, amount="100000000")
    paper(province, "闽财〔2026〕33号")
    confirm(province_checker, province.url)


def project_is_paid(as_, voucher):
    unit, unit_checker = as_("finance_maker", f"CZ{UNIT}"), as_("finance_checker", f"CZ{UNIT}")
    unit.goto("/grants/projects/")
    follow(unit.locator("tbody a").first)
    follow(unit.locator(".next-step a.btn"))
    ask(unit, amount="1,234,567.89", purpose="数控机床（演示）")
    complete(unit, voucher)
    follow(unit.locator(".next-step a.btn"))
    unit.locator("[name=file]").set_input_files(voucher)
    paper(unit, "发票 0001")
    expect(unit.locator(".next-step")).to_be_visible()
    unit_checker.goto(unit.url)
    check(unit_checker, "payment-to-check")
    confirm(unit_checker, unit.url)


PAGES = [
    ("finance_maker", "MOF", "/grants/awards/", "awards"),
    ("finance_maker", "MOF", "/grants/awards/new/", "to-award"),
    ("finance_maker", "MOF", "/grants/waiting/", "waiting"),
    ("finance_checker", "MOF", "/grants/to-check/", "to-check"),
    ("finance_maker", "MOF", "/grants/awards/1/", "award"),
    ("finance_maker", "MOF", "/grants/awards/1/ledger/", "ledger"),
    ("finance_maker", "MOF", "/grants/awards/1/issue/", "enter-issue"),
    ("officer", "MIIT", "/grants/awards/1/assessment/", "enter-assessment"),
    ("finance_maker", "CZ360000", "/grants/issues/1/", "issue"),
    ("finance_maker", "CZ360000", "/grants/issues/1/pass-on/", "enter-pass-on"),
    ("finance_maker", f"CZ{UNIT}", "/grants/payments/", "payments"),
    ("finance_maker", f"CZ{UNIT}", "/grants/projects/", "projects"),
    ("auditor", "SJ", "/oversight/", "oversight"),
    ("auditor", "SJ", "/oversight/provinces/360000/", "oversight-province"),
    ("auditor", "SJ", "/oversight/provinces/350000/", "oversight-province-paid"),
    ("auditor", "SJ", "/oversight/payments/1/", "oversight-payment"),
    ("auditor", "SJ", "/trail/", "trail"),
    ("auditor", "SJ", "/trail/1/", "trail-event"),
]


@pytest.mark.parametrize(("language", "width"), VIEWS)
def test_pages_of_the_money(as_, ground, language, width):
    pages = {}
    for role, code, path, name in PAGES:
        if (role, code) not in pages:
            pages[role, code] = as_(role, code, language, width)
        look(pages[role, code], path, name)
