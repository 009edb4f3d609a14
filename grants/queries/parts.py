"""What the page of one award shows of it, each kind in one query that is put together once (by number and actor)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.db.models import QuerySet

from grants.queries import awards, changes, moves
from portal.core.joins import bare
from portal.core.prepared import Prepared
from portal.core.scope import Actor, Scope


def _of_award(rows: Callable[[Scope], QuerySet[Any]], *joined: str) -> Prepared[Any]:
    def build(award: int, *, by: Actor) -> QuerySet[Any]:
        found: QuerySet[Any] = bare(rows(by.scope).filter(award=award))
        return found.select_related(*joined) if joined else found

    return Prepared(build)


PROJECTS: Final = _of_award(awards.projects)
ISSUES: Final = _of_award(moves.issues)
PASS_ONS: Final = _of_award(moves.pass_ons, "arrival")
ASSESSMENTS: Final = _of_award(awards.assessments)
CHANGES: Final = _of_award(changes.award_changes)
TARGETS: Final = _of_award(changes.targets)
