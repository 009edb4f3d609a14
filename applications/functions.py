"""Functions of the database which policies and triggers of this app call; the first migration makes them.

`scope_assigned_applications` and `scope_conflicted_applications` give nothing here: `reviews` replaces them.
"""

from __future__ import annotations

from typing import Final

SCOPE: Final = """
create function scope_assigned_applications() returns bigint[]
language sql stable security definer set search_path = public, pg_temp as $$ select '{}'::bigint[] $$;
create function scope_conflicted_applications() returns bigint[]
language sql stable security definer set search_path = public, pg_temp as $$ select '{}'::bigint[] $$;
"""
# Asked by triggers also for a partner, who does not see the application itself. The share lock makes the asker wait
# for a submission under way, which holds the row: what is submitted is what was signed.
DOSSIER: Final = """
create function dossier_is_open(p_application bigint) returns boolean
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
    found_state text;
begin
    select a.state into found_state from applications_application a where a.id = p_application for share;
    return found_state in ('draft', 'returned', 'correction');
end $$;
create function partner_dossier_state(p_application bigint) returns text
language sql stable security definer set search_path = public, pg_temp as $$
    select a.state from applications_application a
     where a.id = p_application and exists (
           select 1 from applications_partner p
            where p.application_id = a.id and p.organisation_id = any((select scope_orgs())::bigint[]))
$$;
"""
# Until when the dossier a partner is invited into can be submitted: the partner does not see the application itself.
PARTNER_DUE: Final = """
create function partner_dossier_due(p_application bigint) returns timestamptz
language sql stable security definer set search_path = public, pg_temp as $$
    select case when a.state = 'correction' then a.correction_until else dossier_due(a.batch_id, a.mend_until) end
      from applications_application a
     where a.id = p_application and exists (
           select 1 from applications_partner p
            where p.application_id = a.id and p.organisation_id = any((select scope_orgs())::bigint[]))
$$;
"""
REVERSE_PARTNER_DUE: Final = "drop function partner_dossier_due(bigint);"
# A correction reopens the sections it names, and no other.
SECTIONS: Final = """
create function dossier_is_open(p_application bigint, p_section text) returns boolean
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
    found record;
begin
    select a.state, a.reopened into found from applications_application a where a.id = p_application for share;
    return coalesce(found.state in ('draft', 'returned')
                    or (found.state = 'correction' and p_section = any(found.reopened)), false);
end $$;
"""
SECTIONS_REVERSE: Final = "drop function dossier_is_open(bigint, text);"
REVERSE: Final = """
drop function partner_dossier_state(bigint); drop function dossier_is_open(bigint);
drop function scope_conflicted_applications(); drop function scope_assigned_applications();
"""

# Times the rules give. Days end at 23:59:59 in Shanghai; none when the batch takes nothing any more.
TIMES: Final = """
create function end_of_day(p_at timestamptz, p_days integer) returns timestamptz
language sql stable set search_path = public, pg_temp as $$
    select ((p_at at time zone 'Asia/Shanghai')::date + p_days + time '23:59:59') at time zone 'Asia/Shanghai'
$$;
create function dossier_due(p_batch bigint, p_mend_until timestamptz) returns timestamptz
language sql stable set search_path = public, pg_temp as $$
    select case when b.state = 'open' then greatest(b.deadline, p_mend_until)
                when b.state = 'closed' then p_mend_until end
      from programme_batch b where b.id = p_batch
$$;
create function province_due(p_batch bigint) returns timestamptz
language sql stable set search_path = public, pg_temp as $$
    select end_of_day(b.deadline, r.province_days)
      from programme_batch b join programme_ruleset r on r.id = b.rule_set_id
     where b.id = p_batch and b.state in ('open', 'closed')
$$;
"""
REVERSE_TIMES: Final = """
drop function province_due(bigint); drop function dossier_due(bigint, timestamptz);
drop function end_of_day(timestamptz, integer);
"""
# What both departments decided on the current submission, as far as it recommends.
JOINT: Final = """
create function current_recommendations(p_application bigint) returns table (letter_id bigint, rank smallint)
language sql stable set search_path = public, pg_temp as $$
    select distinct r.letter_id, r.rank from applications_recommendation r
     where r.application_id = p_application and r.decision = 'recommend'
       and r.snapshot_id = (select s.id from applications_snapshot s where s.application_id = p_application
                             order by s.number desc limit 1)
$$;
"""
REVERSE_JOINT: Final = "drop function current_recommendations(bigint);"
# An approved change makes the next version of the plan, and lets the unit that follows go on.
PLAN: Final = """
create function plan_follows_change() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into applications_planversion (application_id, number, content, sha256, document_no, approved_by_id, at,
                                          change_id)
    select new.application_id, 1 + max(v.number), new.proposed, new.proposed_sha256, new.document_no,
           new.decided_by_id, new.decided_at, new.id
      from applications_planversion v where v.application_id = new.application_id;
    if new.kind = 'unit' then
        update applications_application set successor_unit_id = new.new_unit_id where id = new.application_id;
    end if;
    return null;
end $$;
create trigger plan_follows_change after update of state on applications_changerequest
    for each row when (new.state = 'approved' and old.state <> 'approved') execute function plan_follows_change();
"""
REVERSE_PLAN: Final = """
drop trigger plan_follows_change on applications_changerequest; drop function plan_follows_change();
"""
# Names of enterprises and projects without place, form and signs, so that what is left tells them apart; and the search
# for the same in two applications. The functions read past the policies, so each asks first who calls, and leaves out
# applications in which the caller has a conflict of interest.
NAMES: Final = r"""
create function name_core(p_name text) returns text
language sql immutable parallel safe strict set search_path = public, pg_temp as $$
    select regexp_replace(translate(lower(normalize(p_name, nfkc)), '()[]·.,-—_ 　省市县区', ''),
                          '(集团|股份|有限|责任|公司|总厂|项目|工程|建设)+', '', 'g')
$$;
create index enterprise_core on applications_enterprise using gin (name_core(name) gin_trgm_ops);
create index enterprise_core_equal on applications_enterprise (name_core(name));
create index project_core on applications_project using gin (name_core(name) gin_trgm_ops);
"""
REVERSE_NAMES: Final = """
drop index project_core; drop index enterprise_core_equal; drop index enterprise_core; drop function name_core(text);
"""
_OFFICER: Final = """
    if not (scope_nation() and scope_roles() && array['officer', 'auditor']) then
        raise exception 'matches are for officers' using errcode = 'insufficient_privilege';
    end if;
"""
MATCHES: Final = f"""
create function compared_applications(p_batch bigint) returns setof bigint
language sql stable security definer set search_path = public, pg_temp as $$
    select a.id from applications_application a
     where a.batch_id = p_batch and a.first_submitted_at is not null and a.state <> 'withdrawn'
       and a.id <> all((select scope_conflicted_applications())::bigint[])
$$;
create function enterprise_lookup(p_batch bigint, p_name text, p_code text, p_least real)
returns table (application_id bigint, credit_code text, name text, score numeric)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
    {_OFFICER}
    perform set_config('pg_trgm.similarity_threshold', p_least::text, true);
    return query
        select e.application_id, e.credit_code::text, e.name::text, 1.000::numeric from applications_enterprise e
         where p_code <> '' and e.credit_code = p_code
           and e.application_id in (select compared_applications(p_batch))
        union all
        select e.application_id, e.credit_code::text, e.name::text,
               round(similarity(name_core(e.name), name_core(p_name))::numeric, 3) from applications_enterprise e
         where p_name <> '' and e.credit_code <> p_code and name_core(e.name) % name_core(p_name)
           and e.application_id in (select compared_applications(p_batch))
         order by 4 desc, 1 limit 50;
end $$;
create function batch_matches(p_batch bigint, p_kind text, p_least real)
returns table (kind text, application_id bigint, other_id bigint, name text, other_name text, code text,
               other_code text, score numeric)
language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
    {_OFFICER}
    perform set_config('pg_trgm.similarity_threshold', p_least::text, true);
    create temporary table if not exists compared_now (id bigint primary key) on commit drop;
    truncate compared_now;
    insert into compared_now select compared_applications(p_batch);
    analyze compared_now;
    if p_kind = 'enterprise' then
        return query
            with own as materialized (
                select e.application_id as app, e.credit_code as code, e.name, name_core(e.name) as core
                  from applications_enterprise e join compared_now n on n.id = e.application_id)
            select p_kind, a.app, b.app, a.name::text, b.name::text, a.code::text, b.code::text, 1.000::numeric
              from own a join own b on b.code = a.code and b.app > a.app
            union all
            select p_kind, a.app, b.app, a.name::text, b.name::text, a.code::text, b.code::text, 0.950::numeric
              from own a join own b on b.core = a.core and b.app > a.app and b.code <> a.code
             where length(a.core) > 3;
    elsif p_kind = 'leader' then
        return query
            select p_kind, p.application_id, e.application_id, p.enterprise_name::text, e.name::text, ''::text,
                   e.credit_code::text,
                   max(round(similarity(name_core(e.name), name_core(p.enterprise_name))::numeric, 3))
              from (select distinct q.application_id, q.enterprise_name from applications_project q
                      join compared_now n on n.id = q.application_id) p
              join applications_enterprise e on name_core(e.name) % name_core(p.enterprise_name)
               and e.application_id <> p.application_id
              join compared_now m on m.id = e.application_id
             group by 1, 2, 3, 4, 5, 6, 7;
    elsif p_kind = 'project' then
        return query
            select p_kind, p.application_id, q.application_id, p.name::text, q.name::text, ''::text, ''::text,
                   round(((similarity(name_core(q.name), name_core(p.name))
                           + similarity(name_core(q.enterprise_name), name_core(p.enterprise_name))) / 2)::numeric, 3)
              from applications_project p join compared_now n on n.id = p.application_id
              join applications_project q on name_core(q.name) % name_core(p.name)
               and q.application_id > p.application_id
              join compared_now m on m.id = q.application_id
             where similarity(name_core(q.name), name_core(p.name))
                   + similarity(name_core(q.enterprise_name), name_core(p.enterprise_name)) >= 2 * p_least;
    elsif p_kind = 'partner' then
        return query
            select p_kind, a.application_id, b.application_id, o.name_zh::text, o.name_zh::text, o.code::text,
                   o.code::text,
                   round((0.5 + 0.5 * similarity(a.contribution, b.contribution))::numeric, 3)
              from applications_partner a join compared_now n on n.id = a.application_id
              join applications_partner b on b.organisation_id = a.organisation_id
               and b.application_id > a.application_id and b.state = 'committed'
              join compared_now m on m.id = b.application_id
              join accounts_organisation o on o.id = a.organisation_id
             where a.state = 'committed' and a.kind = 'soe';
    elsif p_kind = 'other_money' then
        -- A project supported in an earlier batch, or one that says in another application to have national money.
        return query
            select p_kind, p.application_id, q.application_id, p.name::text, q.name::text, ''::text, ''::text,
                   round(similarity(name_core(q.name), name_core(p.name))::numeric, 3)
              from applications_project p join compared_now n on n.id = p.application_id
              join applications_project q on name_core(q.name) % name_core(p.name)
               and q.application_id <> p.application_id
              join applications_application a on a.id = q.application_id
             where p.support_asked > 0
               and (a.batch_id <> p_batch and a.state = 'selected' and q.support_asked > 0
                    or q.other_national_money and a.first_submitted_at is not null)
               and a.id <> all((select scope_conflicted_applications())::bigint[]);
    end if;
end $$;
revoke all on function batch_matches(bigint, text, real), enterprise_lookup(bigint, text, text, real),
    compared_applications(bigint) from public;
grant execute on function batch_matches(bigint, text, real), enterprise_lookup(bigint, text, text, real)
    to portal_web, portal_reader;
"""
REVERSE_MATCHES: Final = """
drop function batch_matches(bigint, text, real); drop function enterprise_lookup(bigint, text, text, real);
drop function compared_applications(bigint);
"""
