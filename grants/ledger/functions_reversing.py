"""How an entry is taken back: who may, when, and what becomes of its paper."""

from __future__ import annotations

from typing import Final

from grants.ledger.functions import HEAD, refuse

# The level of finance that made an entry; nothing for kinds that no reversal takes back.
LEVEL: Final = """
create function money_level(p_entry bigint) returns text
language sql stable security definer set search_path = public, pg_temp as $$
    select case kind when 'award' then 'ministry' when 'issue' then 'ministry' when 'pass_on' then 'provincial_finance'
                     when 'payment' then 'unit_finance' end from grants_entry where id = p_entry
$$;
"""
SIGNED: Final = f"""
create or replace function money_signature() returns trigger {HEAD}
declare
    me bigint := scope_user(); here jsonb := to_jsonb(new);
    v_kind text := case tg_argv[0] when 'entry' then money_level((to_jsonb(new) ->> 'entry_id')::bigint)
                                   else tg_argv[0] end;
    free text[] := array['state', 'checker_id', 'checked_at', 'refused_why', 'received_on', 'received_by_id',
                         'received_at', 'assessment_passed_on'];
begin
    if tg_op = 'INSERT' then
        if me is not null and new.maker_id <> me then
            {refuse("money_signed_by_oneself", "a maker signs as oneself")}
        end if;
        if not coalesce(money_signer(new.maker_id, true, v_kind, here ->> 'province_id', here ->> 'unit_id',
                                     new.organisation_id), false) then
            {refuse("money_only_by_finance", "the maker is no finance maker of this place")}
        end if;
        return new;
    end if;
    if to_jsonb(new) - free <> to_jsonb(old) - free or ((new.state = old.state or new.state = 'reversed')
        and (new.checker_id, new.checked_at, new.refused_why)
            is distinct from (old.checker_id, old.checked_at, old.refused_why)) then
        {refuse("money_paper_is_kept", "what was entered is not changed")}
    end if;
    if new.state = 'reversed' and new.state <> old.state then
        return new;
    end if;
    if new.state <> old.state then
        if me is not null and new.checker_id is distinct from me then
            {refuse("money_signed_by_oneself", "a checker signs as oneself")}
        end if;
        if not coalesce(money_signer(new.checker_id, false, v_kind, here ->> 'province_id', here ->> 'unit_id',
                                     new.organisation_id), false) then
            {refuse("money_only_by_finance", "the checker is no finance checker of this place")}
        end if;
    end if;
    return new;
end $$;
"""
# A paper is reversed when an entry takes its own entry back, and only then.
PAPER: Final = f"""
create function paper_reversed() returns trigger {HEAD}
begin
    if not exists (
        select 1 from grants_entry e join grants_entry r on r.reverses_id = e.id
         where case tg_table_name when 'grants_award' then e.award_id = new.id and e.kind = 'award'
                                  when 'grants_issue' then e.issue_id = new.id
                                  when 'grants_passon' then e.pass_on_id = new.id
                                  else e.payment_id = new.id end) then
        {refuse("paper_reversed_by_its_entry", "a paper is reversed with its entry")}
    end if;
    return new;
end $$;
create trigger grants_2_reversed before update on grants_award for each row
    when (new.state = 'reversed' and old.state <> 'reversed') execute function paper_reversed();
create trigger grants_2_reversed before update on grants_issue for each row
    when (new.state = 'reversed' and old.state <> 'reversed') execute function paper_reversed();
create trigger grants_2_reversed before update on grants_passon for each row
    when (new.state = 'reversed' and old.state <> 'reversed') execute function paper_reversed();
create trigger grants_2_reversed before update on grants_payment for each row
    when (new.state = 'reversed' and old.state <> 'reversed') execute function paper_reversed();
"""
# Whether an entry may be taken back now: the name of the guard that stands in the way, or nothing. The paper is locked,
# so that nothing is entered under it meanwhile; what the accounts hold is decided when the reversal is booked.
PROBLEM: Final = f"""
create function reversal_problem(p_entry bigint) returns text {HEAD}
declare
    e record; v_state text;
begin
    select * into e from grants_entry where id = p_entry;
    if not found or e.kind not in ('award', 'issue', 'pass_on', 'payment') then return 'reversal_of_a_paper'; end if;
    case e.kind
        when 'award' then select state into v_state from grants_award where id = e.award_id for update;
        when 'issue' then select state into v_state from grants_issue where id = e.issue_id for update;
        when 'pass_on' then select state into v_state from grants_passon where id = e.pass_on_id for update;
        else select state into v_state from grants_payment where id = e.payment_id for update;
    end case;
    if v_state <> 'confirmed' then return 'reversal_once_per_entry'; end if;
    if e.kind = 'award' and exists (select 1 from grants_issue where award_id = e.award_id
                                       and state in ('entered', 'confirmed'))
       or e.kind = 'issue' and exists (select 1 from grants_passon where issue_id = e.issue_id
                                          and state in ('entered', 'confirmed')) then
        return 'reversal_of_the_last_step';
    end if;
    return null;
end $$;
"""
# Holds the accounts an entry's money would come back from; what lies there when that is too little, else nothing.
HELD: Final = f"""
create function reversal_hold(p_entry bigint) returns numeric {HEAD}
begin
    perform 1 from grants_account where id in (select account_id from grants_line where entry_id = p_entry)
      order by id for update;
    return (select min(a.balance) from grants_line l join grants_account a on a.id = l.account_id
             where l.entry_id = p_entry and l.amount > 0 and a.place <> 'source' and a.balance < l.amount);
end $$;
"""
REVERSAL: Final = f"""
create function reversal_place() returns trigger {HEAD}
begin
    select e.award_id, e.province_id, e.unit_id into new.award_id, new.province_id, new.unit_id
      from grants_entry e where e.id = new.entry_id;
    select sum(l.amount) into new.amount from grants_line l where l.entry_id = new.entry_id and l.amount > 0;
    return new;
end $$;
create trigger grants_1_place before insert on grants_reversal for each row execute function reversal_place();
create trigger grants_2_signature before insert or update on grants_reversal
    for each row execute function money_signature('entry');
create function reversal_limits() returns trigger {HEAD}
declare
    v_problem text := reversal_problem(new.entry_id);
begin
    if v_problem is not null then
        raise exception 'the entry cannot be taken back' using errcode = 'check_violation', constraint = v_problem;
    end if;
    return new;
end $$;
create trigger grants_3_limits before insert on grants_reversal for each row execute function reversal_limits();
create function reversal_booked() returns trigger {HEAD}
declare
    e record; v_lines jsonb; v_problem text := reversal_problem(new.entry_id);
begin
    if v_problem is not null then
        raise exception 'the entry cannot be taken back' using errcode = 'check_violation', constraint = v_problem;
    end if;
    select * into e from grants_entry where id = new.entry_id;
    select jsonb_agg(jsonb_build_array(l.account_id, (-l.amount)::numeric(18,2)::text) order by l.id) into v_lines
      from grants_line l where l.entry_id = e.id;
    perform money_book('reversal', new.award_id, v_lines, jsonb_build_object('reversal', new.id, 'reverses', e.id),
        new.document_no, new.organisation_id, new.maker_id, new.checker_id, new.checked_at);
    case e.kind
        when 'award' then update grants_award set state = 'reversed' where id = e.award_id;
        when 'issue' then update grants_issue set state = 'reversed' where id = e.issue_id;
        when 'pass_on' then update grants_passon set state = 'reversed' where id = e.pass_on_id;
        else update grants_payment set state = 'reversed' where id = e.payment_id;
    end case;
    return null;
end $$;
create trigger grants_book after update on grants_reversal for each row
    when (old.state = 'entered' and new.state = 'confirmed') execute function reversal_booked();
create trigger grants_stay before delete on grants_reversal for each row execute function ledger_stays();
create trigger grants_stay_whole before truncate on grants_reversal for each statement execute function ledger_stays();
"""
REVERSING: Final = SIGNED + PAPER + PROBLEM + HELD + REVERSAL
