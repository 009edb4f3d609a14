"""Which acts on money write about a batch, and so end with its archiving."""

from __future__ import annotations

from typing import Final

from portal.core.rules import LOOKING, Permit
from portal.programme import archived

# What belongs to no batch: the bank's side, years of the ledger; and what only looks.
_OF_NO_BATCH: Final = ("statement", "line", "lines", "orders", "year_close")


def kept(acts: dict[str, Permit]) -> dict[str, Permit]:
    """The acts, those that write about a batch only while it is not archived."""
    return archived.kept(acts, writes=_writes)


def _writes(act: str) -> bool:
    return not act.startswith((*LOOKING, "check", "export")) and not act.endswith(_OF_NO_BATCH)
