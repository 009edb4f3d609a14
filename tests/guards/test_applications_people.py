"""People who hold two roles: the database still wants two people; and the owner changes no snapshot either, nor commits
an enterprise without its letter.

Each test commits in a clone of its own.
"""

from __future__ import annotations

import psycopg
import pytest

from applications.domain import partners, submission
from applications.models import Application
from portal.accounts.cast import ensure_user
from tests import databases
from tests import factories_applications as make
from tests.guards.applications_sql import as_owner, name_of, refused, run, value
from tests.guards.test_applications_frozen import SIGN
from tests.guards.test_applications_partners import COMMIT
from tests.guards.test_applications_province import DECIDE, TO

pytestmark = pytest.mark.guard
AMOUNT = "100000000.00"


def test_not_even_by_its_owner(fresh_db):
    make.submitted(unit="350200", amount=AMOUNT)
    for sql in [
        "update applications_snapshot set content = '{}'",
        "delete from applications_snapshot",
        "truncate applications_snapshot cascade",
    ]:
        with pytest.raises(psycopg.Error) as error:
            as_owner(sql)
        assert name_of(error.value) in {"snapshot_stays", "snapshot_stays_whole"}


def test_its_owner_commits_no_enterprise_without_a_letter_either(fresh_db):
    row = make.drafted(unit="350200", amount=AMOUNT)
    with make.acting("drafter", "ZF350200") as by:
        body = make.Organisation.objects.get(code="YQ001")
        partners.invite_partner(by=by, application=row, what=partners.InviteInput(body, "参与"))
    with pytest.raises(psycopg.Error) as error:
        as_owner(COMMIT.replace("scope_user()", "invited_by_id"))
    assert name_of(error.value) == "partner_commits_with_letter"


def test_the_same_person_does_not_sign_with_two_roles(fresh_db):
    """A person who drafts and signs asks for the signature: the database wants another one."""
    row = make.drafted(unit="350200", amount=AMOUNT)
    both = make.person("drafter", "ZF350200")
    databases.committed(lambda: ensure_user(both.email, both.name, "ZF350200", "signatory"))
    with make.acting("drafter", "ZF350200") as by:
        assert {"drafter", "signatory"} <= by.roles
        submission.request_sign_off(by=by, application=Application.objects.get(pk=row.pk))
        assert refused(SIGN) == "sign_off_two_people"


def test_one_person_in_both_departments_is_not_enough(fresh_db):
    row = make.submitted(unit="350200", amount=AMOUNT)
    for side in make.Side:
        make.examined(row, side)
    both = make.person("provincial_officer", "GX350000")
    databases.committed(lambda: ensure_user(both.email, both.name, "CZ350000", "provincial_officer"))
    with make.acting("provincial_officer", "GX350000") as by:
        assert run(DECIDE, "industry", "recommend", "GX350000") == 1
        assert run(DECIDE, "finance", "recommend", "CZ350000") == 1
        assert refused(TO, "recommended") == "recommendation_needs_both"
        assert by.id == value("select min(person_id) from applications_recommendation")
