"""Two districts of a municipality as one applicant: joined, signed by both, left."""

from __future__ import annotations

import pytest

from applications import queries
from applications.domain import pairs, partners, parts, submission
from applications.models import Application, CoSignature, Partner
from portal.core.errors import DomainError
from portal.notifications.models import Notice
from tests import factories_applications as make
from tests.applications.browser import AMOUNT, follow

pytestmark = pytest.mark.django_db
CHAOYANG, HAIDIAN, FENGTAI = "110105", "110108", "110106"


def seen(application: Application, role: str = "drafter", code: str = "ZF350200") -> Application:
    with make.acting(role, code):
        return Application.objects.get(pk=application.pk)


def whole(application: Application, code: str = "ZF350200") -> Application:
    with make.acting("drafter", code):
        return queries.whole(application)


class TestDistricts:
    """Two districts of Beijing."""

    @pytest.fixture
    def asked(self):
        """Chaoyang's dossier; Haidian is invited."""
        row = make.drafted(unit=CHAOYANG, amount=AMOUNT)
        with make.acting("drafter", f"ZF{CHAOYANG}") as by:
            body = make.Organisation.objects.get(code=f"ZF{HAIDIAN}")
            partners.invite_partner(by=by, application=row, what=partners.InviteInput(body, "两区联合申报"))
        return row

    def joined(self, row: Application) -> Application:
        make.written(row, f"ZF{HAIDIAN}", role="drafter", amount="0.00")
        make.confirmed(row, f"ZF{HAIDIAN}", role="signatory", number=1)
        return seen(row, "drafter", f"ZF{CHAOYANG}")

    def test_the_dossier_becomes_that_of_both(self, asked, client_as):
        second = client_as(make.person("drafter", f"ZF{HAIDIAN}"))
        assert second.get(f"/applications/{asked.pk}/").status_code == 404
        row = self.joined(asked)
        assert row.unit_id == f"{CHAOYANG}+{HAIDIAN}"
        for code in (CHAOYANG, HAIDIAN):
            client = client_as(make.person("drafter", f"ZF{code}"))
            assert client.get(f"/applications/{asked.pk}/basics/").status_code == 200
            assert client.get("/applications/").context["table"].page.paginator.count == 1
        third = client_as(make.person("drafter", f"ZF{FENGTAI}"))
        assert third.get(f"/applications/{asked.pk}/").status_code == 404

    def test_both_sign(self, asked, client_as):
        row = self.joined(asked)
        with make.acting("drafter", f"ZF{HAIDIAN}") as by:
            submission.request_sign_off(by=by, application=Application.objects.get(pk=row.pk))
        first, second = (client_as(make.person("signatory", f"ZF{code}")) for code in (CHAOYANG, HAIDIAN))
        url = f"/applications/{row.pk}/sign-off/"
        page = first.get(url)
        assert "Both districts sign" in page.content.decode()
        form = {"sha256": page.context["digest"], "agree": "on"}
        follow(first.post(url, form))
        assert seen(row, "drafter", f"ZF{CHAOYANG}").state == "awaiting_sign_off"
        asks = [url in client.get("/desk/").content.decode() for client in (first, second)]
        assert asks == [False, True], "the district that has signed waits for the other"
        again = first.post(url, form)
        assert again.status_code == 422
        assert "other one signs next" in again.content.decode()
        follow(second.post(url, form))
        assert seen(row, "drafter", f"ZF{CHAOYANG}").state == "with_province"
        with make.acting("provincial_officer", "GX110000"):
            assert CoSignature.objects.count() == 1

    def test_one_signature_submits_nothing(self, asked):
        row = self.joined(asked)
        with make.acting("drafter", f"ZF{HAIDIAN}") as by:
            signed = submission.request_sign_off(by=by, application=Application.objects.get(pk=row.pk))
        with make.acting("signatory", f"ZF{CHAOYANG}") as by, pytest.raises(DomainError) as caught:
            submission.submit(by=by, application=Application.objects.get(pk=row.pk), sha256=signed.content_sha256)
        assert caught.value.code == "snapshot_needs_both_districts"
        with make.acting("drafter", f"ZF{CHAOYANG}") as by:
            assert pairs.pair_of(row) is not None

    def test_a_district_leaves_before_the_submission(self, asked, client_as):
        row = self.joined(asked)
        second = client_as(make.person("signatory", f"ZF{HAIDIAN}"))
        with make.acting("signatory", f"ZF{HAIDIAN}"):
            part = Partner.objects.get(organisation__code=f"ZF{HAIDIAN}")
        follow(second.post(f"/applications/parts/{part.pk}/reconsider/", {"why": "单独申报"}))
        now = seen(row, "drafter", f"ZF{CHAOYANG}")
        assert now.unit_id == CHAOYANG
        assert second.get(f"/applications/{row.pk}/").status_code == 404

    def test_it_declines_and_the_first_stands_alone(self, asked, client_as):
        client = client_as(make.person("drafter", f"ZF{HAIDIAN}"))
        with make.acting("drafter", f"ZF{HAIDIAN}"):
            part = Partner.objects.get()
        follow(client.post(f"/applications/parts/{part.pk}/decline/", {"why": "单独申报"}))
        assert seen(asked, "drafter", f"ZF{CHAOYANG}").unit_id == CHAOYANG
        make.begun(unit=HAIDIAN)

    @pytest.mark.parametrize(
        ("code", "refusal"),
        [
            ("ZF350100", "partner_district_fits"),
            (f"ZF{CHAOYANG}", "partner_kind_fits"),
            ("GX110000", "partner_kind_fits"),
        ],
    )
    def test_only_another_district_of_the_municipality(self, code, refusal):
        row = make.begun(unit=CHAOYANG)
        body = make.organisation(code)
        with make.acting("drafter", f"ZF{CHAOYANG}") as by, pytest.raises(DomainError) as caught:
            partners.invite_partner(by=by, application=row, what=partners.InviteInput(body, "x"))
        assert caught.value.code == refusal

    def test_a_district_that_applies_already_is_not_invited_and_the_other_way_round(self, asked):
        self.joined(asked)
        with pytest.raises(DomainError) as caught:
            make.begun(unit=HAIDIAN)
        assert caught.value.code == "application_district_once"
        third = make.begun(unit=FENGTAI)
        body = make.organisation(f"ZF{HAIDIAN}")
        with make.acting("drafter", f"ZF{FENGTAI}") as by, pytest.raises(DomainError) as caught:
            partners.invite_partner(by=by, application=third, what=partners.InviteInput(body, "x"))
        assert caught.value.code == "partner_district_fits"


class TestLeftOver:
    """A district that was invited, and is none of the two that apply as one."""

    @pytest.fixture
    def joined(self):
        """Fengtai declined; Chaoyang and Haidian apply as one."""
        row = make.drafted(unit=CHAOYANG, amount=AMOUNT)
        for code in (FENGTAI, HAIDIAN):
            with make.acting("drafter", f"ZF{CHAOYANG}") as by:
                body, now = make.Organisation.objects.get(code=f"ZF{code}"), Application.objects.get(pk=row.pk)
                partners.invite_partner(by=by, application=now, what=partners.InviteInput(body, "两区联合申报"))
            if code == FENGTAI:
                with make.acting("drafter", f"ZF{code}") as by:
                    parts.decline(by=by, partner=Partner.objects.get(), why="不参加")
        make.written(row, f"ZF{HAIDIAN}", role="drafter", amount="0.00")
        make.confirmed(row, f"ZF{HAIDIAN}", role="signatory", number=1)
        return row

    def withdraw(self, client, row: Application, code: str):
        with make.acting("drafter", f"ZF{CHAOYANG}"):
            left = Partner.objects.get(organisation__code=f"ZF{code}")
        return client.post(f"/applications/{row.pk}/partners/{left.pk}/withdraw/", {"why": "清理", "state": left.state})

    def states(self) -> dict[str, str]:
        with make.acting("drafter", f"ZF{CHAOYANG}"):
            return {row.organisation.unit: row.state for row in Partner.objects.select_related("organisation")}

    def test_its_withdrawal_leaves_the_pair_of_the_others(self, joined, client_as):
        first = client_as(make.person("drafter", f"ZF{CHAOYANG}"))
        follow(self.withdraw(first, joined, FENGTAI))
        assert self.states() == {HAIDIAN: "committed"}
        assert seen(joined, "drafter", f"ZF{HAIDIAN}").unit_id == f"{CHAOYANG}+{HAIDIAN}"

    def test_it_is_withdrawn_also_after_a_submission_and_the_second_of_the_pair_is_not(self, joined, client_as):
        with make.acting("drafter", f"ZF{CHAOYANG}") as by:
            sign_off = submission.request_sign_off(by=by, application=Application.objects.get(pk=joined.pk))
        with make.acting("signatory", f"ZF{HAIDIAN}") as by:
            pairs.co_sign(by=by, application=Application.objects.get(pk=joined.pk), sha256=sign_off.content_sha256)
        with make.acting("signatory", f"ZF{CHAOYANG}") as by:
            row = Application.objects.get(pk=joined.pk)
            submission.submit(by=by, application=row, sha256=sign_off.content_sha256)
            submission.recall(by=by, application=row, why="补充")
        first = client_as(make.person("drafter", f"ZF{CHAOYANG}"))
        follow(self.withdraw(first, joined, FENGTAI))
        answer = self.withdraw(first, joined, HAIDIAN)
        assert answer.status_code == 422
        assert "Both districts have submitted together" in answer.content.decode()
        assert self.states() == {HAIDIAN: "committed"}

    def test_it_reconsiders_once_the_place_is_free(self, joined, client_as):
        """Until then it is refused in words; the pair of the others stands."""
        third = client_as(make.person("drafter", f"ZF{FENGTAI}"))
        with make.acting("drafter", f"ZF{FENGTAI}"):
            url = f"/applications/parts/{Partner.objects.get().pk}/reconsider/"
        answer = third.post(url, {"why": "愿意参加"})
        assert answer.status_code == 422
        assert "Two districts apply as one, not more" in answer.content.decode()
        assert self.states() == {FENGTAI: "declined", HAIDIAN: "committed"}
        first = client_as(make.person("drafter", f"ZF{CHAOYANG}"))
        follow(self.withdraw(first, joined, HAIDIAN))
        follow(third.post(url, {"why": "愿意参加"}))
        assert self.states() == {FENGTAI: "invited"}

    def test_who_leaves_and_who_is_left_are_told(self, joined, client_as):
        for code in (CHAOYANG, HAIDIAN):
            make.person("drafter", f"ZF{code}", 2)
        with make.acting("signatory", f"ZF{HAIDIAN}") as by:
            mine = Partner.objects.get(organisation__code=f"ZF{HAIDIAN}")
            parts.reconsider(by=by, partner=mine, why="单独申报")
        with make.acting("drafter", f"ZF{CHAOYANG}", 2) as by:
            assert Notice.objects.filter(
                person=by.id, text_en__contains="first district's own again: 单独申报"
            ).exists()
            assert Application.objects.get(pk=joined.pk).unit_id == CHAOYANG
        follow(self.withdraw(client_as(make.person("drafter", f"ZF{CHAOYANG}")), joined, HAIDIAN))
        with make.acting("drafter", f"ZF{HAIDIAN}", 2) as by:
            assert Notice.objects.filter(person=by.id, text_en__contains="has withdrawn its invitation: 清理").exists()

    def test_a_district_leaves_by_its_own_answer(self, joined, client_as):
        """Its drafters write in the dossier too, but the invitation is the first district's."""
        answer = self.withdraw(client_as(make.person("drafter", f"ZF{HAIDIAN}")), joined, HAIDIAN)
        assert answer.status_code == 422
        assert "Your own district leaves by taking its answer back" in answer.content.decode()
        assert self.states() == {FENGTAI: "declined", HAIDIAN: "committed"}
