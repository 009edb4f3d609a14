"""The overview in a real browser: from the national total to the voucher in three clicks, and in ten thousand yuan."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests import factories_grants as make
from tests import uploads
from tests.journeys.browser import VIEWS, check, follow, look, tab_stops
from tests.journeys.test_money import project_is_paid

pytestmark = pytest.mark.browser
UNIT = "350200"


@pytest.fixture(scope="module")
def ground(site, django_db_blocker):
    """Money in two provinces: one unit paid a project and took a payment back, the other's lies with its province."""
    from datetime import timedelta

    from grants.models import Entry, GrantProject
    from portal.core import clock

    def build():
        applications = make.selected([make.Plan(UNIT), make.Plan("360100")], number=95, budget="600000000.00")
        who = make.people(site.cast, province="350000", unit=UNIT)
        others = make.people(site.cast, province="360000", unit="360100")
        award = make.funded_unit(who, application=applications[0], award="200000000.00", held="60000000.00")
        with make.acting(who["mof"]):
            project = GrantProject.objects.filter(award=award).first()
        make.paid(who, project=project, amount="12345678.90", number="V1")
        make.paid(who, project=project, amount="1000.00", number="V2")
        with make.acting(who["unit_maker"]):
            entry = Entry.objects.get(award=award, document_no="V2")
        make.reversed_by(who, entry=entry, by="unit")
        with clock.at(clock.now() - timedelta(days=45)):
            late = make.awarded(others, application=applications[1], amount="180000000.00", number="财建〔2026〕21号")
            make.issued(others, award=late, amount="90000000.00", received_on=make.today(), number="财建〔2026〕22号")

    with django_db_blocker.unblock():
        for code in ("MIIT", "MOF"):
            site.person("officer", code)
        make.people(site.cast, province="350000", unit=UNIT)
        make.people(site.cast, province="360000", unit="360100")
        site.person("auditor", "SJ")
        return site.do(build)


def test_from_the_national_total_to_the_voucher_in_three_clicks(as_, ground, tmp_path):
    voucher = tmp_path / "voucher.pdf"
    voucher.write_bytes(uploads.pdf(text="voucher"))
    project_is_paid(as_, voucher)
    auditor = as_("auditor", "SJ")
    auditor.goto("/grants/flow/")
    expect(auditor.locator(".tiles").first).to_contain_text("380,000,000.00")
    follow(auditor.locator(".tiles").first.get_by_role("link", name="已拨付项目"))
    lines = auditor.locator("tbody tr")
    expect(lines).to_have_count(4)
    expect(lines.nth(1)).to_contain_text("冲销")
    expect(lines.nth(1).locator(".negative")).to_have_text("-1,000.00")
    follow(lines.first.locator("th a"))
    with auditor.expect_download() as download:
        auditor.get_by_role("link", name="voucher.pdf").click()
    assert download.value.path().read_bytes() == voucher.read_bytes()


def test_the_picture_is_walked_by_keyboard_and_money_shown_in_ten_thousand_yuan(as_, ground):
    page = as_("finance_maker", "MOF", "en", 1280)
    page.goto("/grants/flow/")
    stops = [stop["text"] for stop in tab_stops(page)]
    assert any(stop.startswith(("福建省", "Fujian")) for stop in stops)
    page.get_by_role("button", name="Show money in ten thousand yuan").click()
    expect(page.locator(".tiles").first).to_contain_text("38,000.00")
    expect(page.locator("thead").first).to_contain_text("ten thousand yuan")
    page.locator(".flow-picture").get_by_role("link", name="Fujian").click()
    expect(page.locator("#filter_province")).to_have_value("350000")
    check(page, "flow-province-wan")
    page.get_by_role("button", name="Show money in yuan").click()
    expect(page.locator(".tiles").first).to_contain_text("200,000,000.00")


def test_amounts_and_states_of_wide_lists_are_seen_beside_the_menu(as_, ground):
    """Nine columns at the width of a small office screen: nothing has to be moved sideways to be read."""
    page = as_("auditor", "SJ", "en", 1280)
    for address in ("/grants/flow/", "/grants/awards/", "/grants/payments/"):
        page.goto(address)
        hidden = page.locator(".list .table-wrap").evaluate("one => one.scrollWidth - one.clientWidth")
        assert hidden == 0, (address, hidden)


PAGES = [
    ("finance_maker", "MOF", "/grants/flow/", "flow"),
    ("finance_maker", "MOF", "/grants/flow/entries/paid/", "flow-entries"),
    ("finance_maker", "MOF", "/grants/flow/lying/", "flow-lying"),
    ("finance_maker", "MOF", "/grants/flow/coming/", "flow-coming"),
    ("finance_maker", "CZ360000", "/grants/flow/", "flow-province"),
    ("finance_maker", f"CZ{UNIT}", "/grants/flow/", "flow-unit"),
    ("auditor", "SJ", "/grants/flow/?by=year", "flow-auditor"),
]


@pytest.mark.parametrize(("language", "width"), VIEWS)
def test_pages_of_the_overview(as_, ground, language, width):
    for role, code, path, name in PAGES:
        look(as_(role, code, language, width), path, name)


def test_the_table_beside_the_map_stands_whole(as_, ground):
    """Cut at a height it would not show that it goes on: all provinces are seen, and the map beside them."""
    page = as_("officer", "MIIT", "zh-hans", 1280)
    look(page, "/grants/standing/")
    hidden = page.evaluate("""() => {
        const table = document.querySelector('.beside-map__table'), body = table.querySelector('tbody');
        while (body.rows.length < 31) body.append(body.rows[0].cloneNode(true));
        return table.scrollHeight - table.clientHeight;
    }""")
    assert hidden <= 1
