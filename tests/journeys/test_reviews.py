"""The pages of the reviews in a real browser: both languages, both widths, keyboard, no violation in axe."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from reviews.models import Conflict
from tests import factories_applications
from tests import factories_reviews as make
from tests.factories_applications import acting
from tests.journeys.browser import VIEWS, check, look, tab_stops

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


def build():
    public = make.published_batch(UNITS, given=GIVEN, places=2, number=41, reserve=("350200",))
    objection = make.lodged(public, unit="330200")
    deciding = make.locked_batch(UNITS, given=GIVEN, places=2, number=42)
    scenario = make.computed(deciding)
    broken = make.computed(deciding, total=3, regions={"west": {"min": 1}})
    decision = make.proposed(scenario, reserve=("350200",))
    screening = make.screening_batch(UNITS, number=43)
    make.say(screening, "350200", "MIIT", "reject", rule="申报条件（演示）", reason="材料不全（演示）")
    reading = make.reviewing_batch(UNITS, number=44)
    rows = [row for row in make.assignments(reading) if row.reviewer.email == "reviewer.1@miit.test"]
    make.declared(rows[0])
    make.scored(rows[1], "88.00")
    with acting("officer", "MIIT"):
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
            (f"/reviewing/conflicts/{conflict}/override/", "reviewing-override"),
            ("/reviewing/reviewers/", "reviewers"),
            ("/reviewing/reviewers/new/", "reviewer-profile"),
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


def test_a_whole_application_is_scored_by_keyboard(as_, world):
    page = as_("reviewer", "MIIT", language="en", width=390)
    page.goto(world["score"])
    stops = tab_stops(page)
    fields = [stop["id"] for stop in stops if stop["tag"] == "input"]
    assert fields == [f"id_{code}" for code in ("foundation", "goals", "projects", "chain", "funding", "innovation")]
    page.locator("#id_foundation").focus()
    for value in ("80", "90", "85.5", "70", "75", "60"):
        page.keyboard.type(value)
        page.keyboard.press("Tab")
    expect(page.locator("[data-total]")).to_have_text("79.13")
    page.keyboard.type("Sound plan.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/submit/$"))
    check(page, "reviews-submit")
    expect(page.locator("main")).to_contain_text("79.125000")
    page.locator("main button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/reviews/$"))
    page.goto(world["score"])
    expect(page.locator("main")).to_contain_text("Nothing changes any more")


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
    miit.locator("button[name=save]").click()
    expect(miit.locator("input[name=standing_answer][value=mend]")).to_be_checked()
    expect(miit.locator("input[name=sections][value=basics]")).to_be_checked()
    miit.locator("input[name=decision][value=correction]").check()
    miit.locator("[name=reason]").fill("请更正联系人信息（演示）。")
    miit.locator("main form.form button.btn-primary").click()
    expect(miit.locator(".notice").first).to_contain_text("补正")

    drafter = as_("drafter", "ZF350200", "en", 390)
    look(drafter, base, "screening-correction-asked")
    expect(drafter.locator("main")).to_contain_text("请更正联系人信息（演示）。")
    expect(drafter.get_by_role("link", name="Implementation plan", exact=True)).to_have_count(0)
    drafter.get_by_role("link", name="Unit and contacts", exact=True).click()
    drafter.locator("[name=contact_name]").fill("新联系人（演示）")
    drafter.locator("main form.form button.btn-primary").click()
    drafter.goto(f"{base}sign-off/request/")
    drafter.locator("button[name=confirm]").click()
    drafter.wait_for_load_state()
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
    miit.locator("main form.form button.btn-primary").click()
    miit.wait_for_load_state()
    look(miit, "/screening/45/pass/", "screening-pass-together")
