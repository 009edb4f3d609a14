"""Functions and triggers that hold the money, made by the first migration. All belong to the owner.

The web role writes papers (award, issue, pass-on, payment); when one is confirmed, the database itself books it.
Entries, lines, accounts and counters are closed to every other way. Triggers of a table run in the order of their
names: place, signature, limits, then the state machine, and after the row the booking.

Order of locks, the same everywhere: the paper, its parent (award, issue or project), accounts by number, the counter.
"""

from __future__ import annotations

from typing import Final

from grants.ledger.functions import BOOKS, HEAD, LEDGER, refuse

# Who may sign: read from the memberships and not from the scope, so that it holds for every connection.
POSTS: Final = """
create function money_post(p_user bigint, p_role text, p_kind text, p_province text, p_unit text,
    p_organisation bigint) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
    select exists (
        select 1 from accounts_membership m join accounts_organisation o on o.id = m.organisation_id
         where m.user_id = p_user and m.role = p_role and m.ended_at is null and o.is_active and o.kind = p_kind
           and (p_organisation is null or o.id = p_organisation)
           and case p_kind when 'ministry' then o.code = 'MOF'
                           when 'provincial_finance' then o.province = p_province
                           when 'unit_finance' then o.unit = p_unit else false end)
$$;
create function money_judge(p_user bigint, p_code text) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
    select exists (
        select 1 from accounts_membership m join accounts_organisation o on o.id = m.organisation_id
         where m.user_id = p_user and m.role = 'officer' and m.ended_at is null and o.is_active
           and o.kind = 'ministry' and o.code = p_code)
$$;
"""
PLACES: Final = f"""
create function award_place() returns trigger {HEAD}
declare
    found_one record;
begin
    select a.batch_id, a.unit_id, a.province_id, a.state, b.state as batch_state into found_one
      from applications_application a join programme_batch b on b.id = a.batch_id where a.id = new.application_id;
    if not found or found_one.state <> 'selected' or found_one.batch_state not in ('final', 'running') then
        {refuse("award_follows_final_list", "only a unit of the final list is awarded")}
    end if;
    new.batch_id := found_one.batch_id; new.unit_id := found_one.unit_id; new.province_id := found_one.province_id;
    return new;
end $$;
create trigger grants_1_place before insert on grants_award for each row execute function award_place();
create function money_place() returns trigger {HEAD}
begin
    if tg_table_name = 'grants_passon' then
        select i.award_id into new.award_id from grants_issue i where i.id = new.issue_id;
    elsif tg_table_name = 'grants_payment' then
        select p.award_id into new.award_id from grants_grantproject p where p.id = new.grant_project_id;
    end if;
    select a.province_id, a.unit_id into new.province_id, new.unit_id from grants_award a where a.id = new.award_id;
    return new;
end $$;
create trigger grants_1_place before insert on grants_grantproject for each row execute function money_place();
create trigger grants_1_place before insert on grants_assessment for each row execute function money_place();
create trigger grants_1_place before insert on grants_issue for each row execute function money_place();
create trigger grants_1_place before insert on grants_passon for each row execute function money_place();
create trigger grants_1_place before insert on grants_payment for each row execute function money_place();
create trigger grants_1_place before insert on grants_account for each row execute function money_place();
create trigger grants_1_place before insert on grants_entry for each row execute function money_place();
"""
SIGNATURES: Final = f"""
create function money_signer(p_user bigint, p_makes boolean, p_kind text, p_province text, p_unit text,
    p_organisation bigint) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
    select case p_kind when 'assessment' then money_judge(p_user, case when p_makes then 'MIIT' else 'MOF' end)
        else money_post(p_user, case when p_makes then 'finance_maker' else 'finance_checker' end, p_kind,
                        p_province, p_unit, p_organisation) end
$$;
create function money_signature() returns trigger {HEAD}
declare
    me bigint := scope_user();
    free text[] := array['state', 'checker_id', 'checked_at', 'refused_why', 'received_on', 'received_by_id',
                         'received_at', 'assessment_passed_on'];
begin
    if tg_op = 'INSERT' then
        if me is not null and new.maker_id <> me then
            {refuse("money_signed_by_oneself", "a maker signs as oneself")}
        end if;
        if not money_signer(new.maker_id, true, tg_argv[0], new.province_id, new.unit_id, new.organisation_id) then
            {refuse("money_only_by_finance", "the maker is no finance maker of this place")}
        end if;
        return new;
    end if;
    if to_jsonb(new) - free <> to_jsonb(old) - free or (new.state = old.state
        and (new.checker_id, new.checked_at, new.refused_why)
            is distinct from (old.checker_id, old.checked_at, old.refused_why)) then
        {refuse("money_paper_is_kept", "what was entered is not changed")}
    end if;
    if new.state <> old.state then
        if me is not null and new.checker_id is distinct from me then
            {refuse("money_signed_by_oneself", "a checker signs as oneself")}
        end if;
        if not money_signer(new.checker_id, false, tg_argv[0], new.province_id, new.unit_id, new.organisation_id) then
            {refuse("money_only_by_finance", "the checker is no finance checker of this place")}
        end if;
    end if;
    return new;
end $$;
create trigger grants_2_signature before insert or update on grants_award
    for each row execute function money_signature('ministry');
create trigger grants_2_signature before insert or update on grants_issue
    for each row execute function money_signature('ministry');
create trigger grants_2_signature before insert or update on grants_passon
    for each row execute function money_signature('provincial_finance');
create trigger grants_2_signature before insert or update on grants_payment
    for each row execute function money_signature('unit_finance');
create trigger grants_2_signature before insert or update on grants_assessment
    for each row execute function money_signature('assessment');
create function issue_receipt() returns trigger {HEAD}
begin
    if old.received_on is not null or new.state <> 'confirmed' or old.state <> 'confirmed' then
        {refuse("issue_received_once", "a receipt is recorded once, of a confirmed issue")}
    end if;
    if scope_user() is not null and new.received_by_id is distinct from scope_user() then
        {refuse("money_signed_by_oneself", "a receipt is signed as oneself")}
    end if;
    if not money_post(new.received_by_id, 'finance_maker', 'provincial_finance', new.province_id, new.unit_id, null)
    then
        {refuse("money_only_by_finance", "only the province finance records a receipt")}
    end if;
    return new;
end $$;
create trigger grants_2_receipt before update on grants_issue for each row
    when ((new.received_on, new.received_by_id, new.received_at)
          is distinct from (old.received_on, old.received_by_id, old.received_at))
    execute function issue_receipt();
create function award_assessed() returns trigger {HEAD}
begin
    if old.assessment_passed_on is not null or not exists (
        select 1 from grants_assessment s where s.award_id = new.id and s.state = 'confirmed'
           and s.result = 'passed' and s.assessed_on = new.assessment_passed_on) then
        {refuse("award_passed_by_assessment", "only a confirmed assessment says that it was passed")}
    end if;
    return new;
end $$;
create trigger grants_2_assessed before update on grants_award for each row
    when (new.assessment_passed_on is distinct from old.assessment_passed_on)
    execute function award_assessed();
"""
# Until a plan can change (third migration): what the dossier asked for.
DOSSIER_LIMITS: Final = f"""
create function support_limits() returns trigger {HEAD}
declare
    award record; plan record; taken numeric;
begin
    select a.* into award from grants_award a where a.id = new.award_id for update;
    select p.application_id, p.total_investment, p.support_asked, p.other_national_money, r.project_support_share
      into plan from applications_project p join applications_application a on a.id = p.application_id
      join programme_batch b on b.id = a.batch_id join programme_ruleset r on r.id = b.rule_set_id
     where p.id = new.project_id;
    if award.state <> 'confirmed' or plan.application_id is distinct from award.application_id then
        {refuse("support_of_awarded_plan", "a project of a plan that was not awarded")}
    end if;
    if plan.other_national_money or new.total_investment <> plan.total_investment
       or new.approved_support > least(plan.support_asked, plan.total_investment * plan.project_support_share) then
        {refuse("support_within_share", "above what was asked or the share of the investment")}
    end if;
    select coalesce(sum(approved_support), 0) into taken from grants_grantproject where award_id = new.award_id;
    if taken + new.approved_support > award.amount then
        {refuse("support_within_award", "the projects together are above the award")}
    end if;
    return new;
end $$;
"""
LIMITS: Final = f"""
create function award_limits() returns trigger {HEAD}
declare
    rules record; taken numeric;
begin
    perform pg_advisory_xact_lock(20240017, new.batch_id::int);
    select r.grant_cap, r.budget into rules from programme_batch b join programme_ruleset r on r.id = b.rule_set_id
     where b.id = new.batch_id;
    if new.amount > rules.grant_cap or rules.grant_cap is null then
        {refuse("award_within_cap", "above the most a unit may be granted")}
    end if;
    select coalesce(sum(amount), 0) into taken from grants_award
     where batch_id = new.batch_id and state <> 'refused';
    if taken + new.amount > rules.budget then
        {refuse("award_within_budget", "above the budget of the batch")}
    end if;
    return new;
end $$;
create trigger grants_3_limits before insert on grants_award for each row execute function award_limits();
{DOSSIER_LIMITS}create trigger grants_3_limits before insert on grants_grantproject
    for each row execute function support_limits();
create function issue_limits() returns trigger {HEAD}
declare
    award record; v_share numeric; v_first numeric; taken numeric;
begin
    select a.* into award from grants_award a where a.id = new.award_id for update;
    if not found or award.state <> 'confirmed' then
        {refuse("issue_of_confirmed_award", "the award is not confirmed")}
    end if;
    if new.tranche = 2 and award.assessment_passed_on is null then
        {refuse("second_tranche_after_assessment", "the final assessment is not passed")}
    end if;
    select r.first_tranche_share into v_share from programme_batch b join programme_ruleset r on r.id = b.rule_set_id
     where b.id = award.batch_id;
    v_first := round(award.amount * v_share, 2);
    select coalesce(sum(amount), 0) into taken from grants_issue
     where award_id = new.award_id and tranche = new.tranche and state <> 'refused';
    if new.tranche not in (1, 2)
       or taken + new.amount > (case new.tranche when 1 then v_first else award.amount - v_first end) then
        {refuse("issue_within_tranche", "above the share of the tranche")}
    end if;
    return new;
end $$;
create trigger grants_3_limits before insert on grants_issue for each row execute function issue_limits();
create function pass_on_limits() returns trigger {HEAD}
declare
    issue record; taken numeric;
begin
    select i.* into issue from grants_issue i where i.id = new.issue_id for update;
    if not found or issue.state <> 'confirmed' or issue.received_on is null or new.passed_on < issue.received_on then
        {refuse("pass_on_after_receipt", "the province has not received the money")}
    end if;
    select coalesce(sum(amount), 0) into taken from grants_passon where issue_id = new.issue_id and state <> 'refused';
    if taken + new.amount > issue.amount then
        {refuse("pass_on_within_issue", "above what the province received")}
    end if;
    return new;
end $$;
create trigger grants_3_limits before insert on grants_passon for each row execute function pass_on_limits();
create function payment_limits() returns trigger {HEAD}
declare
    approved numeric; taken numeric;
begin
    select approved_support into approved from grants_grantproject where id = new.grant_project_id for update;
    select coalesce(sum(amount), 0) into taken from grants_payment
     where grant_project_id = new.grant_project_id and state <> 'refused';
    if approved is null or taken + new.amount > approved then
        {refuse("payments_within_support", "above the approved support of the project")}
    end if;
    return new;
end $$;
create trigger grants_3_limits before insert on grants_payment for each row execute function payment_limits();
"""
# Trigger functions cannot be called by hand; of the others the web role gets what policies and commands ask.
RIGHTS: Final = """
do $$
declare
    f record;
begin
    for f in select p.oid::regprocedure as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
              where n.nspname = 'public' and (p.proname like 'money\\_%' or p.proname like '%\\_limits'
                 or p.proname like '%\\_booked' or p.proname in ('award_place', 'issue_receipt', 'award_assessed',
                 'assessment_counts', 'line_place', 'entry_balances', 'account_by_ledger_only', 'ledger_stays'))
    loop
        execute format('revoke all on function %s from public', f.name);
    end loop;
end $$;
grant execute on function money_post(bigint, text, text, text, text, bigint), money_judge(bigint, text),
    money_hold(bigint, text) to portal_web;
"""
FUNCTIONS: Final = PLACES + SIGNATURES + LIMITS + BOOKS + LEDGER + RIGHTS
REVERSE: Final = """
drop function award_place, money_place, money_signature, issue_receipt, award_assessed, award_limits, support_limits,
    issue_limits, pass_on_limits, payment_limits, award_booked, issue_booked, pass_on_booked, payment_booked,
    assessment_counts, line_place, line_booked, entry_balances, account_by_ledger_only, ledger_stays cascade;
drop function money_hold, money_book, money_account, ledger_text, money_signer;
"""
POSTS_REVERSE: Final = "drop function money_judge, money_post;"
