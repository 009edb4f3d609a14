"""Functions and triggers that keep the sums of the overviews: each line adds to the sum of its year, at once.

Sums are written by these triggers alone, in the transaction of the entry. They never decide anything; `verify_ledger`
recomputes them.
"""

from __future__ import annotations

from typing import Final

from grants.ledger.functions import HEAD, refuse

# The dossier is frozen and a version of the plan never changes, so the answer for a project stays the same.
METHOD: Final = """
create function money_method(p_project bigint) returns text
language sql stable security definer set search_path = public, pg_temp as $$
    select coalesce(d.method, (
               select r ->> 'method' from jsonb_array_elements(v.content::jsonb -> 'projects') r
                where (r ->> 'id')::bigint = p.plan_id), '')
      from grants_grantproject p left join applications_project d on d.id = p.project_id
      left join applications_planversion v on v.id = p.version_id where p.id = p_project
$$;
"""
_SUMMED: Final = """
    select e.award_id, e.year, coalesce(r.kind, e.kind) as kind, a.place,
           case when a.project_id is null then '' else money_method(a.project_id) end as method, a.province_id,
           a.unit_id, sum(l.amount) as amount
      from {lines} l join grants_entry e on e.id = l.entry_id left join grants_entry r on r.id = e.reverses_id
      join grants_account a on a.id = l.account_id group by 1, 2, 3, 4, 5, 6, 7"""
_COLUMNS: Final = "(award_id, year, kind, place, method, province_id, unit_id, amount)"
YEARS: Final = f"""
create function line_summed() returns trigger {HEAD}
begin
    insert into grants_yearsum {_COLUMNS} {_SUMMED.format(lines="added")} order by 1, 2, 3, 4, 5
    on conflict (award_id, year, kind, place, method)
        do update set amount = grants_yearsum.amount + excluded.amount;
    return null;
end $$;
create trigger grants_9_sum after insert on grants_line referencing new table as added
    for each statement execute function line_summed();
"""
# The last year is that of the plan that stands; before its approval, that of the dossier.
PLANS: Final = f"""
create function plan_sum(p_award bigint) returns void {HEAD}
begin
    insert into grants_plansum (award_id, province_id, unit_id, support, last_year)
    select a.id, a.province_id, a.unit_id, coalesce(sum(case when e.id is null then p.approved_support else coalesce((
               select sum(y.amount) from grants_payment y
                where y.grant_project_id = p.id and y.state = 'confirmed'), 0) end), 0),
           coalesce(max(extract(year from coalesce(s.ends_on, d.ends_on))), b.year)
      from grants_award a join programme_batch b on b.id = a.batch_id
      left join grants_grantproject p on p.award_id = a.id
      left join grants_projectend e on e.grant_project_id = p.id
      left join applications_project d on d.id = p.project_id
      left join (select (r ->> 'id')::bigint as id, nullif(r ->> 'ends_on', '')::date as ends_on
                   from jsonb_array_elements((
                        select v.content::jsonb -> 'projects' from applications_planversion v
                          join grants_award w on w.application_id = v.application_id
                         where w.id = p_award order by v.number desc limit 1)) r) s on s.id = p.plan_id
     where a.id = p_award group by a.id, b.year
    on conflict (award_id) do update set support = excluded.support, last_year = excluded.last_year;
end $$;
create function support_summed() returns trigger {HEAD}
begin
    perform plan_sum(award_id) from (select distinct award_id from added order by 1) awards;
    return null;
end $$;
create function plan_summed() returns trigger {HEAD}
begin
    perform plan_sum(id) from (select id from grants_award where application_id = new.application_id
        and state in ('confirmed', 'reversed') order by 1) awards;
    return null;
end $$;
create trigger grants_9_sum after insert on grants_grantproject referencing new table as added
    for each statement execute function support_summed();
-- Its name comes after those of the triggers that end projects and move their support.
create trigger grants_plan_sums after insert on applications_planversion
    for each row when (new.number > 1) execute function plan_summed();
"""
GUARD: Final = f"""
create function sum_by_ledger_only() returns trigger {HEAD}
begin
    -- Depth one is a statement of its own; the ledger and the plan write from inside their triggers.
    if tg_op in ('DELETE', 'TRUNCATE') or pg_trigger_depth() < 2 then
        {refuse("sum_by_ledger_only", "a sum changes by an entry or a plan only")}
    end if;
    return new;
end $$;
create trigger grants_stay before insert or update or delete on grants_yearsum
    for each row execute function sum_by_ledger_only();
create trigger grants_stay before insert or update or delete on grants_plansum
    for each row execute function sum_by_ledger_only();
create trigger grants_stay_whole before truncate on grants_yearsum
    for each statement execute function sum_by_ledger_only();
create trigger grants_stay_whole before truncate on grants_plansum
    for each statement execute function sum_by_ledger_only();
revoke all on function money_method(bigint), line_summed(), plan_sum(bigint), support_summed(), plan_summed(),
    sum_by_ledger_only() from public;
grant execute on function money_method(bigint) to portal_web, portal_reader;
"""
# What was booked before the sums were kept.
FILLED: Final = f"""
insert into grants_yearsum {_COLUMNS} {_SUMMED.format(lines="grants_line")};
select plan_sum(id) from grants_award where state in ('confirmed', 'reversed');
set constraints all immediate;
"""
# A project that ended counts with what was paid to it: a payment that is taken back changes it. Fifteenth migration.
PAID_BACK: Final = f"""
create function payment_unsummed() returns trigger {HEAD}
begin
    perform plan_sum(new.award_id);
    return null;
end $$;
revoke all on function payment_unsummed() from public;
create trigger grants_9_sum after update of state on grants_payment for each row
    when (new.state = 'reversed' and old.state <> 'reversed') execute function payment_unsummed();
"""
PAID_BACK_REVERSE: Final = "drop function payment_unsummed() cascade;"
SUMS: Final = METHOD + YEARS + PLANS + FILLED + GUARD
SUMS_REVERSE: Final = """
drop trigger grants_9_sum on grants_line; drop trigger grants_9_sum on grants_grantproject;
drop trigger grants_plan_sums on applications_planversion;
drop trigger grants_stay on grants_yearsum; drop trigger grants_stay_whole on grants_yearsum;
drop trigger grants_stay on grants_plansum; drop trigger grants_stay_whole on grants_plansum;
drop function line_summed(), plan_sum(bigint), support_summed(), plan_summed(), sum_by_ledger_only(),
    money_method(bigint);
"""
# For `verify_ledger`: what `plan_sum` writes, reckoned anew from projects, their ends, payments and the newest plan.
PLAN_DIFFERENCE: Final = """
    with newest as (
        select distinct on (application_id) application_id, content from applications_planversion
         order by application_id, number desc
    ), ends as (
        select n.application_id, (r ->> 'id')::bigint as id, nullif(r ->> 'ends_on', '')::date as ends_on
          from newest n, jsonb_array_elements(n.content::jsonb -> 'projects') r
    ), paid as (
        select grant_project_id, sum(amount) as amount from grants_payment where state = 'confirmed' group by 1
    ), planned as (
        select a.id, coalesce(sum(case when e.id is null then p.approved_support else coalesce(y.amount, 0) end), 0)
               as support,
               coalesce(max(extract(year from coalesce(s.ends_on, d.ends_on)))
                   filter (where e.id is null), b.year)::int as last_year
          from grants_award a join programme_batch b on b.id = a.batch_id
          left join grants_grantproject p on p.award_id = a.id
          left join grants_projectend e on e.grant_project_id = p.id
          left join paid y on y.grant_project_id = p.id
          left join applications_project d on d.id = p.project_id
          left join ends s on s.application_id = a.application_id and s.id = p.plan_id
         group by a.id, b.year
    )
    select 'award ' || p.id, 'kept ' || coalesce(k.support, 0) || ' yuan of support until ' || coalesce(k.last_year, 0)
           || ', by its plan ' || p.support || ' until ' || p.last_year
      from planned p left join grants_plansum k on k.award_id = p.id
     where k.support <> p.support or k.last_year <> p.last_year or (k.id is null and p.support > 0)
     order by p.id limit 1"""
# For `verify_ledger`: a sum that is not that of the lines.
DIFFERENCE: Final = f"""
    select 'award ' || coalesce(k.award_id, s.award_id),
           coalesce(k.year, s.year) || ' ' || coalesce(k.kind, s.kind) || ' at ' || coalesce(k.place, s.place)
           || ': kept ' || coalesce(k.amount, 0) || ', in its lines ' || coalesce(s.amount, 0)
      from grants_yearsum k full join ({_SUMMED.format(lines="grants_line")}) s
        on (s.award_id, s.year, s.kind, s.place, s.method) = (k.award_id, k.year, k.kind, k.place, k.method)
     where coalesce(k.amount, 0) <> coalesce(s.amount, 0) order by 1, 2 limit 1"""
