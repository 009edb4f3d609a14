"""Running analyses, and making and dismissing leads. A lead is taken up by the finding that begins from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any, Final

from django.utils.translation import gettext as _

from portal.audit.instruments.analyses import ANALYSES, Analysis, Asked, Line
from portal.audit.instruments.domain.samples import owned
from portal.audit.instruments.states import LEAD
from portal.audit.models import AnalysisResult, Lead
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.rules import may
from portal.core.scope import Actor

# Lines that are kept of one run; the rest is counted. Who gets more has to ask more narrowly.
KEPT: Final = 5_000


def analysis_of(name: str) -> Analysis:
    """The registered analysis. Raises DomainError when no app declares it."""
    if name not in ANALYSES:
        raise DomainError("no_such_analysis", _("This analysis does not exist."))
    return ANALYSES[name]


def to_params(analysis: Analysis, values: Mapping[str, Decimal | None]) -> dict[str, Any]:
    """What a run keeps of the values."""
    kept = {one.name: values.get(one.name) for one in analysis.parameters}
    return {
        "analysis": analysis.name,
        "values": {name: None if value is None else str(value) for name, value in kept.items()},
    }


def plain(value: Any) -> Any:
    """A cell as it is kept."""
    if isinstance(value, Decimal | date | datetime):
        return value.isoformat() if isinstance(value, date) else str(value)
    return value


def _line(line: Line) -> dict[str, Any]:
    return {
        "key": line.key[:200],
        "title": line.title[:300],
        "url": line.url,
        "amount": None if line.amount is None else str(line.amount),
        "cells": {key: plain(value) for key, value in line.cells.items()},
    }


@dataclass(frozen=True)
class Looked:
    """What an analysis found before it is kept: values, lines, how many there were, figures about all."""

    values: dict[str, str | None]
    lines: list[dict[str, Any]]
    found: int
    facts: list[tuple[str, str]]


def look(*, by: Actor, analysis: Analysis, values: Mapping[str, Decimal | None]) -> Looked:
    """Run an analysis in the actor's scope. Writes nothing."""
    may(by, "audit.run_analysis").or_refuse()
    asked = Asked(by, {one.name: values.get(one.name) for one in analysis.parameters})
    lines = iter(analysis.find(asked))
    kept = [_line(line) for line in islice(lines, KEPT)]
    found = len(kept) + sum(1 for _more in lines)
    given = {name: None if value is None else str(value) for name, value in asked.values.items()}
    return Looked(given, kept, found, asked.facts)


def keep_analysis(*, by: Actor, analysis: Analysis, found: Looked) -> AnalysisResult:
    """Keep what an analysis found."""
    with command(by, "audit.run_analysis") as act:
        row = AnalysisResult(
            **owned(by),
            analysis=analysis.name,
            values=found.values,
            found=found.found,
            lines=found.lines,
            facts=found.facts,
        )
        row.save(force_insert=True)
        act.after = {"analysis": analysis.name, "values": row.values, "found": row.found}
        return act.record(row)


def make_lead(*, by: Actor, result: AnalysisResult, key: str) -> Lead:
    """Make a lead of one line of a result. A line is a lead once in an organisation."""
    with command(by, "audit.make_lead", result, lock=False) as act:
        line = next((one for one in result.lines if one["key"] == key), None)
        if line is None:
            raise DomainError("no_such_line", _("The result has no such line."))
        analysis = analysis_of(result.analysis)
        row = Lead(
            **owned(by),
            analysis=result.analysis,
            key=key,
            title=line["title"] or str(analysis.title),
            url=line["url"],
            amount=None if line["amount"] is None else Decimal(line["amount"]),
            facts=[[column.key, str(column.label), line["cells"].get(column.key)] for column in analysis.columns],
        )
        row.save(force_insert=True)
        return act.record(row)


def _decided(by: Actor, lead: Lead) -> None:
    lead.decided_by, lead.decided_by_name, lead.decided_at = by.id, by.name, clock.now()


def dismiss_lead(*, by: Actor, lead: Lead, why: str) -> Lead:
    """Say that there is nothing in it, and why."""
    with command(by, "audit.dismiss_lead", lead) as act:
        act.to(lead, LEAD, "dismiss")
        lead.why = why.strip()
        _decided(by, lead)
        lead.save()
        return act.record(lead, why=lead.why)


def reopen_lead(*, by: Actor, lead: Lead) -> Lead:
    """Look at a dismissed lead again."""
    with command(by, "audit.reopen_lead", lead) as act:
        act.to(lead, LEAD, "reopen")
        why, lead.why = lead.why, ""
        lead.save()
        return act.record(lead, why=why)
