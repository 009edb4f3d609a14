"""Pages of a batch that other apps have: lines on the page of the batch.

An app registers from its `apps.py` what it has for a reader: labels with addresses, none where there is nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from portal.core.scope import Actor
from portal.programme.models import Batch

Source = Callable[[Actor, Batch], list[tuple[str, str]]]
_SOURCES: Final[list[Source]] = []


def register(source: Source) -> None:
    """Add a source of lines."""
    _SOURCES.append(source)


def pages(actor: Actor, batch: Batch) -> list[tuple[str, str]]:
    """Label and address of each page of the batch that the reader may see."""
    return [line for source in _SOURCES for line in source(actor, batch)]
