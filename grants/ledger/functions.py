"""Functions and triggers of the books: a confirmed paper is booked by the database, and by nothing else.

`grants.functions` puts them into the first migration together with who may sign and what is the limit.
"""

from __future__ import annotations

from typing import Final

HEAD: Final = "language plpgsql security definer set search_path = public, pg_temp as $$"


def refuse(name: str, text: str) -> str:
    """PL/pgSQL: raise with the name under which people find the sentence."""
    return f"raise exception '{text}' using errcode = 'check_violation', constraint = '{name}';"


BOOKS: Final = f"""
create function ledger_text(p_year int, p_number int, p_kind text, p_award bigint, p_document text, p_maker bigint,
    p_checker bigint, p_at timestamptz, p_issue bigint, p_pass_on bigint, p_payment bigint, p_lines jsonb) returns text
language sql immutable set search_path = public, pg_temp as $$
    select jsonb_build_array(p_year, p_number, p_kind, p_award, p_document, p_maker, p_checker,
        extract(epoch from p_at)::numeric(20,6)::text, p_issue, p_pass_on, p_payment, p_lines)::text
$$;
create function money_account(p_award bigint, p_place text, p_project bigint) returns bigint {HEAD}
declare
    found_id bigint;
begin
    select id into found_id from grants_account
     where award_id = p_award and place = p_place and project_id is not distinct from p_project;
    if found_id is null then
        insert into grants_account (award_id, place, project_id, balance) values (p_award, p_place, p_project, 0)
            on conflict do nothing;
        select id into found_id from grants_account
         where award_id = p_award and place = p_place and project_id is not distinct from p_project;
    end if;
    return found_id;
end $$;
create function money_book(p_kind text, p_award bigint, p_from bigint, p_to bigint, p_amount numeric,
    p_document text, p_maker bigint, p_checker bigint, p_at timestamptz, p_issue bigint, p_pass_on bigint,
    p_payment bigint) returns bigint {HEAD}
declare
    v_year int := extract(year from p_at at time zone 'Asia/Shanghai');
    seal record; v_entry bigint; v_digest text; v_lines jsonb;
begin
    perform 1 from grants_account where id in (p_from, p_to) order by id for update;
    insert into grants_counter (year, last, digest) values (v_year, 0, repeat('0', 64)) on conflict do nothing;
    update grants_counter set last = last + 1 where year = v_year returning last, digest into seal;
    v_lines := jsonb_build_array(jsonb_build_array(p_from, (-p_amount)::numeric(18,2)::text),
                                 jsonb_build_array(p_to, p_amount::numeric(18,2)::text));
    v_digest := encode(sha256(convert_to(seal.digest || ledger_text(v_year, seal.last, p_kind, p_award, p_document,
        p_maker, p_checker, p_at, p_issue, p_pass_on, p_payment, v_lines), 'UTF8')), 'hex');
    insert into grants_entry (award_id, year, number, kind, document_no, maker_id, checker_id, booked_at, issue_id,
        pass_on_id, payment_id, digest)
    values (p_award, v_year, seal.last, p_kind, p_document, p_maker, p_checker, p_at, p_issue, p_pass_on, p_payment,
        v_digest) returning id into v_entry;
    insert into grants_line (entry_id, account_id, amount) values (v_entry, p_from, -p_amount);
    insert into grants_line (entry_id, account_id, amount) values (v_entry, p_to, p_amount);
    update grants_counter set digest = v_digest where year = v_year;
    return v_entry;
end $$;
create function award_booked() returns trigger {HEAD}
declare
    v_from bigint := money_account(new.id, 'source', null);
    v_to bigint := money_account(new.id, 'central', null);
begin
    perform money_account(new.id, 'province', null);
    perform money_account(new.id, 'unit', null);
    perform money_book('award', new.id, v_from, v_to, new.amount, new.document_no, new.maker_id, new.checker_id,
        new.checked_at, null, null, null);
    update programme_batch set state = 'running' where id = new.batch_id and state = 'final';
    return null;
end $$;
create trigger grants_book after update on grants_award for each row
    when (old.state = 'entered' and new.state = 'confirmed') execute function award_booked();
create function issue_booked() returns trigger {HEAD}
begin
    perform money_book('issue', new.award_id, money_account(new.award_id, 'central', null),
        money_account(new.award_id, 'province', null), new.amount, new.document_no, new.maker_id, new.checker_id,
        new.checked_at, new.id, null, null);
    return null;
end $$;
create trigger grants_book after update on grants_issue for each row
    when (old.state = 'entered' and new.state = 'confirmed') execute function issue_booked();
create function pass_on_booked() returns trigger {HEAD}
begin
    perform money_book('pass_on', new.award_id, money_account(new.award_id, 'province', null),
        money_account(new.award_id, 'unit', null), new.amount, new.document_no, new.maker_id, new.checker_id,
        new.checked_at, null, new.id, null);
    return null;
end $$;
create trigger grants_book after update on grants_passon for each row
    when (old.state = 'entered' and new.state = 'confirmed') execute function pass_on_booked();
create function payment_booked() returns trigger {HEAD}
begin
    perform money_book('payment', new.award_id, money_account(new.award_id, 'unit', null),
        money_account(new.award_id, 'project', new.grant_project_id), new.amount, new.document_no, new.maker_id,
        new.checker_id, new.checked_at, null, null, new.id);
    return null;
end $$;
create trigger grants_book after update on grants_payment for each row
    when (old.state = 'entered' and new.state = 'confirmed') execute function payment_booked();
create function assessment_counts() returns trigger {HEAD}
begin
    update grants_award set assessment_passed_on = new.assessed_on where id = new.award_id;
    return null;
end $$;
create trigger grants_book after update on grants_assessment for each row
    when (old.state = 'entered' and new.state = 'confirmed' and new.result = 'passed')
    execute function assessment_counts();
create function money_hold(p_award bigint, p_place text) returns void {HEAD}
begin
    perform 1 from grants_account where award_id = p_award and place = p_place and project_id is null for update;
end $$;
"""
LEDGER: Final = f"""
create function line_place() returns trigger {HEAD}
declare
    account record; v_award bigint;
begin
    select a.award_id, a.province_id, a.unit_id into account from grants_account a where a.id = new.account_id;
    select e.award_id into v_award from grants_entry e where e.id = new.entry_id;
    if account.award_id is distinct from v_award then
        {refuse("line_of_own_award", "an entry moves money of one award")}
    end if;
    new.province_id := account.province_id; new.unit_id := account.unit_id;
    return new;
end $$;
create trigger grants_1_place before insert on grants_line for each row execute function line_place();
create function line_booked() returns trigger {HEAD}
begin
    update grants_account set balance = balance + new.amount where id = new.account_id;
    return null;
end $$;
create trigger grants_book after insert on grants_line for each row execute function line_booked();
create function entry_balances() returns trigger {HEAD}
declare
    v_entry bigint; v_sum numeric; v_lines int;
begin
    v_entry := case tg_table_name when 'grants_line' then (to_jsonb(new) ->> 'entry_id')::bigint else new.id end;
    select coalesce(sum(l.amount), 0), count(*) into v_sum, v_lines from grants_line l where l.entry_id = v_entry;
    if v_sum <> 0 or v_lines < 2 then
        {refuse("entry_balances", "an entry moves as much in as out")}
    end if;
    return null;
end $$;
create constraint trigger entry_balances after insert on grants_entry
    deferrable initially deferred for each row execute function entry_balances();
create constraint trigger entry_balances after insert on grants_line
    deferrable initially deferred for each row execute function entry_balances();
create function account_by_ledger_only() returns trigger {HEAD}
begin
    if tg_op = 'INSERT' then
        if new.balance <> 0 then
            {refuse("account_by_ledger_only", "an account begins at zero")}
        end if;
        return new;
    end if;
    -- Depth one is a statement of its own; the ledger updates from inside the trigger of a line.
    if tg_op = 'DELETE' or pg_trigger_depth() < 2 or to_jsonb(new) - 'balance' <> to_jsonb(old) - 'balance' then
        {refuse("account_by_ledger_only", "a balance changes by an entry only")}
    end if;
    return new;
end $$;
create trigger grants_4_guard before insert or update or delete on grants_account
    for each row execute function account_by_ledger_only();
create function ledger_stays() returns trigger {HEAD}
begin
    raise exception 'the ledger is only added to'
        using errcode = 'restrict_violation', constraint = 'ledger_is_append_only';
end $$;
create trigger grants_stay before update or delete on grants_entry for each row execute function ledger_stays();
create trigger grants_stay before update or delete on grants_line for each row execute function ledger_stays();
create trigger grants_stay before update or delete on grants_document for each row execute function ledger_stays();
create trigger grants_stay before update or delete on grants_grantproject for each row execute function ledger_stays();
create trigger grants_stay_whole before truncate on grants_entry for each statement execute function ledger_stays();
create trigger grants_stay_whole before truncate on grants_line for each statement execute function ledger_stays();
create trigger grants_stay_whole before truncate on grants_account for each statement execute function ledger_stays();
create trigger grants_stay_whole before truncate on grants_counter for each statement execute function ledger_stays();
create trigger grants_stay_whole before truncate on grants_document for each statement execute function ledger_stays();
create trigger grants_stay before delete on grants_award for each row execute function ledger_stays();
create trigger grants_stay before delete on grants_assessment for each row execute function ledger_stays();
create trigger grants_stay before delete on grants_issue for each row execute function ledger_stays();
create trigger grants_stay before delete on grants_passon for each row execute function ledger_stays();
create trigger grants_stay before delete on grants_payment for each row execute function ledger_stays();
"""
