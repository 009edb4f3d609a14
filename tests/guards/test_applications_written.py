"""What a dossier says is its drafters' to write: attacked as those whom the policy lets take its steps."""

from __future__ import annotations

import pytest

from applications.models import Application
from tests import factories_applications as make
from tests.guards.applications_sql import refused, run, value

pytestmark = [pytest.mark.guard, pytest.mark.django_db]
AMOUNT = "100000000.00"
SET = "update applications_application set {} where id = %s"
CHANGES = [
    "title = '改了'",
    "summary = 'x'",
    "amount_asked = 1",
    "digital_target = 99",
    "version = 77",
    "touched = '{}'",
]


@pytest.fixture
def returned():
    row = make.submitted(unit="350200", amount=AMOUNT)
    make.decide(row, make.Side.INDUSTRY, make.Verdict.RETURN, "补充")
    return row


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(
    ("role", "code"),
    [("provincial_officer", "GX350000"), ("officer", "MIIT"), ("officer", "MOF"), ("signatory", "ZF350200")],
)
def test_nobody_but_a_drafter_writes_a_returned_dossier(returned, role, code, change):
    with make.acting(role, code):
        assert refused(SET.replace("{}", change, 1), returned.pk) == "application_written_by_drafter"
        run("select set_config('portal.roles', '{drafter}', true)")  # whatever the session says of itself
        sql = SET.replace("{}", change, 1)
        if role == "signatory":
            assert refused(sql, returned.pk) == "application_written_by_drafter"
        else:
            assert run(sql, returned.pk) == 0  # the policy asks for the organisation too


def test_nor_one_whose_session_says_that_the_organisation_is_its_own(returned):
    own = returned.organisation_id
    with make.acting("drafter", "ZF350100"):
        run("select set_config('portal.orgs', %s, true)", f"{{{own}}}")
        run("select set_config('portal.units', '{350200}', true)")
        assert refused(SET.format("title = 'x'"), returned.pk) == "application_written_by_drafter"


def test_a_drafter_writes_it(returned):
    with make.acting("drafter", "ZF350200"):
        assert run(SET.format("title = '改了', version = version + 1"), returned.pk) == 1


def test_whoever_drafts_for_one_of_two_districts_drafts_for_both():
    row = make.drafted(unit="110105", amount=AMOUNT)
    with make.acting("drafter", "ZF110105") as by:
        body = make.Organisation.objects.get(code="ZF110108")
        what = make.partners.InviteInput(body, "两区联合申报")
        make.partners.invite_partner(by=by, application=Application.objects.get(pk=row.pk), what=what)
    make.written(row, "ZF110108", role="drafter", amount="0.00")
    make.confirmed(row, "ZF110108", role="signatory", number=1)
    for code in ("ZF110105", "ZF110108"):
        with make.acting("drafter", code):
            assert run(SET.format("title = '改了'"), row.pk) == 1
            assert value("select drafts_for(scope_user(), organisation_id) from applications_application") is True
        with make.acting("signatory", code):
            assert refused(SET.format("title = 'x'"), row.pk) == "application_written_by_drafter"


def test_why_it_was_withdrawn_comes_with_the_withdrawal(returned):
    for role, code in [("provincial_officer", "GX350000"), ("drafter", "ZF350200"), ("officer", "MIIT")]:
        with make.acting(role, code):
            assert refused(SET.format("withdrawn_why = 'x'"), returned.pk) == "application_is_frozen"
