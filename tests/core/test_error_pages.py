"""Pages of requests that cannot be answered."""

from __future__ import annotations

import io
import logging

import psycopg
import pytest
from django.core.cache import caches
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.test import Client
from django.urls import path
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from portal import urls
from portal.core.errors import NotAllowed, Stale
from portal.core.middleware import ScopeMiddleware
from portal.core.typed import typed
from portal.core.views import bad_request

handler400 = urls.handler400


def refuse(request):
    raise NotAllowed("no", "Only an officer may.")


def stale(request):
    raise Stale("stale", "Someone else changed it.")


def missing(request):
    raise Http404


def read(request):
    return HttpResponse(request.POST.get("x", ""))


urlpatterns = [
    *urls.urlpatterns,
    path("refuse/", refuse),
    path("stale/", stale),
    path("missing/", missing),
    path("post/", read),
]


@pytest.mark.parametrize(
    ("address", "status", "sentence"),
    [("/refuse/", 403, "Only an officer may."), ("/stale/", 409, "Someone else changed it.")],
)
@pytest.mark.urls("tests.core.test_error_pages")
def test_a_refusal_that_no_form_took_is_a_page_with_its_sentence(client_as, cast, address, status, sentence):
    answer = client_as(cast("officer", "MIIT")).get(address)
    assert answer.status_code == status
    assert sentence in answer.content.decode()


@pytest.mark.parametrize("address", ["/refuse/", "/stale/", "/missing/"])
@pytest.mark.urls("tests.core.test_error_pages")
def test_what_was_typed_comes_back_with_a_refusal_of_the_whole_form(client_as, cast, address):
    form = {"csrfmiddlewaretoken": "t" * 64, "why": "写了很久的理由 <b>不应丢失</b>", "kind": "short"}
    text = client_as(cast("officer", "MIIT")).post(address, form).content.decode()
    assert "写了很久的理由 &lt;b&gt;不应丢失&lt;/b&gt;" in text
    assert "It was not stored" in text
    assert "t" * 64 not in text
    assert ">short<" not in text


@pytest.mark.urls("tests.core.test_error_pages")
def test_what_another_site_sent_or_an_account_holds_is_not_shown(db, rf):
    form = {"why": "Call this number at once, please"}
    for address in ("/refuse/", "/nowhere/at/all/"):
        answer = Client(enforce_csrf_checks=True).post(address, form)
        assert answer.status_code in (403, 404)
        assert form["why"] not in answer.content.decode()
    request = rf.post("/account/login/", {"password": "a long password"})
    request.csrf_processing_done = True
    assert typed(request) == []


@pytest.mark.urls("tests.core.test_error_pages")
def test_a_request_that_is_too_large_is_413(client_as, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    answer = client_as().post("/post/", {"x": "y" * 1000})
    assert answer.status_code == 413
    assert "too large" in answer.content.decode()


@pytest.fixture
def written():
    """What the portal's own handler of log lines writes."""
    handler = next(one for one in logging.getLogger().handlers if type(one) is logging.StreamHandler)
    out = io.StringIO()
    before = handler.setStream(out)
    yield out.getvalue
    handler.setStream(before)


@pytest.mark.parametrize(
    ("setting", "data"),
    [
        ("DATA_UPLOAD_MAX_NUMBER_FIELDS", {str(number): "x" for number in range(20)}),
        ("DATA_UPLOAD_MAX_NUMBER_FILES", {str(number): io.BytesIO(b"x") for number in range(20)}),
    ],
)
@pytest.mark.urls("tests.core.test_error_pages")
def test_too_many_fields_or_files_are_a_page_and_one_line(client_as, settings, written, setting, data):
    setattr(settings, setting, 10)
    answer = client_as().post("/post/", data)
    assert answer.status_code == 413
    assert "too much at once" in answer.content.decode()
    (line,) = [line for line in written().splitlines() if setting in line]
    assert "[warning" in line
    assert "Traceback" not in written()


@pytest.mark.parametrize(("error", "status"), [(RequestDataTooBig("x"), 413), (ValueError("x"), 400)])
def test_bad_requests_by_kind(rf, db, error, status):
    assert bad_request(rf.get("/"), error).status_code == status


def test_403_says_the_reason(client_as, cast):
    answer = client_as(cast("drafter", "ZF350200")).get("/people/")
    assert answer.status_code == 403
    assert "None of your roles includes this act." in answer.content.decode()


@pytest.mark.parametrize(
    ("code", "zh", "en"),
    [("500", "系统出错了", "Something went wrong"), ("503", "暂时无法访问", "Out of reach for a moment")],
)
def test_a_failure_stands_alone_and_speaks_both_languages(code, zh, en):
    text = render_to_string(f"{code}.html", {})
    assert zh in text
    assert f'lang="en">{en}' in text
    assert "{%" not in text


def ended(state):
    error = OperationalError("terminating connection")
    error.__cause__ = state() if state else psycopg.OperationalError("connection refused")
    return error


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (RedisConnectionError("refused"), 503),
        (RedisTimeoutError("late"), 503),
        (ended(None), 503),
        (ended(psycopg.errors.AdminShutdown), 503),
        (ended(psycopg.errors.TooManyConnections), 503),
        (ended(psycopg.errors.DeadlockDetected), 500),
        (ResponseError("wrong command"), 500),
        (RuntimeError("a mistake"), 500),
    ],
)
@pytest.mark.parametrize("address", ["/account/login/", "/api/v1/me/"])
def test_a_server_that_is_out_of_reach_is_503(monkeypatch, db, error, status, address):
    """Which error it was decides, wherever it was met: here before any view."""

    def fail(self, request):
        raise error

    monkeypatch.setattr(ScopeMiddleware, "__call__", fail)
    answer = Client(raise_request_exception=False).get(address)
    assert answer.status_code == status
    assert ("Retry-After" in answer) == (status == 503)
    if address.startswith("/api/"):
        assert answer.json()["code"] == ("unavailable" if status == 503 else "failed")
    else:
        assert ("Out of reach for a moment" in answer.content.decode()) == (status == 503)


@pytest.mark.django_db
def test_a_sign_in_whose_failures_cannot_be_counted_waits(monkeypatch):
    def refuse(*args, **kwargs):
        raise RedisConnectionError("refused")

    monkeypatch.setattr(type(caches["default"]), "get", refuse)
    monkeypatch.setattr(type(caches["default"]), "add", refuse)
    form = {"login": "nobody@example.test", "password": "not-it"}
    answer = Client(raise_request_exception=False).post("/account/login/", form)
    assert answer.status_code == 503
    assert "暂时无法访问" in answer.content.decode()


def test_a_form_without_its_token_is_too_old_and_no_question_of_rights(db):
    answer = Client(enforce_csrf_checks=True, headers={"accept-language": "en"}).post("/account/login/", {"login": "x"})
    text = answer.content.decode()
    assert answer.status_code == 403
    assert "<h1>The form is too old</h1>" in text
    assert "data-too-old" in text  # the script of the pages keeps by it what was typed
    assert "this right" not in text
    assert "You may not do this" not in text


@pytest.mark.parametrize("contact", ["", "security@portal.example"])
@pytest.mark.parametrize("page", ["403.html", "account/signup_closed.html", "accounts/invitation_gone.html"])
def test_pages_name_the_portals_security_administrator_and_how_to_reach_them(rf, db, settings, page, contact):
    settings.SECURITY_CONTACT = contact
    text = render_to_string(page, {}, rf.get("/"))
    assert "联系平台安全管理员" in text
    assert "本单位安全管理员" not in text
    assert (f'href="mailto:{contact}"' in text) == bool(contact)


@pytest.mark.parametrize("address", ["/refuse/", "/missing/"])
@pytest.mark.urls("tests.core.test_error_pages")
def test_a_page_of_an_error_says_the_number_of_its_request(client_as, cast, address):
    answer = client_as(cast("officer", "MIIT")).get(address)
    assert f'<span class="code">{answer["X-Request-ID"]}</span>' in answer.content.decode()


@pytest.mark.parametrize("error", [RuntimeError("a mistake"), RedisConnectionError("refused")])
def test_a_failure_says_the_number_of_its_request_in_both_languages(monkeypatch, db, error):
    def fail(self, request):
        raise error

    monkeypatch.setattr(ScopeMiddleware, "__call__", fail)
    answer = Client(raise_request_exception=False).get("/account/login/", headers={"x-request-id": "r-42-abc"})
    assert answer.content.decode().count('<span class="code">r-42-abc</span>') == 2


@pytest.mark.parametrize("code", ["400", "403", "403_too_old", "404", "409", "413", "429"])
def test_every_error_page_renders(rf, db, code):
    request = rf.get("/")
    text = render_to_string(f"{code}.html", {}, request)
    assert code[:3] in text
    assert text.count("<h1>") == 1
