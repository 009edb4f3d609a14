"""Working together: who is here, and comments on sections."""

from __future__ import annotations

import pytest

from applications.models import Comment, Presence
from applications.queries.together import Colleagues
from applications.templatetags.together import comment_text
from portal.accounts.models import User
from portal.notifications.models import Notice
from tests import factories_applications as make
from tests.applications.browser import AMOUNT, PAGE, follow, read

pytestmark = pytest.mark.django_db


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
