"""Making a report: the order with checked parameters in somebody's scope, and its parts given to a writer.

The worker makes files by it, a page shows the same rows by it, and whoever a file is shared with compares by it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from portal.core.errors import DomainError
from portal.core.rules import may
from portal.core.scope import Actor
from portal.reports.catalogue import CATALOGUE, Cover, Order, Report
from portal.reports.writers.base import Writer, Written

Acting = Callable[[], AbstractContextManager[Actor]]


@dataclass(frozen=True)
class Wanted:
    """What is to be made: report and format by name, parameters as plain values, as of which moment."""

    report: str
    format: str
    values: dict[str, Any]
    as_of: datetime
    most: int | None = None


def known(name: str, form: str = "") -> Report:
    """The report of that name, which comes in that format. Raises DomainError when it does not exist any more."""
    report = CATALOGUE.get(name)
    if report is None or (form and form not in report.format_names):
        raise DomainError("report_unknown", _("This report or kind of file does not exist any more."))
    return report


def order_of(by: Actor, what: Wanted, acting: Acting) -> Order:
    """The order in this person's scope. Raises NotAllowed, or DomainError when the parameters do not fit (any more).

    Called inside a transaction in the person's scope; `acting` opens the ones of the builder.
    """
    report = known(what.report, what.format)
    may(by, "reports.ask").or_refuse()
    may(by, report.act).or_refuse()
    form = report.form(what.values, actor=by)
    if not form.is_valid():
        raise DomainError("report_parameters", _("The parameters no longer fit: choose them anew."))
    return Order(
        by=by,
        report=report,
        format=what.format,
        values=form.cleaned_data,
        words=form.words(),
        as_of=what.as_of,
        acting=acting,
        most=what.most,
        wording=form.words,
    )


def write(order: Order, writer: Writer, progress: Callable[[int, int], None] = lambda _done, _of: None) -> Written:
    """Give all parts of a report to a writer; progress is told after each. What was begun is let go on any error."""
    parts = order.report.build(order)
    try:
        steps, depth = 1, _depth()
        for done, part in enumerate(parts):
            _outside(depth)
            if isinstance(part, Cover):
                steps = part.steps + 1
            writer.add(part)
            progress(min(done, steps), max(steps, done, 1))
        written = writer.close()
    except BaseException:
        writer.abandon()
        if isinstance(parts, Generator):  # what it holds (processes, files) is let go now, not when it is collected
            parts.close()
        raise
    progress(steps, steps)
    return written


def _depth() -> int:
    """How many transactions and savepoints are open."""
    return int(connection.in_atomic_block) + len(connection.savepoint_ids)


def _outside(depth: int) -> None:
    """Refuse a part given inside a transaction: nobody would see the progress, and a cancel would wait for its end."""
    if _depth() != depth:
        raise RuntimeError("A builder gives its parts outside its transactions.")
