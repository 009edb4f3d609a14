"""A unit's figures beside its peers': quartiles only, of five or more, so that no other unit can be read off."""

from __future__ import annotations

from typing import Final

_DEFINER: Final = "security definer set search_path = public, pg_temp"
LEAST: Final = 5
# Of two digits: the quartile of five figures is one of them, and could be looked up.
_TWO: Final = (
    "case when t.number >= 5 then round(t.q[{0}]::numeric,"
    " (1 - floor(log(greatest(abs(t.q[{0}]::numeric), 0.01))))::int) end"
)
# Peers: applications of the batch that passed screening, of the same economic region where these are enough, else all.
COMPARED: Final = f"""
create function reviews_compared(p_application bigint)
returns table (measure text, own numeric, low numeric, mid numeric, high numeric, peers int, in_region boolean)
language sql stable {_DEFINER} as $$
    with asked as (
        select a.id, a.batch_id, v.region from applications_application a
          join programme_province v on v.code = a.province_id
         where a.id = p_application and not a.id = any(scope_conflicted_applications())
           and (a.id = any(scope_assigned_applications())
                or scope_nation() and scope_roles() && array['officer', 'auditor'])
    ), all_of as (
        select a.id, a.amount_asked, v.region = q.region as is_near from asked q
          join applications_application a on a.batch_id = q.batch_id
          join programme_province v on v.code = a.province_id
         where a.state in ('in_review', 'defence') or a.id = q.id
    ), sized as (
        select count(*) filter (where is_near) >= {LEAST} as near from all_of
    ), peer as (
        select o.id, o.amount_asked from all_of o cross join sized s where o.is_near or not s.near
    ), year as (
        select distinct on (f.application_id) f.application_id, f.output, f.growth, f.investment, f.enterprises
          from applications_foundationyear f join peer p on p.id = f.application_id
         order by f.application_id, f.year desc
    ), project as (
        select j.application_id, count(*) as number, sum(j.total_investment) as total, sum(j.support_asked) as support
          from applications_project j join peer p on p.id = j.application_id group by j.application_id
    ), figure as (
        select p.id, m.measure, m.value from peer p
          left join year y on y.application_id = p.id left join project j on j.application_id = p.id
         cross join lateral (values
            ('output', y.output), ('growth', y.growth), ('investment', y.investment),
            ('enterprises', y.enterprises::numeric), ('projects', coalesce(j.number, 0)::numeric),
            ('project_investment', coalesce(j.total, 0)), ('amount_asked', p.amount_asked),
            ('leverage', j.total / nullif(p.amount_asked, 0))) m(measure, value)
    ), quartile as (
        select f.measure, max(f.value) filter (where f.id = p_application) as own, count(f.value) as number,
               percentile_cont(array[0.25, 0.5, 0.75]) within group (order by f.value) as q
          from figure f group by f.measure
    )
    select t.measure, t.own, {_TWO.format(1)}, {_TWO.format(2)}, {_TWO.format(3)}, t.number::int,
           (select near from sized)
      from quartile t
$$;
revoke all on function reviews_compared(bigint) from public;
grant execute on function reviews_compared(bigint) to portal_web, portal_reader;
"""
COMPARED_REVERSE: Final = "drop function reviews_compared(bigint);"
