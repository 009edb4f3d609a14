"""A list from its publication to its supplement, in a browser: somebody without an account objects on a telephone.

Each step is taken by the person whose step it is. The pages on the way are looked at in Chinese on a desk and in English
on a telephone; axe finds no violation on any of them. Time passes by moving the dates of the lists back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page, expect

from tests import factories_reviews as make
from tests.journeys.browser import VIEWS, follow, look, no_sideways, small_pdf
from tests.journeys.mouse import fill, send
from tests.journeys.site import Site

pytestmark = pytest.mark.browser
NUMBER = 61
MIIT, MOF, AUDITOR, CITY = ("officer", "MIIT"), ("officer", "MOF"), ("auditor", "SJ"), ("drafter", "ZF350200")
# Ningbo and Qingdao are chosen, Xiamen is in reserve.
UNITS = {"330200": "100000000.00", "370200": "100000000.00", "350200": "100000000.00"}
GIVEN = {"330200": "91.37", "370200": "88.64", "350200": "79.58"}
LIST, OBJECT = f"/calls/{NUMBER}/list/", f"/calls/{NUMBER}/objections/new/"
STATUS, BOARD = f"/calls/{NUMBER}/objections/status/", f"/selection/{NUMBER}/publicity/"
GROUNDS = "该市申报的标志性项目与公开备案信息不一致，见附件（演示）。"


@dataclass
class World:
    """The site, and what the steps hand on."""

    site: Site
    kept: dict[str, str] = field(default_factory=dict)

    def days_pass(self, days: int) -> None:
        """Let so many days have passed for the lists."""
        for table in ("programme_batch", "reviews_publicentry"):
            self.site.past(
                f"update {table} set publicity_from = publicity_from - {days}, publicity_to = publicity_to - {days}"
                " where publicity_from is not null"
            )


@pytest.fixture(scope="module")
def world(site, django_db_blocker):
    """Both ministries have adopted a list of two units with one in reserve."""
    with django_db_blocker.unblock():
        for one in (MIIT, MOF, AUDITOR, CITY, ("drafter", "ZF330200"), ("drafter", "ZF370200")):
            site.person(*one)
        site.do(lambda: make.decided_batch(UNITS, given=GIVEN, places=2, reserve=1, number=NUMBER))
        yield World(site)


@pytest.fixture
def show(as_):
    """Look at a page of a person in Chinese on a desk and in English on a telephone."""
    pages: dict[tuple[str, ...], Page] = {}

    def shown(name: str, path: str, *post: str) -> None:
        for language, width in VIEWS:
            key = (*post, language)
            pages[key] = pages.get(key) or as_(*post, language=language, width=width)
            look(pages[key], path, f"publicity-{name}", by_axe=language == VIEWS[0][0])

    return shown


def says(page: Page, text: str) -> None:
    expect(page.locator("main")).to_contain_text(text)


def path_of(page: Page) -> str:
    return re.sub("https?://[^/]+", "", page.url)


def test_1_units_learn_nothing_before_the_publication(world, as_, show):
    miit, city = as_(*MIIT, "en"), as_("drafter", "ZF330200", "en")
    city.goto("/applications/")
    says(city, "in review")
    miit.goto("/desk/")
    follow(miit.get_by_role("link", name=f"Publish the list of batch {NUMBER}").first)
    follow(miit.locator(".next-step a"))
    show("1a-publish", path_of(miit), *MIIT)
    send(miit, "Publish the list")
    show("1b-board", BOARD, *MIIT)
    show("1c-list", LIST)
    city.goto("/applications/")
    says(city, "publicity")


def test_2_somebody_without_an_account_objects_on_a_telephone(world, as_, show):
    anyone = as_("", "", "en", 390)
    show("2a-object", OBJECT)
    anyone.goto(LIST)
    follow(anyone.locator(".next-step a"))
    unit = anyone.locator("[name=entry] option", has_text="Ningbo").get_attribute("value")
    fill(anyone, name="王五（演示）", contact="13800000000", entry=unit, grounds=GROUNDS)
    wrong = {"name": "证据.pdf", "mimeType": "application/pdf", "buffer": b"MZ not a document"}
    anyone.locator("[name=evidence]").set_input_files([wrong])
    anyone.wait_for_timeout(3100)
    follow(anyone.locator("main .form__actions button").first)
    expect(anyone.locator(".error-summary")).to_be_visible()
    expect(anyone.locator("[name=grounds]")).to_have_value(GROUNDS)  # nothing typed is lost
    says(anyone, "choose them again")
    no_sideways(anyone)
    anyone.locator("[name=evidence]").set_input_files([small_pdf("records"), small_pdf("letter")])
    send(anyone)
    says(anyone, "Receipt number")
    no_sideways(anyone)
    world.kept["receipt"] = anyone.locator("main .code").first.inner_text()
    anyone.goto(STATUS)
    fill(anyone, receipt=world.kept["receipt"].lower())
    send(anyone)
    says(anyone, "received")
    show("2b-status", STATUS)


def test_3_the_unit_waits_and_the_objection_is_upheld(world, as_, show):
    mof, anyone = as_(*MOF, "en"), as_()
    show("3a-objections", "/objections/", *MOF)
    mof.goto("/desk/")
    follow(mof.get_by_role("link", name="Answer objections").first)
    follow(mof.locator("main tbody a").first)
    here = world.kept["objection"] = path_of(mof)
    show("3b-lodged", here, *MOF)
    follow(mof.get_by_role("button", name="Take it over"))
    with mof.expect_download() as waiting:
        mof.get_by_role("link", name="records.pdf").click()
    assert waiting.value.path().read_bytes().startswith(b"%PDF-")
    show("3c-note", f"{here}note/", *MOF)
    mof.goto(f"{here}note/")
    fill(mof, text="已调取备案信息核对（演示）。")
    send(mof, "Write a note")
    show("3d-suspend", f"{here}suspend/", *MOF)
    mof.goto(here)
    follow(mof.get_by_role("link", name="Let the unit wait"))
    fill(mof, why="需向省级部门核实（演示）。")
    send(mof, "Let the unit wait")
    show("3e-extend", f"{here}extend/", *MIIT)
    show("3f-examined", here, *AUDITOR)
    anyone.goto(LIST)
    says(anyone, "核查中")
    expect(anyone.locator("main")).not_to_contain_text("需向省级部门核实")
    mof.goto(here)
    fill(mof, outcome="uphold", answer="经核实，所附材料属实（演示）。")
    send(mof, "Send the answer")
    show("3g-answered", here, *MOF)
    show("3h-list", LIST)
    anyone.goto(LIST)
    expect(anyone.locator("main")).not_to_contain_text("宁波")


def test_4_a_replacement_is_proposed_by_one_ministry(world, as_, show):
    miit = as_(*MIIT, "en")
    show("4a-free", BOARD, *MIIT)
    miit.goto("/desk/")
    follow(miit.get_by_role("link", name=f"A place is free in batch {NUMBER}").first)
    follow(miit.locator(".next-step a"))
    show("4b-propose", path_of(miit), *MIIT)
    says(miit, "Xiamen")
    send(miit, "Propose the replacement")
    says(miit, "waits for the other ministry")


def test_5_the_first_final_list_goes_without_it(world, as_, show):
    world.days_pass(40)
    miit, anyone = as_(*MIIT, "en"), as_()
    show("5a-ready", BOARD, *MIIT)
    show("5b-finalise", f"/selection/{NUMBER}/finalise/", *MIIT)
    miit.goto(f"/selection/{NUMBER}/finalise/")
    fill(miit, document_no="工信厅联规函〔2026〕961号（演示）")
    send(miit, "Make the list final")
    show("5c-final", LIST)
    anyone.goto(LIST)
    says(anyone, "青岛")
    expect(anyone.locator("main")).not_to_contain_text("厦门")
    with anyone.expect_download() as waiting:
        anyone.locator(f"main a[href='/calls/{NUMBER}/final/1.pdf']").click()
    assert waiting.value.path().read_bytes().startswith(b"%PDF-")


def test_6_the_other_ministry_confirms_and_the_unit_is_published(world, as_, show):
    mof, anyone = as_(*MOF, "en"), as_("", "", "en", 390)
    mof.goto("/desk/")
    follow(mof.get_by_role("link", name=f"Confirm the replacement in batch {NUMBER}").first)
    here = path_of(mof)
    show("6a-replacement", here, *MOF)
    show("6b-withdraw", f"{here}withdraw/", *MOF)
    show("6c-confirm", f"{here}confirm/", *MOF)
    mof.goto(here)
    follow(mof.locator(".next-step a"))
    send(mof, "Confirm the replacement")
    show("6d-second-publicity", LIST)
    anyone.goto(OBJECT)
    expect(anyone.locator("[name=entry] option", has_text="Xiamen")).to_have_count(1)
    expect(anyone.locator("[name=entry] option", has_text="Qingdao")).to_have_count(0)


def test_7_the_supplementary_list_ends_it(world, as_, show):
    world.days_pass(40)
    miit, city = as_(*MIIT, "en"), as_(*CITY, "en")
    miit.goto("/desk/")
    follow(miit.get_by_role("link", name=f"Issue a supplementary list in batch {NUMBER}").first)
    follow(miit.locator(".next-step a"))
    fill(miit, document_no="工信厅联规函〔2026〕962号（演示）")
    send(miit, "Issue a supplementary final list")
    show("7a-board", BOARD, *MIIT)
    show("7b-list", LIST)
    show("7c-closed", OBJECT)
    city.goto("/inbox/")
    says(city, "Xiamen is a pilot unit")
