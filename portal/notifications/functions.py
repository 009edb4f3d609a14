"""The database function that names who holds a role somewhere (kept apart: migrations quote it).

It belongs to the owner, because nobody reads the memberships of another organisation: a city writes to its province's
officers by number and learns no more of them. Without a place it gives nobody.
"""

from typing import Final

RECIPIENTS: Final = """
create or replace function notice_recipients(p_roles text[], p_code text, p_province text, p_unit text)
returns setof bigint language sql stable security definer set search_path = public, pg_temp as $$
    select distinct m.user_id
      from accounts_membership m
      join accounts_organisation o on o.id = m.organisation_id
      join accounts_user u on u.id = m.user_id
     where m.ended_at is null and o.is_active and u.is_active and m.role = any(p_roles)
       and (select scope_user()) is not null
       and (p_code <> '' or p_province <> '' or p_unit <> '')
       and (p_code = '' or o.code = p_code)
       and (p_province = '' or (o.province = p_province and o.unit = ''))
       and (p_unit = '' or o.unit = p_unit)
$$;
revoke all on function notice_recipients(text[], text, text, text) from public;
grant execute on function notice_recipients(text[], text, text, text) to portal_web;
"""
RECIPIENTS_REVERSE: Final = "drop function notice_recipients(text[], text, text, text)"
# The same for many places in one query, each person with the unit; an empty place still gives nobody.
RECIPIENTS_OF_MANY: Final = """
create function notice_recipients(p_roles text[], p_codes text[], p_provinces text[], p_units text[])
returns table (unit text, person bigint)
language sql stable security definer set search_path = public, pg_temp as $$
    select distinct o.unit::text, m.user_id
      from accounts_membership m
      join accounts_organisation o on o.id = m.organisation_id
      join accounts_user u on u.id = m.user_id
     where m.ended_at is null and o.is_active and u.is_active and m.role = any(p_roles)
       and (select scope_user()) is not null
       and (   (o.code <> '' and o.code = any(p_codes))
            or (o.province <> '' and o.province = any(p_provinces) and o.unit = '')
            or (o.unit <> '' and o.unit = any(p_units)))
$$;
revoke all on function notice_recipients(text[], text[], text[], text[]) from public;
grant execute on function notice_recipients(text[], text[], text[], text[]) to portal_web;
"""
RECIPIENTS_OF_MANY_REVERSE: Final = "drop function notice_recipients(text[], text[], text[], text[])"
