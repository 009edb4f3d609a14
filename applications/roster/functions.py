"""Functions of the database about rosters of enterprises; the migration of the roster makes them."""

from __future__ import annotations

from typing import Final

# GB 32100-2015: weights 3^(i-1) mod 31; the check digit makes the weighted sum a multiple of 31.
CREDIT_CODE: Final = """
create function credit_code_is_valid(code text) returns boolean
language plpgsql immutable strict parallel safe set search_path = public, pg_temp as $$
declare
    signs constant text := '0123456789ABCDEFGHJKLMNPQRTUWXY';
    weights constant integer[] := array[1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
    total integer := 0;
begin
    if code !~ '^[0-9]{8}[0-9A-HJ-NPQRTUWXY]{10}$' then
        return false;
    end if;
    for place in 1..17 loop
        total := total + weights[place] * (strpos(signs, substr(code, place, 1)) - 1);
    end loop;
    return substr(signs, (31 - total % 31) % 31 + 1, 1) = substr(code, 18, 1);
end $$;
"""
# One line of JSON for each enterprise in the order of codes: the same rows always give the same text. A change of this
# text is a change of the format of the dossier.
ROSTER_TEXT: Final = """
create function roster_text(p_application bigint) returns text
language sql stable set search_path = public, pg_temp as $$
    select coalesce(string_agg(
        '["' || e.credit_code || '",' || to_json(e.name::text)::text || ',"' || e.industry_id || '","'
        || e.revenue::text || '",' || e.is_chain_leader::text || ',' || e.is_leading::text || ','
        || e.is_champion::text || ',' || e.is_little_giant::text || ',"' || e.digital_state || '",'
        || coalesce(e.digital_year::text, 'null') || ',' || e.has_rd_tools::text || ','
        || coalesce(e.rd_tools_year::text, 'null') || ','
        || coalesce('"' || e.process_rate::text || '"', 'null') || ','
        || coalesce('"' || e.process_goal::text || '"', 'null') || ',"' || e.energy_level || '"]' || E'\\n',
        '' order by e.credit_code collate "C"), '')
      from applications_enterprise e where e.application_id = p_application
$$;
"""
ROSTER_FIGURES: Final = """
create function roster_figures(p_application bigint) returns jsonb
language sql stable set search_path = public, pg_temp as $$
    with e as materialized (
        select *, digital_state = 'transformed' as digital_now,
               digital_state = 'transformed' or digital_year is not null as digital_then,
               has_rd_tools or rd_tools_year is not null as tools_then
          from applications_enterprise where application_id = p_application)
    select jsonb_build_object(
        'count', count(*), 'revenue', coalesce(sum(revenue), 0.00)::text,
        'chain_leaders', count(*) filter (where is_chain_leader), 'leading', count(*) filter (where is_leading),
        'champions', count(*) filter (where is_champion), 'little_giants', count(*) filter (where is_little_giant),
        'digital_now', count(*) filter (where digital_now), 'digital_then', count(*) filter (where digital_then),
        'tools_now', count(*) filter (where has_rd_tools), 'tools_then', count(*) filter (where tools_then),
        'process', count(process_rate), 'process_now', coalesce(sum(process_rate), 0.00)::text,
        'process_then', coalesce(sum(coalesce(process_goal, process_rate)) filter (where process_rate is not null),
                                 0.00)::text,
        'energy', count(*) filter (where energy_level <> ''),
        'energy_benchmark', count(*) filter (where energy_level = 'benchmark'),
        'years', coalesce((select jsonb_object_agg(y.digital_year::text, y.many) from (
            select digital_year, count(*) as many from e where not digital_now and digital_year is not null
             group by digital_year) y), '{}'),
        'industries', coalesce((select jsonb_agg(jsonb_build_object(
            'code', d.industry_id, 'count', d.many, 'revenue', d.revenue::text, 'largest', d.largest::text,
            'leaders', d.leaders, 'digital_now', d.digital_now, 'digital_then', d.digital_then)
            order by d.industry_id) from (
            select r.industry_id, count(*) as many, sum(r.revenue) as revenue,
                   sum(r.revenue) filter (where r.place <= 5) as largest,
                   count(*) filter (where r.is_chain_leader or r.is_leading) as leaders,
                   count(*) filter (where r.digital_now) as digital_now,
                   count(*) filter (where r.digital_then) as digital_then
              from (select e.*, row_number() over (partition by industry_id order by revenue desc, id) as place
                      from e) r
             group by r.industry_id) d), '[]'))
      from e
$$;
"""
# The roster's figures and digest are the database's own work: nobody else writes them.
KEEP_ROSTER: Final = """
create function keep_roster(p_application bigint) returns void
language sql volatile security definer set search_path = public, pg_temp as $$
    insert into applications_roster (application_id, figures, sha256)
    values (p_application, roster_figures(p_application),
            encode(sha256(convert_to(roster_text(p_application), 'UTF8')), 'hex'))
    on conflict (application_id) do update set figures = excluded.figures, sha256 = excluded.sha256
$$;
"""
# With each submission its roster is kept, and is what was signed: the content names its digest.
KEEP_TEXT: Final = """
create function keep_roster_text(p_snapshot bigint) returns boolean
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
    found_text text;
    found_sha256 text;
    made record;
begin
    select s.application_id, s.content::jsonb #>> '{enterprises,sha256}' as named into made
      from applications_snapshot s where s.id = p_snapshot;
    found_text := roster_text(made.application_id);
    found_sha256 := encode(sha256(convert_to(found_text, 'UTF8')), 'hex');
    if made.named is null and found_text = '' then
        return true;
    end if;
    if made.named is distinct from found_sha256 then
        return false;
    end if;
    insert into applications_rostertext (snapshot_id, application_id, text, sha256)
    values (p_snapshot, made.application_id, found_text, found_sha256)
    on conflict (snapshot_id) do nothing;
    return true;
end $$;
"""
SQL: Final = CREDIT_CODE
TEXTS: Final = ROSTER_TEXT + ROSTER_FIGURES + KEEP_ROSTER + KEEP_TEXT
REVERSE: Final = "drop function credit_code_is_valid(text);"
REVERSE_TEXTS: Final = """
drop function keep_roster_text(bigint); drop function keep_roster(bigint); drop function roster_figures(bigint);
drop function roster_text(bigint);
"""
# Signs 9 to 17 of a credit code are the code of the body itself (GB 32100-2015). A policy keeps an index on an
# expression from being used, so the owner's function looks it up: numbers of rows of the asker's places alone, and of
# these rows the asker reads what the policy lets through.
BODIES: Final = """
create index enterprise_of_body on applications_enterprise (substr(credit_code, 9, 9));
create function enterprises_of_body(p_body text) returns setof bigint
language sql stable security definer set search_path = public, pg_temp as $$
    select e.id from applications_enterprise e join applications_application a on a.id = e.application_id
     where substr(e.credit_code, 9, 9) = p_body
       and (scope_nation() or a.province_id = any(scope_provinces()) or a.unit_id = any(scope_units()))
$$;
revoke all on function enterprises_of_body(text) from public;
grant execute on function enterprises_of_body(text) to portal_web, portal_reader;
"""
BODIES_REVERSE: Final = "drop function enterprises_of_body(text); drop index enterprise_of_body;"
