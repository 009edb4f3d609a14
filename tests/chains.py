"""One chain of middleware for all browsers of a test process.

Django loads the chain anew for each `Client`; that lists every static file again and costs more than many a page. The
chain is kept as long as the settings are the same object: `override_settings` puts another one in their place.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.test.client import ClientHandler

MOST = 4
NAMES = ("_view_middleware", "_template_response_middleware", "_exception_middleware", "_middleware_chain")
_kept: list[tuple[Any, dict[str, Any]]] = []  # settings, and what was loaded under them; the last ones used


def keep() -> None:
    """From now on a handler takes over the chain that was loaded under the present settings."""
    load = ClientHandler.load_middleware

    def load_once(self: ClientHandler, is_async: bool = False) -> None:
        if is_async:
            load(self, is_async)
            return
        settings.MIDDLEWARE  # noqa: B018 - settings are lazy: only now they are an object
        present = settings._wrapped
        for under, loaded in _kept:
            if under is present:
                self.__dict__ |= loaded
                return
        load(self)
        _kept.append((present, {name: getattr(self, name) for name in NAMES}))
        del _kept[:-MOST]

    ClientHandler.load_middleware = load_once  # type: ignore[method-assign]
