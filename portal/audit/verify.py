"""Recomputes the chain and names the first record that does not fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import connections

from portal.audit.functions import CANONICAL

# Each link is recomputed from the digest stored before it, in one pass of the database over the whole chain.
QUESTION: Final = f"""
    with chain as (
        select l.seq, l.event_id, l.digest,
               row_number() over (order by l.seq) as place,
               coalesce(lag(l.digest) over (order by l.seq), repeat('0', 64)) as before,
               e.id as event, case when e.id is not null then {CANONICAL} end as text
          from audit_link l left join audit_event e on e.id = l.event_id)
    select seq, event_id,
           case when seq <> place then 'missing'
                when event is null then 'removed'
                else 'changed' end
      from chain
     where seq <> place or event is null
        or digest <> encode(sha256(convert_to(before || text, 'UTF8')), 'hex')
     order by seq limit 1
"""
UNCHAINED: Final = """
    select e.id from audit_event e
     where not exists (select 1 from audit_link l where l.event_id = e.id) order by e.id limit 1
"""


@dataclass(frozen=True)
class Broken:
    """The first record that does not fit: its place in the chain, its event, and what is wrong.

    what: "changed" (the event or a link differs from what was chained), "removed" (the event is gone), "missing" (a
    link is gone before this one), "unchained" (an event without a link), "cut" (the chain is shorter than its seal),
    "seal" (the link at the sealed place is another one).
    """

    seq: int | None
    event: int | None
    what: str


@dataclass(frozen=True)
class Head:
    """The end of the chain: number of links and last digest."""

    seq: int
    digest: str


def head(using: str = "default") -> Head:
    """The present end of the chain; (0, "") when it is empty."""
    with connections[using].cursor() as cursor:
        cursor.execute("select seq, digest from audit_link order by seq desc limit 1")
        row = cursor.fetchone()
    return Head(*row) if row else Head(0, "")


def verify(using: str = "default", *, sealed: Head | None = None) -> Broken | None:
    """The first broken record, or None. `sealed`: an end of the chain that was kept outside.

    The connection must see all rows: the owner's, or an audit administrator's scope.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(QUESTION)
        row = cursor.fetchone()
        if row:
            return Broken(*row)
        cursor.execute(UNCHAINED)
        row = cursor.fetchone()
        if row:
            return Broken(None, row[0], "unchained")
        if sealed is not None and sealed.seq:
            cursor.execute("select digest, event_id from audit_link where seq = %s", [sealed.seq])
            row = cursor.fetchone()
            if row is None:
                return Broken(sealed.seq, None, "cut")
            if row[0] != sealed.digest:
                return Broken(sealed.seq, row[1], "seal")
    return None
