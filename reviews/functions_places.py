"""Who moves up where more places are free than units in reserve can take: as many as keep the rules."""

from __future__ import annotations

from typing import Final

from reviews.functions_publicity import REPLACING

_DEFINER: Final = "security definer set search_path = public, pg_temp"
# The decision's own question, with one difference: a list that lost several units may be filled in part, for otherwise
# one unit short in reserve would keep all others from moving up.
PLACES: Final = f"""
create or replace function reviews_replacement_problem(p_batch bigint, p_decision bigint, p_instance jsonb,
    p_answer jsonb, p_comes text[]) returns text language plpgsql volatile {_DEFINER} as $$
declare
    asked jsonb; chosen text[]; reserve text[]; listed text[]; had text[]; kept text[]; shut text[]; found text[];
    least_of int;
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
    select coalesce(array_agg(e.unit_id::text) filter (where e.state <> 'dropped'), '{{}}'),
           coalesce(array_agg(e.unit_id::text), '{{}}') into listed, had
      from reviews_publicentry e where e.batch_id = p_batch;
    select coalesce(array_agg(i->>'id'), '{{}}') into kept from jsonb_array_elements(p_instance->'include') i;
    if cardinality(listed) >= cardinality(chosen) then
        return 'replacement_of_a_free_place';
    elsif not (kept @> listed and kept <@ listed) then
        return 'replacement_keeps_the_listed';
    end if;
    least_of := cardinality(listed) + 1;
    if jsonb_typeof(asked->'total') = 'object' or least_of < cardinality(chosen) then
        asked := jsonb_set(asked, '{{total}}', jsonb_build_object('max', cardinality(chosen), 'min',
                     least(least_of, coalesce((asked#>>'{{total,min}}')::int, least_of))));
    end if;
    if (p_instance - 'include' - 'exclude') is distinct from (asked - 'include' - 'exclude') then
        return 'replacement_asks_the_same_question';
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
PLACES_REVERSE: Final = REPLACING.replace("create function", "create or replace function", 1)
