"""The cap of a line holds whatever the session says of its scope. Thirty-second migration.

What a guard counts may hang on nothing that the caller can set: without the nation in its settings a session saw
nothing granted to the line, and the triggers asked what it saw.
"""

from __future__ import annotations

from typing import Final

from grants.functions_kin import KIN
from portal.core.functions_again import again, changed

_NAMES: Final = ("award_limits", "award_change_problem")
_SEEN: Final = again(KIN, "award_of_kin")
# For the guards alone; the granted function asks it for whoever sees the nation.
_COUNTED: Final = """
create function award_of_line(p_batch bigint, p_unit text, p_but bigint) returns numeric
language sql stable security definer set search_path = public, pg_temp as $$
    select coalesce(sum(a.amount), 0) from grants_award a
     where a.batch_id = p_batch and a.state in ('entered', 'confirmed') and a.id is distinct from p_but
       and a.unit_id in (select k.kin from unit_kin() k where k.one = p_unit)
$$;
revoke all on function award_of_line(bigint, text, bigint) from public;
create or replace function award_of_kin(p_batch bigint, p_unit text, p_but bigint) returns numeric
language sql stable security definer set search_path = public, pg_temp as $$
    select case when scope_nation() then award_of_line(p_batch, p_unit, p_but) else 0 end
$$;
"""
LINE_CAP: Final = _COUNTED + "".join(changed(again(KIN, name), ("award_of_kin(", "award_of_line(")) for name in _NAMES)
LINE_CAP_REVERSE: Final = again(KIN, *_NAMES) + _SEEN + "drop function award_of_line(bigint, text, bigint);"
