"""Functions and triggers by which a new version of the plan moves the support of its projects.

A version that an approved change makes is law for the money: what it leaves out is not paid any more, what it says of
a supported project is followed, what it adds is supported, all within the award. The database does it in the same
transaction, whoever wrote the version.
"""

from __future__ import annotations

from typing import Final

from grants.functions import DOSSIER_LIMITS
from grants.ledger.functions import HEAD, refuse

# A version of the plan without a supported project ends it: what is not paid then is not paid any more, and a project
# that is out of the plan already is not supported at all. Both sides lock the award or the project first, so that of
# two at once the later one sees what the earlier one did; the lock of the award lets rows that name it be written.
ENDED: Final = f"""
create function plan_ends_projects() returns trigger {HEAD}
begin
    perform 1 from grants_award where application_id = new.application_id order by id for no key update;
    perform 1 from grants_grantproject p join grants_award a on a.id = p.award_id
      where a.application_id = new.application_id order by p.id for update of p;
    insert into grants_projectend (grant_project_id, version_id, province_id, unit_id, at)
    select p.id, new.id, p.province_id, p.unit_id, new.at
      from grants_grantproject p join grants_award a on a.id = p.award_id
     where a.application_id = new.application_id
       and not exists (select 1 from grants_projectend e where e.grant_project_id = p.id)
       and not plan_holds(new.content, p.plan_id);
    return null;
end $$;
create function plan_holds(p_content text, p_project bigint) returns boolean
language sql immutable set search_path = public, pg_temp as $$
    select exists (select 1 from jsonb_array_elements(p_content::jsonb -> 'projects') r
                    where (r ->> 'id')::bigint = p_project)
$$;
create trigger grants_plan_ends_projects after insert on applications_planversion
    for each row when (new.number > 1) execute function plan_ends_projects();
create function support_of_planned_project() returns trigger {HEAD}
declare
    plan text;
begin
    perform 1 from grants_award where id = new.award_id for no key update;
    select v.content into plan
      from applications_planversion v join grants_award a on a.application_id = v.application_id
     where a.id = new.award_id order by v.number desc limit 1;
    if plan is not null and not plan_holds(plan, new.plan_id) then
        {refuse("support_of_planned_project", "a change took the project out of the plan")}
    end if;
    return new;
end $$;
create trigger grants_3_planned before insert on grants_grantproject
    for each row execute function support_of_planned_project();
create function payment_of_living_project() returns trigger {HEAD}
begin
    perform 1 from grants_grantproject where id = new.grant_project_id for update;
    if exists (select 1 from grants_projectend where grant_project_id = new.grant_project_id) then
        {refuse("payment_of_living_project", "the project was ended by a change of the plan")}
    end if;
    return new;
end $$;
create trigger grants_3_living before insert on grants_payment
    for each row execute function payment_of_living_project();
create trigger grants_3_living_still before update of state on grants_payment for each row
    when (new.state = 'confirmed') execute function payment_of_living_project();
create trigger grants_stay before update or delete on grants_projectend
    for each row execute function ledger_stays();
create trigger grants_stay_whole before truncate on grants_projectend
    for each statement execute function ledger_stays();
revoke all on function plan_ends_projects(), plan_holds(text, bigint), support_of_planned_project(),
    payment_of_living_project() from public;
"""
ENDED_REVERSE: Final = """
drop trigger grants_plan_ends_projects on applications_planversion;
drop trigger grants_3_planned on grants_grantproject;
drop trigger grants_3_living on grants_payment; drop trigger grants_3_living_still on grants_payment;
drop trigger grants_stay on grants_projectend; drop trigger grants_stay_whole on grants_projectend;
drop function plan_ends_projects(), support_of_planned_project(), payment_of_living_project();
drop function plan_holds(text, bigint);
"""
# What an award still holds for projects: its amount less the support of those in the plan and what was paid, or waits
# to be checked, of those that ended.
FREE: Final = """
create function award_free(p_award bigint) returns numeric
language sql volatile security definer set search_path = public, pg_temp as $$
    select a.amount - coalesce((select sum(case when e.id is null then p.approved_support else coalesce(
                   (select sum(y.amount) from grants_payment y
                     where y.grant_project_id = p.id and y.state <> 'refused'), 0) end)
              from grants_grantproject p left join grants_projectend e on e.grant_project_id = p.id
             where p.award_id = a.id), 0)
      from grants_award a where a.id = p_award
$$;
create function plan_row(p_content text, p_project bigint, out name text, out enterprise_name text,
    out total_investment numeric, out support_asked numeric, out other_national_money boolean)
language sql immutable set search_path = public, pg_temp as $$
    select r ->> 'name', r ->> 'enterprise_name', (r ->> 'total_investment')::numeric,
           (r ->> 'support_asked')::numeric, (r ->> 'other_national_money')::boolean
      from jsonb_array_elements(p_content::jsonb -> 'projects') r where (r ->> 'id')::bigint = p_project
$$;
create function award_share(p_award bigint) returns numeric
language sql stable security definer set search_path = public, pg_temp as $$
    select r.project_support_share from grants_award a join programme_batch b on b.id = a.batch_id
      join programme_ruleset r on r.id = b.rule_set_id where a.id = p_award
$$;
"""
# A project is supported by what the plan that stands says of it; before the approval, by the dossier.
LIMITS: Final = f"""
create or replace function support_limits() returns trigger {HEAD}
declare
    award record; plan record; standing record;
begin
    select a.* into award from grants_award a where a.id = new.award_id for update;
    new.plan_id := coalesce(new.project_id, new.plan_id);
    select v.id, v.content into standing from applications_planversion v
     where v.application_id = award.application_id order by v.number desc limit 1;
    if award.state <> 'confirmed' or (new.project_id is null and new.version_id is distinct from standing.id) then
        {refuse("support_of_awarded_plan", "a project of a plan that was not awarded")}
    end if;
    if not exists (select 1 from applications_project p
                    where p.id = new.project_id and p.application_id = award.application_id)
       and (new.project_id is not null or new.plan_id >= 0 or not plan_holds(standing.content, new.plan_id)) then
        {refuse("support_of_awarded_plan", "a project of a plan that was not awarded")}
    end if;
    select d.total_investment, d.support_asked, d.other_national_money into plan
      from plan_row(standing.content, new.plan_id) d where d.total_investment is not null;
    if not found then
        select d.total_investment, d.support_asked, d.other_national_money into plan
          from applications_project d where d.id = new.project_id;
    end if;
    if plan.other_national_money or new.total_investment <> plan.total_investment
       or new.approved_support > least(plan.support_asked, plan.total_investment * award_share(new.award_id)) then
        {refuse("support_within_share", "above what was asked or the share of the investment")}
    end if;
    if new.approved_support > award_free(new.award_id) then
        {refuse("support_within_award", "the projects together are above the award")}
    end if;
    return new;
end $$;
"""
MOVED: Final = f"""
create function plan_moves_support() returns trigger {HEAD}
declare
    v_award record; v_row record; v_before text; v_support numeric; v_paid numeric;
begin
    select v.content into v_before from applications_planversion v
     where v.application_id = new.application_id and v.number = new.number - 1;
    for v_award in select a.id from grants_award a where a.application_id = new.application_id
                      and a.state = 'confirmed' order by a.id for no key update loop
        for v_row in
            select p.id, p.approved_support, n.* from grants_grantproject p,
                   lateral plan_row(v_before, p.plan_id) o, lateral plan_row(new.content, p.plan_id) n
             where p.award_id = v_award.id and o.total_investment is not null and n.total_investment is not null
               and (o.name, o.enterprise_name, o.total_investment, o.support_asked)
                   is distinct from (n.name, n.enterprise_name, n.total_investment, n.support_asked)
             order by p.id for update of p loop
            v_support := least(v_row.support_asked, trunc(v_row.total_investment * award_share(v_award.id), 2),
                               v_row.approved_support + greatest(award_free(v_award.id), 0));
            select coalesce(sum(y.amount), 0) into v_paid from grants_payment y
             where y.grant_project_id = v_row.id and y.state <> 'refused';
            if v_support < v_paid then
                {refuse("support_covers_what_is_paid", "the support would be below what was paid")}
            end if;
            insert into grants_supportrevision (grant_project_id, version_id, province_id, unit_id, before, after, at)
            select p.id, new.id, p.province_id, p.unit_id, p.approved_support, v_support, new.at
              from grants_grantproject p where p.id = v_row.id;
            update grants_grantproject set approved_support = v_support, total_investment = v_row.total_investment,
                   name = v_row.name, enterprise_name = v_row.enterprise_name where id = v_row.id;
        end loop;
        for v_row in
            select (r ->> 'id')::bigint as plan_id, d.* from jsonb_array_elements(new.content::jsonb -> 'projects') r,
                   lateral plan_row(new.content, (r ->> 'id')::bigint) d
             where (r ->> 'id')::bigint < 0 and d.support_asked > 0 and not d.other_national_money
               and not exists (select 1 from grants_grantproject p
                                where p.award_id = v_award.id and p.plan_id = (r ->> 'id')::bigint)
             order by 1 desc loop
            v_support := least(v_row.support_asked, trunc(v_row.total_investment * award_share(v_award.id), 2),
                               award_free(v_award.id));
            if v_support > 0 then
                insert into grants_grantproject (award_id, version_id, plan_id, name, enterprise_name,
                    total_investment, approved_support)
                values (v_award.id, new.id, v_row.plan_id, v_row.name, v_row.enterprise_name,
                    v_row.total_investment, v_support);
            end if;
        end loop;
    end loop;
    return null;
end $$;
create trigger grants_plan_moves_support after insert on applications_planversion
    for each row when (new.number > 1) execute function plan_moves_support();
create function support_by_plan_only() returns trigger {HEAD}
declare
    v_free text[] := array['name', 'enterprise_name', 'total_investment', 'approved_support'];
begin
    if pg_trigger_depth() < 2 or to_jsonb(new) - v_free <> to_jsonb(old) - v_free
       or new.approved_support is distinct from (select r.after from grants_supportrevision r
              where r.grant_project_id = new.id order by r.id desc limit 1) then
        raise exception 'support changes by a version of the plan only'
            using errcode = 'restrict_violation', constraint = 'ledger_is_append_only';
    end if;
    return new;
end $$;
drop trigger grants_stay on grants_grantproject;
create trigger grants_stay before delete on grants_grantproject for each row execute function ledger_stays();
create trigger grants_stay_by_plan before update on grants_grantproject
    for each row execute function support_by_plan_only();
create trigger grants_stay before update or delete on grants_supportrevision
    for each row execute function ledger_stays();
create trigger grants_stay_whole before truncate on grants_supportrevision
    for each statement execute function ledger_stays();
revoke all on function award_free(bigint), plan_row(text, bigint), award_share(bigint), plan_moves_support(),
    support_by_plan_only() from public;
grant execute on function award_free(bigint) to portal_web, portal_reader;
"""
SUPPORT: Final = FREE + LIMITS + MOVED
SUPPORT_REVERSE: Final = (
    """
drop trigger grants_plan_moves_support on applications_planversion;
drop trigger grants_stay_by_plan on grants_grantproject;
drop trigger grants_stay on grants_grantproject;
create trigger grants_stay before update or delete on grants_grantproject
    for each row execute function ledger_stays();
drop trigger grants_stay on grants_supportrevision; drop trigger grants_stay_whole on grants_supportrevision;
drop function plan_moves_support(), support_by_plan_only();
"""
    + DOSSIER_LIMITS.replace("create function", "create or replace function")
    + "drop function award_free(bigint), plan_row(text, bigint), award_share(bigint);"
)
# Supported projects from before the column was there are those of the dossier.
NUMBERED: Final = """
alter table grants_grantproject disable trigger grants_stay;
update grants_grantproject set plan_id = project_id;
alter table grants_grantproject enable trigger grants_stay;
"""
