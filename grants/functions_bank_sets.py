"""Lines and decisions of a bank statement judged in sets: one question for each statement sent, not one a line.

A statement of ten thousand lines comes in batches of a thousand. What a row alone can say stays with the row; what a
decision needs to know of its paper, and a line of its decision, is asked once for the batch.
Order of locks, as before: the lines, then the papers by number. Sixteenth migration.
"""

from __future__ import annotations

from typing import Final

from grants.functions_bank import DECISIONS
from grants.functions_matching import MATCHING
from grants.ledger.functions import HEAD, refuse
from portal.core.functions_again import again

# In the transaction of an import the planner may take these tables for smaller than they are.
_BY_INDEX: Final = """language plpgsql security definer set search_path = public, pg_temp
    set enable_seqscan = off as $$"""
_LINES: Final = f"""
create or replace function bank_line_guarded() returns trigger {HEAD}
begin
    if tg_op = 'DELETE' then
        {refuse("bank_line_stays", "a line of a statement is never removed")}
    end if;
    -- Nothing is decided on a line that is not there yet.
    if new.state <> 'open' then
        {refuse("bank_line_stays", "a line comes open")}
    end if;
    return new;
end $$;
create function bank_lines_kept() returns trigger {_BY_INDEX}
begin
    if exists (
        select 1 from new_rows n full join old_rows o on o.id = n.id
          left join grants_bankdecision d on d.line_id = n.id and d.ended_at is null
         where to_jsonb(n) - array['state', 'why'] is distinct from to_jsonb(o) - array['state', 'why']
            or n.state <> coalesce(case d.kind when 'match' then 'matched' when 'aside' then 'aside' end, 'open')) then
        {refuse("bank_line_stays", "a line of a statement does not change")}
    end if;
    return null;
end $$;
drop trigger grants_2_guard on grants_bankline;
create trigger grants_2_guard before insert or delete on grants_bankline
    for each row execute function bank_line_guarded();
create trigger grants_2_kept after update on grants_bankline
    referencing old table as old_rows new table as new_rows for each statement execute function bank_lines_kept();
"""
# Each kind of paper: its table, whose it is when money comes in, and the column that names it.
_PAPERS: Final = {
    "payment": ("grants_payment", "false"),
    "pass_on": ("grants_passon", "one.kind = 'unit_finance' and p.unit_id = one.unit"),
    "issue": ("grants_issue", "one.kind = 'provincial_finance' and p.province_id = one.province"),
}
_ASKED: Final = "any(array(select f.{name}_id from fresh f where f.{name}_id is not null))"
_LOCKED: Final = "".join(
    f"    perform 1 from {table} p where p.id = {_ASKED.format(name=name)}\n      order by p.id for update;\n"
    for name, (table, _) in _PAPERS.items()
)
# The lines of each paper are added up once for all papers of the statement.
_JUDGED: Final = "\n        union all\n".join(
    f"""        select one.id, p.amount, p.state, t.amount as taken,
               case one.direction when 'debit' then p.organisation_id = one.organisation_id else {incoming} end as own
          from one left join {table} p on p.id = one.{name}_id
          left join (select d.{name}_id as paper, d.organisation_id, l.direction, sum(l.amount) as amount
                       from grants_bankdecision d join grants_bankline l on l.id = d.line_id
                      where d.ended_at is null and d.{name}_id = {_ASKED.format(name=name)} group by 1, 2, 3) t
            on (t.paper, t.organisation_id, t.direction) = (one.{name}_id, one.organisation_id, one.direction)
         where one.{name}_id is not null"""
    for name, (table, incoming) in _PAPERS.items()
)
_DECIDED: Final = f"""
create function bank_decisions_taken() returns trigger {_BY_INDEX}
declare
    v_problem text;
begin
{_LOCKED}    with one as materialized (
        select f.id, f.issue_id, f.pass_on_id, f.payment_id, l.organisation_id, l.direction, o.kind, o.unit, o.province
          from fresh f join grants_bankline l on l.id = f.line_id
          join accounts_organisation o on o.id = l.organisation_id where f.kind = 'match'
    ), judged as materialized (
{_JUDGED}
    )
    select case when own is not true then 'bank_line_of_own_paper'
                when state <> 'confirmed' then 'bank_line_of_confirmed_paper' else 'bank_lines_within_paper' end
      into v_problem from judged
     where own is not true or state <> 'confirmed' or taken > amount order by id limit 1;
    if v_problem is not null then
        raise exception 'the line is not of this paper' using errcode = 'check_violation', constraint = v_problem;
    end if;
    update grants_bankline l set state = case f.kind when 'match' then 'matched' else 'aside' end, why = ''
      from fresh f where l.id = f.line_id;
    return null;
end $$;
create or replace function bank_decision_guarded() returns trigger {HEAD}
declare
    me bigint := scope_user();
begin
    if tg_op = 'DELETE' then
        {refuse("bank_history_stays", "a decision is ended, never removed")}
    end if;
    -- That a line is decided once is the unique key's; what its paper allows is asked for the whole statement.
    if tg_op = 'INSERT' then
        if new.ended_at is not null then
            {refuse("bank_history_stays", "a decision is not born ended")}
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
drop trigger grants_3_decided on grants_bankdecision;
create trigger grants_3_decided after insert on grants_bankdecision
    referencing new table as fresh for each statement execute function bank_decisions_taken();
create trigger grants_3_ended after update on grants_bankdecision
    for each row execute function bank_line_decided();
drop function bank_decision_problem(bigint, bigint, bigint, bigint);
"""
# The bodies a person enters money for, asked once a statement where a policy asked it for each row.
BODIES: Final = """
create function bank_bodies(p_user bigint) returns bigint[]
language sql stable security definer set search_path = public, pg_temp as $$
    select coalesce(array_agg(o.id), '{}') from accounts_membership m join accounts_organisation o
        on o.id = m.organisation_id
     where m.user_id = p_user and m.role = 'finance_maker' and m.ended_at is null and o.is_active
       and (o.code = 'MOF' or o.kind in ('provincial_finance', 'unit_finance'))
$$;
revoke all on function bank_bodies(bigint) from public;
grant execute on function bank_bodies(bigint) to portal_web;
"""
BODIES_REVERSE: Final = "drop function bank_bodies(bigint);"
SETS: Final = _LINES + _DECIDED + "revoke all on function bank_lines_kept(), bank_decisions_taken() from public;"
SETS_REVERSE: Final = (
    MATCHING
    + again(DECISIONS, "bank_decision_guarded", "bank_line_guarded")
    + """
revoke all on function bank_decision_problem(bigint, bigint, bigint, bigint) from public;
drop trigger grants_2_guard on grants_bankline; drop trigger grants_2_kept on grants_bankline;
drop trigger grants_3_decided on grants_bankdecision; drop trigger grants_3_ended on grants_bankdecision;
create trigger grants_2_guard before insert or update or delete on grants_bankline
    for each row execute function bank_line_guarded();
create trigger grants_3_decided after insert or update on grants_bankdecision
    for each row execute function bank_line_decided();
drop function bank_lines_kept(), bank_decisions_taken();
"""
)
