"""Triggers of quarterly reports: how one begins, goes on and is signed, and what may be written into it meanwhile."""

from __future__ import annotations

from typing import Final

from grants.ledger.functions import HEAD, refuse

# Assumed where the rules of the batch are silent; the same as portal.programme.defaults.PERFORMANCE.
DAYS, GREEN, YELLOW = 15, 90, 70

REPORTS: Final = f"""
create function report_begins() returns trigger {HEAD}
declare
    a record;
begin
    select w.state, (w.checked_at at time zone 'Asia/Shanghai')::date as begun,
           coalesce(s.details->'performance', '{{}}') as rules into a
      from grants_award w join programme_batch b on b.id = w.batch_id
      left join programme_ruleset s on s.id = b.rule_set_id where w.id = new.award_id;
    if a.state is distinct from 'confirmed' or new.quarter not between 1 and 4
       or new.year * 4 + new.quarter < extract(year from a.begun) * 4 + extract(quarter from a.begun)
       or make_date(new.year, new.quarter * 3 - 2, 1) > (now() at time zone 'Asia/Shanghai')::date then
        {refuse("report_of_a_quarter_of_the_award", "no report is due of this quarter")}
    end if;
    if scope_user() is not null and new.written_by_id <> scope_user()
       or not report_post(new.written_by_id, 'drafter', new.unit_id, new.province_id) then
        {refuse("report_step_by_role", "a drafter of the unit writes")}
    end if;
    new.ends_on := (make_date(new.year, new.quarter * 3, 1) + interval '1 month')::date - 1;
    new.due_on := new.ends_on + coalesce((a.rules->>'due_days')::int, {DAYS});
    new.green_from := coalesce((a.rules->>'green_from')::numeric, {GREEN});
    new.yellow_from := coalesce((a.rules->>'yellow_from')::numeric, {YELLOW});
    new.figures := '{{}}'; new.plan := 0;
    new.signed_by_id := null; new.signed_at := null; new.verified_by_id := null; new.verified_at := null;
    new.returned_why := '';
    return new;
end $$;
create trigger grants_2_begins before insert on grants_quarterreport for each row execute function report_begins();
create function report_begun() returns trigger {HEAD}
begin
    perform performance_fill(new.id);
    perform performance_count(new.id);
    return null;
end $$;
create trigger grants_3_begun after insert on grants_quarterreport for each row execute function report_begun();
create function report_steps() returns trigger {HEAD}
declare
    me bigint := scope_user();
    typed text[] := array['summary', 'problems', 'investment_now', 'investment_base', 'version', 'written_by_id',
                          'written_at'];
    signing text[] := array['state', 'signed_by_id', 'signed_at'];
    looking text[] := array['state', 'verified_by_id', 'verified_at', 'returned_why'];
begin
    if pg_trigger_depth() > 1 then
        return new;
    end if;
    if new.state = old.state then
        if old.state not in ('draft', 'returned') then
            {refuse("report_is_frozen", "a report that was signed is not changed")}
        end if;
        if to_jsonb(new) - typed <> to_jsonb(old) - typed then
            {refuse("report_figures_are_counted", "what is not typed is counted by the database")}
        end if;
        if me is not null and new.written_by_id <> me
           or not report_post(new.written_by_id, 'drafter', new.unit_id, new.province_id) then
            {refuse("report_step_by_role", "a drafter of the unit writes")}
        end if;
    elsif new.state = 'submitted' then
        if to_jsonb(new) - signing <> to_jsonb(old) - signing then
            {refuse("report_is_frozen", "a signature changes nothing of the report")}
        end if;
        if me is not null and new.signed_by_id is distinct from me
           or not report_post(new.signed_by_id, 'signatory', new.unit_id, new.province_id) then
            {refuse("report_step_by_role", "a signatory of the unit signs")}
        end if;
        if new.ends_on >= (now() at time zone 'Asia/Shanghai')::date then
            {refuse("report_after_its_quarter", "the quarter is not over")}
        end if;
    else
        if to_jsonb(new) - looking <> to_jsonb(old) - looking then
            {refuse("report_is_frozen", "looking at a report changes nothing of it")}
        end if;
        if me is not null and new.verified_by_id is distinct from me
           or not report_post(new.verified_by_id, 'provincial_officer', new.unit_id, new.province_id) then
            {refuse("report_step_by_role", "an officer of the industry department verifies")}
        end if;
    end if;
    return new;
end $$;
create trigger grants_2_steps before update on grants_quarterreport for each row execute function report_steps();
create function report_signed() returns trigger {HEAD}
begin
    if pg_trigger_depth() > 1 then
        return null;
    end if;
    if new.state in ('draft', 'returned') and new.state = old.state then
        perform performance_count(new.id);
    elsif new.state = 'submitted' then
        perform performance_fill(new.id);
        perform performance_count(new.id);
        if new.summary = '' or exists (
            select 1 from grants_indicatoractual i where i.report_id = new.id and i.value is null
               and (i.code in ('own', 'equipment_investment') or i.note = '')) then
            {refuse("report_is_complete", "something is not filled in")}
        end if;
        if exists (select 1 from grants_indicatoractual i where i.report_id = new.id and i.note = ''
                      and i.reached < new.green_from) then
            {refuse("report_says_why", "what is off its path has a reason")}
        end if;
        perform performance_keep(new.id, new.signed_by_id, new.signed_at);
    end if;
    return null;
end $$;
create trigger grants_3_signed after update on grants_quarterreport for each row execute function report_signed();
"""

PARTS: Final = f"""
create function report_is_open(p_report bigint, p_user bigint) returns boolean
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
    r record;
begin
    select state, unit_id, province_id into r from grants_quarterreport where id = p_report for share;
    return found and r.state in ('draft', 'returned')
       and (p_user is null or report_post(p_user, 'drafter', r.unit_id, r.province_id));
end $$;
create function indicator_steps() returns trigger {HEAD}
begin
    if pg_trigger_depth() > 1 then
        return new;
    end if;
    if not report_is_open(old.report_id, scope_user()) then
        {refuse("report_is_frozen", "a report that was signed is not changed")}
    end if;
    if to_jsonb(new) - array['value', 'note', 'evidence_id'] <> to_jsonb(old) - array['value', 'note', 'evidence_id']
       then
        {refuse("indicator_of_the_plan", "an indicator is as the plan has it")}
    end if;
    if old.is_counted and new.value is distinct from old.value then
        {refuse("indicator_is_counted", "this value is counted, not typed")}
    end if;
    if new.evidence_id is not null and not exists (
        select 1 from grants_reportevidence e where e.id = new.evidence_id and e.report_id = new.report_id) then
        {refuse("evidence_of_the_report", "the evidence belongs to another report")}
    end if;
    new.reached := performance_reached(new.baseline, new.expected, new.goal, new.value);
    return new;
end $$;
create trigger grants_2_steps before update on grants_indicatoractual for each row execute function indicator_steps();
create function report_file_place() returns trigger {HEAD}
begin
    if not report_is_open(new.report_id, scope_user()) then
        {refuse("report_is_frozen", "a report that was signed takes no file")}
    end if;
    select r.province_id, r.unit_id into new.province_id, new.unit_id
      from grants_quarterreport r where r.id = new.report_id;
    return new;
end $$;
create trigger grants_1_place before insert on grants_reportevidence
    for each row execute function report_file_place();
create trigger grants_1_place before insert on grants_progressfile
    for each row execute function report_file_place();
create function progress_kept() returns trigger {HEAD}
declare
    one bigint;
begin
    if tg_op = 'UPDATE' then
        if exists (select 1 from old_rows o left join new_rows n
                       on (n.id, n.report_id, n.enterprise_id) = (o.id, o.report_id, o.enterprise_id)
                    where n.id is null) then
            {refuse("progress_of_the_roster", "a row stays with its report and its enterprise")}
        end if;
    end if;
    if exists (
        select 1 from new_rows n join grants_quarterreport q on q.id = n.report_id
          join grants_award a on a.id = q.award_id join applications_enterprise e on e.id = n.enterprise_id
         where e.application_id <> a.application_id) then
        {refuse("progress_of_the_roster", "the enterprise is not in the roster of the unit")}
    end if;
    for one in select distinct report_id from new_rows order by 1 loop
        if not report_is_open(one, scope_user()) then
            {refuse("report_is_frozen", "a report that was signed is not changed")}
        end if;
        perform performance_count(one);
    end loop;
    return null;
end $$;
create trigger grants_2_kept_new after insert on grants_enterpriseprogress referencing new table as new_rows
    for each statement execute function progress_kept();
create trigger grants_2_kept_changed after update on grants_enterpriseprogress
    referencing old table as old_rows new table as new_rows for each statement execute function progress_kept();
"""
