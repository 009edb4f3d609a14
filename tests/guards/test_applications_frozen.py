"""What was signed stays what was signed; attacked with raw SQL as the unit, the province, the ministry, the owner."""

from __future__ import annotations

import json

import pytest

from applications import queries
from applications.domain import files, submission
from applications.models import Application
from tests import factories_applications as make
from tests.guards.applications_sql import refused, run, sha256, value

pytestmark = [pytest.mark.guard, pytest.mark.django_db]
AMOUNT = "100000000.00"
ROWS = ["focusindustry", "target", "project", "partner"]


@pytest.fixture
def submitted():
    return make.submitted(unit="350200", amount=AMOUNT, soes=("YQ001",))


@pytest.mark.parametrize("table", ROWS)
def test_no_row_changes_or_goes_after_submission(submitted, table):
    with make.acting("drafter", "ZF350200"):
        assert refused(f"delete from applications_{table}") == "dossier_is_frozen"
        assert refused(f"update applications_{table} set id = id") == "dossier_is_frozen"


TAKE_OUT = "update applications_attachment set removed_at = now(), removed_by_id = scope_user()"


def test_no_file_is_taken_out_after_submission(submitted):
    for role, code in [("drafter", "ZF350200"), ("soe_officer", "YQ001")]:
        with make.acting(role, code):
            assert refused(TAKE_OUT) == "dossier_is_frozen"
            assert refused("delete from applications_attachment") == "policy"


def test_a_file_is_taken_out_once_and_never_changed():
    make.drafted(unit="350200", amount=AMOUNT)
    with make.acting("drafter", "ZF350200"):
        for change in ("title = 'x'", "sha256 = repeat('0', 64)", "storage_key = 'x'"):
            assert refused(f"update applications_attachment set {change}") == "attachment_is_kept"
            assert refused(f"{TAKE_OUT}, {change}") == "attachment_is_kept"
        assert run(TAKE_OUT) == 1
        assert refused(TAKE_OUT) == "attachment_is_kept"
        assert refused("update applications_attachment set removed_at = null") == "attachment_is_kept"


def test_what_was_taken_out_is_read_by_those_who_read_a_submission_with_it():
    """A file of the first submission stays readable; one that never was submitted is the unit's own."""
    row = make.drafted(unit="350200", amount=AMOUNT)
    with make.acting("drafter", "ZF350200") as by:
        secret = files.AttachmentInput("other", "误传", make.kept("secret.pdf", b"%PDF secret"))
        wrong = files.add_attachment(by=by, application=row, what=secret)
        files.remove_attachment(by=by, attachment=wrong)
        submission.request_sign_off(by=by, application=Application.objects.get(pk=row.pk))
    make.sign(row)
    make.decide(row, make.Side.INDUSTRY, make.Verdict.RETURN, "补充")
    with make.acting("drafter", "ZF350200") as by:
        plan = Application.objects.get(pk=row.pk).attachments.get(kind="plan_pdf")
        files.remove_attachment(by=by, attachment=plan)
        assert value("select count(*) from applications_attachment") == 2
    for role, code in [("provincial_officer", "GX350000"), ("officer", "MIIT"), ("auditor", "SJ350000")]:
        with make.acting(role, code):
            assert value("select string_agg(file_name, ',') from applications_attachment") == "plan.pdf"


def test_no_row_comes_after_submission(submitted):
    with make.acting("drafter", "ZF350200"):
        sql = """insert into applications_focusindustry (application_id, industry_id, share_of_output, why)
                 values (%s, 'C13', 1, 'x')"""
        assert refused(sql, submitted.pk) == "dossier_is_frozen"


def test_a_partner_changes_nothing_after_submission(submitted):
    with make.acting("soe_officer", "YQ001"):
        assert refused("update applications_partner set amount_committed = 1") == "dossier_is_frozen"


@pytest.mark.parametrize(
    "change",
    [
        "title = 'x'",
        "summary = 'x'",
        "amount_asked = 1",
        "digital_target = 99",
        "contact_phone = 'x'",
        "version = version + 1",
        "number = 'x'",
        "submitted_at = now() - interval '1 day'",
        "unit_id = '350100'",
        "created_by_id = created_by_id + 1",
    ],
)
@pytest.mark.parametrize(("role", "code"), [("drafter", "ZF350200"), ("officer", "MIIT")])
def test_the_application_itself_is_frozen(submitted, change, role, code):
    with make.acting(role, code):
        assert refused(f"update applications_application set {change}") == "application_is_frozen"


@pytest.mark.parametrize("change", ["content = '{}'", "sha256 = repeat('0', 64)", "submitted_at = now()"])
def test_a_snapshot_is_never_changed(submitted, change):
    for role, code in [("signatory", "ZF350200"), ("officer", "MIIT"), ("system_admin", "YW")]:
        with make.acting(role, code):
            assert refused(f"update applications_snapshot set {change}") == "policy"
            assert refused("delete from applications_snapshot") == "policy"
            assert refused("truncate applications_snapshot cascade") == "policy"


SNAPSHOT = """
    insert into applications_snapshot (application_id, number, content, sha256, receipt_no, submitted_at,
                                       submitted_by_id, sign_off_id)
    values (%s, %s, %s, %s, 'R-1', now(), scope_user(), %s)
"""
SIGN = "update applications_signoff set signed_by_id = scope_user(), signed_at = now()"


@pytest.fixture
def awaiting():
    return make.awaiting(unit="350200", amount=AMOUNT)


def asked(row):
    return queries.open_sign_off(row)


def content_of(row):
    from applications import canonical

    return canonical.text(canonical.content(queries.whole(row)))


def test_the_digest_is_that_of_the_content(awaiting):
    with make.acting("signatory", "ZF350200"):
        sign_off, content = asked(awaiting), content_of(awaiting)
        run(SIGN)
        other = sha256("other")
        assert refused(SNAPSHOT, awaiting.pk, 1, content, other, sign_off.pk) == "snapshot_digest_is_true"


def test_what_is_submitted_is_what_was_signed(awaiting):
    with make.acting("signatory", "ZF350200"):
        sign_off = asked(awaiting)
        run(SIGN)
        other = json.dumps({"other": 1})
        assert refused(SNAPSHOT, awaiting.pk, 1, other, sha256(other), sign_off.pk) == "snapshot_is_what_was_signed"


def test_the_content_is_a_json_object(awaiting):
    with make.acting("signatory", "ZF350200"):
        sign_off = asked(awaiting)
        run(SIGN)
        assert refused(SNAPSHOT, awaiting.pk, 1, "[]", sha256("[]"), sign_off.pk) == "snapshot_digest_is_true"


def test_nothing_is_submitted_unsigned(awaiting):
    with make.acting("signatory", "ZF350200"):
        sign_off, content = asked(awaiting), content_of(awaiting)
        sql = refused(SNAPSHOT, awaiting.pk, 1, content, sha256(content), sign_off.pk)
        assert sql == "snapshot_is_what_was_signed"


def test_the_snapshot_comes_in_its_turn(awaiting):
    with make.acting("signatory", "ZF350200"):
        sign_off, content = asked(awaiting), content_of(awaiting)
        run(SIGN)
        assert refused(SNAPSHOT, awaiting.pk, 2, content, sha256(content), sign_off.pk) == "snapshot_in_its_turn"


def test_a_draft_has_no_snapshot():
    row = make.drafted(unit="350200", amount=AMOUNT)
    with make.acting("drafter", "ZF350200") as by:
        sql = """insert into applications_signoff (application_id, content_sha256, requested_by_id, requested_at,
                 sent_back_why) values (%s, %s, %s, now(), '') returning id"""
        content = content_of(row)
        sign_off = value(sql, row.pk, sha256(content), by.id)
    with make.acting("signatory", "ZF350200"):
        run(SIGN)
        assert refused(SNAPSHOT, row.pk, 1, content, sha256(content), sign_off) == "snapshot_in_its_turn"


def test_the_drafter_does_not_sign(awaiting):
    with make.acting("drafter", "ZF350200"):
        assert refused(SIGN) == "sign_off_by_signatory"
    with make.acting("drafter", "ZF350200", 2):
        assert refused(SIGN) == "sign_off_by_signatory"


def test_nobody_signs_for_another(awaiting):
    other = make.person("signatory", "ZF350200", 2)
    with make.acting("signatory", "ZF350200"):
        sql = "update applications_signoff set signed_by_id = %s, signed_at = now()"
        assert refused(sql, other.pk) == "sign_off_by_signatory"


def test_a_sign_off_is_answered_once(submitted):
    with make.acting("signatory", "ZF350200"):
        assert refused(SIGN) == "sign_off_is_kept"
        assert refused("delete from applications_signoff") == "policy"


def test_a_submission_needs_its_snapshot(awaiting):
    with make.acting("signatory", "ZF350200"):
        sql = """update applications_application set state = 'with_province', number = 'N', submitted_at = now(),
                 first_submitted_at = now()"""
        assert refused(sql) == "submission_needs_snapshot"
