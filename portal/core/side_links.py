"""Quiet links beside the heading of a page, which apps offer to some readers: what else may begin here.

    side_links.register(lambda request: SideLink(_("Raise a finding on this"), url) if … else None)

A page asks when its template is drawn; a source answers the readers it is not for without a query.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest

from portal.core.errors import Text


@dataclass(frozen=True)
class SideLink:
    """One link: what it begins, and where."""

    label: Text
    url: str


Source = Callable[[HttpRequest], SideLink | None]
SOURCES: Final[list[Source]] = []


def register(source: Source) -> None:
    """Add an app's source."""
    SOURCES.append(source)


def links(request: HttpRequest) -> list[SideLink]:
    """The links for this reader on this page."""
    return [found for source in SOURCES if (found := source(request)) is not None]
