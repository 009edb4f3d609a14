"""Who asks: set for one transaction, given back after a nested one, gone from a kept connection."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test import Client

from portal.accounts.cast import ensure_user
from portal.accounts.models import Organisation
from portal.core.scope import NOBODY, acting_as, enter, leave

SETTINGS = ("user", "nation", "provinces", "units", "orgs", "roles")


def _set() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select " + ", ".join(f"coalesce(current_setting('portal.{name}', true), '')" for name in SETTINGS)
        )
        return {name: value for name, value in zip(SETTINGS, cursor.fetchone(), strict=True) if value}


def _backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        return cursor.fetchone()[0]


def test_a_scope_is_entered_inside_a_transaction(fresh_db):
    with pytest.raises(RuntimeError, match="inside a transaction"):
        enter(1)


def test_a_kept_connection_keeps_nothing(fresh_db):
    officer = ensure_user("a@b.test", "A", "MIIT", "officer")
    backend = _backend()
    with acting_as(officer.pk):
        assert _set()["user"] == str(officer.pk)
        assert Organisation.objects.exists()
    assert _set() == {}
    assert not Organisation.objects.exists()
    with pytest.raises(ValueError, match="x"), acting_as(officer.pk):
        raise ValueError("x")
    assert _set() == {}
    assert _backend() == backend, "the same connection"


def test_a_request_leaves_nothing_on_the_connection(fresh_db):
    officer = ensure_user("a@b.test", "A", "MIIT", "officer")
    client = Client()
    client.force_login(officer)
    assert client.get("/desk/").status_code == 200
    assert _set() == {}
    assert client.get("/nowhere/").status_code == 404
    assert _set() == {}


def test_nested_scopes_are_given_back(cast):
    officer, drafter = cast("officer", "MIIT"), cast("drafter", "ZF350200")
    with acting_as(officer.pk):
        before = _set()
        with acting_as(drafter.pk) as inner:
            assert inner.scope.units == ("350200",)
            assert "nation" not in _set() or _set()["nation"] == "false"
        assert _set() == before
        with pytest.raises(ValueError, match="x"), acting_as(drafter.pk):
            raise ValueError("x")
        assert _set() == before
    assert _set().get("user", "") == ""


def test_a_broken_transaction_inside_does_not_widen(cast):
    officer, drafter = cast("officer", "MIIT"), cast("drafter", "ZF350200")
    with acting_as(drafter.pk):
        with pytest.raises(Exception, match="division"), acting_as(officer.pk), connection.cursor() as cursor:
            cursor.execute("select 1/0")
        assert _set()["user"] == str(drafter.pk)
        assert _set()["nation"] == "false"


def test_leaving_takes_all_away(cast):
    with acting_as(cast("officer", "MIIT").pk):
        leave()
        assert _set() == {}
        assert not Organisation.objects.exists()


@pytest.mark.parametrize("who", [0, 10**12])
def test_nobody_sees_nothing(db, who):
    with transaction.atomic():
        assert enter(who) == NOBODY
        assert _set() == {}
        assert not Organisation.objects.exists()


@pytest.mark.parametrize(
    ("role", "code", "scope"),
    [
        ("officer", "MIIT", (True, (), ())),
        ("finance_checker", "MOF", (True, (), ())),
        ("auditor", "SJ", (True, (), ())),
        ("auditor", "SJ350000", (False, ("350000",), ())),
        ("provincial_officer", "GX350000", (False, ("350000",), ())),
        ("finance_maker", "CZ350000", (False, ("350000",), ())),
        ("drafter", "ZF350200", (False, (), ("350200",))),
        ("finance_maker", "CZ350200", (False, (), ("350200",))),
        ("soe_officer", "YQ001", (False, (), ())),
        ("reviewer", "MIIT", (False, (), ())),
        ("system_admin", "YW", (False, (), ())),
    ],
)
def test_the_scope_follows_from_the_organisation(cast, role, code, scope):
    with acting_as(cast(role, code).pk) as by:
        assert (by.scope.nation, by.scope.provinces, by.scope.units) == scope
        assert len(by.scope.organisations) == 1
        assert by.post(role, code=code) is by.posts[0]
        assert by.post(role, code="another") is None


def test_roles_in_a_closed_organisation_do_not_count(fresh_db):
    person = ensure_user("a@b.test", "A", "ZF350200", "drafter")
    Organisation.objects.using("owner").filter(code="ZF350200").update(is_active=False)
    with acting_as(person.pk) as by:
        assert by.posts == ()
        assert by.scope.units == ()
