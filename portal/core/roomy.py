"""Room on the interpreter's stack for what a request or a piece of work calls.

CPython keeps the frames of calls in pieces of 16 KB, which it gets from the operating system as calls go deeper and
gives back as they return. Where a loop stands at the end of such a piece, each call in it takes a new piece and gives
it back: a list of fifty rows did so a thousand times, and half of its processor time went into memory that came and
went (docs/decisions/0043). A call whose own frame is large gets a piece as large as that, rounded up to a power of two,
and all that it calls lives in what is left of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

F = TypeVar("F", bound=Callable[..., Any])
# Places of eight bytes: 320 KB, so that the piece has 512 and leaves 192 to what is called, some 800 calls deep. Memory
# that no call reaches is asked for and never touched.
PLACES: Final = 40_000


def roomy(function: F) -> F:
    """Decorate a function through which everything goes: what it calls, however deep, finds room at once."""
    code: Any = function.__code__  # type: ignore[attr-defined]
    function.__code__ = code.replace(co_stacksize=max(code.co_stacksize, PLACES))  # type: ignore[attr-defined]
    return function
