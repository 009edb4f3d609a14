"""Functions by which the unit that follows an abolished one reads and goes on with its money.

An approved change of the plan says which unit follows (`successor_unit` of the application). The bureau of the old unit
closes what it began for as long as it is open: a paper is checked in the organisation that entered it.
"""

from __future__ import annotations

from typing import Final

FOLLOWED: Final = """
create function money_units() returns text[]
language sql stable security definer set search_path = public, pg_temp as $$
    select scope_units()::text[] || array(
        select a.unit_id::text from applications_application a where a.successor_unit_id = any(scope_units()::text[]))
$$;
create function money_unit_follows(p_unit text) returns text
language sql stable security definer set search_path = public, pg_temp as $$
    select a.successor_unit_id from applications_application a
     where a.unit_id = p_unit and a.successor_unit_id is not null order by a.id desc limit 1
$$;
create or replace function money_post(p_user bigint, p_role text, p_kind text, p_province text, p_unit text,
    p_organisation bigint) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
    select exists (
        select 1 from accounts_membership m join accounts_organisation o on o.id = m.organisation_id
         where m.user_id = p_user and m.role = p_role and m.ended_at is null and o.is_active and o.kind = p_kind
           and (p_organisation is null or o.id = p_organisation)
           and case p_kind when 'ministry' then o.code = 'MOF'
                           when 'provincial_finance' then o.province = p_province
                           when 'unit_finance' then o.unit in (p_unit, money_unit_follows(p_unit)) else false end)
$$;
revoke all on function money_units(), money_unit_follows(text) from public;
grant execute on function money_units(), money_unit_follows(text) to portal_web, portal_reader;
"""
