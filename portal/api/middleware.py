"""Around the API: a repeated act is answered again and not done again; an unchanged answer is not sent again."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.core.exceptions import RequestDataTooBig
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.request import UnreadablePostError
from django.middleware.http import ConditionalGetMiddleware

from portal.api.models import Repeatable
from portal.api.problems import answer
from portal.core import clock
from portal.core.middleware import API

Next = Callable[[HttpRequest], HttpResponse]
KEY: Final = re.compile(r"[A-Za-z0-9_-]{8,80}")
KEPT: Final = timedelta(hours=24)
_FORGET: Final = "delete from api_repeatable where asker = %s and key = %s"
_FORGET_OLD: Final = f"{_FORGET} and at < %s"
_BEGIN: Final = """
insert into api_repeatable (asker, key, fingerprint, body, at) values (%s, %s, %s, '', %s)
on conflict (asker, key) do nothing
"""
_KEEP: Final = "update api_repeatable set status = %s, body = %s where asker = %s and key = %s"


class NotModifiedMiddleware(ConditionalGetMiddleware):
    """ETag and 304 for reads of the API; pages carry a fresh form token each time and have no use for it."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Only the API's answers."""
        return super().process_response(request, response) if request.path.startswith(API) else response


class IdempotencyMiddleware:
    """Let an act over the API happen once for each Idempotency-Key of a person.

    The row is written in the act's own transaction: it stands exactly when the act does. A second request with the
    same key waits at the unique constraint until the first is through, and then gets its answer.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        actor = getattr(request, "actor", None)
        if request.method != "POST" or not request.path.startswith(API) or actor is None or not actor.id:
            return self.get_response(request)
        key = request.headers.get("Idempotency-Key", "")
        if not KEY.fullmatch(key):
            return answer("idempotency_key_unfit" if key else "idempotency_key_missing")
        try:
            fingerprint = _fingerprint(request)
        except (RequestDataTooBig, UnreadablePostError):
            return answer("too_large")
        if not _begin(actor.id, key, fingerprint):
            return _again(actor.id, key, fingerprint)
        response = self.get_response(request)
        _end(actor.id, key, response)
        return response


def _fingerprint(request: HttpRequest) -> str:
    body = _form(request) if request.content_type == "multipart/form-data" else request.body
    return hashlib.sha256(b"\n".join([request.get_full_path().encode(), body])).hexdigest()


def _form(request: HttpRequest) -> bytes:
    """What a form says: its fields and the digests of its files. The boundary differs each time it is sent."""
    files = [
        (name, file.name, file.content_type, hashlib.file_digest(file, "sha256").hexdigest())
        for name, found in sorted(request.FILES.lists())
        for file in found
    ]
    for found in request.FILES.lists():
        for file in found[1]:
            file.seek(0)
    return json.dumps([sorted(request.POST.lists()), files]).encode()


def _begin(asker: int, key: str, fingerprint: str) -> bool:
    """Whether the key is new; waits for a request that is under way with it."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_FORGET_OLD, [asker, key, now - KEPT])
        cursor.execute(_BEGIN, [asker, key, fingerprint, now])
        return bool(cursor.rowcount == 1)


def _again(asker: int, key: str, fingerprint: str) -> HttpResponse:
    row = Repeatable.objects.get(asker=asker, key=key)
    if row.fingerprint != fingerprint:
        return answer("idempotency_key_reused")
    response = HttpResponse(row.body, status=row.status or 200, content_type="application/json")
    response["Idempotency-Replayed"] = "true"
    return response


def _end(asker: int, key: str, response: HttpResponse) -> None:
    """Keep what was done; a refusal is forgotten, so that the same key may be tried again after mending."""
    if connection.needs_rollback or response.status_code >= 500:
        return
    with connection.cursor() as cursor:
        if response.status_code >= 400:
            cursor.execute(_FORGET, [asker, key])
        else:
            cursor.execute(_KEEP, [response.status_code, response.content.decode(), asker, key])
