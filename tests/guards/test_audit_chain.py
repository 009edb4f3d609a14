"""The trail is append-only, chained under concurrent writers, and tampering is named."""

from __future__ import annotations

import threading

import psycopg
import pytest

from portal.audit.verify import Head, head, verify
from tests import databases

APPEND = """
    select audit_append(now(), null, '', null, '', '', %s, 'done', 'a.b', %s, '350000', '', false, '{}', '{"n": 1}', '')
"""


def _append(count: int, act: str = "test.act") -> None:
    with psycopg.connect(databases.web_dsn()) as connection:
        for number in range(count):
            connection.execute(APPEND, [act, str(number)])
            connection.commit()


def _tamper(*statements: str) -> None:
    """As the owner, with the guards switched off: what someone who holds the database could do."""
    with psycopg.connect(databases.owner_dsn(), autocommit=True) as owner:
        for table in ("audit_event", "audit_link"):
            owner.execute(f"alter table {table} disable trigger user")
        for statement in statements:
            owner.execute(statement)


@pytest.mark.guard
@pytest.mark.parametrize("dsn", [databases.web_dsn, databases.owner_dsn], ids=["web", "owner"])
@pytest.mark.parametrize(
    "statement",
    [
        "update audit_event set why = 'other'",
        "delete from audit_event",
        "truncate audit_event, audit_link cascade",
        "update audit_link set digest = 'x'",
        "delete from audit_link",
    ],
)
def test_nobody_changes_the_trail(fresh_db, dsn, statement):
    _append(2)
    with psycopg.connect(dsn()) as connection, pytest.raises(psycopg.errors.DatabaseError) as refused:
        connection.execute(statement)
    assert isinstance(refused.value, (psycopg.errors.InsufficientPrivilege, psycopg.errors.RestrictViolation))
    if dsn is databases.owner_dsn:
        assert refused.value.diag.constraint_name == "audit_is_append_only"
    assert verify("owner") is None


@pytest.mark.guard
def test_web_role_writes_only_through_the_function(raw_web):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw_web.execute("insert into audit_link (seq, event_id, digest) values (1, 1, '')")


@pytest.mark.guard
def test_eight_writers_make_one_chain(fresh_db):
    threads = [threading.Thread(target=_append, args=(15, f"test.writer{number}")) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert head("owner").seq == 8 * 15
    assert verify("owner") is None


@pytest.mark.guard
def test_a_writer_does_not_wait_for_an_open_transaction(fresh_db):
    with psycopg.connect(databases.web_dsn()) as slow, psycopg.connect(databases.web_dsn()) as quick:
        slow.execute(APPEND, ["test.slow", "1"])
        quick.execute("set lock_timeout = '500ms'")
        quick.execute(APPEND, ["test.quick", "2"])
        quick.commit()
        slow.commit()
    assert verify("owner") is None
    assert head("owner").seq == 2


@pytest.mark.guard
@pytest.mark.parametrize(
    ("statement", "what", "seq"),
    [
        (
            "update audit_event set why = 'other' where id = (select event_id from audit_link where seq = 3)",
            "changed",
            3,
        ),
        (
            "update audit_event set before = '{\"a\": 1}' where id = (select event_id from audit_link where seq = 2)",
            "changed",
            2,
        ),
        (
            "update audit_event set at = at + interval '1 microsecond' where id = (select event_id from audit_link where seq = 4)",
            "changed",
            4,
        ),
        ("delete from audit_event where id = (select event_id from audit_link where seq = 3)", "removed", 3),
        ("delete from audit_link where seq = 3", "missing", 4),
        ("update audit_link set digest = repeat('a', 64) where seq = 3", "changed", 3),
        (
            "update audit_link a set event_id = b.event_id from audit_link b where (a.seq, b.seq) in ((2, 3), (3, 2))",
            "changed",
            2,
        ),
    ],
)
def test_tampering_is_named(fresh_db, statement, what, seq):
    _append(5)
    _tamper("alter table audit_link drop constraint if exists audit_link_event_id_key", statement)
    broken = verify("owner")
    assert broken is not None
    assert (broken.what, broken.seq) == (what, seq)


@pytest.mark.guard
def test_a_cut_tail_is_named_by_the_seal(fresh_db):
    _append(5)
    sealed = head("owner")
    _tamper(
        "delete from audit_event where id in (select event_id from audit_link where seq > 3)",
        "delete from audit_link where seq > 3",
    )
    assert verify("owner") is None
    assert verify("owner", sealed=sealed).what == "cut"
    assert verify("owner", sealed=Head(3, "0" * 64)).what == "seal"


@pytest.mark.guard
def test_command_exits_1_and_names_the_record(fresh_db, capsys, settings, tmp_path):
    from django.core.management import call_command

    settings.VAR_DIR = tmp_path
    _append(3)
    call_command("seal_audit")
    call_command("verify_audit")
    assert "3 events" in capsys.readouterr().out
    _tamper("update audit_event set act = 'x.y' where id = (select event_id from audit_link where seq = 2)")
    with pytest.raises(SystemExit) as ended:
        call_command("verify_audit")
    assert ended.value.code == 1
    assert "changed at link 2" in capsys.readouterr().err
