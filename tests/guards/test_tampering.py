"""Someone who holds the database or the storage changes one thing: the verifiers name it."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command

from tests import databases
from tests import factories_applications as dossiers
from tests import factories_grants as make
from tests.guards.test_grants_races import live

pytestmark = pytest.mark.guard
__all__ = ["live"]
TABLES = ("audit_event", "audit_link", "grants_entry", "grants_line", "grants_account", "grants_document")
# Entries hold on to their events: whoever cuts the trail has to let them go first.
FREE = "alter table grants_entry drop constraint if exists grants_entry_event_id_042971e5_fk_audit_event_id"
AT = "(select event_id from audit_link where seq = {})"


@pytest.fixture
def store(settings, tmp_path):
    """Files lie in a store of the test's own."""
    settings.VAR_DIR = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files", "base_url": None},
        }
    }


@pytest.fixture
def booked(live, store):
    """An award that was issued, passed on and paid, its trail sealed."""
    who, applications = live
    award = make.funded_unit(who, application=applications[0], award="100000000.00", held="1000.00")
    make.paid(who, project=make.project(who, award), amount="250.00", number="V1")
    call_command("seal_audit")
    return award


def tamper(*statements: str) -> None:
    """As the owner, with the guards switched off."""
    with psycopg.connect(databases.owner_dsn(), autocommit=True) as owner:
        for table in TABLES:
            owner.execute(f"alter table {table} disable trigger user")
        owner.execute("alter table audit_link drop constraint if exists audit_link_event_id_key")
        owner.execute(FREE)
        for statement in statements:
            owner.execute(statement)


def said(command: str, capsys) -> str:
    """What the verifier finds; it must find something."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        call_command(command)
    assert ended.value.code == 1
    return capsys.readouterr().err


def whole(capsys, *commands: str) -> None:
    for command in commands:
        call_command(command)
    assert "whole" in capsys.readouterr().out


BUNDLE = (
    "with run as (insert into core_run (id, task, key, asker, params, state, done_steps, all_steps, attempts, queued_at,"
    " result, error, request_id, language, back) values (gen_random_uuid(), 'x', 'bundle', %(who)s, '{}', 'queued', 0, 0, 0,"
    " now(), '{}', '', '', 'en', '') returning id) insert into audit_evidencebundle (uploaded_by_id, uploaded_at, id,"
    " run_id, selection, words, as_of, head_seq, head_digest, root, manifest_sha256, entries, documents, events, problems,"
    " kept_until, file_name, content_type, size, sha256, storage_key) select %(who)s, now(), gen_random_uuid(), run.id, '{}', '[]', now(), 0,"
    " '', '', '', 0, 0, 0, 0, now() + interval '9 days', 'x', 'application/zip', 1, repeat('0', 64), 'x' from run"
)
EVENT = "update audit_event set actor_name = 'other' where id = " + AT.format(3)
CUT = (
    "delete from audit_event where id in (select event_id from audit_link order by seq desc limit 2)",
    "delete from audit_link where seq > (select max(seq) - 2 from audit_link)",
)
SWAPPED_LINKS = (
    "update audit_link a set event_id = b.event_id from audit_link b where (a.seq, b.seq) in ((2, 3), (3, 2))"
)
SWAPPED_EVENTS = (
    "update audit_event a set act = b.act, at = b.at, object_id = b.object_id, after = b.after from audit_event b"
    f" where (a.id = {AT.format(2)} and b.id = {AT.format(3)}) or (a.id = {AT.format(3)} and b.id = {AT.format(2)})"
)
LAST_TWO = "(select id from grants_entry order by id desc limit 2)"


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        ([EVENT], "changed at link 3"), (CUT, "cut at link"), ([SWAPPED_LINKS], "changed at link 2"),
        ([SWAPPED_EVENTS], "changed at link 2"),
        (["delete from audit_event where id = " + AT.format(4)], "removed at link 4"),
    ],
    ids=["one row", "the tail", "two links", "two rows", "one row gone"],
)  # fmt: skip
def test_the_trail_names_it(booked, capsys, statements, words):
    whole(capsys, "verify_audit", "verify_ledger", "verify_files")
    tamper(*statements)
    assert words in said("verify_audit", capsys)


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        (
            ["update grants_entry set document_no = 'x' where id = (select id from grants_entry order by id limit 1)"],
            "entry changed: entry",
        ),
        (
            [
                "update grants_line set amount = amount - sign(amount) where entry_id = (select max(id) from grants_entry)"
            ],
            "balance differs: account",
        ),
        (
            [
                f"delete from grants_line where entry_id in {LAST_TWO}",
                f"delete from grants_entry where id in {LAST_TWO}",
            ],
            "counter differs: year",
        ),
        (
            [
                "update grants_entry set number = number + 1000 where number in (2, 3)",
                "update grants_entry set number = case number when 1002 then 3 else 2 end where number > 1000",
            ],
            "entry changed: entry",
        ),
    ],
    ids=["one entry", "one amount", "the tail", "two numbers"],
)
def test_the_books_name_it(booked, capsys, statements, words):
    tamper(*statements)
    assert words in said("verify_ledger", capsys)


def test_the_files_name_it(booked, capsys):
    from grants.models import Document
    from grants.models.paying import EvidenceFile

    whole(capsys, "verify_files")
    voucher = Document.objects.using("owner").get(file_name="V1.pdf")
    proof = EvidenceFile.objects.using("owner").get()
    first, second = (Path(default_storage.path(row.storage_key)) for row in (voucher, proof))
    one, two = first.read_bytes(), second.read_bytes()
    first.write_bytes(b"X" + one[1:])
    assert said("verify_files", capsys).startswith(f"changed: grants.document {voucher.pk}, {voucher.file_name}")
    first.write_bytes(two)
    second.write_bytes(one)
    found = said("verify_files", capsys)
    assert f"changed: grants.document {voucher.pk}" in found
    assert f"changed: grants.evidencefile {proof.pk}" in found
    first.unlink()
    assert f"gone: grants.document {voucher.pk}" in said("verify_files", capsys)
    first.mkdir()  # whoever it belongs to: it cannot be read, and the others still are
    found = said("verify_files", capsys)
    assert f"unreadable: grants.document {voucher.pk}" in found
    assert f"changed: grants.evidencefile {proof.pk}" in found
    assert "not what was kept: 1 changed, 1 unreadable." in found


def test_what_was_taken_out_of_a_draft_is_looked_at(fresh_db, store, capsys):
    """What was submitted before names it still; a report whose time is over is gone by right."""
    row = dossiers.drafted(unit="350400", amount="100000000.00")
    with psycopg.connect(databases.owner_dsn()) as owner:
        owner.execute("alter table applications_attachment disable trigger user")
        owner.execute("update applications_attachment set removed_at = now() where application_id = %s", [row.pk])
        ((pk, key),) = owner.execute(
            "select id, storage_key from applications_attachment where removed_at is not null"
        ).fetchall()
    default_storage.save(key, ContentFile(dossiers.CONTENT))
    whole(capsys, "verify_files")
    default_storage.delete(key)
    assert f"gone: applications.attachment {pk}" in said("verify_files", capsys)


def test_content_that_no_row_names_is_told_and_is_no_fault(booked, capsys):
    """After a restore of an older database: what was brought since is swept within days, so somebody must be told."""
    left = default_storage.save("files/ab/" + "ab" * 32, ContentFile(b"brought since"))
    call_command("verify_files")
    out = capsys.readouterr().out
    assert "1 stored files are named by no row" in out
    assert "The files are whole: " in out
    assert left not in out
    call_command("verify_files", "--unnamed")
    assert f"unnamed: {left}, written 20" in capsys.readouterr().out


def test_a_row_that_names_another_file_is_named(booked, capsys):
    tamper("update grants_document d set storage_key = o.storage_key from grants_evidencefile o")
    assert "renamed: grants.document" in said("verify_files", capsys)


@pytest.mark.parametrize(
    ("table", "guard"), [("audit_trailseal", "trail_seal_stays"), ("audit_evidencebundle", "evidence_bundle_stays")]
)
@pytest.mark.parametrize("statement", ["update {} set uploaded_at = now()", "delete from {}", "truncate {}"])
def test_seals_and_bundles_stay(booked, table, guard, statement):
    """Even the owner changes none; a seal is there, a bundle is written by the owner for the attack."""
    words = (
        statement.format(table).replace("uploaded_at", "at") if table == "audit_trailseal" else statement.format(table)
    )
    with psycopg.connect(databases.owner_dsn()) as owner:
        if table == "audit_evidencebundle":
            owner.execute(BUNDLE, {"who": 1})
            owner.execute("set constraints all immediate")
        with pytest.raises(psycopg.DatabaseError) as refused:
            owner.execute(words)
        assert refused.value.diag.constraint_name in (guard, f"{guard}_whole")
        owner.rollback()


@pytest.mark.parametrize("role", ["mof_maker", "mof", "unit_checker"])
def test_only_auditors_write_a_bundle(live, role):
    """The same statement goes through for an auditor."""
    who, _applications = live
    with psycopg.connect(databases.web_dsn()) as web:
        web.execute("select enter_scope(%s)", [who["auditor"].pk])
        web.execute(BUNDLE, {"who": who["auditor"].pk})
        web.rollback()
        web.execute("select enter_scope(%s)", [who[role].pk])
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute(BUNDLE, {"who": who[role].pk})


@pytest.mark.parametrize("role", ["auditor", "mof"])
def test_only_the_clockwork_writes_a_seal(live, role):
    who, _applications = live
    with psycopg.connect(databases.web_dsn()) as web:
        web.execute("select enter_scope(%s)", [who[role].pk])
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute(
                "insert into audit_trailseal (at, seq, digest, root, before, key, signature, time_stamp) values"
                " (now(), 1, '', repeat('0', 64), 'x', repeat('0', 64), repeat('0', 128), '')"
            )
