"""From the self-evaluation to the second tranche in a real browser: panel, rectification, both ministries, one person each."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from tests import factories_assessing as assess
from tests import factories_grants as make
from tests.journeys.browser import VIEWS, check, follow, look

pytestmark = pytest.mark.browser
UNIT = "350200"


@pytest.fixture(scope="module")
def ground(site, django_db_blocker):
    """An award whose unit has not evaluated itself yet, and everyone who has a part in it."""

    def build():
        applications = make.selected([make.Plan(UNIT)], number=94, budget="600000000.00")
        who = make.people(site.cast, province="350000", unit=UNIT)
        return make.awarded(who, application=applications[0], amount="200000000.00").pk

    with django_db_blocker.unblock():
        for code in ("MIIT", "MOF"):
            site.person("officer", code)
        make.people(site.cast, province="350000", unit=UNIT)
        team = assess.people(site.cast, unit=UNIT, province="350000")
        return SimpleNamespace(award=site.do(build), members=[one.pk for one in team["members"]])


def fill(page, **values):
    for name, value in values.items():
        page.locator(f"main [name={name}]").fill(value)


def press(page):
    follow(page.locator("main form button.btn-primary").last)


def test_from_the_self_evaluation_to_the_second_tranche(as_, ground):
    unit_evaluates_itself(as_, ground.award)
    panel = panel_scores(as_, ground.award, ground.members)
    ministries_judge(as_, ground.award)
    money = as_("finance_maker", "MOF")
    money.goto(f"/grants/awards/{ground.award}/issue/")
    expect(money.locator("main form.form")).to_contain_text("40,000,000.00")
    unit = as_("drafter", f"ZF{UNIT}")
    unit.goto(panel)
    check(unit, "panel-told")


def unit_evaluates_itself(as_, award):
    drafter, signatory, province = (
        as_("drafter", f"ZF{UNIT}"),
        as_("signatory", f"ZF{UNIT}"),
        as_("provincial_officer", "GX350000"),
    )
    drafter.goto(f"/grants/awards/{award}/assessing/")
    check(drafter, "assessing-empty")
    drafter.goto(f"/grants/awards/{award}/evaluations/new/")
    press(drafter)
    for control in drafter.locator("main input[name^=points_]").all():
        control.fill("6")
    press(drafter)
    expect(drafter.locator(".field__error").first).to_be_visible()
    check(drafter, "evaluation-refused")
    for control in drafter.locator("main textarea[name^=reason_]").all():
        control.fill("目标10，完成9（演示）")
    press(drafter)
    expect(drafter.locator(".status").first).to_be_visible()
    signatory.goto(f"{drafter.url}sign/")
    check(signatory, "evaluation-sign")
    press(signatory)
    province.goto(f"{drafter.url}verify/")
    fill(province, comment="抽查十家企业，数据属实（演示）")
    press(province)
    expect(province.locator("main")).to_contain_text("抽查十家企业")
    check(province, "evaluation-verified")


def panel_scores(as_, award, members):
    officer = as_("officer", "MIIT")
    officer.goto(f"/grants/awards/{award}/panels/new/")
    check(officer, "panel-open")
    day = make.today().isoformat()
    fill(officer, due_on=day, seed="20261", source="彩票第2026130期（演示）")
    for person in members:
        officer.locator(f"[name=members][value='{person}']").check()
    press(officer)
    expect(officer.locator("tbody tr").first).to_be_visible()
    panel = officer.url
    for role, code in (("reviewer", "MIIT"), ("reviewer", "MOF"), ("reviewer", "ZJ")):
        member = as_(role, code)
        member.goto(f"{panel}score/")
        fill(member, points_process="8", points_output="42", points_benefit="25", points_satisfaction="8")
        for control in member.locator("main textarea[name^=found_]").all():
            control.fill("设备已安装（演示）")
        press(member)
        expect(member.locator("main")).to_contain_text("设备已安装")
    check(member, "panel-scored")
    officer.goto(f"{panel}close/")
    press(officer)
    expect(officer.locator("main")).to_contain_text("83")
    return panel


def ministries_judge(as_, award):
    miit, mof = as_("officer", "MIIT"), as_("officer", "MOF")
    miit.goto(f"/grants/awards/{award}/assessment/")
    miit.locator("[name=result][value=rectify]").check()
    fill(miit, document_no="工信部规函〔2026〕51号")
    press(miit)
    expect(miit.locator(".field__error").first).to_be_visible()
    check(miit, "result-refused")
    fill(miit, rectify_what="两台设备未入账（演示）", rectify_by=make.today().isoformat(), second_limit="40,000,000.00")
    press(miit)
    mof.goto(miit.url)
    follow(mof.locator("button[value=confirm]"))
    result = mof.url
    miit.goto(f"{result}mended/")
    fill(miit, note="已入账并复核（演示）", document_no="工信部规函〔2026〕52号")
    press(miit)
    mof.goto(miit.url)
    check(mof, "rectification-to-confirm")
    follow(mof.locator("button[value=confirm]"))
    expect(mof.locator(".status--wait, .status--good").first).to_be_visible()


PAGES = [
    ("officer", "MIIT", "/grants/assessing/", "assessing-all"),
    ("officer", "MIIT", "/grants/awards/1/assessing/", "assessing"),
    ("auditor", "SJ", "/grants/evaluations/1/", "evaluation"),
    ("officer", "MIIT", "/grants/panels/1/", "panel"),
    ("drafter", f"ZF{UNIT}", "/grants/projects/1/acceptance/", "start-acceptance"),
]


@pytest.mark.parametrize(("language", "width"), VIEWS)
def test_pages_of_the_assessment(as_, ground, language, width):
    for role, code, path, name in PAGES:
        look(as_(role, code, language, width), path, name)
