"""Three scenarios compared: an officer of MIIT freezes and asks three times, both ministries look at them side by side."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests import factories_reviews as make
from tests.factories_applications import acting
from tests.journeys.browser import VIEWS, check, follow, look
from tests.journeys.mouse import fill, send

pytestmark = pytest.mark.browser
UNITS = {"350200": "300000000.00", "330200": "200000000.00", "420100": "100000000.00", "510100": "150000000.00"}
GIVEN = {"350200": "80.00", "330200": "90.00", "420100": "85.50", "510100": "70.00"}
HERE = "/selection/61/"


@pytest.fixture(scope="module")
def batch(site, django_db_blocker):
    """A batch whose scores are locked; one officer of MIIT has an interest in it."""
    for role, code, number in [("officer", "MIIT", 1), ("officer", "MIIT", 4), ("officer", "MOF", 1)]:
        site.person(role, code, number)
    site.person("auditor", "SJ", 1)
    with django_db_blocker.unblock():
        return site.do(build)


def build():
    batch = make.locked_batch(UNITS, given=GIVEN, places=2, number=61)
    with acting("officer", "MIIT", 4) as by:
        what = make.interests.InterestInput(True, "other", "x")
        make.interests.declare_own(by=by, application=make.application(batch, "350200"), what=what)
    return batch.pk


def ask(page: Page, **values: str) -> int:
    """Ask for a selection and wait for its page; the key of the scenario."""
    page.goto(f"{HERE}new/")
    fill(page, **values)
    page.get_by_role("button", name="Compute", exact=True).click()
    page.wait_for_url(re.compile(r"/scenario/\d+/$"), timeout=60_000)
    found = re.search(r"/scenario/(\d+)/", page.url)
    assert found
    return int(found[1])


@pytest.fixture
def miit(as_) -> Page:
    return as_("officer", "MIIT", "en")


@pytest.fixture(scope="module")
def made() -> dict[str, int]:
    """Keys of the scenarios the journey asks for, by name."""
    return {}


def test_1_the_candidates_are_frozen_and_three_lists_computed(miit, site, batch, made, django_db_blocker):
    miit.goto(HERE)
    follow(miit.get_by_role("link", name="Freeze the candidates").first)
    check(miit, "selection-freeze")
    send(miit)
    expect(miit.locator("main")).to_contain_text("Candidate set 1")
    made["first"] = ask(miit, name="Rule set")
    expect(miit.locator("main")).to_contain_text("175.500000")
    made["west"] = ask(miit, name="One from the west", west_min="1", reason="A plant in every region (demo).")
    expect(miit.locator("main")).to_contain_text("West, at least: 1 (new)")
    miit.goto(f"{HERE}new/")
    miit.get_by_role("button", name="More empty rows").click()
    expect(miit.locator("[name=hand_3_unit]")).to_be_visible()
    by_hand = {"hand_0_unit": "350200", "hand_0_reason": "State key zone (demo)."}
    miit.goto(f"{HERE}new/")
    fill(miit, name="Xiamen by hand", **by_hand)
    follow(miit.get_by_role("button", name="Compute", exact=True))
    check(miit, "selection-refused")
    expect(miit.locator(".error-summary")).to_contain_text("Say why the rules differ")
    expect(miit.locator("[name=hand_0_reason]")).to_have_value(by_hand["hand_0_reason"])
    made["hand"] = ask(miit, name="Xiamen by hand", **by_hand, reason="To see the price (demo).")
    for key in made.values():
        with django_db_blocker.unblock():
            site.until("select count(*) = 2 from reviews_scenariostudy where scenario_id = %s", key)
    miit.goto(f"{HERE}new/")
    follow(miit.get_by_role("button", name="Compute", exact=True))
    expect(miit.locator(".error-summary")).to_contain_text("asks the same of the same candidates")
    expect(miit.locator("main .callout a")).to_have_attribute("href", f"/selection/scenario/{made['first']}/")


def test_2_they_are_laid_beside_each_other(miit):
    miit.goto(HERE)
    for box in miit.locator("main tbody input[name=with]").all():
        box.check()
    miit.get_by_role("button", name="Lay beside each other").click()
    miit.wait_for_url(re.compile(r"/compare/\?"))
    check(miit, "selection-compare")
    board = miit.locator(".board")
    expect(board).to_contain_text("-5.500000")
    expect(board).to_contain_text("Sichuan · Chengdu")
    expect(miit.locator(".heads li").first).to_have_text("Rule set")
    expect(miit.locator("svg.map")).to_have_count(3)
    follow(miit.get_by_role("link", name="hold the others against Xiamen by hand"))
    expect(miit.locator(".heads li").first).to_have_text("Xiamen by hand")
    with miit.expect_download() as brought:
        miit.get_by_role("link", name="Export (XLSX)").click()
    assert brought.value.suggested_filename == "comparison.xlsx"


def board_address(made: dict[str, int]) -> str:
    return f"{HERE}compare/?" + "&".join(f"with={key}" for key in made.values())


def test_3_the_other_ministry_sees_the_same_names_and_comments(as_, miit, made):
    mof = as_("officer", "MOF", "en", 390)
    look(mof, board_address(made), "selection-compare")
    look(mof, f"/selection/scenario/{made['hand']}/", "selection-own")
    mof.locator("#name_name").fill("Xiamen, by hand")
    follow(mof.get_by_role("button", name="Keep the name"))
    mof.locator("#comment_text").fill("Five and a half points for one unit.")
    follow(mof.get_by_role("button", name="Keep the comment"))
    expect(mof.locator("h1")).to_contain_text("Xiamen, by hand")
    expect(mof.locator("main")).to_contain_text("Five and a half points for one unit.")
    follow(mof.get_by_role("link", name="Verify now").first)
    expect(mof.locator("main")).to_contain_text("Verified just now.")
    miit.goto(board_address(made))
    expect(miit.locator(".board")).to_contain_text("Five and a half points for one unit.")


def test_4_who_has_an_interest_sees_nothing(as_, made):
    apart, own = as_("officer", "MIIT", "en", number=4), f"/selection/scenario/{made['hand']}/"
    for path, status in [
        (HERE, 403),
        (board_address(made), 403),
        (f"{HERE}freeze/", 403),
        (own, 404),
        (f"{own}reasons/", 404),
    ]:
        answer = apart.goto(path)
        assert answer is not None
        assert answer.status == status, path


@pytest.mark.parametrize(("language", "width"), VIEWS)
def test_5_pages_of_selection(as_, site, batch, made, django_db_blocker, language, width):
    with django_db_blocker.unblock():
        frozen = site.do(lambda: frozen_key(batch))
    page = as_("auditor", "SJ", language=language, width=width)
    faults = []
    for path, name in [
        (HERE, "selection-list"),
        (f"/selection/scenario/{made['hand']}/", "selection-scenario"),
        (f"/selection/scenario/{made['hand']}/reasons/", "selection-reasons"),
        (f"/selection/scenario/{made['hand']}/firmness/", "selection-robustness"),
        (f"/selection/scenario/{made['hand']}/proof/", "selection-proof"),
        (f"/selection/candidates/{frozen}/", "selection-set"),
        (board_address(made), "selection-board"),
    ]:
        try:
            look(page, path, name)
        except AssertionError as error:
            faults.append(f"{name}: {error}")
    assert not faults, "\n".join(faults)


def frozen_key(batch: int) -> int:
    with acting("officer", "MIIT"):
        return make.CandidateSet.objects.get(batch=batch).pk
