"""Joint applicants: what they see, how two of them commit, what taking back does."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils.html import strip_tags
from django.utils.translation import override

from applications import canonical, queries, todo
from applications.domain import partners, parts, submission
from applications.enums import PartState
from applications.models import Application, Part, Partner
from portal.core import clock
from portal.core.errors import DomainError
from portal.notifications.models import Notice
from portal.programme.domain import reference
from portal.programme.models import CentralSOE
from tests import factories_applications as make
from tests import sealed
from tests.applications.browser import AMOUNT, follow
from tests.uploads import upload

pytestmark = pytest.mark.django_db


def seen(application: Application, role: str = "drafter", code: str = "ZF350200") -> Application:
    with make.acting(role, code):
        return Application.objects.get(pk=application.pk)


@pytest.fixture
def invited():
    """Xiamen's dossier; YQ001 and YQ002 are invited, YQ001 into the first project."""
    row = make.drafted(unit="350200", amount=AMOUNT)
    with make.acting("drafter", "ZF350200") as by:
        partners.tell(by=by, application=row, text="以汽车产业链为重点。", version=row.version)
        project = row.projects.order_by("pk")[0]
        for code, projects in (("YQ001", (project,)), ("YQ002", ())):
            what = partners.InviteInput(make.Organisation.objects.get(code=code), "参与改造", "implementer", projects)
            partners.invite_partner(by=by, application=row, what=what)
    return row


def test_what_ended_is_not_invited_though_the_page_still_offers_it(db):
    """The enterprise ended after the page was opened: who follows it is named, and can be invited."""
    row = make.drafted(unit="350200", amount=AMOUNT)
    with make.acting("system_admin", "YW") as by:
        ended, follows = (CentralSOE.objects.get(code=code) for code in ("YQ001", "YQ002"))
        yesterday = clock.today() - timedelta(days=1)
        what = reference.ChangeInput(ended.name_zh, ended.name_en, "国资委公告1号", yesterday, follows)
        reference.change_soe(by=by, soe=ended, what=what)
    with make.acting("drafter", "ZF350200") as by:
        body = make.Organisation.objects.get(code="YQ001")
        with pytest.raises(DomainError, match=follows.name_zh) as error:
            partners.invite_partner(by=by, application=row, what=partners.InviteInput(body, "x"))
        assert (error.value.code, error.value.field) == ("partner_has_ended", "organisation")
        body = make.Organisation.objects.get(code="YQ002")
        assert partners.invite_partner(by=by, application=row, what=partners.InviteInput(body, "x")).pk


def mine(code: str = "YQ001", role: str = "soe_officer") -> Partner:
    with make.acting(role, code):
        return Partner.objects.get(organisation__code=code)


def test_a_partner_that_declined_is_shown_with_its_reason_and_removed_from_the_list(invited, drafter):
    with make.acting("soe_officer", "YQ001") as by:
        parts.decline(by=by, partner=Partner.objects.get(organisation__code="YQ001"), why="本年度投资计划已安排完毕")
    page = drafter.get(f"/applications/{invited.pk}/partners/").content.decode()
    declined, waiting = page.split("</thead>")[1].split("</tr>")[:2]
    assert "Why it declined: 本年度投资计划已安排完毕" in declined
    assert re.search(r'data-label="Contribution"><span class="breaks">–', declined)
    assert "from the list" in declined
    assert "Withdraw" not in declined
    assert "Withdraw the invitation" in waiting
    assert "from the list" not in waiting
    url = f"/applications/{invited.pk}/partners/{seen_partner(invited, 'YQ001')}/withdraw/"
    asked = drafter.get(url).content.decode()
    assert "Remove from the list" in asked
    assert "Withdraw the invitation" not in asked
    done = drafter.get(follow(drafter.post(url, {"why": "另行邀请", "state": "declined"}))).content.decode()
    assert "It is removed from the list." in done
    assert "本年度投资计划" not in done


def seen_partner(row: Application, code: str) -> int:
    with make.acting("drafter", "ZF350200"):
        return Partner.objects.get(application=row.pk, organisation__code=code).pk


class TestPart:
    """A part is written by one person and confirmed by another; until then nobody else sees it."""

    def url(self, code: str = "YQ001") -> str:
        return f"/applications/parts/{mine(code).pk}/"

    def test_from_the_invitation_to_the_commitment(self, invited, client_as, drafter):
        one, two = (client_as(make.person("soe_officer", "YQ001", number)) for number in (1, 2))
        url = self.url()
        text = one.get(url).content.decode()
        assert "以汽车产业链为重点" in text
        assert "整车智能工厂" in text
        assert "电子元器件产业链改造" not in text  # a project it takes no part in
        project = queries_project(invited)
        form = {"version": 0, "contribution": "提供工艺", "amount": "30000000", f"project_{project}": "20000000"}
        form["letter"] = upload(sealed.sealed(), "承诺函.pdf")
        follow(one.post(f"{url}write/", form))
        for reader in (drafter,):
            shown = reader.get(f"/applications/{invited.pk}/partners/").content.decode()
            assert "提供工艺" not in shown
        assert "提供工艺" not in canonical.text(canonical.content(whole(invited)))
        assert "issuer not on the list" in one.get(url).content.decode()
        follow(one.post(f"{url}ask/", {"confirm": "yes"}))
        assert one.post(f"{url}write/", form | {"version": 1}).status_code == 422
        answer = one.post(f"{url}confirm/", {"version": 1, "agree": "on"})
        assert answer.status_code == 422
        assert "someone other than who asked" in answer.content.decode()
        assert "asks a second person to confirm" in two.get(url).content.decode()
        follow(two.post(f"{url}confirm/", {"version": 1, "agree": "on"}))
        shown = drafter.get(f"/applications/{invited.pk}/partners/").content.decode()
        assert "提供工艺" in shown
        part = next(row for row in canonical.content(whole(invited))["partners"] if row["state"] == "committed")
        assert part["projects"][0]["amount"] == "20000000.00"
        assert part["letter"]
        with make.acting("drafter", "ZF350200") as by:
            assert Notice.objects.filter(person=by.id, text_en__contains="has committed itself").exists()

    def test_the_desk_asks_whoever_can_do_something(self, invited, client_as):
        """Whoever asked waits; a colleague confirms; after the last second nobody is asked, nor offered a thing."""
        batch = make.open_batch()

        def lines(number: int = 1) -> list[str]:
            with make.acting("soe_officer", "YQ001", number) as by, override("en"):
                return [str(one.label) for one in todo.of_partner(by)]

        assert lines(1) == lines(2) == ["Answer the invitation of Xiamen"]
        with clock.at(batch.deadline + timedelta(seconds=1)):
            assert lines() == []
            assert "can be answered" in client_as(make.person("soe_officer", "YQ001")).get(self.url()).content.decode()
        make.written(invited, "YQ001")
        assert (lines(1), lines(2)) == ([], ["Confirm your organisation's part in the application of Xiamen"])

    def test_partners_do_not_see_each_other(self, invited, client_as):
        make.written(invited, "YQ001")
        other = client_as(make.person("soe_officer", "YQ002"))
        for name in ("", "write/", "letter/", "ask/", "confirm/", "send-back/", "decline/"):
            assert other.get(f"{self.url('YQ001')}{name}").status_code == 404
        assert "提供工艺与装备" not in other.get(self.url("YQ002")).content.decode()
        assert "YQ001" not in other.get(self.url("YQ002")).content.decode()

    def test_sent_back_with_a_reason_and_asked_again(self, invited, client_as):
        make.written(invited, "YQ001")
        two = client_as(make.person("soe_officer", "YQ001", 2))
        assert two.post(f"{self.url()}send-back/", {"why": " "}).status_code == 422
        follow(two.post(f"{self.url()}send-back/", {"why": "金额有误"}))
        assert "金额有误" in two.get(self.url()).content.decode()
        make.committed(invited, "YQ001", amount="10000000.00")
        assert mine().amount_committed == Decimal("10000000.00")

    @pytest.mark.parametrize(
        ("form", "field"),
        [
            ({"contribution": ""}, "contribution"),
            ({"contribution": "x", "amount": "-1"}, "amount"),
            ({"contribution": "x", "amount": "10", "project": "11"}, "amount"),
            ({"contribution": "x", "letter": b"<script>"}, "letter"),
        ],
    )
    def test_a_draft_that_is_refused_beside_the_field(self, invited, client_as, form, field):
        one = client_as(make.person("soe_officer", "YQ001"))
        form = {"version": 0} | form
        if "project" in form:
            form[f"project_{queries_project(invited)}"] = form.pop("project")
        if "letter" in form:
            form["letter"] = upload(form["letter"], "a.pdf")
        answer = one.post(f"{self.url()}write/", form)
        assert answer.status_code == 422
        assert field in answer.context["form"].errors
        with make.acting("soe_officer", "YQ001"):
            assert not Part.objects.exists()

    def test_a_colleague_was_faster(self, invited, client_as):
        one, two = (client_as(make.person("soe_officer", "YQ001", number)) for number in (1, 2))
        follow(one.post(f"{self.url()}write/", {"version": 0, "contribution": "甲"}))
        answer = two.post(f"{self.url()}write/", {"version": 0, "contribution": "乙"})
        assert answer.status_code == 409
        assert "乙" in answer.content.decode()
        assert "甲" in answer.content.decode()
        again = {"version": 1, "contribution": "乙", "settling": "contribution"}
        assert two.post(f"{self.url()}write/", again).status_code == 422
        follow(two.post(f"{self.url()}write/", again | {"choice-contribution": "mine"}))
        assert "乙" in one.get(self.url()).content.decode()

    def test_what_is_typed_stands_in_the_form_again_until_it_is_saved(self, invited, client_as, drafter):
        one, two = (client_as(make.person("soe_officer", "YQ001", number)) for number in (1, 2))
        url = f"{self.url()}write/"
        page = one.get(url).context["spot"].page
        typed = {"version": 0, "contribution": "打到一半", "amount": "三千万", "page": page}
        keep = typed | {"place": "part", "typed": "1"}
        answer = one.post(f"{url}keep/", keep)
        assert answer.status_code == 200
        assert "Typed text kept at" in answer.content.decode()
        assert "soe_officer YQ001 1 is changing this page too" in two.post(
            f"{url}keep/", {"place": "part", "page": "b2", "read": "0"}
        ).content.decode()  # fmt: skip
        again = one.get(url)
        assert "Your unsaved text stands in the form" in again.content.decode()
        assert [again.context["form"][name].value() for name in ("contribution", "amount")] == ["打到一半", "三千万"]
        assert two.get(url).context["kept"] is None
        with make.acting("soe_officer", "YQ001"):
            assert not Part.objects.exists()
        assert drafter.post(f"{url}keep/", keep).status_code == 404
        follow(one.post(url, typed | {"amount": "30000000"}))
        assert "not part of" not in one.post(f"{url}keep/", keep).content.decode()  # a late copy stays out
        assert one.get(url).context["kept"] is None
        newer = two.post(f"{url}keep/", {"place": "part", "page": "b2", "read": "0"}).content.decode()
        assert "soe_officer YQ001 1 saved a change" in newer

    def test_what_was_overtaken_does_not_come_back(self, invited, client_as):
        """A copy that was under way arrives after a newer one; the last of a page after what was typed on the next."""
        one, url = client_as(make.person("soe_officer", "YQ001")), f"{self.url()}write/"
        page = {"place": "part", "page": "a1", "typed": "1"}
        left = page | {"contribution": "后写的", "turn": "2", "left": "1"}
        assert one.post(f"{url}keep/", left).status_code == 201
        one.post(f"{url}keep/", page | {"contribution": "先写的", "turn": "1"})
        assert one.get(url).context["form"]["contribution"].value() == "后写的"
        again = page | {"page": "b2", "after": "a1", "contribution": "回来又写", "turn": "1"}
        one.post(f"{url}keep/", again)
        assert one.post(f"{url}keep/", left).status_code == 204
        assert one.get(url).context["form"]["contribution"].value() == "回来又写"

    def test_of_two_windows_each_text_stays_until_it_is_saved_or_discarded(self, invited, client_as):
        one, url = client_as(make.person("soe_officer", "YQ001")), f"{self.url()}write/"
        typed = {"place": "part", "typed": "1", "turn": "1"}
        for page, text in (("a1", "窗口一"), ("b2", "窗口二")):
            one.post(f"{url}keep/", typed | {"page": page, "contribution": text})
        assert one.get(url).context["form"]["contribution"].value() == "窗口二"
        one.post(f"{url}keep/", typed | {"page": "c3", "after": "b2", "contribution": "窗口二，接着写"})
        follow(one.post(url, {"version": 0, "contribution": "窗口二，接着写", "page": "c3", "after": "b2"}))
        again = one.get(url)
        assert again.context["form"]["contribution"].value() == "窗口一"
        answer = one.post(url, {"version": 0, "contribution": "窗口一", "page": "d4", "after": "a1"})
        assert answer.status_code == 409
        follow(one.post(f"{url}discard/", {"confirm": "yes"}))
        assert one.get(url).context["kept"] is None

    def test_kept_text_is_discarded_after_asking_and_a_closed_page_is_gone(self, invited, client_as):
        one, two = (client_as(make.person("soe_officer", "YQ001", number)) for number in (1, 2))
        url = f"{self.url()}write/"
        assert one.get(f"{url}discard/").status_code == 404
        one.post(f"{url}keep/", {"place": "part", "page": "a1", "contribution": "x", "typed": "1", "left": "1"})
        assert "too" not in two.post(f"{url}keep/", {"place": "part", "page": "b2"}).content.decode()
        assert "is lost" in one.get(f"{url}discard/").content.decode()
        follow(one.post(f"{url}discard/", {"confirm": "yes"}))
        assert one.get(url).context["kept"] is None
        assert one.post(f"{url}keep/", {"place": "../x", "page": "a1", "typed": "1"}).status_code == 422
        big = {"place": "part", "page": "c3", "contribution": "字" * 70_000, "typed": "1"}
        assert one.post(f"{url}keep/", big).status_code == 422

    def test_a_file_is_asked_for_again_when_the_form_comes_back(self, invited, client_as):
        one = client_as(make.person("soe_officer", "YQ001"))
        form = {"version": 0, "contribution": "", "letter": upload(sealed.sealed(), "承诺函.pdf")}
        answer = one.post(f"{self.url()}write/", form)
        assert answer.status_code == 422
        assert "Choose the file again" in str(answer.context["form"].errors["letter"])

    def test_without_letter_no_enterprise_asks(self, invited, client_as):
        one = client_as(make.person("soe_officer", "YQ001"))
        follow(one.post(f"{self.url()}write/", {"version": 0, "contribution": "甲"}))
        answer = one.post(f"{self.url()}ask/", {"confirm": "yes"})
        assert answer.status_code == 422
        assert "letter" in answer.content.decode()

    def test_what_was_changed_after_it_was_read_is_not_confirmed(self, invited):
        make.written(invited, "YQ001")
        with make.acting("soe_officer", "YQ001", 2) as by, pytest.raises(DomainError) as caught:
            parts.confirm(by=by, partner=Partner.objects.get(), version=0)
        assert caught.value.code == "changed_meanwhile"

    def test_the_unit_withdraws_and_all_of_it_goes(self, invited, drafter):
        make.committed(invited, "YQ001")
        part = mine()
        url = f"/applications/{invited.pk}/partners/{part.pk}/withdraw/"
        follow(drafter.post(url, {"why": "调整方案", "confirm": "yes"}))
        with make.acting("soe_officer", "YQ001") as by:
            assert not Part.objects.exists()
            assert not Partner.objects.exists()
            assert Notice.objects.filter(person=by.id, text_zh__contains="调整方案").exists()

    def test_a_partner_that_answered_meanwhile_is_not_withdrawn_unread(self, invited, drafter):
        part = mine()
        url = f"/applications/{invited.pk}/partners/{part.pk}/withdraw/"
        state = drafter.get(url).context["form"]["state"].value()
        make.committed(invited, "YQ001")
        answer = drafter.post(url, {"why": "调整方案", "confirm": "yes", "state": state})
        assert answer.status_code == 409
        assert "Somebody changed this after you opened this page" in answer.content.decode()
        again = answer.context["form"]
        assert again["why"].value() == "调整方案"
        follow(drafter.post(url, {"why": "调整方案", "confirm": "yes", "state": again["state"].value()}))

    def test_what_is_asked_is_said_anew_by_one_at_a_time(self, invited, drafter, client_as):
        part, other = mine(), client_as(make.person("drafter", "ZF350200", 2))
        url = f"/applications/{invited.pk}/partners/{part.pk}/"
        form = drafter.get(url).context["form"]
        said = {"role": form["role"].value(), "version": form["version"].value(), "projects": form["projects"].value()}
        follow(other.post(url, said | {"task": "请提供首台套设备"}))
        answer = drafter.post(url, said | {"task": "请提供贷款担保"})
        assert answer.status_code == 409
        text = strip_tags(answer.content.decode())
        assert "首台套" in text
        assert "贷款担保" in text
        again = said | {"task": "请提供贷款担保", "settling": "task", "choice-task": "mine"}
        follow(drafter.post(url, again | {"version": answer.context["form"]["version"].value()}))
        follow(other.post(f"{url}withdraw/", {"why": "调整方案"}))
        answer = drafter.post(url, said | {"task": "写了很久的要求"})
        assert answer.status_code == 409
        assert "写了很久的要求" in answer.content.decode()

    def test_a_project_with_partners_is_not_taken_out(self, invited, drafter):
        project = queries_project(invited)
        answer = drafter.post(f"/applications/{invited.pk}/projects/{project}/remove/", {"confirm": "yes"})
        assert answer.status_code == 422

    @pytest.mark.parametrize("size", [1, 6])
    def test_pages_cost_the_same_at_any_size(self, client_as, drafter, budget, size):
        row = make.drafted(unit="350200", amount=AMOUNT)
        with make.acting("drafter", "ZF350200") as by:
            chosen = tuple(row.projects.all())
            for number in range(1, size + 1):
                body = make.Organisation.objects.get(code=f"YQ{number:03}")
                what = partners.InviteInput(body, "参与", "implementer", chosen)
                partners.invite_partner(by=by, application=row, what=what)
        make.written(row, "YQ001")
        client = client_as(make.person("soe_officer", "YQ001", 2))
        client.get("/desk/"), drafter.get("/desk/")
        with budget(12):
            assert drafter.get(f"/applications/{row.pk}/partners/").status_code == 200
        url = self.url()
        for name, most in {"": 7, "write/": 8, "confirm/": 8}.items():
            with budget(most):
                assert client.get(f"{url}{name}").status_code == 200, name


def queries_project(application: Application) -> int:
    with make.acting("drafter", "ZF350200"):
        return application.projects.order_by("pk")[0].pk


def whole(application: Application, code: str = "ZF350200") -> Application:
    with make.acting("drafter", code):
        return queries.whole(application)


class TestTakingBack:
    """A commitment taken back before the submission opens the sign-off again."""

    def test_the_dossier_is_open_again_and_says_why(self, client_as, drafter):
        row = make.awaiting(unit="350200", amount=AMOUNT, soes=("YQ001", "YQ002"))
        client = client_as(make.person("soe_officer", "YQ001"))
        url = f"/applications/parts/{mine().pk}/"
        assert "that is off then" in client.get(f"{url}reconsider/").content.decode()
        assert client.post(f"{url}reconsider/", {"why": ""}).status_code == 422
        follow(client.post(f"{url}reconsider/", {"why": "集团决策调整"}))
        now = seen(row)
        assert now.state == "draft"
        assert mine().state == "invited"
        assert mine("YQ002").state == "committed"
        with make.acting("signatory", "ZF350200") as by:
            assert queries.open_sign_off(now) is None
            with pytest.raises(DomainError):
                submission.submit(by=by, application=now, sha256="0" * 64)
        assert "集团决策调整" in drafter.get(f"/applications/{row.pk}/").content.decode()
        with make.acting("soe_officer", "YQ001"):
            part = Part.objects.get()
        assert (part.state, part.confirmed_by_id) == (PartState.DRAFT, None)
        make.committed(row, "YQ001")
        with make.acting("drafter", "ZF350200") as by:
            submission.request_sign_off(by=by, application=seen(row))
        make.sign(row)
        assert seen(row).state == "with_province"

    def test_after_the_submission_it_stays(self):
        make.submitted(unit="350200", amount=AMOUNT, soes=("YQ001",))
        with make.acting("soe_officer", "YQ001") as by, pytest.raises(DomainError):
            parts.reconsider(by=by, partner=Partner.objects.get(), why="x")
        assert mine().state == "committed"


class TestLimit:
    """As often as the rules allow in a batch."""

    @pytest.fixture
    def limited(self):
        from portal.programme.models import RuleSet

        with make.acting("officer", "MIIT"):
            rules = RuleSet.objects.get(version="2026.1")
            rules.pk, rules.version, rules.soe_max, rules.frozen_at = None, "2026.9", 1, None
            rules.save()
        return make.open_batch(9, rules="2026.9")

    def test_the_second_commitment_is_refused_in_words(self, limited, client_as):
        rows = [make.begun(unit=unit, batch=limited) for unit in ("350200", "350100")]
        for row in rows:
            with make.acting("drafter", f"ZF{row.unit_id}") as by:
                body = make.Organisation.objects.get(code="YQ001")
                what = partners.InviteInput(body, "参与")
                partners.invite_partner(by=by, application=row, what=what)
            make.written(row, "YQ001")
        make.confirmed(rows[0], "YQ001")
        client = client_as(make.person("soe_officer", "YQ001", 2))
        listed = client.get("/applications/parts/").content.decode()
        assert "used up" in listed
        with make.acting("soe_officer", "YQ001"):
            second = Partner.objects.get(application=rows[1].pk)
        answer = client.post(f"/applications/parts/{second.pk}/confirm/", {"version": 1, "agree": "on"})
        assert answer.status_code == 422
        assert "as often as the rules" in answer.content.decode()
        with make.acting("soe_officer", "YQ001") as by:
            assert Partner.objects.get(pk=second.pk).state == "invited"
            (found,) = queries.commitments(by)
            assert (found.invited, found.committed, found.most) == (2, 1, 1)
