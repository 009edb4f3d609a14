"""What the guard of draws asks, and who may be taken where experts are drawn."""

from __future__ import annotations

from typing import Final

_DEFINER: Final = "security definer set search_path = public, pg_temp"
DRAW_POOL: Final = f"""
create or replace function reviews_draw_pool() returns jsonb language sql stable {_DEFINER} as $$
    select coalesce(jsonb_agg(p.user_id order by p.user_id), '[]') from reviews_reviewerprofile p
     where p.group = 'expert' and reviews_is_here(p.user_id, p.is_active, p.away_from, p.away_to)
       and scope_roles() && array['officer']
$$;
"""
DRAWING: Final = f"""{DRAW_POOL}
create or replace function reviews_drawn(p_pool jsonb, p_seed text, p_size int) returns jsonb
language sql immutable as $$
    select coalesce(jsonb_agg(d.member order by d.key, d.member), '[]') from (
        select m.value::bigint as member, encode(sha256(convert_to(p_seed || ':' || m.value, 'UTF8')), 'hex') as key
          from jsonb_array_elements_text(p_pool) m order by 2, 1 limit p_size) d
$$;
create or replace function reviews_draw_problem(p_batch bigint, p_pool jsonb, p_size int) returns text
language sql stable {_DEFINER} as $$
    select case when not exists (
        select 1 from programme_batch b join programme_ruleset u on u.id = b.rule_set_id
         where b.id = p_batch and b.state in ('open', 'closed') and (u.details->>'draw_experts')::int = p_size
           and p_size > 0) then 'draw_by_the_rules'
        when p_pool is distinct from reviews_draw_pool() or jsonb_array_length(p_pool) < p_size
        then 'draw_from_the_whole_pool' else '' end
$$;
create or replace function reviews_may_be_taken(p_batch bigint, p_group text, p_reviewer bigint) returns boolean
language sql stable {_DEFINER} as $$
    select p_group <> 'expert' or not exists (
        select 1 from programme_batch b join programme_ruleset u on u.id = b.rule_set_id
         where b.id = p_batch and coalesce((u.details->>'draw_experts')::int, 0) > 0)
        or exists (select 1 from reviews_expertdraw d where d.batch_id = p_batch
                      and d.drawn @> to_jsonb(p_reviewer))
$$;
"""
_ALL: Final = (
    "reviews_draw_pool(), reviews_drawn(jsonb, text, int), reviews_draw_problem(bigint, jsonb, int), "
    "reviews_may_be_taken(bigint, text, bigint)"
)
DRAWING_PRIVILEGES: Final = (
    f"revoke all on function {_ALL} from public; grant execute on function {_ALL} to portal_web, portal_reader;"
)
DRAWING_REVERSE: Final = f"drop function {_ALL};"
