"""Separation of administrators, held by the database."""

from __future__ import annotations

import threading
import time

import psycopg
import pytest
from django.db import connections, transaction

from portal.accounts.domain import people
from portal.accounts.models import Membership
from portal.core.errors import DomainError
from portal.core.scope import acting_as
from tests import databases
from tests.people import person

INSERT = """
    insert into accounts_membership (user_id, organisation_id, role, granted_by_id, granted_at)
    select %s, id, %s, %s, now() from accounts_organisation where code = %s
"""


@pytest.fixture
def security(raw_web, cast):
    """A connection in the scope of a security administrator."""
    admin = cast("security_admin", "YW")
    raw_web.execute("select enter_scope(%s)", [admin.pk])
    return raw_web, admin


def _refused(connection, values, constraint, kind=psycopg.errors.IntegrityError):
    with pytest.raises(kind) as refused:
        connection.execute(INSERT, values)
    assert refused.value.diag.constraint_name == constraint


@pytest.mark.guard
@pytest.mark.parametrize("second", ["security_admin", "audit_admin"])
def test_one_person_never_holds_two_administrator_roles(security, cast, second):
    connection, admin = security
    system = cast("system_admin", "YW", 2)
    _refused(connection, [system.pk, second, admin.pk, "YW"], "membership_one_administrator_role")


@pytest.mark.guard
def test_administrator_holds_no_business_role(security, cast):
    connection, admin = security
    system = cast("system_admin", "YW", 2)
    _refused(connection, [system.pk, "officer", admin.pk, "MIIT"], "membership_administrator_has_no_business")


@pytest.mark.guard
def test_business_person_becomes_no_administrator(security, cast):
    connection, admin = security
    officer = cast("officer", "MIIT")
    _refused(connection, [officer.pk, "audit_admin", admin.pk, "YW"], "membership_administrator_has_no_business")


@pytest.mark.guard
@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("reviewer", "MIIT"), ("officer", "MIIT")),
        (("reviewer", "ZJ"), ("auditor", "SJ")),
        (("officer", "MOF"), ("reviewer", "MOF")),
        (("auditor", "SJ"), ("reviewer", "ZJ")),
    ],
)
def test_whoever_reviews_holds_no_office_in_which_all_scores_are_read(security, cast, first, second):
    """Officers and auditors read each review that is in: theirs, still to be written, would not be independent."""
    connection, admin = security
    person, (role, code) = cast(*first, 2), second
    with connection.transaction(force_rollback=True):
        _refused(connection, [person.pk, role, admin.pk, code], "membership_reviewer_holds_no_office")
    connection.execute("update accounts_membership set ended_at = now() where user_id = %s", [person.pk])
    connection.execute(INSERT, [person.pk, role, admin.pk, code])


@pytest.mark.guard
def test_nobody_grants_to_themselves(security):
    connection, admin = security
    with pytest.raises(psycopg.errors.DatabaseError):
        connection.execute(INSERT, [admin.pk, "officer", admin.pk, "MIIT"])


@pytest.mark.guard
@pytest.mark.parametrize(
    ("role", "code", "constraint"),
    [
        ("finance_maker", "MIIT", "membership_money_only_in_finance"),
        ("finance_maker", "GX350000", "membership_role_fits_kind"),
        ("auditor", "ZF350200", "membership_role_fits_kind"),
        ("soe_officer", "MOF", "membership_role_fits_kind"),
    ],
)
def test_role_fits_its_organisation(security, cast, role, code, constraint):
    connection, admin = security
    someone = cast("drafter", "ZF350200", 5)
    _refused(connection, [someone.pk, role, admin.pk, code], constraint)


@pytest.mark.guard
def test_only_a_security_administrator_grants(raw_web, cast):
    officer, someone = cast("officer", "MIIT"), cast("drafter", "ZF350200", 5)
    raw_web.execute("select enter_scope(%s)", [officer.pk])
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw_web.execute(INSERT, [someone.pk, "drafter", officer.pk, "ZF350500"])


@pytest.mark.guard
def test_membership_is_never_deleted(security):
    connection, _ = security
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("delete from accounts_membership")


@pytest.mark.guard
def test_the_clockwork_stays(security):
    """Neither its account nor its role ends, whoever asks: without it no deadline closes and nothing is sealed."""
    connection, _ = security
    found = connection.execute("select id from accounts_user where email = 'clockwork@portal.invalid'").fetchone()
    for change in ("is_active = false", "email = 'other@portal.invalid'", f"successor_id = {security[1].pk}"):
        with connection.transaction(force_rollback=True), pytest.raises(psycopg.errors.CheckViolation) as refused:
            connection.execute(f"update accounts_user set {change} where id = %s", found)
        assert refused.value.diag.constraint_name == "clockwork_stays"
    ended = connection.execute("update accounts_membership set ended_at = now() where user_id = %s", found)
    assert ended.rowcount == 0


@pytest.mark.guard
def test_a_deactivated_account_stays_so(security, cast):
    """What was read before and saved late (a password that was being hashed) opened it again."""
    connection, _ = security
    left = cast("drafter", "ZF350200", 8)
    connection.execute("update accounts_user set is_active = false where id = %s", [left.pk])
    for change in ("is_active = true", f"successor_id = {security[1].pk}"):
        with connection.transaction(force_rollback=True), pytest.raises(psycopg.errors.CheckViolation) as refused:
            connection.execute(f"update accounts_user set {change} where id = %s", [left.pk])
        assert refused.value.diag.constraint_name == "deactivated_stays"


@pytest.mark.guard
def test_an_invitation_is_taken_beside_the_end_of_its_writers_post(fresh_db, monkeypatch):
    """Neither waits for the other in a circle: who takes it waits before locking a row, and finds it withdrawn."""
    writer, ender = person("security_admin", "YW"), person("security_admin", "YW", 2)
    letters = []
    monkeypatch.setattr(people, "enqueue", lambda row: letters.append(people.token_of(row)))
    with acting_as(writer.pk) as by:
        offered = people.Organisation.objects.get(code="ZF350200")
        people.invite(by=by, what=people.InviteInput("neu@zf.test", "新人", offered, people.Role.DRAFTER))
    withdraw, ended = people._withdraw_all, []

    def take() -> None:
        try:
            with transaction.atomic():
                people.take(token=letters[0], password="korrekt-Pferd-Batterie-9")
            ended.append("taken")
        except DomainError as error:
            ended.append(error.code)
        except Exception as error:
            ended.append(type(error).__name__)
        finally:
            connections.close_all()

    other = threading.Thread(target=take)

    def while_it_is_taken(inviter):
        """The post's row is locked by now; the other begins, and stands before whatever lock comes first."""
        other.start()
        waits = "select exists (select from pg_stat_activity where datname = %s and wait_event_type = 'Lock')"
        while other.is_alive() and not databases.admin().execute(waits, [fresh_db]).fetchone()[0]:
            time.sleep(0.01)
        return withdraw(inviter)

    monkeypatch.setattr(people, "_withdraw_all", while_it_is_taken)
    with acting_as(ender.pk) as by:
        post = Membership.objects.get(user=writer, ended_at=None)
        people.end_membership(by=by, membership=post, why="misused")
    other.join()
    assert ended in (["invitation_is_open"], ["invitation_gone"])
    with acting_as(ender.pk):
        assert not people.User.objects.filter(email="neu@zf.test").exists()


@pytest.mark.guard
@pytest.mark.parametrize(
    "change", ["unit = '350200'", "code = 'CZ350200'", "province = '360000'", "kind = 'unit_government'"]
)
def test_a_body_stays_what_it_is_and_where_it_is(security, change):
    """The rights of all its members follow from that: no administrator gives them another city's money."""
    raw_web, admin = security
    with pytest.raises(psycopg.errors.IntegrityError) as refused:
        raw_web.execute(f"update accounts_organisation set {change} where code = 'CZ350500'")
    assert refused.value.diag.constraint_name == "organisation_is_kept"
    raw_web.rollback()
    raw_web.execute("select enter_scope(%s)", [admin.pk])
    changed = raw_web.execute("update accounts_organisation set name_zh = name_zh || '（新）' where code = 'CZ350500'")
    assert changed.rowcount == 1


def test_trigger_agrees_with_the_enums(db):
    """The trigger's pairs of kind and role are the ones of ROLES_OF_KIND."""
    import re

    from portal.accounts.enums import ROLES_OF_KIND
    from portal.accounts.models.membership import ROLE_FITS

    text = " ".join(ROLE_FITS.func.split("-- Only MOF")[0].split())
    pairs = {}
    for kind, many, one in re.findall(r"o\.kind = '(\w+)' and new\.role (?:in \(([^)]*)\)|= '(\w+)')", text):
        pairs[kind] = set(re.findall(r"\w+", many)) if many else {one}
    assert pairs == {kind.value: {role.value for role in roles} for kind, roles in ROLES_OF_KIND.items()}
