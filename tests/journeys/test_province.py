"""The province returns a dossier, the city mends it, both departments recommend; an approved plan is changed."""

from __future__ import annotations

from typing import Final

import pytest
from playwright.sync_api import expect

from tests import factories_applications as make
from tests import uploads
from tests.journeys.browser import check, follow, form_button, look, not_refused
from tests.journeys.site import open_batch

pytestmark = pytest.mark.browser
AMOUNT = "100000000.00"
PEOPLE = [
    ("drafter", "ZF350200"),
    ("signatory", "ZF350200"),
    ("provincial_officer", "GX350000"),
    ("provincial_officer", "CZ350000"),
    ("officer", "MIIT"),
    ("officer", "MOF"),
    ("drafter", "ZF350500"),
    ("signatory", "ZF350500"),
]

# A deadline that is near, as components/countdown.html writes it.
NEAR: Final = """() => document.querySelector(".next-step__due").innerHTML =
  '<span class="countdown" data-until="2026-01-03T00:01:00+08:00" data-now="2026-01-01T00:00:00+08:00"'
  + ' data-left="({days} days {time} left)" data-over="(passed)"><span class="countdown__left" hidden></span></span>'"""


def _fulfilled(officer):
    for point in officer.locator("main input[value=fulfilled]").all():
        point.check()


def test_returned_mended_and_recommended_together(as_, site, django_db_blocker, tmp_path):
    with django_db_blocker.unblock():
        for role, code in PEOPLE:
            site.person(role, code)
        open_batch(site)
        row = site.do(lambda: make.submitted(unit="350200", amount=AMOUNT, batch=make.open_batch(3)))
    base = f"/applications/{row.pk}/"
    industry = as_("provincial_officer", "GX350000")
    look(industry, f"{base}recommend/", "province-examine")
    _fulfilled(industry)
    industry.locator("input[name=targets_answer][value=mend]").check()
    industry.locator("[name=targets_comment]").fill("请补充2027年分年度目标。")
    follow(industry.locator("button[name=save]"))
    expect(industry.locator("input[name=targets_answer][value=mend]")).to_be_checked()
    industry.locator("input[name=decision][value=return]").check()
    industry.locator("[name=opinion]").fill("请按审核要点修改后重新提交。")
    follow(industry.locator("main form.form .form__actions .btn-primary"))

    drafter = as_("drafter", "ZF350200", "en", 390)
    look(drafter, base, "province-returned")
    expect(drafter.locator("main")).to_contain_text("请补充2027年分年度目标。")
    expect(drafter.locator(".next-step__due")).to_contain_text("days left")
    expect(drafter.locator(".countdown")).to_have_count(0)  # far off, days are enough
    drafter.evaluate(NEAR)
    drafter.add_script_tag(url="/static/js/countdown.js")
    expect(drafter.locator(".countdown__left")).to_contain_text("(2 days 00:0")
    drafter.goto(f"{base}sign-off/request/")
    follow(drafter.locator("button[name=confirm]"))
    with django_db_blocker.unblock():
        site.do(lambda: make.sign(row))

    letter = tmp_path / "letter.pdf"
    letter.write_bytes(uploads.pdf(text="letter"))
    for code in ("GX350000", "CZ350000"):
        officer = as_("provincial_officer", code)
        if code == "GX350000":
            officer.goto(f"{base}letter/")
            officer.locator("[name=number]").fill("闽工信联[2026]12号")
            officer.locator("[name=dated]").fill("2026-01-05")
            officer.locator("[name=file]").set_input_files(letter)
            follow(officer.locator("main form.form .btn-primary"))
        officer.goto(f"{base}recommend/")
        _fulfilled(officer)
        officer.locator("input[name=decision][value=recommend]").check()
        officer.locator("select[name=letter]").select_option(label="闽工信联〔2026〕12号")
        follow(officer.locator("main form.form .btn-primary"))
    expect(officer.locator(".page-header .status")).to_have_text("已推荐")
    look(officer, "/applications/letters/", "province-letters")
    miit = as_("officer", "MIIT")
    look(miit, f"{base}checks/", "province-results")
    look(miit, "/applications/matches/", "matches")
    look(miit, "/applications/matches/lookup/", "matches-lookup")
    look(miit, "/applications/units/350200/", "unit-history")


def _send(page):
    """Press the form's first button and arrive without an error."""
    follow(form_button(page))
    not_refused(page)


def test_a_plan_is_changed_by_two_people_and_two_ministries(as_, site, django_db_blocker):
    """Quanzhou asks for less support of a project: signed, consented to by MOF, approved by MIIT, version 2 stands."""
    with django_db_blocker.unblock():
        for role, code in PEOPLE:
            site.person(role, code)
        row = site.do(lambda: make.planned(unit="350500", amount=AMOUNT, batch=make.open_batch(3)))
    approved = f"/applications/{row.pk}/approved/"
    drafter = as_("drafter", "ZF350500")
    look(drafter, approved, "plan-approved")
    follow(drafter.locator("main a[href*='/approved/projects/']").first)
    drafter.locator("[name=support_asked]").fill("1000000")
    drafter.locator("[name=grounds]").fill("设备报价下降，相应核减支持资金（演示）。")
    check(drafter, "plan-change-asked")
    _send(drafter)
    change = drafter.url.split(".invalid")[-1].split("?")[0]
    signatory = as_("signatory", "ZF350500", "en", 390)
    look(signatory, change, "plan-change")
    signatory.goto(f"{change}sign/")
    _send(signatory)
    miit = as_("officer", "MIIT")
    miit.goto(change)
    expect(miit.locator("main")).to_contain_text("财政部")  # nothing is approved before MOF consents
    mof = as_("officer", "MOF", "en")
    mof.goto(f"{change}agree/")
    _send(mof)
    look(miit, f"{change}decide/", "plan-change-decide")
    miit.locator("input[name=decision][value=approve]").check()
    miit.locator("[name=why]").fill("同意核减（演示）。")
    miit.locator("[name=document_no]").fill("工信厅联规函〔2026〕2号（演示）")
    _send(miit)
    look(drafter, approved, "plan-approved-again")
    expect(drafter.locator("main")).to_contain_text("2")
    drafter.goto(f"/applications/{row.pk}/approved/2/")
    expect(drafter.locator("main")).to_contain_text("100")
    look(miit, "/applications/changes/", "plan-changes")
