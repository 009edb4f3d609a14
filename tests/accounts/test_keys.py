"""Security keys: added once, asked for, counted, and every answer that does not fit is refused in words and recorded."""

from __future__ import annotations

import copy
import json
from unittest.mock import MagicMock

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from django.core.cache import cache
from django.db import IntegrityError, transaction

from portal.accounts import forms_second_factor
from portal.audit.models import Event
from portal.core.scope import acting_as
from tests.accounts.people import is_in, just_confirmed, sign_in, trail, with_password
from tests.accounts.soft_key import ADD, ASK, CONFIRM, SoftKey, add, answer, asked, send

REFUSED = "This was no fitting answer of one of your keys."


@pytest.fixture
def person(cast):
    return with_password(cast("officer", "MIIT"))


@pytest.fixture
def browser(client_as, person):
    client = client_as()
    sign_in(client, person)
    return just_confirmed(client)


@pytest.fixture
def key(browser):
    found = SoftKey()
    assert add(browser, found).status_code == 302
    return found


@pytest.fixture
def asking(client_as, person, key):
    """A browser in which the person gave the password and is asked for the key."""
    client = client_as()
    sign_in(client, person)
    return client


def _keys() -> list[str]:
    return [str(row) for row in Authenticator.objects.filter(type="webauthn").order_by("pk")]


def test_a_key_opens_and_the_trail_says_that_it_was_a_key(asking, key, person):
    assert answer(asking, key)["Location"] == "/desk/"
    assert is_in(asking)
    assert [event[3] for event in trail("accounts.sign_in")] == ["", "webauthn"]
    assert Authenticator.objects.get(type="webauthn").last_used_at is not None


def test_a_key_without_a_name_gets_the_next_number(browser, key):
    for _ in range(2):
        add(browser, SoftKey(), " ")
    assert _keys() == ["Ring", "Key 1", "Key 2"]


def test_a_key_is_added_once_by_whomever(browser, key, cast, client_as):
    other = client_as()
    sign_in(other, with_password(cast("officer", "MOF")))
    for client in (browser, just_confirmed(other)):
        text = add(client, key).content.decode()
        assert "This key is known to the portal already. Choose another." in text
        assert 'value="Ring"' in text, "what was typed is kept"
    assert _keys() == ["Ring"]


def test_whom_another_answer_came_before(browser, key, cast, client_as, monkeypatch):
    """The check saw no such key, the database does: one's own is there, somebody else's is none of mine."""
    other = client_as()
    sign_in(other, with_password(cast("officer", "MOF")))
    unseen = MagicMock()
    unseen.objects.filter.return_value.exists.return_value = False
    monkeypatch.setattr(forms_second_factor, "Authenticator", unseen)
    assert add(browser, key)["Location"] == "/account/2fa/webauthn/"
    answer = add(just_confirmed(other), key)
    assert answer.status_code == 200
    assert "This key is known to the portal already. Choose another." in answer.content.decode()
    assert _keys() == ["Ring"]


def test_the_database_lets_a_key_in_once(browser, person, key):
    row = Authenticator.objects.get(type="webauthn")
    with acting_as(person.pk), pytest.raises(IntegrityError, match="mfa_key_once"), transaction.atomic():
        Authenticator.objects.create(user=person, type="webauthn", data=row.data)


def test_an_answer_is_good_once(asking, key, client_as, person):
    told = key.get(asked(asking, ASK))
    assert send(asking, told).status_code == 302
    again = client_as()
    sign_in(again, person)
    asked(again, ASK)
    assert REFUSED in send(again, told).content.decode()
    assert not is_in(again)


def test_an_answer_to_another_session_or_an_older_tab_is_refused_and_the_page_asks_anew(asking, key, client_as, person):
    other = client_as()
    sign_in(other, person)
    older = key.get(asked(asking, ASK))
    elsewhere = key.get(asked(other, ASK))
    asked(asking, ASK)  # a second tab
    for told in (elsewhere, older):
        assert REFUSED in send(asking, told).content.decode()
    assert [event[1:] for event in trail("accounts.second_factor_failed")] == [("refused", "127.0.0.1", "webauthn")] * 2
    assert answer(asking, key).status_code == 302


def test_the_key_of_another_person_opens_nothing(asking, cast, client_as):
    stranger, theirs = client_as(), SoftKey()
    sign_in(stranger, with_password(cast("officer", "MOF")))
    add(just_confirmed(stranger), theirs)
    assert REFUSED in answer(asking, theirs).content.decode()
    assert not is_in(asking)


@pytest.mark.parametrize("fault", ["host", "origin", "touch", "signature", "kind"])
def test_a_wrong_answer_opens_nothing(asking, key, settings, fault):
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False  # as in production
    options = asked(asking, ASK)
    wrong = {"host": {"host": "evil.example"}, "origin": {"origin": "https://evil.example"}}.get(fault, {})
    for name, value in wrong.items():
        setattr(key, name, value)
    told = key.create(options) if fault == "kind" else key.get(options, 0 if fault == "touch" else 5)
    if fault == "signature":
        told["response"]["signature"] = key.get(options)["response"]["signature"]
    assert REFUSED in send(asking, told).content.decode()
    assert not is_in(asking)
    key.host, key.origin = "testserver", "https://testserver"
    assert answer(asking, key).status_code == 302


def test_a_key_that_counts_backwards_is_closed_and_its_person_told(
    asking, key, person, client_as, django_capture_on_commit_callbacks
):
    copied = copy.copy(key)
    assert answer(asking, key).status_code == 302
    second = client_as()
    sign_in(second, person)
    with django_capture_on_commit_callbacks(execute=True):
        text = answer(second, copied).content.decode()
    assert "This key counted backwards" in text
    assert not is_in(second)
    assert trail("accounts.key_copied") == [(person.pk, "refused", "127.0.0.1", "Ring")]
    assert [letter.to for letter in mail.outbox] == [[person.email]]
    assert "somebody may hold a copy of it" in mail.outbox[0].body
    copied.counter += 10
    for one in (key, copied):
        assert "This key counted backwards" in answer(second, one).content.decode(), "which is the copy nobody knows"
    assert len(trail("accounts.key_copied")) == 1
    assert "closed: it may have been copied" in asking.get("/account/2fa/webauthn/").content.decode()


def test_a_key_that_never_counts_opens_each_time(browser, person, client_as):
    quiet = SoftKey(step=0)
    add(browser, quiet)
    for _ in range(2):
        client = client_as()
        sign_in(client, person)
        assert answer(client, quiet).status_code == 302


NONSENSE = [
    "", "{", "[]", "5", '"x"', "null", "{}", '{"id": "x"}', '{"id": "x", "rawId": "x"}',
    '{"id": "eA", "rawId": "eA", "response": 5}', '{"id": "eA", "rawId": "eA", "response": {}}',
    '{"rawId": "eA", "response": {"clientDataJSON": "e30", "authenticatorData": "eA", "signature": "eA"}}',
    '{"rawId": "eA", "response": {"clientDataJSON": "e30", "attestationObject": "eA"}}',
    '{"rawId": "eA", "response": {"clientDataJSON": "NQ", "attestationObject": "oA"}}',
    '{"rawId": "eA", "type": "x", "response": {"clientDataJSON": "ä", "attestationObject": "gA"}}',
    "[" * 5_000, "[" * 50_000,
]  # fmt: skip


@pytest.mark.parametrize("told", NONSENSE)
@pytest.mark.parametrize("address", [ADD, ASK, CONFIRM])
def test_what_no_key_says_is_refused_in_words(asking, browser, key, address, told):
    client = asking if address == ASK else browser
    asked(client, address)
    reply = send(client, told, address)
    assert reply.status_code == 200
    assert "error-summary" in reply.content.decode()
    assert "js_data" in reply.content.decode(), "it can be tried again there"
    assert not is_in(asking)
    assert _keys() == ["Ring"]


@pytest.mark.parametrize("part", ["clientDataJSON", "attestationObject", "authenticatorData", "signature"])
def test_an_answer_cut_or_changed_anywhere_is_refused(asking, browser, key, part):
    address, client = (ADD, browser) if part == "attestationObject" else (ASK, asking)
    options = asked(client, address)
    whole = (SoftKey().create if address == ADD else key.get)(options)
    text = whole["response"][part]
    for told in [text[: len(text) // 3], text[:-4], "", "A" * len(text), 7, None, [], {}]:
        wrong = whole | {"response": whole["response"] | {part: told}}
        if address == ASK:
            cache.clear()  # not the lock after five failures is asked here
        reply = send(client, wrong, address)
        assert reply.status_code == 200
        assert "error-summary" in reply.content.decode()
    assert _keys() == ["Ring"]
    assert not is_in(asking)


def test_five_wrong_answers_close_the_account_for_codes_as_well(asking, key, person):
    for _ in range(5):
        answer(asking, SoftKey())
    text = answer(asking, key).content.decode()
    assert "closed for fifteen minutes" in text
    assert "closed for fifteen minutes" in asking.post(ASK, {"code": "000000"}).content.decode()
    assert trail("accounts.sign_in_closed") == [
        (person.pk, "refused", "127.0.0.1", "webauthn"),
        (person.pk, "refused", "127.0.0.1", "code"),
    ]
    assert not is_in(asking)


def test_a_key_shows_once_more_that_it_is_oneself_and_a_wrong_one_stays_on_the_page(asking, key):
    answer(asking, key)
    wrong = answer(asking, SoftKey(), CONFIRM)
    assert wrong.status_code == 200
    assert REFUSED in wrong.content.decode()
    options = asked(asking, f"{CONFIRM}?next={ADD}")
    right = asking.post(CONFIRM, {"credential": json.dumps(key.get(options)), "next": ADD})
    assert right["Location"] == ADD
    assert asking.get(ADD).status_code == 200


def test_a_new_name_stands_in_the_trail(browser, key, person):
    pk = Authenticator.objects.get(type="webauthn").pk
    page = f"/account/2fa/webauthn/keys/{pk}/edit/"
    assert browser.post(page, {"name": "  "}).status_code == 200
    assert browser.post(page, {"name": "Safe"}).status_code == 302
    assert _keys() == ["Safe"]
    with acting_as(person.pk):
        event = Event.objects.get(act="accounts.rename_key")
    assert (event.before, event.after) == ({"name": "Ring"}, {"name": "Safe"})


def test_the_last_key_says_what_goes_with_it(browser, key, client_as, person, settings):
    settings.TWO_FACTOR_REQUIRED = True
    first = Authenticator.objects.get(type="webauthn").pk
    page = f"/account/2fa/webauthn/keys/{first}/remove/"
    assert "It is the last one" in browser.get(page).content.decode()
    add(browser, SoftKey(), "Second")
    assert "It is the last one" not in browser.get(page).content.decode()
    for row in Authenticator.objects.filter(type="webauthn"):
        browser.post(f"/account/2fa/webauthn/keys/{row.pk}/remove/")
    assert not Authenticator.objects.exists()
    assert browser.get("/desk/")["Location"] == "/account/2fa/"
    assert len(trail("accounts.remove_second_factor")) == 3, "both keys and the recovery codes"


def test_the_key_of_another_is_neither_renamed_nor_taken_away(key, cast, client_as):
    other = client_as()
    sign_in(other, with_password(cast("officer", "MOF")))
    just_confirmed(other)
    pk = Authenticator.objects.get(type="webauthn").pk
    for page in ("edit", "remove"):
        assert other.post(f"/account/2fa/webauthn/keys/{pk}/{page}/", {"name": "Mine"}).status_code == 404
    assert _keys() == ["Ring"]


def test_only_what_a_person_has_is_offered(asking, person, client_as, cast):
    text = asking.get(ASK).content.decode()
    assert "Use a security key" in text
    assert "authenticator app" not in text
    other = with_password(cast("officer", "MOF"))
    with acting_as(other.pk):
        TOTP.activate(other, "JBSWY3DPEHPK3PXP")
    client = client_as()
    sign_in(client, other)
    assert "Use a security key" not in client.get(ASK).content.decode()


def test_in_production_keys_belong_to_the_name_of_the_portal(browser, settings):
    settings.PRODUCTION, settings.BASE_URL = True, "https://pilot.example.gov.cn"
    options = asked(browser, ADD)
    assert options["rp"]["id"] == "pilot.example.gov.cn"
    assert "Open the portal at https://pilot.example.gov.cn" in browser.get(ADD).content.decode()
