"""Back to a point in time, as docs/operations.md says: a base backup, the archived log, a mistake, and a verified trail."""

from __future__ import annotations

import subprocess
import time

import psycopg
import pytest

from portal.audit.functions import QUESTION
from portal.embedded import processes
from portal.embedded.postgres import Postgres, programs
from tests.guards.test_audit_chain import APPEND
from tests.guards.test_grants_crash import moved

ARCHIVED = """
wal_level = replica
archive_mode = on
archive_command = 'test ! -f {archive}/%f && cp %p {archive}/%f'
"""
RECOVERED = """
restore_command = 'cp {archive}/%f %p'
recovery_target_time = '{moment}'
recovery_target_action = 'promote'
archive_mode = off
"""


@pytest.fixture
def archive(tmp_path):
    tmp_path.chmod(0o755)
    folder = tmp_path / "archive"
    folder.mkdir()
    processes.give_to_servant(folder)
    return folder


@pytest.fixture
def server(tmp_path, archive):
    """A server that keeps its log, as operations ask for."""
    found = Postgres(tmp_path / "one")
    found.start()
    found.stop()
    with (found.data / "postgresql.conf").open("a") as file:
        file.write(ARCHIVED.format(archive=archive))
    found.start()
    yield found
    found.stop()


def until(condition, seconds=60):
    last = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < last
        time.sleep(0.05)


def appended(server, name, count):
    with psycopg.connect(server.url("portal_web", name)) as web:
        for number in range(count):
            web.execute(APPEND, ["test.act", str(number)])
            web.commit()


def test_the_mistake_is_undone_and_the_trail_is_whole(fresh_db, server, archive, tmp_path):
    moved(server, fresh_db)
    base = tmp_path / "two" / "data"
    base.parent.mkdir()
    subprocess.run(
        [str(programs() / "pg_basebackup"), "--pgdata", str(base), "--checkpoint", "fast", "--host", str(server.socket),
         "--username", "postgres"],
        check=True,
    )  # fmt: skip
    appended(server, fresh_db, 5)
    with psycopg.connect(server.url("postgres", fresh_db), autocommit=True) as admin:
        links = admin.execute("select count(*) from audit_link").fetchone()
        (moment,) = admin.execute("select clock_timestamp()::text").fetchone()
        time.sleep(0.05)
        admin.execute("alter table audit_link disable trigger user")
        admin.execute("delete from audit_link")
        (last,) = admin.execute("select pg_walfile_name(pg_switch_wal())").fetchone()
        until((archive / last).exists)
    server.stop()
    with (base / "postgresql.auto.conf").open("a") as file:
        file.write(RECOVERED.format(archive=archive, moment=moment))
    (base / "recovery.signal").touch()
    processes.give_to_servant(base.parent)
    again = Postgres(tmp_path / "two")
    again.start()
    try:
        with psycopg.connect(again.url("postgres", fresh_db), autocommit=True) as admin:
            until(lambda: admin.execute("select pg_is_in_recovery()").fetchone() == (False,))
            assert admin.execute("select count(*) from audit_link").fetchone() == links
            assert links[0] >= 5
            assert admin.execute(QUESTION.format(after=0, upto=links[0])).fetchone() is None
        appended(again, fresh_db, 1)
    finally:
        again.stop()
