"""Working together: text kept while it is typed, who is here, both texts of a conflict to choose from, comments."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils.html import strip_tags
from django.utils.translation import override

from applications.domain.funding import plan_project
from applications.forms.conflict import base_of
from applications.journey import TITLES
from applications.models import Comment, Presence, Unsaved
from applications.queries.together import Colleagues
from applications.templatetags.together import comment_text
from portal.accounts.models import User
from portal.api.models import Repeatable
from portal.core import clock
from portal.core.errors import Stale
from portal.notifications.models import Notice
from tests import factories_applications as make
from tests import factories_roster as rosters
from tests.applications.browser import AMOUNT, follow, project

pytestmark = pytest.mark.django_db
PAGE = {"place": "basics", "page": "a1"}
REASONS = ("why", "concentration", "strategy", "local_base")


@pytest.fixture
def row(db):
    return make.drafted(unit="350200", amount=AMOUNT)


@pytest.fixture
def other(client_as):
    return client_as(make.person("drafter", "ZF350200", 2))


def read(client, url):
    """What a browser would send of the form as it is shown."""
    form = client.get(url).context
    data = {field.html_name: field.value() for field in form["form"]}
    data = {
        name: str(value) for name, value in data.items() if value is not None and value is not False and value != ""
    }
    return data | {"base": form["base"], "page": form["spot"].page}


class TestKeeping:
    """What is typed and not saved is kept for the person alone, shown again, and gone once saved or discarded."""

    def test_typed_text_stands_in_the_form_again_and_not_in_the_dossier(self, row, drafter, other):
        url = f"/applications/{row.pk}/basics/"
        data = read(drafter, url) | PAGE | {"summary": "打到一半", "amount_asked": "一亿", "typed": "1"}
        answer = drafter.post(f"/applications/{row.pk}/keep/", data)
        assert answer.status_code == 200
        assert "Typed text kept at" in answer.content.decode()
        page = drafter.get(url)
        assert page.context["form"]["summary"].value() == "打到一半"
        assert page.context["form"]["amount_asked"].value() == "一亿"
        assert "Your unsaved text stands in the form" in page.content.decode()
        assert other.get(url).context["form"]["summary"].value() == row.summary
        assert make.fresh(row).summary == row.summary
        assert make.fresh(row).version == row.version

    def test_saved_it_is_gone_also_when_a_late_copy_comes(self, row, drafter):
        url = f"/applications/{row.pk}/basics/"
        data = read(drafter, url) | {"summary": "新概述"}
        kept = data | {"place": "basics", "typed": "1"}
        drafter.post(f"/applications/{row.pk}/keep/", kept)
        follow(drafter.post(url, data))
        drafter.post(f"/applications/{row.pk}/keep/", kept)
        page = drafter.get(url)
        assert page.context["kept"] is None
        assert make.fresh(row).summary == "新概述"

    def test_saved_at_once_it_stays_gone_when_a_copy_was_under_way(self, row, drafter):
        """Typed and saved within a moment: nothing was kept before, the copy arrives after the save."""
        url = f"/applications/{row.pk}/basics/"
        data = read(drafter, url) | {"summary": "新概述"}
        follow(drafter.post(url, data))
        late = drafter.post(f"/applications/{row.pk}/keep/", data | {"place": "basics", "typed": "1"})
        assert late.status_code == 200
        assert "kept at" not in late.content.decode()
        assert drafter.get(url).context["kept"] is None

    def test_an_older_copy_does_not_take_the_place_of_a_newer_one(self, row, drafter):
        url = f"/applications/{row.pk}/keep/"
        newer = PAGE | {"summary": "后写的", "typed": "1", "turn": "2", "left": "1"}
        assert drafter.post(url, newer).status_code == 201
        drafter.post(url, PAGE | {"summary": "先写的", "typed": "1", "turn": "1"})
        assert drafter.get(f"/applications/{row.pk}/basics/").context["form"]["summary"].value() == "后写的"
        assert drafter.post(url, newer).status_code == 201  # brought once more
        for wrong in ("", "x", "9" * 30):
            assert drafter.post(url, newer | {"turn": wrong}).status_code == 204

    def test_last_words_of_an_earlier_opening_do_not_take_the_place_of_what_was_typed_after_it(self, row, drafter):
        url, page = f"/applications/{row.pk}/keep/", f"/applications/{row.pk}/basics/"
        drafter.post(url, PAGE | {"summary": "甲", "typed": "1", "turn": "1"})
        after = drafter.get(page).context["kept"].page
        assert f'name="after" value="{after}"' in drafter.get(page).content.decode()
        drafter.post(url, PAGE | {"page": "b2", "after": after, "summary": "甲乙", "typed": "1", "turn": "1"})
        late = PAGE | {"summary": "甲", "typed": "1", "turn": "2", "left": "1"}
        assert drafter.post(url, late).status_code == 204
        assert drafter.get(page).context["form"]["summary"].value() == "甲乙"

    def test_of_two_windows_neither_text_takes_the_place_of_the_other_unseen(self, row, drafter):
        """The second is told that it is not kept; saved, it meets the first as a conflict, as a colleague's would."""
        url, page = f"/applications/{row.pk}/keep/", f"/applications/{row.pk}/basics/"
        one, two = read(drafter, page), read(drafter, page)
        typed = {"place": "basics", "typed": "1", "turn": "1"}
        assert "kept at" in drafter.post(url, one | typed | {"summary": "窗口一"}).content.decode()
        refused = drafter.post(url, two | typed | {"summary": "窗口二"}).content.decode()
        assert "in another window you typed something else here" in refused
        assert "kept at" not in refused
        assert drafter.post(url, two | typed | {"summary": "窗口二", "left": "1"}).status_code == 204
        assert "kept at" in drafter.post(url, one | typed | {"summary": "窗口一又写", "turn": "2"}).content.decode()
        follow(drafter.post(page, two | {"summary": "窗口二"}))
        assert make.fresh(row).summary == "窗口二"
        drafter.post(url, two | typed | {"summary": "窗口二"})  # a late copy
        again = drafter.get(page)
        assert again.context["form"]["summary"].value() == "窗口一又写"
        answer = drafter.post(page, read(drafter, page) | {"after": one["page"]})
        assert answer.status_code == 409
        assert make.fresh(row).summary == "窗口二"
        follow(drafter.post(f"/applications/{row.pk}/discard/basics/", {"confirm": "yes"}))
        assert drafter.get(page).context["kept"] is None

    def test_a_form_that_came_back_goes_on_from_the_kept_text_it_began_with(self, row, drafter):
        url, page = f"/applications/{row.pk}/keep/", f"/applications/{row.pk}/basics/"
        drafter.post(url, PAGE | {"summary": "甲", "typed": "1", "turn": "1"})
        answer = drafter.post(page, read(drafter, page) | {"page": "b2", "after": "a1", "amount_asked": "x"})
        assert answer.status_code == 422
        assert 'name="after" value="a1"' in answer.content.decode()
        typed = PAGE | {"page": "b2", "after": "a1", "summary": "甲乙", "typed": "1", "turn": "1"}
        assert "kept at" in drafter.post(url, typed).content.decode()

    def test_a_row_that_is_added_and_one_that_is_changed_are_two_places(self, row, drafter):
        with make.acting("drafter", "ZF350200"):
            kept = row.projects.get(is_landmark=True)
        for place, name in [("projects/add", "新项目"), (f"projects/{kept.pk}", "改名")]:
            data = project(name=name) | {"place": place, "page": "b2", "typed": "1"}
            assert drafter.post(f"/applications/{row.pk}/keep/", data).status_code == 200
        add = drafter.get(f"/applications/{row.pk}/projects/add/").context["form"]
        change = drafter.get(f"/applications/{row.pk}/projects/{kept.pk}/").context["form"]
        assert (add["name"].value(), change["name"].value()) == ("新项目", "改名")
        assert add["is_landmark"].value() is True

    def test_an_industry_chosen_by_search_stands_in_the_form_beside_what_was_typed(self, row, drafter):
        """Typed first, then looked for: the choice is the later word, until another one is made on its page."""
        add, keep = f"/applications/{row.pk}/industries/add/", f"/applications/{row.pk}/keep/"
        typed = {"place": "industries/add", "typed": "1", "version": row.version, "why": "有基础"}
        drafter.post(keep, typed | {"page": "a1", "industry": ""})
        page = drafter.get(f"{add}?industry=C36")
        form = page.context["form"]
        assert (form["industry"].value(), form["why"].value()) == ("C36", "有基础")
        assert 'name="chosen" value="C36"' in page.content.decode()
        drafter.post(keep, typed | {"page": "b2", "after": "a1", "industry": "C37", "chosen": "C36"})
        assert drafter.get(f"{add}?industry=C36").context["form"]["industry"].value() == "C37"
        assert drafter.get(f"{add}?industry=C35").context["form"]["industry"].value() == "C35"
        assert drafter.get(add).context["form"]["industry"].value() == "C37"

    def test_discarded_after_asking(self, row, drafter):
        drafter.post(f"/applications/{row.pk}/keep/", PAGE | {"summary": "x", "typed": "1"})
        url = f"/applications/{row.pk}/discard/basics/"
        assert "is lost" in drafter.get(url).content.decode()
        assert follow(drafter.post(url, {"confirm": "yes"})) == f"/applications/{row.pk}/basics/"
        assert drafter.get(f"/applications/{row.pk}/basics/").context["kept"] is None
        assert drafter.get(url).status_code == 404

    @pytest.mark.parametrize("place", ["", "../x", "basics/../../7", "x" * 90, "BASICS"])
    def test_another_place_is_refused_and_nothing_kept(self, row, drafter, place):
        answer = drafter.post(f"/applications/{row.pk}/keep/", {"place": place, "page": "a", "typed": "1"})
        assert answer.status_code == 422
        with make.acting("drafter", "ZF350200"):
            assert Unsaved.objects.count() == 0

    def test_a_sign_that_no_text_holds_is_left_out(self, row, drafter):
        answer = drafter.post(f"/applications/{row.pk}/keep/", PAGE | {"summary": "甲\0乙", "x\0": "1", "typed": "1"})
        assert "kept at" in answer.content.decode()
        assert drafter.get(f"/applications/{row.pk}/basics/").context["form"]["summary"].value() == "甲乙"

    def test_more_than_a_form_can_hold_is_refused(self, row, drafter):
        big = PAGE | {"summary": "字" * 700_000, "typed": "1"}
        assert drafter.post(f"/applications/{row.pk}/keep/", big).status_code == 422
        with make.acting("drafter", "ZF350200"):
            assert Unsaved.objects.count() == 0

    def test_a_frozen_dossier_keeps_nothing(self, drafter):
        frozen = make.awaiting(unit="350200", amount=AMOUNT)
        answer = drafter.post(f"/applications/{frozen.pk}/keep/", PAGE | {"typed": "1"})
        assert answer.status_code == 403

    def test_what_was_typed_into_a_dossier_that_froze_meanwhile_comes_back(self, drafter):
        frozen = make.awaiting(unit="350200", amount=AMOUNT)
        answer = drafter.post(f"/applications/{frozen.pk}/basics/", {"summary": "同事已提请签批时还在写的概述"})
        assert answer.status_code == 403
        assert "同事已提请签批时还在写的概述" in answer.content.decode()

    def test_costs_the_same_each_time(self, row, drafter, budget):
        drafter.post(f"/applications/{row.pk}/keep/", PAGE | {"typed": "1", "summary": "x"})
        with budget(9):
            drafter.post(f"/applications/{row.pk}/keep/", PAGE | {"typed": "1", "summary": "y"})


class TestPresence:
    """People on one page see each other; who left or fell silent is gone."""

    def test_two_people_and_two_windows(self, row, drafter, other):
        url = f"/applications/{row.pk}/keep/"
        assert "open too" not in drafter.post(url, PAGE).content.decode()
        assert "drafter ZF350200 1 has this page open too" in other.post(url, PAGE).content.decode()
        typing = other.post(url, PAGE | {"typed": "1", "summary": "x"})
        assert typing.status_code == 200
        assert "drafter ZF350200 2 is changing this page too" in drafter.post(url, PAGE).content.decode()
        twice = drafter.post(url, PAGE | {"page": "a2"}).content.decode()
        assert "another window" in twice
        elsewhere = drafter.post(url, PAGE | {"place": "targets"}).content.decode()
        assert "open too" not in elsewhere

    def test_who_leaves_is_gone(self, row, drafter, other):
        url = f"/applications/{row.pk}/keep/"
        drafter.post(url, PAGE)
        assert drafter.post(url, PAGE | {"left": "1"}).status_code == 204
        assert "open too" not in other.post(url, PAGE).content.decode()

    def test_who_is_silent_is_gone(self, row, drafter, other):
        url = f"/applications/{row.pk}/keep/"
        drafter.post(url, PAGE)
        with make.acting("drafter", "ZF350200"):
            Presence.objects.update(seen_at=make.clock.now() - make.timedelta(seconds=40))
        assert "open too" not in other.post(url, PAGE).content.decode()

    def test_a_save_meanwhile_is_said(self, row, drafter, other):
        before = PAGE | {"read": str(row.version)}
        follow(
            other.post(f"/applications/{row.pk}/basics/", {"title": "甲", "amount_asked": "1", "version": row.version})
        )
        answer = drafter.post(f"/applications/{row.pk}/keep/", before).content.decode()
        assert "drafter ZF350200 2 saved a change of this section" in answer

    @pytest.mark.parametrize("part", ["", "/milestones"])
    def test_a_save_of_another_row_is_none_of_this_page(self, row, drafter, other, part):
        """A project has a version of its own: only who changed that one is announced."""
        with make.acting("drafter", "ZF350200"):
            one, two = row.projects.order_by("pk")[:2]
        here = PAGE | {"place": f"projects/{one.pk}{part}", "read": str(one.version)}

        def save(kept) -> str:
            url = f"/applications/{row.pk}/projects/{kept.pk}/"
            follow(other.post(url, read(other, url) | {"safety_record": "已核对"}))
            return drafter.post(f"/applications/{row.pk}/keep/", here).content.decode()

        assert "saved a change" not in save(two)
        added = PAGE | {"place": "projects/add", "read": "0"}
        assert "saved a change" not in drafter.post(f"/applications/{row.pk}/keep/", added).content.decode()
        assert "drafter ZF350200 2 saved a change of this section" in save(one)


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


class TestSentTwice:
    """A second click on a form that is on its way, or the same form sent again later, adds no second row."""

    def send(self, client, row, token, text="请核对", **more):
        data = {"section": "basics", "text": text, "csrfmiddlewaretoken": token}
        return client.post(f"/applications/{row.pk}/comments/write/", data, **more)

    def count(self):
        with make.acting("drafter", "ZF350200"):
            return Comment.objects.count()

    def token(self, client, row):
        found = client.get(f"/applications/{row.pk}/comments/").content.decode()
        return re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', found)[-1]

    def test_the_same_form_adds_one_row_and_says_so(self, row, drafter):
        token = self.token(drafter, row)
        assert token != self.token(drafter, row)  # what tells one opening of the form from another
        first, again = self.send(drafter, row, token), self.send(drafter, row, token)
        assert follow(first) == follow(again)
        assert self.count() == 1
        assert "done once, not twice" in drafter.get(again["Location"]).content.decode()
        follow(self.send(drafter, row, self.token(drafter, row)))  # opened anew it is meant
        follow(self.send(drafter, row, token, "另一项"))  # the same opening, filled in otherwise
        assert self.count() == 3
        with clock.at(clock.now() + timedelta(minutes=16)):
            follow(self.send(drafter, row, token))
        assert self.count() == 4

    def test_what_was_refused_may_be_sent_again(self, row, drafter):
        token = self.token(drafter, row)
        for _time in range(2):
            assert self.send(drafter, row, token, "字" * 2001).status_code == 422
        with make.acting("drafter", "ZF350200"):
            assert Repeatable.objects.count() == 0
        follow(self.send(drafter, row, token))
        assert self.count() == 1

    def test_what_scripts_send_is_asked_each_time(self, row, drafter):
        token = self.token(drafter, row)
        ways = ({"X-Requested-With": "fetch"}, {"Sec-Fetch-Mode": "cors"}, {"HX-Request": "true"})
        for number, headers in enumerate(ways):
            for _time in range(2):
                follow(self.send(drafter, row, token, headers=headers))
            assert self.count() == 2 * number + 2


class TestComments:
    """Colleagues comment on a section, name each other, answer, resolve."""

    def write(self, client, row, text, /, **more):
        return client.post(f"/applications/{row.pk}/comments/write/", {"section": "basics", "text": text} | more)

    def test_named_answered_and_resolved(self, row, drafter, other):
        me, colleague = make.person("drafter", "ZF350200"), make.person("drafter", "ZF350200", 2)
        there = follow(
            self.write(drafter, row, f"请 @{colleague.name} 核对电话", next=f"/applications/{row.pk}/basics/")
        )
        assert there.startswith(f"/applications/{row.pk}/basics/#comment-")
        with make.acting("drafter", "ZF350200", 2):
            letter = Notice.objects.get()
            thread = Comment.objects.get()
        assert thread.mentions == [colleague.pk]
        assert "请" in letter.text_en
        assert letter.url.endswith(f"#comment-{thread.pk}")
        page = other.get(letter.url)
        assert f'<b class="mention">@{colleague.name}</b>' in page.content.decode()
        follow(self.write(other, row, "已核对", thread=thread.pk))
        with make.acting("drafter", "ZF350200"):
            assert Notice.objects.get().person_id == me.pk
        follow(other.post(f"/applications/{row.pk}/comments/{thread.pk}/resolve/"))
        with make.acting("drafter", "ZF350200"):
            assert Comment.objects.get(thread=None).resolved_by_id == colleague.pk
        assert "1 resolved thread" in drafter.get(f"/applications/{row.pk}/basics/").content.decode()
        follow(drafter.post(f"/applications/{row.pk}/comments/{thread.pk}/resolve/", {"reopen": "1"}))
        with make.acting("drafter", "ZF350200"):
            assert Comment.objects.get(thread=None).resolved_at is None

    def test_of_two_who_share_a_name_one_is_meant_by_the_address(self):
        wang, other, zhang = [
            User(pk=number, name=name, email=f"{number}@demo.invalid")
            for number, name in ((2, "王伟"), (3, "王伟"), (4, "张敏"))
        ]
        people = Colleagues([wang, other, zhang])
        assert people.labels == {2: "王伟(2@demo.invalid)", 3: "王伟(3@demo.invalid)", 4: "张敏"}
        assert people.named("请 @王伟(3@demo.invalid) 与 @张敏 看") == [other, zhang]
        assert people.named("@王伟") == [wang, other]
        assert comment_text(Comment(text="@王伟(3@demo.invalid)！"), people.names).count("(3@demo.invalid)</b>") == 1

    def test_the_longer_of_two_names_is_meant(self, row, drafter):
        people = [make.person("drafter", "ZF350200", number) for number in (1, 11)]
        follow(self.write(drafter, row, f"@{people[1].name}，请看"))
        with make.acting("drafter", "ZF350200"):
            assert Comment.objects.get().mentions == [people[1].pk]

    def test_the_signatory_comments_also_on_a_frozen_dossier(self, signatory):
        frozen = make.awaiting(unit="350200", amount=AMOUNT)
        follow(self.write(signatory, frozen, "金额请再核"))
        assert "金额请再核" in signatory.get(f"/applications/{frozen.pk}/comments/").content.decode()

    @pytest.mark.parametrize("change", [{"text": "  "}, {"text": "字" * 2001}, {"section": "nowhere"}])
    def test_what_is_wrong_is_said_and_not_lost(self, row, drafter, change):
        answer = self.write(drafter, row, "好", **change)
        assert answer.status_code == 422
        with make.acting("drafter", "ZF350200"):
            assert Comment.objects.count() == 0

    def test_markup_stays_text(self, row, drafter):
        follow(self.write(drafter, row, "<script>alert(1)</script>\n第二行"))
        text = drafter.get(f"/applications/{row.pk}/basics/").content.decode()
        assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>第二行" in text

    def test_an_answer_stays_in_its_section(self, row, drafter):
        follow(self.write(drafter, row, "一"))
        with make.acting("drafter", "ZF350200"):
            thread = Comment.objects.get()
        answer = self.write(drafter, row, "二", section="targets", thread=thread.pk)
        assert answer.status_code == 422

    @pytest.mark.parametrize("size", [1, 15])
    def test_page_costs_the_same_at_any_size(self, row, drafter, budget, size):
        for number in range(size):
            follow(self.write(drafter, row, f"第{number}条"))
        with budget(9):
            page = drafter.get(f"/applications/{row.pk}/comments/")
        assert page.content.decode().count('class="thread"') == size
        with budget(10):
            drafter.get(f"/applications/{row.pk}/basics/")


def test_who_asks_for_the_signature_is_told_what_is_not_saved(row, drafter, other):
    drafter.post(f"/applications/{row.pk}/keep/", PAGE | {"summary": "x", "typed": "1"})
    other.post(f"/applications/{row.pk}/keep/", PAGE | {"place": "projects/add", "name": "y", "typed": "1"})
    text = drafter.get(f"/applications/{row.pk}/sign-off/request/").content.decode()
    with override("en"):
        assert f"You have text on “{TITLES['basics']}” that is not saved" in text
    assert "drafter ZF350200 2 is changing “Projects” just now" in text
    page = drafter.get(f"/applications/{row.pk}/").content.decode()
    assert "drafter ZF350200 2 is in the dossier now: Projects" in page
