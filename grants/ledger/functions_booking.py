"""How a confirmed paper is booked since the fifth migration: any number of lines, the audit event, closed years.

Order of locks, as before: the paper, its parent, accounts by number, the counter of the year. The counter's row is
locked until the transaction ends, so commands confirm as the last thing they do.
"""

from __future__ import annotations

from typing import Final

from grants.ledger.functions import HEAD, refuse

# From where to where each kind of entry moves money: places it comes from (sign -1) and goes to (sign 1). A reversal
# has the lines of the entry it takes back with opposite amounts, which is compared when it commits.
WAYS: Final = """
create function money_way(p_kind text, p_place text, p_sign int) returns boolean
language sql immutable set search_path = public, pg_temp as $$
    select case p_kind || p_sign
        when 'award-1' then p_place = 'source' when 'award1' then p_place = 'central'
        when 'issue-1' then p_place = 'central' when 'issue1' then p_place = 'province'
        when 'pass_on-1' then p_place = 'province' when 'pass_on1' then p_place = 'unit'
        when 'payment-1' then p_place in ('carry_over', 'unit') when 'payment1' then p_place = 'project'
        when 'use-1' then p_place = 'project' when 'use1' then p_place = 'used'
        when 'carry_over-1' then p_place = 'unit' when 'carry_over1' then p_place = 'carry_over'
        when 'surplus-1' then p_place = 'carry_over' when 'surplus1' then p_place = 'surplus'
        when 'recovery-1' then p_place in ('project', 'used', 'carry_over', 'unit')
        when 'recovery1' then p_place = 'surplus'
        when 'return-1' then p_place in ('surplus', 'province') when 'return1' then p_place in ('province', 'recovered')
        else p_kind = 'reversal' end
$$;
"""
# What an entry says beyond the columns that entries had at first goes under its digest only where there is something.
TEXT: Final = """
create function ledger_text(p_year int, p_number int, p_kind text, p_award bigint, p_document text, p_maker bigint,
    p_checker bigint, p_at timestamptz, p_issue bigint, p_pass_on bigint, p_payment bigint, p_reversal bigint,
    p_reverses bigint, p_year_close bigint, p_lines jsonb) returns text
language sql immutable set search_path = public, pg_temp as $$
    select ledger_text(p_year, p_number, p_kind, p_award, p_document, p_maker, p_checker, p_at, p_issue, p_pass_on,
        p_payment, p_lines) || case when coalesce(p_reversal, p_year_close) is null then ''
        else jsonb_build_array(p_reversal, p_reverses, p_year_close)::text end
$$;
"""
# p_lines: [[account, amount as text], …], in the order in which they are written. p_papers: which paper it names.
BOOK: Final = f"""
create function money_book(p_kind text, p_award bigint, p_lines jsonb, p_papers jsonb, p_document text,
    p_organisation bigint, p_maker bigint, p_checker bigint, p_at timestamptz) returns bigint {HEAD}
declare
    v_year int := extract(year from p_at at time zone 'Asia/Shanghai');
    v_entry bigint := nextval('grants_entry_id_seq');
    seal record; v_event bigint; v_digest text;
    v_issue bigint := p_papers ->> 'issue'; v_pass_on bigint := p_papers ->> 'pass_on';
    v_payment bigint := p_papers ->> 'payment'; v_reversal bigint := p_papers ->> 'reversal';
    v_reverses bigint := p_papers ->> 'reverses'; v_close bigint := p_papers ->> 'year_close';
begin
    perform 1 from grants_account where id in (select (l ->> 0)::bigint from jsonb_array_elements(p_lines) l)
      order by id for update;
    select last + 1 as number, digest into seal from grants_counter where year = v_year for update;
    if not found then
        insert into grants_counter (year, last, digest) values (v_year, 0, repeat('0', 64)) on conflict do nothing;
        select last + 1 as number, digest into seal from grants_counter where year = v_year for update;
    end if;
    v_digest := encode(sha256(convert_to(seal.digest || ledger_text(v_year, seal.number, p_kind, p_award, p_document,
        p_maker, p_checker, p_at, v_issue, v_pass_on, v_payment, v_reversal, v_reverses, v_close, p_lines), 'UTF8')),
        'hex');
    update grants_counter set last = seal.number, digest = v_digest where year = v_year;
    select audit_append(p_at, p_checker, u.name, p_organisation, '', '', 'grants.book', 'done', 'grants.entry',
            v_entry::text, a.province_id, a.unit_id, false, '{{}}', jsonb_build_object('number', v_year || '-'
            || lpad(seal.number::text, 6, '0'), 'kind', p_kind, 'document_no', p_document, 'digest', v_digest), '')
      into v_event from grants_award a, accounts_user u where a.id = p_award and u.id = p_checker;
    insert into grants_entry (id, award_id, year, number, kind, document_no, maker_id, checker_id, booked_at, issue_id,
        pass_on_id, payment_id, reversal_id, reverses_id, year_close_id, event_id, digest)
    values (v_entry, p_award, v_year, seal.number, p_kind, p_document, p_maker, p_checker, p_at, v_issue, v_pass_on,
        v_payment, v_reversal, v_reverses, v_close, v_event, v_digest);
    insert into grants_line (entry_id, account_id, amount)
    select v_entry, (l ->> 0)::bigint, (l ->> 1)::numeric from jsonb_array_elements(p_lines) with ordinality t(l, place)
     order by place;
    return v_entry;
end $$;
create function money_lines(p_from bigint, p_to bigint, p_amount numeric) returns jsonb
language sql immutable set search_path = public, pg_temp as $$
    select jsonb_build_array(jsonb_build_array(p_from, (-p_amount)::numeric(18,2)::text),
                             jsonb_build_array(p_to, p_amount::numeric(18,2)::text))
$$;
"""
BOOKED: Final = f"""
create or replace function award_booked() returns trigger {HEAD}
declare
    v_from bigint := money_account(new.id, 'source', null);
    v_to bigint := money_account(new.id, 'central', null);
begin
    perform money_account(new.id, 'province', null);
    perform money_account(new.id, 'unit', null);
    perform money_book('award', new.id, money_lines(v_from, v_to, new.amount), '{{}}', new.document_no,
        new.organisation_id, new.maker_id, new.checker_id, new.checked_at);
    update programme_batch set state = 'running' where id = new.batch_id and state = 'final';
    return null;
end $$;
create or replace function issue_booked() returns trigger {HEAD}
begin
    perform money_book('issue', new.award_id, money_lines(money_account(new.award_id, 'central', null),
        money_account(new.award_id, 'province', null), new.amount), jsonb_build_object('issue', new.id),
        new.document_no, new.organisation_id, new.maker_id, new.checker_id, new.checked_at);
    return null;
end $$;
create or replace function pass_on_booked() returns trigger {HEAD}
begin
    perform money_book('pass_on', new.award_id, money_lines(money_account(new.award_id, 'province', null),
        money_account(new.award_id, 'unit', null), new.amount), jsonb_build_object('pass_on', new.id),
        new.document_no, new.organisation_id, new.maker_id, new.checker_id, new.checked_at);
    return null;
end $$;
create or replace function payment_booked() returns trigger {HEAD}
declare
    v_unit bigint := money_account(new.award_id, 'unit', null);
    v_to bigint := money_account(new.award_id, 'project', new.grant_project_id);
    v_carried record; v_old numeric; v_lines jsonb;
begin
    perform 1 from grants_account where award_id = new.award_id and place in ('unit', 'carry_over') order by id
      for update;
    select id, balance into v_carried from grants_account
     where award_id = new.award_id and place = 'carry_over' and balance > 0;
    v_old := least(coalesce(v_carried.balance, 0), new.amount);
    v_lines := money_lines(v_unit, v_to, new.amount);
    if v_old > 0 then
        v_lines := jsonb_build_array(jsonb_build_array(v_carried.id, (-v_old)::numeric(18,2)::text)) || case
            when v_old < new.amount
            then jsonb_set(v_lines, '{{0,1}}', to_jsonb((v_old - new.amount)::numeric(18,2)::text))
            else v_lines - 0 end;
    end if;
    perform money_book('payment', new.award_id, v_lines, jsonb_build_object('payment', new.id), new.document_no,
        new.organisation_id, new.maker_id, new.checker_id, new.checked_at);
    return null;
end $$;
drop function money_hold(bigint, text);
create function money_hold(p_award bigint, p_places text[]) returns void {HEAD}
begin
    perform 1 from grants_account where award_id = p_award and place = any(p_places) and project_id is null
      order by id for update;
end $$;
"""
# A line changes its account before it is written, and keeps what the account held then.
LINES: Final = f"""
create or replace function line_place() returns trigger {HEAD}
declare
    account record; entry record;
begin
    select e.award_id, e.kind, e.reverses_id into entry from grants_entry e where e.id = new.entry_id;
    update grants_account set balance = balance + new.amount, payments = payments + case
        when place <> 'project' then 0 when entry.kind = 'payment' then 1
        when entry.kind = 'reversal' and new.amount < 0 then -1 else 0 end
     where id = new.account_id returning award_id, place, balance, province_id, unit_id into account;
    if account.award_id is distinct from entry.award_id then
        {refuse("line_of_own_award", "an entry moves money of one award")}
    end if;
    if not money_way(entry.kind, account.place, sign(new.amount)::int) then
        {refuse("line_on_its_way", "this kind of entry does not move money there")}
    end if;
    new.province_id := account.province_id; new.unit_id := account.unit_id; new.after := account.balance;
    return new;
end $$;
drop trigger grants_book on grants_line; drop function line_booked();
create or replace function account_by_ledger_only() returns trigger {HEAD}
begin
    if tg_op = 'INSERT' then
        if new.balance <> 0 or new.payments <> 0 then
            {refuse("account_by_ledger_only", "an account begins at zero")}
        end if;
        return new;
    end if;
    -- Depth one is a statement of its own; the ledger updates from inside the trigger of a line.
    if tg_op = 'DELETE' or pg_trigger_depth() < 2
       or to_jsonb(new) - array['balance', 'payments'] <> to_jsonb(old) - array['balance', 'payments'] then
        {refuse("account_by_ledger_only", "a balance changes by an entry only")}
    end if;
    return new;
end $$;
create or replace function entry_balances() returns trigger {HEAD}
declare
    v_entry bigint; v_sum numeric; v_lines int; v_reverses bigint;
begin
    v_entry := case tg_table_name when 'grants_line' then (to_jsonb(new) ->> 'entry_id')::bigint else new.id end;
    select coalesce(sum(l.amount), 0), count(*) into v_sum, v_lines from grants_line l where l.entry_id = v_entry;
    if v_sum <> 0 or v_lines < 2 then
        {refuse("entry_balances", "an entry moves as much in as out")}
    end if;
    select reverses_id into v_reverses from grants_entry where id = v_entry and reverses_id is not null;
    if found and (select array_agg((account_id, -amount) order by id) from grants_line where entry_id = v_entry)
        is distinct from (select array_agg((account_id, amount) order by id) from grants_line
                           where entry_id = v_reverses) then
        {refuse("reversal_is_the_opposite", "a reversal takes back exactly the lines of its entry")}
    end if;
    return null;
end $$;
create function entry_guarded() returns trigger {HEAD}
begin
    perform 1 from grants_counter where year = new.year for update;
    if exists (select 1 from grants_yearclose where year = new.year and state = 'confirmed') then
        {refuse("entry_in_closed_year", "the year is closed")}
    end if;
    if not exists (select 1 from audit_event where id = new.event_id and act = 'grants.book'
                      and object_type = 'grants.entry' and object_id = new.id::text and actor = new.checker_id
                      and after ->> 'digest' = new.digest) then
        {refuse("entry_has_its_event", "an entry stands in the audit trail")}
    end if;
    return new;
end $$;
create trigger grants_2_guard before insert on grants_entry for each row execute function entry_guarded();
"""
BOOKING: Final = (
    WAYS
    + TEXT
    + "drop function money_book(text, bigint, bigint, bigint, numeric, text, bigint, bigint, timestamptz, bigint,"
    " bigint, bigint);" + BOOK + BOOKED + LINES
)
