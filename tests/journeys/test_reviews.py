"""The pages of the reviews in a real browser: both languages, both widths, keyboard, no violation in axe."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import expect

from applications.imports.intake import take_in
from reviews.domain import pool
from reviews.models import Conflict
from reviews.pool.known import Known
from reviews.pool.sheet import pool_sheet
from tests import factories_applications, sheets
from tests import factories_reviews as make
from tests.factories_applications import acting
from tests.journeys.browser import VIEWS, check, follow, look, sign_in_elsewhere, tab_stops
from tests.journeys.figures import whole_numbers

pytestmark = pytest.mark.browser
UNITS = {"350200": "300000000.00", "330200": "200000000.00", "420100": "100000000.00"}
GIVEN = {"350200": "80.00", "330200": "90.00", "420100": "85.50"}
PEOPLE = [
    ("officer", "MIIT", 1),
    ("officer", "MIIT", 2),
    ("officer", "MOF", 1),
    ("reviewer", "MIIT", 1),
    ("reviewer", "MOF", 1),
    ("reviewer", "ZJ", 1),
    ("drafter", "ZF350200", 1),
]


@pytest.fixture(scope="module")
def world(site, django_db_blocker):
    """Batches in each phase, and the addresses of their pages."""
    for one in PEOPLE:
        site.person(*one)
    with django_db_blocker.unblock():
        return site.do(build)


def kept_away(application):
    """A conflict a rule derived, for the page that overrides it."""
    with acting("officer", "MIIT"):
        expert = make.person("reviewer", "ZJ", 1).pk
        why = {"code": "employer", "reason": "某中央企业（演示）", "is_derived": True}
        return Conflict.objects.create(application_id=application, reviewer_id=expert, **why).pk


def pool_file():
    """A judged file for the expert pool: one good row that changes a profile, one with problems."""
    known = {"email": "reviewer.1@zj.test", "name": "reviewer ZJ 1", "home_province": "上海", "employer": "新单位"}
    content = sheets.csv(known, {"email": "x@y.test", "fields": "C36:4"}, sheet=pool_sheet(Known()))
    with acting("officer", "MIIT") as by:
        row = pool.bring(by=by, file=take_in(SimpleUploadedFile("专家库.csv", content)))
        run = pool.start_judging(by=by, row=row)
    assert make.run_now(run).state == "done"
    return row.pk


def build():
    public = make.published_batch(UNITS, given=GIVEN, places=2, number=41, reserve=1)
    objection = make.lodged(public, unit="330200")
    deciding = make.locked_batch(UNITS, given=GIVEN, places=2, number=42)
    scenario = make.computed(deciding)
    broken = make.computed(deciding, total=3, regions={"west": {"min": 1}})
    decision = make.proposed(scenario, reserve=1)
    screening = make.screening_batch(UNITS, number=43)
    make.say(screening, "350200", "MIIT", "reject", rule="申报条件（演示）", reason="材料不全（演示）")
    reading = make.reviewing_batch(UNITS, number=44)
    rows = [row for row in make.assignments(reading) if row.reviewer.email == "reviewer.1@miit.test"]
    make.declared(rows[0])
    make.scored(rows[1], "88.00")
    with acting("officer", "MIIT"):
        submitted = make.scoring.Review.objects.get(assignment=rows[1]).pk
        adopted = make.Decision.objects.get(batch=public)
    panel = make.application(reading, rows[1].application.unit_id).pk
    conflict = kept_away(panel)
    screened = make.application(screening, "350200").pk
    return {
        "miit": [
            ("/screening/", "screening-batches"),
            ("/screening/43/", "screening-queue"),
            (f"/screening/application/{screened}/", "screening-decision"),
            (f"/screening/application/{screened}/interest/", "screening-interest"),
            ("/reviewing/", "reviewing-batches"),
            ("/reviewing/44/", "reviewing-board"),
            ("/reviewing/44/loads/", "reviewing-loads"),
            ("/reviewing/44/lock/", "reviewing-lock"),
            ("/reviewing/44/assign/", "reviewing-assign"),
            (f"/reviewing/application/{panel}/", "reviewing-panel"),
            (f"/reviewing/reviews/{submitted}/reopen/", "reviewing-reopen"),
            (f"/reviewing/conflicts/{conflict}/override/", "reviewing-override"),
            ("/reviewing/reviewers/", "reviewers"),
            ("/reviewing/reviewers/new/", "reviewer-profile"),
            ("/reviewing/reviewers/import/", "pool-new"),
            (f"/reviewing/reviewers/imports/{pool_file()}/", "pool-import"),
            ("/selection/42/", "selections"),
            ("/selection/42/new/", "selection-new"),
            (f"/selection/scenario/{scenario.pk}/", "selection-scenario"),
            (f"/selection/scenario/{broken.pk}/", "selection-infeasible"),
            (f"/selection/decision/{decision.pk}/", "decision-proposed"),
            (f"/selection/decision/{decision.pk}/sign/", "decision-sign"),
            (f"/selection/decision/{adopted.pk}/", "decision-published"),
            ("/objections/", "objections"),
            (f"/objections/{objection.pk}/", "objection"),
        ],
        "reviewer": [
            ("/reviews/", "reviews-mine"),
            ("/reviews/profile/", "reviews-own-profile"),
            ("/reviews/batches/44/interests/", "reviews-batch-interests"),
            (f"/reviews/{rows[2].pk}/interest/", "reviews-interest"),
            (f"/reviews/{rows[0].pk}/", "reviews-score"),
            (f"/reviews/{rows[1].pk}/", "reviews-submitted"),
        ],
        "public": [
            ("/calls/41/list/", "public-list"),
            ("/calls/41/objections/new/", "public-objection"),
            ("/calls/41/objections/status/", "public-status"),
        ],
        "score": f"/reviews/{rows[0].pk}/",
    }


@pytest.mark.parametrize(("language", "width"), VIEWS)
def test_pages_of_the_reviews(as_, world, language, width):
    faults = []
    for who, post in [("miit", ("officer", "MIIT")), ("reviewer", ("reviewer", "MIIT")), ("public", ())]:
        page = as_(*post, language=language, width=width) if post else as_(language=language, width=width)
        for path, name in world[who]:
            try:
                look(page, path, name)
            except AssertionError as error:
                faults.append(f"{name}: {error}")
    assert not faults, "\n".join(faults)


# Tables of the dossier of which a part is out of sight, and rows whose name has less than its width.
CROWDED = """() => [...document.querySelectorAll('.beside__read .table-wrap')].filter((one) => one.checkVisibility() && (
    one.scrollWidth > one.clientWidth + 1
    || [...one.querySelectorAll('tbody th')].some((name) => name.offsetWidth < 10 * parseFloat(getComputedStyle(document.body).fontSize))
)).map((one) => `${one.getAttribute('aria-label')} ${one.scrollWidth} in ${one.clientWidth}`)"""
LONG = "document.querySelectorAll('.beside__read td.num .breaks').forEach((one) => { one.textContent = '57,711,251.6264'; })"


@pytest.mark.parametrize("width", [1280, 1920])
def test_the_dossier_beside_a_form_is_read_without_moving_its_tables(as_, world, width):
    screening = next(path for path, name in world["miit"] if name == "screening-decision")
    for post, path in [(("reviewer", "MIIT"), world["score"]), (("officer", "MIIT"), screening)]:
        page = as_(*post, language="zh-hans", width=width)
        page.goto(path)
        assert page.locator(".beside__read .table-wrap").count() > 8
        page.evaluate(LONG)  # as large as a province's output
        assert page.evaluate(CROWDED) == [], path
        whole_numbers(page)


def test_a_number_in_two_lines_is_found(as_, world):
    page = as_(language="en", width=390)
    page.goto("/")
    whole_numbers(page)
    page.evaluate("""() => {
        const one = document.querySelector('main').appendChild(document.createElement('p'));
        one.textContent = 'It is 57,711,251.62 of GX350000 on 2026-12-01';
        Object.assign(one.style, { width: '4rem', overflowWrap: 'anywhere' });
    }""")
    with pytest.raises(AssertionError, match=r"57,711,251\.62 in <p"):
        whole_numbers(page)


CODES = ("foundation", "goals", "projects", "chain", "funding", "innovation", "demonstration")


def test_a_whole_application_is_scored_by_keyboard(as_, world):
    """On a phone's width: Enter goes on, the arrows count, the draft keeps itself, a low score asks for its comment."""
    page = as_("reviewer", "MIIT", language="en", width=390)
    page.goto(world["score"])
    stops = [stop["id"] for stop in tab_stops(page) if stop["tag"] == "input"]
    assert [stop for stop in stops if stop in {f"id_{code}" for code in CODES}] == [f"id_{code}" for code in CODES]
    page.locator("#id_foundation").focus()
    for value in ("80", "90", "85.5", "70", "75", "50"):
        page.keyboard.type(value)
        page.keyboard.press("Enter")
    expect(page.locator("#id_demonstration")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#id_demonstration")).to_have_value("1")
    expect(page.locator("[data-total]")).to_have_text("79.13")
    expect(page.locator("[data-said]")).to_contain_text("Draft kept at")
    page.keyboard.press("Enter")
    expect(page.locator("#id_comment")).to_be_focused()
    page.keyboard.type("Sound plan.")
    page.locator("button[name=submit]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#id_innovation_comment")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Explain a score below 60.")
    check(page, "reviews-incomplete")
    page.locator("#id_innovation_comment").focus()
    page.keyboard.type("Nothing new.")
    page.locator("button[name=submit]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/submit/$"))
    check(page, "reviews-submit")
    expect(page.locator("main")).to_contain_text("79.125000")
    page.locator("main button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/reviews/$"))
    page.goto(world["score"])
    expect(page.locator("main")).to_contain_text("Nothing changes any more")


def _begin(page) -> None:
    """Declare no interest in the first application that asks for it; its score form opens."""
    page.goto("/reviews/")
    follow(page.locator("main a", has_text="Begin").first)
    page.locator("input[name=interest][value=no]").check()
    follow(page.locator("main form.form button.btn-primary"))
    page.wait_for_url(re.compile(r"/reviews/\d+/$"))


def test_what_was_typed_is_there_again_after_the_page_was_left(as_, world):
    """Kept while typing: nothing was pressed, and a second window with the older form is told."""
    page, second = as_("reviewer", "MOF", language="en"), as_("reviewer", "MOF", language="en")
    _begin(page)
    second.goto(page.url)
    page.locator("#id_goals").fill("77")
    page.locator("#id_note").fill("Ask about the baseline.")
    expect(page.locator("[data-said]")).to_contain_text("Draft kept at")
    second.locator("#id_goals").fill("66")
    expect(second.locator("[data-said]")).to_contain_text("changed in another window")
    page.goto("/reviews/")
    page.go_back()
    expect(page.locator("#id_goals")).to_have_value("77.00")
    expect(page.locator("#id_note")).to_have_value("Ask about the baseline.")
    page.locator("#id_goals_comment").evaluate("one => { one.closest('details').open = true }")
    page.locator("#id_goals_comment").fill("No baseline for 2024.")  # and away at once
    page.goto("/reviews/")
    page.go_back()
    expect(page.locator("#id_goals_comment")).to_have_value("No baseline for 2024.")
    page.locator("#id_goals").fill("400")  # more than there is: the portal keeps nothing of it, and nothing is lost
    expect(page.locator("[data-said]")).to_have_attribute("data-tone", "bad")
    page.goto("/reviews/")
    page.go_back()
    expect(page.locator("#id_goals")).to_have_value("400")
    page.locator("#id_goals").fill("500")  # and signed out: nothing of it stays for whoever comes next
    page.context.clear_cookies()
    page.goto("/")
    assert page.evaluate("sessionStorage.length") == 0


def _score_form(as_):
    """A window of its own with a score form: of a review that is open, else of the first one to begin."""
    page = as_("reviewer", "MOF", language="en", alone=True)
    page.goto("/reviews/")
    found = page.locator("main a").evaluate_all("all => all.map((one) => one.pathname)")
    for path in [path for path in found if re.fullmatch(r"/reviews/\d+/", path)]:
        page.goto(path)
        if page.locator("#id_note").count():
            return page
    _begin(page)
    return page


def test_who_was_signed_out_signs_in_in_another_window_and_goes_on_here(as_, site, world):
    """The page says so. The form is sent with the token of the new session, its text with it."""
    page = _score_form(as_)
    page.context.clear_cookies()
    page.locator("#id_note").fill("Typed when nobody was signed in.")
    expect(page.locator("[data-said]")).to_contain_text("Sign in in another window, then go on here.")
    sign_in_elsewhere(page, site.person("reviewer", "MOF", 1)[1])
    page.locator("#id_note").fill("Typed after signing in again.")
    expect(page.locator("[data-said]")).to_contain_text("Draft kept at")
    page.locator("#id_note").fill("Sent by the button.")
    follow(page.locator("button[name=save]"))
    expect(page.locator("#id_note")).to_have_value("Sent by the button.")


def test_a_form_of_one_person_is_not_sent_as_another(as_, site, world):
    page = _score_form(as_)
    page.context.clear_cookies()
    sign_in_elsewhere(page, site.person("reviewer", "MIIT", 1)[1])
    page.locator("#id_note").fill("Mine alone.")
    expect(page.locator("[data-said]")).to_contain_text("not yours to write any more")
    expect(page.locator("#id_note")).to_have_value("Mine alone.")


def test_who_signs_in_again_elsewhere_goes_on_scoring(as_, world, site):
    page = _score_form(as_)
    page.context.clear_cookies(name="sessionid")
    page.locator("#id_note").fill("Signed out.")
    expect(page.locator("[data-said]")).to_have_attribute("data-tone", "bad")
    sign_in_elsewhere(page, site.person("reviewer", "MOF")[1])
    page.locator("#id_note").fill("Signed in again.")
    expect(page.locator("[data-said]")).to_contain_text("Draft kept at")


def test_a_draft_saved_while_it_is_being_kept_is_saved(as_, world):
    """The button waits for the answer, whose version the form must carry, and then goes."""
    page, held = _score_form(as_), []

    def hold(route) -> None:
        held.append(route)

    page.route("**/keep/", hold)
    with page.expect_request("**/keep/"):
        page.locator("#id_note").fill("Saved while it was being kept.")
    with page.expect_navigation():
        page.locator("form[data-scores] button[name]").first.click()
        held[0].continue_()
    page.unroute_all()
    expect(page.locator(".notice")).to_be_visible()


def _late(as_, note: str):
    """A page left with this note just typed, and come back to; the browser's last words arrive when the portal was
    asked for the page five times, just before what is kept next. Gives the page, and what the late words were answered.
    """
    page = _score_form(as_)
    # The browser's last words on the way out cannot be held by the route; they are put aside instead.
    page.add_init_script(
        "navigator.sendBeacon = (url, form) => {"
        " sessionStorage.setItem('aside', new URLSearchParams(form).toString()); return true; };"
    )
    page.reload()
    late = []

    def before(route) -> None:
        if not late:
            body = page.evaluate("sessionStorage.getItem('aside')")
            media = {"content-type": "application/x-www-form-urlencoded"}
            late.append(page.context.request.post(route.request.url, data=body, headers=media).status)
        route.continue_()

    page.locator("#id_note").fill(note)
    page.goto("/reviews/")
    page.route("**/keep/", before)
    page.go_back()
    expect(page.locator("#id_note")).to_have_value(note)
    return page, late


def test_what_arrives_late_from_the_same_window_is_no_other_window(as_, world):
    page, late = _late(as_, "On the way out.")
    expect(page.locator("[data-said]")).to_contain_text("Draft kept at")
    assert late == [200]
    page.locator("#id_note").fill("And on.")
    expect(page.locator("[data-said]")).to_contain_text("Draft kept at")


def test_what_is_refused_after_something_arrived_late_is_not_lost(as_, world):
    """The portal keeps none of it, and counts one version more than this window knows of: it is its own, come late."""
    page, late = _late(as_, "On the way out once more.")
    page.locator("#id_goals").fill("400")
    expect(page.locator("[data-said]")).to_have_attribute("data-tone", "bad")
    assert late == [200]
    page.goto("/reviews/")
    page.go_back()
    expect(page.locator("#id_goals")).to_have_value("400")
    expect(page.locator("#id_note")).to_have_value("On the way out once more.")


def test_an_assignment_is_proposed_wished_otherwise_and_put_into_effect(as_, site, world, django_db_blocker):
    """MIIT looks at who would read what, wants somebody else, sees the difference, and puts the second into effect."""
    with django_db_blocker.unblock():
        site.do(lambda: make.passed_batch({"350200": "300000000.00", "330200": "200000000.00"}, number=46))
        site.do(lambda: make.reviewer("MOF", province="420000", number=2, fields={"C36": 1}))
    miit = as_("officer", "MIIT", "en")
    look(miit, "/reviewing/46/assign/", "assignment-begin")
    miit.get_by_role("button", name="Compute a proposal").click()
    miit.wait_for_url(re.compile(r"/proposals/\d+/$"), timeout=60_000)
    check(miit, "assignment-proposal")
    expect(miit.locator("main")).to_contain_text("proven: no assignment does better")
    follow(miit.locator("main tbody a").first)
    check(miit, "assignment-application")
    miit.locator("input[name=what][value=pin]").check()
    miit.locator("select[name=reviewer]").select_option(label="reviewer MOF 2")
    follow(miit.get_by_role("button", name="Keep the wish"))
    miit.goto("/reviewing/46/assign/")
    expect(miit.locator("main .task")).to_contain_text("is to read it")
    check(miit, "assignment-wishes")
    miit.get_by_role("button", name="Compute a proposal").click()
    miit.wait_for_url(re.compile(r"/proposals/\d+/$"), timeout=60_000)
    expect(miit.locator("main")).to_contain_text("against Proposal 1")
    second = as_("officer", "MIIT", "zh-hans", 390)
    for part in ("", "loads/", "take/"):
        look(second, re.sub("https?://[^/]+", "", miit.url) + part, f"assignment-second-{part.strip('/')}")
    follow(miit.get_by_role("link", name="Put into effect"))
    miit.get_by_role("button", name="Put into effect").click()
    miit.wait_for_url(re.compile(r"/reviewing/46/$"), timeout=60_000)
    with django_db_blocker.unblock():
        rows = site.do(lambda: make.assignments(make.fresh(make.open_batch(46, places=1))))
    assert "reviewer.2@mof.test" in {row.reviewer.email for row in rows}
    panel = f"/reviewing/application/{rows[0].application_id}/"
    look(miit, panel, "assignment-panel")
    follow(miit.locator(f"a[href='/reviewing/assignments/{rows[0].pk}/relieve/']"))
    miit.locator("[name=reason]").fill("Illness (demonstration)")
    check(miit, "assignment-relief")
    follow(miit.get_by_role("button", name="Give it to somebody else"))
    expect(miit.locator("main")).to_contain_text("relieved")


def test_a_correction_of_one_section_and_what_it_changed(as_, site, world, django_db_blocker):
    """MIIT names sections; the city changes them and no other; both ministries read the difference; the rest passes."""
    with django_db_blocker.unblock():
        batch = site.do(lambda: make.screening_batch(UNITS, number=45))
        row = site.do(lambda: make.application(batch, "350200"))
    page, base = f"/screening/application/{row.pk}/", f"/applications/{row.pk}/"
    miit = as_("officer", "MIIT")
    miit.goto(page)
    miit.locator("input[name=standing_answer][value=mend]").check()
    miit.locator(".checkpoint summary").first.click()
    miit.locator("[name=standing_comment]").fill("联系人信息与公文不一致（演示）")
    follow(miit.locator("button[name=save]"))
    expect(miit.locator("input[name=standing_answer][value=mend]")).to_be_checked()
    expect(miit.locator("input[name=sections][value=basics]")).to_be_checked()
    miit.locator("input[name=decision][value=correction]").check()
    miit.locator("[name=reason]").fill("请更正联系人信息（演示）。")
    follow(miit.locator("main form.form button.btn-primary"))
    expect(miit.locator(".notice").first).to_contain_text("补正")

    drafter = as_("drafter", "ZF350200", "en", 390)
    look(drafter, base, "screening-correction-asked")
    expect(drafter.locator("main")).to_contain_text("请更正联系人信息（演示）。")
    expect(drafter.get_by_role("link", name="Implementation plan", exact=True)).to_have_count(0)
    follow(drafter.get_by_role("link", name="Unit and contacts", exact=True))
    drafter.locator("[name=contact_name]").fill("新联系人（演示）")
    follow(drafter.locator("main form.form button.btn-primary"))
    drafter.goto(f"{base}sign-off/request/")
    follow(drafter.locator("button[name=confirm]"))
    with django_db_blocker.unblock():
        site.do(lambda: factories_applications.sign(row))

    mof = as_("officer", "MOF", "en", 390)
    look(mof, page, "screening-corrected")
    look(miit, page, "screening-corrected")
    expect(miit.locator("#correction")).to_be_visible()
    expect(miit.locator(".difference")).to_contain_text("新联系人（演示）")
    for point in miit.locator("main input[value=fulfilled]").all():
        point.check()
    miit.locator("input[name=decision][value=pass]").check()
    follow(miit.locator("main form.form button.btn-primary"))
    look(miit, "/screening/45/pass/", "screening-pass-together")
