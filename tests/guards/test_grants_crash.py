"""PostgreSQL is killed in the middle of bookings: after its start the books are whole, and the rest can be done."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections import Counter
from pathlib import Path

import psycopg
import pytest

from grants.ledger.verifier import differences
from portal.embedded.postgres import Postgres, programs
from tests import databases
from tests import factories_grants as make
from tests.grants.raw import CONFIRM, guard_of

pytestmark = pytest.mark.guard
WRITERS, EACH = 4, 25


@pytest.fixture
def durable(tmp_path):
    """A server of its own with the settings of operation: what is committed is on the disk."""
    tmp_path.chmod(0o755)
    server = Postgres(tmp_path / "postgres")
    server.start()
    yield server
    server.stop()


def moved(server, name):
    """Take the present database over into the server, roles included."""
    from portal.embedded.roles import prepare_database

    with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as admin:
        prepare_database(admin, name)
    dump = subprocess.Popen(
        [str(programs() / "pg_dump"), databases.dsn("postgres", name)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    restore = [str(programs() / "psql"), "-q", "-v", "ON_ERROR_STOP=0", server.url("postgres", name)]
    subprocess.run(restore, stdin=dump.stdout, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    dump.stdout.close()
    assert dump.wait() == 0


def killed(server):
    """Kill -9: the server and every process it started, of which none may tidy up."""
    first = server.process.pid
    family = [first]
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text(encoding="utf-8").rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
        if parent == first:
            family.append(int(status.parent.name))
    for pid in family:
        os.kill(pid, signal.SIGKILL)
    server.process.wait(10)


def waiting(first, asked):
    """Rows like the first payment, one for each request; gives their numbers."""
    with psycopg.connect(databases.owner_dsn()) as owner:
        columns = "award_id, grant_project_id, payee, purpose, document_date, document_id, organisation_id, maker_id"
        return owner.execute(
            f"insert into grants_payment ({columns}, made_at, province_id, unit_id, refused_why, amount, document_no,"
            f" state, request_id) select {columns}, made_at, province_id, unit_id, '', 1, 'V' || n, 'entered', n"
            " from grants_payment, unnest(%s::bigint[]) n where id = %s returning id",
            [asked, first.pk],
        ).fetchall()


def repeated(web, checker, pk):
    """Confirm once more: "done", or the name of what refuses."""
    web.execute("select enter_scope(%s)", [checker])
    try:
        web.execute(CONFIRM.format(table="grants_payment"), {"id": pk, "checker": checker})
        web.commit()
    except psycopg.Error as error:
        web.rollback()
        return guard_of(error)
    return "done"


def test_books_are_whole_after_kill_9(fresh_db, durable, monkeypatch):
    from django.db import connections

    who, applications = make.live("350200", number=95, budget="300000000.00")
    award = make.funded_unit(who, application=applications[0], award="100000000.00", held="1000000.00")
    project = make.project(who, award)
    first = make.entered_payment(who, project=project, amount="1.00", number="V")
    rows = waiting(first, [make.request_rows(who, project, "1.00") for _ in range(WRITERS * EACH)])
    moved(durable, fresh_db)
    address = durable.url("portal_web", fresh_db)
    checker = who["unit_checker"].pk
    told: list[int] = []
    enough = threading.Event()

    def confirm(mine):
        try:
            with psycopg.connect(address) as web:
                for (pk,) in mine:
                    web.execute("select enter_scope(%s)", [checker])
                    web.execute(CONFIRM.format(table="grants_payment"), {"id": pk, "checker": checker})
                    web.commit()
                    told.append(pk)
                    if len(told) > WRITERS * EACH // 4:
                        enough.set()
        except psycopg.Error:
            enough.set()

    threads = [threading.Thread(target=confirm, args=(rows[n::WRITERS],)) for n in range(WRITERS)]
    for thread in threads:
        thread.start()
    assert enough.wait(120)
    killed(durable)
    for thread in threads:
        thread.join()
    assert 0 < len(told) < WRITERS * EACH, "it was to be killed in the middle"
    time.sleep(0.2)
    durable.start()
    with psycopg.connect(durable.url("postgres", fresh_db)) as after:
        kept = {pk for (pk,) in after.execute("select payment_id from grants_entry where payment_id is not null")}
        assert set(told) <= kept, "what was said to be done is done"
        assert len(kept) <= len(told) + WRITERS
        confirmed = {pk for (pk,) in after.execute("select id from grants_payment where state = 'confirmed'")}
        assert confirmed == kept
        (unchained,) = after.execute(
            "select count(*) from audit_event e left join audit_link l on l.event_id = e.id where l.seq is null"
        ).fetchone()
        assert unchained == 0
    with psycopg.connect(address) as web:
        again = Counter(repeated(web, checker, pk) for (pk,) in rows)
    assert again == {"money_paper_is_kept": len(kept), "done": len(rows) - len(kept)}
    owner = connections["owner"]
    owner.close()
    monkeypatch.setitem(owner.settings_dict, "HOST", str(durable.socket))
    try:
        assert differences("owner") == []
    finally:
        owner.close()
