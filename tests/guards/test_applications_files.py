"""Uploads and verifications past the application: nobody's but one's own, only growing, never rewritten."""

from __future__ import annotations

import pytest

from applications.domain import uploads
from applications.models import Attachment
from tests import factories_applications as make
from tests.guards.applications_sql import refused, run, value

pytestmark = pytest.mark.guard


@pytest.fixture
def coming(db):
    row = make.begun(unit="350200")
    with make.acting("drafter", "ZF350200") as by:
        what = uploads.UploadInput("other", "附件", "a.pdf", 10, 0)
        return uploads.begin(by=by, application=row, what=what)


@pytest.mark.parametrize(
    "change",
    ["received = received - 1", "size = 11", "file_name = 'b.exe'", "state = 'done'"],
)
def test_an_upload_only_grows(coming, change):
    with make.acting("drafter", "ZF350200"):
        run("update applications_upload set received = 5")
        assert refused(f"update applications_upload set {change}") == "upload_only_grows"


@pytest.mark.parametrize("change", ["received = 11", "received = 10, size = 0"])
def test_an_upload_keeps_its_limits(coming, change):
    with make.acting("drafter", "ZF350200"):
        assert refused(f"update applications_upload set {change}") in {"upload_within_limits", "upload_only_grows"}


@pytest.mark.parametrize(
    ("role", "code", "number"), [("drafter", "ZF350200", 2), ("drafter", "ZF350100", 1), ("auditor", "SJ", 1)]
)
def test_an_upload_is_its_persons_own(coming, role, code, number):
    with make.acting(role, code, number):
        assert value("select count(*) from applications_upload") == 0
        assert run("update applications_upload set received = 9") == 0
        assert run("delete from applications_upload") == 0


def test_nobody_begins_one_for_another_government(coming):
    sql = (
        "insert into applications_upload (id, application_id, kind, title, file_name, size, modified, received, state,"
        " person_id, begun_at) values (gen_random_uuid(), %s, 'other', 'x', 'x.pdf', 1, 0, 0, 'receiving',"
        " scope_user(), now())"
    )
    with make.acting("drafter", "ZF350100"):
        assert refused(sql, coming.application_id) == "policy"
    with make.acting("signatory", "ZF350200"):
        assert refused(sql, coming.application_id) == "policy"


VERIFIED = (
    "insert into applications_sealcheck (attachment_id, state, provider, seals, person_id, at)"
    " values (%s, 'valid', 'x', '[]', %s, now())"
)


def test_a_verification_is_its_askers_and_stays(db):
    row = make.drafted(unit="350200", amount="100000000.00")
    with make.acting("drafter", "ZF350200") as by:
        file = Attachment.objects.get(application=row).pk
        assert run(VERIFIED, file, by.id) == 1
        assert refused(VERIFIED, file, by.id + 1) == "policy"
        # Neither right: the role has none to rewrite or remove it; the trigger holds for the owner too.
        assert refused("update applications_sealcheck set state = 'broken'") == "policy"
        assert refused("delete from applications_sealcheck") == "policy"
    with make.acting("drafter", "ZF350100") as by:
        assert value("select count(*) from applications_sealcheck") == 0
        assert refused(VERIFIED, file, by.id) == "policy"


def test_a_verification_stays_for_its_owner_too(fresh_db):
    import psycopg

    from tests.guards.applications_sql import as_owner, name_of

    row = make.drafted(unit="350200", amount="100000000.00")
    with make.acting("drafter", "ZF350200") as by:
        run(VERIFIED, Attachment.objects.get(application=row).pk, by.id)
    for sql in ("update applications_sealcheck set state = 'broken'", "delete from applications_sealcheck"):
        with pytest.raises(psycopg.Error) as error:
            as_owner(sql)
        assert name_of(error.value) == "seal_check_stays"
