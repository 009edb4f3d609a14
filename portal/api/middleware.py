"""What is asked twice: a repeated act is answered again and not done again; an unchanged answer is not sent again."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.contrib import messages
from django.core.exceptions import RequestDataTooBig
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.request import UnreadablePostError
from django.middleware.http import ConditionalGetMiddleware
from django.utils.translation import gettext as _

from portal.api.models import Repeatable
from portal.api.problems import answer
from portal.core import clock
from portal.core.middleware import API
from portal.core.web import see_other

Next = Callable[[HttpRequest], HttpResponse]
KEY: Final = re.compile(r"[A-Za-z0-9_-]{8,80}")
KEPT: Final = timedelta(hours=24)
# Longer than any answer to a form takes. Pressed again after that, on a page come back to, a button is meant.
FORM_KEPT: Final = timedelta(minutes=15)
# A button is free again after eight seconds (portal.js), and whoever is patient clicks it then.
SECOND_CLICK: Final = timedelta(seconds=30)
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


class FormOnceMiddleware:
    """Let a form of a page act once, however often its button is pressed while the answer is on its way.

    Django masks the token of the forms anew each time a page is drawn: the same token in the same form, filled in
    alike, is that form sent again. The second waits, as over the API, until the first is through, and leads where the
    first led. Only what was done (303) is kept: a form that was refused is mended and sent again.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asker = self.asker(request)
        try:
            print_ = _fingerprint(request) if asker and request.POST.get("csrfmiddlewaretoken") else ""
        except UnreadablePostError:
            print_ = ""  # it broke off on its way: the check of the token says so
        if not print_:
            return self.get_response(request)
        key = f"form.{print_}"
        if not _begin(asker, key, print_, FORM_KEPT):
            return self.again(request, asker, key)
        response = self.get_response(request)
        if not connection.needs_rollback and response.status_code < 500:
            levels = [message.level for message in getattr(messages.get_messages(request), "_queued_messages", ())]
            # What was done in part says both: sent again, it is not done again either.
            refused = messages.SUCCESS not in levels and any(level >= messages.WARNING for level in levels)
            # A choice the browser keeps (a cookie) is made each time; some refusals lead back to where they are said.
            if response.status_code == 303 and not response.cookies and not refused:
                _keep(asker, key, 303, ("1" if levels else "0") + response["Location"])
            else:
                _forget(asker, key)
        return response

    def asker(self, request: HttpRequest) -> int:
        """Who sent a form by a button of a page; 0 for what a program or a page's script sends."""
        actor = getattr(request, "actor", None)
        by_script = request.headers.get("X-Requested-With") or request.headers.get("HX-Request")
        mode = request.headers.get("Sec-Fetch-Mode", "navigate")
        if request.method != "POST" or request.path.startswith(API) or by_script or mode != "navigate" or actor is None:
            return 0
        return int(actor.id or 0)

    def again(self, request: HttpRequest, asker: int, key: str) -> HttpResponse:
        """The way the first one led; where that one said that something was done, this one says that it was once.

        Who comes back to a page later and presses its button again may mean it, and hears in any case that it did not.
        """
        row = Repeatable.objects.get(asker=asker, key=key)
        said = row.body
        if clock.now() - row.at > SECOND_CLICK:
            text = _("This form was sent already, so nothing was done now. To do it once more, load its page anew.")
            messages.info(request, text)
        elif said[:1] == "1":
            messages.info(request, _("This form had been sent already: it was done once, not twice."))
        return see_other(said[1:])


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


def _begin(asker: int, key: str, fingerprint: str, kept: timedelta = KEPT) -> bool:
    """Whether the key is new; waits for a request that is under way with it."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_FORGET_OLD, [asker, key, now - kept])
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
    if response.status_code >= 400:
        _forget(asker, key)
    else:
        _keep(asker, key, response.status_code, response.content.decode())


def _keep(asker: int, key: str, status: int, body: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [status, body, asker, key])


def _forget(asker: int, key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [asker, key])
