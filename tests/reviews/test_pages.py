"""Pages of the reviews: what each shows, what forms refuse, in both languages; a round through the pages alone."""

from __future__ import annotations

import re

from portal.core.models import Run
from portal.programme.defaults import SCREENING
from reviews import queries
from reviews.models import Assignment, Decision, Objection, ReviewerProfile, Scenario
from tests import factories_reviews as make
from tests.factories_applications import acting, person

UNITS = {"350200": "300000000.00", "330200": "200000000.00"}
GIVEN = {"350200": "80.00", "330200": "90.00"}


def text(answer):
    return answer.content.decode()


def shown(browser, pk):
    """The submission a screening page shows, as its form sends it."""
    return {"snapshot": str(browser.get(f"/screening/application/{pk}/").context["form"]["snapshot"].value())}


def fulfilled(ministry):
    """A ministry's checklist with every point fulfilled, as the form sends it."""
    return {f"{row['code']}_answer": "fulfilled" for row in SCREENING if row["side"] == ministry}


def test_screening_by_pages(db, see):
    batch = make.closed_batch(UNITS)
    miit, mof = see("officer", "MIIT"), see("officer", "MOF")
    assert "Take the applications up" in text(miit.get(f"/screening/{batch.number}/"))
    assert "Take the applications up" not in text(mof.get(f"/screening/{batch.number}/"))
    assert mof.post(f"/screening/{batch.number}/take-up/").status_code == 403
    assert miit.post(f"/screening/{batch.number}/take-up/", {"confirm": "yes"}).status_code == 303
    pk = make.application(batch, "350200").pk
    page = text(miit.get(f"/screening/application/{pk}/"))
    assert "Checks by machine" in page
    assert "The plan is whole" in page  # the checklist of the ministry
    assert "整车智能工厂" in page  # the dossier beside the form
    read = shown(miit, pk)
    refused = miit.post(f"/screening/application/{pk}/", read | {"decision": "reject", "reason": "理由", "rule": ""})
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["rule"]
    assert "理由" in text(refused)
    asked = miit.post(f"/screening/application/{pk}/", read | {"decision": "correction", "reason": "x"})
    assert asked.status_code == 422
    assert {"sections", "due"} <= set(asked.context["form"].errors)
    bare = miit.post(f"/screening/application/{pk}/", read | {"decision": "pass"})
    assert bare.status_code == 422
    assert "This point stands against a pass" in text(bare)
    assert "correction" not in list(re.findall(r'value="(\w+)"', text(mof.get(f"/screening/application/{pk}/"))))
    moved = miit.post(f"/screening/application/{pk}/", read | fulfilled("MIIT") | {"decision": "pass"})
    assert moved.status_code == 303
    assert make.application(batch, "350200").state == "in_review"
    other = make.application(batch, "330200").pk
    assert moved["Location"].endswith(f"/screening/application/{other}/")
    what = {"decision": "reject", "rule": "申报条件", "reason": "不符合"} | shown(miit, other)
    assert miit.post(f"/screening/application/{other}/", what).status_code == 303
    assert make.application(batch, "330200").state == "screening"
    assert "不符合" in text(mof.get(f"/screening/application/{other}/"))
    assert mof.post(f"/screening/application/{other}/", what).status_code == 303
    assert make.application(batch, "330200").state == "rejected"
    told = text(see("drafter", "ZF330200").get(f"/applications/{other}/"))
    assert "The ministries rejected the application" in told
    assert "申报条件" in told


def test_an_officer_with_an_interest_sees_nothing_any_more(db, see):
    batch = make.screening_batch(UNITS)
    pk = make.application(batch, "350200").pk
    mof = see("officer", "MOF")
    page = f"/screening/application/{pk}/"
    assert mof.get(page).status_code == 200
    assert mof.post(f"{page}interest/", {"kind": ""}).status_code == 422
    assert mof.post(f"{page}interest/", {"kind": "kinship", "reason": ""}).status_code == 303
    assert mof.get(page).status_code == 404
    assert mof.post(page, {"decision": "pass", "snapshot": "1"}).status_code == 404
    place = make.application(batch, "350200").unit.name_en
    assert place not in text(mof.get(f"/screening/{batch.number}/"))


def test_reviewers_are_kept_by_form(db, see, cast):
    person("reviewer", "ZJ", 3)
    miit = see("officer", "MIIT")
    page = text(miit.get("/reviewing/reviewers/new/"))
    key = re.search(r'<option value="(\d+)">reviewer ZJ 3', page)[1]
    what = {
        "person": key,
        "home_province": "350000",
        "employer": "某大学",
        "languages": ["zh"],
        "knows_C26": "3",
        "knows_C36": "1",
        "knows_digital": "2",
        "min_load": "2",
        "max_load": "12",
        "is_active": "on",
        "former-TOTAL_FORMS": "2",
        "former-INITIAL_FORMS": "0",
        "former-0-name": "某设计院",
        "former-0-until": "2026-01-31",
    }
    assert miit.post("/reviewing/reviewers/new/", what | {"max_load": "0"}).status_code == 422
    assert miit.post("/reviewing/reviewers/new/", what).status_code == 303
    with acting("officer", "MOF"):
        row = ReviewerProfile.objects.get(user=int(key))
        assert [str(one) for one in row.former_employers.all()] == ["某设计院"]
    assert (row.group, row.sectors, row.home_province_id, row.max_load) == ("expert", ["C26", "C36"], "350000", 12)
    assert row.fields == {"C26": 3, "C36": 1, "digital": 2}
    wrong = what | {"former-0-credit_code": "91350200MA0000001X", "max_load": "1"}
    refused = miit.post(f"/reviewing/reviewers/{row.pk}/", wrong)
    assert refused.status_code == 422
    assert "The check digit does not fit" in text(refused)
    assert "The fewest applications are not more" in text(refused)
    assert miit.post(f"/reviewing/reviewers/{row.pk}/", what | {"max_load": "15"}).status_code == 303
    assert "某大学" in text(miit.get("/reviewing/reviewers/"))
    # A name leads to its profile where the profile opens; an auditor reads the list alone.
    link = re.compile(r'href="(/reviewing/reviewers/\d+/)"')
    assert miit.get(link.search(text(miit.get("/reviewing/reviewers/")))[1]).status_code == 200
    assert not link.search(text(see("auditor", "SJ").get("/reviewing/reviewers/")))
    assert see("drafter", "ZF350200").get("/reviewing/reviewers/").status_code == 403


def test_a_reviewer_declares_scores_and_submits(db, see):
    batch = make.reviewing_batch(UNITS)
    mine = next(row for row in make.assignments(batch) if row.reviewer.email.startswith("reviewer.1@miit"))
    reviewer = see("reviewer", "MIIT")
    page = f"/reviews/{mine.pk}/"
    assert "Interests to declare" in text(reviewer.get("/reviews/"))
    assert reviewer.get(page)["Location"].endswith("/interest/")
    assert "What counts as an interest" in text(reviewer.get(f"{page}interest/"))
    assert reviewer.post(f"{page}interest/", {"interest": "yes"}).status_code == 422
    assert reviewer.post(f"{page}interest/", {"interest": "no"}).status_code == 303
    shown = text(reviewer.get(page))
    assert "整车智能工厂" in shown
    assert 'data-weight="25"' in shown
    full = dict.fromkeys(("foundation", "goals", "projects", "chain", "funding", "innovation"), "80")
    too_much = reviewer.post(page, {"version": "0", **full, "goals": "100.5", "comment": "好"})
    assert too_much.status_code == 422
    assert 'value="100.5"' in text(too_much)
    part = {"version": "0", "goals": "90.5", "comment": "好"}
    assert reviewer.post(page, part).status_code == 303
    assert reviewer.post(page, part).status_code == 422  # an older version of the form
    assert 'value="90.50"' in text(reviewer.get(page))
    assert "The review is not complete yet" in text(reviewer.get(f"{page}submit/"))
    assert reviewer.post(f"{page}submit/", {"version": "1"}).status_code == 303
    to_submit = reviewer.post(page, {"version": "1", **full, "comment": "好", "submit": "1"})
    assert to_submit["Location"].endswith("/submit/")
    assert "80.000000" in text(reviewer.get(f"{page}submit/"))
    assert reviewer.post(f"{page}submit/", {"version": "2"})["Location"] == "/reviews/"
    assert "Nothing changes any more" in text(reviewer.get(page))
    late = reviewer.post(page, {"version": "3", **full, "comment": "x"}, follow=True)
    assert "nothing changes any more" in text(late)
    board = text(see("officer", "MOF").get(f"/reviewing/application/{mine.application_id}/"))
    assert "80.000000" in board
    for who in [("drafter", "ZF350200"), ("finance_maker", "MOF"), ("provincial_officer", "GX350000")]:
        assert see(*who).get(f"/reviewing/application/{mine.application_id}/").status_code == 403
    assert see("reviewer", "MOF").get(page).status_code == 404


def test_an_interest_takes_the_application_away_and_a_substitute_comes(db, see):
    batch = make.reviewing_batch({"350200": "300000000.00"})
    mine = next(row for row in make.assignments(batch) if row.reviewer.email.startswith("reviewer.1@mof"))
    reviewer = see("reviewer", "MOF")
    assert reviewer.post(f"/reviews/{mine.pk}/interest/", {"interest": "yes", "kind": "advice"}).status_code == 303
    assert reviewer.get(f"/reviews/{mine.pk}/").status_code == 404
    assert reviewer.get(f"/applications/{mine.application_id}/").status_code == 404
    assert "Nothing is assigned to you" in text(reviewer.get("/reviews/"))
    miit = see("officer", "MIIT")
    panel = f"/reviewing/application/{mine.application_id}/"
    page = text(miit.get(panel))
    assert "reviewer MOF 1 (" not in page  # not offered again
    assert "in place of reviewer MOF 1" in page  # the database took the next best choice
    assert "Declare your interests" in text(see("reviewer", "ZJ").get("/desk/"))
    make.reviewer("expert", province="110000", number=2)
    key = re.search(r'<option value="(\d+)">reviewer ZJ 2', text(miit.get(panel)))[1]
    assert miit.post(panel, {"reviewer": key}).status_code == 303
    with acting("officer", "MIIT"):
        states = sorted(Assignment.objects.filter(application=mine.application_id).values_list("state", flat=True))
    assert states == ["assigned", "assigned", "assigned", "recused"]


def shows_the_list_first(page: str) -> bool:
    """Whether the regions, the budget and the list stand before the digests of what is signed."""
    parts = ("By region", "Budget: ", "Chosen units", "Digest of what is signed")
    return sorted(parts, key=page.index) == list(parts)


def test_a_selection_is_computed_decided_published_and_final(db, see):
    batch = make.reviewed_batch(UNITS, given=GIVEN, places=1)
    miit, mof, second = see("officer", "MIIT"), see("officer", "MOF"), see("officer", "MIIT", 2)
    for officer in (mof, miit):
        with acting("officer", "MOF"):
            digest = queries.result_digest(batch)
        assert officer.post(f"/reviewing/{batch.number}/lock/", {"sha256": digest}).status_code == 303
    form = {
        "total_min": "1", "total_max": "1", "budget": "780000", "province_max": "1", "reason": "",
    }  # fmt: skip
    assert mof.post(f"/selection/{batch.number}/new/", form).status_code == 409
    assert "/freeze/" in mof.get(f"/selection/{batch.number}/").content.decode()
    assert mof.get(f"/selection/{batch.number}/freeze/").status_code == 200
    assert mof.post(f"/selection/{batch.number}/freeze/").status_code == 303
    assert mof.post(f"/selection/{batch.number}/new/", form | {"province_max": "2"}).status_code == 422
    assert mof.post(f"/selection/{batch.number}/new/", form | {"total_min": "3"}).status_code == 422
    started = mof.post(f"/selection/{batch.number}/new/", form)
    assert started.status_code == 303
    with acting("officer", "MOF"):
        scenario = Scenario.objects.get(batch=batch)
        run = Run.objects.get(pk=scenario.run)
    assert started["Location"].endswith(f"/runs/{run.pk}/")
    make.run_now(run)
    what = {"grounds": "在均衡约束下总分最高。", "reserve": "1", "checked": "on"}
    early = second.post(f"/selection/scenario/{scenario.pk}/propose/", what)
    assert early.status_code == 422
    assert "not worked out yet" in text(early)
    with acting("officer", "MOF"):
        make.run_now(Run.objects.get(task="reviews.study"))
    page = text(miit.get(f"/selection/scenario/{scenario.pk}/"))
    assert "90.000000" in page
    assert "Ningbo" in page
    assert second.post(f"/selection/scenario/{scenario.pk}/propose/", what | {"grounds": "综合"}).status_code == 422
    assert second.post(f"/selection/scenario/{scenario.pk}/propose/", what).status_code == 303
    with acting("officer", "MOF"):
        decision = Decision.objects.get(batch=batch)
    assert (decision.chosen, decision.reserve) == (["330200"], ["350200"])
    page = f"/selection/decision/{decision.pk}/"
    assert (miit.post(f"{page}publish/").status_code, shows_the_list_first(text(miit.get(page)))) == (403, True)
    seen = {"confirm": "yes", "sha256": decision.sha256}
    assert miit.post(f"{page}sign/", seen).status_code == 303
    assert miit.post(f"{page}sign/", seen).status_code == 403
    assert mof.post(f"{page}sign/", seen | {"sha256": "0" * 64}).status_code == 422
    assert mof.post(f"{page}sign/", seen).status_code == 303
    assert miit.post(f"{page}publish/", {"confirm": "yes"}).status_code == 303
    public = see()
    listed = text(public.get(f"/calls/{batch.number}/list/"))
    assert "Ningbo" in listed
    assert "the order is no ranking" in listed
    assert not re.search(r"90\.0|80\.0|score", listed, re.IGNORECASE)
    assert "排名不分先后" in text(see(language="zh-hans").get(f"/calls/{batch.number}/list/"))
    too_early = miit.post(f"/selection/{batch.number}/finalise/", {"document_no": "财建〔2026〕1号"})
    assert too_early.status_code == 422
    assert "财建〔2026〕1号" in text(too_early)


def test_closed_lists_take_no_objection(db, see):
    batch = make.final_batch(UNITS, given=GIVEN, places=1)
    address = f"/calls/{batch.number}/objections/new/"
    assert "Objections are closed" in text(see().get(address))
    what = {"name": "李四", "contact": "1", "entry": "", "grounds": "不实", "website": "", "mark": make.mark()}
    see().post(address, what)
    with acting("officer", "MIIT"):
        assert not Objection.objects.filter(batch=batch).exists()
    assert "财建〔2026〕999号" in text(see().get(f"/calls/{batch.number}/list/"))
    assert see().get("/calls/99/list/").status_code == 404
