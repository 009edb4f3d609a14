"""What people take away as a file: the trail hears who took which list, from where."""

from __future__ import annotations

from django.http import HttpRequest

from portal.core.commands import event_writer


def taken_away(request: HttpRequest, name: str, title: object = "") -> None:
    """Tell the trail that the person of the request takes the list of this name away as a file.

    title: the list in words, as the person read them.
    """
    by = getattr(request, "actor", None)
    if by is not None and by.id:
        after = {"list": name, "title": str(title or name), "address": request.get_full_path()[:500]}
        event_writer()(by=by, act="core.export", obj=None, before={}, after=after, why="", outcome="done")
