"""Writing to people from apps that do not know the inbox; `portal.notifications` supplies how."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from portal.core.errors import Text
from portal.core.scope import Actor


class Teller(Protocol):
    """Puts a letter into inboxes, as `portal.notifications.inbox.notify` does."""

    def __call__(self, to: Iterable[int], text: Text, *, by: Actor, url: str = "", **words: Any) -> int: ...


_teller: Teller | None = None


def set_teller(teller: Teller) -> None:
    """Hand over the function that writes letters."""
    global _teller  # noqa: PLW0603 - set once at start-up
    _teller = teller


def tell(to: Iterable[int], text: Text, *, by: Actor, url: str = "", **words: Any) -> int:
    """Write to people; gives to how many. Raises RuntimeError when no app supplied how."""
    if _teller is None:
        raise RuntimeError("No app writes letters.")
    return _teller(to, text, by=by, url=url, **words)
