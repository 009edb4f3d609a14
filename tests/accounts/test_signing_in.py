"""Sign-in by address, the closed account, idle sign-out, sessions, passwords: through the pages, and what the trail keeps."""

from __future__ import annotations

import re
import time

import pytest
from allauth.usersessions.models import UserSession
from celery.exceptions import Retry
from django.conf import settings as configured
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.accounts import tasks
from portal.accounts.models import User
from tests.accounts.people import PASSWORD, is_in, just_confirmed, sign_in, trail, with_password


@pytest.fixture
def person(cast):
    return with_password(cast("officer", "MIIT"))


@pytest.fixture
def browser(client_as):
    return client_as()


def test_sign_in_by_address_whatever_its_capitals(person, browser):
    answer = browser.post("/account/login/", {"login": person.email.upper(), "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/desk/")
    assert is_in(browser)
    assert trail("accounts.sign_in") == [(person.pk, "done", "127.0.0.1", "")]


def test_sign_in_leads_where_one_wanted_to_go_but_never_away(person, browser):
    answer = browser.post(
        "/account/login/?next=/batches/", {"login": person.email, "password": PASSWORD, "next": "/batches/"}
    )
    assert answer["Location"] == "/batches/"
    browser.post("/account/logout/")
    answer = browser.post(
        "/account/login/", {"login": person.email, "password": PASSWORD, "next": "https://evil.example/"}
    )
    assert answer["Location"] == "/desk/"


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "The e-mail address or the password is wrong."), ("zh-hans", "电子邮箱或密码不正确。")],
)
def test_a_wrong_password_and_an_unknown_address_read_the_same(client_as, person, language, sentence):
    for email in (person.email, "nobody@nowhere.test"):
        answer = client_as(language=language).post("/account/login/", {"login": email, "password": "wrong"})
        assert sentence in answer.content.decode()
        assert f'value="{email}"' in answer.content.decode()
    assert trail("accounts.sign_in_failed") == [
        (person.pk, "refused", "127.0.0.1", ""),
        (None, "refused", "127.0.0.1", "nobody@nowhere.test"),
    ]


def test_the_trail_never_holds_a_password(person, browser):
    from portal.audit.models import Event
    from portal.core.scope import acting_as

    sign_in(browser, person, "my-secret-typo")
    with acting_as(person.pk):
        assert not [row for row in Event.objects.all().values() if "my-secret-typo" in str(row)]


def test_five_failures_close_the_account_and_no_other(person, cast, client_as):
    other, browser = with_password(cast("officer", "MOF")), client_as()
    for _ in range(5):
        sign_in(browser, person, "wrong")
    answer = sign_in(browser, person)
    assert "After five failed attempts this account is closed for fifteen minutes." in answer.content.decode()
    assert not is_in(browser)
    assert trail("accounts.sign_in_closed") == [(person.pk, "refused", "127.0.0.1", "")]
    sign_in(browser, other)
    assert is_in(browser)


def test_failures_count_for_the_account_whatever_the_browser_calls_the_portal(person, client_as):
    """The host may carry any number for its port: no spelling of it opens five more attempts."""
    browser = client_as()
    for port in range(81, 86):
        sign_in(browser, person, "wrong", headers={"host": f"testserver:{port}"})
    answer = sign_in(browser, person, headers={"host": "testserver:99"})
    assert "this account is closed for fifteen minutes" in answer.content.decode()
    assert not is_in(browser)


def test_passwords_tried_at_its_change_count_as_those_of_a_sign_in(person, client_as):
    """Whoever finds an open browser does not try the present password without end, and leaves a trace."""
    here, new = client_as(), {"password1": "noch-ein-Pferd-Stapel-7", "password2": "noch-ein-Pferd-Stapel-7"}
    sign_in(here, person)
    for _ in range(5):
        here.post("/account/password/change/", {"oldpassword": "wrong"} | new)
    assert trail("accounts.sign_in_failed") == [(person.pk, "refused", "127.0.0.1", "")] * 5
    other = client_as()
    sign_in(other, person)
    assert not is_in(other), "the account is closed"
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_the_trail_names_the_request_of_a_sign_in(person, browser):
    from portal.audit.models import Event
    from portal.core.scope import acting_as

    sign_in(browser, person, headers={"x-request-id": "sign-in-4711"})
    with acting_as(person.pk):
        assert Event.objects.get(act="accounts.sign_in", actor=person.pk).request_id == "sign-in-4711"


def test_a_closed_account_opens_after_its_time(person, browser, monkeypatch):
    for _ in range(6):
        sign_in(browser, person, "wrong")
    now = time.time()
    for minutes, opens in [(14, False), (15.1, True)]:
        monkeypatch.setattr(time, "time", lambda minutes=minutes: now + 60 * minutes)
        sign_in(browser, person)
        assert is_in(browser) == opens


def test_right_passwords_close_nothing(person, browser):
    for _ in range(7):
        sign_in(browser, person)
        assert is_in(browser)
        browser.post("/account/logout/")


def test_a_deactivated_person_does_not_get_in(person, browser):
    User.objects.filter(pk=person.pk).update(is_active=False)
    answer = sign_in(browser, person)
    assert not is_in(browser)
    assert answer.status_code in (200, 302)


def test_sign_out_needs_a_click_and_stands_in_the_trail(person, browser):
    sign_in(browser, person)
    assert browser.get("/account/logout/").status_code == 200
    assert is_in(browser)
    answer = browser.post("/account/logout/")
    assert answer["Location"] == "/"
    assert not is_in(browser)
    assert trail("accounts.sign_out") == [(person.pk, "done", "127.0.0.1", "")]


def test_idle_people_are_signed_out(person, browser, monkeypatch):
    sign_in(browser, person)
    assert browser.get("/desk/").status_code == 200
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + configured.IDLE_SECONDS - 30)
    assert browser.get("/desk/").status_code == 200
    monkeypatch.setattr(time, "time", lambda: now + 2 * configured.IDLE_SECONDS + 60)
    answer = browser.get("/desk/", follow=True)
    assert answer.redirect_chain == [("/account/login/?next=/desk/", 302)]  # and back to where the person was
    assert "You were signed out because nothing happened for a while." in answer.content.decode()
    assert len(trail("accounts.sign_out")) == 1


def test_a_new_session_key_at_sign_in(person, browser):
    browser.get("/account/login/")
    before = browser.session.session_key
    sign_in(browser, person)
    assert browser.session.session_key != before


def test_passwords_are_argon2(person):
    assert person.password.startswith("argon2$argon2id$")


# Sessions


def test_sessions_are_listed_and_ended(person, client_as):
    here, there, third = client_as(), client_as(), client_as()
    for client, agent in [(here, "Here"), (there, "There"), (third, "Third")]:
        sign_in(client, person, headers={"user-agent": agent})
    text = here.get("/account/sessions/").content.decode()
    for word in ("There", "Third", "this session", "127.0.0.1"):
        assert word in text
    ends = re.findall(r"/people/sessions/\d+/end/", text)
    assert len(ends) == 2
    assert here.get(ends[0]).status_code == 405
    assert here.post(ends[0])["Location"] == "/account/sessions/"
    assert there.get("/desk/").status_code == 302
    assert third.get("/desk/").status_code == 200
    here.post("/account/sessions/")
    assert third.get("/desk/").status_code == 302
    assert here.get("/desk/").status_code == 200
    assert len(trail("accounts.end_session")) == 2, "each session that was ended, also where all were at once"


def test_nobody_ends_the_session_of_another(person, cast, client_as):
    mine, other = client_as(), client_as()
    sign_in(mine, person)
    sign_in(other, with_password(cast("officer", "MOF")))
    row = UserSession.objects.get(user=person)
    assert other.post(f"/people/sessions/{row.pk}/end/").status_code == 404
    assert mine.get("/desk/").status_code == 200


def test_a_sign_in_asks_no_more_where_many_sessions_are_open(person, client_as):
    sign_in(client_as(), person)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as seen:
            sign_in(client_as(), person)
        counts.append(len(seen))
        for _ in range(5):
            sign_in(client_as(), person)
    assert counts[0] == counts[1]
    here = client_as()
    sign_in(here, person)
    assert here.get("/account/sessions/").content.decode().count("/end/") == 13


def test_sessions_that_ended_are_not_listed(person, client_as):
    here, ended, idle, other = (client_as() for _ in range(4))
    for client in (ended, idle, other, here):
        sign_in(client, person)
    ended.session.flush()
    Session.objects.filter(pk=idle.session.session_key).update(expire_date=timezone.now())
    assert here.get("/account/sessions/").content.decode().count("/end/") == 1
    kept = UserSession.objects.filter(user=person).values_list("session_key", flat=True)
    assert set(kept) == {here.session.session_key, other.session.session_key}


def test_sessions_of_an_earlier_password_are_not_listed(person, client_as):
    here, there = client_as(), client_as()
    sign_in(there, person)
    person.set_password("noch-ein-Pferd-Stapel-7")
    person.save()
    sign_in(here, person, "noch-ein-Pferd-Stapel-7")
    assert "/end/" not in here.get("/account/sessions/").content.decode()


# Passwords


def test_password_is_changed_with_the_old_one(person, client_as, django_capture_on_commit_callbacks):
    here, there = client_as(), client_as()
    sign_in(here, person)
    sign_in(there, person)
    new = {"password1": "noch-ein-Pferd-Stapel-7", "password2": "noch-ein-Pferd-Stapel-7"}
    refused = here.post("/account/password/change/", {"oldpassword": "wrong"} | new)
    assert "Give your present password." in refused.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert here.post("/account/password/change/", {"oldpassword": PASSWORD} | new).status_code == 302
    assert here.get("/desk/").status_code == 200
    assert there.get("/desk/").status_code == 302, "other sessions end"
    person.refresh_from_db()
    assert person.check_password("noch-ein-Pferd-Stapel-7")
    assert len(trail("accounts.change_password")) == 1
    (letter,) = mail.outbox
    assert letter.to == [person.email]
    assert "Your password was changed." in letter.body
    assert "您的密码已修改。" in letter.body


@pytest.mark.parametrize("weak", ["short-1", "1qaz2wsx3edc4rfv", "123456789012345", "officer.1@miit.test"])
def test_weak_passwords_are_refused(person, browser, weak):
    sign_in(browser, person)
    answer = browser.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": weak, "password2": weak})
    assert answer.status_code == 200
    assert "field__error" in answer.content.decode()
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def _link(letter) -> str:
    return re.search(r"http://[^/]+(/account/password/reset/key/\S+)", letter.body)[1]


@pytest.fixture
def queue(monkeypatch):
    """The addresses handed to the worker."""
    handed: list[str] = []
    monkeypatch.setattr(
        "portal.accounts.resets.current_app.send_task", lambda name, args, **_: handed.append((name, args[0]))
    )
    return handed


@pytest.fixture
def ask(browser, queue, django_capture_on_commit_callbacks):
    """Ask for a letter through the page; gives what went to the worker."""

    def asked(email):
        queue.clear()
        with django_capture_on_commit_callbacks(execute=True):
            answer = browser.post("/account/password/reset/", {"email": email}, follow=True)
        assert "Look into your mail" in answer.content.decode()
        assert mail.outbox == [], "the request sends nothing"
        return queue

    return asked


def test_password_is_set_anew_by_letter_once(person, client_as, ask):
    browser = client_as()
    ((name, address),) = ask(person.email.upper())
    assert (name, address) == (tasks.send_reset.name, person.email)
    tasks.send_reset(address)
    (letter,) = mail.outbox
    assert letter.subject == "设置新密码 / Set a new password"
    assert letter.body.count(_link(letter)) == 2, "once in each language"
    page = browser.get(_link(letter), follow=True)
    where = page.redirect_chain[-1][0]
    assert "Set a new password" in page.content.decode()
    weak = browser.post(where, {"password1": "short", "password2": "short"})
    assert "field__error" in weak.content.decode()
    new = {"password1": "noch-ein-Pferd-Stapel-7", "password2": "noch-ein-Pferd-Stapel-7"}
    done = browser.post(where, new, follow=True)
    assert "The new password is set" in done.content.decode()
    assert not is_in(browser), "the sign-in asks for the second factor"
    person.refresh_from_db()
    assert person.check_password("noch-ein-Pferd-Stapel-7")
    assert len(trail("accounts.reset_password")) == 1
    again = client_as().get(_link(letter), follow=True)
    assert "This link was used or is too old." in again.content.decode()


def test_a_new_password_by_letter_opens_an_account_closed_after_failures(person, client_as, ask):
    browser = client_as()
    for _ in range(6):
        sign_in(browser, person, "wrong")
    ask(person.email)
    tasks.send_reset(person.email)
    where = browser.get(_link(mail.outbox[0]), follow=True).redirect_chain[-1][0]
    browser.post(where, {"password1": "noch-ein-Pferd-Stapel-7", "password2": "noch-ein-Pferd-Stapel-7"})
    sign_in(browser, person, "noch-ein-Pferd-Stapel-7")
    assert is_in(browser)


def test_an_unknown_address_gets_no_letter_and_costs_the_same(person, ask):
    """The request looks for nobody, so its time tells nothing: the same statements, the same message to the worker."""
    statements = []
    for address in (person.email, "nobody@nowhere.test"):
        with CaptureQueriesContext(connection) as asked:
            assert [one for _name, one in ask(address)] == [address]
        statements.append([re.sub(r"'[^']*'|\d+", "?", one["sql"]) for one in asked])
    assert statements[0] == statements[1]
    assert not any("accounts_user" in one or "account_emailaddress" in one for one in statements[0])
    tasks.send_reset("nobody@nowhere.test")
    assert mail.outbox == []


def test_a_deactivated_person_gets_no_letter(person):
    User.objects.filter(pk=person.pk).update(is_active=False)
    tasks.send_reset(person.email)
    assert mail.outbox == []


def test_a_letter_for_a_new_password_goes_without_the_queue_and_is_tried_again(
    person, browser, monkeypatch, django_capture_on_commit_callbacks
):
    def down(*_, **__):
        raise OSError

    monkeypatch.setattr("portal.accounts.resets.current_app.send_task", down)
    with django_capture_on_commit_callbacks(execute=True):
        browser.post("/account/password/reset/", {"email": person.email})
    assert [letter.to for letter in mail.outbox] == [[person.email]]
    monkeypatch.setattr("django.core.mail.EmailMessage.send", down)
    with pytest.raises(Retry):
        tasks.send_reset.apply(args=[person.email], throw=True)
    with django_capture_on_commit_callbacks(execute=True):
        answer = browser.post("/account/password/reset/", {"email": person.email}, follow=True)
    assert answer.status_code == 200, "with neither queue nor mail server"


@pytest.mark.parametrize("path", ["email/", "confirm-email/", "confirm-email/x/", "login/code/confirm/"])
def test_addresses_are_not_changed_by_oneself(person, client_as, path):
    assert just_confirmed(client_as(person)).get(f"/account/{path}").status_code == 404


def test_nobody_signs_up(db, browser):
    data = {"email": "new@nowhere.test", "password1": PASSWORD, "password2": PASSWORD}
    answer = browser.post("/account/signup/", data)
    assert "Accounts come by invitation" in answer.content.decode()
    assert not User.objects.filter(email="new@nowhere.test").exists()
