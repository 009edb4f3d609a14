"""What is past its day: money not received or not passed on, reports, demands. Four kinds, three queries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal

from django.db import connection
from django.db.models import Case, CharField, Count, F, QuerySet, Sum, Value, When, Window
from django.db.models.functions import RowNumber
from django.utils.translation import get_language

from grants.models.performance import quarter_words
from grants.queries import moves, recoveries
from grants.queries.flows import Asked
from grants.queries.performance import LATE_QUARTERS, late_values
from portal.core.money import ZERO
from portal.core.scope import Scope

Kind = Literal["receipt", "pass_on", "report", "demand"]
# So many of each kind are named; their list names all.
NAMED: Final = 5


@dataclass(frozen=True)
class Thing:
    """One thing that is late: its number (of an issue, an award or a demand), the unit, more words, yuan, its day."""

    pk: int
    unit: str
    words: str
    amount: Decimal | None
    due_on: date


@dataclass(frozen=True)
class Late:
    """All of one kind that is late: how many, how much together (yuan; None where no money is late), the first ones."""

    kind: Kind
    count: int
    amount: Decimal | None
    first: list[Thing]


def late(scope: Scope, asked: Asked, *, on: date) -> list[Late]:
    """What is late in what was asked for, kind by kind, those late longest first; kinds with nothing are left out."""
    return [*_issues(scope, asked, on), *_demands(scope, asked, on), *_reports(scope, asked, on)]


def _first(rows: QuerySet[Any], amount: str) -> list[Any]:
    """The first rows of each kind, with how many there are of it and how much."""
    by: Any = [F("late_kind")]
    return list(
        rows.annotate(
            late_count=Window(Count("pk"), partition_by=by),
            late_sum=Window(Sum(amount), partition_by=by),
            late_place=Window(RowNumber(), partition_by=by, order_by=[F("due_on"), F("pk")]),
        )
        .filter(late_place__lte=NAMED)
        .order_by("late_kind", "late_place")
    )


def _grouped(rows: list[Any], amount: str, words: str) -> Iterator[Late]:
    for kind in dict.fromkeys(row.late_kind for row in rows):
        own = [row for row in rows if row.late_kind == kind]
        named = [Thing(row.pk, str(row.unit), getattr(row, words), getattr(row, amount), row.due_on) for row in own]
        yield Late(kind, own[0].late_count, own[0].late_sum or ZERO, named)


def _issues(scope: Scope, asked: Asked, on: date) -> Iterator[Late]:
    kind = Case(When(received_on=None, then=Value("receipt")), default=Value("pass_on"), output_field=CharField())
    rows = asked.within(moves.waiting(scope, on=on)).filter(timing="late").annotate(late_kind=kind)
    yield from _grouped(_first(rows, "held"), "held", "document_no")


def _demands(scope: Scope, asked: Asked, on: date) -> Iterator[Late]:
    rows = asked.within(recoveries.open_demands(scope)).filter(due_on__lt=on).select_related("unit")
    rows = rows.annotate(late_kind=Value("demand", output_field=CharField()))
    yield from _grouped(_first(rows, "left"), "left", "document_no")


def _reports(scope: Scope, asked: Asked, on: date) -> Iterator[Late]:
    name = 2 if get_language() == "en" else 1
    place = {"province": asked.province, "unit": asked.unit, "batch": int(asked.batch or 0), "region": asked.region}
    with connection.cursor() as cursor:
        cursor.execute(_REPORTS, late_values(scope, on=on) | place | {"most": NAMED})
        rows = cursor.fetchall()
    if rows:
        named = [Thing(row[0], row[name], quarter_words(row[3], row[4]), None, row[5]) for row in rows]
        yield Late("report", rows[0][6], None, named)


_REPORTS: Final = f"""
    select o.award, o.unit_zh, o.unit_en, o.year, o.quarter, o.due_on, count(*) over ()
      from ({LATE_QUARTERS}) o (award, unit_zh, unit_en, province_id, year, quarter, ends_on, due_on)
      join grants_award a on a.id = o.award join programme_batch b on b.id = a.batch_id
      join programme_province v on v.code = a.province_id
     where (%(province)s = '' or a.province_id = %(province)s) and (%(unit)s = '' or a.unit_id = %(unit)s)
       and (%(batch)s = 0 or b.number = %(batch)s) and (%(region)s = '' or v.region = %(region)s)
     order by o.due_on, a.province_id, a.unit_id, o.award limit %(most)s"""
