"""The database's rules of publicity: what is public when, who waits, who moves up, what is final.

An outcome leaves the ministries with the publication and not with the adoption. Each unit has a period of its own, so
one that is examined, or that came later, delays nobody else. What a trigger asks after it took a lock is asked by
functions that look anew at each question (volatile).
"""

from __future__ import annotations

from typing import Final

from reviews.functions import DECIDING, SCREENED
from reviews.functions_results import BATCH_STEPS

_DEFINER: Final = "security definer set search_path = public, pg_temp"
_TODAY: Final = "(clock_timestamp() at time zone 'Asia/Shanghai')::date"
# Open, against the unit.
_OPEN: Final = "select 1 from reviews_objection o where o.entry_id = e.id and o.state = 'lodged'"
_OPEN_WHOLE: Final = """select 1 from reviews_objection o
    where o.batch_id = p_batch and o.entry_id is null and o.state = 'lodged'"""

OUTCOMES: Final = f"""
create or replace function reviews_application_problem(p_application bigint, p_batch bigint, p_unit text, p_from text,
    p_to text) returns text language plpgsql volatile {_DEFINER} as $$
declare
    said record; decided record;
begin
{SCREENED}
    if p_to = 'withdrawn' then
        return case when exists (select 1 from reviews_decision where batch_id = p_batch and state = 'adopted')
            then 'withdrawal_before_the_decision' else '' end;
    end if;
    if p_to = 'selected' then
        return case when exists (
            select 1 from reviews_publicentry e join programme_batch b on b.id = e.batch_id
             where e.application_id = p_application and b.id = p_batch and e.state = 'final'
               and b.state in ('final', 'running')) then '' else 'outcome_needs_decision' end;
    end if;
    if p_to not in ('proposed', 'reserve', 'not_selected', 'publicity') then
        return '';
    end if;
    select d.state, d.chosen, d.reserve into decided from reviews_decision d
     where d.batch_id = p_batch and d.state in ('published', 'final');
    return case
        when decided.state is null then 'outcome_needs_decision'
        when p_to = 'proposed' and p_from = 'reserve' and exists (
             select 1 from reviews_replacement r where r.batch_id = p_batch and r.state = 'confirmed'
                and p_unit = any(r.comes)) then ''
        when p_to = 'proposed' and p_from <> 'reserve' and p_unit = any(decided.chosen) then ''
        when p_to = 'reserve' and p_unit = any(decided.reserve) then ''
        when p_to = 'not_selected' and p_from in ('in_review', 'defence')
             and not p_unit = any(decided.chosen || decided.reserve) then ''
        when p_to = 'not_selected' and p_from in ('publicity', 'proposed', 'reserve') and exists (
             select 1 from reviews_publicentry where application_id = p_application and state = 'dropped') then ''
        when p_to = 'publicity' and exists (
             select 1 from reviews_publicentry where application_id = p_application and state <> 'dropped') then ''
        else 'outcome_needs_decision' end;
end $$;
create or replace function reviews_batch_problem(p_batch bigint, p_from text, p_to text) returns text
language plpgsql volatile {_DEFINER} as $$ begin
    return case
{BATCH_STEPS}
        when p_to = 'final' and exists ({_OPEN_WHOLE}) then 'final_needs_answers'
        when p_to = 'final' and not exists (
             select 1 from reviews_publicentry e join reviews_finallist l on l.id = e.final_list_id
              where e.batch_id = p_batch and l.number = 1) then 'final_needs_its_list'
        when p_to = 'final' and exists (
             select 1 from reviews_publicentry e where e.batch_id = p_batch and e.state = 'listed'
                and e.publicity_to < {_TODAY} and not exists ({_OPEN})) then 'final_takes_all_that_are_ready'
        else '' end;
end $$;
"""
LISTS: Final = f"""
create or replace function reviews_entry_problem(p_batch bigint, p_application bigint, p_unit text, p_province text)
returns text language sql stable {_DEFINER} as $$
    select case when exists (
        select 1 from applications_application a join programme_batch b on b.id = a.batch_id
          join reviews_decision d on d.batch_id = b.id and d.state in ('published', 'final')
         where a.id = p_application and b.id = p_batch and a.state = 'proposed'
           and a.unit_id = p_unit and a.province_id = p_province
           and (b.state = 'publicity' and p_unit = any(d.chosen)
                or b.state in ('publicity', 'final', 'running') and p_unit = any(d.reserve) and exists (
                   select 1 from reviews_replacement r where r.batch_id = b.id and r.state = 'confirmed'
                      and p_unit = any(r.comes))))
    then '' else 'entry_needs_publication' end
$$;
-- Objecting and making final take turns at the batch: the one shares it, the other has it alone.
create function reviews_hold_batch(p_batch bigint) returns void language plpgsql volatile {_DEFINER} as $$ begin
    perform 1 from programme_batch where id = p_batch for share;
end $$;
create function reviews_entry_step_problem(p_entry bigint, p_from text, p_to text, p_list bigint) returns text
language plpgsql volatile {_DEFINER} as $$
declare
    p_batch bigint; opened boolean; waits boolean; upheld boolean;
begin
    select e.batch_id into p_batch from reviews_publicentry e where e.id = p_entry;
    if p_to = 'final' then
        perform 1 from programme_batch where id = p_batch for no key update;
    end if;
    select coalesce(bool_or(o.state = 'lodged'), false), coalesce(bool_or(o.state = 'upheld'), false)
      into opened, upheld from reviews_objection o where o.entry_id = p_entry;
    waits := exists (select 1 from reviews_suspension s where s.entry_id = p_entry and s.ended_at is null);
    return case
        when p_from = p_to then ''
        when p_to = 'suspended' and not (opened and waits) then 'suspension_by_objection'
        when p_to = 'listed' and (opened or waits) then 'entry_released_after_answers'
        when p_to = 'dropped' and not upheld then 'entry_leaves_by_objection'
        when p_to = 'final' and (opened or exists ({_OPEN_WHOLE})) then 'final_needs_answers'
        when p_to = 'final' and upheld then 'entry_leaves_by_objection'
        when p_to = 'final' and not exists (
             select 1 from reviews_finallist l where l.id = p_list and l.batch_id = p_batch
                and l.number = (select max(number) from reviews_finallist where batch_id = p_batch))
            then 'entry_final_by_a_list'
        else '' end;
end $$;
create function reviews_final_list_problem(p_batch bigint, p_number int) returns text
language plpgsql volatile {_DEFINER} as $$
declare
    before int; its_state text;
begin
    select b.state into its_state from programme_batch b where b.id = p_batch for no key update;
    select count(*) into before from reviews_finallist where batch_id = p_batch;
    return case when p_number = before + 1
                 and (before = 0 and its_state = 'publicity' or before > 0 and its_state in ('final', 'running'))
           then '' else 'final_list_in_its_turn' end;
end $$;
"""
REPLACING: Final = f"""
create function reviews_replacement_problem(p_batch bigint, p_decision bigint, p_instance jsonb, p_answer jsonb,
    p_comes text[]) returns text language plpgsql volatile {_DEFINER} as $$
declare
    asked jsonb; chosen text[]; reserve text[]; listed text[]; had text[]; kept text[]; shut text[]; found text[];
begin
    perform 1 from programme_batch where id = p_batch for no key update;
    select s.instance::jsonb, d.chosen::text[], d.reserve::text[] into asked, chosen, reserve
      from reviews_decision d join reviews_scenario s on s.id = d.scenario_id
      join programme_batch b on b.id = d.batch_id
     where d.id = p_decision and d.batch_id = p_batch and d.state in ('published', 'final')
       and b.state in ('publicity', 'final', 'running');
    if asked is null then
        return 'replacement_of_a_published_list';
    end if;
    if jsonb_typeof(asked->'total') = 'object' then
        asked := jsonb_set(asked, '{{total,max}}', to_jsonb(cardinality(chosen)));
    end if;
    if (p_instance - 'include' - 'exclude') is distinct from (asked - 'include' - 'exclude') then
        return 'replacement_asks_the_same_question';
    end if;
    select coalesce(array_agg(e.unit_id::text) filter (where e.state <> 'dropped'), '{{}}'),
           coalesce(array_agg(e.unit_id::text), '{{}}') into listed, had
      from reviews_publicentry e where e.batch_id = p_batch;
    select coalesce(array_agg(i->>'id'), '{{}}') into kept from jsonb_array_elements(p_instance->'include') i;
    if cardinality(listed) >= cardinality(chosen) then
        return 'replacement_of_a_free_place';
    elsif not (kept @> listed and kept <@ listed) then
        return 'replacement_keeps_the_listed';
    end if;
    -- Shut out is exactly who cannot come: who left, who is not in reserve, whom the decision itself had shut out.
    select coalesce(array_agg(c->>'id'), '{{}}') into found from jsonb_array_elements(asked->'candidates') c
     where c->>'id' <> all(listed) and (c->>'id' <> all(reserve) or c->>'id' = any(had) or exists (
           select 1 from jsonb_array_elements(asked->'exclude') x where x->>'id' = c->>'id'));
    select coalesce(array_agg(x->>'id'), '{{}}') into shut from jsonb_array_elements(p_instance->'exclude') x;
    if not (shut @> found and shut <@ found) then
        return 'replacement_from_the_reserve';
    end if;
    select coalesce(array_agg(v), '{{}}') into found from jsonb_array_elements_text(p_answer->'chosen') v;
    return case when p_answer->>'status' = 'optimal' and cardinality(p_comes) > 0 and not p_comes && listed
                 and p_comes <@ reserve and found @> (listed || p_comes) and found <@ (listed || p_comes)
           then '' else 'replacement_brings_the_answer' end;
end $$;
"""
OBJECTIONS: Final = f"""
create or replace function reviews_objection_status(p_receipt text) returns jsonb
language sql stable {_DEFINER} as $$
    select jsonb_build_object('state', o.state, 'answer', o.answer, 'lodged_at', o.lodged_at, 'due_on', o.due_on,
               'taken', o.handler_id is not null, 'files', (select count(*) from reviews_objectionfile f
                                                             where f.objection_id = o.id),
               'answered_at', o.answered_at, 'batch', b.number)
      from reviews_objection o join programme_batch b on b.id = o.batch_id where o.receipt_no = p_receipt
$$;
-- Evidence comes with its objection, before anybody has taken it over; five files, 100 MB in all.
create function reviews_objection_file_problem(p_objection uuid, p_size bigint) returns text
language plpgsql volatile {_DEFINER} as $$ begin
    perform 1 from reviews_objection where id = p_objection and state = 'lodged' and handler_id is null for update;
    if not found or (select count(*) >= 5 or coalesce(sum(size), 0) + p_size > 104857600
                       from reviews_objectionfile where objection_id = p_objection) then
        return 'objection_file_comes_with_it';
    end if;
    return '';
end $$;
-- For the clockwork alone: periods that ended in the last days, and objections that wait longer than they should.
create function reviews_publicity_over(p_days int) returns table (batch_id bigint, number int, last date, open int)
language sql stable {_DEFINER} as $$
    select b.id, b.number::int, p.last, (select count(*)::int from reviews_objection o
                                          where o.batch_id = b.id and o.state = 'lodged')
      from (select distinct e.batch_id, e.publicity_to as last from reviews_publicentry e
             where e.state in ('listed', 'suspended')) p
      join programme_batch b on b.id = p.batch_id
     where p.last < {_TODAY} and p.last >= {_TODAY} - p_days and scope_roles() && array['clockwork']
     order by b.id, p.last
$$;
create function reviews_objections_late() returns table (id uuid, receipt_no text, number int, due_on date)
language sql stable {_DEFINER} as $$
    select o.id, o.receipt_no::text, b.number::int, o.due_on from reviews_objection o
      join programme_batch b on b.id = o.batch_id
     where o.state = 'lodged' and o.due_on < {_TODAY} and scope_roles() && array['clockwork']
     order by o.due_on, o.id
$$;
"""
_NEW: Final = (
    "reviews_hold_batch(bigint), reviews_entry_step_problem(bigint, text, text, bigint),"
    " reviews_final_list_problem(bigint, int),"
    " reviews_replacement_problem(bigint, bigint, jsonb, jsonb, text[]),"
    " reviews_objection_file_problem(uuid, bigint), reviews_publicity_over(int), reviews_objections_late()"
)
PUBLICITY: Final = (
    f"{OUTCOMES}{LISTS}{REPLACING}{OBJECTIONS}revoke all on function {_NEW} from public; "
    f"grant execute on function {_NEW} to portal_web, portal_reader;"
)
# The functions as they were before, then what was not there.
PUBLICITY_REVERSE: Final = f"{DECIDING}drop function {_NEW};"
