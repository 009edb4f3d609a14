"""Reads on working together: who is where, what is not saved, comments."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Count, Model, Prefetch, QuerySet

from applications import mentions
from applications.domain.editing import last_change
from applications.models import (
    Application,
    Cluster,
    Comment,
    Enterprise,
    FocusIndustry,
    Partner,
    PlanChapter,
    Presence,
    Project,
    Risk,
    Target,
    Unsaved,
)
from applications.places import THERE, Spot
from applications.queries.dossiers import applications
from portal.accounts.enums import Role
from portal.accounts.models import User
from portal.core import clock
from portal.core.scope import Actor


def here(application: Application) -> QuerySet[Presence]:
    """Who has a page of this dossier open now, with the person, the longest there first."""
    there = Presence.objects.filter(application=application, seen_at__gte=clock.now() - THERE)
    return there.select_related("person").order_by("pk")


def others(actor: Actor, application: Application, spot: Spot) -> list[Presence]:
    """Who else has this very page open; of one's own other windows the newest."""
    rows = here(application).filter(place=spot.place).exclude(person=actor.id, page=spot.page)
    return list({row.person_id: row for row in rows}.values())


def unsaved(actor: Actor, application: Application, place: str) -> Unsaved | None:
    """What the actor typed at this place and has not saved, or None."""
    return Unsaved.objects.filter(application=application, person=actor.id, place=place, data__isnull=False).first()


def all_unsaved(actor: Actor, application: Application) -> QuerySet[Unsaved]:
    """All the actor's own unsaved texts in this dossier."""
    rows = Unsaved.objects.filter(application=application, person=actor.id, data__isnull=False)
    return rows.order_by("place")


@dataclass(frozen=True)
class Colleagues:
    """The people who work on a dossier, in the order of their names."""

    people: list[User] = field(default_factory=list)

    @property
    def labels(self) -> dict[int, str]:
        """How each is named, by person: the name, and the address too where two share a name."""
        often = Counter(person.name for person in self.people)
        return {
            person.pk: f"{person.name}({person.email})" if often[person.name] > 1 else person.name
            for person in self.people
        }

    @property
    def names(self) -> list[str]:
        """All that a text may say after @."""
        return sorted({*self.labels.values(), *(person.name for person in self.people)})

    def named(self, text: str) -> list[User]:
        """Those whom the text names with @; of names that begin alike the longest counts, a shared one means all."""
        labels = self.labels
        by_name: dict[str, list[User]] = {}
        for person in self.people:
            for name in {person.name, labels[person.pk]}:
                by_name.setdefault(name, []).append(person)
        found = [person for said in mentions.pattern(by_name).findall(text) for person in by_name[said[1:]]]
        return list(dict.fromkeys(found))


def colleagues(application: Application) -> Colleagues:
    """Drafters and signatories of the applicant."""
    rows = User.objects.filter(
        is_active=True,
        memberships__organisation=application.organisation_id,
        memberships__role__in=[Role.DRAFTER, Role.SIGNATORY],
        memberships__ended_at=None,
    )
    return Colleagues(list(rows.only("pk", "name", "email").distinct().order_by("name", "pk")))


# Whose rows pages are about, by the beginning of their place; a number follows, or the word for a new one.
_ROWS: Final[dict[str, type[Model]]] = {
    "projects": Project,
    "funding": Project,
    "clusters": Cluster,
    "enterprises": Enterprise,
    "industries": FocusIndustry,
    "partners": Partner,
    "targets": Target,
    "safety/risks": Risk,
}
_OF_ROW: Final = re.compile(rf"({'|'.join(_ROWS)})/([^/]+)")
# What colleagues save of another row is no news for these pages: each row has a version of its own.
_VERSIONED: Final = frozenset({"projects", "clusters", "enterprises", "safety/risks"})


def _row_of(application: Application, kind: str, key: str) -> QuerySet[Any]:
    """The row; none where it was taken out, or is a new one."""
    return _ROWS[kind]._default_manager.filter(application=application, pk=key if key.isdecimal() else 0)


def _rows_at(application: Application, spot: Spot) -> QuerySet[Any] | None:
    """The row a page is about, where rows have versions of their own; None where the section as a whole counts."""
    chapter = spot.place.removeprefix("plan/chapters/")
    if chapter != spot.place:
        return PlanChapter.objects.filter(application=application, code=chapter)
    found = _OF_ROW.match(spot.place)
    return _row_of(application, found[1], found[2]) if found is not None and found[1] in _VERSIONED else None


def row_is_gone(application: Application, spot: Spot) -> bool:
    """Whether the page is about a row of a section that was taken out; a new one never was there."""
    found = _OF_ROW.match(spot.place)
    return found is not None and found[2].isdecimal() and not _row_of(application, found[1], found[2]).exists()


def newer(application: Application, spot: Spot, read: int) -> dict[str, Any]:
    """The last change of the section, when what the page shows was saved after its version `read`; empty otherwise.

    Where rows carry versions of their own, what colleagues save of another row changes nothing of the page.
    """
    last = last_change(application, spot.section)
    rows = _rows_at(application, spot)
    changed = last.get("version", 0) > read if rows is None else rows.filter(version__gt=read).exists()
    return last if changed else {}


def threads(application: Application, section: str = "") -> QuerySet[Comment]:
    """The threads of a dossier (or of one section), open ones first, then the newest, each with its answers."""
    rows = Comment.objects.filter(application=application, thread=None)
    if section:
        rows = rows.filter(section=section)
    answers = Comment.objects.select_related("author").order_by("pk")
    return (
        rows.select_related("author", "resolved_by")
        .prefetch_related(Prefetch("answers", answers))
        .order_by("resolved_at", "-pk")
    )


def open_comments(application: Application) -> dict[str, int]:
    """How many threads are open, by section."""
    rows = Comment.objects.filter(application=application, thread=None, resolved_at=None)
    return dict(rows.order_by().values_list("section").annotate(Count("pk")))


def earlier(actor: Actor, application: Application) -> QuerySet[Application]:
    """Other dossiers of the same applicant that the actor may read, the newest first."""
    rows = applications(actor).filter(organisation=application.organisation_id).exclude(pk=application.pk)
    return rows.order_by("-batch__number", "-pk")
