"""One small round from the call to the voucher, each step by the person whose step it is, in a real browser.

Three cities apply: Xiamen by hand (its whole dossier without a mouse), two more by the commands. Time passes by moving
the batch's own dates back. Every page on the way is looked at in both languages and both widths, and its pictures are
kept as artefacts/journeys/round-…; axe finds no violation on any of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Error, Page, expect

from tests import factories_grants
from tests.journeys import dossier, keys
from tests.journeys.browser import LANGUAGES, ROUND, WIDTHS, check, follow, look, small_pdf
from tests.journeys.mouse import attach, fill, send
from tests.journeys.paying import ask, complete
from tests.journeys.site import CALL_EN, CALL_ZH, Site

pytestmark = pytest.mark.browser
NUMBER = 3
XIAMEN = "350200"
OTHERS = {"340100": "250000000.00", "410100": "200000000.00"}
SOE = "YQ001"


@dataclass
class Round:
    """What the steps hand on: the site, ids, and who has a page open."""

    site: Site
    batch: int = 0
    application: int = 0
    kept: dict[str, Any] = field(default_factory=dict)


@pytest.fixture(scope="module")
def round_(site, django_db_blocker):
    """The round, with rules for a small one: two places, two reviews each, no bounds by region."""
    from tests import factories_reviews

    with django_db_blocker.unblock():
        for role, code in [("officer", "MIIT"), ("officer", "MOF")]:
            site.person(role, code)
        site.do(lambda: factories_reviews.rule_set("walk.1", total_units=2))
        yield Round(site)


@pytest.fixture
def on(as_):
    """`on(role, code)`: the one page in which this person acts, in English."""
    pages: dict[tuple[str, str, int], Page] = {}

    def page(role: str = "", code: str = "", number: int = 1) -> Page:
        key = role, code, number
        if key not in pages:
            pages[key] = as_(role, code, "en", number=number)
        return pages[key]

    return page


@pytest.fixture
def show(as_):
    """Look at a page of a person in both languages and widths, and keep the pictures."""
    pages: dict[tuple[str, str, str], Page] = {}

    def shown(name: str, path: str, role: str = "", code: str = "") -> None:
        for language in LANGUAGES:
            if (role, code, language) not in pages:
                pages[role, code, language] = as_(role, code, language)
            page = pages[role, code, language]
            by_axe = language == LANGUAGES[0]
            look(page, path, f"{ROUND}{name}", by_axe=by_axe)
            page.set_viewport_size({"width": WIDTHS[1], "height": 844})
            check(page, f"{ROUND}{name}", by_axe=by_axe)
            page.set_viewport_size({"width": WIDTHS[0], "height": 900})

    return shown


def number_in(page: Page, pattern: str) -> int:
    """The id in the address of the page that comes."""
    page.wait_for_url(re.compile(pattern))
    found = re.search(pattern, page.url)
    assert found, page.url
    return int(found[1])


def test_1_two_ministries_open_a_batch(round_, on, show):
    miit, mof = on("officer", "MIIT"), on("officer", "MOF")
    miit.goto("/batches/")
    follow(miit.get_by_role("link", name="Draft a batch"))
    rules = miit.locator("[name=rule_set] option", has_text="walk.1").get_attribute("value")
    fill(miit, number=str(NUMBER), year="2026", rule_set=rules, last_day="2030-12-31")
    fill(miit, title_zh="新型技术改造城市试点（第三批，演示）", title_en="City pilot, third batch (demo)")
    fill(miit, call_zh=CALL_ZH, call_en=CALL_EN)
    send(miit)
    round_.batch = number_in(miit, r"/batches/(\d+)/")
    show("1a-batch-to-sign", f"/batches/{round_.batch}/", "officer", "MIIT")
    follow(miit.get_by_role("button", name="Sign for MIIT"))
    mof.goto("/desk/")
    follow(mof.get_by_role("link", name=f"Sign batch {NUMBER}"))
    follow(mof.get_by_role("button", name="Countersign for MOF"))
    expect(mof.locator(".page-header .status")).to_have_text("open")
    show("1b-call", f"/calls/{NUMBER}/")


def commits(on, soe, part: int) -> None:
    """One officer of the enterprise writes its part, another confirms it."""
    soe.goto(f"/applications/parts/{part}/write/")
    fill(soe, contribution="投入专项资金，提供工业互联网平台。", amount="50000000")
    attach(soe, "letter", "letter")
    send(soe)
    soe.goto(f"/applications/parts/{part}/ask/")
    send(soe)
    second = on("soe_officer", SOE, number=2)
    second.goto(f"/applications/parts/{part}/confirm/")
    fill(second, agree="yes")
    send(second)


def test_2_a_city_drafts_and_an_enterprise_commits(round_, on, show):
    drafter, soe = on("drafter", "ZF" + XIAMEN), on("soe_officer", SOE)
    drafter.goto("/applications/new/")
    keys.fill(drafter, title="厦门市新型技术改造城市试点实施方案（演示）")
    keys.send(drafter)
    here = number_in(drafter, r"/applications/(\d+)/")
    round_.application, base = here, f"/applications/{here}"
    show("2a-empty-dossier", f"{base}/", "drafter", "ZF" + XIAMEN)
    dossier.write(drafter, base)
    show("2b-projects", f"{base}/projects/", "drafter", "ZF" + XIAMEN)
    soe.goto("/desk/")
    soe.goto("/applications/parts/")
    follow(soe.locator("main tbody a").first)
    part = number_in(soe, r"/parts/(\d+)/")
    show("2c-enterprise-asked", f"/applications/parts/{part}/", "soe_officer", SOE)
    commits(on, soe, part)
    show("2d-ready", f"{base}/", "drafter", "ZF" + XIAMEN)


def test_2_a_second_person_signs_and_gets_a_receipt(round_, on, show):
    drafter, signatory = on("drafter", "ZF" + XIAMEN), on("signatory", "ZF" + XIAMEN)
    base = f"/applications/{round_.application}"
    drafter.goto(f"{base}/sign-off/request/")
    keys.send(drafter)
    show("2e-sign-off", f"{base}/sign-off/", "signatory", "ZF" + XIAMEN)
    signatory.goto(f"{base}/sign-off/")
    keys.fill(signatory, agree="yes")
    keys.send(signatory)
    show("2f-receipt", f"{base}/submissions/1/receipt/", "drafter", "ZF" + XIAMEN)
    signatory.goto(f"{base}/submissions/1/receipt/")
    with signatory.expect_download() as waiting:
        signatory.locator("main a[href$='receipt.pdf']").first.click()
    assert waiting.value.path().read_bytes().startswith(b"%PDF-")


def test_3_both_departments_of_the_province_recommend(round_, on, show):
    path = f"/applications/{round_.application}/recommend/"
    for number, code in enumerate(("GX350000", "CZ350000")):
        officer = on("provincial_officer", code)
        officer.goto("/desk/")
        show(f"3{'ab'[number]}-recommend", path, "provincial_officer", code)
        if number == 0:
            officer.goto(f"/applications/{round_.application}/letter/")
            fill(officer, number="闽工信联〔2026〕12号", dated="2026-01-05")
            attach(officer, "file", "letter")
            send(officer)
        officer.goto(path)
        for point in officer.locator("main input[value=fulfilled]").all():
            point.check()
        fill(officer, decision="recommend", opinion="同意推荐。")
        officer.locator("select[name=letter]").select_option(label="闽工信联〔2026〕12号")
        send(officer, "Decide")
    officer.goto(f"/applications/{round_.application}/")
    expect(officer.locator(".page-header .status")).to_have_text("recommended")


def test_4_the_batch_closes_and_the_ministry_screens(round_, on, show):
    from tests import factories_applications, factories_reviews

    site, miit = round_.site, on("officer", "MIIT")
    batch = site.do(lambda: factories_applications.open_batch(NUMBER))
    for unit, amount in OTHERS.items():
        site.do(
            lambda unit=unit, amount=amount: factories_applications.recommended(unit=unit, amount=amount, batch=batch)
        )
    site.past(
        "update programme_batch set opens_at = opens_at - interval '40 days', deadline = now() - interval '1 minute'"
        " where id = %s",
        round_.batch,
    )
    miit.goto("/desk/")
    follow(miit.get_by_role("link", name=f"Close batch {NUMBER}"))
    follow(miit.get_by_role("button", name="Close the batch"))
    miit.goto(f"/screening/{NUMBER}/take-up/")
    send(miit)
    show("4a-screening-queue", f"/screening/{NUMBER}/", "officer", "MIIT")
    round_.kept["applications"] = {
        unit: site.do(lambda unit=unit: factories_reviews.application(batch, unit).pk) for unit in (XIAMEN, *OTHERS)
    }
    show("4b-screen", f"/screening/application/{round_.application}/", "officer", "MIIT")
    for pk in round_.kept["applications"].values():
        miit.goto(f"/screening/application/{pk}/")
        for point in miit.locator("main input[value=fulfilled]").all():
            point.check()
        fill(miit, decision="pass")
        send(miit, "Record the decision")


def test_5_reviewers_without_an_interest_score(round_, on, show, as_):
    from tests import factories_applications, factories_reviews

    site, miit, reviewer = round_.site, on("officer", "MIIT"), on("reviewer", "MIIT")
    site.do(factories_reviews.panel)
    batch = site.do(lambda: factories_applications.open_batch(NUMBER))
    show("5a-reviewers", "/reviewing/reviewers/", "officer", "MIIT")
    miit.goto(f"/reviewing/{NUMBER}/assign/")
    send(miit, "Compute a proposal")
    wait_for_run(miit)
    proposal = number_in(miit, r"/proposals/(\d+)/")
    show("5b-proposal", f"/reviewing/proposals/{proposal}/", "officer", "MIIT")
    miit.goto(f"/reviewing/proposals/{proposal}/take/")
    send(miit, "Put into effect")
    wait_for_run(miit)
    show("5b-progress", f"/reviewing/{NUMBER}/", "officer", "MIIT")
    given = site.do(lambda: factories_reviews.assignments(batch))
    me = site.person("reviewer", "MIIT")[0]
    mine = next(row for row in given if row.reviewer_id == me and row.application.unit_id == XIAMEN)
    assert all(row.reviewer_id for row in given)
    show("5c-my-reviews", "/reviews/", "reviewer", "MIIT")
    show("5d-interest", f"/reviews/{mine.pk}/interest/", "reviewer", "MIIT")
    reviewer.goto(f"/reviews/{mine.pk}/interest/")
    fill(reviewer, interest="no")
    send(reviewer)
    show("5e-score", f"/reviews/{mine.pk}/", "reviewer", "MIIT")
    reviewer.goto(f"/reviews/{mine.pk}/")
    for control in reviewer.locator("main form[data-scores] input[data-weight]").all():
        control.fill("90")
    fill(reviewer, comment="方案可行，目标清楚。")
    send(reviewer, "Keep and go on to submit")
    send(reviewer, "Submit the review")
    worth = {XIAMEN: "90", "340100": "80", "410100": "70"}
    for row in given:
        if row.pk != mine.pk:
            site.do(lambda row=row: factories_reviews.scored(row, worth[row.application.unit_id]))
    for officer in (on("officer", "MOF"), miit):  # the scores are locked with the second signature
        officer.goto(f"/reviewing/{NUMBER}/lock/")
        send(officer, "Sign the results")
    show("5f-locked", f"/reviewing/{NUMBER}/", "officer", "MIIT")


def test_6_the_list_is_chosen_adopted_and_published(round_, on, show):
    miit, mof, second = on("officer", "MIIT"), on("officer", "MOF"), on("officer", "MIIT", 2)
    miit.goto(f"/selection/{NUMBER}/freeze/")
    send(miit)
    miit.goto(f"/selection/{NUMBER}/new/")
    send(miit)
    wait_for_run(miit)
    if "/scenario/" not in miit.url:
        miit.goto(f"/selection/{NUMBER}/")
        follow(miit.locator("main tbody a").first)
    scenario = number_in(miit, r"/scenario/(\d+)/")
    show("6a-selection", f"/selection/scenario/{scenario}/", "officer", "MIIT")
    round_.site.until(
        "select count(*) = 2 from reviews_scenariostudy where scenario_id = %s", scenario
    )  # the worker goes on by itself
    second.goto(f"/selection/scenario/{scenario}/propose/")
    fill(second, grounds="在均衡约束下总分最高。", reserve="1", checked="yes")
    send(second)
    decision = number_in(second, r"/decision/(\d+)/")
    for officer in (miit, mof):
        officer.goto(f"/selection/decision/{decision}/sign/")
        send(officer)
    show("6b-decision", f"/selection/decision/{decision}/", "officer", "MIIT")
    miit.goto(f"/selection/decision/{decision}/publish/")
    send(miit)
    show("6c-public-list", f"/calls/{NUMBER}/list/")
    words = on().goto(f"/calls/{NUMBER}/list/").text()
    assert "Xiamen" in words
    assert "90" not in re.sub(r"<[^>]+>", "", words.split("<main")[1].split("</main>")[0]), "a score is public"


def test_6_an_objection_is_lodged_answered_and_the_list_final(round_, on, show):
    anyone, mof, miit = on(), on("officer", "MOF"), on("officer", "MIIT")
    show("6d-objection", f"/calls/{NUMBER}/objections/new/")
    anyone.goto(f"/calls/{NUMBER}/objections/new/")
    fill(anyone, name="某人（演示）", contact="someone@demo.invalid", grounds="投资额与公开资料不符（演示）。")
    anyone.wait_for_timeout(3100)  # nobody writes grounds in less
    send(anyone)
    expect(anyone.locator("h1")).to_contain_text("lodged")
    mof.goto("/objections/")
    show("6e-objections", "/objections/", "officer", "MOF")
    follow(mof.locator("main tbody a").first)
    fill(mof, outcome="dismiss", answer="经核查，投资额属实（演示）。")
    send(mof)
    for table, key in (("programme_batch", "id"), ("reviews_publicentry", "batch_id")):
        round_.site.past(
            f"update {table} set publicity_from = publicity_from - 30, publicity_to = publicity_to - 30"
            f" where {key} = %s",
            round_.batch,
        )
    miit.goto(f"/selection/{NUMBER}/finalise/")
    fill(miit, document_no="工信厅联规函〔2026〕999号（演示）")
    send(miit)
    show("6f-final-list", f"/calls/{NUMBER}/list/")


def confirm(page: Page, path: str) -> None:
    """A checker confirms what a maker entered."""
    page.goto(path)
    send(page, "Confirm and book")


def test_7_money_goes_from_the_ministry_to_the_province(round_, on, show):
    maker, checker = on("finance_maker", "MOF"), on("finance_checker", "MOF")
    maker.goto("/desk/")
    show("7a-to-award", "/grants/awards/new/", "finance_maker", "MOF")
    maker.goto(f"/grants/awards/new/{round_.application}/")
    fill(maker, amount="300000000", document_no="财建〔2026〕1001号（演示）")
    attach(maker, "file", "award")
    send(maker)
    award = number_in(maker, r"/awards/(\d+)/")
    round_.kept["award"] = award
    show("7b-award-to-check", f"/grants/awards/{award}/", "finance_checker", "MOF")
    confirm(checker, f"/grants/awards/{award}/")
    maker.goto(f"/grants/awards/{award}/issue/")
    fill(maker, tranche="1", amount="150000000", document_no="财建〔2026〕1002号（演示）")
    attach(maker, "file", "issue")
    send(maker)
    issue = number_in(maker, r"/issues/(\d+)/")
    confirm(checker, f"/grants/issues/{issue}/")
    round_.kept["issue"] = issue
    show("7c-issue", f"/grants/issues/{issue}/", "finance_maker", "MOF")


def test_7_the_province_passes_on_and_the_city_pays(round_, on, show):
    maker, checker = on("finance_maker", "CZ350000"), on("finance_checker", "CZ350000")
    issue = round_.kept["issue"]
    maker.goto(f"/grants/issues/{issue}/receipt/")
    send(maker)
    show("7d-pass-on", f"/grants/issues/{issue}/pass-on/", "finance_maker", "CZ350000")
    maker.goto(f"/grants/issues/{issue}/pass-on/")
    fill(maker, amount="150000000", document_no="闽财建〔2026〕77号（演示）")
    send(maker)
    confirm(checker, f"/grants/pass-ons/{number_in(maker, r'/pass-ons/([0-9]+)/')}/")
    # The dossier typed by hand has no roster; the payee is known by its code alone.
    round_.site.do(lambda: factories_grants.in_roster([round_.application]))
    city, second = on("finance_maker", "CZ350200"), on("finance_checker", "CZ350200")
    city.goto("/grants/projects/")
    follow(city.locator("main tbody a").first)
    project = number_in(city, r"/projects/(\d+)/")
    show("7e-pay", f"/grants/projects/{project}/pay/", "finance_maker", "CZ350200")
    city.goto(f"/grants/projects/{project}/pay/")
    ask(city, amount="9999999999", purpose="设备购置补助（演示）")
    expect(city.locator(".error-summary")).to_be_visible()
    expect(city.locator("[name=purpose]")).to_have_value("设备购置补助（演示）")
    ask(city, amount="12500000")
    complete(city, small_pdf("evidence"))
    show("7e-request", f"/grants/requests/{number_in(city, r'/requests/([0-9]+)/')}/", "finance_maker", "CZ350200")
    follow(city.locator(".next-step a.btn"))
    fill(city, document_no="XM-2026-0001")
    attach(city, "file", "voucher")
    send(city)
    payment = number_in(city, r"/payments/(\d+)/")
    show("7f-payment-to-check", f"/grants/payments/{payment}/", "finance_checker", "CZ350200")
    confirm(second, f"/grants/payments/{payment}/")
    show("7g-award", f"/grants/awards/{round_.kept['award']}/", "finance_maker", "MOF")


def test_8_three_clicks_from_the_national_total_to_the_voucher(round_, on, show):
    auditor = on("auditor", "SJ")
    show("8a-nation", "/oversight/", "auditor", "SJ")
    auditor.goto("/oversight/")
    follow(auditor.get_by_role("link", name="Fujian"))
    expect(auditor.locator("h1")).to_contain_text("Fujian")
    show("8b-province", re.sub(r"^https?://[^/]+", "", auditor.url), "auditor", "SJ")
    follow(auditor.locator("main tbody a[href*='/payments/']").first)
    show("8c-payment", re.sub(r"^https?://[^/]+", "", auditor.url), "auditor", "SJ")
    with auditor.expect_download() as waiting:
        auditor.locator("main a[href*='/documents/']").first.click()
    assert waiting.value.path().read_bytes().startswith(b"%PDF-")


def wait_for_run(page: Page) -> None:
    """Wait on the page of long work until it ended well; it may lead on to its result by itself, so that is awaited."""
    page.wait_for_load_state()
    for _ in range(90):
        try:
            said = page.locator("#run .status").all_inner_texts()
        except Error:  # the page was just being exchanged: look again
            page.wait_for_load_state()
            continue
        if "/runs/" not in page.url or "done" in said:
            page.wait_for_timeout(2000)
            page.wait_for_load_state()
            return
        assert not {"failed", "cancelled"} & set(said), page.locator("main").inner_text()
        page.wait_for_timeout(1000)
    raise AssertionError(page.locator("main").inner_text())


@pytest.mark.parametrize(("report", "begins"), [("applications.overview", b"PK"), ("applications.dossier", b"%PDF-")])
def test_9_reports_are_built_by_the_worker(round_, on, show, report, begins):
    miit = on("officer", "MIIT")
    show(f"9-{report.partition('.')[2]}", f"/reports/{report}/", "officer", "MIIT")
    miit.goto(f"/reports/{report}/")
    if report == "applications.dossier":
        fill(miit, application=f"2026-{NUMBER}-{XIAMEN}")
    follow(miit.locator("main form .form__actions button").first)
    wait_for_run(miit)
    if "/runs/" in miit.url:
        miit.locator("#run a.btn-primary").click()
    miit.wait_for_url("**/reports/files/**")
    with miit.expect_download() as waiting:
        miit.locator(".next-step a.btn-primary").click()
    assert waiting.value.path().read_bytes().startswith(begins)
