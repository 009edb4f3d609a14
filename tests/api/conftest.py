"""Clients of the API: with a token of a person, or with a session."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tests.grants.conftest import others, who, world  # noqa: F401 - fixtures of the money's tests

ApiClient = Callable[..., Client]


@pytest.fixture(autouse=True)
def _counters_start_anew():
    cache.clear()


@pytest.fixture
def token(actor) -> Callable[..., str]:
    """Make a token of a person through the command; gives the secret."""
    from portal.accounts.domain import tokens

    def make(user: Any, *, can_write: bool = False, days: int = 30) -> str:
        with actor(user) as by:
            what = tokens.TokenInput(name=uuid.uuid4().hex[:12], days=days, can_write=can_write)
            return tokens.make(by=by, what=what)[1]

    return make


@pytest.fixture
def api(token) -> ApiClient:
    """`api(user, can_write=True)` sends the token of a new kind; without a user it is nobody's."""

    def client(user: Any = None, *, can_write: bool = False, language: str = "en") -> Client:
        headers = {"accept-language": language}
        if user is not None:
            headers["authorization"] = f"Bearer {token(user, can_write=can_write)}"
        return Client(headers=headers, raise_request_exception=False)

    return client


@pytest.fixture
def act() -> Callable[..., Any]:
    """POST JSON with a new Idempotency-Key."""

    def post(client: Client, address: str, data: Any = None, *, key: str = "") -> Any:
        headers = {"idempotency-key": key or uuid.uuid4().hex}
        return client.post(address, data or {}, content_type="application/json", headers=headers)

    return post


@pytest.fixture
def act_with_file() -> Callable[..., Any]:
    """POST a form with a file, with a new Idempotency-Key."""

    def post(client: Client, address: str, data: Any, file: Any = None, *, name: str = "file") -> Any:
        from tests.factories_grants import pdf

        return client.post(address, {**data, name: file or pdf()}, headers={"idempotency-key": uuid.uuid4().hex})

    return post


@pytest.fixture
def done(act: Callable[..., Any], act_with_file: Callable[..., Any], api: ApiClient) -> Callable[..., Any]:
    """`done(user, address, data)` acts as the person and gives what was answered; the status has to be this one.

    sealed: the same as a form with a file, in which a row of a list is `lines[0]award`, `lines[0]amount`.
    """

    def post(
        user: Any, address: str, data: Any = None, *, status: int = 200, code: str = "", sealed: bool = False
    ) -> Any:
        client, where = api(user, can_write=True), f"/api/v1/{address}/"
        answer = act_with_file(client, where, _flat(data)) if sealed else act(client, where, data)
        assert answer.status_code == status, answer.content.decode()
        body = answer.json()
        assert not code or body["code"] == code, body
        return body

    return post


def _flat(data: dict[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in data.items():
        rows = enumerate(value) if isinstance(value, list) else ()
        flat |= {f"{name}[{at}]{field}": one for at, row in rows for field, one in row.items()} or {name: value}
    return flat
