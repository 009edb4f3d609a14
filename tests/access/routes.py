"""Every route of the resolver, by its name, with the addresses the matrix asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from inspect import getattr_static
from typing import Any
from urllib.parse import urlsplit

from django.db import connection
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse
from rest_framework.views import APIView


@dataclass(frozen=True)
class Route:
    """A named pattern; `names` are its arguments."""

    name: str
    names: tuple[str, ...]


@cache
def routes() -> list[Route]:
    """All routes by name. Raises AssertionError for a pattern without a name: nobody could give it a row."""
    found = {}
    for name, pattern in _walk(get_resolver(), ""):
        assert name, f"Give the route {pattern.pattern} a name, so that the access matrix can hold it."
        found.setdefault(name, Route(name, tuple(sorted(pattern.pattern.regex.groupindex))))
    return [found[name] for name in sorted(found)]


def _walk(resolver: URLResolver, space: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern, inner)
        else:
            yield (f"{space}{pattern.name}" if pattern.name else ""), pattern


def addresses(route: Route, given: dict[str, Any] | None) -> dict[str, str]:
    """Addresses by key of the matrix: the route's name, or name[variant] where the objects give several.

    What stands under "?" is the query of the address.
    """
    if given is None:
        return {route.name: reverse(route.name)}
    if all(isinstance(value, dict) for value in given.values()):
        return {f"{route.name}[{key}]": _address(route.name, value) for key, value in given.items()}
    return {route.name: _address(route.name, given)}


def _address(name: str, given: dict[str, Any]) -> str:
    path = reverse(name, kwargs={key: value for key, value in given.items() if key != "?"})
    return f"{path}?{given['?']}" if "?" in given else path


def is_refused_unseen(method: str, address: str) -> bool:
    """Whether the view itself says 405 without a person, a session or a query: then it says so to everybody."""
    view, args, kwargs = resolve(urlsplit(address).path)
    with connection.execute_wrapper(_no_query):
        try:
            return view(getattr(RequestFactory(), method.lower())(address), *args, **kwargs).status_code == 405
        except Exception:
            return False


# What the refusal of a method by a view of the API is made of: all that such a view has before its handler is called.
BEFORE = sorted(
    {name for name in dir(APIView) if not name.startswith("__")} - {"schema"} | {"act", "actor", "_refuse_other_forms"}
)
# Of what a route gives its view: names, and what only a handler reads.
NAMES = {"basename", "description", "detail", "name", "schema", "serializer_class", "suffix", "url_name", "url_path"}


def refusal(method: str, address: str) -> Refusal | None:
    """All that the answer to a method which a view of the API does not have depends on, besides the caller.

    None where the view has the method, and for other views. A view of the API looks at its caller before it says 405
    (401, 403), by functions that all of them share: two views with the same functions, rights and ways to sign in, of
    which neither has a handler, run the same code. Whoever overrides any of it is told apart here.
    """
    view = resolve(urlsplit(address).path).func
    kind = getattr(view, "cls", None)
    if not isinstance(kind, type) or not issubclass(kind, APIView):
        return None
    handler = getattr_static(kind, method.lower(), None)
    if method == "OPTIONS" and handler is APIView.options and kind.metadata_class is None:
        handler = None  # it refuses by itself
    if handler is not None or method.lower() in getattr(view, "actions", {}):
        return None
    held = {name: getattr_static(kind, name, None) for name in BEFORE}
    given = {name: value for name, value in view.initkwargs.items() if name not in NAMES}
    wrapped, codes = view, []
    while hasattr(wrapped, "__code__"):
        codes.append(wrapped.__code__)
        wrapped = getattr(wrapped, "__wrapped__", None)
    plain = {name: tuple(value) if isinstance(value, list) else value for name, value in (held | given).items()}
    return Refusal(method, tuple(codes), tuple(plain.items()))


@dataclass(frozen=True, eq=False)
class Refusal:
    """Views with equal refusals refuse alike."""

    method: str
    codes: tuple[Any, ...]
    held: tuple[tuple[str, Any], ...]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Refusal) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self.method, self.codes))


def _no_query(*_: Any) -> None:
    raise AssertionError("the view asked the database")
