"""Functions and triggers of engagements: who is in which team, who answers for a body, what an engagement allows.

Functions of the owner look past the policies and answer about the caller alone.
"""

from __future__ import annotations

from typing import Final

from portal.audit.findings.enums import ANSWERS_FOR_BODY
from portal.audit.findings.guards import refuse

OWNER: Final = "language plpgsql security definer set search_path = public, pg_temp as $$"
_STABLE: Final = "language plpgsql stable security definer set search_path = public, pg_temp as $$"
CALLER: Final = "language plpgsql set search_path = public, pg_temp as $$"
_ANSWERS: Final = ", ".join(f"'{role}'" for role in ANSWERS_FOR_BODY)
_MEMBER: Final = "m.person_id = scope_user() and m.ended_at is null and scope_roles() && array['auditor']"

# These come before the tables: policies call them, and a body in PL/pgSQL is read when it is first run.
SCOPES: Final = f"""
create function audit_engagements() returns bigint[] {_STABLE}
begin
    return (select coalesce(array_agg(m.engagement_id), '{{}}') from audit_member m where {_MEMBER});
end $$;
create function audit_led() returns bigint[] {_STABLE}
begin
    return (select coalesce(array_agg(m.engagement_id), '{{}}') from audit_member m where {_MEMBER} and m.is_lead);
end $$;
create function audit_handed() returns bigint[] {_STABLE}
begin
    return (select coalesce(array_agg(h.finding_id), '{{}}') from audit_handover h
             where h.organisation_id = any(scope_orgs()));
end $$;
create function audit_answers_for(p_body bigint) returns boolean {_STABLE}
begin
    return exists (
        select 1 from accounts_membership m
         where m.user_id = scope_user() and m.ended_at is null and m.role in ({_ANSWERS})
           and (m.organisation_id = p_body
                or exists (select 1 from accounts_sharing s where s.member_id = m.organisation_id
                              and s.body_id = p_body and s.ended_at is null)));
end $$;
create function audit_row(p_type text, p_id text) returns jsonb {CALLER}
declare
    v_table text := replace(p_type, '.', '_'); v_key record; v_found jsonb;
begin
    if p_type !~ '^(programme|applications|reviews|grants)\\.[a-z]+$' or to_regclass(v_table) is null then
        return null;
    end if;
    select a.attname as name, format_type(a.atttypid, a.atttypmod) as kind into v_key
      from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
     where i.indrelid = to_regclass(v_table) and i.indisprimary;
    execute format('select to_jsonb(t) from %I t where t.%I = $1::%s', v_table, v_key.name, v_key.kind)
       into v_found using p_id;
    return v_found;
exception when invalid_text_representation or numeric_value_out_of_range then
    return null;
end $$;
revoke all on function audit_engagements(), audit_led(), audit_handed(), audit_answers_for(bigint),
    audit_row(text, text) from public;
grant execute on function audit_engagements(), audit_led(), audit_handed(), audit_answers_for(bigint),
    audit_row(text, text) to portal_web, portal_reader;
"""
SCOPES_REVERSE: Final = """
drop function audit_row(text, text); drop function audit_answers_for(bigint); drop function audit_handed();
drop function audit_led(); drop function audit_engagements();
"""

ENGAGEMENTS: Final = f"""
create function audit_engagement_begins() returns trigger {OWNER}
begin
    if scope_user() is not null and new.created_by_id is distinct from scope_user() then
        {refuse("audit_signed_by_oneself", "an engagement is planned in the own name")}
    end if;
    if not exists (select 1 from accounts_organisation o join accounts_membership m on m.organisation_id = o.id
                    where o.id = new.organisation_id and o.kind = 'audit_office' and m.user_id = new.created_by_id
                      and m.role = 'auditor' and m.ended_at is null
                      and (o.province = '' or o.province = new.province)) then
        {refuse("engagement_within_office", "an office plans engagements in its own scope")}
    end if;
    if exists (select 1 from unnest(new.units) u where not exists (
            select 1 from programme_pilotunit p
             where p.code = u and (new.province = '' or p.province_id = new.province)))
       or (new.province <> '' and not exists (select 1 from programme_province p where p.code = new.province)) then
        {refuse("engagement_units_of_its_province", "the units of an engagement lie in its province")}
    end if;
    return new;
end $$;
create trigger audit_1_engagement before insert or update of created_by_id, organisation_id, province, units
    on audit_engagement for each row execute function audit_engagement_begins();
create function audit_engagement_led() returns trigger {OWNER}
begin
    insert into audit_member (engagement_id, person_id, organisation_id, is_lead, added_by_id, added_at)
    values (new.id, new.created_by_id, new.organisation_id, true, new.created_by_id, new.created_at);
    return null;
end $$;
create trigger audit_2_lead after insert on audit_engagement for each row execute function audit_engagement_led();
create function audit_engagement_fixed() returns trigger {OWNER}
begin
    if (new.organisation_id, new.created_by_id, new.created_at)
       is distinct from (old.organisation_id, old.created_by_id, old.created_at)
       or (old.state <> 'planned'
           and (to_jsonb(new) - 'state' - 'started_at' - 'closed_at')
               is distinct from (to_jsonb(old) - 'state' - 'started_at' - 'closed_at'))
       or (new.started_at is distinct from old.started_at and old.state <> 'planned')
       or (new.closed_at is distinct from old.closed_at and new.state <> 'closed') then
        {refuse("engagement_is_fixed", "an engagement that has started does not change")}
    end if;
    if new.state = 'closed' and old.state <> 'closed' and exists (
           select 1 from audit_finding f where f.engagement_id = new.id and f.state not in ('closed', 'dropped')) then
        {refuse("engagement_closes_without_open_findings", "findings are still open")}
    end if;
    return new;
end $$;
create trigger audit_3_fixed before update on audit_engagement
    for each row execute function audit_engagement_fixed();
create function audit_member_fits() returns trigger {OWNER}
begin
    if tg_op = 'INSERT' then
        if not exists (select 1 from accounts_membership m join accounts_organisation o on o.id = m.organisation_id
                        where m.user_id = new.person_id and m.organisation_id = new.organisation_id
                          and m.role = 'auditor' and m.ended_at is null and o.kind = 'audit_office') then
            {refuse("audit_member_is_an_auditor", "only auditors are in a team")}
        end if;
        if exists (select 1 from audit_engagement e where e.id = new.engagement_id and e.state = 'closed') then
            {refuse("engagement_is_fixed", "the engagement is closed")}
        end if;
        return new;
    end if;
    if (to_jsonb(new) - 'ended_at') is distinct from (to_jsonb(old) - 'ended_at') or old.ended_at is not null
       or new.ended_at is null then
        {refuse("audit_member_only_ends", "a place in a team is ended, once")}
    end if;
    perform 1 from audit_engagement e where e.id = new.engagement_id for update;
    if old.is_lead and not exists (
           select 1 from audit_member m where m.engagement_id = new.engagement_id and m.is_lead
              and m.ended_at is null and m.id <> new.id) then
        {refuse("engagement_keeps_a_lead", "the last lead stays")}
    end if;
    return new;
end $$;
create trigger audit_1_member before insert or update on audit_member
    for each row execute function audit_member_fits();
"""
