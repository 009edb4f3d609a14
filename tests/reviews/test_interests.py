"""Reviewers' own profile, interests for a batch, overrides by two officers: as their people see them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from portal.core import clock
from reviews.models import BatchDeclaration, Conflict, ReviewerProfile
from tests import factories_reviews as make
from tests import factories_roster as rosters
from tests.factories_applications import acting
from tests.guards.applications_sql import refused

pytestmark = pytest.mark.django_db
UNITS = {"350200": "300000000.00"}
FORMER = {"former-TOTAL_FORMS": "2", "former-INITIAL_FORMS": "0"}
PROFILE = FORMER | {"home_province": "310000", "employer": "某研究院", "languages": ["zh", "en"], "knows_C36": "3"}


def text(answer):
    return answer.content.decode()


class TestOwnProfile:
    """A new expert fills it in; the group follows from the post; nothing typed is lost."""

    def test_first_kept_then_changed(self, see):
        expert = see("reviewer", "ZJ", 5)
        assert "You have no profile yet" in text(expert.get("/reviews/"))
        page = text(expert.get("/reviews/profile/"))
        assert "Divisions of GB/T 4754" in page
        assert "Most applications" not in page  # the officers' half
        assert expert.post("/reviews/profile/", PROFILE | {"max_load": "300"}).status_code == 303
        with acting("reviewer", "ZJ", 5) as by:
            row = ReviewerProfile.objects.get(user=by.id)
        assert (row.group, row.max_load, row.fields, row.languages) == ("expert", 30, {"C36": 3}, ["zh", "en"])
        day = clock.today()
        away = {"away_from": day.isoformat(), "away_to": (day + timedelta(days=3)).isoformat()}
        rows = {
            "former-0-name": "某公司",
            "former-0-credit_code": rosters.credit_code(1),
            "former-0-until": "2026-01-01",
        }
        assert expert.post("/reviews/profile/", PROFILE | away | rows).status_code == 303
        shown = expert.get("/reviews/profile/")
        assert rosters.credit_code(1) in text(shown)
        assert shown.context["form"]["away_from"].value() == day
        out = rows | {"former-INITIAL_FORMS": "1", "former-0-DELETE": "on"}
        assert expert.post("/reviews/profile/", PROFILE | out).status_code == 303
        assert "某公司" not in text(expert.get("/reviews/profile/"))
        assert "You have no profile yet" not in text(expert.get("/reviews/"))

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"employer_code": "91350200MA0000001X"}, "The check digit does not fit"),
            ({"employer_code": "9135"}, "has 18 signs; this one has 4"),
            ({"away_from": "2030-02-01", "away_to": "2030-01-01"}, "until which later day"),
            ({"away_from": "2030-02-01"}, "until which later day"),
            ({"knows_C36": "7"}, "Select a valid choice"),
            ({"languages": []}, "This field is required"),
            ({"former-0-name": "某公司"}, "This field is required"),
            ({"home_province": "999999"}, "Select a valid choice"),
        ],
    )
    def test_what_is_refused_stands_beside_the_field(self, see, change, words):
        expert = see("reviewer", "ZJ", 5)
        answer = expert.post("/reviews/profile/", PROFILE | change)
        assert answer.status_code == 422
        assert words in text(answer)
        assert "某研究院" in text(answer)
        with acting("reviewer", "ZJ", 5) as by:
            assert not ReviewerProfile.objects.filter(user=by.id).exists()


class TestBatch:
    """Declared without being told who applies; what it touches is taken away at once."""

    def test_declared_for_cities_and_enterprises(self, see):
        batch = make.reviewing_batch(UNITS)
        url = f"/reviews/batches/{batch.number}/interests/"
        reviewer = see("reviewer", "MIIT")
        assert "to be declared" in text(reviewer.get("/reviews/"))
        with acting("reviewer", "MIIT"):
            named = {"interest": "yes", "kind": "kinship", "reason": "亲属任职", "units": ["350200", "350100"]}
        assert reviewer.post(url, named).status_code == 303
        page = text(reviewer.get(url))
        assert "Xiamen" in page
        assert "亲属任职" in page
        assert "Nothing is assigned to you" in text(reviewer.get("/reviews/"))
        assert "to be declared" not in text(reviewer.get("/reviews/"))
        assert "亲属任职" not in text(see("reviewer", "MOF").get(url))
        assert "亲属任职" in text(
            see("officer", "MOF").get(f"/reviewing/application/{make.application(batch, '350200').pk}/")
        )

    def test_none_then_more(self, see):
        batch = make.open_batch(places=1)
        url = f"/reviews/batches/{batch.number}/interests/"
        make.panel()
        reviewer = see("reviewer", "ZJ")
        assert reviewer.post(url, {"interest": "no"}).status_code == 303
        assert "no interest known" in text(reviewer.get(url))
        codes = f"{rosters.credit_code(1)} \n {rosters.credit_code(2)}"
        assert reviewer.post(url, {"interest": "yes", "kind": "money", "codes": codes}).status_code == 303
        with acting("reviewer", "ZJ"):
            assert BatchDeclaration.objects.count() == 2
        assert rosters.credit_code(2) in text(reviewer.get(url))

    @pytest.mark.parametrize(
        ("form", "field"),
        [
            ({}, "interest"),
            ({"interest": "yes", "units": ["350200"]}, "kind"),
            ({"interest": "yes", "kind": "money"}, "units"),
            ({"interest": "yes", "kind": "money", "codes": f"{rosters.credit_code(1)}\n123"}, "codes"),
            ({"interest": "yes", "kind": "money", "units": ["999999"]}, "units"),
        ],
    )
    def test_half_done_is_refused(self, see, form, field):
        batch = make.open_batch(places=1)
        answer = see("reviewer", "ZJ").post(f"/reviews/batches/{batch.number}/interests/", form | {"reason": "x"})
        assert answer.status_code == 422
        assert field in answer.context["form"].errors
        assert ("123: " in text(answer)) == (field == "codes")

    def test_the_province_of_a_ticked_city_stays_open_when_the_rest_is_refused(self, see):
        batch = make.open_batch(places=1)
        url = f"/reviews/batches/{batch.number}/interests/"
        page = text(see("reviewer", "ZJ").post(url, {"interest": "yes", "units": ["350200"]}))
        (fold,) = re.findall(r"<details open>(.*?)</details>", page, re.DOTALL)
        assert "<summary>Fujian " in fold
        assert re.search(r'value="350200"[^>]* checked> Xiamen', fold)
        assert page.count("<details") == page.count("</details>")
        kind = re.search(r"<legend[^>]*>What kind of interest(.*?)</legend>", page, re.DOTALL)
        assert "optional" not in kind[1]  # without it nothing is kept

    def test_a_city_without_an_application_answers_alike(self, see):
        """Neither text nor number of queries tells whether the city named applies."""
        batch = make.reviewing_batch(UNITS)
        url = f"/reviews/batches/{batch.number}/interests/"
        expert = see("reviewer", "ZJ")
        answers = []
        for unit in ("350200", "350100"):
            answer = expert.post(url, {"interest": "yes", "kind": "advice", "units": [unit]}, follow=True)
            answers.append((answer.status_code, answer.redirect_chain, "Your declaration is kept" in text(answer)))
        assert answers[0] == answers[1]


class TestOverride:
    """Proposed by one officer with the reason, confirmed by another; both stand in the record."""

    @pytest.fixture
    def kept_away(self):
        make.reviewer("expert", province="310000", soe="YQ001")
        batch = make.passed_batch(UNITS, soes={"350200": ("YQ001",)})
        with acting("officer", "MIIT"):
            make.assigning.record_conflicts(batch)
            return Conflict.objects.get(code="employer")

    def test_by_two_officers(self, see, kept_away):
        miit, mof = see("officer", "MIIT"), see("officer", "MOF")
        panel = f"/reviewing/application/{kept_away.application_id}/"
        url = f"/reviewing/conflicts/{kept_away.pk}/"
        assert "employer is a partner" in text(miit.get(panel))
        assert miit.get(f"{url}confirm/")["Location"].endswith(panel)
        assert miit.post(f"{url}override/", {"why": " "}).status_code == 422
        assert miit.post(f"{url}override/", {"why": "已于五年前离职（演示）"}).status_code == 303
        assert miit.get(f"{url}confirm/").status_code == 403
        assert "Confirm the override" in text(mof.get(panel))
        assert "已于五年前离职（演示）" in text(mof.get(f"{url}confirm/"))
        assert mof.post(f"{url}confirm/", {"confirm": "yes"}).status_code == 303
        shown = text(miit.get(panel))
        assert "overridden" in shown
        assert "已于五年前离职（演示）" in shown
        assert miit.post(f"{url}override/", {"why": "x"}).status_code == 422  # once

    def test_nobody_else(self, see, kept_away):
        for role, code in [("reviewer", "ZJ"), ("drafter", "ZF350200"), ("provincial_officer", "GX350000")]:
            assert see(role, code).get(f"/reviewing/conflicts/{kept_away.pk}/override/").status_code == 403
        assert (
            see("auditor", "SJ").post(f"/reviewing/conflicts/{kept_away.pk}/override/", {"why": "x"}).status_code == 403
        )


def test_once_the_scores_are_locked_an_interest_is_declared_by_letter(db, see):
    """The score counts already: recused now, it would count all the same, and be missing among the marks."""
    batch = make.locked_batch({"350200": "300000000.00"}, given={"350200": "80"}, places=1)
    held = make.assignments(batch)[0]
    browser = see("reviewer", "MIIT")
    answer = browser.get(f"/reviews/{held.pk}/interest/")
    assert answer.status_code == 403
    assert "by letter now" in answer.content.decode()
    with make.as_reviewer(held):
        late = """insert into reviews_interest (application_id, reviewer_id, has_interest, kind, reason, declared_at)
                  values (%s, scope_user(), true, 'money', 'x', now())"""
        assert refused(late, held.application_id) == "interest_before_the_lock"
    assert make.assignments(batch)[0].state == "declared"
