"""The unit in which pages show money: yuan, or 万元 (ten thousand yuan) where the person chose so.

Amounts are kept, entered, printed and exported in yuan with two places; only what a page shows follows the choice. It
is kept in a cookie and holds on the pages of the apps that register here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.errors import Text
from portal.core.money import WAN

COOKIE: Final = "money_unit"
CHOICES: Final = ("yuan", "wan")
YEAR: Final = 365 * 24 * 3600
WORDS: Final[dict[str, Text]] = {"yuan": pgettext_lazy("unit", "yuan"), "wan": _("ten thousand yuan")}
_APPS: Final[set[str]] = set()
_IN_YUAN: Final[set[str]] = set()
_unit: ContextVar[str] = ContextVar("money_unit", default="yuan")


def register(*apps: str, in_yuan: Iterable[str] = ()) -> None:
    """Name the namespaces whose pages follow the choice, and those of their pages that stay in yuan: where amounts of a
    table are typed beside others, all of them have one unit.
    """
    _APPS.update(apps)
    _IN_YUAN.update(in_yuan)


def unit() -> str:
    """The unit pages show money in now: "yuan" or "wan"."""
    return _unit.get()


def word() -> Text:
    """The unit's name, for headings."""
    return WORDS[unit()]


@contextmanager
def shown_in(name: str) -> Iterator[None]:
    """Show money in this unit within the block."""
    token = _unit.set(name)
    try:
        yield
    finally:
        _unit.reset(token)


def digits(value: Decimal) -> str:
    """An amount of yuan in the present unit, with separators: exact, at least two places, in 万元 six at most."""
    if unit() == "yuan":
        return f"{value:,.2f}"
    whole, _point, places = f"{value / WAN:,.6f}".partition(".")
    return f"{whole}.{places[:2]}{places[2:].rstrip('0')}"


def follows(request: HttpRequest) -> bool:
    """Whether the page shows money by the person's choice."""
    match = request.resolver_match
    return match is not None and match.namespace in _APPS and match.view_name not in _IN_YUAN


class MoneyUnitMiddleware:
    """Let the pages of the money show it in the unit the person chose."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _unit.set("yuan")
        try:
            answer: HttpResponse = self.get_response(request)
        finally:
            _unit.reset(token)
        return answer

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """The route is known from here on."""
        if follows(request) and request.COOKIES.get(COOKIE) == "wan":
            _unit.set("wan")
