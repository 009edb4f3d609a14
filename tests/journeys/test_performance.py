"""A quarterly report in a real browser: the unit writes and signs, the province returns and verifies, MIIT looks."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from tests import factories_grants as make
from tests import factories_performance as perform
from tests.factories_roster import credit_code
from tests.journeys.browser import VIEWS, check, follow, look
from tests.sheets import workbook

pytestmark = pytest.mark.browser
UNIT = "350200"


@pytest.fixture(scope="module")
def ground(site, django_db_blocker):
    """An award of the last quarter but one, with one verified report; the report of the last quarter is due."""

    def build():
        application = make.selected([make.Plan(UNIT)], number=94, budget="600000000.00")[0]
        perform.planned(application)
        award = perform.awarded(who, application, back=2)
        report = perform.verified(team, award, 2)
        return SimpleNamespace(award=award.pk, verified=report.pk)

    with django_db_blocker.unblock():
        for code in ("MIIT", "MOF"):
            site.person("officer", code)
        who, team = make.people(site.cast, province="350000", unit=UNIT), perform.people(site.cast)
        return site.do(build)


def states():
    from grants.progress import PROGRESS

    def line(number):
        done = {"digital_state": "已完成", "has_rd_tools": "是", "process_rate": 70, "energy_level": "达到标杆水平"}
        return {"credit_code": credit_code(number), "name": f"示例{number}厂"} | done

    return workbook(*(line(number) for number in range(1, 9)), sheet=PROGRESS)


def submit(page):
    follow(page.locator("main form .btn-primary").first)


def test_a_report_from_the_unit_to_the_ministry(as_, ground, tmp_path):
    drafter = as_("drafter", f"ZF{UNIT}")
    report = report_is_written(drafter)
    enterprises_are_brought(drafter, report, tmp_path)
    is_signed(as_, report)
    industry = as_("provincial_officer", "GX350000")
    look(industry, "/desk/", "performance-desk-province")
    industry.goto(report)
    follow(industry.locator("button[value=return]"))
    expect(industry.locator(".field__error")).to_be_visible()
    check(industry, "performance-return-refused")
    industry.locator("[name=why]").fill("请核实设备投资数据（演示）")
    follow(industry.locator("button[value=return]"))
    expect(industry.locator(".callout--wait")).to_be_visible()
    drafter.goto(f"{report}edit/")
    drafter.locator("[name=investment_now]").fill("125")
    submit(drafter)
    expect(drafter.locator(".callout--wait")).to_contain_text("请核实")
    is_signed(as_, report)
    industry.goto(report)
    follow(industry.locator("button[value=verify]"))
    expect(industry.locator(".status--good").first).to_be_visible()
    check(industry, "performance-verified")
    miit = as_("officer", "MIIT")
    look(miit, "/grants/performance/?region=east&code=digital", "performance-board")
    expect(miit.locator("tbody tr")).to_have_count(1)
    follow(miit.locator("tbody a").first)
    expect(miit.locator("figure img").first).to_be_visible()
    assert miit.locator("figure img").first.evaluate("one => one.naturalWidth") > 0
    check(miit, "performance-unit")


def report_is_written(drafter):
    drafter.goto("/grants/performance/")
    follow(drafter.locator(".next-step a.btn"))
    follow(drafter.locator(".next-step a").first)
    submit(drafter)
    drafter.locator("[name=summary]").fill("推进设备更新（演示）")
    drafter.locator("[name=investment_now]").fill("十二万")
    submit(drafter)
    expect(drafter.locator(".field__error").first).to_be_visible()
    expect(drafter.locator("[name=summary]")).to_have_value("推进设备更新（演示）")
    check(drafter, "performance-write-refused")
    drafter.locator("[name=investment_now]").fill("120")
    drafter.locator("[name=investment_base]").fill("100")
    drafter.locator("[name^=value_]").fill("118")
    for note in drafter.locator("[name^=note_]").all():
        note.fill("设备到货延期（演示）")
    submit(drafter)
    expect(drafter.locator(".next-step")).to_be_visible()
    check(drafter, "performance-written")
    return drafter.url


def enterprises_are_brought(drafter, report, tmp_path):
    file = tmp_path / "进展.xlsx"
    file.write_bytes(states())
    look(drafter, f"{report}enterprises/".replace(drafter.url.split("/grants")[0], ""), "performance-bring")
    drafter.locator("[name=file]").set_input_files(file)
    submit(drafter)
    expect(drafter.locator("#take")).to_be_visible()
    check(drafter, "performance-file")
    follow(drafter.locator("#take button"))
    expect(drafter.locator("tbody").first).to_contain_text("80.00")


def is_signed(as_, report):
    signatory = as_("signatory", f"ZF{UNIT}")
    signatory.goto(f"{report}sign/")
    check(signatory, "performance-sign")
    submit(signatory)
    expect(signatory.locator("h1")).to_be_visible()


@pytest.mark.parametrize(("language", "width"), VIEWS)
def test_pages_of_the_performance(as_, ground, language, width):
    pages = [
        ("drafter", f"ZF{UNIT}", f"/grants/performance/{ground.award}/", "performance-own"),
        ("drafter", f"ZF{UNIT}", f"/grants/reports/{ground.verified}/", "performance-report"),
        ("provincial_officer", "GX350000", "/grants/reports/", "performance-reports"),
        ("officer", "MIIT", "/grants/performance/", "performance-all"),
        ("officer", "MIIT", "/grants/reports/open/", "performance-open"),
        ("officer", "MIIT", f"/grants/performance/{ground.award}/peers/", "performance-peers"),
    ]
    for role, code, path, name in pages:
        look(as_(role, code, language, width), path, name)
