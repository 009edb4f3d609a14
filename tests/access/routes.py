"""Every route of the resolver, by its name, with the addresses the matrix asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db import connection
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse


@dataclass(frozen=True)
class Route:
    """A named pattern; `names` are its arguments."""

    name: str
    names: tuple[str, ...]


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
    """Addresses by key of the matrix: the route's name, or name[variant] where the objects give several."""
    if given is None:
        return {route.name: reverse(route.name)}
    if all(isinstance(value, dict) for value in given.values()):
        return {f"{route.name}[{key}]": reverse(route.name, kwargs=value) for key, value in given.items()}
    return {route.name: reverse(route.name, kwargs=given)}


def is_refused_unseen(method: str, address: str) -> bool:
    """Whether the view itself says 405 without a person, a session or a query: then it says so to everybody."""
    view, args, kwargs = resolve(urlsplit(address).path)
    with connection.execute_wrapper(_no_query):
        try:
            return view(getattr(RequestFactory(), method.lower())(address), *args, **kwargs).status_code == 405
        except Exception:
            return False


def _no_query(*_: Any) -> None:
    raise AssertionError("the view asked the database")
