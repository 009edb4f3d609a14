"""What evidence needs of entries beyond the reader's scope: the digest of the entry before, and nothing else of it."""

from __future__ import annotations

from typing import Final

ENTRY_BEFORE: Final = """
create function entry_before(p_year int, p_number int) returns text
language sql stable security definer set search_path = public, pg_temp as $$
    select coalesce((select digest from grants_entry where year = p_year and number = p_number - 1), repeat('0', 64))
$$;
revoke all on function entry_before(int, int) from public;
grant execute on function entry_before(int, int) to portal_web, portal_reader;
"""
REVERSE: Final = "drop function entry_before(int, int)"
