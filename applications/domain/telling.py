"""What the trail says of a change of the dossier: the section, and each value before and after."""

from __future__ import annotations

import copy
from typing import Any

from applications.models import Application
from applications.sections import SECTIONS
from applications.sections.paths import Place, flat
from portal.core import at_once
from portal.core.commands import Act

Said = tuple[dict[Place, str], dict[tuple[str, str], str]]


def said(application: Application, section: str) -> Said:
    """All values of a section as they stand in the database now; in one query for its rows."""
    kind = SECTIONS[section]
    fresh = copy.copy(application)
    fresh._prefetched_objects_cache = {}  # type: ignore[attr-defined]  # Django's own: the copy knows no rows yet
    fresh._state = copy.copy(application._state)
    fresh._state.fields_cache = dict(application._state.fields_cache)
    at_once.load(fresh, *kind.children())
    return flat(kind, kind.content(fresh))


def tell(act: Act, application: Application, section: str, before: Said) -> None:
    """Let the event be about the application: which section changed, and in it what.

    A value stands under "path/name of the row/field"; one that is gone has nothing after, a new one nothing before.
    """
    old, old_names = before
    new, new_names = said(application, section)
    names = new_names | old_names
    changed = [place for place in {**old, **new} if old.get(place, "") != new.get(place, "")]

    def label(place: Place) -> str:
        path, row, field = place
        return "/".join([path, names[path, row], field] if row else [path, field])

    act.obj = application
    act.before = {label(place): old[place] for place in changed if place in old}
    after: dict[str, Any] = {label(place): new.get(place) for place in changed}
    act.after = {"section": section, **after}
