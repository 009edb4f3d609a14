"""A city team of three at one dossier, two of them in one section at once, one of them in two tabs."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests import factories_applications as make
from tests.journeys.browser import LANGUAGES, check, follow, look, sign_in_elsewhere, sign_in_here
from tests.journeys.site import open_batch

pytestmark = pytest.mark.browser
AMOUNT = "100000000.00"
CITY = "ZF350200"
FIRST, SECOND = "演示·申报材料起草人", "演示·申报材料起草人2"  # as tests.journeys.site names the drafters


@pytest.fixture(scope="module")
def rows(site, django_db_blocker):
    """Xiamen's dossier in work, and Fuzhou's, which was returned, mended and submitted again."""
    with django_db_blocker.unblock():
        for role, code, number in [
            ("drafter", CITY, 1),
            ("drafter", CITY, 2),
            ("signatory", CITY, 1),
            ("drafter", "ZF350100", 1),
            ("signatory", "ZF350100", 1),
            ("provincial_officer", "GX350000", 1),
        ]:
            site.person(role, code, number)
        open_batch(site)

        def made():
            batch = make.open_batch(3)
            xiamen = make.drafted(unit="350200", amount=AMOUNT, batch=batch)
            fuzhou = make.submitted(unit="350100", amount=AMOUNT, batch=batch)
            make.decide(fuzhou, make.Side.INDUSTRY, make.Verdict.RETURN, "请补充项目")
            with make.acting("drafter", "ZF350100") as by:
                mine = make.Application.objects.get(pk=fuzhou.pk)
                make.projects.add_project(by=by, application=mine, what=make.project_input(name="新材料中试基地"))
                make.projects.remove_project(by=by, project=mine.projects.order_by("pk")[1])
                make.fund_all(by, make.Application.objects.get(pk=fuzhou.pk))
                make.submission.request_sign_off(by=by, application=make.Application.objects.get(pk=fuzhou.pk))
            make.sign(fuzhou)
            return {"xiamen": xiamen.pk, "fuzhou": fuzhou.pk}

        return site.do(made)


def said(page, text):
    expect(page.locator("[data-said]")).to_contain_text(text)


def test_two_in_one_section_see_each_other_and_choose(as_, rows):
    base = f"/applications/{rows['xiamen']}/"
    first, second = as_("drafter", CITY, "en"), as_("drafter", CITY, "en", 390, number=2)
    first.goto(f"{base}basics/")
    said(first, "kept as you go")
    second.goto(f"{base}basics/")
    expect(second.locator("[data-others]")).to_contain_text(f"{FIRST} has this page open too")

    second.get_by_label("Summary").fill("乙：以电子信息为重点。")
    said(second, "Typed text kept at")
    expect(first.locator("[data-others]")).to_contain_text(f"{SECOND} is changing this page too")
    tab = first.context.new_page()  # the same person a second time
    tab.goto(f"{base}basics/")
    expect(tab.locator("[data-others]")).to_contain_text("another window")
    tab.close()
    check(first, "together-present")

    first.get_by_label("Summary").fill("甲：以汽车为重点。")
    first.get_by_label("Contact person").fill("甲联系人")
    first.get_by_role("button", name="Save", exact=True).click()
    expect(first.locator(".notice")).to_contain_text("Saved")
    expect(second.locator("[data-others]")).to_contain_text("saved a change of this section")

    second.get_by_role("button", name="Save", exact=True).click()
    expect(second.locator("#conflict")).to_be_visible()
    expect(second.locator(".dispute")).to_have_count(2)
    expect(second.locator("#choice-contact_name-theirs")).to_be_checked()
    check(second, "together-conflict")
    second.get_by_role("button", name="Save what was chosen").click()
    expect(second.locator(".error-summary")).to_contain_text("which text is to stand")
    second.locator("#choice-summary-mine").check()
    second.get_by_label("Summary").fill("以汽车和电子信息为重点。")
    second.get_by_role("button", name="Save what was chosen").click()
    expect(second.locator(".notice")).to_contain_text("Saved")
    first.goto(f"{base}basics/")
    expect(first.get_by_label("Summary")).to_have_value("以汽车和电子信息为重点。")
    expect(first.get_by_label("Contact person")).to_have_value("甲联系人")


def test_typed_text_outlives_the_page_and_a_lost_line(as_, rows, browsers):
    base = f"/applications/{rows['xiamen']}/"
    page = as_("drafter", CITY, alone=True)
    page.goto(f"{base}projects/add/")
    name = page.locator("[name=name]")
    name.fill("尚未保存的项目")
    said(page, "已于")
    page.context.set_offline(True)
    name.fill("尚未保存的项目（离线时改）")
    said(page, "网络连接中断")
    page.context.set_offline(False)
    name.press("End")
    name.type("。")
    said(page, "已于")
    page.goto(base)
    page.goto(f"{base}projects/add/")
    expect(page.locator("[name=name]")).to_have_value("尚未保存的项目（离线时改）。")
    check(page, "together-unsaved")
    follow(page.get_by_role("link", name="放弃未保存的内容"))
    follow(page.get_by_role("button", name="放弃", exact=True))
    expect(page.locator("[name=name]")).to_have_value("")
    # The browser's own line on the lost connection, which this test made.
    browsers.faults[:] = [fault for fault in browsers.faults if "ERR_INTERNET_DISCONNECTED" not in fault]


def test_typed_text_waits_for_the_next_sign_in(as_, rows, site):
    base = f"/applications/{rows['xiamen']}/"
    page = as_("drafter", CITY, alone=True)
    page.goto(f"{base}projects/add/")
    page.context.clear_cookies()
    page.locator("[name=name]").fill("退出登录时填的项目")
    said(page, "请在另一个窗口登录")
    sign_in_elsewhere(page, site.person("drafter", CITY, 1)[1])
    page.locator("[name=name]").press("End")
    page.locator("[name=name]").type("。")
    said(page, "已于")
    page.goto(f"{base}projects/add/")
    expect(page.locator("[name=name]")).to_have_value("退出登录时填的项目。")
    follow(page.get_by_role("link", name="放弃未保存的内容"))
    follow(page.get_by_role("button", name="放弃", exact=True))


def is_typed(request) -> bool:
    """Whether a sign of life brings what was typed while the page is open."""
    body = request.post_data or ""
    return 'name="typed"' in body and 'name="left"' not in body


def quiet(browsers) -> None:
    """Forget the browser's own lines on requests which a test kept from arriving."""
    browsers.faults[:] = [fault for fault in browsers.faults if "net::ERR_" not in fault]


def test_who_was_signed_out_signs_in_elsewhere_and_types_on(as_, rows, site):
    """As the page says it: nothing typed meanwhile is lost, and it can be saved."""
    page = as_("drafter", CITY, "en", alone=True)
    page.goto(f"/applications/{rows['xiamen']}/projects/add/")
    said(page, "kept as you go")
    page.context.clear_cookies(name="sessionid")
    page.locator("[name=name]").fill("退出后写的项目")
    said(page, "you are signed out")
    page.get_by_role("button", name="Save", exact=True).click()  # nothing is sent that would be lost
    said(page, "you are signed out")
    expect(page.locator("[name=name]")).to_have_value("退出后写的项目")
    sign_in_anew(page, site)
    page.locator("[name=name]").press("End")
    page.locator("[name=name]").type("，再写")
    said(page, "Typed text kept at")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".error-summary")).to_be_visible()  # the rest of the project is missing, not the right
    expect(page.locator("[name=name]")).to_have_value("退出后写的项目，再写")


def sign_in_anew(page, site, number=1):
    """The session ended; its person signs in again in another window."""
    page.context.clear_cookies(name="sessionid")
    sign_in_elsewhere(page, site.person("drafter", CITY, number)[1])


def test_any_form_can_be_sent_after_a_sign_in_elsewhere(as_, rows, site):
    """Also one that keeps nothing: its page takes over the new token when it comes to the front."""
    page = as_("drafter", CITY, "en", alone=True)
    page.goto(f"/applications/{rows['xiamen']}/comments/?section=targets")
    page.get_by_label("Comment").fill("两次登录之间写的意见")
    sign_in_anew(page, site)
    with page.expect_response(lambda answer: answer.request.resource_type == "fetch"):
        page.evaluate("window.dispatchEvent(new Event('focus'))")  # as a window does that comes to the front
    follow(page.get_by_role("button", name="Comment"))
    expect(page.locator(".thread")).to_contain_text("两次登录之间写的意见")


def test_a_form_that_was_too_old_is_sent_after_the_way_back(as_, rows, site):
    page = as_("drafter", CITY, alone=True)
    page.goto(f"/applications/{rows['xiamen']}/comments/?section=funding")
    page.locator("main form textarea").last.fill("过期表单里的意见")
    sign_in_anew(page, site)
    page.locator("main form:has(textarea) button").last.click()
    expect(page.locator("[data-too-old]")).to_contain_text("请返回")
    with page.expect_response(lambda answer: answer.request.resource_type == "fetch"):
        page.go_back()
    expect(page.locator("main form textarea").last).to_have_value("过期表单里的意见")
    follow(page.locator("main form:has(textarea) button").last)
    expect(page.locator(".thread")).to_contain_text("过期表单里的意见")


def test_another_person_who_signs_in_elsewhere_is_given_nothing(as_, rows, site):
    page = as_("drafter", CITY, "en", alone=True)
    page.goto(f"/applications/{rows['xiamen']}/basics/")
    said(page, "kept as you go")
    page.context.add_cookies([site.session("drafter", CITY, 2)])
    page.context.clear_cookies(name="csrftoken")
    page.locator("#id_summary").fill("只属于第一个人")
    said(page, "somebody else is signed in")
    page.get_by_role("button", name="Save", exact=True).click()  # nothing is sent in another's name
    said(page, "somebody else is signed in")
    expect(page.locator("#id_summary")).to_have_value("只属于第一个人")
    page.goto("/desk/")
    page.goto(f"/applications/{rows['xiamen']}/basics/")
    expect(page.locator("#id_summary")).not_to_have_value("只属于第一个人")


def test_of_two_windows_the_second_is_told_that_the_first_has_text(as_, rows):
    page = as_("drafter", CITY, "en", alone=True)
    address = f"/applications/{rows['xiamen']}/safety/record/"
    page.goto(address)
    other = page.context.new_page()
    other.goto(address)
    field = "main form[data-together] textarea >> nth=0"
    page.locator(field).fill("第一个窗口")
    said(page, "Typed text kept at")
    other.locator(field).fill("第二个窗口")
    said(other, "in another window you typed something else here")
    other.close()
    page.goto("/desk/")
    page.goto(address)
    expect(page.locator(field)).to_have_value("第一个窗口")
    follow(page.get_by_role("link", name="Discard the unsaved text"))
    follow(page.get_by_role("button", name="Discard it"))


def test_what_was_under_way_when_the_page_was_left_is_not_lost(as_, rows, browsers):
    page = as_("drafter", CITY, "en", alone=True)
    address = f"/applications/{rows['xiamen']}/targets/"
    page.goto(address)
    said(page, "kept as you go")
    page.route("**/keep/", lambda route: None if is_typed(route.request) else route.continue_())
    page.locator("#id_digital_target").fill("91.5")
    said(page, "Keeping what you type")
    page.goto("/desk/")
    page.unroute_all()
    page.goto(address)
    expect(page.locator("#id_digital_target")).to_have_value("91.5")
    quiet(browsers)


def test_last_words_that_arrive_late_neither_lack_nor_come_back(as_, rows):
    """The page is opened again before what its first opening sent on the way out has arrived; then it arrives."""
    page = as_("drafter", CITY, "en", alone=True)
    address = f"/applications/{rows['xiamen']}/funding/secured/"
    page.add_init_script(
        "navigator.sendBeacon = (url, form) => {"
        " sessionStorage.setItem('aside', new URLSearchParams(form).toString()); return true; };"
    )
    page.goto(address)
    said(page, "kept as you go")
    page.locator("#id_text").fill("临走写的")
    page.goto("/desk/")
    late = page.evaluate("sessionStorage.getItem('aside')")
    page.goto(address)
    expect(page.locator("#id_text")).to_have_value("临走写的")
    said(page, "kept as you go")
    page.locator("#id_text").fill("临走写的，回来又写")
    said(page, "Typed text kept at")
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = page.context.request.post(f"/applications/{rows['xiamen']}/keep/", data=late, headers=headers)
    assert answer.status == 204
    page.goto("/desk/")
    page.goto(address)
    expect(page.locator("#id_text")).to_have_value("临走写的，回来又写")
    follow(page.get_by_role("link", name="Discard the unsaved text"))
    follow(page.get_by_role("button", name="Discard it"))
    expect(page.locator("#id_text")).not_to_have_value("临走写的，回来又写")


@pytest.mark.parametrize(
    ("language", "width", "not_kept"), [("zh-hans", 390, "网络连接中断"), ("en", 1280, "no connection")]
)
def test_saved_without_a_line_the_form_stays(as_, rows, browsers, language, width, not_kept):
    page = as_("drafter", CITY, language, width, alone=True)
    page.goto(f"/applications/{rows['xiamen']}/projects/add/")
    page.locator("[name=name]").fill("无网络时写的项目")
    page.context.set_offline(True)
    page.locator("main form[data-together] .btn-primary").click()
    said(page, not_kept)
    expect(page.locator("[data-said]")).to_be_in_viewport()
    expect(page.locator("[name=name]")).to_have_value("无网络时写的项目")
    page.context.set_offline(False)
    page.locator("main form[data-together] .btn-primary").click()
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator("[name=name]")).to_have_value("无网络时写的项目")
    quiet(browsers)


def test_of_a_dossier_that_froze_meanwhile_the_form_stays_to_be_copied(as_, rows, browsers):
    page = as_("drafter", CITY, "en", alone=True)
    page.goto(f"/applications/{rows['xiamen']}/basics/")
    said(page, "kept as you go")
    page.route("**/keep/", lambda route: route.fulfill(status=409, body="") if is_typed(route.request) else None)
    page.get_by_label("Contact person").fill("冻结后才写的联系人")
    said(page, "cannot be changed any more")
    page.get_by_role("button", name="Save", exact=True).click()
    said(page, "cannot be changed any more")
    expect(page.get_by_label("Contact person")).to_have_value("冻结后才写的联系人")
    page.unroute_all()
    browsers.faults[:] = [fault for fault in browsers.faults if "409" not in fault]


def test_a_save_that_waits_for_what_is_under_way_is_sent(as_, rows):
    """The button was pressed while the text was being kept: once that is answered the form goes."""
    page = as_("drafter", CITY, "en", alone=True)
    page.goto(f"/applications/{rows['xiamen']}/basics/")
    said(page, "kept as you go")
    held = []
    page.route("**/keep/", lambda route: held.append(route) if is_typed(route.request) else route.continue_())
    page.get_by_label("Contact person").fill("等待中的联系人")
    said(page, "Keeping what you type")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Save", exact=True).click()
    held[0].continue_()
    page.unroute_all()
    expect(page.locator(".notice")).to_contain_text("Saved")
    page.go_back()
    expect(page.get_by_label("Contact person")).to_have_value("等待中的联系人")
    page.get_by_label("Contact person").fill("返回后又改")
    said(page, "Typed text kept at")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".notice")).to_contain_text("Saved")


def test_back_at_a_chapter_the_editor_holds_what_was_kept(as_, rows):
    page = as_("drafter", CITY, "en", alone=True)
    address = f"/applications/{rows['xiamen']}/plan/chapters/overall/"
    page.goto(address)
    page.locator(".rich__text").click()
    page.keyboard.type("First words.")
    said(page, "Typed text kept at")
    page.goto("/desk/")
    page.go_back()
    expect(page.locator(".rich__text")).to_contain_text("First words.")
    page.locator(".rich__text").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" More words.")
    said(page, "Typed text kept at")
    page.goto(address)
    expect(page.locator(".rich__text")).to_contain_text("First words. More words.")


def test_three_talk_about_a_section(as_, rows):
    base = f"/applications/{rows['xiamen']}/"
    signatory = as_("signatory", CITY, "en")
    signatory.goto(f"{base}comments/?section=projects")
    signatory.get_by_label("Comment").fill(f"@{FIRST} 请核对标志性项目的总投资")
    follow(signatory.get_by_role("button", name="Comment"))
    expect(signatory.locator(".thread")).to_have_count(1)

    drafter = as_("drafter", CITY, "en", 390)
    drafter.goto("/inbox/")
    drafter.get_by_role("button", name="names you in a comment").click()
    expect(drafter.locator(".mention")).to_have_text(f"@{FIRST}")
    drafter.goto(f"{base}projects/")
    thread = drafter.locator(".thread")
    thread.get_by_text("Answer", exact=True).first.click()
    thread.get_by_label("Your answer").fill("已核对，为6亿元。")
    thread.get_by_role("button", name="Answer").click()
    expect(drafter.locator(".thread__answer")).to_contain_text("已核对")
    check(drafter, "together-comments")

    signatory.reload()
    expect(signatory.locator(".thread__answer")).to_contain_text("6亿元")
    follow(signatory.get_by_role("button", name="Mark as resolved"))
    expect(signatory.get_by_text("1 resolved thread")).to_be_visible()


def test_pages_of_differences_print_and_copy(as_, rows):
    province = as_("provincial_officer", "GX350000")
    look(province, f"/applications/{rows['fuzhou']}/compare/", "compare")
    expect(province.locator(".change--added").first).to_contain_text("新材料中试基地")
    expect(province.locator("#section-projects .change--removed").first).to_be_visible()
    look(province, f"/applications/{rows['fuzhou']}/submissions/2/print/", "print")
    narrow = as_("provincial_officer", "GX350000", "en", 390)
    look(narrow, f"/applications/{rows['fuzhou']}/compare/", "compare")
    look(narrow, f"/applications/{rows['fuzhou']}/print/", "print")
    drafter = as_("drafter", CITY, "en")
    look(drafter, f"/applications/{rows['xiamen']}/copy/", "copy")
    look(drafter, f"/applications/{rows['xiamen']}/", "dossier-team")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_sent_after_the_session_ended_is_there_again_after_the_sign_in(as_, rows, site, language):
    """Of any form, also one that keeps nothing; the person alone finds it again, nobody who signs in instead."""
    page = as_("drafter", CITY, language, alone=True)
    address = f"/applications/{rows['xiamen']}/comments/?section=basics"
    page.goto(address)
    page.locator("main form textarea").last.fill(f"会话结束后发送 {language}")
    page.context.clear_cookies(name="sessionid")
    follow(page.locator("main form:has(textarea) button").last)
    check(page, f"unsent-sign-in-{language}")
    expect(page.locator("main .notice")).to_have_count(2)  # nothing was saved; it waits
    sign_in_here(page, site.person("drafter", CITY, 1)[1])
    expect(page.locator("main form textarea").last).to_have_value(f"会话结束后发送 {language}")
    assert page.url.endswith(address)
    check(page, f"unsent-{language}")
    follow(page.locator("main form:has(textarea) button").last)
    expect(page.locator(".thread").first).to_contain_text(f"会话结束后发送 {language}")
    assert page.evaluate("sessionStorage.getItem('unsent')") is None


def test_what_waits_for_a_sign_in_is_given_to_nobody_else(as_, rows, site):
    page = as_("drafter", CITY, "en", alone=True)
    page.goto(f"/applications/{rows['xiamen']}/comments/?section=basics")
    page.locator("main form textarea").last.fill("只等第一个人")
    page.context.clear_cookies(name="sessionid")
    follow(page.locator("main form:has(textarea) button").last)
    assert "只等第一个人" in page.evaluate("sessionStorage.getItem('unsent')")
    sign_in_here(page, site.person("drafter", CITY, 2)[1])
    expect(page.locator("main form textarea").last).to_have_value("")
    assert "只等第一个人" not in page.evaluate("JSON.stringify(sessionStorage)")
