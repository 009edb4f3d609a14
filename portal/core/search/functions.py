"""How a text becomes tokens. PostgreSQL brings no Chinese dictionary: each two neighbouring Chinese signs are a token.

The last sign of a run is a token of its own, so that one sign is found by its beginning. Words and numbers of other
scripts are tokens in small letters. Index and query go through the same function, so they cannot differ.
"""

from __future__ import annotations

from typing import Final

FUNCTIONS: Final = """
create function search_tokens(p_text text) returns text[]
language sql immutable strict parallel safe set search_path = pg_catalog, pg_temp as $$
    with signs as (
        select c, lead(c) over (order by i) as next
          from unnest(string_to_array(lower(normalize(p_text, NFKC)), null)) with ordinality u(c, i)
    )
    select coalesce(array_agg(distinct t), '{}') from (
        select case when ascii(next) between 19968 and 40959 then c || next else c end as t
          from signs where ascii(c) between 19968 and 40959
        union all
        select m[1] from regexp_matches(lower(normalize(p_text, NFKC)),
                                        U&'([^\\4E00-\\9FFF[:space:][:punct:]]+)', 'g') m
    ) found where octet_length(t) between 1 and 200
$$;
create function search_vector(p_title text, p_body text) returns tsvector
language sql immutable parallel safe set search_path = public, pg_catalog, pg_temp as $$
    select array_to_tsvector(public.search_tokens(coalesce(p_title, '') || ' ' || coalesce(p_body, '')))
$$;
create function search_query(p_text text) returns tsquery
language sql immutable strict parallel safe set search_path = public, pg_catalog, pg_temp as $$
    select nullif(string_agg(quote_literal(t)
               || case when ascii(t) between 19968 and 40959 and length(t) = 2 then '' else ':*' end,
               ' & '), '')::tsquery
      from unnest(public.search_tokens(p_text)) t
$$;
-- Under a policy no index serves an operator that is not leakproof, and @@ is none: the numbers of the hits are looked
-- up past the policy, within the caller's scope by the same words; the rows are then read under it.
create function search_found(p_query text, p_phrases text[], p_kind text, p_batch integer, p_province text,
    p_most integer) returns setof bigint
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
    everywhere boolean := coalesce(scope_nation(), false); places text[] := coalesce(scope_provinces(), '{}');
    wanted tsquery := search_query(p_query);
begin
    if wanted is null or not coalesce(scope_roles() && array['auditor']::text[], false) then
        return;
    end if;
    return query
      with held as materialized (
          select t.id from core_searchtext t
           where t.tokens @@ wanted and (everywhere or (t.submitted and t.province = any(places)))
             and (p_kind = '' or t.kind = p_kind) and (p_batch is null or t.batch = p_batch)
             and (p_province = '' or t.province = p_province)
      ), newest as materialized (select h.id from held h order by h.id desc)
      -- Whole runs are compared one row after the other, until there are enough.
      select n.id from newest n
       where not exists (select 1 from core_searchtext t, unnest(p_phrases) f(phrase)
                          where t.id = n.id and strpos(lower(t.title || ' ' || t.body), f.phrase) = 0)
       limit p_most;
end $$;
revoke all on function search_tokens(text), search_vector(text, text), search_query(text),
    search_found(text, text[], text, integer, text, integer) from public;
grant execute on function search_tokens(text), search_vector(text, text), search_query(text),
    search_found(text, text[], text, integer, text, integer) to portal_web, portal_reader;
"""
# Newest first, in windows that grow: common words have their thousand hits among the newest rows, and no other row is
# read for them. Each window is planned for itself, by how often its words are.
WINDOWS: Final = """
create or replace function search_found(p_query text, p_phrases text[], p_kind text, p_batch integer, p_province text,
    p_most integer) returns setof bigint
language plpgsql stable security definer set search_path = public, pg_temp
    set plan_cache_mode = force_custom_plan set jit = off as $$
declare
    everywhere boolean := coalesce(scope_nation(), false); places text[] := coalesce(scope_provinces(), '{}');
    wanted tsquery := search_query(p_query); upper bigint; lower bigint; step bigint := 8192;
    left_over integer := p_most; got integer;
begin
    if wanted is null or not coalesce(scope_roles() && array['auditor']::text[], false) then
        return;
    end if;
    select max(t.id) into upper from core_searchtext t;
    while upper > 0 and left_over > 0 loop
        lower := greatest(upper - step, 0);
        -- Whole runs are compared one row after the other, until there are enough.
        return query
          select t.id from core_searchtext t
           where t.id > lower and t.id <= upper and t.tokens @@ wanted
             and (everywhere or (t.submitted and t.province = any(places)))
             and (p_kind = '' or t.kind = p_kind) and (p_batch is null or t.batch = p_batch)
             and (p_province = '' or t.province = p_province)
             and not exists (select 1 from unnest(p_phrases) f(phrase)
                              where strpos(lower(t.title || ' ' || t.body), f.phrase) = 0)
           order by t.id desc limit left_over;
        get diagnostics got = row_count;
        left_over := left_over - got; upper := lower; step := step * 4;
    end loop;
end $$;
"""
REVERSE: Final = """
drop function search_found(text, text[], text, integer, text, integer);
drop function search_query(text); drop function search_vector(text, text); drop function search_tokens(text)
"""
WINDOWS_REVERSE: Final = (
    "create or replace function search_found("
    + FUNCTIONS.split("create function search_found(", 1)[1].split("revoke all on function", 1)[0]
)
