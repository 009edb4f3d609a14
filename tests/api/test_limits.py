"""How often somebody may ask: counted before permissions, so that whoever is turned away is counted as well."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver

from portal.api.throttles import Anonymous, Person
from tests.api.test_problems import problem


def three(client, path="/api/v1/batches/", method="get"):
    headers = {"idempotency-key": "limits-01"}
    return [getattr(client, method)(path, headers=headers) for _ in range(3)]


@pytest.fixture
def at_most_two(monkeypatch):
    for kind in (Anonymous, Person):
        monkeypatch.setattr(kind, "THROTTLE_RATES", {"anon": "2/minute", "user": "2/minute"})


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer wrong"}, {"authorization": "Bearer " + "a" * 64}])
@pytest.mark.parametrize(("path", "method"), [("batches/", "get"), ("me/", "get"), ("batches/1/open/", "post")])
def test_who_does_not_sign_in_is_counted_by_address(db, at_most_two, headers, path, method):
    client = Client(headers=headers)
    answers = three(client, f"/api/v1/{path}", method)
    assert [answer.status_code for answer in answers] == [401, 401, 429]
    problem(answers[-1], 429, "throttled")
    assert 0 < int(answers[-1]["Retry-After"]) <= 61
    assert "WWW-Authenticate" not in answers[-1]


def test_one_wrong_token_after_another_is_one_caller(db, at_most_two):
    found = [Client().get("/api/v1/batches/", headers={"authorization": f"Bearer t{number}"}) for number in range(3)]
    assert [answer.status_code for answer in found] == [401, 401, 429]
    assert Client(REMOTE_ADDR="198.51.100.7").get("/api/v1/batches/").status_code == 401


def test_who_signs_in_is_not_held_by_others_of_the_address(api, cast, at_most_two):
    three(Client())
    assert api(cast("officer", "MIIT")).get("/api/v1/batches/").status_code == 200


def test_what_a_person_may_not_do_is_counted(api, cast, at_most_two):
    client = api(cast("officer", "MIIT"))  # a token that only reads
    assert [one.status_code for one in three(client, "/api/v1/batches/1/open/", "post")] == [403, 403, 429]


def test_what_everybody_may_read_is_counted_once(db, at_most_two):
    assert [one.status_code for one in three(Client(), "/api/v1/errors/throttled/")] == [200, 200, 429]


def views_of(patterns):
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from views_of(one.url_patterns)
        elif isinstance(one, URLPattern):
            yield getattr(one.callback, "cls", None) or one.callback.view_class


def test_every_view_of_the_api_counts_first():
    from portal.api import urls
    from portal.core.api import CountedFirst

    found = set(views_of(urls.urlpatterns))
    assert len(found) > 40
    assert {view.__name__ for view in found if not issubclass(view, CountedFirst)} == set()
