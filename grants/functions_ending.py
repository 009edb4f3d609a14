"""Functions and triggers of the end of a batch: its final results, and how it is archived and opened again.

Whoever ends, archives or reopens a batch has its row alone, and whoever writes about it shares the row
(`grants.functions_archived`): so an end sees all that was written before, and who writes later sees the end.
"""

from __future__ import annotations

from typing import Final

from grants.functions_archived import FUNCTIONS as STANDS
from grants.functions_archived import PAPERS
from grants.functions_archived import REVERSE as STANDS_REVERSE
from grants.ledger.functions import HEAD, refuse

_SQL: Final = "language sql stable security definer set search_path = public, pg_temp as $$"
_DEFINER: Final = "language plpgsql volatile security definer set search_path = public, pg_temp as $$"
_ENTERED: Final = "\n        union all ".join(
    f"select p.award_id, p.state from grants_{table} p where p.award_id in (select id from mine)" for table in PAPERS
)
# What is open in a batch: what (enums_ending.Open), how many, yuan where it is money, which awards.
READS: Final = f"""
create function ending_undecided(p_batch bigint) returns setof bigint {_SQL}
    select a.id from grants_award a
     where a.batch_id = p_batch and a.state in ('entered', 'confirmed') and a.assessment_passed_on is null
       and not exists (select 1 from grants_assessment s
                        where s.award_id = a.id and s.state = 'confirmed' and s.for_good)
$$;
create function ending_open_rows(p_batch bigint)
returns table (what text, award_id bigint, amount numeric) {_SQL}
    with mine as (
        select a.*, a.amount - round(a.amount * r.first_tranche_share, 2) as second
          from grants_award a join programme_batch b on b.id = a.batch_id
          join programme_ruleset r on r.id = b.rule_set_id where a.batch_id = p_batch
    ), papers as (
        {_ENTERED}
        union all select m.id, m.state from mine m
    ), lies as (
        select c.award_id, c.place, sum(c.balance) as balance from grants_account c
         where c.award_id in (select id from mine) and c.balance > 0 group by 1, 2
    )
    select 'papers', p.award_id, null::numeric from papers p where p.state = 'entered'
    union all select 'receipts', i.award_id, i.amount from grants_issue i
     where i.award_id in (select id from mine) and i.state = 'confirmed' and i.received_on is null
    union all select 'receipts', r.award_id, r.amount from grants_returnpaper r
     where r.award_id in (select id from mine) and r.state = 'confirmed' and r.received_on is null
    union all select 'receipts', p.award_id, p.amount from grants_passon p
     where p.award_id in (select id from mine) and p.state = 'confirmed'
       and not exists (select 1 from grants_arrival n where n.pass_on_id = p.id)
    -- What an assessment took off the second tranche, or refused for good, is owed to nobody.
    union all select 'central', l.award_id, l.balance - coalesce(m.second - second_tranche_limit(m.id), 0)
      from lies l join mine m on m.id = l.award_id
     where l.place = 'central' and m.assessment_passed_on is not null
       and l.balance > coalesce(m.second - second_tranche_limit(m.id), 0)
    union all select case l.place when 'carry_over' then 'unit' else l.place end, l.award_id, l.balance from lies l
     where l.place in ('province', 'unit', 'carry_over', 'project', 'surplus')
    union all select 'demands', r.award_id, r.amount - p.paid from grants_recovery r, lateral (
        select coalesce(sum(y.amount), 0) as paid from grants_recoverypayment y
         where y.recovery_id = r.id and y.state = 'confirmed') p
     where r.award_id in (select id from mine) and r.state = 'confirmed' and r.amount > p.paid
    union all select 'holds', h.award_id, h.amount from grants_fundinghold h
     where h.award_id in (select id from mine) and h.state = 'open'
    -- What a unit has sent, and a panel that was opened, gets its answer first.
    union all select 'performance', q.award_id, null from grants_quarterreport q
     where q.award_id in (select id from mine) and q.state = 'submitted'
    union all select 'performance', e.award_id, null from grants_evaluation e
     where e.award_id in (select id from mine) and e.state = 'signed'
    union all select 'performance', p.award_id, null from grants_acceptance p
     where p.award_id in (select id from mine) and p.state = 'sent'
    union all select 'performance', p.award_id, null from grants_panel p
     where p.award_id in (select id from mine) and p.state = 'open'
    union all select 'changes', (select m.id from mine m where m.application_id = a.id and m.state <> 'refused'
                                  order by m.id desc limit 1), null
      from applications_changerequest c join applications_application a on a.id = c.application_id
     where a.batch_id = p_batch and c.state in ('asked', 'signed')
    union all select 'listed', null, null from reviews_publicentry e
     where e.batch_id = p_batch and e.state in ('listed', 'suspended')
    union all select 'objections', null, null from reviews_objection o
     where o.batch_id = p_batch and o.state = 'lodged'
    union all select 'findings', null, null from audit_finding f join programme_batch b on b.number = f.in_batch
     where b.id = p_batch and f.state not in ('draft', 'closed', 'dropped')
$$;
create function ending_open(p_batch bigint)
returns table (what text, number bigint, amount numeric, awards bigint[]) {_SQL}
    select o.what, count(*), sum(o.amount),
           coalesce(array_agg(distinct o.award_id) filter (where o.award_id is not null), '{{}}')
      from ending_open_rows(p_batch) o where scope_nation() group by o.what
$$;
create function ending_is_open(p_batch bigint) returns boolean {_SQL}
    select scope_nation() and exists (select 1 from ending_open_rows(p_batch))
$$;
"""
STEPS: Final = f"""
create function ending_problem(p_batch bigint, p_from text, p_to text) returns text {_DEFINER}
declare
    me bigint := scope_user(); asked record;
begin
    if p_to = 'assessed' and p_from = 'running' then
        return case
            when me is not null and not money_judge(me, 'MIIT') then 'batch_assessed_by_miit'
            when exists (select 1 from ending_undecided(p_batch)) or not exists (
                 select 1 from grants_award where batch_id = p_batch and state = 'confirmed')
                then 'batch_assessed_after_all_results'
            when exists (select 1 from reviews_publicentry
                          where batch_id = p_batch and state in ('listed', 'suspended'))
                then 'batch_assessed_after_publicity'
            else '' end;
    end if;
    if p_from <> 'archived' and p_to <> 'archived' then
        return '';
    end if;
    select s.kind, s.state into asked from grants_archivestep s where s.batch_id = p_batch order by s.id desc limit 1;
    return case
        when asked.state is distinct from 'signed'
             or asked.kind <> (case p_to when 'archived' then 'archive' else 'reopen' end)
            then 'batch_archived_by_both_ministries'
        when p_to = 'archived' and exists (select 1 from ending_open_rows(p_batch))
            then 'batch_archived_when_nothing_is_open'
        else '' end;
end $$;
create function ending_batch_step() returns trigger language plpgsql set search_path = public, pg_temp as $$
declare
    problem text := '';
begin
    if new.state is distinct from old.state then
        problem := ending_problem(new.id, old.state, new.state);
    -- The owner keeps the batches before the portal as their sources tell them.
    elsif old.state = 'archived' and new is distinct from old and current_user <> 'portal_owner' then
        problem := 'batch_is_archived';
    end if;
    if problem <> '' then
        raise exception 'batch %: %', new.id, problem using errcode = 'check_violation', constraint = problem;
    end if;
    return new;
end $$;
create trigger grants_ending_step before update on programme_batch
    for each row execute function ending_batch_step();
create function archive_step_guard() returns trigger {HEAD}
declare
    me bigint := scope_user(); batch record;
begin
    if tg_op = 'DELETE' then
        {refuse("archive_step_is_kept", "what was asked and decided about a batch is kept")}
    end if;
    if tg_op = 'INSERT' then
        select b.state, b.opened_by_id into batch from programme_batch b where b.id = new.batch_id for no key update;
        if batch.opened_by_id is null
           or batch.state <> (case new.kind when 'archive' then 'assessed' else 'archived' end) then
            {refuse("archive_step_fits_its_batch", "an assessed batch is archived, an archived one opened")}
        end if;
        if me is not null and new.asked_by_id <> me or not money_judge(new.asked_by_id, 'MIIT') then
            {refuse("archive_asked_by_miit", "an officer of MIIT asks as oneself")}
        end if;
        return new;
    end if;
    if old.state <> 'asked'
       or to_jsonb(new) - array['state', 'decided_by_id', 'decided_at', 'refused_why']
          <> to_jsonb(old) - array['state', 'decided_by_id', 'decided_at', 'refused_why'] then
        {refuse("archive_step_is_kept", "what was asked and decided about a batch is kept")}
    end if;
    if me is not null and new.decided_by_id is distinct from me or not (money_judge(new.decided_by_id, 'MOF')
           or new.state = 'refused' and money_judge(new.decided_by_id, 'MIIT')) then
        {refuse("archive_signed_by_mof", "an officer of MOF countersigns as oneself")}
    end if;
    return new;
end $$;
create trigger grants_2_guard before insert or update or delete on grants_archivestep
    for each row execute function archive_step_guard();
create function archive_step_stays() returns trigger {HEAD}
begin
    {refuse("archive_step_is_kept", "what was asked and decided about a batch is kept")}
end $$;
create trigger grants_stay_whole before truncate on grants_archivestep
    for each statement execute function archive_step_stays();
create function archive_step_moves() returns trigger {HEAD}
begin
    update programme_batch set state = case new.kind when 'archive' then 'archived' else 'assessed' end
     where id = new.batch_id;
    return null;
end $$;
create trigger grants_book after update on grants_archivestep for each row
    when (old.state = 'asked' and new.state = 'signed') execute function archive_step_moves();
"""
_TRIGGERS: Final = (
    "ending_batch_step",
    "archive_step_guard",
    "archive_step_stays",
    "archive_step_moves",
)
_KEPT: Final = ("ending_open_rows(bigint)", "ending_undecided(bigint)")
_ASKED: Final = ("ending_problem(bigint, text, text)", "ending_open(bigint)", "ending_is_open(bigint)")
RIGHTS: Final = f"""
revoke all on function {", ".join(f"{name}()" for name in _TRIGGERS)}, {", ".join(_KEPT + _ASKED)} from public;
grant execute on function {", ".join(_ASKED)} to portal_web;
grant execute on function {", ".join(_ASKED[1:])} to portal_reader;
"""
FUNCTIONS: Final = READS + STEPS + STANDS + RIGHTS
REVERSE: Final = (
    STANDS_REVERSE
    + f"drop function {', '.join(f'{name}()' for name in _TRIGGERS)} cascade;\n"
    + f"drop function {', '.join(_ASKED + _KEPT)};"
)
