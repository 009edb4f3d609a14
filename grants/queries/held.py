"""How long money has lain where it lies.

The rule: what is passed on, paid or given back is taken from what came first, so what lies somewhere now is what came
last. A province's issue that was not passed on in full keeps its own remainder; what came back from below lies beside
it. The days count from the arrival: with the province from the receipt of an issue or a return (until it is recorded,
from its confirmation), with the unit from the pass-on, as surplus from the booking that made it (a recovery, the
closing of a year).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.utils.translation import get_language, pgettext_lazy

from grants.queries.flows import Asked
from portal.core.scope import Scope

# The last day of each span; what is older than the last of them stands in a span of its own.
SPANS: Final = (30, 60, 90, 180)
# Each holder in words, for the page and the report.
HOLDERS: Final = {
    "province": pgettext_lazy("holder", "province"),
    "unit": pgettext_lazy("holder", "pilot unit"),
    "surplus": pgettext_lazy("holder", "pilot unit, as surplus to be returned"),
}
_PLACED: Final = """(%(nation)s or {0}.province_id = any(%(provinces)s)
    or {0}.unit_id = any((select money_units())::text[]))"""
_ASKED: Final = (
    """(%(province)s = '' or {0}.province_id = %(province)s) and (%(unit)s = '' or {0}.unit_id = %(unit)s)"""
)
_LAID: Final = f"""
with stand as (
    select a.award_id, case when a.place in ('unit', 'carry_over') then 'unit' else a.place end as holder,
           sum(a.balance) as balance
      from grants_account a
     where a.place in ('province', 'unit', 'carry_over', 'surplus') and a.balance > 0
       and {_PLACED.format("a")} and {_ASKED.format("a")} group by 1, 2
), came as (
    select i.award_id, 'province' as holder, i.id,
           coalesce(i.received_on, (i.checked_at at time zone 'Asia/Shanghai')::date) as day,
           i.amount - coalesce(p.passed, 0) - coalesce(g.given, 0) as amount
      from grants_issue i left join (
            select p.issue_id, sum(p.amount) as passed from grants_passon p
             where p.state = 'confirmed' and {_PLACED.format("p")} group by 1) p on p.issue_id = i.id
      left join (
            select g.issue_id, sum(g.amount) as given from grants_returnpaper g
             where g.state = 'confirmed' and g.issue_id is not null and {_PLACED.format("g")} group by 1) g
        on g.issue_id = i.id
     where i.state = 'confirmed' and {_PLACED.format("i")} and {_ASKED.format("i")}
    union all
    select p.award_id, 'unit', p.id, p.passed_on, p.amount from grants_passon p
     where p.state = 'confirmed' and {_PLACED.format("p")} and {_ASKED.format("p")}
    union all
    select r.award_id, 'back', r.id,
           coalesce(r.received_on, (r.checked_at at time zone 'Asia/Shanghai')::date), r.amount
      from grants_returnpaper r where r.state = 'confirmed' and r.source <> 'province'
       and {_PLACED.format("r")} and {_ASKED.format("r")}
    union all
    select a.award_id, 'surplus', l.id, (e.booked_at at time zone 'Asia/Shanghai')::date, l.amount
      from grants_account a join grants_line l on l.account_id = a.id join grants_entry e on e.id = l.entry_id
     where a.place = 'surplus' and a.balance > 0 and l.amount > 0 and e.kind <> 'reversal'
       and not exists (select 1 from grants_entry b where b.reverses_id = e.id)
       and {_PLACED.format("a")} and {_ASKED.format("a")}
), own as (
    select award_id, sum(amount) as amount from came where holder = 'province' group by 1
), lots as (
    select s.award_id, s.holder,
           case s.holder when 'province' then least(s.balance, coalesce(o.amount, 0)) else s.balance end as balance
      from stand s left join own o using (award_id)
    union all
    select s.award_id, 'back', s.balance - coalesce(o.amount, 0) from stand s left join own o using (award_id)
     where s.holder = 'province' and s.balance > coalesce(o.amount, 0)
), laid as (
    select s.award_id, s.holder, c.day, greatest(0, least(c.amount, s.balance - coalesce(sum(c.amount) over (
               partition by s.award_id, s.holder order by c.day desc, c.id desc
               rows between unbounded preceding and 1 preceding), 0))) as part
      from lots s join came c using (award_id, holder) where c.amount > 0 and s.balance > 0
), spans as (
    select award_id, case holder when 'back' then 'province' else holder end as holder,
           coalesce(sum(part) filter (where holder = 'back'), 0) as back, min(day) filter (where part > 0) as oldest,
           coalesce(sum(part) filter (where %(today)s - day <= 30), 0) as s0,
           coalesce(sum(part) filter (where %(today)s - day between 31 and 60), 0) as s1,
           coalesce(sum(part) filter (where %(today)s - day between 61 and 90), 0) as s2,
           coalesce(sum(part) filter (where %(today)s - day between 91 and 180), 0) as s3,
           coalesce(sum(part) filter (where %(today)s - day > 180), 0) as s4
      from laid group by 1, 2
)
select s.holder, {{columns}}, min(n.oldest), sum(s.balance), sum(coalesce(n.s0, 0)), sum(coalesce(n.s1, 0)),
       sum(coalesce(n.s2, 0)), sum(coalesce(n.s3, 0)), sum(coalesce(n.s4, 0)), sum(coalesce(n.back, 0))
  from stand s left join spans n using (award_id, holder) join grants_award a on a.id = s.award_id
  join programme_province v on v.code = a.province_id join programme_pilotunit u on u.code = a.unit_id
  join programme_batch b on b.id = a.batch_id
 where {_PLACED.format("a")} and (%(batch)s = 0 or b.number = %(batch)s) and (%(region)s = '' or v.region = %(region)s)
 group by s.holder, {{keys}} order by s.holder, {{keys}}"""


@dataclass(frozen=True)
class Held:
    """What lies with a holder ("province", "unit" or, to be returned, "surplus"): in all, by how long it has lain
    there, and how much of it came back from below (yuan).

    Of one unit's money where `unit` is given, else of all asked for. award: where it is of one award only. span0 to
    span4: by SPANS.
    """

    holder: str
    province: str
    unit: str
    award: int
    oldest: date | None
    amount: Decimal
    span0: Decimal
    span1: Decimal
    span2: Decimal
    span3: Decimal
    span4: Decimal
    came_back: Decimal

    @property
    def spans(self) -> tuple[Decimal, ...]:
        """By how long it has lain there."""
        return self.span0, self.span1, self.span2, self.span3, self.span4


def held(scope: Scope, asked: Asked, *, on: date, each: bool = False) -> list[Held]:
    """What lies with provinces and with units by its age; `each`: for every award by itself. One query."""
    name = "en" if get_language() == "en" else "zh"
    columns = f"v.name_{name}, u.name_{name}, a.id" if each else "'', '', 0"
    keys = f"v.code, u.code, v.name_{name}, u.name_{name}, a.id" if each else "1"
    values: dict[str, Any] = {
        "nation": scope.nation,
        "provinces": list(scope.provinces),
        "province": asked.province,
        "unit": asked.unit,
        "batch": int(asked.batch or 0),
        "region": asked.region,
        "today": on,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LAID.format(columns=columns, keys=keys), values)
        return [Held(*row) for row in cursor.fetchall()]
