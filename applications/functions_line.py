"""What units of one line (who follows whom) did before, for a unit that sees the dossiers of none of them."""

from __future__ import annotations

from typing import Final

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
