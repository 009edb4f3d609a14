"""What waits for a mail server or a scanner, in numbers: whose letters and files they are is nobody's business here."""

from __future__ import annotations

from typing import Final

from django.db import connection

from portal.core.functions_again import again, changed
from portal.core.gauges import Reading, Several
from portal.notifications.inbox import GIVEN_UP, IN_FLIGHT

WAITING: Final = """
create function waiting_counts(p_late interval, p_given_up interval)
returns table (kind text, count bigint, oldest double precision)
language sql stable security definer set search_path = public, pg_temp as $$
    select 'letters', count(*), coalesce(max(extract(epoch from now() - n.at)), 0)::double precision
      from notifications_notice n join accounts_user u on u.id = n.person_id and u.is_active
     where n.mailed_at is null and n.wants_mail and n.at < now() - p_late and n.at >= now() - p_late - p_given_up
    union all
    select 'files', count(*), coalesce(max(extract(epoch from now() - s.at)), 0)::double precision
      from core_filescan s where s.state = 'waiting'
$$;
revoke all on function waiting_counts(interval, interval) from public;
grant execute on function waiting_counts(interval, interval) to portal_web, portal_reader;
"""
WAITING_REVERSE: Final = "drop function waiting_counts(interval, interval)"
# Of files only those that some row still names: nobody waits for the others, and no scanner is asked about them.
WAITING_NAMED: Final = changed(
    again(WAITING, "waiting_counts"),
    (
        "from core_filescan s where s.state = 'waiting'",
        """from core_filescan s
     where s.state = 'waiting' and 'files/' || left(s.sha256, 2) || '/' || s.sha256 = any (
           -- Asked once, and not at all while none waits: it looks into each table of files.
           (select case when count(*) > 0 then stored_files_named(array_agg(
                'files/' || left(w.sha256, 2) || '/' || w.sha256)) else '{}'::text[] end
              from core_filescan w where w.state = 'waiting')::text[])""",
    ),
)


def _rows() -> list[tuple[str, int, float]]:
    late, given_up = f"{IN_FLIGHT} seconds", f"{GIVEN_UP} days"
    with connection.cursor() as cursor:
        cursor.execute("select kind, count, oldest from waiting_counts(%s::interval, %s::interval)", [late, given_up])
        return list(cursor.fetchall())


def _waiting() -> dict[str, list[Reading]]:
    rows = _rows()
    return {
        "portal_waiting": [Reading(float(count), {"kind": kind}) for kind, count, _oldest in rows],
        "portal_waiting_oldest_seconds": [Reading(oldest, {"kind": kind}) for kind, _count, oldest in rows],
    }


GAUGES: Final = Several(
    {
        "portal_waiting": "Letters no mail server took yet, files no scanner has examined yet.",
        "portal_waiting_oldest_seconds": "How long the oldest of them waits.",
    },
    _waiting,
)
