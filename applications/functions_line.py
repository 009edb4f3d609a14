"""What units of one line (who follows whom) did before, for a unit that sees the dossiers of none of them."""

from __future__ import annotations

from typing import Final

from portal.core.functions_again import again

LINE: Final = """
create function line_has_applied(p_batch bigint, p_unit text, p_but bigint) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
    select exists (select from applications_application a join unit_kin() k on k.kin = a.unit_id
                    where k.one = p_unit and k.kin <> p_unit and a.batch_id = p_batch
                      and a.id is distinct from p_but and a.first_submitted_at is not null and a.state <> 'withdrawn')
$$;
create function line_was_pilot(p_unit text, p_batch integer) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
    select exists (select from programme_knownpilot n join unit_kin() k on k.kin = n.unit_id
                     join programme_batch b on b.id = n.batch_id where k.one = p_unit and b.number < p_batch)
$$;
revoke all on function line_has_applied(bigint, text, bigint), line_was_pilot(text, integer) from public;
grant execute on function line_has_applied(bigint, text, bigint), line_was_pilot(text, integer)
    to portal_web, portal_reader;
"""
LINE_REVERSE: Final = (
    "drop function line_was_pilot(text, integer); drop function line_has_applied(bigint, text, bigint);"
)
# Told to the unit itself, its province and the nation, and to nobody else (null): who has applied is not public before
# the lists are. A dossier that was sent before is the line's own and goes on beside one that was refused for good, for
# what was decided on cannot be withdrawn any more. One that was never sent does not: once refused, a line does not try
# again in the batch.
LINE_TOLD: Final = """
create or replace function line_has_applied(p_batch bigint, p_unit text, p_but bigint) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
    select exists (select from applications_application a join unit_kin() k on k.kin = a.unit_id
                    where k.one = p_unit and k.kin <> p_unit and a.batch_id = p_batch
                      and a.first_submitted_at is not null and a.state <> 'withdrawn'
                      and not (a.state in ('not_recommended', 'rejected', 'not_selected')
                               and exists (select from applications_application m
                                            where m.id = p_but and (m.batch_id, m.unit_id) = (p_batch, p_unit)
                                              and m.first_submitted_at is not null)))
     where session_user <> 'portal_web' or (select scope_nation()) or p_unit = any((select scope_units())::text[])
        or exists (select from programme_pilotunit u
                    where u.code = p_unit and u.province_id = any((select scope_provinces())::text[]))
$$;
"""
LINE_TOLD_REVERSE: Final = again(LINE, "line_has_applied")
