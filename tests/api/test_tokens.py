"""Tokens: made once, kept as a digest, in the scope of their person, recorded, revoked."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.urls import reverse

from portal.accounts.domain import tokens as domain
from portal.accounts.domain.people import deactivate
from portal.accounts.models import ApiToken
from portal.core import clock
from portal.core.errors import DomainError, NotAllowed
from tests import databases


def what(**changes):
    return domain.TokenInput(**({"name": "job", "days": 30} | changes))


@pytest.fixture
def drafter(cast):
    return cast("drafter", "ZF350200")


def test_only_the_digest_is_kept(drafter, actor):
    with actor(drafter) as by:
        row, secret = domain.make(by=by, what=what())
        row.refresh_from_db()
    assert row.token_sha256 == domain.digest(secret)
    with connection.cursor() as cursor:
        cursor.execute("select to_jsonb(t)::text from accounts_apitoken t where id = %s", [row.pk])
        assert secret not in str(cursor.fetchone())
        cursor.execute("select count(*) from audit_event where after::text like %s", [f"%{secret}%"])
        assert cursor.fetchone() == (0,)


def test_token_answers_as_its_person(api, drafter):
    answer = api(drafter).get("/api/v1/me/")
    assert answer.status_code == 200
    assert answer.json()["email"] == drafter.email
    assert [post["code"] for post in answer.json()["posts"]] == ["ZF350200"]


def test_scope_in_the_database_is_the_tokens_person_whatever_the_session_says(
    token, drafter, cast, client_as, monkeypatch
):
    """Raw SQL inside the view: the settings every policy reads are the token's person's, not the session's."""
    from portal.accounts import api as accounts

    seen = {}

    def look(self, request):
        with connection.cursor() as cursor:
            cursor.execute("select scope_user(), scope_nation(), scope_units(), scope_roles()")
            seen["scope"] = cursor.fetchone()
        return accounts.Response({})

    monkeypatch.setattr(accounts.MeView, "get", look)
    browser = client_as(cast("officer", "MIIT"))
    browser.get("/api/v1/me/")
    assert seen["scope"][1] is True
    browser.get("/api/v1/me/", headers={"authorization": f"Bearer {token(drafter)}"})
    assert seen["scope"] == (drafter.pk, False, ["350200"], ["drafter"])
    # A worthless token is nobody, also in a browser that is signed in.
    seen.clear()
    answer = browser.get("/api/v1/me/", headers={"authorization": "Bearer pp_nothing"})
    assert (answer.status_code, answer.json()["code"], seen) == (401, "token_unknown", {})


def test_scope_of_a_request_is_gone_after_it(api, drafter):
    api(drafter).get("/api/v1/me/")
    with connection.cursor() as cursor:
        cursor.execute("select leave_scope()")
        cursor.execute("select count(*) from accounts_apitoken")
        assert cursor.fetchone() == (0,)


def test_pure_auditors_token_reads_with_the_reading_role(api, cast, monkeypatch):
    from portal.accounts import api as accounts

    seen = {}

    def look(self, request):
        with connection.cursor() as cursor:
            cursor.execute("select current_user")
            seen["role"] = cursor.fetchone()[0]
        return accounts.Response({})

    monkeypatch.setattr(accounts.MeView, "get", look)
    assert api(cast("auditor", "SJ")).get("/api/v1/me/").status_code == 200
    assert seen["role"] == "portal_reader"


def of_another_day(person):
    """A token that was made long ago, which the owner alone can write: the database says when one was made."""
    secret, made = domain.PREFIX + "of-another-day", clock.now() - timedelta(days=40)
    values = {"name": "long ago", "token_sha256": domain.digest(secret), "start": secret[:8], "created_at": made}
    ApiToken.objects.using("owner").create(user_id=person.pk, expires_at=made + timedelta(days=30), **values)
    return secret


@pytest.mark.parametrize("state", ["expired", "revoked", "inactive"])
def test_worthless_token_is_refused_with_its_reason(state, drafter, cast, actor, client):
    if state == "expired":
        secret = databases.committed(lambda: of_another_day(cast("drafter", "ZF350200", 2)))
    else:
        with actor(drafter) as by:
            row, secret = domain.make(by=by, what=what(days=365))
    if state == "revoked":
        with actor(drafter) as by:
            domain.revoke(by=by, token=row)
    if state == "inactive":
        with connection.cursor() as cursor:
            cursor.execute("update accounts_user set is_active = false where id = %s", [drafter.pk])
    answer = client.get("/api/v1/me/", headers={"authorization": f"Bearer {secret}"})
    assert (answer.status_code, answer.json()["code"]) == (401, f"token_{state}")
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


def test_who_leaves_loses_the_tokens(drafter, cast, actor):
    with actor(drafter) as by:
        _, secret = domain.make(by=by, what=what())
    with actor(cast("security_admin", "YW")) as by:
        deactivate(by=by, person=drafter, why="left")
        assert domain.look_up(secret).state == "revoked"


def test_use_stands_in_the_trail_once_an_hour(api, drafter, actor):
    from portal.audit.models import Event

    client = api(drafter)
    for _ in range(3):
        client.get("/api/v1/me/")
    with actor(drafter) as by:
        used = Event.objects.filter(actor=by.id, act="accounts.use_token")
        assert used.count() == 1
        assert used.get().after["name"] == ApiToken.objects.get(user=drafter).name
        assert used.get().request_id


def test_reading_token_does_not_act(api, act, cast):
    answer = act(api(cast("officer", "MIIT")), "/api/v1/batches/1/open/")
    assert (answer.status_code, answer.json()["code"]) == (403, "token_reads_only")


def test_token_makes_no_session(api, drafter):
    client = api(drafter)
    answer = client.get("/api/v1/me/")
    assert "sessionid" not in answer.cookies
    assert not client.cookies


def test_token_opens_no_page(api, drafter):
    answer = api(drafter).get(reverse("dashboard"))
    assert answer.status_code == 302


def test_token_needs_the_second_factor_where_it_is_required(api, drafter, settings, act):
    settings.TWO_FACTOR_REQUIRED = True
    answer = api(drafter).get("/api/v1/me/")
    assert (answer.status_code, answer.json()["code"]) == (403, "second_factor")


def test_limits(drafter, actor):
    with actor(drafter) as by:
        domain.make(by=by, what=what())
        with pytest.raises(DomainError) as taken:
            domain.make(by=by, what=what())
        with pytest.raises(DomainError) as span:
            domain.make(by=by, what=what(name="b", days=1000))
        assert (taken.value.field, span.value.field) == ("name", "days")
        assert ApiToken.objects.filter(user=drafter).count() == 1


def test_somebody_elses_token_is_not_revoked(drafter, cast, actor):
    with actor(drafter) as by:
        row, _ = domain.make(by=by, what=what())
    with actor(cast("signatory", "ZF350200")) as by, pytest.raises((NotAllowed, DomainError)):
        domain.revoke(by=by, token=row)
    with actor(drafter):
        row.refresh_from_db()
        assert row.revoked_at is None


@pytest.fixture
def recently(client_as):
    """A browser whose person has given the password just now."""

    def signed_in(user):
        browser = client_as(user)
        session = browser.session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
        session.save()
        return browser

    return signed_in


def test_pages_make_and_revoke(recently, drafter, actor, django_capture_on_commit_callbacks):
    browser = recently(drafter)
    with django_capture_on_commit_callbacks(execute=True):
        made = browser.post(reverse("tokens:make"), {"name": "job", "days": "30"})
    assert made.status_code == 200
    secret = made.context["secret"]
    assert secret in made.content.decode()
    (letter,) = mail.outbox
    assert letter.to == [drafter.email]
    assert "An API token was made for your account." in letter.body, "whoever did not do it hears of it"
    assert secret not in letter.body
    assert made["Cache-Control"].startswith("max-age=0")
    assert secret not in browser.get(reverse("tokens:list")).content.decode()
    with actor(drafter):
        pk = ApiToken.objects.get(user=drafter).pk
    assert browser.get(reverse("tokens:revoke", args=[pk])).status_code == 200
    assert browser.post(reverse("tokens:revoke", args=[pk])).status_code == 303
    with actor(drafter):
        assert domain.look_up(secret).state == "revoked"


def test_page_keeps_what_was_typed(recently, drafter):
    answer = recently(drafter).post(reverse("tokens:make"), {"name": "nightly", "days": "4"})
    assert answer.status_code == 422
    assert "nightly" in answer.content.decode()


def test_page_asks_for_the_password_again(client_as, drafter):
    drafter.set_password("once-more-and-with-care")
    drafter.save()
    answer = client_as(drafter).get(reverse("tokens:make"))
    assert answer.status_code == 302


def test_pages_of_somebody_elses_token_are_not_there(recently, drafter, cast, actor):
    with actor(drafter) as by:
        row, _ = domain.make(by=by, what=what())
    assert recently(cast("signatory", "ZF350200")).get(reverse("tokens:revoke", args=[row.pk])).status_code == 404


@pytest.mark.parametrize("size", [1, 15])
def test_list_costs_the_same_at_any_size(size, client_as, drafter, actor, budget):
    with actor(drafter) as by:
        for number in range(size):
            domain.make(by=by, what=what(name=f"job {number}"))
    browser = client_as(drafter)
    browser.get(reverse("tokens:list"))
    with budget(6):
        answer = browser.get(reverse("tokens:list"))
    assert len(answer.context["rows"]) == size
