"""The result: both ministries sign the same figures; what the panel says; letters after the final list."""

from __future__ import annotations

import io
from datetime import timedelta

import pypdf
import pytest
from django.db import DatabaseError, transaction
from django.utils.translation import override

from applications.domain import submission
from applications.models import Application
from portal.core import clock
from portal.core.errors import DomainError, NotAllowed, Stale
from portal.notifications.models import Notice
from portal.programme.domain.reference import ChangeInput, change_unit
from portal.programme.models import PilotUnit
from reviews import calibration, letter, queries
from reviews.domain import hearing, locking, panel
from reviews.models import FeedbackLetter, PanelRecord, PanelResult, ResultSignature
from reviews.todo import screening
from tests import factories_defence as make
from tests import factories_reviews as reviews
from tests.factories_applications import acting, person
from tests.factories_deciding import told_batch


def todo(by):
    """What waits to be signed."""
    return [line for line in screening(by) if line.url.endswith("/lock/")]


def on_desks():
    """What of comments and letters waits for whom: who wrote a comment approves none."""
    found = {}
    for code, number in (("MIIT", 1), ("MIIT", 2), ("MOF", 1)):
        with acting("officer", code, number) as by:
            found[f"{code}{number}"] = {one.url for one in screening(by)}
    return found


UNITS = {"350200": "300000000.00", "330200": "200000000.00"}
GIVEN = {"350200": "80.00", "330200": "90.00"}


@pytest.fixture
def batch(db):
    return reviews.reviewed_batch(UNITS, given=GIVEN, places=1)


def sign(batch, code, sha256=None, number=1):
    with acting("officer", code, number) as by:
        digest = queries.result_digest(batch)
        return locking.sign(by=by, batch=reviews.fresh(batch), sha256=sha256 or digest)


class TestSignatures:
    def test_the_second_ministry_locks(self, batch, see):
        sign(batch, "MOF")
        assert reviews.fresh(batch).state == "reviewing"
        with acting("officer", "MIIT") as by:
            assert not PanelResult.objects.exists()
            assert [line.url for line in todo(by)] == [f"/reviewing/{batch.number}/lock/"]
            assert Notice.objects.filter(person=by.id, text_en__contains="wait for your ministry").count() == 1
        page = see("officer", "MIIT").get(f"/reviewing/{batch.number}/lock/").content.decode()
        assert "90.00" in page
        sign(batch, "MIIT")
        assert reviews.fresh(batch).state == "deciding"
        with acting("officer", "MIIT") as by:
            assert PanelResult.objects.count() == 2
            assert todo(by) == []

    def test_what_was_signed_is_shown_after_the_decision(self, db, see):
        final = reviews.final_batch(UNITS, given=GIVEN, places=1)
        page = see("auditor", "SJ").get(f"/reviewing/{final.number}/lock/").content.decode()
        with acting("auditor", "SJ"):
            signed = {row.sha256 for row in ResultSignature.objects.filter(batch=final)}
        assert len(signed) == 1
        assert signed.pop() in page
        assert "signed other figures" not in page
        assert "80.00" in page
        assert "90.00" in page

    def test_one_ministry_twice_or_one_person_for_both_is_not_enough(self, batch):
        sign(batch, "MIIT")
        sign(batch, "MIIT", number=2)
        assert reviews.fresh(batch).state == "reviewing"

    def test_a_score_that_changes_in_between_asks_both_anew(self, batch, see):
        sign(batch, "MOF")
        with acting("officer", "MIIT"):
            old = queries.result_digest(batch)
        row = reviews.assignments(batch)[0]
        with acting("officer", "MIIT") as by:
            found = queries.submitted_reviews(by).get(assignment=row)
            reviews.scoring.reopen(by=by, review=found, reason="笔误（演示）")
        with pytest.raises(DomainError):
            sign(batch, "MIIT")  # a review is open
        with reviews.as_reviewer(row) as by:
            held = reviews.scoring.Review.objects.get(assignment=row)
            assert held is not None
            reviews.scoring.submit(by=by, assignment=row, what=reviews.scores(batch, "70", version=held.version))
        with pytest.raises(Stale):
            sign(batch, "MIIT", old)
        page = see("officer", "MIIT").post(f"/reviewing/{batch.number}/lock/", {"sha256": old})
        assert page.status_code == 422
        assert "A score changed since you looked" in page.content.decode()
        sign(batch, "MIIT")
        assert reviews.fresh(batch).state == "reviewing"  # MOF signed other figures
        page = see("auditor", "SJ").get(f"/reviewing/{batch.number}/lock/").content.decode()
        assert page.count("signed other figures") == 1
        with acting("auditor", "SJ"):
            assert queries.result_digest(batch) in page
        for code, waits in (("MOF", 1), ("MIIT", 0)):  # MIIT has signed last
            with acting("officer", code) as by:
                assert len(todo(by)) == waits
        sign(batch, "MOF")
        assert reviews.fresh(batch).state == "deciding"
        with acting("auditor", "SJ"):
            assert ResultSignature.objects.count() == 3

    def test_units_are_heard_and_statements_written_first(self, db, see):
        batch = make.agreed_batch(places=1)
        with pytest.raises(DomainError) as error:
            sign(batch, "MIIT")
        assert error.value.code == "result_after_the_defence"
        page = see("officer", "MIIT").get(f"/reviewing/{batch.number}/lock/").content.decode()
        assert "1 unit is still to be heard." in page
        make.held(batch)
        page = see("officer", "MIIT").get(f"/reviewing/{batch.number}/lock/").content.decode()
        assert f"/reviewing/application/{reviews.application(batch, '350200').pk}/record/" in page
        assert 'id="sign"' not in page
        with pytest.raises(DomainError) as error:
            sign(batch, "MIIT")
        assert error.value.code == "result_with_statements"
        make.recorded(batch)
        reviews.locked(batch)
        assert reviews.fresh(batch).state == "deciding"


class TestCalibrated:
    """Where the rules say so, the calibrated score counts: computed from these reviews, signed by both."""

    @pytest.fixture
    def batch(self, db):
        details = make.details(0, result_by="calibrated")
        return reviews.reviewed_batch(UNITS, given=GIVEN, places=1, details=details)

    def test_it_is_computed_from_the_reviews_as_they_stand(self, batch, see):
        with pytest.raises(DomainError) as error:
            sign(batch, "MIIT")
        assert error.value.code == "result_needs_its_calibration"
        mof = see("officer", "MOF")
        url = f"/reviewing/{batch.number}/"
        assert "Compute the calibrated scores" in mof.get(f"{url}lock/").content.decode()
        assert mof.post(f"{url}calibrate/").status_code == 303
        with acting("officer", "MIIT") as by:
            rows = {row.unit_id: row.score for row in queries.results(by, batch)}
            kept = queries.calibration_of(batch)
            assert kept is not None
            assert len(kept.question) == 4
        again = calibration.fit([calibration.Score(str(a), str(b), float(c)) for a, b, c in kept.question])
        assert sorted(kept.answer.values()) == sorted(f"{row.calibrated:.6f}" for row in again.applications)
        assert rows["350200"] < rows["330200"]
        reviews.locked(batch)
        with acting("officer", "MIIT"):
            fixed = {row.application.unit_id: row.score for row in PanelResult.objects.select_related("application")}
        assert fixed == rows

    def test_a_changed_score_asks_for_a_new_computation(self, batch):
        with acting("officer", "MIIT") as by:
            locking.calibrate(by=by, batch=batch)
            assert not queries.lacks_calibration(batch)
        sign(batch, "MOF")
        row = reviews.assignments(batch)[0]
        with acting("officer", "MIIT") as by:
            found = queries.submitted_reviews(by).get(assignment=row)
            reviews.scoring.reopen(by=by, review=found, reason="笔误（演示）")
            with pytest.raises(DomainError):
                locking.calibrate(by=by, batch=batch)  # a review is open
        with reviews.as_reviewer(row) as by:
            held = reviews.scoring.Review.objects.get(assignment=row)
            assert held is not None
            reviews.scoring.submit(by=by, assignment=row, what=reviews.scores(batch, "60", version=held.version))
        with pytest.raises(DomainError) as error:
            sign(batch, "MIIT")
        assert error.value.code == "result_needs_its_calibration"

    def test_not_where_another_mean_counts(self, db):
        batch = reviews.reviewed_batch(UNITS, given=GIVEN, places=1, number=45)
        with acting("officer", "MIIT") as by, pytest.raises(DomainError) as error:
            locking.calibrate(by=by, batch=batch)
        assert error.value.code == "calibration_by_the_rules"


class TestRecord:
    def test_one_writes_another_approves_and_then_it_stays(self, batch, see):
        pk = reviews.application(batch, "350200").pk
        miit, mof = see("officer", "MIIT"), see("officer", "MOF")
        url = f"/reviewing/application/{pk}/record/"
        given = {"version": "0", "statement": "一致同意", "comment": "基础扎实。\n建议细化。"}
        assert miit.post(url, given).status_code == 303
        stale = mof.post(url, given | {"comment": "别的"})
        assert stale.status_code == 422
        assert "别的" in stale.content.decode()  # nothing typed is lost
        assert miit.post(f"{url}approve/", {"version": "1"}).status_code == 403
        assert mof.post(f"{url}approve/", {"version": "0"}).status_code == 422
        assert mof.post(f"{url}approve/", {"version": "1"}).status_code == 303
        with acting("officer", "MIIT") as by, pytest.raises(DomainError) as error:
            panel.keep_record(
                by=by, application=reviews.application(batch, "350200"), what=panel.RecordInput(1, None, "x")
            )
        assert error.value.code == "comment_is_approved"
        reviews.locked(batch)
        assert "一致同意" in miit.get(url).content.decode()
        what = panel.RecordInput(1, "改", "基础扎实。\n建议细化。")
        with acting("officer", "MIIT") as by, pytest.raises(DomainError) as error:
            panel.keep_record(by=by, application=reviews.application(batch, "350200"), what=what)
        assert error.value.code == "panel_record_is_kept"

    def test_who_wrote_the_comment_does_not_approve_it_whoever_changed_the_rest(self, db):
        batch = make.agreed_batch()
        make.recorded(batch, code="MIIT", comment="好（演示）")
        row = make.hearing_of(batch, code="MOF")
        with clock.at(clock.now() + timedelta(hours=2)), acting("officer", "MOF") as by:
            people = [line["person"].pk for line in queries.attendance(row)]
            hearing.hold(by=by, hearing=row, what=hearing.MinutesInput("记录", dict.fromkeys(people, True)))
        make.recorded(batch, code="MOF", comment="好（演示）")  # the statement alone, the comment as it was
        for code in ("MIIT", "MOF"):
            with acting("officer", code) as by:
                held = queries.panel_records(by).get(application__batch=batch)
                assert held.written_by.email == "officer.1@miit.test"
        with pytest.raises(NotAllowed):
            make.approved(batch, "350200", code="MIIT")
        with acting("officer", "MOF"), pytest.raises(DatabaseError), transaction.atomic():
            PanelRecord.objects.filter(pk=row.pk).update(written_by=person("officer", "MOF").pk)
        make.approved(batch, "350200", code="MOF")


class TestFeedback:
    def test_a_letter_is_the_same_after_the_unit_was_renamed(self, db):
        """To whom it was written and about whom are the names of its day: the same letter gives the same bytes."""
        told_batch()

        def paper():
            with acting("drafter", "ZF350200") as by, override("zh-hans"):
                return letter.data(queries.own_letters(by).get())

        before = paper()
        with acting("system_admin", "YW") as by:
            unit = PilotUnit.objects.get(pk="350200")
            what = ChangeInput(name_zh="鹭岛市", name_en="Ludao", document_no="民函〔2026〕1号")
            change_unit(by=by, unit=unit, what=what)
        assert paper() == before
        assert before["addressee"] == "厦门市人民政府："

    def test_after_the_final_list_each_applicant_reads_its_own(self, db, see):
        batch = reviews.final_batch(UNITS, given=GIVEN, places=1)
        for unit, comment in (("350200", "基础扎实，建议细化进度安排。"), ("330200", "目标清楚。")):
            with acting("officer", "MIIT") as by:
                what = panel.RecordInput(0, None, comment)
                panel.keep_record(by=by, application=reviews.application(batch, unit), what=what)
        make.approved(batch, "350200")
        record = f"/reviewing/application/{reviews.application(batch, '330200').pk}/record/"
        letters = f"/reviewing/{batch.number}/feedback/"
        assert on_desks() == {"MIIT1": {letters}, "MIIT2": {letters, record}, "MOF1": {record}}
        miit = see("officer", "MIIT")
        page = miit.get(f"/reviewing/{batch.number}/feedback/").content.decode()
        assert "1 letter can go out." in page
        assert "waits for approval" in page
        assert miit.post(f"/reviewing/{batch.number}/feedback/release/").status_code == 303
        assert on_desks() == {"MIIT1": set(), "MIIT2": {record}, "MOF1": {record}}
        pk = reviews.application(batch, "350200").pk
        city = see("drafter", "ZF350200", language="zh-hans")
        text = city.get(f"/feedback/{pk}/").content.decode()
        assert "基础扎实" in text
        paper = city.get(f"/feedback/{pk}/letter.pdf")
        assert paper["Content-Type"] == "application/pdf"
        said = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(paper.content)).pages)
        assert "基础扎实" in said.replace("\n", "")
        with acting("officer", "MIIT"):
            names = {row.reviewer.name for row in reviews.assignments(batch)}
        for shown in (text, said):
            assert "80.00" not in shown
            assert not any(name in shown for name in names)
        assert see("drafter", "ZF330200").get(f"/feedback/{pk}/").status_code == 404
        other = reviews.application(batch, "330200").pk
        assert see("drafter", "ZF330200").get(f"/feedback/{other}/").status_code == 404  # not approved yet
        with acting("officer", "MIIT") as by, pytest.raises(DomainError):
            panel.release_feedback(by=by, batch=reviews.fresh(batch))
        with acting("officer", "MIIT"):
            assert FeedbackLetter.objects.count() == 1

    def test_not_before_the_final_list(self, batch):
        make.recorded(batch, comment="好")
        make.approved(batch, "350200")
        with acting("officer", "MIIT") as by, pytest.raises(NotAllowed):
            panel.release_feedback(by=by, batch=batch)


def test_an_application_that_was_withdrawn_holds_up_no_signature(db, see):
    """Its reviews are never submitted any more: waiting for them, nobody could sign, and the batch stood still."""
    batch = reviews.reviewing_batch({"350200": "300000000.00", "330200": "200000000.00"}, places=1)
    first, *others = reviews.assignments(batch)
    withdrawn = first.application.unit_id
    for row in (first, *(row for row in others if row.application.unit_id != withdrawn)):
        reviews.scored(row, "80.00")
    miit = see("officer", "MIIT")
    page = f"/reviewing/{batch.number}/lock/"
    assert miit.get(page).context["form"] is None
    with acting("signatory", f"ZF{withdrawn}") as by:
        submission.withdraw(by=by, application=Application.objects.get(unit=withdrawn), why="不再申报")
    for code in ("MIIT", "MOF"):
        officer = see("officer", code)
        digest = officer.get(page).context["digest"]
        answer = officer.post(page, {"sha256": digest})
        assert answer.status_code == 303, answer.context["form"].errors
    assert reviews.fresh(batch).state == "deciding"
