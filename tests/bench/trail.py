"""The trail recomputed from its first event to its last: seconds of one core, beside the bare hashing of the same rows.

`python -m tests.bench.trail` prints the figures as JSON. Rows are copied in past the guards, of the size that commands
write; BENCH_EVENTS says how many. Floor: the database puts the text of each row together and hashes it, in one pass
over the table, with no chain and no comparison.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any, Final

import psycopg

from tests.bench.alone import alone

EVENTS: Final = int(os.environ.get("BENCH_EVENTS", "1000000"))
TURNS: Final = 3
ROWS: Final = """
insert into audit_event (at, actor, actor_name, organisation, address, request_id, act, outcome, object_type, object_id,
    province, unit, is_identity, before, after, why)
select now() + n * interval '1 second', n %% 500 + 1, '财务经办员' || n %% 500, n %% 90 + 1, '10.1.2.' || n %% 250,
    md5(n::text), 'grants.confirm_payment', 'done', 'grants.payment', n::text, '350000', '350200', false,
    jsonb_build_object('state', 'entered', 'checker', null),
    jsonb_build_object('state', 'confirmed', 'checker', n, 'checked_at', now()::text, 'amount', (n * 1.01)::text,
                       'document_no', '厦财〔2026〕' || n || '号'), ''
  from generate_series(1, %s) n
"""


def figures() -> list[dict[str, Any]]:
    """The rows of the bench."""
    return alone("trail")


def _fill() -> None:
    """Events by one statement, their links by a loop of our own, both past the guards."""
    from portal.audit.functions import CANONICAL
    from tests import databases

    with psycopg.connect(databases.owner_dsn()) as owner:
        for table in ("audit_event", "audit_link"):
            owner.execute(f"alter table {table} disable trigger user, no force row level security")
        seq, digest = owner.execute("select seq, digest from audit_link order by seq desc limit 1").fetchone() or (
            0,
            "0" * 64,
        )
        first = owner.execute("select coalesce(max(id), 0) from audit_event").fetchone()
        owner.execute(ROWS, [EVENTS])
        owner.commit()
        with psycopg.connect(databases.owner_dsn()) as other, other.cursor("texts") as texts, owner.cursor() as into:
            texts.itersize = 5000
            texts.execute(f"select e.id, {CANONICAL} from audit_event e where e.id > %s order by e.id", first)
            with into.copy("copy audit_link (seq, event_id, digest) from stdin") as copy:
                for event, text in texts:
                    seq += 1
                    digest = hashlib.sha256((digest + text).encode()).hexdigest()
                    copy.write_row((seq, event, digest))
        for table in ("audit_event", "audit_link"):
            owner.execute(f"alter table {table} enable trigger user, force row level security")
        owner.commit()
        owner.autocommit = True
        owner.execute("vacuum analyze audit_event")
        owner.execute("vacuum analyze audit_link")


def _measure() -> list[dict[str, Any]]:
    import django

    from tests import databases

    django.setup()
    databases.prepare()
    _fill()
    from django.db import connections

    from portal.audit.functions import CANONICAL
    from portal.audit.seals import prove
    from portal.audit.verify import head, verify

    bare, real = [], []
    owner = connections["owner"]
    with owner.cursor() as cursor:
        # Seconds of one core: a plan over several would be compared with one that has to go in order.
        cursor.execute("set max_parallel_workers_per_gather = 0")
        cursor.execute("select pg_backend_pid()")
        server = cursor.fetchone()[0]
        for _ in range(TURNS):
            began = _used(server)
            cursor.execute(f"select count(sha256(convert_to({CANONICAL}, 'UTF8'))) from audit_event e")
            cursor.fetchone()
            bare.append(_used(server) - began)
            began = _used(server)
            if verify("owner") is not None:
                raise RuntimeError("The trail that was written is not whole.")
            real.append(_used(server) - began)
    end = head("owner")
    began = _used(server) + process_time()
    prove(end.seq, [end.seq], "owner")
    tree = _used(server) + process_time() - began
    name = f"trail of {end.seq} events"
    return [
        {"name": f"{name}: recomputed", "figure": round(median(real), 2), "unit": "s of one core",
         "floor": round(median(bare), 2), "floor_name": "the same rows hashed, no chain"},
        {"name": f"{name}: root over all links", "figure": round(tree, 2), "unit": "s of one core", "floor": None,
         "floor_name": ""},
    ]  # fmt: skip


def _used(process: int) -> float:
    """Seconds of a core a process has used, which do not change with what else the machine does."""
    words = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_measure()))
