"""Functions of the database about stored files, for all tables that name one (each column `storage_key`).

They look past the policies and give nothing but keys, digests and, to the clockwork, who brought a content, so that the
sweep and the scanner know of rows which the clockwork may not read.
"""

from __future__ import annotations

from typing import Final

STORED_FILES: Final = """
create function stored_files_named(p_keys text[]) returns text[]
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
    place record; part text[]; found_keys text[] := '{}';
begin
    for place in select c.relname from pg_attribute a join pg_class c on c.oid = a.attrelid
                   join pg_namespace n on n.oid = c.relnamespace
                  where n.nspname = 'public' and c.relkind in ('r', 'p') and a.attname = 'storage_key'
                    and not a.attisdropped loop
        execute format('select coalesce(array_agg(distinct storage_key), ''{}'') from %I where storage_key = any($1)',
                       place.relname) into part using p_keys;
        found_keys := found_keys || part::text[];
    end loop;
    return found_keys;
end $$;
create function stored_files_unexamined(p_most integer) returns table (sha256 text)
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
    place record; wanted text := '';
begin
    for place in select c.relname from pg_attribute a join pg_class c on c.oid = a.attrelid
                   join pg_namespace n on n.oid = c.relnamespace
                  where n.nspname = 'public' and c.relkind in ('r', 'p') and a.attname = 'storage_key'
                    and not a.attisdropped loop
        wanted := wanted || format(' union select split_part(storage_key, ''/'', 3) from %I'
                                   ' where storage_key like ''files/%%''', place.relname);
    end loop;
    return query execute 'select w.digest::text from (select s.sha256::text from core_filescan s'
        ' where s.state = ''waiting''' || wanted || ') as w(digest)'
        ' where not exists (select 1 from core_filescan k where k.sha256 = w.digest and k.state <> ''waiting'')'
        ' order by 1 limit $1' using p_most;
end $$;
revoke all on function stored_files_named(text[]), stored_files_unexamined(integer) from public;
grant execute on function stored_files_named(text[]), stored_files_unexamined(integer) to portal_web;
"""
STORED_FILES_REVERSE: Final = "drop function stored_files_unexamined(integer); drop function stored_files_named(text[])"
STORED_FILE_BRINGERS: Final = """
create function stored_file_bringers(p_sha256 text) returns table (person bigint, name text)
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
    place record; wanted text := '';
begin
    if not coalesce((select scope_roles()) && array['clockwork']::text[], false) then
        raise exception 'only the clockwork asks who brought a content' using errcode = 'insufficient_privilege';
    end if;
    for place in select c.relname from pg_attribute a join pg_class c on c.oid = a.attrelid
                   join pg_namespace n on n.oid = c.relnamespace
                  where n.nspname = 'public' and c.relkind in ('r', 'p') and a.attname = 'uploaded_by_id'
                    and not a.attisdropped
                    and exists (select from pg_attribute b where b.attrelid = c.oid and b.attname = 'storage_key') loop
        wanted := wanted || format(' union select uploaded_by_id::bigint, file_name::text from %I where sha256 = $1',
                                   place.relname);
    end loop;
    return query execute 'select w.person, min(w.name) from (select null::bigint as person, null::text as name'
        || wanted || ') as w where w.person is not null group by w.person order by w.person' using p_sha256;
end $$;
revoke all on function stored_file_bringers(text) from public;
grant execute on function stored_file_bringers(text) to portal_web;
"""
STORED_FILE_BRINGERS_REVERSE: Final = "drop function stored_file_bringers(text)"
# The same, and where it lies: the table and the numbers of the row brought last, so that a letter can lead there.
STORED_FILE_BROUGHT: Final = """
create function stored_file_bringers(p_sha256 text)
returns table (person bigint, name text, place text, numbers jsonb)
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
    held record; wanted text := '';
begin
    if not coalesce((select scope_roles()) && array['clockwork']::text[], false) then
        raise exception 'only the clockwork asks who brought a content' using errcode = 'insufficient_privilege';
    end if;
    for held in select c.relname,
                       (select string_agg(format('%L, %I', k.attname, k.attname), ', ') from pg_attribute k
                         where k.attrelid = c.oid and k.attnum > 0 and not k.attisdropped
                           and (k.attname = 'id' or right(k.attname, 3) = '_id')) as numbers
                  from pg_attribute a join pg_class c on c.oid = a.attrelid
                  join pg_namespace n on n.oid = c.relnamespace
                 where n.nspname = 'public' and c.relkind in ('r', 'p') and a.attname = 'uploaded_by_id'
                   and not a.attisdropped
                   and exists (select from pg_attribute b where b.attrelid = c.oid and b.attname = 'storage_key') loop
        wanted := wanted || format(' union all select uploaded_by_id::bigint, file_name::text, %L::text,'
                                   ' jsonb_build_object(%s), uploaded_at from %I where sha256 = $1',
                                   held.relname, held.numbers, held.relname);
    end loop;
    return query execute 'select distinct on (w.person) w.person, w.name, w.place, w.numbers from ('
        'select null::bigint as person, null::text as name, null::text as place, null::jsonb as numbers,'
        ' null::timestamptz as at' || wanted || ') as w where w.person is not null order by w.person, w.at desc'
        using p_sha256;
end $$;
revoke all on function stored_file_bringers(text) from public;
grant execute on function stored_file_bringers(text) to portal_web;
"""

# What rows still name and has no verdict: what was tried longest ago comes first, what never was before it. Content
# that no row names is gone, or soon will be: nobody waits for it.
STORED_FILES_BY_LAST_TRY: Final = """
create or replace function stored_files_unexamined(p_most integer) returns table (sha256 text)
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
    place record; wanted text := '';
begin
    for place in select c.relname from pg_attribute a join pg_class c on c.oid = a.attrelid
                   join pg_namespace n on n.oid = c.relnamespace
                  where n.nspname = 'public' and c.relkind in ('r', 'p') and a.attname = 'storage_key'
                    and not a.attisdropped loop
        wanted := wanted || format(' union select split_part(storage_key, ''/'', 3) from %I'
                                   ' where storage_key like ''files/%%''', place.relname);
    end loop;
    return query execute 'select w.digest::text from (select null::text where false' || wanted || ') as w(digest)'
        ' left join core_filescan s on s.sha256 = w.digest where s.sha256 is null or s.state = ''waiting'''
        ' order by s.tried_at nulls first, w.digest limit $1' using p_most;
end $$;
"""
