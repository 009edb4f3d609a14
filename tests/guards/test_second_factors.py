"""Nobody's second factor is added, changed, passed on or taken away by another, past the application as well."""

from __future__ import annotations

import json
from types import SimpleNamespace

import psycopg
import pytest
from django.core.management.base import CommandError

from portal.accounts.doubles import refuse_doubles
from tests import databases

ADD = "insert into mfa_authenticator (user_id, type, data, created_at) values (%s, %s, %s, now()) returning id"
KEY = json.dumps({"name": "Ring", "credential": {"rawId": "a-key-of-the-guards"}})


@pytest.fixture
def owned(cast, raw_web):
    """A person and the key they hold, committed."""
    person = cast("officer", "MIIT")
    with psycopg.connect(databases.owner_dsn(), autocommit=True) as owner:
        (key,) = owner.execute(ADD, [person.pk, "webauthn", KEY]).fetchone()
        yield person, key
        raw_web.rollback()
        owner.execute("delete from mfa_authenticator where id = %s", [key])


def _as(connection, person):
    connection.execute("select enter_scope(%s)", [person.pk])
    return connection


def _refused(connection, statement, *values, constraint="second_factor_is_ones_own"):
    with pytest.raises(psycopg.errors.IntegrityError) as refused:
        connection.execute(statement, values)
    assert refused.value.diag.constraint_name == constraint
    connection.rollback()


@pytest.mark.guard
@pytest.mark.parametrize("who", ["nobody", "officer", "security_admin"])
def test_nobody_adds_a_factor_to_the_account_of_another(raw_web, owned, cast, who):
    if who != "nobody":
        _as(raw_web, cast("officer", "MOF") if who == "officer" else cast("security_admin", "YW"))
    _refused(raw_web, ADD, owned[0].pk, "totp", "{}")


@pytest.mark.guard
@pytest.mark.parametrize("who", ["officer", "security_admin"])
@pytest.mark.parametrize("change", ["data = '{}'", "user_id = scope_user()", "type = 'totp'"])
def test_nobody_changes_the_factor_of_another(raw_web, owned, cast, who, change):
    _as(raw_web, cast("officer", "MOF") if who == "officer" else cast("security_admin", "YW"))
    _refused(raw_web, f"update mfa_authenticator set {change} where id = %s", owned[1])


@pytest.mark.guard
def test_a_factor_is_not_passed_on_even_before_anybody_is_known(raw_web, owned, cast):
    _refused(raw_web, "update mfa_authenticator set user_id = %s where id = %s", cast("officer", "MOF").pk, owned[1])


@pytest.mark.guard
def test_the_sign_in_counts_before_anybody_is_known(raw_web, owned):
    done = raw_web.execute("update mfa_authenticator set data = data || '{\"counter\": 5}' where id = %s", [owned[1]])
    assert done.rowcount == 1


@pytest.mark.guard
@pytest.mark.parametrize(
    "change",
    [
        'data = data || \'{"credential": {"rawId": "mine"}}\'',
        'data = data || \'{"secret": "mine"}\'',
        "data = data - 'name'",
        "created_at = '2020-01-01'",
        "data = data || '{\"counter\": 6}'",
        "data = data - 'counter'",
        "data = data || '{\"last\": 6}'",
        "data = data || '{\"used_mask\": 9}'",
        "data = data || '{\"copied\": false}'",
    ],
)
def test_nothing_but_the_count_changes_before_anybody_is_known_and_it_never_goes_back(raw_web, owned, change):
    """A secret that is written anew opens the account of another; a code that was used opens it once more."""
    counted = '{"counter": 7, "last": 7, "used_mask": 3, "copied": true}'
    raw_web.execute("update mfa_authenticator set data = data || %s where id = %s", [counted, owned[1]])
    raw_web.execute("select leave_scope()")
    _refused(raw_web, f"update mfa_authenticator set {change} where id = %s", owned[1])


@pytest.mark.guard
def test_a_recovery_code_is_used_before_anybody_is_known(raw_web, owned):
    change = "update mfa_authenticator set last_used_at = now(), data = data || %s where id = %s"
    for mask in (1, 5, 7):
        assert raw_web.execute(change, [json.dumps({"used_mask": mask}), owned[1]]).rowcount == 1


@pytest.mark.guard
@pytest.mark.parametrize(("who", "may"), [("nobody", False), ("officer", False), ("system_admin", False),
                                          ("security_admin", True), ("self", True)])  # fmt: skip
def test_a_factor_is_taken_away_by_its_person_or_the_security_administrator(raw_web, owned, cast, who, may):
    people = {
        "officer": ("officer", "MOF"),
        "system_admin": ("system_admin", "YW"),
        "security_admin": ("security_admin", "YW"),
    }
    if who != "nobody":
        _as(raw_web, owned[0] if who == "self" else cast(*people[who]))
    statement = "delete from mfa_authenticator where id = %s"
    if may:
        assert raw_web.execute(statement, [owned[1]]).rowcount == 1
    else:
        _refused(raw_web, statement, owned[1])


@pytest.mark.guard
def test_a_key_is_in_one_account_once(raw_web, owned, cast):
    other = cast("officer", "MOF")
    for person in (owned[0], other):
        _as(raw_web, person)
        _refused(raw_web, ADD, person.pk, "webauthn", KEY, constraint="mfa_key_once")


def test_keys_that_stand_twice_are_named_before_the_migration_fails(owned, cast):
    """Where they were added before the index, it cannot be made: `migrate` says which they are and what to do."""
    (person, key), other = owned, cast("officer", "MOF")
    with psycopg.connect(databases.owner_dsn()) as owner:
        owner.execute("set lock_timeout = '20s'; drop index mfa_key_once")
        editor = SimpleNamespace(connection=owner)
        refuse_doubles(None, editor)
        (second,) = owner.execute(ADD, [other.pk, "webauthn", KEY]).fetchone()
        with pytest.raises(CommandError) as said:
            refuse_doubles(None, editor)
        assert f"{key} ({person.email}), {second} ({other.email})" in str(said.value)
        assert f"delete from mfa_authenticator where id in ({second});" in str(said.value)
        owner.rollback()
