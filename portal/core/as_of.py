"""The state of a past moment: pages that know their history take `?as_of=`, show that state and say so.

An app registers the routes of such pages from its `apps.py`, and says of its other routes why they belong to the
present. On a page of the past the tables look as they stood (`portal.core.past`), the clock shows that moment, no act
is allowed but looking, no post is taken, and files carry the moment. Links on it to other pages that can keep the
moment; all others lead to the present.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from typing import Any, Final

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import Resolver404, resolve
from django.utils.html import escape
from django.utils.http import urlencode

from portal.core import clock, past

NAME: Final = "as_of"
EARLIEST: Final = 2000  # the year; no state of anything is kept from before
_PAGES: Final[set[str]] = set()
# Routes of the present alone, with the reason.
PRESENT: Final[dict[str, str]] = {}
_moment: ContextVar[datetime | None] = ContextVar("as_of", default=None)
_LINK: Final = re.compile(r'(?<!data-now )(href|src)="(/[^"#?]*)(\?[^"#]*)?(#[^"]*)?"')
_FORM: Final = re.compile(r'<form method="get"[^>]*>')


def register(*routes: str) -> None:
    """Name the routes whose pages show a past state when asked to."""
    _PAGES.update(routes)


def present(reason: str, *routes: str) -> None:
    """Name routes that belong to the present alone, and why."""
    PRESENT.update(dict.fromkeys(routes, reason))


def pages() -> frozenset[str]:
    """The routes whose pages show a past state."""
    return frozenset(_PAGES)


def moment() -> datetime | None:
    """The past moment that is asked for; None for the present."""
    return _moment.get()


@contextmanager
def at(when: datetime | None) -> Iterator[None]:
    """Ask for the state of this moment within the block: tables and clock show it, and no act is allowed."""
    if when is None:
        yield
        return
    token = _moment.set(when)
    try:
        with past.looking(when), clock.shown(when):
            yield
    finally:
        _moment.reset(token)


def read(text: str) -> datetime | None:
    """A day (its end) or a moment, in Beijing time where it says no zone. Raises ValueError.

    A second counts whole, as it does in deadlines: what the trail shows at 12:00:00 stands on the page of 12:00:00, and
    what was booked in the last second of a year on that of its last day.
    """
    found: datetime
    if len(text) == 10:
        found = clock.end_of_day(date.fromisoformat(text))
    else:
        found = datetime.fromisoformat(text)
        try:
            found = found.replace(tzinfo=clock.SHANGHAI) if found.tzinfo is None else found.astimezone(clock.SHANGHAI)
        except OverflowError as error:  # the first and the last hours of all days have no moment in Beijing
            raise ValueError(text) from error
    if found.year < EARLIEST:  # pages reckon days and years back from the moment
        raise ValueError(text)
    if "." not in text and "," not in text:
        found = found.replace(microsecond=999_999)
    return found if found < clock.present() else None


def knows(request: HttpRequest) -> bool:
    """Whether the page can show a past state."""
    match = request.resolver_match
    return match is not None and match.view_name in _PAGES


def facts(request: HttpRequest) -> dict[str, Any]:
    """What the switch on the page shows; empty where the page knows the present alone."""
    if not knows(request):
        return {}
    rest = request.GET.copy()
    for name in (NAME, "page", "format", "before", "after"):
        rest.pop(name, None)
    shown = moment()
    return {
        "moment": shown,
        "value": f"{shown:%Y-%m-%dT%H:%M:%S}" if shown else "",
        "most": f"{clock.present():%Y-%m-%dT%H:%M:%S}",
        "rest": [(name, value) for name, values in rest.lists() for value in values],
        "now_url": f"{request.path}?{rest.urlencode()}".rstrip("?"),
    }


class AsOfMiddleware:
    """Reads the moment, keeps posts away from the past, and lets links on a past page lead to the same moment."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with ExitStack() as stack:
            request.__dict__["past"] = stack
            answer: HttpResponse = self.get_response(request)
            shown = _moment.get()
            if shown is not None and not answer.streaming and answer.get("Content-Type", "").startswith("text/html"):
                answer.content = _kept(answer.content.decode(), request.GET[NAME]).encode()
            return answer

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """The route is known from here on."""
        text = request.GET.get(NAME, "").strip()
        if not text or not knows(request):
            return None
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        try:
            when = read(text)
        except ValueError as error:
            raise BadRequest("as_of is a day like 2026-05-31 or a moment like 2026-05-31T12:00.") from error
        request.__dict__["past"].enter_context(at(when))
        return None


def _kept(page: str, text: str) -> str:
    """The page with the moment in its links to pages that know it, and in its forms that ask."""

    def link(found: re.Match[str]) -> str:
        name, path, query, mark = found.group(1), found.group(2), found.group(3) or "", found.group(4) or ""
        if f"{NAME}=" in query:
            return found.group(0)
        try:
            if resolve(path).view_name not in _PAGES:
                return found.group(0)
        except Resolver404:
            return found.group(0)
        sign = "&amp;" if query else "?"
        return f'{name}="{path}{query}{sign}{escape(urlencode({NAME: text}))}{mark}"'

    hidden = f'<input type="hidden" name="{NAME}" value="{escape(text)}">'
    return _FORM.sub(lambda found: found.group(0) + hidden, _LINK.sub(link, page))
