"""The defence from the invitations to the letters, and an expert who comes, steps back and is replaced, in a browser.

Each step is taken by the person whose step it is. The pages on the way are looked at in both languages and both
widths; axe finds no violation on any of them. The steps before and after the defence are taken by the commands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from portal.core import clock
from reviews.domain import assigning
from tests import factories_defence as make
from tests import factories_reviews as reviews
from tests.factories_applications import acting
from tests.journeys.browser import VIEWS, follow, look
from tests.journeys.mouse import attach, fill, send
from tests.journeys.site import Site

pytestmark = pytest.mark.browser
NUMBER, EXPERTS = 51, 52
HEARD, AWAY, REST = make.UNITS
WORTH = {HEARD: "90.00", AWAY: "80.00", REST: "70.00"}
MIIT, MOF = ("officer", "MIIT"), ("officer", "MOF")
REVIEWER, EXPERT = ("reviewer", "MIIT"), ("reviewer", "ZJ")
CITY = ("drafter", f"ZF{HEARD}")
REMARKS = {
    "goals": "2027年目标值缺少基线数据，请说明测算依据（演示）。",
    "funding": "社会资本到位的时间表不清楚（演示）。",
}


@dataclass
class World:
    """The site, and the batch whose best are heard."""

    site: Site
    heard: int

    @property
    def hearing(self) -> str:
        return f"/reviewing/hearings/{self.heard}/"


@pytest.fixture(scope="module")
def world(site, django_db_blocker):
    """All reviews of three applications are in, with remarks on two criteria; the rules invite the best two."""
    for one in (MIIT, MOF, REVIEWER, ("reviewer", "MOF"), EXPERT, (*EXPERT, 2), CITY, ("auditor", "SJ")):
        site.person(*one)

    def build():
        batch = reviews.reviewing_batch(make.UNITS, places=1, number=NUMBER, details=make.details(2))
        for row in reviews.assignments(batch):
            what = reviews.scores(batch, WORTH[row.application.unit_id])
            if row.reviewer.email == "reviewer.1@miit.test":
                what = replace(what, comments=dict(what.comments) | REMARKS)
            reviews.declared(row)
            with reviews.as_reviewer(row) as by:
                reviews.scoring.submit(by=by, assignment=row, what=what)
        return reviews.application(batch, HEARD).pk

    with django_db_blocker.unblock():
        yield World(site, site.do(build))


@pytest.fixture(scope="module")
def seen():
    """Kinds of pages, with the language, on which axe has looked."""
    return set()


@pytest.fixture
def show(as_, seen):
    """Look at a page of a person in Chinese on a desk and in English on a phone.

    axe looks at every state of a page in Chinese, at the first in English: structure and colour are the same.
    """
    pages: dict[tuple[str, ...], Page] = {}

    def shown(name: str, path: str, *post: str) -> None:
        for language, width in VIEWS:
            key, kind = (*post, language), (re.sub(r"\d+", "#", path), post[0], language)
            pages[key] = pages.get(key) or as_(*post, language, width)
            look(pages[key], path, f"defence-{name}", by_axe=language == VIEWS[0][0] or kind not in seen)
            seen.add(kind)

    return shown


def says(page: Page, text: str) -> None:
    expect(page.locator("main")).to_contain_text(text)


def path_of(page: Page) -> str:
    return re.sub("https?://[^/]+", "", page.url)


def test_1_the_best_are_invited_and_the_agenda_is_drawn(world, as_, show):
    here = f"/reviewing/{NUMBER}/defence/"
    miit, mof = as_(*MIIT, "en"), as_(*MOF, "en")
    show("1a-board", f"/reviewing/{NUMBER}/", *MIIT)
    show("1b-invite", here, *MIIT)
    miit.goto(f"/reviewing/{NUMBER}/")
    follow(miit.locator(".next-step a"))
    follow(miit.locator(".next-step a"))
    show("1b-fix", f"{here}invite/", *MIIT)
    send(miit, "Fix the invitations")
    says(miit, "2 units are invited")
    says(miit, "Fuzhou")
    follow(miit.locator(".next-step a"))
    show("1c-session", f"{here}sessions/new/", *MIIT)
    day = clock.today() + timedelta(days=1)
    fill(miit, day=f"{day:%Y-%m-%d}", time="09:00", minutes="30", seats="2", room="第一会议室（演示）")
    fill(miit, note="汇报15分钟，提问15分钟，每市不超过6人（演示）。")
    send(miit)
    show("1d-planned", here, *MIIT)
    follow(miit.locator("main tbody a").first)
    show("1e-change", path_of(miit), *MIIT)
    show("1f-draw", f"{here}draw/", *MOF)
    mof.goto(here)
    follow(mof.locator(".next-step a"))
    fill(mof, seed="2027-03-01 18:25:07 04 11 19", source="抽签公告第3号（演示）")
    send(mof)
    expect(mof.locator("#list-agenda tbody tr")).to_have_count(2)
    show("1g-agenda", here, *MIIT)


def test_2_the_city_confirms_and_brings_its_slides(world, as_, show):
    city, here = as_(*CITY, "en"), f"/hearings/{world.heard}/"
    show("2a-own", "/hearings/", *CITY)
    show("2b-invited", here, *CITY)
    city.goto("/desk/")
    follow(city.get_by_role("link", name="Confirm the hearing of Xiamen").first)
    fill(city, delegation="张三，副市长（演示）\n李四，工业和信息化局局长（演示）")
    send(city)
    show("2c-confirmed", here, *CITY)
    follow(city.locator(".next-step a"))
    show("2d-bring", f"{here}material/", *CITY)
    fill(city, title="汇报材料（演示）")
    attach(city, "file", "slides")
    send(city)
    follow(city.get_by_role("link", name="Take it back"))
    show("2e-take-back", path_of(city), *CITY)
    show("2f-ready", here, *CITY)
    with city.expect_download() as waiting:
        city.goto(here)
        city.get_by_role("link", name="汇报材料（演示）", exact=True).click()
    assert waiting.value.path().read_bytes().startswith(b"%PDF-")


def test_3_questions_are_asked_and_the_unit_is_heard(world, as_, show):
    miit, reviewer = as_(*MIIT, "en"), as_(*REVIEWER, "en")
    show("3a-prepare", world.hearing, *MIIT)
    show("3b-reviewer", world.hearing, *REVIEWER)
    reviewer.goto(world.hearing)
    fill(reviewer, text="链主企业的承诺是否已签署？（演示）")
    send(reviewer, "Put on the list")
    miit.goto(world.hearing)
    follow(miit.get_by_role("button", name="Make questions of the reviewers' remarks"))
    says(miit, "2 questions were made of the reviews.")
    for remark in REMARKS.values():
        says(miit, remark)
    follow(miit.get_by_role("link", name="Reword").first)
    show("3c-question", path_of(miit), *MIIT)
    show("3d-questions", world.hearing, *MIIT)
    # A session is planned for a time to come; now that time has come.
    world.site.past("update reviews_defencesession set begins_at = begins_at - interval '2 days'")
    show("3e-begun", world.hearing, *MIIT)
    show("3f-hold", f"{world.hearing}hold/", *MIIT)
    show("3g-absent", f"{world.hearing}absent/", *MIIT)
    miit.goto(world.hearing)
    follow(miit.locator(".next-step a"))
    follow(miit.get_by_role("button", name="Note the hearing as held"))
    says(miit, "Write the minutes of the hearing.")
    for yes in miit.locator("main input[value=yes]").all():
        yes.check()
    miit.locator("main textarea").first.fill("已签署，见附件三（演示）。")
    fill(miit, minutes="汇报完整，问题均已答复（演示）。")
    send(miit, "Note the hearing as held")
    says(miit, "已签署，见附件三（演示）。")
    show("3h-heard", world.hearing, *MIIT)
    miit.goto(f"/reviewing/{NUMBER}/defence/")
    follow(miit.locator("#list-agenda tbody a", has_text="Fuzhou"))
    follow(miit.get_by_role("link", name="The unit did not come"))
    follow(miit.get_by_role("button", name="Note as absent"))
    expect(miit.locator(".page-header .status")).to_have_text("did not come")


def test_4_a_score_is_revised_and_both_totals_are_shown(world, as_, show):
    reviewer, mof = as_(*REVIEWER, "en"), as_(*MOF, "en")
    show("4a-heard", world.hearing, *REVIEWER)
    reviewer.goto(world.hearing)
    follow(reviewer.locator(".next-step a"))
    mine = path_of(reviewer)
    show("4b-review", mine, *REVIEWER)
    follow(reviewer.locator(".next-step a"))
    show("4c-revise", f"{mine}revise/", *REVIEWER)
    fill(reviewer, reason="基线数据已补充，测算依据充分（演示）。")
    send(reviewer)
    show("4e-one-open", f"/reviewing/{NUMBER}/lock/", *MIIT)
    for control in reviewer.locator("main form[data-scores] input[data-weight]").all():
        control.fill("96")
    send(reviewer, "Keep and go on to submit")
    send(reviewer, "Submit the review")
    mof.goto(f"/reviewing/application/{world.heard}/")
    says(mof, "submitted with 90.000000")
    says(mof, "revised after the hearing")
    expect(mof.locator("tfoot").first).to_contain_text("96.000000")
    show("4f-both", f"/reviewing/application/{world.heard}/", *MOF)


def test_5_what_the_panel_says_is_approved_and_both_ministries_sign(world, as_, show):
    miit, mof = as_(*MIIT, "en"), as_(*MOF, "en")
    here, lock = f"/reviewing/application/{world.heard}/record/", f"/reviewing/{NUMBER}/lock/"
    show("5a-record", here, *MIIT)
    miit.goto(lock)
    expect(miit.get_by_role("button", name="Sign the results")).to_have_count(0)
    follow(miit.locator("#silent + .tasks a"))  # a unit was heard, and nothing is said of it
    fill(miit, statement="一致认为方案可行，资金来源基本落实（演示）。")
    fill(miit, comment="优势：产业基础扎实。\n不足：目标基线说明较简略。\n建议：细化分年度投资计划（演示）。")
    send(miit)
    show("5b-written", here, *MIIT)
    show("5c-approve", f"{here}approve/", *MOF)
    mof.goto(here)
    follow(mof.locator(".next-step a"))
    send(mof, "Approve the comment")
    show("5d-approved", here, *MIIT)
    show("5e-sign", lock, *MIIT)
    miit.goto(lock)
    send(miit, "Sign the results")
    show("5f-one-signed", lock, *MOF)
    mof.goto("/desk/")
    follow(mof.get_by_role("link", name=re.compile(f"results.*{NUMBER}")).first)
    send(mof, "Sign the results")
    says(mof, "the scores are locked")
    show("5g-locked", lock, "auditor", "SJ")


def test_6_the_city_reads_its_letter(world, as_, show):
    here = f"/reviewing/{NUMBER}/feedback/"
    show("6a-too-early", here, *MIIT)

    def decided():
        batch = reviews.fresh(reviews.open_batch(NUMBER, places=1))
        reviews.signed(reviews.proposed(reviews.computed(batch)), "MIIT", "MOF")
        with acting(*MIIT) as by, clock.at(clock.now() - timedelta(days=40)):
            reviews.publicity.publish(by=by, decision=reviews.Decision.objects.get(batch=batch, state="adopted"))
        with acting(*MIIT) as by:
            number = "财建〔2026〕998号（演示）"
            reviews.publicity.finalise(by=by, batch=reviews.fresh(batch), document_no=number)

    world.site.do(decided)
    show("6b-ready", here, *MIIT)
    show("6c-release", f"{here}release/", *MIIT)
    miit, city = as_(*MIIT, "en"), as_(*CITY, "en")
    miit.goto(here)
    follow(miit.locator(".next-step a"))
    send(miit, "Write to the applicants")
    show("6d-sent", here, *MIIT)
    show("6e-own", "/hearings/", *CITY)
    show("6f-letter", f"/feedback/{world.heard}/", *CITY)
    city.goto("/hearings/")
    follow(city.locator(f"main a[href='/feedback/{world.heard}/']"))
    says(city, "建议：细化分年度投资计划（演示）。")
    with city.expect_download() as waiting:
        city.get_by_role("link", name="As PDF for the file").click()
    assert waiting.value.path().read_bytes().startswith(b"%PDF-")


def test_an_expert_comes_steps_back_and_is_replaced(world, as_, show):
    """A profile by the expert's own hand; no interest in one application, one in the other, and somebody else reads it."""
    site, units = world.site, {HEARD: "300000000.00", REST: "200000000.00"}
    expert = as_(*EXPERT, "en", number=2)
    expert.goto("/reviews/")
    follow(expert.get_by_role("link", name="My profile"))
    home = expert.locator("[name=home_province] option", has_text="Shanghai").get_attribute("value")
    fill(expert, home_province=str(home), employer="某研究院（演示）")
    expert.locator("main details summary", has_text="Divisions").click()
    fill(expert, knows_C36="3", knows_C39="2")
    send(expert)
    expect(expert.locator(".notice--success")).to_be_visible()

    def assigned():
        batch = reviews.passed_batch(units, places=1, number=EXPERTS)
        people = [site.person(*REVIEWER)[0], site.person(*EXPERT, 2)[0]]
        rows = reviews.Assignment.objects
        with acting(*MIIT) as by:
            pairs = [(reviews.application(batch, unit).pk, one, 50) for unit in units for one in people]
            assigning.assign(by=by, batch=batch, pairs=pairs)
            return {row.application.unit_id: row for row in rows.filter(batch=batch, reviewer=people[1])}

    rows = site.do(assigned)
    expert.goto(f"/reviews/{rows[HEARD].pk}/")
    fill(expert, interest="no")
    send(expert)
    expect(expert.locator("main form[data-scores]")).to_be_visible()
    expert.goto(f"/reviews/{rows[REST].pk}/")
    fill(expert, interest="yes", kind="advice", reason="曾为其方案提供咨询（演示）")
    send(expert)
    says(expert, "You have stepped back.")
    gone = (f"/reviews/{rows[REST].pk}/", f"/applications/{rows[REST].application_id}/")
    for path in gone:
        assert (answer := expert.goto(path)) is not None
        assert answer.status == 404, path
    assert expert.goto(f"/reviews/{rows[HEARD].pk}/").ok

    def taken():
        with acting(*MIIT):
            return reviews.Assignment.objects.select_related("reviewer").get(replaces=rows[REST].pk)

    made = site.do(taken)
    code, number = re.match(r"reviewer\.(\d+)@(\w+)\.test", made.reviewer.email).group(2, 1)
    other = as_("reviewer", code.upper(), "en", number=int(number))
    other.goto(f"/reviews/{made.pk}/")
    fill(other, interest="no")
    send(other)
    says(other, "Ningbo")
    show("7-panel", f"/reviewing/application/{rows[REST].application_id}/", *MIIT)
