"""The years a dossier speaks of: those before the batch, and the period of the plan."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from applications.limits import YEARS_AFTER, YEARS_AHEAD
from applications.models import Project
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


def span(batch: Batch) -> tuple[int, int]:
    """The first and the last year in which money may be planned and a project may run."""
    return batch.year - YEARS_AHEAD, batch.year + YEARS_AFTER


def of_money(batch: Batch, project: Project | None, planned: Iterable[int]) -> list[int]:
    """The years in which money of a project (None: of the unit) has a place: its own, and those planned already."""
    first, last = span(batch)
    years = {*plan(batch)} if project is None else {*range(project.starts_on.year, project.ends_on.year + 1)}
    return sorted(year for year in {*years, *planned} if first <= year <= last) or list(plan(batch))
