"""Screening as its people see it: checklist, a correction of named sections and what it changed, passing together."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from applications.models import Application, Match, Ruling
from applications.sections import SECTIONS, with_ties
from applications.todo import of_owner
from portal.core import clock
from portal.core.errors import DomainError
from portal.core.models import Run
from portal.core.tasks import execute
from portal.notifications.models import Notice
from portal.programme.defaults import SCREENING
from reviews import (
    tasks,  # noqa: F401 - the bodies of the runs
    todo,
)
from reviews.models import Screening
from tests import factories_applications as dossiers
from tests import factories_reviews as make
from tests.factories_applications import acting, person

pytestmark = pytest.mark.django_db
UNITS = {"350200": "300000000.00", "330200": "200000000.00"}
DUE = clock.today() + timedelta(days=5)


def text(answer):
    return answer.content.decode()


def url(pk):
    return f"/screening/application/{pk}/"


def read(browser, pk):
    return {"snapshot": str(browser.get(url(pk)).context["form"]["snapshot"].value())}


def fulfilled(ministry):
    return {f"{row['code']}_answer": "fulfilled" for row in SCREENING if row["side"] == ministry}


def correction(sections=("plan",)):
    return {"decision": "correction", "reason": "请补正方案文本", "due": DUE.isoformat(), "sections": list(sections)}


class TestChecklist:
    """Points are answered over several visits by several officers; a pass needs all, the record keeps them."""

    def test_colleagues_go_on_with_it_and_the_other_ministry_reads_it(self, see):
        batch = make.screening_batch(UNITS)
        pk = make.application(batch, "350200").pk
        one, two, mof = see("officer", "MIIT"), see("officer", "MIIT", 2), see("officer", "MOF")
        some = {"targets_answer": "mend", "targets_comment": "目标未分解到年度", "save": "1"}
        assert one.post(url(pk), read(one, pk) | some).status_code == 303
        form = two.get(url(pk)).context["form"]
        assert (form["targets_answer"].value(), form["targets_comment"].value()) == ("mend", "目标未分解到年度")
        assert form["sections"].value() == ["targets"]
        shown = text(mof.get(url(pk)))
        assert "目标未分解到年度" in shown
        assert "What the other ministry found" in shown
        assert make.application(batch, "350200").state == "screening"
        assert not Screening.objects.exists()

    def test_what_was_typed_of_the_decision_stands_there_again(self, see):
        pk = make.application(make.screening_batch(UNITS), "350200").pk
        miit = see("officer", "MIIT")
        typed = correction(("plan", "projects")) | {"amount_answer": "fulfilled", "save": "1"}
        assert miit.post(url(pk), read(miit, pk) | typed).status_code == 303
        form = miit.get(url(pk)).context["form"]
        assert {name: form[name].value() for name in correction()} == correction(("plan", "projects"))
        assert not Screening.objects.exists()
        assert see("officer", "MIIT", 2).get(url(pk)).context["form"]["reason"].value() is None

    def test_a_point_to_be_mended_needs_words_and_stands_against_a_pass(self, see):
        pk = make.application(make.screening_batch(UNITS), "350200").pk
        miit = see("officer", "MIIT")
        bare = miit.post(url(pk), read(miit, pk) | {"targets_answer": "mend", "save": "1"})
        assert bare.status_code == 422
        assert list(bare.context["form"].errors) == ["targets_comment"]
        asked = fulfilled("MIIT") | {"targets_answer": "mend", "targets_comment": "x", "decision": "pass"}
        answer = miit.post(url(pk), read(miit, pk) | asked)
        assert list(answer.context["form"].errors) == ["targets_answer"]
        what = make.screening.ScreeningInput("pass")
        with acting("officer", "MIIT") as by:
            row = Application.objects.select_related("batch__rule_set").get(pk=pk)
            with pytest.raises(make.screening.DomainError) as refusal:
                make.screening.screen(by=by, application=row, what=what)
        assert refusal.value.code == "pass_needs_checklist"

    def test_the_decision_keeps_the_checklist_as_it_stood(self, see):
        batch = make.screening_batch(UNITS)
        pk = make.application(batch, "350200").pk
        mof = see("officer", "MOF")
        assert mof.post(url(pk), read(mof, pk) | fulfilled("MOF") | {"decision": "pass"}).status_code == 303
        with acting("officer", "MOF"):
            row = Screening.objects.get()
        assert {code: given["answer"] for code, given in row.answers.items()} == {
            point["code"]: "fulfilled" for point in SCREENING if point["side"] == "MOF"
        }
        assert "checklist fulfilled" in text(see("officer", "MIIT").get(url(pk)))

    def test_the_desk_counts_what_waits_for_this_ministry(self):
        """Whoever has said what it thinks waits for the other; where both have and differ, both are asked."""
        batch = make.screening_batch(UNITS)

        def waits() -> list[list[int]]:
            found = []
            for code in ("MIIT", "MOF"):
                with acting("officer", code) as by:
                    lines = todo.screening(by)
                found.append([one.count for one in lines if one.url.endswith("?state=screening")])
            return found

        assert waits() == [[2], [2]]
        make.say(batch, "350200", "MOF", "pass")
        assert waits() == [[2], [1]]
        make.say(batch, "330200", "MOF", "reject", rule="申报条件", reason="不符合（演示）")
        assert waits() == [[2], []]
        make.say(batch, "330200", "MIIT", "pass")
        assert waits() == [[2], [1]]

    def test_a_tampered_form_changes_nothing(self, see):
        pk = make.application(make.screening_batch(UNITS), "350200").pk
        mof = see("officer", "MOF")
        good = read(mof, pk)
        for bad in (
            {"snapshot": "x"},
            {"decision": "correction", "reason": "x", "sections": ["basics"], "due": DUE.isoformat()},
            {"decision": "nonsense"},
            {"amount_answer": "perhaps", "decision": "reject", "reason": "x", "rule": "x"},
        ):
            assert mof.post(url(pk), good | bad).status_code == 422, bad
        assert mof.post(url(pk), {"snapshot": "999999", "save": "1"}).status_code == 422
        with acting("officer", "MIIT"):
            assert not Screening.objects.exists()


class TestCorrection:
    """Only the named sections open; the unit reads why; the ministries read what changed."""

    @pytest.fixture
    def batch(self):
        return make.screening_batch({"350200": "300000000.00"})

    def test_the_unit_reads_what_to_correct_and_changes_that_alone(self, see, batch):
        pk = make.application(batch, "350200").pk
        miit = see("officer", "MIIT")
        assert miit.post(url(pk), read(miit, pk) | correction(["basics"])).status_code == 303
        row = make.application(batch, "350200")
        assert (row.state, row.reopened) == ("correction", with_ties(["basics"]))
        assert row.correction_until == clock.end_of_day(DUE)
        drafter = see("drafter", "ZF350200")
        home = drafter.get(f"/applications/{pk}/")
        page = text(home)
        for words in (
            "请补正方案文本",
            "These sections can be changed: Unit and contacts; Funding plan",
            "not reopened",
        ):
            assert words in page, words
        links = {task["label"]: task["url"] for task in home.context["tasks"]}
        assert [label for label, link in links.items() if link] == [SECTIONS[c].title for c in row.reopened]
        base = f"/applications/{pk}/"
        for closed in ("plan", "targets", "projects", "projects/add", "attachments/add", "enterprises/add"):
            assert drafter.get(f"{base}{closed}/").status_code == 409, closed
        assert drafter.get(f"{base}basics/").status_code == 200
        assert drafter.post(f"{base}targets/", {"version": "0", "digital_target": "10"}).status_code == 409
        for other in ("ZF350100",):
            assert see("drafter", other).get(base).status_code == 404

    def test_owners_of_its_sections_have_its_days(self, see, batch):
        """They had been shown the deadline of the batch, over or not, also for sections that stay closed."""
        pk = make.application(batch, "350200").pk
        miit, drafter, colleague = see("officer", "MIIT"), see("drafter", "ZF350200"), person("drafter", "ZF350200", 2)
        assert miit.post(url(pk), read(miit, pk) | correction(["basics"])).status_code == 303
        for section in ("basics", "targets"):
            duty = f"/applications/{pk}/duty/{section}/"
            beyond = {"owner": colleague.pk, "due_on": (DUE + timedelta(days=1)).isoformat()}
            assert drafter.post(duty, beyond).status_code == 422
            assert drafter.post(duty, {"owner": colleague.pk, "due_on": ""}).status_code == 303
        with acting("drafter", "ZF350200", 2) as by:
            due = {line.url: line.due for line in of_owner(by)}
            letters = list(Notice.objects.filter(person=by.id, text_en__contains="gave you").values_list("text_en"))
        assert due == {f"/applications/{pk}/basics/": clock.end_of_day(DUE)}
        assert all(f"due on {DUE.day} {DUE:%B %Y}, 23:59 (Beijing time)." in said for (said,) in letters)

    def test_after_the_correction_the_ministries_read_the_difference(self, see, batch):
        pk = make.application(batch, "350200").pk
        miit = see("officer", "MIIT")
        stale = read(miit, pk)
        miit.post(url(pk), stale | correction(["basics"]))
        with acting("drafter", "ZF350200") as by:
            row = dossiers.fresh(Application.objects.get(pk=pk))
            what = dossiers.dossier.BasicsInput(
                "更正后的题目", row.summary, row.contact_name, row.contact_phone, row.amount_asked,
                lead_department=row.lead_department, leader_name=row.leader_name, leader_post=row.leader_post,
            )  # fmt: skip
            dossiers.dossier.edit_basics(by=by, application=row, what=what, version=row.version)
            dossiers.submission.request_sign_off(by=by, application=dossiers.fresh(row))
        dossiers.sign(row)
        assert make.application(batch, "350200").state == "screening"
        page = miit.get(url(pk))
        shown = text(page)
        assert "What the correction changed" in shown
        assert "更正后的题目" in shown
        assert [section.code for section in page.context["correction"].sections] == ["basics"]
        assert page.context["correction"].beyond == []
        assert "请补正方案文本" in shown  # the history of what was said
        old = miit.post(url(pk), stale | fulfilled("MIIT") | {"decision": "pass"})
        assert old.status_code == 422
        assert "submitted anew" in text(old)
        assert miit.post(url(pk), read(miit, pk) | fulfilled("MIIT") | {"decision": "pass"}).status_code == 303
        with acting("officer", "MIIT"):
            assert [row.decision for row in Screening.objects.order_by("pk")] == ["correction", "pass"]
        told = text(see("drafter", "ZF350200").get(f"/applications/{pk}/"))
        assert "correction asked for" in told

    def test_one_that_was_not_sent_gets_a_later_deadline_or_is_rejected(self, see, batch):
        """Otherwise a unit that does not answer would hold up its whole batch: reviewers come after all screening."""
        pk = make.application(batch, "350200").pk
        miit, mof, drafter = see("officer", "MIIT"), see("officer", "MOF"), see("drafter", "ZF350200")
        missed = correction(["basics"]) | {"due": (clock.today() - timedelta(days=1)).isoformat()}
        with clock.at(clock.now() - timedelta(days=2)):
            assert miit.post(url(pk), read(miit, pk) | missed).status_code == 303
            assert miit.get(url(pk)).context["form"] is None
        for officer, offered in ((miit, ["correction", "reject"]), (mof, ["pass", "reject"])):
            assert "Decide on corrections that were not sent" in text(officer.get("/desk/"))
            page = officer.get(url(pk))
            assert "the unit has not sent it" in text(page)
            assert page.context["findings"] is None  # of what the unit is changing the ministries hear nothing
            assert [value for value, _label in page.context["form"].fields["decision"].choices] == offered
        assert "Correct the application" not in text(drafter.get("/desk/"))
        assert "The deadline of the correction has passed" in text(drafter.get(f"/applications/{pk}/"))
        assert miit.post(url(pk), read(miit, pk) | correction(["basics", "plan"])).status_code == 303
        row = make.application(batch, "350200")
        assert (row.state, row.correction_until) == ("correction", clock.end_of_day(DUE))
        assert "Correct the application" in text(drafter.get("/desk/"))

    def test_one_that_was_not_sent_does_not_pass_and_both_ministries_reject_it(self, see, batch):
        due = clock.now() - timedelta(seconds=1)
        with clock.at(clock.now() - timedelta(days=2)):
            make.say(batch, "350200", "MIIT", "correction", reason="请补正", due=due)
            with acting("drafter", "ZF350200") as by:
                row = Application.objects.get(batch=batch)
                dossiers.submission.request_sign_off(by=by, application=row)
        with pytest.raises(DomainError) as refusal:
            make.say(batch, "350200", "MIIT", "pass")
        assert refusal.value.code == "pass_after_its_correction"
        reject = {"rule": "办法第九条", "reason": "逾期未补正"}
        make.say(batch, "350200", "MOF", "reject", **reject)
        # Who signs too late is not led to the receipt of what was submitted before.
        assert see("signatory", "ZF350200").get(f"/applications/{row.pk}/sign-off/").status_code == 403
        make.say(batch, "350200", "MIIT", "reject", **reject)
        assert make.application(batch, "350200").state == "rejected"
        with acting("drafter", "ZF350200"):
            assert [row.kind for row in Ruling.objects.order_by("pk")] == ["correction", "rejection"]

    def test_mof_asks_for_none_and_an_unknown_section_is_refused(self, see, batch):
        pk = make.application(batch, "350200").pk
        miit = see("officer", "MIIT")
        answer = miit.post(url(pk), read(miit, pk) | correction(["nonsense"]))
        assert list(answer.context["form"].errors) == ["sections"]
        past = correction() | {"due": (clock.today() - timedelta(days=1)).isoformat()}
        answer = miit.post(url(pk), read(miit, pk) | past)
        assert list(answer.context["form"].errors) == ["due"]
        with acting("officer", "MIIT"):
            assert not Ruling.objects.exists()


def test_a_rejection_gives_both_ministries_rules_and_reasons(see):
    batch = make.screening_batch({"350200": "300000000.00"})
    pk = make.application(batch, "350200").pk
    for code, rule, why in (("MIIT", "通知第三条", "标志性项目不足"), ("MOF", "办法第九条", "重复支持")):
        officer = see("officer", code)
        what = {"decision": "reject", "rule": rule, "reason": why}
        assert officer.post(url(pk), read(officer, pk) | what).status_code == 303
    told = text(see("drafter", "ZF350200").get(f"/applications/{pk}/"))
    for words in ("通知第三条", "办法第九条", "标志性项目不足", "重复支持", "The ministries rejected the application"):
        assert words in told, words


class TestTogether:
    """Applications without findings are passed together by a run; any other stays for a closer look."""

    def passing(self, browser, batch, **more):
        page = browser.get(f"/screening/{batch.number}/pass/")
        chosen = [row.pk for row in page.context["rows"]]
        return browser.post(f"/screening/{batch.number}/pass/", {"chosen": chosen} | more)

    def clean(self, batch, ministry="MIIT"):
        with acting("officer", ministry) as by:
            return [row.unit_id for row in make.queries.clean(by, batch, ministry)]

    @pytest.fixture
    def batch(self, monkeypatch):
        """Two applications on which no check speaks."""
        monkeypatch.setattr("applications.checks.run", lambda _dossier: [])
        return make.screening_batch({"350200": "299000000.00", "330200": "199000000.00"})

    def test_the_queue_offers_those_without_findings(self, see, batch):
        miit = see("officer", "MIIT")
        assert "2 applications are without findings" in text(miit.get(f"/screening/{batch.number}/"))
        assert self.clean(batch) == ["330200", "350200"]
        mof = see("officer", "MOF")
        pk = make.application(batch, "350200").pk
        some = {"amount_answer": "mend", "amount_comment": "金额有误", "save": "1"}
        assert mof.post(url(pk), read(mof, pk) | some).status_code == 303
        assert self.clean(batch) == ["330200"]
        other = make.application(batch, "330200").pk
        assert (
            mof.post(url(other), read(mof, other) | {"decision": "reject", "rule": "r", "reason": "x"}).status_code
            == 303
        )
        assert self.clean(batch) == []
        assert "No application without findings" in text(miit.get(f"/screening/{batch.number}/pass/"))

    def test_a_run_passes_them_and_says_what_was_left(self, see, batch, monkeypatch):
        miit = see("officer", "MIIT")
        answer = self.passing(miit, batch)
        assert answer.status_code == 303
        run = Run.objects.latest("queued_at")
        found = [type("F", (), {"severity": "warning"})()]
        monkeypatch.setattr("reviews.domain.screening.checks.run", lambda row: found if row.unit_id == "330200" else [])
        monkeypatch.setattr("applications.domain.results.as_rows", lambda _row: [])
        execute(str(run.pk), run.asker)
        run.refresh_from_db()
        assert run.result["passed"] == 1
        shown = text(miit.get(run.result["redirect"]))
        assert "1 application was passed" in shown
        assert "there are findings now" in shown
        assert make.application(batch, "350200").state == "in_review"
        assert make.application(batch, "330200").state == "screening"
        with acting("officer", "MIIT"):
            row = Screening.objects.get()
        assert (row.in_bulk, row.answers) == (True, {})
        execute(str(run.pk), run.asker)  # once more: nothing twice
        with acting("officer", "MIIT"):
            assert Screening.objects.count() == 1

    def test_a_match_that_waits_for_a_judgement_keeps_both_out(self, see, batch):
        """Also in the command: a match may be found after the page was shown."""
        rows = [make.application(batch, unit) for unit in ("350200", "330200")]
        chosen = {"chosen": [row.pk for row in rows]}
        assert see("officer", "MIIT").post(f"/screening/{batch.number}/pass/", chosen).status_code == 303
        with acting("officer", "MIIT"):
            found = {"batch": batch, "kind": "enterprise", "name": "x", "other_name": "x", "score": "1.000"}
            Match.objects.create(application=rows[0], other=rows[1], **found)
        assert self.clean(batch) == []
        run = Run.objects.latest("queued_at")
        execute(str(run.pk), run.asker)
        run.refresh_from_db()
        assert run.result["passed"] == 0
        assert len(run.result["left"]) == 2
        assert "a match waits for a judgement" in run.result["left"][0]

    def test_nothing_chosen_a_foreign_application_or_a_foreign_run(self, see, batch):
        miit = see("officer", "MIIT")
        page = f"/screening/{batch.number}/pass/"
        assert list(miit.post(page, {}).context["form"].errors) == ["chosen"]
        assert miit.post(page, {"chosen": ["999999"]}).status_code == 422
        self.passing(miit, batch)
        run = Run.objects.latest("queued_at")
        assert see("officer", "MOF").get(f"/screening/{batch.number}/passed/{run.pk}/").status_code == 404
        assert miit.get(f"/screening/{batch.number}/passed/{uuid4()}/").status_code == 404
        assert re.search("0 applications|1 application|2 applications", text(miit.get(f"/screening/{batch.number}/")))

    def test_mof_passes_for_itself(self, see, batch):
        answer = self.passing(see("officer", "MOF"), batch)
        assert answer.status_code == 303
        run = Run.objects.latest("queued_at")
        execute(str(run.pk), run.asker)
        assert make.application(batch, "350200").state == "screening"  # MIIT's pass takes effect
        assert self.clean(batch, "MOF") == []
        assert self.clean(batch) == ["330200", "350200"]
