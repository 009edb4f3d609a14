"""Seals over days: a clock that goes back, a full disk, two at once, a chain that was cut or restored."""

from __future__ import annotations

import json
import shutil
import threading
from datetime import timedelta

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from structlog.testing import capture_logs

from portal.audit import seal_files, seals
from portal.audit.beat import seal_audit
from portal.audit.evidence.models import TrailSeal
from portal.core import clock
from portal.core.clockwork import as_clockwork
from tests import databases
from tests.guards.test_audit_chain import _append, _tamper

pytestmark = pytest.mark.guard


@pytest.fixture(autouse=True)
def var(fresh_db, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.TRAIL_KEY = ""
    return tmp_path


def cut(upto, *more):
    """The end of the chain is gone, as after a restore of an older dump, or by who holds the database."""
    _tamper(
        f"delete from audit_event where id in (select event_id from audit_link where seq > {upto})",
        f"delete from audit_link where seq > {upto}",
        *more,
        *(f"alter table {table} enable trigger user" for table in ("audit_event", "audit_link")),
    )


def rows():
    with as_clockwork():
        return list(TrailSeal.objects.order_by("pk"))


def verified(capsys, *args):
    """Exit code of `verify_audit`, and all it said."""
    capsys.readouterr()
    code = 0
    try:
        call_command("verify_audit", *args)
    except SystemExit as ended:
        code = ended.code
    said = capsys.readouterr()
    return code, said.out + said.err


def test_a_clock_that_went_back_keeps_the_order_of_seals(capsys):
    now = clock.now()
    for moment in (now, now - timedelta(hours=1), now - timedelta(minutes=30), now + timedelta(minutes=1)):
        _append(1)
        with clock.at(moment):
            seal_audit()
    made = rows()
    assert [row.seq for row in made] == sorted(row.seq for row in made)
    assert len(made) == len(seal_files.files()) == 4
    assert seals.kept()[-1].seq == made[-1].seq
    assert verified(capsys)[0] == 0


def test_two_seals_of_one_second_are_two_files():
    _append(1)
    with clock.at(clock.now().replace(microsecond=1)):
        seal_audit()
    with clock.at(clock.now().replace(microsecond=2)):
        seal_audit()
    assert len(seal_files.files()) == 2


def _seal_apart():
    """Seal by connections of this thread's own."""
    try:
        seal_audit()
    finally:
        connections.close_all()


def test_sealing_at_once_beside_writers(capsys):
    threads = [threading.Thread(target=_append, args=(20, f"test.writer{number}")) for number in range(3)]
    threads += [threading.Thread(target=_seal_apart) for _ in range(3)]
    for thread in threads:
        thread.start()
    said = [verified(capsys) for _ in range(3)]
    for thread in threads:
        thread.join()
    assert [code for code, _words in said] == [0, 0, 0], said
    assert len(rows()) == len(seal_files.files()) == 3
    assert verified(capsys)[0] == 0


def test_a_file_that_could_not_be_written_comes_with_the_next_seal(monkeypatch):
    _append(1)
    whole = json.dump

    def full(value, out, **how):
        out.write("{")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(seal_files.json, "dump", full)
    with capture_logs() as lines:
        seal_audit()
    assert [line["event"] for line in lines] == ["seal_not_written"]
    assert len(rows()) == 1, "the seal stands in the database"
    assert not list(seal_files.folder().iterdir()), "nothing half written is left"
    with pytest.raises(CommandError, match=r"No space left on device"):
        call_command("seal_audit")
    monkeypatch.setattr(seal_files.json, "dump", whole)
    seal_audit()
    assert len(rows()) == len(seal_files.files()) == 3


def test_a_cut_is_named_also_after_the_next_night(capsys):
    """The seal of the night comes before the verification of the night: it must not hide what it found gone."""
    _append(5)
    seal_audit()
    cut(3)
    with capture_logs() as lines:
        seal_audit()
    assert [line["event"] for line in lines] == ["audit_not_sealed"]
    assert len(rows()) == 1
    code, words = verified(capsys)
    assert code == 1
    assert "cut at link 5" in words
    assert "older backup" in words


def test_an_older_seal_put_back_is_not_enough(capsys):
    _append(3)
    seal_audit()
    [old] = seal_files.files()
    _append(2)
    seal_audit()
    for file in seal_files.files():
        if file != old:
            file.unlink()
    cut(3)
    code, words = verified(capsys)
    assert code == 1
    assert "cut at link 5" in words, "the row of the seal is there still"


def test_a_seal_kept_elsewhere_is_compared(capsys, tmp_path):
    _append(3)
    seal_audit()
    [file] = seal_files.files()
    kept = tmp_path / "elsewhere.json"
    shutil.copy(file, kept)
    file.unlink()
    assert verified(capsys, "--seal", str(kept))[0] == 0
    cut(2)
    _tamper("alter table audit_trailseal disable trigger user", "delete from audit_trailseal")
    assert verified(capsys)[0] == 0, "who holds database and host alike is found out by a seal kept elsewhere alone"
    code, words = verified(capsys, "--seal", str(kept))
    assert code == 1
    assert "cut at link 3" in words


@pytest.mark.parametrize(
    ("content", "says"),
    [("", "cannot be read"), ("{", "cannot be read"), ("3", "cannot be read"), ("[1]", "cannot be read"), ("{}", "was changed")],
)  # fmt: skip
def test_a_file_that_is_no_seal_is_named(capsys, content, says):
    _append(1)
    seal_audit()
    [file] = seal_files.files()
    file.write_text(content)
    code, words = verified(capsys)
    assert code == 1
    assert file.name in words
    assert says in words
    file.unlink()
    seal_audit()
    assert len(seal_files.files()) == 2, "a file that was taken out is written again"


def test_a_row_that_was_changed_is_named(capsys):
    _append(2)
    seal_audit()
    _tamper("alter table audit_trailseal disable trigger user", "update audit_trailseal set seq = 1")
    code, words = verified(capsys)
    assert code == 1
    assert "in the database" in words


def test_seals_of_a_former_key_hold(capsys, settings):
    _append(1)
    seal_audit()
    (settings.VAR_DIR / "trail-key.pem").unlink()
    seal_audit()
    assert len({row.key for row in rows()}) == 2
    assert verified(capsys)[0] == 0


def test_a_restore_that_was_meant_is_said_once_and_stands_in_the_trail(capsys):
    _append(5)
    seal_audit()
    cut(3, "alter table audit_trailseal disable trigger user", "delete from audit_trailseal")  # as an older dump has it
    with pytest.raises(CommandError, match="seal_audit --after-restore"):
        call_command("seal_audit")
    with pytest.raises(CommandError, match="Say why"):
        call_command("seal_audit", "--after-restore", " ")
    call_command("seal_audit", "--after-restore", "dump of Monday after a broken disk")
    code, words = verified(capsys)
    assert code == 0, words
    [lost] = (seal_files.folder() / "lost").iterdir()
    assert seals.read(lost, seals.former_keys("owner")).seq == 5, "what names the lost acts is kept"
    with psycopg.connect(databases.owner_dsn()) as owner:
        said = owner.execute("select why, after from audit_event where act = 'audit.put_seals_aside'").fetchall()
    assert said == [("dump of Monday after a broken disk", {"seals": [lost.name]})]
    seal_audit()
    assert verified(capsys)[0] == 0
