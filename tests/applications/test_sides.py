"""Partner, files, signatory and province through their pages."""

from __future__ import annotations

import pytest

from applications.models import Attachment, Partner, Recommendation
from tests import factories_applications as make
from tests import uploads
from tests.applications.browser import AMOUNT, decision, follow, pages, pdf

pytestmark = pytest.mark.django_db


class TestPartner:
    """What the enterprise sees: what is asked and its own answer."""

    def test_it_sees_its_part_alone(self, client_as):
        row = make.drafted(unit="350200", amount="123456700.00", soes=("YQ001", "YQ002"))
        client = client_as(make.person("soe_officer", "YQ001"))
        with make.acting("soe_officer", "YQ001"):
            part = Partner.objects.get()
        with make.acting("soe_officer", "YQ002"):
            foreign = Partner.objects.get()
            letter = foreign.letter_id
        text = client.get(f"/applications/parts/{part.pk}/").content.decode()
        assert "参与产线改造" in text
        assert "12,345.67" not in text
        assert "整车智能工厂" not in text
        listed = client.get("/applications/parts/").content.decode()
        assert listed.count("/applications/parts/") >= 1
        assert client.get(f"/applications/parts/{foreign.pk}/").status_code == 404
        assert client.get(f"/applications/files/{letter}/").status_code == 404
        for url in pages(row):
            assert client.get(url).status_code in {403, 404}, url

    def test_it_declines_with_a_reason_and_may_reconsider(self, client_as, drafter):
        row = make.begun(unit="350200")
        soe = make.organisation("YQ001")
        asked = {"organisation": soe.pk, "task": "参与", "role": "co_applicant"}
        follow(drafter.post(f"/applications/{row.pk}/partners/invite/", asked))
        client = client_as(make.person("soe_officer", "YQ001"))
        with make.acting("soe_officer", "YQ001"):
            part = Partner.objects.get()
        url = f"/applications/parts/{part.pk}/"
        assert client.post(f"{url}decline/", {"why": ""}).status_code == 422
        follow(client.post(f"{url}decline/", {"why": "产能不足"}))
        assert "产能不足" in drafter.get(f"/applications/{row.pk}/partners/").content.decode()
        assert client.get(f"{url}write/").status_code == 403
        follow(client.post(f"{url}reconsider/", {"why": "再议"}))
        assert client.get(f"{url}write/").status_code == 200

    def test_after_the_submission_nothing_is_answered(self, client_as):
        make.submitted(unit="350200", amount=AMOUNT, soes=("YQ001",))
        client = client_as(make.person("soe_officer", "YQ001"))
        with make.acting("soe_officer", "YQ001"):
            part = Partner.objects.get()
        answer = client.post(f"/applications/parts/{part.pk}/reconsider/", {"why": "再议"})
        assert answer.status_code == 422
        with make.acting("soe_officer", "YQ001"):
            part.refresh_from_db()
        assert part.state == "committed"
        assert "closed its dossier" in client.get(f"/applications/parts/{part.pk}/").content.decode()


class TestFiles:
    """Files are judged by content and handed out to those who may see their dossier."""

    def test_a_file_that_is_no_pdf_is_refused(self, drafter):
        from django.core.files.uploadedfile import SimpleUploadedFile

        row = make.begun(unit="350200")
        fake = SimpleUploadedFile("plan.pdf", b"<html><script>alert(1)</script>", "application/pdf")
        form = {"kind": "plan_pdf", "title": "方案", "file": fake}
        answer = drafter.post(f"/applications/{row.pk}/attachments/add/", form)
        assert answer.status_code == 422
        assert "file" in answer.context["form"].errors
        with make.acting("drafter", "ZF350200"):
            assert Attachment.objects.count() == 0

    @pytest.mark.parametrize(
        ("role", "code", "status"),
        [
            ("drafter", "ZF350200", 200),
            ("provincial_officer", "GX350000", 404),
            ("officer", "MIIT", 404),
            ("drafter", "ZF350100", 404),
            ("reviewer", "ZJ", 404),
            ("auditor", "SJ", 200),
        ],
    )
    def test_a_draft_file_is_handed_out_in_scope_alone(self, client_as, drafter, role, code, status):
        row = make.begun(unit="350200")
        form = {"kind": "plan_pdf", "title": "方案", "file": pdf()}
        follow(drafter.post(f"/applications/{row.pk}/attachments/add/", form))
        with make.acting("drafter", "ZF350200"):
            file = Attachment.objects.get()
        answer = client_as(make.person(role, code)).get(f"/applications/files/{file.pk}/")
        assert answer.status_code == status
        if status == 200:
            assert "attachment" in answer["Content-Disposition"]
            assert b"".join(answer.streaming_content) == uploads.pdf()
        answer.close()

    def test_a_new_plan_takes_the_place_of_the_old(self, drafter):
        row = make.begun(unit="350200")
        for title in ("一", "二"):
            form = {"kind": "plan_pdf", "title": title, "file": pdf()}
            follow(drafter.post(f"/applications/{row.pk}/attachments/add/", form))
        with make.acting("drafter", "ZF350200"):
            assert Attachment.objects.get(removed_at=None).title == "二"


class TestSignOff:
    """The signatory's page."""

    def test_sent_back_with_a_reason(self, drafter, signatory):
        row = make.awaiting(unit="350200", amount=AMOUNT)
        url = f"/applications/{row.pk}/sign-off/send-back/"
        assert signatory.post(url, {"why": " "}).status_code == 422
        follow(signatory.post(url, {"why": "金额有误"}))
        assert make.fresh(row).state == "draft"
        assert "金额有误" in drafter.get(f"/applications/{row.pk}/").content.decode()

    def test_another_digest_is_refused(self, signatory):
        row = make.awaiting(unit="350200", amount=AMOUNT)
        answer = signatory.post(f"/applications/{row.pk}/sign-off/", {"sha256": "0" * 64, "agree": "on"})
        assert answer.status_code == 422
        assert make.fresh(row).state == "awaiting_sign_off"

    def test_the_drafter_does_not_sign(self, drafter):
        row = make.awaiting(unit="350200", amount=AMOUNT)
        assert drafter.get(f"/applications/{row.pk}/sign-off/").status_code == 403

    def test_withdrawn_and_begun_anew(self, drafter, signatory):
        row = make.submitted(unit="350200", amount=AMOUNT)
        assert drafter.get(f"/applications/{row.pk}/withdraw/").status_code == 403
        follow(signatory.post(f"/applications/{row.pk}/withdraw/", {"why": "重新申报"}))
        assert make.fresh(row).state == "withdrawn"
        again = make.submitted(unit="350200", amount=AMOUNT)
        assert again.number == f"{row.number}-2"


class TestProvince:
    """The province's page."""

    def test_returned_mended_and_submitted_again(self, client_as, drafter):
        row = make.submitted(unit="350200", amount=AMOUNT)
        officer = client_as(make.person("provincial_officer", "GX350000"))
        url = f"/applications/{row.pk}/recommend/"
        page = officer.get(url)
        form = {"snapshot": page.context["current"].pk, "side": "industry", "decision": "return", "opinion": ""}
        assert officer.post(url, form).status_code == 422
        follow(officer.post(url, form | {"opinion": "补充指标"}))
        assert make.fresh(row).state == "returned"
        assert "补充指标" in drafter.get(f"/applications/{row.pk}/").content.decode()
        follow(drafter.post(f"/applications/{row.pk}/sign-off/request/", {"confirm": "yes"}))
        make.sign(row)
        stale = officer.post(url, form | {"opinion": "x", "decision": "not_recommend"})
        assert stale.status_code == 422
        with make.acting("signatory", "ZF350200"):
            assert row.snapshots.count() == 2
            assert row.recommendations.count() == 1

    def test_the_used_up_quota_is_said_before_and_after(self, client_as):
        for unit in ("350100", "350300"):
            make.recommended(unit=unit, amount=AMOUNT)
        row = make.submitted(unit="350400", amount=AMOUNT)
        make.decide(row, make.Side.INDUSTRY)
        officer = client_as(make.person("provincial_officer", "CZ350000"))
        url = f"/applications/{row.pk}/recommend/"
        page = officer.get(url)
        assert "2 of 2 used" in page.content.decode()
        form = decision(page, decision="recommend")
        answer = officer.post(url, form)
        assert answer.status_code == 422
        assert "already recommended as many" in answer.content.decode()
        follow(officer.post(url, form | {"decision": "not_recommend", "opinion": "名额已满"}))
        assert make.fresh(row).state == "not_recommended"

    def test_another_province_finds_nothing(self, client_as):
        row = make.submitted(unit="350200", amount=AMOUNT)
        client = client_as(make.person("provincial_officer", "GX360000"))
        for url in [f"/applications/{row.pk}/", f"/applications/{row.pk}/recommend/"]:
            assert client.get(url).status_code == 404
        assert client.get(f"/applications/{row.pk}/submissions/1/receipt.pdf").status_code == 404


class TestUnsent:
    """A checklist is kept for now: nothing that was typed beside it is lost."""

    @pytest.fixture
    def page(self, client_as):
        row = make.submitted(unit="350200", amount=AMOUNT)
        return client_as(make.person("provincial_officer", "GX350000")), f"/applications/{row.pk}/recommend/", row

    def test_what_was_typed_of_the_decision_stands_there_again(self, page):
        client, url, row = page
        sent = decision(client.get(url), decision="return", opinion="请补充项目")
        assert follow(client.post(url, sent | {"save": "1"})) == url
        form = client.get(url).context["form"]
        assert (form["decision"].value(), form["opinion"].value()) == ("return", "请补充项目")
        assert follow(client.post(url, sent | {"opinion": "改", "to_letter": "1"})) == f"/applications/{row.pk}/letter/"
        assert client.get(url).context["form"]["opinion"].value() == "改"
        with make.acting("provincial_officer", "GX350000"):
            assert not Recommendation.objects.exists()
        follow(client.post(url, sent | {"opinion": "请补充项目与资金"}))
        assert client.session["unsent"] == {}

    def test_a_comment_without_an_answer_is_not_dropped(self, page):
        client, url, _row = page
        bare = {"snapshot": client.get(url).context["current"].pk, "side": "industry", "targets_comment": "目标偏低"}
        answer = client.post(url, bare | {"save": "1"})
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == ["targets_answer"]
        assert "目标偏低" in answer.content.decode()
