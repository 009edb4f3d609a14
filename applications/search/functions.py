"""Functions of the database that keep the index of the search up with the dossiers; the clockwork alone calls them.

They look past the policies, for the clockwork sees neither drafts nor comments, and give back nothing but numbers; the
index has a policy of its own. Each call may be repeated: rows that are the same stay untouched.
"""

from __future__ import annotations

from typing import Final

_CLOCKWORK: Final = """
    if current_user <> session_user and not coalesce((select scope_roles()) && array['clockwork']::text[], false) then
        raise exception 'only the clockwork fills the search' using errcode = 'insufficient_privilege';
    end if;
"""
# Signs of one piece of a long text. A piece is what a hit shows, so it is read in one go.
PIECE: Final = 4_000
_PIECES: Final = f"""generate_series(0, greatest(length(%s) - 1, 0) / {PIECE}) n(piece)"""


def _pieces(text: str) -> str:
    """SQL: the pieces of a text as rows `piece`, numbered from nought."""
    return f"lateral (select {text} as whole) w, {_PIECES % 'w.whole'}"


_CUT: Final = f"substr(w.whole, 1 + {PIECE} * n.piece, {PIECE})"
TEXTS: Final = f"""
create function search_texts_of(p_applications bigint[])
returns table (kind text, source text, object_id bigint, part integer, application bigint, title text, body text)
language sql stable set search_path = public, pg_temp as $$
    select 'dossier', 'applications.application', a.id, n.piece, a.id, left(a.title, 300), {_CUT}
      from applications_application a,
           {_pieces("concat_ws(chr(10), a.number, a.summary, a.lead_department, a.leader_name, a.leader_post)")}
     where a.id = any(p_applications)
    union all
    select 'dossier', 'applications.focusindustry', f.id, n.piece, f.application_id, i.name_zh, {_CUT}
      from applications_focusindustry f join programme_industry i on i.code = f.industry_id,
           {_pieces("concat_ws(chr(10), i.name_en, f.why, f.concentration, f.strategy, f.local_base)")}
     where f.application_id = any(p_applications)
    union all
    select 'dossier', 'applications.planchapter', c.id, n.piece, c.application_id, c.code, {_CUT}
      from applications_planchapter c, {_pieces("regexp_replace(c.html, '<[^>]*>', ' ', 'g')")}
     where c.application_id = any(p_applications)
    union all
    select 'dossier', 'applications.statement', s.id, n.piece, s.application_id, s.code, {_CUT}
      from applications_statement s, {_pieces("s.text")} where s.application_id = any(p_applications)
    union all
    select 'dossier', 'applications.risk', r.id, 0, r.application_id, left(r.title, 300),
           concat_ws(chr(10), r.measure, r.responsible)
      from applications_risk r where r.application_id = any(p_applications)
    union all
    select 'dossier', 'applications.cluster', c.id, 0, c.application_id, left(c.name, 300), c.role
      from applications_cluster c where c.application_id = any(p_applications)
    union all
    select 'dossier', 'applications.partner', p.id, 0, p.application_id, left(o.name_zh, 300),
           concat_ws(chr(10), o.name_en, p.task, p.contribution)
      from applications_partner p join accounts_organisation o on o.id = p.organisation_id
     where p.application_id = any(p_applications)
    union all
    select 'project', 'applications.project', p.id, 0, p.application_id, left(p.name, 300),
           concat_ws(chr(10), p.enterprise_name, p.site, p.other_money_note, p.safety_record)
      from applications_project p where p.application_id = any(p_applications)
    union all
    select 'enterprise', 'applications.enterprise', e.id, 0, e.application_id, left(e.name, 300), e.credit_code
      from applications_enterprise e where e.application_id = any(p_applications)
    union all
    select 'comment', 'applications.comment', c.id, 0, c.application_id, c.section, c.text
      from applications_comment c where c.application_id = any(p_applications)
    union all
    select 'file', 'applications.attachment', f.id, coalesce(t.place, 0)::integer, f.application_id,
           left(concat_ws(' ', f.title, f.file_name), 300), coalesce(t.piece, '')
      from applications_attachment f
      left join lateral (select e.place - 1 as place, e.piece from core_filetext x,
                                jsonb_array_elements_text(x.pieces) with ordinality e(piece, place)
                          where x.sha256 = f.sha256) t on true
     where f.application_id = any(p_applications) and f.removed_at is null
       and not exists (select 1 from core_filescan s where s.sha256 = f.sha256 and s.state = 'quarantined')
$$;
create function search_refresh(p_applications bigint[]) returns integer
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
    changed integer;
begin
    {_CLOCKWORK}
    with fresh as materialized (
        select t.*, b.number as batch, a.province_id, a.unit_id, a.first_submitted_at is not null as submitted
          from search_texts_of(p_applications) t join applications_application a on a.id = t.application
          join programme_batch b on b.id = a.batch_id
    ), gone as (
        delete from core_searchtext k where k.application = any(p_applications)
           and not exists (select 1 from fresh f
                            where f.source = k.source and f.object_id = k.object_id and f.part = k.part)
        returning 1
    ), put as (
        insert into core_searchtext as k
               (kind, source, object_id, part, application, batch, province, unit, submitted, title, body)
        select kind, source, object_id, part, application, batch, province_id, unit_id, submitted, title, body
          from fresh
        on conflict (source, object_id, part) do update
           set kind = excluded.kind, application = excluded.application, batch = excluded.batch,
               province = excluded.province, unit = excluded.unit, submitted = excluded.submitted,
               title = excluded.title, body = excluded.body
         where (k.kind, k.application, k.batch, k.province, k.unit, k.submitted, k.title, k.body)
               is distinct from (excluded.kind, excluded.application, excluded.batch, excluded.province,
                                 excluded.unit, excluded.submitted, excluded.title, excluded.body)
        returning 1
    )
    select (select count(*) from gone) + (select count(*) from put) into changed;
    return changed;
end $$;
create function search_applications(p_after bigint, p_most integer) returns bigint[]
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
    {_CLOCKWORK}
    return (select coalesce(array_agg(n.id order by n.id), '{{}}') from (
        select id from applications_application where id > p_after order by id limit p_most) n);
end $$;
create function search_files_unread(p_most integer) returns table (sha256 text, storage_key text, content_type text)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
    {_CLOCKWORK}
    return query select distinct on (f.sha256) f.sha256::text, f.storage_key::text, f.content_type::text
      from applications_attachment f
     where f.removed_at is null and not exists (select 1 from core_filetext t where t.sha256 = f.sha256)
       and not exists (select 1 from core_filescan s where s.sha256 = f.sha256 and s.state <> 'clean')
     order by f.sha256 limit p_most;
end $$;
revoke all on function search_texts_of(bigint[]), search_refresh(bigint[]), search_applications(bigint, integer),
    search_files_unread(integer) from public;
grant execute on function search_refresh(bigint[]), search_applications(bigint, integer), search_files_unread(integer)
    to portal_web;
"""
REVERSE: Final = """
drop function search_files_unread(integer); drop function search_applications(bigint, integer);
drop function search_refresh(bigint[]); drop function search_texts_of(bigint[]);
"""
