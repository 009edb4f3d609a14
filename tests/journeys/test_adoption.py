"""From a rule by hand to the outcome a unit reads: proposed with its price, signed by both, the record checked."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests import factories_deciding as decide
from tests.factories_applications import acting
from tests.journeys.browser import LANGUAGES, VIEWS, follow, look
from tests.journeys.mouse import fill, send

pytestmark = pytest.mark.browser
PEOPLE = [
    ("officer", "MIIT", 1),
    ("officer", "MIIT", 2),
    ("officer", "MOF", 1),
    ("drafter", "ZF420100", 1),
    ("soe_officer", "YQ001", 1),
]


WORLD = decide.told_and_compared


@pytest.fixture(scope="module")
def pages(site, django_db_blocker):
    """Addresses: the selection with a rule by hand of a batch being decided, and outcomes of a final list."""
    for one in PEOPLE:
        site.person(*one)

    def build():
        told, deciding = map(decide.make.fresh, site.found)
        scenario = decide.by_hand(deciding).pk
        with acting("officer", "MIIT"):
            final = decide.decision(told).pk
        return {
            "propose": f"/selection/scenario/{scenario}/propose/",
            "final": f"/selection/decision/{final}/",
            **{unit: f"/outcome/{decide.make.application(told, unit).pk}/" for unit in decide.UNITS},
        }

    with django_db_blocker.unblock():
        return site.do(build)


@pytest.mark.parametrize(("language", "width"), VIEWS)
def test_pages(as_, pages, language, width):
    miit = as_("officer", "MIIT", language=language, width=width)
    look(miit, pages["propose"], "decision-propose")
    look(miit, pages["final"], "decision-record")
    look(as_("drafter", "ZF420100", language=language, width=width), pages["420100"], "outcome")
    look(as_("soe_officer", "YQ001", language=language, width=width), pages["330200"], "outcome-partner")


def test_a_rule_by_hand_is_proposed_signed_and_recorded(as_, pages, tmp_path: Path):
    miit, second, mof = (
        as_("officer", "MIIT", "en"),
        as_("officer", "MIIT", "en", number=2),
        as_("officer", "MOF", "en"),
    )
    second.goto(pages["propose"])
    expect(second.locator("main")).to_contain_text("承担国家专项试点任务（演示）")
    expect(second.locator("main")).to_contain_text(decide.PRICE)
    fill(second, grounds="在均衡约束下总分最高，并含专项任务（演示）。", reserve="1")
    follow(second.locator("main form .form__actions button").first)
    expect(second.locator("main")).to_contain_text("Confirm that you have read what is proposed.")
    expect(second.locator("[name=grounds]")).to_have_value("在均衡约束下总分最高，并含专项任务（演示）。")
    fill(second, checked="yes")
    send(second)
    decision = re.sub(r"^https?://[^/]+", "", second.url)
    expect(second.locator("main")).to_contain_text("You proposed this decision, so you do not sign it")
    second.goto(f"{decision}sign/")
    expect(second.locator("main")).to_contain_text("Whoever proposed the decision does not sign it.")
    for officer in (miit, mof):
        officer.goto(decision)
        follow(officer.get_by_role("link", name="Sign for my ministry"))
        send(officer)
    mof.goto(decision)
    with mof.expect_download() as waiting:
        mof.get_by_role("link", name="Record as ZIP").click()
    with zipfile.ZipFile(io.BytesIO(waiting.value.path().read_bytes())) as held:
        held.extractall(tmp_path)
    argv = [sys.executable, "-I", "verify_decision.py", "instance.json", "decision.json", "candidate-set.json"]
    found = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout.strip()) == (0, "verified")
    with mof.expect_download() as waiting:
        mof.get_by_role("link", name="Decision as PDF").click()
    assert waiting.value.path().read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(("language", "words"), [(LANGUAGES[0], "备选"), (LANGUAGES[1], "reserve")])
def test_a_unit_reads_its_outcome(as_, pages, language, words):
    page = as_("drafter", "ZF420100", language)
    page.goto("/desk/")
    follow(page.locator(f"main a[href='{pages['420100']}']").first)
    expect(page.locator(".page-header .status")).to_have_text(words)
    assert not re.search(r"\d+\.\d{2,}", page.locator("main").inner_text())
    assert page.request.get(pages["510100"]).status == 404
