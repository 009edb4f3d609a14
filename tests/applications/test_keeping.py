"""What is typed and not saved: kept, shown again, gone once saved or discarded, never in another's place."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from applications.journey import TITLES
from applications.models import Unsaved
from tests import factories_applications as make
from tests.applications.browser import AMOUNT, PAGE, follow, project, read

pytestmark = pytest.mark.django_db


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


def test_who_asks_for_the_signature_is_told_what_is_not_saved(row, drafter, other):
    drafter.post(f"/applications/{row.pk}/keep/", PAGE | {"summary": "x", "typed": "1"})
    other.post(f"/applications/{row.pk}/keep/", PAGE | {"place": "projects/add", "name": "y", "typed": "1"})
    text = drafter.get(f"/applications/{row.pk}/sign-off/request/").content.decode()
    with override("en"):
        assert f"You have text on “{TITLES['basics']}” that is not saved" in text
    assert "drafter ZF350200 2 is changing “Projects” just now" in text
    page = drafter.get(f"/applications/{row.pk}/").content.decode()
    assert "drafter ZF350200 2 is in the dossier now: Projects" in page
