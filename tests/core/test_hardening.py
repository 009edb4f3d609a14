"""Headers, cookies, hosts, redirects and bodies."""

from __future__ import annotations

import os
import subprocess
import sys
from urllib.parse import urlencode

import pytest
from django.test import RequestFactory, override_settings
from django.urls import reverse

from portal.core.middleware import client_address

PAGES = ["/", "/desk/", "/people/", "/nothing/", "/account/login/", "/api/v1/me/", "/health/live", "/metrics"]


@pytest.mark.parametrize("signed_in", [False, True])
@pytest.mark.parametrize("path", PAGES)
def test_headers_on_every_answer(client_as, cast, path, signed_in):
    answer = client_as(cast("security_admin", "YW") if signed_in else None).get(path)
    policy = dict(part.strip().partition(" ")[::2] for part in answer["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]
    assert "Server" not in answer


@pytest.mark.parametrize("path", ["/desk/", "/people/"])
def test_pages_of_a_person_are_not_kept_by_anybody_else(client_as, cast, path):
    answer = client_as(cast("security_admin", "YW")).get(path)
    assert "private" in answer["Cache-Control"] or "no-store" in answer["Cache-Control"]


EVIL = [
    "https://evil.test/",
    "//evil.test/",
    "/\\evil.test",
    "javascript:alert(1)",
    "http:evil.test",
    "\thttps://evil.test",
]


@pytest.mark.parametrize("target", EVIL)
def test_language_switch_leads_to_no_other_site(client, db, target):
    answer = client.post(reverse("set_language"), {"language": "en", "next": target}, headers={"referer": target})
    assert answer["Location"] in {"/", "/en/"} or (
        answer["Location"].startswith("/") and "evil" not in answer["Location"]
    )


@pytest.mark.parametrize(
    ("sender", "back"),
    [
        ("http://testserver/applications/7/comments/?section=basics", "/applications/7/comments/?section=basics"),
        ("http://evil.test/applications/7/", ""),
        ("//evil.test/desk/", ""),
        ("", ""),
    ],
)
def test_what_was_sent_by_nobody_leads_back_to_its_page(client_as, sender, back):
    """Never to the address it was sent to, which may show nothing, nor to another site."""
    client = client_as()
    answer = client.post(reverse("inbox_read_all"), headers={"referer": sender} if sender else None)
    assert answer["Location"] == reverse("account_login") + (f"?{urlencode({'next': back}, safe='/')}" if back else "")
    assert "Nothing was saved" in client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("target", EVIL)
def test_sign_in_leads_to_no_other_site(client_as, cast, target):
    person = cast("officer", "MOF", 7)
    person.set_password("a-long-and-fine-one")
    person.save()
    answer = client_as().post(
        f"{reverse('account_login')}?next={target}",
        {"login": person.email, "password": "a-long-and-fine-one", "next": target},
    )
    assert answer.status_code == 302
    assert answer["Location"] == reverse("dashboard")


@pytest.mark.parametrize("host", ["evil.test", "127.0.0.1.evil.test", "evil.test:80", "a b", ""])
def test_other_hosts_are_turned_away(client, db, host):
    answer = client.get("/", headers={"host": host})
    assert answer.status_code == 400
    assert b"evil" not in answer.content


def test_body_beyond_every_limit_is_413(client_as, cast):
    with override_settings(MAX_BODY_BYTES=1000):
        page = client_as(cast("security_admin", "YW")).post("/people/invite/", {"name": "x" * 2000})
        api = client_as().post("/api/v1/me/", "x" * 2000, content_type="application/json")
    assert page.status_code == 413
    assert "too large" in page.content.decode()
    assert (api.status_code, api.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("6.6.6.6, 203.0.113.7", "203.0.113.7"),
        ("2001:db8::1", "2001:db8::1"),
        ("<script>" * 20, ""),
        ("", "127.0.0.1"),
    ],
)
def test_address_is_the_proxys_word_and_an_address(settings, forwarded, address):
    settings.PRODUCTION = True
    request = RequestFactory().get("/", headers={"x-forwarded-for": forwarded} if forwarded else {})
    assert client_address(request) == address


def test_nobody_forges_an_address_without_a_proxy(settings):
    settings.PRODUCTION = False
    assert client_address(RequestFactory().get("/", headers={"x-forwarded-for": "6.6.6.6"})) == "127.0.0.1"


def test_cookies_of_production_are_closed():
    """Read in a process of its own: settings are fixed when they load."""
    names = [
        "SESSION_COOKIE_SECURE",
        "SESSION_COOKIE_HTTPONLY",
        "CSRF_COOKIE_SECURE",
        "CSRF_COOKIE_HTTPONLY",
        "LANGUAGE_COOKIE_SECURE",
    ]
    code = (
        "from django.conf import settings as s; "
        f"print([getattr(s, n) for n in {names}], s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SAMESITE, "
        "s.SECURE_HSTS_SECONDS)"
    )
    env = os.environ | {
        "PORTAL_ENV": "production",
        "SECRET_KEY": "k" * 60,
        "BASE_URL": "https://portal.test",
        "ALLOWED_HOSTS": "portal.test",
    }
    env.pop("TWO_FACTOR", None)
    out = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True).stdout
    assert out.split("] ")[0] == "[" + ", ".join(["True"] * 5)
    assert out.split("] ")[1].split() == ["__Host-session", "__Host-csrf", "Lax", "31536000"]


def test_cookies_of_a_sign_in(client_as, cast):
    browser = client_as(cast("officer", "MIIT"))
    browser.get("/account/password/change/")
    cookies = browser.cookies
    assert cookies["sessionid"]["samesite"] == "Lax"
    assert cookies["sessionid"]["httponly"]
