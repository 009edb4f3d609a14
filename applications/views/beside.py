"""What stands beside every section: its comments, and the way to all of them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from applications.forms.comments import CommentForm
from applications.journey import TITLES
from applications.models import Application
from applications.queries import together
from applications.sections import SECTIONS
from portal.core.middleware import PortalRequest
from portal.core.rules import may


def beside(request: PortalRequest, application: Application, section: str) -> dict[str, Any]:
    """The comments on a section, for templates/applications/_comments.html. Nothing for who may not read them."""
    if not may(request.actor, "applications.read_comments", application):
        return {"comments": None}
    rows = list(together.threads(application, section))
    people = together.colleagues(application)
    return {
        "comments": {
            "section": section,
            "open": [row for row in rows if row.resolved_at is None],
            "resolved": [row for row in rows if row.resolved_at is not None],
            "form": CommentForm(initial={"section": section}, auto_id="comment_%s"),
            "people": [label for pk, label in people.labels.items() if pk != request.actor.id],
            "names": people.names,
            "may_write": bool(may(request.actor, "applications.comment", application)),
            "next": request.path,
        }
    }


def along(application: Application, section: str) -> dict[str, Any]:
    """Which section comes before this one and which after it, for templates/applications/_along.html."""
    codes = list(TITLES)
    at = codes.index(section)

    def steps(neighbours: list[str]) -> list[tuple[Any, str]]:
        return [(TITLES[code], reverse(SECTIONS[code].route, args=[application.pk])) for code in neighbours]

    before, after = steps(codes[at - 1 : at] if at else []), steps(codes[at + 1 : at + 2])
    return {"along": {"before": before, "after": after, "number": at + 1, "of": len(codes)}}


def unsaid(request: PortalRequest, application: Application) -> list[str]:
    """What would be missing from a signature asked for now: one's own unsaved text, and who is typing elsewhere."""
    mine = {_title(row.place) for row in together.all_unsaved(request.actor, application)}
    typing = {
        (row.person.name, _title(row.place))
        for row in together.here(application)
        if row.typing and row.person_id != request.actor.id
    }
    return [
        *[_("You have text on “%(section)s” that is not saved: it is not part of this.") % {"section": one}
          for one in sorted(mine)],
        *[_("%(name)s is changing “%(section)s” just now.") % {"name": name, "section": one}
          for name, one in sorted(typing)],
    ]  # fmt: skip


def _title(place: str) -> str:
    code = place.split("/", maxsplit=1)[0]
    return str(TITLES.get(code, code))


def team(request: PortalRequest, application: Application) -> dict[str, Any]:
    """Open comments, and who has a page of the dossier open now, for the application's own page."""
    if not may(request.actor, "applications.read_comments", application):
        return {"team": None}
    here: dict[str, list[str]] = {}
    for row in together.here(application):
        title = _title(row.place)
        if row.person_id != request.actor.id and title not in here.setdefault(row.person.name, []):
            here[row.person.name].append(title)
    return {"team": {"open": sum(together.open_comments(application).values()), "here": sorted(here.items())}}
