"""A look at a file or a person is itself an event of the trail."""

from __future__ import annotations

from typing import Any, Final, Protocol, cast

from django.core.cache import cache
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponseBase

from portal.core.commands import event_writer
from portal.core.files import Stored, serve
from portal.core.middleware import PortalRequest
from portal.core.reading import let_go
from portal.core.scope import Actor
from portal.core.tallies import UNREACHABLE

# A download over a weak line takes hours; one that takes longer is told once a day.
ONE_DOWNLOAD: Final = 24 * 3600


class StoredRow(Stored, Protocol):
    """A row of the database that names a kept file."""

    pk: Any


def looked(by: Actor, obj: Model | None, act: str, **after: object) -> None:
    """Write into the trail that the person looked at the object."""
    event_writer()(by=by, act=act, obj=obj, before={}, after=after, why="", outcome="done")


def serve_told(
    found: StoredRow, *, request: HttpRequest, inline: bool = False, act: str = "core.view_file"
) -> HttpResponseBase:
    """Hand a kept file out as `serve` does; the look at it stands in the trail.

    A part of it (Range) by whom such a look stands there already, from the same address, within a day, is the same
    download going on and adds nothing: a broken line or a program that fetches in pieces would fill the trail with
    hundreds of lines of one act. That it stands there is remembered beside the queue; where that cannot be read, it is
    told once more. Whether the person may see the file is asked of each part.
    """
    answer = serve(found, request=request, inline=inline)
    by = cast("PortalRequest", request).actor
    if answer.status_code not in (200, 206, 304):
        return answer  # nothing was handed out
    row = cast("Model", found)
    name = f"look:{by.id}:{by.address}:{act}:{row._meta.label_lower}:{row.pk}"
    if answer.status_code != 206 or not _is_told(name):
        try:
            looked(by, row, act, file_name=found.file_name, sha256=found.sha256)
        except BaseException:
            let_go(answer)
            raise
        transaction.on_commit(lambda: _note_told(name), robust=True)
    return answer


def _is_told(name: str) -> bool:
    try:
        return bool(cache.get(name))
    except UNREACHABLE:
        return False


def _note_told(name: str) -> None:
    cache.set(name, True, timeout=ONE_DOWNLOAD)
