"""What will be called for next, from the plans and the books: tranches from the ministry, payments from the units.

The rule: the rest of a first tranche is called this year. The second tranche is called this year once the final
assessment is passed, else in the year after the last project of the plan ends; no more of it than the assessment left,
and nothing once it was refused for good. Approved support that was not paid is
called in equal parts from this year to the year in which the last project of the plan ends (this year when it is past).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Any, Final

from django.db import connection
from django.utils.translation import get_language

from grants.queries.flows import Asked
from portal.core.money import FEN, ZERO
from portal.core.scope import Scope

# What an assessment left is read from its rows and not asked of `second_tranche_limit`, which knows the present alone:
# pages of the past find their own rows here.
_LEFT: Final = """
with moved as (
    select y.award_id, sum(y.amount) as paid from grants_yearsum y
     where y.kind = 'payment' and y.place = 'project' and {placed_y} group by 1
), issued as (
    select i.award_id, sum(i.amount) filter (where i.tranche = 1) as first,
           sum(i.amount) filter (where i.tranche = 2) as second
      from grants_issue i where i.state = 'confirmed' and {placed_i} group by 1
), one as (
    select a.id, a.province_id, a.unit_id, v.name_{name} as province, u.name_{name} as unit,
           greatest(round(a.amount * r.first_tranche_share, 2) - coalesce(i.first, 0), 0) as first,
           greatest(least(a.amount - round(a.amount * r.first_tranche_share, 2), j.most) - coalesce(i.second, 0), 0)
               as second,
           case when a.assessment_passed_on is not null then %(year)s
                else greatest(coalesce(p.last_year, b.year) + 1, %(year)s) end as second_year,
           greatest(coalesce(p.support, 0) - coalesce(m.paid, 0), 0) as support,
           greatest(coalesce(p.last_year, b.year), %(year)s) as last_year
      from grants_award a join programme_batch b on b.id = a.batch_id join programme_ruleset r on r.id = b.rule_set_id
      join programme_province v on v.code = a.province_id join programme_pilotunit u on u.code = a.unit_id
      left join grants_plansum p on p.award_id = a.id left join moved m on m.award_id = a.id
      left join issued i on i.award_id = a.id
      left join lateral (
            select case when s.for_good then 0 else s.second_limit end as most from grants_assessment s
             where s.award_id = a.id and s.state = 'confirmed' and (s.for_good or s.result = 'passed' or exists (
                   select 1 from grants_rectification m where m.assessment_id = s.id and m.state = 'confirmed'))
             order by s.id desc limit 1) j on true
     where a.state = 'confirmed' and {placed_a} and (%(province)s = '' or a.province_id = %(province)s)
       and (%(unit)s = '' or a.unit_id = %(unit)s) and (%(batch)s = 0 or b.number = %(batch)s)
       and (%(region)s = '' or v.region = %(region)s)
)
"""
_PLACED: Final = """(%(nation)s or {0}.province_id = any(%(provinces)s)
    or {0}.unit_id = any((select money_units())::text[]))"""
# Each award's support is spread by itself, so that a figure is the sum of its awards to the fen.
_TOGETHER: Final = """select second_year, last_year, sum(first), sum(second), sum(support),
    sum(trunc(support / (last_year - %(year)s + 1), 2)) from one group by 1, 2 order by 1, 2"""
_EACH: Final = """select id, province, unit, first, second, second_year, support, last_year from one
    where first + second + support > 0 order by province_id, unit_id, id"""


@dataclass(frozen=True)
class Call:
    """What one year will call for (yuan)."""

    year: int
    first: Decimal = ZERO
    second: Decimal = ZERO
    payments: Decimal = ZERO


@dataclass(frozen=True)
class Expected:
    """What one award still calls for (yuan), and when. now: its part of one figure, where one was asked for."""

    award: int
    province: str
    unit: str
    first: Decimal
    second: Decimal
    second_year: int
    support: Decimal
    last_year: int
    now: Decimal = ZERO


def _ask(scope: Scope, asked: Asked, year: int, what: str) -> list[Any]:
    name = "en" if get_language() == "en" else "zh"
    placed = {f"placed_{table}": _PLACED.format(table) for table in "yia"}
    values: dict[str, Any] = {
        "nation": scope.nation,
        "provinces": list(scope.provinces),
        "province": asked.province,
        "unit": asked.unit,
        "batch": int(asked.batch or 0),
        "region": asked.region,
        "year": year,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LEFT.format(name=name, **placed) + what, values)
        return list(cursor.fetchall())


def spread(amount: Decimal, years: int) -> list[Decimal]:
    """An amount in equal parts to the fen; what does not divide goes into the last one."""
    part = (amount / years).quantize(FEN, rounding=ROUND_DOWN)
    return [part] * (years - 1) + [amount - part * (years - 1)]


def calls(scope: Scope, asked: Asked, *, year: int) -> list[Call]:
    """What each year from this one on calls for. One query."""
    first: dict[int, Decimal] = defaultdict(Decimal)
    second: dict[int, Decimal] = defaultdict(Decimal)
    payments: dict[int, Decimal] = defaultdict(Decimal)
    for second_year, last_year, one, two, support, part in _ask(scope, asked, year, _TOGETHER):
        first[year] += one
        second[second_year] += two
        for each in range(year, last_year):
            payments[each] += part
        payments[last_year] += support - part * (last_year - year)
    years = sorted({*first, *second, *payments})
    found = [Call(one, first[one], second[one], payments[one]) for one in years]
    return [one for one in found if one.first or one.second or one.payments]


CALLS: Final = ("first", "second", "payments")


def part_of(row: Expected, call: str, *, of: int, year: int) -> Decimal:
    """What an award adds to one figure of the forecast: the call of a year `of`, seen from this year (yuan)."""
    if call == "first":
        return row.first if of == year else ZERO
    if call == "second":
        return row.second if of == row.second_year else ZERO
    parts = spread(row.support, row.last_year - year + 1)
    return parts[of - year] if 0 <= of - year < len(parts) else ZERO


def expected(scope: Scope, asked: Asked, *, year: int) -> list[Expected]:
    """What each award still calls for, by administrative division. One query."""
    return [Expected(*row) for row in _ask(scope, asked, year, _EACH)]
