"""What other apps know of a batch: lines on the page of the batch.

An app registers from its `apps.py` what it has for a reader: pages (labels with addresses) and signatures (labels with
who signed and when); none where there is nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from portal.core.scope import Actor
from portal.programme.models import Batch

Source = Callable[[Actor, Batch], list[tuple[str, str]]]
Signature = tuple[str, str, datetime]
Signing = Callable[[Actor, Batch], list[Signature]]
_SOURCES: Final[list[Source]] = []
_SIGNING: Final[list[Signing]] = []


def register(source: Source, signing: Signing) -> None:
    """Add a source of pages, and one of signatures."""
    _SOURCES.append(source)
    _SIGNING.append(signing)


def pages(actor: Actor, batch: Batch) -> list[tuple[str, str]]:
    """Label and address of each page of the batch that the reader may see."""
    return [line for source in _SOURCES for line in source(actor, batch)]


def signatures(actor: Actor, batch: Batch) -> list[Signature]:
    """What was signed about the batch after its opening, as far as the reader may see it: what, by whom, when."""
    return [line for signing in _SIGNING for line in signing(actor, batch)]
