"""Kinds of text of dossiers in the search, and where a hit leads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from django.apps import apps
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.queries import applications
from portal.core.errors import Text
from portal.core.scope import Actor
from portal.core.search.kinds import Kind, Source
from portal.core.search.models import SearchText

KINDS: Final = (
    Kind("dossier", pgettext_lazy("search", "dossier")),
    Kind("project", pgettext_lazy("search", "project")),
    Kind("enterprise", pgettext_lazy("search", "enterprise")),
    Kind("comment", pgettext_lazy("search", "comment")),
    Kind("file", pgettext_lazy("search", "attachment")),
)


def _seen(name: str) -> Callable[[Actor, Sequence[int]], set[int]]:
    """Rows of the model, of dossiers the reader may know of; the model's own policy stands behind."""

    def seen(actor: Actor, numbers: Sequence[int]) -> set[int]:
        model: Any = apps.get_model(name)
        known = applications(actor).order_by().values("pk")
        path = "pk__in" if name == "applications.application" else "application__in"
        return set(model.objects.filter(pk__in=numbers).filter(**{path: known}).values_list("pk", flat=True))

    return seen


def _of(route: str) -> Callable[[SearchText], str]:
    return lambda row: reverse(route, args=[row.application])


def _row_of(route: str) -> Callable[[SearchText], str]:
    return lambda row: reverse(route, args=[row.application, row.object_id])


def _source(name: str, label: Text, url: Callable[[SearchText], str]) -> Source:
    return Source(f"applications.{name}", lambda _row: label, url, _seen(f"applications.{name}"))


SOURCES: Final = (
    _source("application", _("Basics of the dossier"), _of("applications:preview")),
    _source("focusindustry", _("Focus industry"), _of("applications:preview")),
    _source("planchapter", _("Chapter of the plan"), _of("applications:preview")),
    _source("statement", pgettext_lazy("dossier", "Statement"), _of("applications:preview")),
    _source("risk", _("Risk"), _of("applications:preview")),
    _source("cluster", _("Industrial cluster"), _of("applications:preview")),
    _source("partner", _("Joint applicant"), _of("applications:preview")),
    _source("project", _("Project"), _of("applications:preview")),
    _source("enterprise", _("Enterprise of the list"), _of("applications:enterprises")),
    _source("comment", _("Comment"), _of("applications:comments")),
    _source("attachment", _("Attachment"), lambda row: reverse("applications:attachment", args=[row.object_id])),
)
