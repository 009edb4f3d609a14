"""One scoped transaction for each request, and the sign-out of idle people."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any, Final, cast
from urllib.parse import unquote, urlsplit, urlunsplit

import structlog
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.defaults import bad_request

from portal.core.commands import note_refusal
from portal.core.errors import DomainError, Forbidden
from portal.core.rls import READER
from portal.core.roomy import roomy
from portal.core.scope import NOBODY, Actor, enter

Next = Callable[[HttpRequest], HttpResponse]
# Programs call here: answers are data, never a way to a page.
API: Final = "/api/"
READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
# The pages of refusals that no form took, by their code, else their status.
PAGES: Final[dict[int | str, str]] = {403: "403.html", 503: "unreadable.html", "downloads_full": "busy.html"}


class PortalRequest(HttpRequest):
    """A request after the middleware: it knows who acts."""

    actor: Actor


def client_address(request: HttpRequest) -> str:
    """The caller's address; behind the proxy of production the last one it forwarded. Empty for what is no address."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.PRODUCTION else ""
    given = forwarded.rsplit(",", 1)[-1].strip() or request.META.get("REMOTE_ADDR", "")
    try:
        return str(ip_address(given))
    except ValueError:
        return ""


class RequestIdMiddleware:
    """Give each request an id: the proxy's (or caller's) X-Request-ID when it is fit to be written, else a new one.

    Log lines, audit events and runs carry it, and the answer says it, so that a person can quote it to support. Log
    lines carry the caller's address as well.
    """

    FIT = re.compile(r"[A-Za-z0-9-]{8,40}")

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    @roomy
    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if self.FIT.fullmatch(given) else str(uuid.uuid4())
        request.META["HTTP_X_REQUEST_ID"] = request_id
        request.__dict__.pop("headers", None)  # read again: the id stands among them now
        structlog.contextvars.bind_contextvars(request_id=request_id, ip=client_address(request))
        response = self.get_response(request)
        structlog.contextvars.clear_contextvars()
        response["X-Request-ID"] = request_id
        return response


class HeadersMiddleware:
    """Headers Django has no setting for: no device of the browser is used, nobody else keeps a person's page."""

    POLICY = ", ".join(f"{name}=()" for name in ("camera", "geolocation", "microphone", "payment", "usb"))

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", self.POLICY)
        actor: Actor | None = getattr(request, "actor", None)
        if actor is not None and actor.id:
            response.setdefault("Cache-Control", "private, no-cache")
        return response


class WholeBody:
    """The body of a request, which is taken whole or not at all: a connection that broke in its middle raises OSError.

    Otherwise a form cut in its last field is read as if that were all of it: an amount of 1500 as one of 15.
    """

    def __init__(self, stream: Any, length: int) -> None:
        self._stream, self._left, self.is_cut = stream, length, False

    def read(self, size: int | None = None) -> bytes:
        """The next bytes, or all."""
        wanted = self._left if size is None or size < 0 else min(size, self._left)
        return self._counted(self._stream.read(wanted), wanted)

    def readline(self, size: int | None = None) -> bytes:
        """The next line."""
        wanted = self._left if size is None or size < 0 else min(size, self._left)
        line = self._stream.readline(wanted)
        return self._counted(line, len(line) if line.endswith(b"\n") else wanted)

    def _counted(self, piece: bytes, wanted: int) -> bytes:
        self._left -= len(piece)
        if len(piece) < wanted:
            self.is_cut = True
            raise OSError("The connection ended before the body did.")
        return piece

    def close(self) -> None:
        """Close what is below."""
        if hasattr(self._stream, "close"):
            self._stream.close()


class ReadableMiddleware:
    """Turn away what no part of the portal can read, before anything looks at it: 413 and 400, never a failure.

    A body longer than the largest attachment, or one that ends too early; and the character NUL, which PostgreSQL takes
    in no text: in the path, the query, or a cookie (where it may hide as an octal escape).
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isascii() or not length.isdigit():
            raise BadRequest("Content-Length is no number.")
        if len(length) > 12 or int(length) > settings.MAX_BODY_BYTES:
            raise RequestDataTooBig
        nul = "\x00"
        if nul in request.path or nul in unquote(request.META.get("QUERY_STRING", "")):
            raise BadRequest("The address contains NUL.")
        if any(nul in value for value in request.COOKIES.values()):
            raise BadRequest("A cookie contains NUL.")
        if int(length) and hasattr(request, "_stream"):
            request._stream = WholeBody(request._stream, int(length))  # type: ignore[assignment]
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A body that ended too early is a bad request; whoever sent it has gone."""
        return bad_request(request, exception) if isinstance(exception, UnreadablePostError) else None


class ScopeMiddleware:
    """Open one transaction, set person and scope in it, undo it when the answer is a failure of the server.

    Django turns an exception into a response before it comes back here, so the status decides. A refusal (4xx) is
    kept: commands have undone their own writes by savepoint, and the refusal itself belongs into the trail.
    """

    # Health and files of the page need no database transaction.
    BARE = ("/health/", "/static/")
    # Who holds no other role reads as the database role that can only read; the trail still takes events from it.
    READING_ROLES = frozenset({"auditor"})
    # The pages of one's own account keep their own rows while they are shown (a new secret, a session).
    OWN_ACCOUNT = ("/account/",)

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        scoped = cast("PortalRequest", request)
        scoped.actor = NOBODY
        if request.path.startswith(self.BARE):
            return self.get_response(request)
        with transaction.atomic():
            if request.user.is_authenticated:
                request_id = str(structlog.contextvars.get_contextvars().get("request_id", ""))
                scoped.actor = enter(request.user.pk, address=client_address(request), request_id=request_id)
            stepped_down = self.only_reads(scoped)
            if stepped_down:
                _set_role(READER)
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
            elif stepped_down and not connection.needs_rollback:
                # The setting ends with the transaction; inside a wider one (a test's) it has to end here.
                _set_role("none")
        return response

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """No view sees a form that was cut: who looked for its token swallowed that and left it empty."""
        stream = getattr(request, "_stream", None)
        if isinstance(stream, WholeBody) and stream.is_cut:
            return bad_request(request, UnreadablePostError())
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A refusal that no form took becomes a page with its sentence, not a failure of the server.

        An act that was sent and refused for want of a right stands in the trail, as one that its command refuses.
        """
        if isinstance(exception, Forbidden) and request.method not in READING:
            by = cast("PortalRequest", request).actor
            note_refusal(by, exception.act, exception.obj, str(exception))
        if not isinstance(exception, DomainError):
            return None
        template = PAGES.get(exception.code) or PAGES.get(exception.status, "409.html")
        return render(request, template, {"exception": exception.message}, status=exception.status)

    def only_reads(self, request: PortalRequest) -> bool:
        """Whether this request is answered by the database role that can only read: a pure auditor's look at a page."""
        return (
            request.method in READING
            and bool(request.actor.roles)
            and request.actor.roles <= self.READING_ROLES
            and not request.path.startswith(self.OWN_ACCOUNT)
        )


def _set_role(role: str) -> None:
    """Act as another role of the database until the transaction ends; "none" is the one that signed in."""
    with connection.cursor() as cursor:
        cursor.execute(f"set local role {role}")


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """To the sign-in, and from there on to what was asked for; after what was sent, back to the page it came from.

    An address that takes what is sent often shows nothing, and a browser says from which page of the portal it sends.
    """
    back = request.get_full_path()
    if request.method not in READING:
        said = _("Nothing was saved: nobody was signed in any more. Sign in and send the form again.")
        messages.warning(request, said)
        sent_from = urlsplit(request.headers.get("Referer", ""))
        here = sent_from.netloc == request.get_host()
        back = urlunsplit(("", "", sent_from.path, sent_from.query, "")) if here else ""
    return redirect_to_login(back, login_url=resolve_url(settings.LOGIN_URL)) if back else redirect(settings.LOGIN_URL)


class IdleMiddleware:
    """Sign a person out after IDLE_SECONDS without a request."""

    KEY = "last_seen"

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated or request.path.startswith("/static/"):
            return self.get_response(request)
        if getattr(request, "bearer", None) is not None:  # a token has no session
            return self.get_response(request)
        now = int(time.time())
        seen: Any = request.session.get(self.KEY)
        if seen is not None and now - seen > settings.IDLE_SECONDS:
            logout(request)
            if request.path.startswith(API):
                return self.get_response(request)
            messages.info(request, _("You were signed out because nothing happened for a while. Please sign in again."))
            return sign_in_first(request)
        # Written at most once a minute, so that reading pages does not write the session each time.
        if seen is None or now - seen > 60:
            request.session[self.KEY] = now
        return self.get_response(request)
