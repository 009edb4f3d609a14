"""Functions and triggers of payment requests, refusals and holds, made by the migration that brings them.

A payment is entered from a request that is complete; from then on the request is frozen and its invoices count, each
once in the whole country. Order of locks: the request, its payment, the project; a hold locks the project as well, so
that of a hold and a payment at once the later one sees what the earlier one did.
"""

from __future__ import annotations

from typing import Final

from grants.ledger.functions import HEAD, refuse

PLACE: Final = f"""
create function paying_place() returns trigger {HEAD}
declare
    v_project bigint;
begin
    if tg_table_name = 'grants_evidencefile' then
        select coalesce((select r.grant_project_id from grants_paymentrequest r where r.id = new.request_id),
                        (select h.grant_project_id from grants_fundinghold h where h.id = new.hold_id)) into v_project;
    elsif tg_table_name = 'grants_requestinvoice' then
        select r.grant_project_id into v_project from grants_paymentrequest r where r.id = new.request_id;
        new.counted := false;
    elsif tg_table_name = 'grants_paymentrefusal' then
        select y.grant_project_id into v_project from grants_payment y where y.id = new.payment_id;
    else
        v_project := new.grant_project_id;
        select p.award_id into new.award_id from grants_grantproject p where p.id = v_project;
    end if;
    select p.province_id, p.unit_id into new.province_id, new.unit_id from grants_grantproject p where p.id = v_project;
    return new;
end $$;
create trigger grants_1_place before insert on grants_paymentrequest for each row execute function paying_place();
create trigger grants_1_place before insert on grants_requestinvoice for each row execute function paying_place();
create trigger grants_1_place before insert on grants_evidencefile for each row execute function paying_place();
create trigger grants_1_place before insert on grants_paymentrefusal for each row execute function paying_place();
create trigger grants_1_place before insert on grants_fundinghold for each row execute function paying_place();
"""
# What the plan that stands says of a supported project (before its approval: the dossier), with the enterprises that
# may be paid: those taking part, and the one of the roster that has the name of the leading enterprise.
PLAN: Final = """
create function project_plan(p_project bigint) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
    select s.plan || jsonb_build_object('payees', coalesce((
               select jsonb_agg(jsonb_build_object('credit_code', k.code, 'name', k.name) order by k.code)
                 from (select e.credit_code::text as code, e.name::text as name from applications_enterprise e
                        where e.application_id = s.app and e.name = s.leading
                       union
                       select r ->> 'credit_code', r ->> 'name'
                         from jsonb_array_elements(s.plan -> 'enterprises') r) k), '[]'::jsonb))
      from (select a.application_id as app, p.enterprise_name as leading,
                   jsonb_build_object('method', '', 'milestones', '[]'::jsonb, 'enterprises', '[]'::jsonb)
                   || coalesce(dossier.row, '{}'::jsonb) || coalesce(standing.row, '{}'::jsonb) as plan
              from grants_grantproject p join grants_award a on a.id = p.award_id
              left join lateral (
                  select jsonb_build_object('method', d.method, 'milestones', coalesce((
                             select jsonb_agg(jsonb_build_object('day', m.day, 'what', m.what) order by m.day, m.id)
                               from applications_projectmilestone m where m.project_id = d.id), '[]'::jsonb),
                         'enterprises', coalesce((
                             select jsonb_agg(jsonb_build_object('credit_code', e.credit_code, 'name', e.name))
                               from applications_projectenterprise t
                               join applications_enterprise e on e.id = t.enterprise_id
                              where t.project_id = d.id), '[]'::jsonb)) as row
                    from applications_project d where d.id = p.project_id) dossier on true
              left join lateral (
                  select r as row
                    from (select v.content from applications_planversion v where v.application_id = a.application_id
                           order by v.number desc limit 1) c, jsonb_array_elements(c.content::jsonb -> 'projects') r
                   where (r ->> 'id')::bigint = p.plan_id) standing on true
             where p.id = p_project
               and (scope_user() is null or scope_nation() or p.province_id::text = any(scope_provinces()::text[])
                    or p.unit_id::text = any(money_units()))) s
$$;
"""
PROBLEM: Final = """
create function request_problem(p_request bigint) returns text
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
    one record; v_plan jsonb; v_rules record;
begin
    select * into one from grants_paymentrequest where id = p_request;
    if not found then
        return 'payment_of_request';
    end if;
    v_plan := project_plan(one.grant_project_id);
    if v_plan is null or coalesce(v_plan ->> 'method', '') not in ('', one.method) then
        return 'request_method_of_plan';
    end if;
    if not exists (select 1 from jsonb_array_elements(v_plan -> 'payees') r
                    where r ->> 'credit_code' = one.payee_code and r ->> 'name' = one.payee) then
        return 'payee_is_the_enterprise';
    end if;
    if one.reached_on > (now() at time zone 'Asia/Shanghai')::date then
        return 'request_milestone_reached';
    end if;
    select r.version, coalesce(r.details -> 'banned_uses', '[]'::jsonb) as banned into v_rules
      from grants_award a join programme_batch b on b.id = a.batch_id
      join programme_ruleset r on r.id = b.rule_set_id where a.id = one.award_id;
    if one.rules_version is distinct from v_rules.version
       or exists (select 1 from jsonb_array_elements(v_rules.banned) b
                   where not exists (select 1 from jsonb_array_elements(one.uses) u
                                      where u -> 'zh' = b -> 'zh' and u ->> 'answer' = 'no'))
       or exists (select 1 from jsonb_array_elements(one.uses) u where u ->> 'answer' is distinct from 'no') then
        return 'request_denies_banned_uses';
    end if;
    if not exists (select 1 from grants_requestinvoice i where i.request_id = one.id) then
        return 'request_has_invoices';
    end if;
    if not exists (select 1 from grants_evidencefile f where f.request_id = one.id) then
        return 'request_has_evidence';
    end if;
    return null;
end $$;
"""
ASKED: Final = f"""
create function payment_of_request() returns trigger {HEAD}
declare
    asked record; v_problem text;
begin
    select * into asked from grants_paymentrequest where id = new.request_id for update;
    if not found or (asked.grant_project_id, asked.amount, asked.payee)
                    is distinct from (new.grant_project_id, new.amount, new.payee) then
        {refuse("payment_of_request", "a payment is entered from its request")}
    end if;
    v_problem := request_problem(new.request_id);
    if v_problem is not null then
        raise exception 'the request is not complete' using errcode = 'check_violation', constraint = v_problem;
    end if;
    return new;
end $$;
create trigger grants_3_asked before insert on grants_payment for each row execute function payment_of_request();
create trigger grants_3_asked_still before update of state on grants_payment for each row
    when (new.state = 'confirmed' and old.state = 'entered') execute function payment_of_request();
create function request_is_kept() returns trigger {HEAD}
declare
    v_request bigint;
begin
    if tg_table_name = 'grants_paymentrequest' then
        v_request := old.id;
    elsif tg_op = 'DELETE' then
        v_request := old.request_id;
    else
        v_request := new.request_id;
    end if;
    if v_request is null then
        return case tg_op when 'DELETE' then old else new end;
    end if;
    perform 1 from grants_paymentrequest where id = v_request for update;
    if exists (select 1 from grants_payment where request_id = v_request) then
        {refuse("request_is_kept", "a payment was entered from the request")}
    end if;
    if tg_table_name = 'grants_paymentrequest' and tg_op = 'UPDATE' then
        if (new.grant_project_id, new.award_id, new.province_id, new.unit_id, new.prepared_by_id, new.copy_of_id)
           is distinct from
           (old.grant_project_id, old.award_id, old.province_id, old.unit_id, old.prepared_by_id, old.copy_of_id) then
            {refuse("request_is_kept", "a request stays with its project")}
        end if;
    end if;
    return case tg_op when 'DELETE' then old else new end;
end $$;
create trigger grants_2_kept before update or delete on grants_paymentrequest
    for each row execute function request_is_kept();
create trigger grants_2_kept before insert or delete on grants_requestinvoice
    for each row execute function request_is_kept();
create trigger grants_2_kept before insert or delete on grants_evidencefile
    for each row execute function request_is_kept();
create function invoice_counts_by_payment() returns trigger {HEAD}
begin
    if pg_trigger_depth() < 2 or to_jsonb(new) - 'counted' <> to_jsonb(old) - 'counted' then
        {refuse("request_is_kept", "an invoice is not changed; it counts with its payment")}
    end if;
    return new;
end $$;
create trigger grants_2_counts before update on grants_requestinvoice
    for each row execute function invoice_counts_by_payment();
create trigger grants_2_stays before update on grants_evidencefile for each row execute function ledger_stays();
"""
# In one order, so that of two payments with the same two invoices one waits for the other.
COUNTING: Final = f"""
create function invoices_count() returns trigger {HEAD}
declare
    one record; v_counts boolean := new.state in ('entered', 'confirmed');
begin
    for one in select i.id from grants_requestinvoice i where i.request_id = new.request_id and i.counted <> v_counts
                order by i.code, i.number loop
        update grants_requestinvoice set counted = v_counts where id = one.id;
    end loop;
    return null;
end $$;
create trigger grants_4_invoices after insert or update of state on grants_payment
    for each row execute function invoices_count();
create function invoice_claimed(p_code text, p_number text, p_request bigint,
    out province text, out day date) returns setof record
language sql stable security definer set search_path = public, pg_temp as $$
    select i.province_id::text, (y.made_at at time zone 'Asia/Shanghai')::date
      from grants_requestinvoice i join grants_payment y on y.request_id = i.request_id
     where i.counted and i.code = p_code and i.number = p_number and i.request_id is distinct from p_request
       and (scope_nation() or scope_roles() && array['finance_maker', 'finance_checker', 'drafter']::text[])
$$;
"""
REFUSAL: Final = f"""
create function refusal_of_waiting() returns trigger {HEAD}
begin
    perform 1 from grants_payment where id = new.payment_id and state = 'entered' for update;
    if not found then
        {refuse("payment_state", "only a payment that waits is refused")}
    end if;
    return new;
end $$;
create trigger grants_2_waiting before insert on grants_paymentrefusal
    for each row execute function refusal_of_waiting();
create function payment_refused_on_ground() returns trigger {HEAD}
begin
    if exists (select 1 from grants_paymentrefusal where payment_id = new.id) <> (new.state = 'refused') then
        {refuse("payment_refused_on_ground", "a refusal has its ground, and a ground its refusal")}
    end if;
    return new;
end $$;
create trigger grants_3_ground before update of state on grants_payment for each row
    when (old.state = 'entered' and new.state in ('refused', 'confirmed'))
    execute function payment_refused_on_ground();
create trigger grants_stay before update or delete on grants_paymentrefusal
    for each row execute function ledger_stays();
"""
HOLDS: Final = f"""
create function payment_not_held() returns trigger {HEAD}
begin
    perform 1 from grants_grantproject where id = new.grant_project_id for update;
    if exists (select 1 from grants_fundinghold h
                where h.grant_project_id = new.grant_project_id and h.state in ('open', 'upheld')) then
        {refuse("payment_not_held", "other national money was found at the project")}
    end if;
    return new;
end $$;
create trigger grants_3_held before insert on grants_payment for each row execute function payment_not_held();
create trigger grants_3_held_still before update of state on grants_payment for each row
    when (new.state = 'confirmed' and old.state = 'entered') execute function payment_not_held();
create function hold_begins() returns trigger {HEAD}
begin
    perform 1 from grants_grantproject where id = new.grant_project_id for update;
    if scope_user() is not null and new.raised_by_id <> scope_user() then
        {refuse("money_signed_by_oneself", "everyone raises a hold as oneself")}
    end if;
    if new.miit_word <> '' or new.mof_word <> '' or new.decided_at is not null then
        {refuse("hold_judged_by_ministries", "a hold is born without a word on it")}
    end if;
    return new;
end $$;
create trigger grants_2_begins before insert on grants_fundinghold for each row execute function hold_begins();
create function hold_judged(p_by bigint, p_code text) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
    select p_by is not null and (scope_user() is null or p_by = scope_user()) and money_judge(p_by, p_code)
$$;
create function hold_is_judged() returns trigger {HEAD}
declare
    v_free text[] := array['state', 'decided_at', 'miit_word', 'miit_by_id', 'miit_at', 'miit_why', 'mof_word',
                           'mof_by_id', 'mof_at', 'mof_why'];
begin
    if old.state <> 'open' or to_jsonb(new) - v_free <> to_jsonb(old) - v_free then
        {refuse("hold_is_kept", "what was found is not changed, nor what was decided")}
    end if;
    if (new.miit_word, new.miit_by_id, new.miit_at, new.miit_why)
       is distinct from (old.miit_word, old.miit_by_id, old.miit_at, old.miit_why)
       and not hold_judged(new.miit_by_id, 'MIIT')
       or (new.mof_word, new.mof_by_id, new.mof_at, new.mof_why)
       is distinct from (old.mof_word, old.mof_by_id, old.mof_at, old.mof_why)
       and not hold_judged(new.mof_by_id, 'MOF') then
        {refuse("hold_judged_by_ministries", "each ministry gives its own word")}
    end if;
    new.state := case when new.miit_word = '' or new.miit_word <> new.mof_word then 'open'
                      when new.miit_word = 'release' then 'released' else 'upheld' end;
    new.decided_at := case when new.state = 'open' then null else now() end;
    return new;
end $$;
create trigger grants_2_judged before update on grants_fundinghold for each row execute function hold_is_judged();
create trigger grants_stay before delete on grants_fundinghold for each row execute function ledger_stays();
"""
RIGHTS: Final = """
revoke all on function paying_place(), project_plan(bigint), request_problem(bigint), payment_of_request(),
    request_is_kept(), invoice_counts_by_payment(), invoices_count(), invoice_claimed(text, text, bigint),
    refusal_of_waiting(), payment_refused_on_ground(), payment_not_held(), hold_begins(),
    hold_judged(bigint, text), hold_is_judged() from public;
grant execute on function project_plan(bigint), invoice_claimed(text, text, bigint), request_problem(bigint)
    to portal_web, portal_reader;
"""
FUNCTIONS: Final = PLACE + PLAN + PROBLEM + ASKED + COUNTING + REFUSAL + HOLDS + RIGHTS
REVERSE: Final = """
drop function paying_place(), payment_of_request(), request_is_kept(), invoice_counts_by_payment(), invoices_count(),
    refusal_of_waiting(), payment_refused_on_ground(), payment_not_held(), hold_begins(), hold_is_judged() cascade;
drop function hold_judged(bigint, text), request_problem(bigint), project_plan(bigint),
    invoice_claimed(text, text, bigint);
drop trigger grants_2_stays on grants_evidencefile;
drop trigger grants_stay on grants_paymentrefusal;
drop trigger grants_stay on grants_fundinghold;
"""
