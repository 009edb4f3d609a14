"""Nothing of an archived batch changes, as a rule of every act on what it holds: no page offers one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from portal.core.rules import Permit, says
from portal.core.scope import Actor
from portal.programme.enums import BatchState
from portal.programme.models import Batch


@says(_("This batch is archived: nothing of it changes any more."))
def stands(actor: Actor, row: Any) -> bool:
    """The row's batch is not archived, as far as it was read with the row: nothing is asked for it (the database holds
    it in any case).
    """
    batch = _read(row, "award", "batch") or _read(row, "batch") or _read(row, "application", "batch")
    return batch is None or batch.__dict__.get("state") != BatchState.ARCHIVED


def _read(row: Any, *path: str) -> Batch | None:
    """What stands at the path, where it was read already."""
    for name in path:
        if not isinstance(row, Model):
            return None
        row = row._state.fields_cache.get(name)
    return row if isinstance(row, Batch) else None


def kept(acts: dict[str, Permit], *, writes: Callable[[str], bool]) -> dict[str, Permit]:
    """The acts, those that write about a batch only while it is not archived. writes: which they are, by their name
    without that of the app.
    """
    return {
        name: replace(one, when=one.when & stands) if writes(name.split(".", 1)[1]) else one
        for name, one in acts.items()
    }
