"""What people take away as a file: the trail hears who took which list, from where."""

from __future__ import annotations

from django.http import HttpRequest

from portal.core.commands import event_writer


def taken_away(request: HttpRequest, name: str) -> None:
    """Tell the trail that the person of the request takes the list of this name away as a file."""
    by = getattr(request, "actor", None)
    if by is not None and by.id:
        after = {"list": name, "address": request.get_full_path()[:500]}
        event_writer()(by=by, act="core.export", obj=None, before={}, after=after, why="", outcome="done")
