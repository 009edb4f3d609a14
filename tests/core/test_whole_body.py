"""A request is read whole or not at all: what a broken connection cut is no form that was filled in so."""

from __future__ import annotations

import io

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse, UnreadablePostError
from django.test import RequestFactory

from portal.core.middleware import ReadableMiddleware, ScopeMiddleware

FORM = b"note=x&amount=1500"
BOUND = "multipart/form-data; boundary=b"
PARTS = b'--b\r\nContent-Disposition: form-data; name="amount"\r\n\r\n1500\r\n--b--\r\n'


def request(body: bytes, *, more: int = 0, kind: str = "application/x-www-form-urlencoded") -> WSGIRequest:
    """A request that announces `more` bytes than come."""
    environ = RequestFactory().post("/").environ
    length = str(len(body) + more)
    return WSGIRequest(environ | {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": length, "CONTENT_TYPE": kind})


def amount(asked: WSGIRequest) -> HttpResponse:
    return HttpResponse(asked.POST["amount"])


def whole(asked: WSGIRequest) -> HttpResponse:
    return HttpResponse(asked.body)


@pytest.mark.parametrize(("body", "kind"), [(FORM, "application/x-www-form-urlencoded"), (PARTS, BOUND)])
def test_a_whole_form_is_read(body, kind):
    assert ReadableMiddleware(amount)(request(body, kind=kind)).content == b"1500"


@pytest.mark.parametrize(
    ("body", "kind", "view"),
    [
        (FORM[:-2], "application/x-www-form-urlencoded", amount),
        (FORM[:-2], "application/octet-stream", whole),
        (PARTS[:-12], BOUND, amount),
        (PARTS[: PARTS.index(b"00\r\n")], BOUND, amount),
    ],
    ids=["form", "piece", "parts", "within a part"],
)
def test_what_was_cut_is_refused(body, kind, view):
    asked = request(body, more=2, kind=kind)
    with pytest.raises(UnreadablePostError) as caught:
        ReadableMiddleware(view)(asked)
    answer = ReadableMiddleware(view).process_exception(asked, caught.value)
    assert answer is not None
    assert answer.status_code == 400


def test_who_swallows_it_leaves_nothing_to_the_view():
    """The check of the form's token does, and takes the token of a header instead."""
    asked = request(FORM[:-2], more=2)
    seen = []

    def swallows(asked: WSGIRequest) -> HttpResponse:
        with pytest.raises(UnreadablePostError):
            asked.POST.get("csrfmiddlewaretoken")
        return ScopeMiddleware(seen.append).process_view(asked)

    answer = ReadableMiddleware(swallows)(asked)
    assert answer.status_code == 400
    assert not seen


def test_streams_are_read_by_lines_and_pieces_too():
    asked = request(b"a\nb\n")
    found = []
    ReadableMiddleware(lambda asked: found.extend([asked.readline(), asked.read(1), asked.read()]))(asked)
    assert found == [b"a\n", b"b", b"\n"]
