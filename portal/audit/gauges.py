"""How old the newest seal of the trail is: each night makes one, and where none comes somebody must look."""

from __future__ import annotations

from typing import Final

from django.db import connection

from portal.core.gauges import Gauge, Reading

SEAL_AGE: Final = """
create function seal_age() returns double precision
language sql stable security definer set search_path = public, pg_temp as $$
    select extract(epoch from now() - max(s.at))::double precision from audit_trailseal s
$$;
revoke all on function seal_age() from public;
grant execute on function seal_age() to portal_web, portal_reader;
"""
SEAL_AGE_REVERSE: Final = "drop function seal_age()"


def _age() -> list[Reading]:
    with connection.cursor() as cursor:
        cursor.execute("select seal_age()")
        row = cursor.fetchone()
    return [Reading(-1.0 if row is None or row[0] is None else max(0.0, row[0]), {})]


GAUGE: Final = Gauge("portal_seal_age_seconds", "Seconds since the trail was sealed; -1: it never was.", _age)
