"""Which year of the ledger is open, for who sees none of its closings: by it a unit's carry-over is due. Thirty-third
migration.
"""

from __future__ import annotations

from typing import Final

OPEN_YEAR: Final = """
-- The year after the newest closed one; nothing while none is closed.
create function year_open() returns int
language sql stable security definer set search_path = public, pg_temp as $$
    select max(y.year) + 1 from grants_yearclose y where y.state = 'confirmed'
$$;
revoke all on function year_open() from public;
grant execute on function year_open() to portal_web, portal_reader;
"""
OPEN_YEAR_REVERSE: Final = "drop function year_open();"
