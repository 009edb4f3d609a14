"""Two who change the same: both texts to choose from, and nothing taken out that was not seen."""

from __future__ import annotations

import pytest
from django.utils.html import strip_tags

from applications.domain.funding import plan_project
from applications.forms.conflict import base_of
from portal.core.errors import Stale
from tests import factories_applications as make
from tests import factories_roster as rosters
from tests.applications.browser import follow, project, read

pytestmark = pytest.mark.django_db
REASONS = ("why", "concentration", "strategy", "local_base")


class TestConflict:
    """Both texts stand side by side; what one changed alone is his, what both changed must be chosen."""

    def conflict(self, row, drafter, other):
        url = f"/applications/{row.pk}/basics/"
        first, second = read(drafter, url), read(other, url)
        follow(drafter.post(url, first | {"summary": "甲的概述", "contact_name": "甲"}))
        answer = other.post(url, second | {"summary": "乙的概述", "contact_phone": "乙的电话"})
        assert answer.status_code == 409
        again = second | {"summary": "乙的概述", "contact_phone": "乙的电话", "settling": answer.context["disputed"]}
        again |= {"version": answer.context["form"]["version"].value(), "base": answer.context["base"]}
        return url, answer, again

    def test_each_field_is_chosen(self, row, drafter, other):
        url, answer, again = self.conflict(row, drafter, other)
        chosen = {one.field.name: one.chosen for one in answer.context["disputes"]}
        assert chosen == {"summary": "", "contact_name": "theirs", "contact_phone": "mine"}
        missing = other.post(url, again | {"choice-contact_name": "theirs", "choice-contact_phone": "mine"})
        assert missing.status_code == 422
        assert "which text is to stand" in missing.content.decode()
        assert {one.field.name: one.chosen for one in missing.context["disputes"]} == {
            "summary": "",  # not taken for one's own because nothing was said
            "contact_phone": "mine",
        }
        assert make.fresh(row).summary == "甲的概述"
        all_of_it = {"choice-summary": "mine", "choice-contact_name": "theirs", "choice-contact_phone": "mine"}
        follow(other.post(url, again | all_of_it))
        now = make.fresh(row)
        assert (now.summary, now.contact_name, now.contact_phone) == ("乙的概述", "甲", "乙的电话")

    def test_theirs_stays_theirs(self, row, drafter, other):
        url, _answer, again = self.conflict(row, drafter, other)
        all_of_it = {"choice-summary": "theirs", "choice-contact_name": "theirs", "choice-contact_phone": "theirs"}
        follow(other.post(url, again | all_of_it))
        now = make.fresh(row)
        assert (now.summary, now.contact_name, now.contact_phone) == ("甲的概述", "甲", row.contact_phone)

    def test_a_third_save_between_is_a_conflict_again(self, row, drafter, other):
        url, _answer, again = self.conflict(row, drafter, other)
        follow(drafter.post(url, read(drafter, url) | {"summary": "甲又改了"}))
        choice = {"choice-summary": "mine", "choice-contact_name": "theirs", "choice-contact_phone": "mine"}
        answer = other.post(url, again | choice)
        assert answer.status_code == 409
        assert "甲又改了" in strip_tags(answer.content.decode())
        assert make.fresh(row).summary == "甲又改了"

    def test_boxes_choices_days_and_amounts(self, row, drafter, other):
        with make.acting("drafter", "ZF350200"):
            kept = row.projects.get(is_landmark=True)
        url = f"/applications/{row.pk}/projects/{kept.pk}/"
        first, second = read(drafter, url), read(other, url)
        del first["is_landmark"]
        follow(drafter.post(url, first | {"mode": "line", "ends_on": "2027-06-30"}))
        answer = other.post(url, second | {"total_investment": "７００，０００，０００"})
        assert answer.status_code == 409
        chosen = {one.field.name: one.chosen for one in answer.context["disputes"]}
        expected = {"mode": "theirs", "is_landmark": "theirs", "ends_on": "theirs", "total_investment": "mine"}
        assert chosen == expected
        again = second | {"total_investment": "700000000", "settling": answer.context["disputed"]}
        again |= {"version": answer.context["form"]["version"].value()}
        follow(other.post(url, again | {f"choice-{name}": choice for name, choice in chosen.items()}))
        with make.acting("drafter", "ZF350200"):
            kept.refresh_from_db()
        assert (kept.mode, kept.is_landmark, str(kept.ends_on)) == ("line", False, "2027-06-30")
        assert kept.total_investment == 700_000_000

    def test_a_kept_text_meets_a_newer_save_as_a_conflict(self, row, drafter, other):
        url = f"/applications/{row.pk}/basics/"
        kept = read(other, url) | {"summary": "乙的概述", "place": "basics", "typed": "1"}
        other.post(f"/applications/{row.pk}/keep/", kept)
        follow(drafter.post(url, read(drafter, url) | {"summary": "甲的概述"}))
        answer = other.post(url, read(other, url))
        assert answer.status_code == 409
        assert make.fresh(row).summary == "甲的概述"

    @pytest.mark.parametrize(
        ("section", "values"),
        [
            ("projects", project(name="写了很久的项目")),
            ("industries", {"share_of_output": "12"} | dict.fromkeys(REASONS, "写了很久的理由")),
            ("targets", {"name": "写了很久的指标", "formula": "甲÷乙", "unit": "%", "baseline": "1", "goal": "2"}),
        ],
    )
    def test_of_a_row_taken_out_meanwhile_what_was_typed_comes_back(self, row, drafter, section, values):
        """Nothing is added anew, and a page that is only opened is not found."""
        with make.acting("drafter", "ZF350200"):
            industry = row.projects.order_by("pk")[0].industry_id
        url = f"/applications/{row.pk}/{section}/999999/"
        assert drafter.get(url).status_code == 404
        typed = {"version": row.version, "industry": industry, "year_2026": "1", "year_2027": "2"} | values
        answer = drafter.post(url, typed)
        assert answer.status_code == 409, answer.context["form"].errors
        text = answer.content.decode()
        assert "写了很久的" in text
        assert "Somebody took this out of the dossier meanwhile" in text
        assert "says the same as what stands" not in text
        assert make.fresh(row).version == row.version

    @pytest.mark.parametrize(
        ("place", "values"),
        [
            ("projects/%s/money", {"rows-0-fund": "写了很久的", "rows-0-level": "city", "rows-0-amount": "1"}),
            ("projects/%s/milestones", {"rows-0-what": "写了很久的"}),
            ("funding/%s", {"2026_central": "写了很久的", "2034_own": "7"}),
            ("funding/%s", {"2026_central": "120000000", "note": "写了很久的"}),
        ],
    )
    def test_of_the_parts_of_a_project_taken_out_what_was_typed_comes_back(self, row, drafter, other, place, values):
        """Sent, or kept before and opened again; discarded, it leads to what is still there."""
        with make.acting("drafter", "ZF350200"):
            kept = row.projects.get(is_landmark=True)
        place = place % kept.pk
        url = f"/applications/{row.pk}/{place}/"
        first = drafter.get(url)
        assert first.status_code == 200
        typed = {"version": "0", "rows-TOTAL_FORMS": "1", "rows-INITIAL_FORMS": "0"} | values
        follow(other.post(f"/applications/{row.pk}/projects/{kept.pk}/remove/", {"confirm": "yes"}))
        seen = "120000000" if "note" in values else "写了很久的"
        answer = drafter.post(url, typed)
        assert answer.status_code == 409
        text = answer.content.decode()
        assert seen in text
        assert "Somebody took this out of the dossier meanwhile" in text
        assert drafter.get(url).status_code == 404
        drafter.post(f"/applications/{row.pk}/keep/", typed | {"place": place, "page": "a1", "typed": "1"})
        again = drafter.get(url)
        assert again.status_code == 409
        text, discard = again.content.decode(), f"/applications/{row.pk}/discard/{place}/"
        assert seen in text
        assert discard in text
        there = follow(drafter.post(discard, {"confirm": "yes"}))
        assert there == f"/applications/{row.pk}/{place.split('/')[0]}/"
        assert drafter.get(there).status_code == 200

    def test_money_of_a_project_taken_out_at_the_same_moment_is_refused(self, row):
        """The page found it, another hand took it out before the save had the lock."""
        with make.acting("drafter", "ZF350200") as by:
            mine = make.fresh(row)
            kept = mine.projects.get(is_landmark=True)
            make.projects.remove_project(by=by, project=mine.projects.get(pk=kept.pk))
            with pytest.raises(Stale) as refused:
                plan_project(by=by, application=mine, project=kept, amounts={}, version=mine.version)
        assert refused.value.code == "gone"

    def rows(self, row, drafter):
        """A row of each section, with what changes it."""
        base = f"/applications/{row.pk}/"
        risk = {"version": "0", "title": "设备迟到", "kind": "delivery", "likelihood": "2", "gravity": "2"}
        risk |= {"measure": "备选", "responsible": "工信局"}
        follow(drafter.post(f"{base}safety/risks/add/", risk))
        industry = {"version": row.version + 9, "industry": "C37", "share_of_output": "1"} | dict.fromkeys(
            REASONS, "有基础"
        )
        follow(drafter.post(f"{base}industries/add/", industry))
        own = {
            "version": row.version + 9,
            "name": "指标",
            "formula": "甲÷乙",
            "unit": "%",
            "baseline": "1",
            "goal": "2",
        }
        own |= {"year_2026": "1", "year_2027": "2"}
        follow(drafter.post(f"{base}targets/add/", own))
        with make.acting("drafter", "ZF350200"):
            rosters.fill(row, 1)
            mine = make.fresh(row)
            return {
                "projects": (mine.projects.get(is_landmark=True).pk, {"safety_record": "已核对"}),
                "safety/risks": (mine.risks.get(title="设备迟到").pk, {"measure": "另一家供货"}),
                "industries": (mine.industries.get(industry="C37").pk, {"why": "另一条理由"}),
                "targets": (mine.targets.get(name="指标").pk, {"goal": "3"}),
                "enterprises": (mine.enterprises.order_by("pk")[0].pk, {"name": "改名有限公司"}),
            }

    def test_what_is_taken_out_is_what_was_seen(self, row, drafter, other):
        """Somebody changed it after the page that asks was opened: it comes back, and says so."""
        for section, (pk, change) in self.rows(row, drafter).items():
            url = f"/applications/{row.pk}/{section}/{pk}/"
            ask = drafter.get(f"{url}remove/").context["form"]
            follow(other.post(url, read(other, url) | change))
            answer = drafter.post(f"{url}remove/", {"confirm": "yes", "version": ask["version"].value()})
            assert answer.status_code == 409, section
            assert "Somebody changed this after you opened this page" in answer.content.decode()
            assert drafter.get(url).status_code == 200
            again = {"confirm": "yes", "version": answer.context["form"]["version"].value()}
            follow(drafter.post(f"{url}remove/", again))
            assert drafter.get(url).status_code == 404

    def test_a_roster_that_changed_is_not_emptied_unseen(self, row, drafter, other):
        with make.acting("drafter", "ZF350200"):
            rosters.fill(row, 1)
            kept = make.fresh(row).enterprises.get()
        empty, one = f"/applications/{row.pk}/enterprises/empty/", f"/applications/{row.pk}/enterprises/{kept.pk}/"
        ask = drafter.get(empty).context["form"]
        follow(other.post(one, read(other, one) | {"name": "改名有限公司"}))
        answer = drafter.post(empty, {"confirm": "yes", "version": ask["version"].value()})
        assert answer.status_code == 409
        assert drafter.get(one).status_code == 200

    def test_base_is_no_secret_and_no_weapon(self, row, drafter, other):
        url = f"/applications/{row.pk}/basics/"
        second = read(other, url)
        follow(drafter.post(url, read(drafter, url) | {"summary": "甲的概述"}))
        for base in ("", "{", "[]", '{"summary": 7}'):
            assert other.post(url, second | {"summary": "乙", "base": base}).status_code == 409
        assert make.fresh(row).summary == "甲的概述"

    def test_base_names_every_field(self, row, drafter):
        form = drafter.get(f"/applications/{row.pk}/basics/").context["form"]
        assert base_of(form, form.initial).count(":") == len(form.fields) - 1
