"""Joint applicants and files in a real browser: one enterprise commits, another declines; two districts; a large file."""

from __future__ import annotations

import os
import re

import pytest
from playwright.sync_api import expect

from tests import factories_applications as make
from tests import sealed
from tests.journeys.browser import check, follow, look
from tests.journeys.site import open_batch

pytestmark = pytest.mark.browser
AMOUNT = "100000000.00"
CHAOYANG, HAIDIAN = "110105", "110108"
LETTER = sealed.sealed()  # made here: inside a test the loop of the browser runs


@pytest.fixture(scope="module")
def rows(site, django_db_blocker):
    """Ningde's and Chaoyang's dossiers, whole but for their joint applicants."""
    with django_db_blocker.unblock():
        for unit in ("350900", CHAOYANG, HAIDIAN):
            for role in ("drafter", "signatory"):
                site.person(role, f"ZF{unit}")
        for code in ("YQ001", "YQ002"):
            for number in (1, 2):
                site.person("soe_officer", code, number)
        open_batch(site)

        def made():
            batch = make.open_batch(3)
            return {unit: make.drafted(unit=unit, amount=AMOUNT, batch=batch) for unit in ("350900", CHAOYANG)}

        return site.do(made)


def invite(page, home, name, *, project=False):
    page.goto(f"{home}partners/invite/")
    page.get_by_label("Organisation").select_option(label=name)
    page.get_by_label("implementer of projects").check()
    page.get_by_label("What is asked of it").fill("参与产线改造")
    if project:
        page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Invite").click()
    expect(page.locator("tbody").first).to_contain_text(name)


def test_one_enterprise_commits_and_another_declines(as_, site, rows, tmp_path):
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(LETTER)
    names = [site.do(lambda code=code: str(make.organisation(code).name_en)) for code in ("YQ001", "YQ002")]
    home = f"/applications/{rows['350900'].pk}/"
    page = as_("drafter", "ZF350900", "en")
    page.goto(f"{home}partners/summary/")
    page.get_by_label("Shared summary").fill("以汽车产业链为重点。")
    follow(page.get_by_role("button", name="Save"))
    invite(page, home, names[0], project=True)
    invite(page, home, names[1])
    check(page, "partners-invited")

    one = as_("soe_officer", "YQ001", "en")
    one.goto("/desk/")
    follow(one.get_by_role("link", name="Answer the invitation of Ningde"))
    expect(one.locator("main")).to_contain_text("以汽车产业链为重点")
    part = one.url
    follow(one.get_by_role("link", name="Write our part"))
    one.get_by_label("What we contribute").fill("提供工艺与装备")
    one.get_by_label("Money committed").fill("30,000,000")
    one.get_by_label("Of this for").fill("20,000,000")
    one.get_by_label("Commitment letter").set_input_files(letter)
    check(one, "part-write")
    follow(one.get_by_role("button", name="Save"))
    expect(one.locator("main")).to_contain_text("issuer not on the list")
    follow(one.get_by_role("link", name="Ask for confirmation"))
    follow(one.get_by_role("button", name="Ask a second person to confirm"))

    two = as_("soe_officer", "YQ001", "zh-hans", 390, number=2)
    look(two, part, "part-asked")
    follow(two.get_by_role("link", name="审阅并确认"))
    check(two, "part-confirm")
    two.get_by_label("我已阅读本单位承诺的内容").check()
    follow(two.get_by_role("button", name="确认并承诺"))
    expect(two.locator(".status").first).to_have_text("已承诺")

    other = as_("soe_officer", "YQ002", "en")
    other.goto("/desk/")
    follow(other.get_by_role("link", name="Answer the invitation of Ningde"))
    expect(other.locator("main")).not_to_contain_text("30,000,000")
    follow(other.get_by_role("link", name="Decline"))
    other.get_by_label("Reason").fill("产能不足")
    follow(other.get_by_role("button", name="Decline"))
    look(other, "/applications/parts/", "parts-limits")

    page.goto(f"{home}partners/")
    expect(page.locator("tbody").first).to_contain_text("提供工艺与装备")
    expect(page.locator("tbody").first).to_contain_text("产能不足")


def test_two_districts_of_beijing_together(as_, site, rows, tmp_path):
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(LETTER)
    home = f"/applications/{rows[CHAOYANG].pk}/"
    name = site.do(lambda: str(make.organisation(f"ZF{HAIDIAN}").name_en))
    first = as_("drafter", f"ZF{CHAOYANG}", "en")
    invite(first, home, name)

    drafter = as_("drafter", f"ZF{HAIDIAN}", "en")
    drafter.goto("/desk/")
    follow(drafter.get_by_role("link", name="Answer the invitation of"))
    part = drafter.url
    follow(drafter.get_by_role("link", name="Write our part"))
    drafter.get_by_label("What we contribute").fill("两区共建改造服务体系")
    drafter.get_by_label("Commitment letter").set_input_files(letter)
    follow(drafter.get_by_role("button", name="Save"))
    follow(drafter.get_by_role("link", name="Ask for confirmation"))
    follow(drafter.get_by_role("button", name="Ask a second person to confirm"))

    signatory = as_("signatory", f"ZF{HAIDIAN}", "en")
    signatory.goto(part)
    follow(signatory.get_by_role("link", name="Read and confirm"))
    check(signatory, "district-confirm")
    signatory.get_by_label("I have read what my organisation commits itself to").check()
    follow(signatory.get_by_role("button", name="Confirm and commit"))
    follow(signatory.get_by_role("link", name="Open the shared dossier"))
    expect(signatory.locator("h1")).to_be_visible()

    look(drafter, f"{home}basics/", "district-shared")
    drafter.goto(f"{home}sign-off/request/")
    follow(drafter.get_by_role("button", name="Ask for the signature"))
    for code, button in ((HAIDIAN, "Sign for my district"), (CHAOYANG, "Sign and submit")):
        signing = as_("signatory", f"ZF{code}", "en")
        look(signing, f"{home}sign-off/", f"district-sign-{code}")
        signing.get_by_label("I have read what will be submitted").check()
        follow(signing.get_by_role("button", name=button))
    expect(signing.locator("h1")).to_contain_text("Receipt")


def test_a_large_file_in_pieces_and_its_pages(as_, browsers, rows, tmp_path):
    """More than a piece, across a broken line, to the page that shows it."""
    plan = tmp_path / "方案.pdf"
    padding = os.urandom(64).hex().encode() * 80_000  # ten megabytes of a comment
    content = sealed.uploads.pdf(text="plan")
    plan.write_bytes(content[:9] + b"%" + padding + b"\n" + content[9:])
    page = as_("drafter", "ZF350900", "en")
    home = f"/applications/{rows['350900'].pk}/"
    look(page, f"{home}attachments/add/", "upload")
    page.get_by_label("Title").fill("大文件方案")
    page.get_by_label("File").set_input_files(plan)
    broken = {"left": 2}

    def breaks(route):
        if broken["left"]:
            broken["left"] -= 1
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/uploads/*/?offset=*", breaks)
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**/view/", timeout=90_000)
    assert broken["left"] == 0
    browsers.faults[:] = [fault for fault in browsers.faults if "ERR_CONNECTION_RESET" not in fault]  # made here
    expect(page.locator("[data-viewer-place]")).to_have_text("Page 1 of 1")
    page.locator("[data-drawn='1']").wait_for()
    check(page, "attachment")
    look(page, f"{home}attachments/", "attachments-verdicts")
    narrow = as_("drafter", "ZF350900", "zh-hans", 390)
    look(narrow, page.locator("tbody a").first.get_attribute("href"), "attachment")


def test_an_upload_that_is_not_taken_says_why(as_, rows, tmp_path):
    """Signed out in the middle, signed in again in another window, the dossier closed meanwhile; never bare numbers."""
    plan = tmp_path / "方案.pdf"
    plan.write_bytes(sealed.uploads.pdf(text="plan"))
    page = as_("drafter", "ZF350900", "zh-hans", 390, alone=True)
    cookies = page.context.cookies()
    page.goto(f"/applications/{rows['350900'].pk}/attachments/add/")
    page.get_by_label("标题").fill("中途退出的方案")
    page.locator("input[type=file]").set_input_files(plan)
    says, button = page.locator("[data-upload-says]"), page.locator("[data-upload] form .btn-primary")
    page.context.clear_cookies(name="sessionid")
    button.click()
    expect(says).to_contain_text("您已退出登录")
    page.context.add_cookies(cookies)
    page.context.add_cookies([{"name": "csrftoken", "value": "x" * 32, "url": page.url}])  # as a new sign-in makes it
    page.route("**/uploads/*/?offset=*", lambda route: route.fulfill(status=403, body="<p>403</p>"))
    button.click()
    expect(says).to_contain_text("未接收该文件")
    page.unroute_all()
    button.click()
    page.wait_for_url(re.compile("/runs/|/view/"))
