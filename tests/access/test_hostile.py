"""Hostile requests on every route: whatever comes, the answer is a page or a refusal, never a failure."""

from __future__ import annotations

import operator
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any
from urllib.parse import quote

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.utils.functional import cached_property

from tests.access import matrix as file
from tests.access.reading import Watched
from tests.access.routes import Route, addresses, is_refused_unseen, routes

# Names of parameters the pages know, each given the same evil value in one request.
NAMES = [
    "q",
    "page",
    "sort",
    "order",
    "format",
    "search",
    "cursor",
    "page_size",
    "province",
    "unit",
    "state",
    "kind",
    "before",
    "after",
    "since",
    "until",
    "from",
    "to",
    "person",
    "act",
    "outcome",
    "object_type",
    "object_id",
    "batch",
    "number",
    "year",
    "next",
    "language",
    "id",
    "pk",
    "filter",
    "name",
    "email",
    "reason",
]
EVIL = {
    "nul": "\x00",
    "not UTF-8": "%ff%fe%80",
    "negative": "-1",
    "huge number": "9" * 60,
    "more digits than Python reads": "9" * 5000,
    "not a number": "NaN",
    "SQL": "' or 1=1; drop table accounts_user; --",
    "markup": "<script>alert(1)</script>",
    "path": "../../../../etc/passwd",
    "template": "{{ request.user }}{% debug %}",
    "surrogate": "\\ud800",
    "last of all days": "9999-12-31",
    "first of all days": "0001-01-01",
    "right to left": "\u202e\u0000\u2028",
}
# What is asked for around every view, and before every view of the API.
SHARED = {"as_of"}
SHARED_BY_API = {"as_of", "format"}
FORM = "application/x-www-form-urlencoded"
BODIES: dict[str, tuple[bytes, str]] = {
    "NUL in a field": (b"name=%00&why=%00&title=%00", FORM),
    "not UTF-8": (b"name=%ff%fe&why=\xff\xfe", FORM),
    "unknown character set": (b"name=a", FORM + "; charset=nonsense"),
    "too many fields": (b"&".join(b"a%d=1" % number for number in range(1500)), FORM),
    "broken multipart": (b"--x\r\nContent-Disposition: form-data; name=", "multipart/form-data; boundary=x"),
    "no boundary": (b"abc", "multipart/form-data"),
    "broken JSON": (b'{"a": ', "application/json"),
    "deep JSON": (b"[" * 5000, "application/json"),
    "number for an object": (b"1e400", "application/json"),
    "no content type": (b"abc", ""),
    "huge numbers": (b"&".join(f"{name}={'9' * 400}".encode() for name in (*NAMES, "amount", "days", "version")), FORM),
    "markup": (b"&".join(f"{name}=%3Cscript%3Ealert(1)%3C/script%3E".encode() for name in NAMES), FORM),
}


def _query(value: str) -> str:
    safe = "%" if "%" in value else ""
    return "&".join(f"{name}={quote(value, safe=safe)}" for name in NAMES)


def _check(answer: Any, what: str, wrong: list[str]) -> None:
    if answer.status_code >= 500:
        wrong.append(f"{what}: {answer.status_code}")
    elif not answer.streaming and b"<script>alert(1)" in answer.content:
        wrong.append(f"{what}: markup comes back as it was sent")
    target = answer.headers.get("Location", "")
    if target.startswith(("//", "http:", "https:", "javascript:", "/\\")):
        wrong.append(f"{what}: leads to {target[:60]}")
    file.let_go(answer)


def _who(matrix: file.Matrix, key: str, method: str) -> str:
    """The caller who gets farthest with this method, by the matrix."""
    answers = (matrix.expected(key) or {}).get(method, {})
    for wanted in ("422", "200", "303", "302"):
        for caller, answer in answers.items():
            if answer == wanted:
                return caller
    return "officer.miit"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names of parameters that views asked their requests for."""
    found: set[str] = set()
    watched = cached_property(lambda request: Watched.of(request, found))
    watched.__set_name__(WSGIRequest, "GET")
    monkeypatch.setattr(WSGIRequest, "GET", watched)
    return found


def _worth(names: Iterable[str], address: str, is_read: Callable[[], object]) -> Iterator[str]:
    """Markup and one other, by turns of the addresses; then all the rest where the first were read."""
    names = list(names)
    turn = zlib.crc32(address.encode()) % (len(names) - 1)
    first = ["markup", [name for name in names if name != "markup"][turn]]
    yield from first
    if is_read():
        yield from (name for name in names if name not in first)


@pytest.mark.parametrize("route", routes(), ids=lambda route: route.name)
def test_no_request_makes_it_fail(ground: dict[str, Any], asked: set[str], route: Route) -> None:
    """Each page gets every value and body it looks at; what it leaves to the code that all share, two of them.

    A page that asks for no parameter of its own renders the same whatever they are; one that refuses POST before it
    looks at anything does not read the body.
    """
    if route.names and route.name not in ground["objects"]:
        pytest.skip("no objects yet: the matrix says so")
    wrong: list[str] = []
    for key, address in addresses(route, ground["objects"].get(route.name)).items():
        caller = _who(ground["matrix"], key, "GET")
        asked.clear()
        shared = SHARED_BY_API if address.startswith("/api/") else SHARED
        for name in _worth(EVIL, address, partial(asked.difference, shared)):
            answer, _ = file.send(ground["clients"][caller], "GET", f"{address}?{_query(EVIL[name])}")
            _check(answer, f"{key} GET by {caller} with {name}", wrong)
        caller = _who(ground["matrix"], key, "POST")
        refused = is_refused_unseen("POST", address)
        for name in _worth(BODIES, address, partial(operator.not_, refused)):
            body, media = BODIES[name]
            answer, _ = file.send(ground["clients"][caller], "POST", address, body, media)
            _check(answer, f"{key} POST by {caller} with {name}", wrong)
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize(
    "cookie",
    [
        'sessionid="\\000aaaaaaaaaaa"',
        "sessionid=" + "x" * 5000,
        "django_language=../../x",
        "csrftoken=\xff",
        "a=b; ;;=",
    ],
)
def test_hostile_cookies(db, client, cookie):
    answer = client.get("/", headers={"cookie": cookie})
    assert answer.status_code in {200, 400}


@pytest.mark.parametrize(
    "path",
    [
        "/%00",
        "/people/%00/",
        "/batches/" + "9" * 5000 + "/",
        "/calls/-1/",
        "/calls/" + "9" * 30 + "/",
        "/%ff%fe/",
        "/a%0d%0ab/",
        "/.." * 20,
    ],
)
def test_hostile_paths(client_as, cast, path):
    answer = client_as(cast("officer", "MIIT")).get(path)
    assert answer.status_code in {400, 404}, answer


@pytest.mark.parametrize(
    "headers",
    [
        {"accept-language": "x" * 5000},
        {"accept-language": "\xff\xfe"},
        {"authorization": "Bearer \xff"},
        {"authorization": "Bearer " + "x" * 100_000},
        {"x-forwarded-for": "<script>, " * 50},
        {"x-request-id": "a\tb" * 100},
        {"if-none-match": '"' * 99},
        {"hx-request": "true", "hx-current-url": "\xff://["},
        {"range": "bytes=9999999999-"},
        {"content-length": "-1"},
        {"content-length": "abc"},
    ],
)
@pytest.mark.parametrize("path", ["/", "/desk/", "/api/v1/me/", "/metrics", "/account/login/"])
def test_hostile_headers(client_as, cast, headers, path):
    assert client_as(cast("officer", "MIIT")).get(path, headers=headers).status_code < 500
