"""Money that goes back in a real browser: spending reported, money demanded, paid in part, given back and received."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests import factories_grants as make
from tests import uploads
from tests.journeys.browser import check, follow
from tests.journeys.test_money import confirm, fill, paper

pytestmark = pytest.mark.browser
UNIT = "350200"


@pytest.fixture(scope="module")
def ground(site, django_db_blocker):
    """A unit that got 100 yuan and paid 60 of them to its project; gives the numbers of award and project."""

    def build():
        (application,) = make.selected([make.Plan(UNIT)], number=98, budget="300000000.00")
        award = make.funded_unit(who, application=application, award="200000000.00", held="100.00")
        project = make.project(who, award)
        make.paid(who, project=project, amount="60.00", number="V1")
        return award.pk, project.pk

    with django_db_blocker.unblock():
        for code in ("MIIT", "MOF"):
            site.person("officer", code)
        who = make.people(site.cast, province="350000", unit=UNIT)
        site.person("auditor", "SJ")
        return site.do(build)


def test_money_is_used_demanded_and_given_back(as_, ground, tmp_path):
    award, project = ground
    evidence = tmp_path / "evidence.pdf"
    evidence.write_bytes(uploads.pdf(text="evidence"))
    spending_is_reported(as_, project, evidence)
    demand = money_is_demanded(as_, award, project)
    a_part_is_paid(as_, demand)
    it_goes_back(as_, award)
    auditor = as_("auditor", "SJ")
    auditor.goto(demand)
    check(auditor, "recovery-auditor")
    auditor.goto("/grants/recoveries/")
    check(auditor, "recoveries")
    auditor.goto("/grants/returns/")
    check(auditor, "returns")


def spending_is_reported(as_, project, evidence):
    maker, checker = as_("finance_maker", f"CZ{UNIT}"), as_("finance_checker", f"CZ{UNIT}")
    maker.goto(f"/grants/projects/{project}/spend/")
    day = make.today().isoformat()
    fill(maker, amount="60.01", purpose="五轴加工中心", period_from=day, period_to=day)
    maker.locator("[name=file]").set_input_files(str(evidence))
    paper(maker, "使用1号")
    expect(maker.locator("#id_amount_error")).to_be_visible()
    expect(maker.locator("#id_file_error")).to_be_visible()  # the chosen file has to be chosen again
    check(maker, "spending-refused")
    fill(maker, amount="40")
    maker.locator("[name=file]").set_input_files(str(evidence))
    paper(maker, "使用1号")
    expect(maker.locator(".next-step")).to_be_visible()
    checker.goto(maker.url)
    check(checker, "spending-to-check")
    confirm(checker, maker.url)


def money_is_demanded(as_, award, project):
    maker, checker = as_("finance_maker", "MOF"), as_("finance_checker", "MOF")
    maker.goto(f"/grants/awards/{award}/recover/")
    maker.locator("[name=ground][value=violation]").check()
    maker.locator("[name=violation]").select_option("diverted")
    maker.locator("[name=project]").select_option(str(project))
    due = (make.today() + timedelta(days=30)).isoformat()
    fill(maker, reason="购置办公家具", amount="50", due_on=due)
    check(maker, "recovery-form")
    paper(maker, "财监〔2026〕7号")
    expect(maker.locator(".next-step")).to_be_visible()
    confirm_demand(checker, maker.url)
    return maker.url


def confirm_demand(checker, url):
    checker.goto(url)
    check(checker, "recovery-to-check")
    follow(checker.locator("button[value=confirm]"))
    expect(checker.locator("button[value=confirm]")).to_have_count(0)


def a_part_is_paid(as_, demand):
    unit, checker = as_("finance_maker", f"CZ{UNIT}"), as_("finance_checker", f"CZ{UNIT}")
    unit.goto("/desk/")
    follow(unit.get_by_role("link", name="50.00").first)
    follow(unit.locator(".next-step a.btn").first)
    fill(unit, amount="20")
    paper(unit, "缴款1号")
    confirm(checker, unit.url)
    unit.goto(demand)
    check(unit, "recovery-part-paid")


def it_goes_back(as_, award):
    unit, checker = as_("finance_maker", f"CZ{UNIT}"), as_("finance_checker", f"CZ{UNIT}")
    unit.goto(f"/grants/awards/{award}/return/")
    unit.locator("[name=source]").first.check()
    fill(unit, amount="20", reason="追回资金")
    check(unit, "return-form")
    paper(unit, "交回1号")
    confirm(checker, unit.url)
    province, province_checker = as_("finance_maker", "CZ350000"), as_("finance_checker", "CZ350000")
    province.goto(f"{unit.url}receipt/")
    follow(province.locator("main form.form button.btn-primary"))
    province.goto(f"/grants/awards/{award}/return/")
    province.locator("[name=source]").first.check()
    fill(province, amount="20", reason="追回资金")
    paper(province, "交回2号")
    confirm(province_checker, province.url)
    mof = as_("finance_maker", "MOF")
    mof.goto("/desk/")
    follow(mof.get_by_role("link", name="20.00").first)
    follow(mof.locator("main form.form button.btn-primary"))
    expect(mof.locator("h1")).to_contain_text("交回2号")
