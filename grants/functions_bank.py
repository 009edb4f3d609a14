"""Functions and triggers of bank files, made by the eighth migration. All belong to the owner.

Order of locks: the line, then the paper. Triggers of a table run in the order of their names: place, then guard.
"""

from __future__ import annotations

from typing import Final

from grants.ledger.functions import HEAD, refuse

MAKER: Final = """
create function bank_maker(p_user bigint, p_organisation bigint) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
    select exists (
        select 1 from accounts_membership m join accounts_organisation o on o.id = m.organisation_id
         where m.user_id = p_user and m.organisation_id = p_organisation and m.role = 'finance_maker'
           and m.ended_at is null and o.is_active
           and (o.code = 'MOF' or o.kind in ('provincial_finance', 'unit_finance')))
$$;
grant execute on function bank_maker(bigint, bigint) to portal_web;
"""
MAKER_REVERSE: Final = "drop function bank_maker(bigint, bigint);"
PLACES: Final = f"""
create function bank_place() returns trigger {HEAD}
begin
    if tg_table_name = 'grants_bankstatement' then
        select f.organisation_id into new.organisation_id from grants_bankfile f where f.id = new.file_id;
    elsif tg_table_name = 'grants_bankline' then
        select s.organisation_id, s.account into new.organisation_id, new.account
          from grants_bankstatement s where s.id = new.statement_id;
    elsif tg_table_name = 'grants_bankdecision' then
        select l.organisation_id into new.organisation_id from grants_bankline l where l.id = new.line_id for update;
    elsif tg_table_name = 'grants_bankorderitem' then
        select o.organisation_id into new.organisation_id from grants_bankorder o where o.id = new.order_id for update;
    end if;
    select nullif(o.province, ''), nullif(o.unit, '') into new.province_id, new.unit_id
      from accounts_organisation o where o.id = new.organisation_id;
    return new;
end $$;
"""
DECISIONS: Final = f"""
create function bank_decision_problem(p_line bigint, p_issue bigint, p_pass_on bigint, p_payment bigint) returns text
{HEAD}
declare
    one record; body record; paper record; taken numeric;
begin
    select l.* into one from grants_bankline l where l.id = p_line;
    select o.* into body from accounts_organisation o where o.id = one.organisation_id;
    if p_payment is not null then
        select p.amount, p.state, one.direction = 'debit' and p.organisation_id = one.organisation_id as own
          into paper from grants_payment p where p.id = p_payment for update;
    elsif p_pass_on is not null then
        select p.amount, p.state, case one.direction when 'debit' then p.organisation_id = one.organisation_id
                                  else body.kind = 'unit_finance' and p.unit_id = body.unit end as own
          into paper from grants_passon p where p.id = p_pass_on for update;
    else
        select i.amount, i.state, case one.direction when 'debit' then i.organisation_id = one.organisation_id
                                  else body.kind = 'provincial_finance' and i.province_id = body.province end as own
          into paper from grants_issue i where i.id = p_issue for update;
    end if;
    if paper.own is not true then
        return 'bank_line_of_own_paper';
    end if;
    if paper.state <> 'confirmed' then
        return 'bank_line_of_confirmed_paper';
    end if;
    -- One condition each, so that the index of the paper answers.
    if p_payment is not null then
        select coalesce(sum(l.amount), 0) into taken
          from grants_bankdecision d join grants_bankline l on l.id = d.line_id
         where d.payment_id = p_payment and d.ended_at is null and d.organisation_id = one.organisation_id
           and l.direction = one.direction;
    elsif p_pass_on is not null then
        select coalesce(sum(l.amount), 0) into taken
          from grants_bankdecision d join grants_bankline l on l.id = d.line_id
         where d.pass_on_id = p_pass_on and d.ended_at is null and d.organisation_id = one.organisation_id
           and l.direction = one.direction;
    else
        select coalesce(sum(l.amount), 0) into taken
          from grants_bankdecision d join grants_bankline l on l.id = d.line_id
         where d.issue_id = p_issue and d.ended_at is null and d.organisation_id = one.organisation_id
           and l.direction = one.direction;
    end if;
    if taken + one.amount > paper.amount then
        return 'bank_lines_within_paper';
    end if;
    return null;
end $$;
create function bank_decision_guarded() returns trigger {HEAD}
declare
    problem text; me bigint := scope_user();
begin
    if tg_op = 'DELETE' then
        {refuse("bank_history_stays", "a decision is ended, never removed")}
    end if;
    if tg_op = 'INSERT' then
        if new.ended_at is not null then
            {refuse("bank_history_stays", "a decision is not born ended")}
        end if;
        if exists (select 1 from grants_bankdecision d where d.line_id = new.line_id and d.ended_at is null) then
            {refuse("bank_line_decided_once", "the line is decided already")}
        end if;
        if new.kind = 'match' then
            problem := bank_decision_problem(new.line_id, new.issue_id, new.pass_on_id, new.payment_id);
            if problem is not null then
                raise exception 'the line is not of this paper' using errcode = 'check_violation', constraint = problem;
            end if;
        end if;
        return new;
    end if;
    if old.ended_at is not null or new.ended_at is null
       or to_jsonb(new) - array['ended_at', 'ended_by_id', 'ended_why']
          <> to_jsonb(old) - array['ended_at', 'ended_by_id', 'ended_why'] then
        {refuse("bank_history_stays", "a decision is only ended, once")}
    end if;
    if me is not null and new.ended_by_id is distinct from me then
        {refuse("money_signed_by_oneself", "a decision is undone as oneself")}
    end if;
    return new;
end $$;
create function bank_line_decided() returns trigger {HEAD}
begin
    update grants_bankline set
        state = case when new.ended_at is not null then 'open' when new.kind = 'match' then 'matched' else 'aside' end,
        why = case when new.ended_at is not null then 'undone' else '' end
     where id = new.line_id;
    return null;
end $$;
create function bank_line_guarded() returns trigger {HEAD}
declare
    decided text;
begin
    if tg_op = 'DELETE' then
        {refuse("bank_line_stays", "a line of a statement is never removed")}
    end if;
    select case d.kind when 'match' then 'matched' else 'aside' end into decided
      from grants_bankdecision d where d.line_id = new.id and d.ended_at is null;
    if new.state <> coalesce(decided, 'open') or (tg_op = 'UPDATE'
       and to_jsonb(new) - array['state', 'why'] <> to_jsonb(old) - array['state', 'why']) then
        {refuse("bank_line_stays", "a line of a statement does not change")}
    end if;
    return new;
end $$;
create function bank_file_guarded() returns trigger {HEAD}
begin
    if to_jsonb(new) - array['state', 'report', 'run'] <> to_jsonb(old) - array['state', 'report', 'run']
       or old.state <> 'brought' then
        {refuse("bank_statement_stays", "a file from the bank does not change")}
    end if;
    return new;
end $$;
create function bank_stays() returns trigger {HEAD}
begin
    {refuse("bank_statement_stays", "a statement or a set of orders does not change")}
end $$;
"""
ORDERS: Final = f"""
create function bank_item_guarded() returns trigger {HEAD}
declare
    v_order record; paper record;
begin
    if tg_op = 'UPDATE' then
        select o.state into v_order from grants_bankorder o where o.id = new.order_id;
        if to_jsonb(new) - 'withdrawn' <> to_jsonb(old) - 'withdrawn' or old.withdrawn
           or v_order.state <> 'withdrawn' then
            {refuse("bank_statement_stays", "an order is withdrawn with its set")}
        end if;
        return new;
    end if;
    select o.* into v_order from grants_bankorder o where o.id = new.order_id;
    if new.payment_id is not null then
        select p.state, p.organisation_id into paper from grants_payment p where p.id = new.payment_id for update;
    else
        select p.state, p.organisation_id into paper from grants_passon p where p.id = new.pass_on_id for update;
    end if;
    if paper.organisation_id is distinct from new.organisation_id then
        {refuse("bank_order_of_own_paper", "the paper is of another finance body")}
    end if;
    if paper.state <> 'confirmed' or new.withdrawn or v_order.state <> 'written' then
        {refuse("bank_order_of_confirmed_paper", "only a confirmed paper is ordered")}
    end if;
    return new;
end $$;
create function bank_order_adds_up() returns trigger {HEAD}
declare
    v_count bigint; v_sum numeric;
begin
    select count(*), coalesce(sum(coalesce(p.amount, q.amount)), 0) into v_count, v_sum
      from grants_bankorderitem i left join grants_payment p on p.id = i.payment_id
      left join grants_passon q on q.id = i.pass_on_id where i.order_id = new.id;
    if v_count = 0 or v_count <> new.papers or v_sum <> new.total then
        {refuse("bank_order_adds_up", "number and total of a set are those of its papers")}
    end if;
    return null;
end $$;
create function bank_item_of_old_order() returns trigger {HEAD}
begin
    if exists (select 1 from grants_bankorder o where o.id = new.order_id and (
        o.papers <> (select count(*) from grants_bankorderitem i where i.order_id = o.id))) then
        {refuse("bank_order_adds_up", "number and total of a set are those of its papers")}
    end if;
    return null;
end $$;
create function bank_order_guarded() returns trigger {HEAD}
declare
    free text[] := array['state', 'withdrawn_by_id', 'withdrawn_at', 'withdrawn_why']; me bigint := scope_user();
begin
    if to_jsonb(new) - free <> to_jsonb(old) - free or new.state = old.state then
        {refuse("bank_statement_stays", "a set is only withdrawn")}
    end if;
    if me is not null and new.withdrawn_by_id is distinct from me then
        {refuse("money_signed_by_oneself", "a set is withdrawn as oneself")}
    end if;
    if exists (select 1 from grants_bankorderitem i join grants_bankdecision d on d.ended_at is null
               and d.organisation_id = i.organisation_id
               and (d.payment_id = i.payment_id or d.pass_on_id = i.pass_on_id)
               where i.order_id = new.id) then
        {refuse("bank_order_paid", "the bank has paid an order of this set")}
    end if;
    return new;
end $$;
create function bank_order_withdrawn() returns trigger {HEAD}
begin
    update grants_bankorderitem set withdrawn = true where order_id = new.id;
    return null;
end $$;
"""
TRIGGERS: Final = (
    "".join(
        f"create trigger grants_1_place before insert on grants_{table} for each row execute function bank_place();\n"
        for table in ("bankfile", "bankstatement", "bankline", "bankdecision", "bankorder", "bankorderitem")
    )
    + """
create trigger grants_2_guard before insert or update or delete on grants_bankdecision
    for each row execute function bank_decision_guarded();
create trigger grants_3_decided after insert or update on grants_bankdecision
    for each row execute function bank_line_decided();
create trigger grants_2_guard before insert or update or delete on grants_bankline
    for each row execute function bank_line_guarded();
create trigger grants_2_guard before update on grants_bankfile
    for each row execute function bank_file_guarded();
create trigger grants_2_stay before update or delete on grants_bankstatement
    for each row execute function bank_stays();
create trigger grants_2_guard before insert or update on grants_bankorderitem
    for each row execute function bank_item_guarded();
create trigger grants_2_stay before delete on grants_bankorderitem for each row execute function bank_stays();
create constraint trigger grants_3_sum after insert on grants_bankorder deferrable initially deferred
    for each row execute function bank_order_adds_up();
create constraint trigger grants_3_sum after insert on grants_bankorderitem deferrable initially deferred
    for each row execute function bank_item_of_old_order();
create trigger grants_2_guard before update on grants_bankorder for each row execute function bank_order_guarded();
create trigger grants_2_stay before delete on grants_bankorder for each row execute function bank_stays();
create trigger grants_3_withdrawn after update on grants_bankorder
    for each row execute function bank_order_withdrawn();
"""
)
_CLOSED: Final = (
    "bank_place(), bank_decision_problem(bigint, bigint, bigint, bigint), bank_decision_guarded(), bank_line_decided(),"
    " bank_line_guarded(), bank_file_guarded(), bank_stays(), bank_item_guarded(), bank_order_adds_up(),"
    " bank_item_of_old_order(), bank_order_guarded(), bank_order_withdrawn()"
)
FUNCTIONS: Final = PLACES + DECISIONS + ORDERS + TRIGGERS + f"revoke all on function {_CLOSED} from public;"
REVERSE: Final = f"drop function {_CLOSED} cascade;"
