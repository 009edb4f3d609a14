"""Saving and removing queries. A query is shared in its audit organisation; a sample keeps its own copy."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from portal.audit.instruments.conditions import to_q
from portal.audit.instruments.domain.samples import owned, source_of
from portal.audit.models import SavedQuery
from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.scope import Actor


def save_query(*, by: Actor, source: str, name: str, tree: dict[str, Any]) -> SavedQuery:
    """Save conditions under a name; a query of that name over the same source is replaced."""
    mine = owned(by)
    old = SavedQuery.objects.filter(organisation=mine["organisation"], name=name.strip()).first()
    with command(by, "audit.save_query", old) as act:
        to_q(source_of(source), tree)
        if not tree:
            raise DomainError(
                "query_without_conditions", _("Set a condition first: without one there is nothing to save.")
            )
        if old is not None and old.source != source:
            raise DomainError("saved_query_once", _("A query of this name looks through something else."), "name")
        row = old or SavedQuery(name=name.strip(), source=source)
        row.tree = tree
        for key, value in mine.items():
            setattr(row, key, value)
        row.save()
        return act.record(row)


def remove_query(*, by: Actor, query: SavedQuery) -> None:
    """Remove a saved query; samples that were drawn from it keep their copy."""
    with command(by, "audit.remove_query", query) as act:
        act.after = {}
        SavedQuery.objects.filter(pk=query.pk).delete()
        act.record(query)
