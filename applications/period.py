"""The years a dossier speaks of: those before the batch, and the period of the plan."""

from __future__ import annotations

from typing import Final

from portal.programme.models import Batch

# Assumed where the rule set is silent: three years before the batch, three years of carrying out.
YEARS_BEFORE: Final = 3
YEARS_OF_PLAN: Final = 3


def before(batch: Batch) -> tuple[int, ...]:
    """The years by which the foundation is told, the oldest first."""
    return tuple(range(batch.year - YEARS_BEFORE, batch.year))


def plan(batch: Batch) -> tuple[int, ...]:
    """The years of the plan, from the batch's own on; the rule set may say how many (`period_years`)."""
    rules = batch.rule_set
    given = rules.details.get("period_years") if rules is not None else None
    return tuple(range(batch.year, batch.year + int(given or YEARS_OF_PLAN)))
