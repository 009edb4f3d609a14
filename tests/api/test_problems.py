"""Every error of the API is a problem (RFC 9457), whoever raised it."""

from __future__ import annotations

import base64
import json

import pytest
from django.core.exceptions import SuspiciousOperation, TooManyFilesSent
from django.test import Client
from redis.exceptions import ConnectionError as NoConnection

from portal.core.errors import PROBLEMS, DomainError

BASE = {"type", "title", "status", "detail", "code", "request_id"}


@pytest.fixture
def officer(cast):
    return cast("officer", "MIIT")


def problem(answer, status, code):
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert set(body) - {"errors"} == BASE
    assert (body["status"], body["code"], body["type"]) == (status, code, f"/api/v1/errors/{code}/")
    assert body["title"]
    assert body["detail"]
    assert body["request_id"] == answer["X-Request-ID"]
    return body


def test_nobody_is_asked_to_sign_in(api):
    answer = api().get("/api/v1/batches/")
    problem(answer, 401, "not_authenticated")
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


def test_not_allowed_says_why(api, cast):
    body = problem(api(cast("drafter", "ZF350200")).get("/api/v1/events/"), 403, "not_allowed")
    assert body["detail"] == "None of your roles includes this act."


@pytest.mark.parametrize("address", ["batches/999999999999999/", "units/NONE/", "nothing/at/all", "", "units/a b/"])
def test_what_is_not_there(api, officer, address):
    problem(api(officer).get(f"/api/v1/{address}"), 404, "not_found")


@pytest.mark.parametrize("method", ["put", "patch", "delete", "post", "options"])
def test_method_that_does_not_exist(api, officer, method):
    client = api(officer, can_write=True)
    answer = getattr(client, method)("/api/v1/batches/", headers={"idempotency-key": "method-1"})
    problem(answer, 405, "method_not_allowed")


def test_no_page_is_given(api, officer):
    problem(api(officer).get("/api/v1/batches/", headers={"accept": "text/html"}), 406, "not_acceptable")


@pytest.mark.parametrize(
    ("media", "body", "status", "code"),
    [
        ("application/x-www-form-urlencoded", "a=b", 415, "unsupported_media_type"),
        ("application/json", "{", 400, "parse_error"),
        ("application/json", "[1]", 422, "invalid"),
        ("application/json", "[" * 100_000, 400, "parse_error"),
        ("application/json", b"\xff\xfe", 400, "parse_error"),
    ],
)
def test_only_a_json_object_is_read(api, officer, media, body, status, code):
    client = api(officer, can_write=True)
    answer = client.post("/api/v1/batches/1/open/", body, content_type=media, headers={"idempotency-key": "media-type"})
    problem(answer, status, code)


def test_language_is_the_callers(api, cast):
    body = api(cast("drafter", "ZF350200"), language="zh-hans").get("/api/v1/events/").json()
    assert body["detail"] == "您的角色均不包含此操作。"


def test_foreign_cursor(api, officer):
    problem(api(officer).get("/api/v1/batches/?cursor=%ff%fe"), 400, "invalid_cursor")
    number, text = (b"p=abc", b"p=abc%00", b"p=" + b"9" * 5000), (b"p=%00", b"p=abc%00")
    for path, places in (("batches", number), ("units", text)):
        for place in places:
            cursor = base64.b64encode(place).decode()
            problem(api(officer).get(f"/api/v1/{path}/", {"cursor": cursor}), 400, "invalid_cursor")


def test_parameter_that_does_not_fit_is_named(api, officer):
    body = problem(api(officer).get("/api/v1/units/?province=1234567&search=" + "x" * 81), 422, "invalid")
    assert {row["pointer"] for row in body["errors"]} == {"#/province", "#/search"}
    assert all(row["detail"] and row["code"] for row in body["errors"])


def test_act_in_the_wrong_state_says_so(api, act, officer):
    from portal.programme.models import Batch

    past = Batch.objects.get(number=1)
    answer = act(api(officer, can_write=True), f"/api/v1/batches/{past.pk}/open/")
    body = problem(answer, 403, "not_allowed")
    assert body["detail"] == "The batch is no longer a draft."
    past.refresh_from_db()
    assert past.state == "archived"


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (DomainError("not_enough", "Too little is left.", "amount"), 422, "not_enough"),
        (SuspiciousOperation("odd"), 400, "parse_error"),
        (TooManyFilesSent("many"), 413, "too_large"),
        (UnicodeDecodeError("utf-8", b"", 0, 1, "bad"), 400, "parse_error"),
        (RuntimeError("secret of the portal"), 500, "failed"),
        (NoConnection("secret of the portal"), 503, "unavailable"),
    ],
)
def test_whatever_is_raised(api, officer, monkeypatch, error, status, code):
    from portal.accounts import api as accounts

    def fail(self, request):
        raise error

    client = api(officer)
    monkeypatch.setattr(accounts.MeView, "get", fail)
    answer = client.get("/api/v1/me/")
    body = problem(answer, status, code)
    assert "secret" not in answer.content.decode()
    if code == "not_enough":
        assert body["errors"] == [{"pointer": "#/amount", "detail": "Too little is left.", "code": "not_enough"}]


def test_failure_undoes_what_was_written(api, officer, monkeypatch):
    from portal.accounts import api as accounts
    from portal.core.commands import event_writer

    def write_and_fail(self, request):
        event_writer()(
            by=request._request.actor, act="core.half", obj=None, before={}, after={}, why="", outcome="done"
        )
        raise RuntimeError

    client = api(officer)
    monkeypatch.setattr(accounts.MeView, "get", write_and_fail)
    assert client.get("/api/v1/me/").status_code == 500
    from portal.audit.models import Event
    from portal.core.scope import acting_as

    with acting_as(officer.pk):
        assert not Event.objects.filter(act="core.half").exists()


def test_session_needs_the_form_token(officer):
    browser = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    browser.force_login(officer)
    answer = browser.post(
        "/api/v1/batches/1/open/", "{}", content_type="application/json", headers={"idempotency-key": "csrf-test"}
    )
    problem(answer, 403, "csrf")


def test_throttled_says_how_long(api, officer, monkeypatch):
    from portal.api.throttles import Person

    monkeypatch.setattr(Person, "THROTTLE_RATES", {"user": "2/minute"})
    client = api(officer)
    answers = [client.get("/api/v1/me/") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    problem(answers[-1], 429, "throttled")
    assert 0 < int(answers[-1]["Retry-After"]) <= 61


def test_api_answers_without_its_counter(api, officer, monkeypatch):
    from redis.exceptions import ConnectionError as Down

    from portal.api.throttles import Person

    class Gone:
        def get(self, *args):
            raise Down

    monkeypatch.setattr(Person, "cache", Gone())
    assert api(officer).get("/api/v1/me/").status_code == 200


def test_body_that_is_too_large(api, officer, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = api(officer, can_write=True).post(
        "/api/v1/batches/1/open/",
        json.dumps({"x": "y" * 2000}),
        content_type="application/json",
        headers={"idempotency-key": "too-large"},
    )
    problem(answer, 413, "too_large")


@pytest.mark.parametrize("code", sorted(PROBLEMS))
def test_every_code_has_its_page(client, db, code):
    answer = client.get(f"/api/v1/errors/{code}/")
    assert answer.status_code == 200
    assert answer.json()["status"] == PROBLEMS[code].status
    assert all(answer.json()["en"])


@pytest.mark.parametrize(("code", "status"), [("wrong_state", 409), ("batch_one_open", 422), ("nonsense", 404)])
def test_codes_of_acts_and_guards_have_pages(client, db, code, status):
    answer = client.get(f"/api/v1/errors/{code}/")
    assert answer.status_code == (404 if code == "nonsense" else 200)
    assert answer.json()["status"] == status
