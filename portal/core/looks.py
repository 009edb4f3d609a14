"""A look at a file or a person is itself an event of the trail."""

from __future__ import annotations

from typing import Any, Protocol, cast

from django.db.models import Model
from django.http import HttpRequest, HttpResponseBase

from portal.core.commands import event_writer
from portal.core.files import Stored, serve
from portal.core.middleware import PortalRequest
from portal.core.scope import Actor


class StoredRow(Stored, Protocol):
    """A row of the database that names a kept file."""

    pk: Any


def looked(by: Actor, obj: Model | None, act: str, **after: object) -> None:
    """Write into the trail that the person looked at the object."""
    event_writer()(by=by, act=act, obj=obj, before={}, after=after, why="", outcome="done")


def serve_told(found: StoredRow, *, request: HttpRequest, inline: bool = False) -> HttpResponseBase:
    """Hand a kept file out as `serve` does; the look at it stands in the trail."""
    answer = serve(found, request=request, inline=inline)
    by = cast("PortalRequest", request).actor
    looked(by, cast("Model", found), "core.view_file", file_name=found.file_name, sha256=found.sha256)
    return answer
