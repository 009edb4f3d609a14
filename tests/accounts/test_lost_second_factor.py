"""A lost second factor is taken away by the security administrator and set up anew."""

from __future__ import annotations

import json

import pytest
from django.contrib.sessions.models import Session
from django.core import mail

from portal.accounts.domain import rights, tokens
from portal.accounts.models import ApiToken
from portal.core.scope import acting_as
from tests.accounts import soft_key
from tests.accounts.people import PASSWORD, events, just_confirmed, sign_in, with_password
from tests.accounts.test_second_factor import _code


@pytest.fixture
def locked_out(cast):
    """A person with an app, a key and recovery codes, none of which is at hand."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP

    person = with_password(cast("drafter", "ZF350200", 3))
    key = {"name": "Ring", "credential": {"rawId": "eA"}}
    with acting_as(person.pk):
        RecoveryCodes.activate(person)
        TOTP.activate(person, "JBSWY3DPEHPK3PXP")
        Authenticator.objects.create(user=person, type="webauthn", data=key)
    return person


def test_a_lost_second_factor_is_taken_away_and_set_up_anew(
    desk, admin, locked_out, client_as, settings, django_capture_on_commit_callbacks
):
    settings.TWO_FACTOR_REQUIRED = False
    from allauth.mfa.models import Authenticator

    open_elsewhere, page = client_as(locked_out), f"/people/{locked_out.pk}/second-factor/"
    assert page in desk.get(f"/people/{locked_out.pk}/").content.decode()
    assert "Make sure first that it is they who ask" in desk.get(page).content.decode()
    assert desk.post(page, {"why": " "}).status_code == 422
    with acting_as(locked_out.pk) as by:
        _, secret = tokens.make(by=by, what=tokens.TokenInput("月报", 30))
    assert tokens.look_up(secret).state == "open"
    with django_capture_on_commit_callbacks(execute=True):
        assert desk.post(page, {"why": "telephone lost, called back"})["Location"] == f"/people/{locked_out.pk}/"
    assert not Authenticator.objects.filter(user=locked_out).exists()
    (letter,) = mail.outbox
    assert letter.to == [locked_out.email]
    assert "took the second factor of your account away" in letter.body
    assert "programs that use one need a new one: 月报" in letter.body
    assert tokens.look_up(secret).state == "revoked", "it opened the account without any factor"
    (done,) = events("accounts.reset_second_factor")
    assert (done["actor"], done["why"]) == (admin.pk, "telephone lost, called back")
    assert done["after"] == {"taken": ["recovery_codes", "totp", "webauthn"], "tokens_revoked": ["月报"]}
    settings.TWO_FACTOR_REQUIRED = True
    client = client_as()
    assert sign_in(client, locked_out)["Location"] == "/desk/"
    assert client.get("/desk/")["Location"] == "/account/2fa/"
    assert page not in desk.get(f"/people/{locked_out.pk}/", follow=True).content.decode()
    del open_elsewhere


def test_sessions_end_with_the_second_factor(desk, locked_out, client_as):
    from allauth.mfa.models import Authenticator

    client = client_as()
    with acting_as(locked_out.pk):
        held = list(Authenticator.objects.filter(user=locked_out))
        Authenticator.objects.filter(user=locked_out).delete()
        sign_in(client, locked_out)
    with acting_as(locked_out.pk):
        Authenticator.objects.bulk_create(held)
    assert client.get("/desk/").status_code == 200
    desk.post(f"/people/{locked_out.pk}/second-factor/", {"why": "lost"})
    assert client.get("/desk/").status_code == 302


@pytest.mark.parametrize(("role", "code"), [("audit_admin", "YW"), ("system_admin", "YW"), ("officer", "MIIT")])
def test_only_the_security_administrator_takes_a_second_factor_away(locked_out, cast, client_as, role, code):
    from allauth.mfa.models import Authenticator

    answer = client_as(cast(role, code)).post(f"/people/{locked_out.pk}/second-factor/", {"why": "x"})
    assert answer.status_code == 403
    assert Authenticator.objects.filter(user=locked_out).count() == 3


def test_nobody_takes_their_own_second_factor_away_this_way(desk, admin):
    assert desk.post(f"/people/{admin.pk}/second-factor/", {"why": "x"}).status_code == 403


def test_where_there_is_no_second_factor_none_is_taken_away(desk, cast):
    person = cast("drafter", "ZF350200", 3)
    answer = desk.post(f"/people/{person.pk}/second-factor/", {"why": "x"})
    assert "This person has no second factor." in answer.content.decode()


def _token(_client):
    return "/account/tokens/new/", {"name": "job", "days": "30"}


def _app(client):
    secret = "JBSWY3DPEHPK3PXP"
    session = client.session
    session["mfa.totp.secret"] = secret
    session.save()
    return "/account/2fa/totp/activate/", {"code": _code(secret)}


def _key(client):
    told = soft_key.SoftKey().create(soft_key.asked(client, soft_key.ADD))
    return soft_key.ADD, {"name": "Ring", "credential": json.dumps(told)}


def _codes(_client):
    return "/account/2fa/recovery-codes/generate/", {}


def _password(_client):
    new = "ein neuer langer Satz 7"
    return "/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}


def _no_app(_client):
    return "/account/2fa/totp/deactivate/", {}


@pytest.mark.parametrize("made", [_token, _app, _key, _codes, _password, _no_app])
def test_a_session_that_ended_meanwhile_gives_itself_nothing_that_outlives_it(cast, client_as, monkeypatch, made):
    """Its request read it while it stood; what it made would open the account after the factor was taken away."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import TOTP

    person = with_password(cast("drafter", "ZF350200", 3))
    if made in (_codes, _no_app):
        with acting_as(person.pk):
            TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    client = just_confirmed(client_as(person))
    address, form = made(client)
    before = set(Authenticator.objects.filter(user=person).values_list("type", flat=True))
    with monkeypatch.context() as patched:
        patched.setattr(rights, "one_at_a_time", lambda: Session.objects.all().delete())
        assert client.post(address, form)["Location"].startswith("/account/login/")
    assert set(Authenticator.objects.filter(user=person).values_list("type", flat=True)) == before
    assert not ApiToken.objects.filter(user=person).exists()
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert client.get("/account/")["Location"].startswith("/account/login/")
