"""The second factor: an app and recovery codes through the forms, enforced where it is required, encrypted in the rows."""

from __future__ import annotations

import re
import time
from unittest.mock import patch

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.core.cache import cache

from portal.core.scope import acting_as
from tests.accounts.people import PASSWORD, is_in, sign_in, trail, with_password


@pytest.fixture
def person(cast):
    return with_password(cast("officer", "MIIT"))


@pytest.fixture
def browser(client_as, person):
    client = client_as()
    sign_in(client, person)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    return client


def _code(secret: str) -> str:
    """The present code; near the end of its half minute the next one, so that it still holds when it arrives."""
    while time.time() % 30 > 24:
        time.sleep(0.5)
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def _enrol(browser) -> str:
    """Set an app up through the page; gives its secret."""
    page = browser.get("/account/2fa/totp/activate/").content.decode()
    secret = re.search(r"<code>([A-Z2-7]{16,})</code>", page)[1]
    answer = browser.post("/account/2fa/totp/activate/", {"code": _code(secret)})
    assert answer.status_code == 302, answer.content.decode()
    cache.clear()  # the same half minute's code may be used once more in these tests
    return secret


def test_an_app_is_set_up_with_its_code(browser, person, django_capture_on_commit_callbacks):
    page = browser.get("/account/2fa/totp/activate/").content.decode()
    assert 'src="data:image/svg+xml' in page
    wrong = browser.post("/account/2fa/totp/activate/", {"code": "000000"})
    assert "This code is wrong or was used already." in wrong.content.decode()
    assert not Authenticator.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        _enrol(browser)
    assert set(Authenticator.objects.filter(user=person).values_list("type", flat=True)) == {"totp", "recovery_codes"}
    assert {event[3] for event in trail("accounts.add_second_factor")} == {"totp", "recovery_codes"}
    assert any("An authenticator app was set up" in letter.body for letter in mail.outbox)


def test_secrets_are_encrypted_in_the_rows(browser, person):
    secret = _enrol(browser)
    row = Authenticator.objects.get(user=person, type="totp")
    assert secret not in str(row.data)
    seed = Authenticator.objects.get(user=person, type="recovery_codes").data
    assert str(seed).count("gAAAA") == 1


def _recovery_codes_of_no_seed() -> list[str]:
    store = Authenticator(type="recovery_codes", data={"migrated_codes": None, "seed": "", "used_mask": 0})
    with patch("allauth.mfa.recovery_codes.internal.auth.decrypt", lambda _text: ""):
        return store.wrap().generate_codes()


def test_a_changed_key_of_the_portal_opens_no_secret(browser, person, client_as, settings):
    secret = _enrol(browser)
    settings.SECRET_KEY = "another-" + "y" * 60
    client = client_as()
    sign_in(client, person)
    for code in (_code(secret), _code(""), *_recovery_codes_of_no_seed()[:2]):
        answer = client.post("/account/2fa/authenticate/", {"code": code})
        assert answer.status_code == 200
        assert not is_in(client), "a secret that does not open is none that is empty, whose codes anybody works out"


def test_sign_in_asks_for_the_code(browser, person, client_as):
    secret = _enrol(browser)
    client = client_as()
    answer = sign_in(client, person)
    assert answer["Location"].startswith("/account/2fa/authenticate/")
    assert not is_in(client)
    assert client.get("/desk/").status_code == 302
    wrong = client.post("/account/2fa/authenticate/", {"code": "000000"})
    assert "This code is wrong" in wrong.content.decode()
    assert [event[1] for event in trail("accounts.second_factor_failed")] == ["refused"]
    right = client.post("/account/2fa/authenticate/", {"code": _code(secret)})
    assert right["Location"] == "/desk/"
    assert is_in(client)


def test_a_code_is_used_once(browser, person, client_as):
    secret = _enrol(browser)
    first, second = client_as(), client_as()
    sign_in(first, person)
    sign_in(second, person)
    code = _code(secret)
    assert first.post("/account/2fa/authenticate/", {"code": code}).status_code == 302
    assert second.post("/account/2fa/authenticate/", {"code": code}).status_code == 200
    assert not is_in(second)


def test_a_telephone_whose_clock_is_half_a_minute_off_opens_and_no_code_twice(browser, person, client_as, monkeypatch):
    secret, now = _enrol(browser), time.time()
    counter = next(iter(yield_hotp_counters_from_time())) + 1  # the present one, between the one before and the next
    clients = [client_as() for _ in range(4)]
    for client in clients:
        sign_in(client, person)
    late, slow, early, far = (format_hotp_value(hotp_value(secret, counter + off)) for off in (-1, 0, 1, 3))
    monkeypatch.setattr(time, "time", lambda: now)
    for client, code, opens in zip(clients, (late, far, early, slow), (True, False, True, False), strict=True):
        cache.clear()  # what was used is remembered with the secret, not where it may be lost
        client.post("/account/2fa/authenticate/", {"code": code})
        assert is_in(client) == opens, code


def test_recovery_codes_without_a_factor_are_none(browser, person, settings):
    """What an app and its codes leave behind, taken away and made anew at the same moment, is asked for by nothing."""
    _enrol(browser)
    with acting_as(person.pk):
        Authenticator.objects.filter(user=person, type="totp").delete()
    settings.TWO_FACTOR_REQUIRED = True
    assert browser.get("/desk/")["Location"] == "/account/2fa/"


def test_a_second_click_leads_to_what_there_is_and_not_to_taking_it_away(browser, person):
    _enrol(browser)
    for send in (browser.get, browser.post):
        assert send("/account/2fa/totp/activate/")["Location"] == "/account/2fa/"


def test_a_recovery_code_that_opens_is_told_by_letter(browser, person, client_as, django_capture_on_commit_callbacks):
    _enrol(browser)
    code = re.search(r"<li><code>([^<]+)</code></li>", browser.get("/account/2fa/recovery-codes/").content.decode())[1]
    client = client_as()
    sign_in(client, person)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/account/2fa/authenticate/", {"code": code})
    assert [letter.to for letter in mail.outbox] == [[person.email]]
    assert "A recovery code of your account was used" in mail.outbox[0].body


def test_a_second_factor_closed_after_failures_stands_in_the_trail(browser, person, client_as):
    _enrol(browser)
    client = client_as()
    sign_in(client, person)
    for _ in range(6):
        client.post("/account/2fa/authenticate/", {"code": "000000"})
    assert len(trail("accounts.second_factor_failed")) == 5
    assert trail("accounts.sign_in_closed") == [(person.pk, "refused", "127.0.0.1", "code")]


@pytest.mark.parametrize("change", ["password", "account"])
def test_what_was_begun_with_an_older_password_or_in_a_closed_account_ends(browser, person, client_as, change):
    secret = _enrol(browser)
    client = client_as()
    sign_in(client, person)
    if change == "password":
        with_password(person, "noch-ein-Pferd-Stapel-7")
    else:
        person.is_active = False
        person.save(update_fields=["is_active"])
    before = len(trail("accounts.sign_in"))
    answer = client.post("/account/2fa/authenticate/", {"code": _code(secret)}, follow=True)
    assert answer.redirect_chain == [("/account/login/", 302)]
    assert "changed meanwhile" in answer.content.decode()
    assert not is_in(client)
    assert len(trail("accounts.sign_in")) == before


def test_five_wrong_codes_close_the_second_factor(browser, person, client_as):
    secret = _enrol(browser)
    client = client_as()
    sign_in(client, person)
    for _ in range(5):
        client.post("/account/2fa/authenticate/", {"code": "000000"})
    answer = client.post("/account/2fa/authenticate/", {"code": _code(secret)})
    assert "closed for fifteen minutes" in answer.content.decode()
    assert not is_in(client)


def test_a_recovery_code_opens_once(browser, person, client_as, django_capture_on_commit_callbacks):
    _enrol(browser)
    page = browser.get("/account/2fa/recovery-codes/").content.decode()
    codes = re.findall(r"<li><code>([^<]+)</code></li>", page)
    assert len(codes) == 10
    assert browser.get("/account/2fa/recovery-codes/download/").content.decode().split() == codes
    for client, opens in [(client_as(), True), (client_as(), False)]:
        sign_in(client, person)
        client.post("/account/2fa/authenticate/", {"code": codes[0]})
        assert is_in(client) == opens
    assert codes[0] not in browser.get("/account/2fa/recovery-codes/").content.decode()
    assert [event[3] for event in trail("accounts.sign_in")][-1:] == ["recovery_codes"]
    assert [event[3] for event in trail("accounts.view_recovery_codes")] == ["", "download", ""]
    for page in ("", "download/", "generate/"):
        kept = browser.get(f"/account/2fa/recovery-codes/{page}")["Cache-Control"]
        assert "no-store" in kept or page == "generate/"
    with django_capture_on_commit_callbacks(execute=True):
        browser.post("/account/2fa/recovery-codes/generate/")
    assert codes[1] not in browser.get("/account/2fa/recovery-codes/").content.decode()
    assert len(trail("accounts.renew_recovery_codes")) == 1


def test_the_app_is_taken_away(browser, person):
    _enrol(browser)
    assert browser.get("/account/2fa/totp/deactivate/").status_code == 200
    assert browser.post("/account/2fa/totp/deactivate/").status_code == 302
    assert not Authenticator.objects.filter(user=person).exists(), "recovery codes go with the last factor"
    assert "totp" in {event[3] for event in trail("accounts.remove_second_factor")}


def test_changes_ask_for_the_password_again_after_a_while(browser, monkeypatch):
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 600)
    answer = browser.get("/account/2fa/totp/activate/")
    assert answer["Location"].startswith("/account/reauthenticate/")
    refused = browser.post(answer["Location"], {"password": "wrong"})
    assert "The password is wrong." in refused.content.decode()
    assert browser.post(answer["Location"], {"password": PASSWORD})["Location"] == "/account/2fa/totp/activate/"


# Enforced


OPEN = ["/account/2fa/", "/account/2fa/totp/activate/", "/account/sessions/", "/account/password/change/"]


def test_without_a_factor_nothing_opens_where_it_is_required(browser, settings):
    settings.TWO_FACTOR_REQUIRED = True
    for url in ["/", "/desk/", "/batches/", "/people/", "/reference/units/", "/calls/1/"]:
        for send in (browser.get, browser.post):
            answer = send(url)
            assert (answer.status_code, answer["Location"]) == (302, "/account/2fa/")
    for url in OPEN:
        assert browser.get(url).status_code == 200
    assert browser.post("/language/", {"language": "en"}).status_code == 302
    assert browser.get("/health/live").status_code == 200
    assert "Set up a second factor first" in browser.get("/desk/", follow=True).content.decode()
    _enrol(browser)
    assert browser.get("/desk/").status_code == 200


def test_nobody_is_locked_out_of_public_pages(client_as, settings, db):
    settings.TWO_FACTOR_REQUIRED = True
    assert client_as().get("/").status_code == 200
