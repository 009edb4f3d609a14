"""Scoring: comments, what cannot be judged, bonus and veto, autosave, private notes, reopening, who is late."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core import clock
from portal.core.errors import DomainError, NotAllowed
from portal.notifications.models import Notice
from portal.programme.defaults import CRITERIA
from portal.programme.models import RuleSet
from reviews import queries
from reviews.domain import reminding, scoring
from reviews.models import Assignment, Review, ReviewNote, ReviewReopening
from reviews.presentation import due_on
from reviews.todo import reviewer as todo
from tests import factories_reviews as make
from tests.factories_applications import acting
from tests.selection.strategies import examples

UNITS = {"350200": "300000000.00", "330200": "200000000.00"}
CODES = ("foundation", "goals", "projects", "chain", "funding", "innovation")
WEIGHTS = {"foundation": 15, "goals": 20, "projects": 25, "chain": 15, "funding": 15, "innovation": 10}


@pytest.fixture
def mine(db) -> Assignment:
    """MIIT's reviewer has declared on one of two applications."""
    batch = make.reviewing_batch(UNITS)
    return make.declared(next(row for row in make.assignments(batch) if row.reviewer.email == "reviewer.1@miit.test"))


def typed(value="80", version=0, **more):
    """What a browser sends: the same score everywhere, and what differs."""
    return {"version": str(version), **dict.fromkeys(CODES, value), "comment": "好", "note": ""} | more


class TestTotal:
    @examples(80)
    @given(
        st.lists(st.one_of(st.none(), st.integers(0, 20000)), min_size=6, max_size=6),
        st.integers(0, 500),
        st.booleans(),
    )
    def test_it_is_the_weighted_mean_of_what_was_judged_and_the_bonus(self, given, bonus, veto):
        rules = RuleSet(details={"criteria": CRITERIA})
        values = {
            code: Decimal(min(value, 10000)) / 100
            for code, value in zip(CODES, given, strict=True)
            if value is not None
        }
        if not values:
            return
        weight = sum(WEIGHTS[code] for code in values)
        exact = sum((WEIGHTS[code] * value for code, value in values.items()), Decimal(0)) / weight
        extra = {"demonstration": Decimal(bonus) / 100, "veto": Decimal(int(veto))}
        total = scoring.weighted_total(rules, values | extra)
        assert abs(total - min(Decimal(100), exact + Decimal(bonus) / 100)) <= Decimal("0.0000005")

    def test_a_scale_of_its_own_counts_in_hundredths(self):
        rules = RuleSet(
            details={"criteria": [{"code": "a", "weight": 50, "max": 10}, {"code": "b", "weight": 50, "max": 100}]}
        )
        assert scoring.weighted_total(rules, {"a": Decimal(5), "b": Decimal(100)}) == Decimal("75.000000")

    @pytest.mark.parametrize(
        ("changes", "total"),
        [
            ({}, "80.000000"),
            ({"demonstration": "5"}, "85.000000"),
            ({"goals": "", "goals_insufficient": "on", "goals_comment": "缺少基数"}, "80.000000"),
            ({"projects": "30", "projects_comment": "手续不全"}, "67.500000"),
            ({"veto": "on", "veto_comment": "数据失实"}, "80.000000"),
        ],
    )
    def test_the_database_counts_the_same(self, mine, see, changes, total):
        reviewer = see("reviewer", "MIIT")
        assert reviewer.post(f"/reviews/{mine.pk}/", typed(**changes, submit="1"))["Location"].endswith("/submit/")
        assert reviewer.post(f"/reviews/{mine.pk}/submit/", {"version": "1"}).status_code == 303
        with make.as_reviewer(mine):
            assert str(Review.objects.get(assignment=mine).total) == total


class TestForm:
    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"goals": ""}, "goals"),
            ({"goals": "59.99"}, "goals_comment"),
            ({"veto": "on"}, "veto_comment"),
            ({"goals_insufficient": "on", "goals_comment": "x"}, "goals"),
            ({"goals": "", "goals_insufficient": "on"}, "goals_comment"),
            ({"demonstration": "5.01"}, "demonstration"),
            ({"goals": "-1"}, "goals"),
            ({"goals": "８０"}, None),
        ],
    )
    def test_what_is_missing_stands_beside_its_field_and_nothing_is_lost(self, mine, see, changes, field):
        answer = see("reviewer", "MIIT").post(f"/reviews/{mine.pk}/", typed(**changes, submit="1"))
        if field is None:
            assert answer.status_code in {303, 422}
            return
        assert answer.status_code == 422
        assert field in answer.context["form"].errors
        assert 'value="80"' in answer.content.decode()

    def test_a_refused_submission_goes_on_from_the_kept_draft(self, mine, see):
        reviewer = see("reviewer", "MIIT")
        refused = reviewer.post(f"/reviews/{mine.pk}/", typed(goals="50", submit="1"))
        assert refused.status_code == 422
        version = refused.context["form"]["version"].value()
        assert str(version) == "1"
        again = typed(goals="50", goals_comment="基数不可信", version=version, submit="1")
        assert reviewer.post(f"/reviews/{mine.pk}/", again)["Location"].endswith("/submit/")

    def test_most_of_the_weight_is_judged(self, mine, see):
        left = dict.fromkeys(("goals", "projects", "chain"), "")
        left |= {f"{code}_insufficient": "on" for code in left} | {f"{code}_comment": "缺少材料" for code in left}
        answer = see("reviewer", "MIIT").post(f"/reviews/{mine.pk}/", typed(**left, submit="1"))
        assert answer.status_code == 422
        assert "at least half of the weight" in answer.content.decode()

    def test_anchors_lead_to_parts_that_are_there(self, mine, see):
        page = see("reviewer", "MIIT").get(f"/reviews/{mine.pk}/").content.decode()
        for row in CRITERIA:
            if f'href="#part-{row["section"]}"' in page:
                assert f'id="part-{row["section"]}"' in page, row["section"]
        assert 'href="#part-projects"' in page


class TestKeeping:
    def test_a_draft_is_kept_while_typing_without_a_word_in_the_trail(self, mine, see):
        reviewer = see("reviewer", "MIIT")
        kept = reviewer.post(f"/reviews/{mine.pk}/keep/", typed(goals=""))
        assert kept.status_code == 200
        assert (kept.json()["version"], kept.json()["total"]) == (1, None)
        whole = reviewer.post(f"/reviews/{mine.pk}/keep/", typed(version=1))
        assert whole.json()["total"] == "80.00"
        older = reviewer.post(f"/reviews/{mine.pk}/keep/", typed(version=1))
        assert older.status_code == 409
        wrong = reviewer.post(f"/reviews/{mine.pk}/keep/", typed(goals="101", version=2))
        assert wrong.status_code == 422
        assert "goals" in wrong.json()["errors"]
        with acting("auditor", "SJ"):
            from portal.audit.models import Event

            assert not Event.objects.filter(act="reviews.score").exists()

    def test_a_comment_before_its_score_is_kept_and_the_review_is_not_complete(self, mine, see):
        reviewer = see("reviewer", "MIIT")
        said = {f"{code}_comment": f"先写{code}" for code in ("goals", "demonstration", "veto")}
        kept = reviewer.post(f"/reviews/{mine.pk}/keep/", typed(goals="", **said))
        assert (kept.status_code, kept.json()["total"]) == (200, None)
        page = reviewer.get(f"/reviews/{mine.pk}/").content.decode()
        for text in said.values():
            assert text in page
        refused = reviewer.post(f"/reviews/{mine.pk}/", typed(goals="", version=1, submit="1", **said))
        assert refused.status_code == 422
        assert list(refused.context["form"].errors) == ["goals"]
        again = reviewer.post(f"/reviews/{mine.pk}/", typed(version=2, submit="1", **said))
        assert again["Location"].endswith("/submit/")
        assert reviewer.post(f"/reviews/{mine.pk}/submit/", {"version": "3"}).status_code == 303
        panel = see("officer", "MOF").get(f"/reviewing/application/{mine.application_id}/").content.decode()
        assert "先写demonstration" in panel

    def test_nobody_else_keeps_and_nothing_after_the_submission(self, mine, see):
        assert see("reviewer", "MOF").post(f"/reviews/{mine.pk}/keep/", typed()).status_code == 404
        assert see("officer", "MIIT").post(f"/reviews/{mine.pk}/keep/", typed()).status_code == 403
        make.scored(mine_again(mine), "80")
        assert see("reviewer", "MIIT").post(f"/reviews/{mine.pk}/keep/", typed(version=1)).status_code == 409

    def test_private_notes_are_read_by_nobody_else(self, mine, see):
        reviewer = see("reviewer", "MIIT")
        assert reviewer.post(f"/reviews/{mine.pk}/", typed(note="只给自己看")).status_code == 303
        assert "只给自己看" in reviewer.get(f"/reviews/{mine.pk}/").content.decode()
        for role, code in (("officer", "MIIT"), ("officer", "MOF"), ("auditor", "SJ"), ("reviewer", "MOF")):
            with acting(role, code):
                assert not ReviewNote.objects.exists()


def mine_again(row: Assignment) -> Assignment:
    with acting("officer", "MIIT"):
        return Assignment.objects.select_related("application__unit", "reviewer", "batch__rule_set").get(pk=row.pk)


class TestReopening:
    @pytest.fixture
    def submitted(self, mine) -> Review:
        make.scored(mine_again(mine), "80")
        with acting("officer", "MIIT") as by:
            return queries.submitted_reviews(by).get(assignment=mine)

    def test_the_reviewer_goes_on_and_what_was_submitted_stays(self, submitted, mine, see):
        miit = see("officer", "MIIT")
        panel = f"/reviewing/application/{mine.application_id}/"
        here = f"/reviewing/reviews/{submitted.pk}/reopen/"
        assert here in miit.get(panel).content.decode()
        assert miit.post(here, {"reason": ""}).status_code == 422
        assert see("officer", "MOF").post(here, {"reason": "x"}).status_code == 403
        assert miit.post(here, {"reason": "请补充依据（演示）"}).status_code == 303
        with acting("officer", "MIIT"):
            kept = ReviewReopening.objects.get()
        assert (str(kept.total), len(kept.scores)) == ("80.000000", 6)
        with make.as_reviewer(mine):
            assert Notice.objects.filter(text_zh__contains="请补充依据（演示）").exists()
            version = Review.objects.get(assignment=mine).version
        assert "请补充依据（演示）" in miit.get(panel).content.decode()
        reviewer = see("reviewer", "MIIT")
        again = typed("90", version=version, submit="1")
        assert reviewer.post(f"/reviews/{mine.pk}/", again)["Location"].endswith("/submit/")
        assert reviewer.post(f"/reviews/{mine.pk}/submit/", {"version": str(version + 1)}).status_code == 303
        assert "90.000000" in miit.get(panel).content.decode()
        assert miit.post(here, {"reason": "x"}).status_code == 303  # once more, from the new state

    def test_not_after_the_lock_and_not_by_others(self, db):
        batch = make.locked_batch(UNITS, given={"350200": "80", "330200": "90"}, places=1)
        with acting("officer", "MIIT") as by:
            review = Review.objects.select_related("assignment__batch", "application__unit").first()
            with pytest.raises(NotAllowed):
                scoring.reopen(by=by, review=review, reason="x")
        assert batch.state == "deciding"


class TestOthers:
    def test_scores_of_others_are_shown_after_ones_own_and_only_by_the_rules(self, db, see):
        for number, shows in ((21, True), (22, False)):
            details = {**make.DEFAULT["details"], "shows_others": shows}
            batch = make.reviewing_batch({"350200": "300000000.00"}, number=number, places=1, details=details)
            first, second = make.assignments(batch)
            make.scored(first, "71")
            make.declared(second)
            role, code = "reviewer", "MOF" if "mof" in second.reviewer.email else "MIIT"
            reader = see(role, code)
            with make.as_reviewer(second):
                assert Review.objects.filter(application=second.application_id).count() == 0
            assert "71.00" not in reader.get(f"/reviews/{second.pk}/").content.decode()
            make.scored(mine_again(second), "88")
            with make.as_reviewer(second):
                assert Review.objects.filter(application=second.application_id).count() == (2 if shows else 1)
            page = reader.get(f"/reviews/{second.pk}/").content.decode()
            assert ("71.00" in page) == shows
            assert first.reviewer.name not in page


class TestDue:
    def test_who_is_late_is_counted_and_reminded_once_a_day(self, mine, monkeypatch, see):
        batch = mine.batch
        miit = see("officer", "MIIT")
        board = f"/reviewing/{batch.number}/"
        assert "Remind who is late" not in miit.get(board).content.decode()
        with acting("officer", "MIIT") as by, pytest.raises(DomainError):
            reminding.remind_late(by=by, batch=make.fresh(batch))
        then = clock.now() + timedelta(days=16)
        monkeypatch.setattr(clock, "now", lambda: then)
        with acting("officer", "MIIT") as by:
            assert queries.standing(by, make.fresh(batch))["late"] == 4
            loads = {row.user.email: row.late for row in queries.loads(by, make.fresh(batch))}
        late = see("officer", "MIIT").get(board).content.decode()  # signed in anew: the session is sixteen days old
        assert "4 reviews are late." in late
        assert "Remind who is late" in late
        assert loads["reviewer.1@miit.test"] == 2
        with acting("officer", "MIIT") as by:
            assert reminding.remind_late(by=by, batch=make.fresh(batch)) == 2
            assert reminding.remind_late(by=by, batch=make.fresh(batch)) == 2
        with make.as_reviewer(mine):
            assert Notice.objects.filter(key__startswith="reviews.late:").count() == 1

    def test_the_desk_says_by_when(self, mine, see):
        with make.as_reviewer(mine) as by:
            lines = todo(by)
        assert {line.due.date() for line in lines} == {due_on(mine)}
        assert {line.count for line in lines} == {1}
        page = see("reviewer", "MIIT").get("/reviews/").content.decode()
        assert f"due {due_on(mine):%Y-%m-%d}" in page
