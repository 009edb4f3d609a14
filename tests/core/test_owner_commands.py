"""Commands that look at every row say what is missing where they could not, and never that all is whole."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from portal.core import owner
from portal.embedded import __main__ as prepare


@pytest.mark.django_db(databases=["default", "owner"])
def test_tables_of_an_older_version_are_said_to_be_so(monkeypatch):
    """After a restore of its dump: a column that is not there yet was a failure in the words of the database."""
    plain = owner.MigrationExecutor

    def older(connection):
        executor = plain(connection)
        executor.loader.applied_migrations.pop(("reports", "0002_runs_shared"))
        return executor

    monkeypatch.setattr(owner, "MigrationExecutor", older)
    with pytest.raises(CommandError, match="older than this version"):
        call_command("verify_files")


@pytest.mark.parametrize(
    "argv",
    [
        ["verify_audit"],
        ["verify_ledger"],
        ["verify_files"],
        ["seal_audit"],
        ["load_reference"],
        ["rebuild_search", "--empty"],
        ["first_administrator", "a@b.test", "A"],
        ["decision_record", "1", "--to", "."],
    ],
    ids=lambda argv: argv[0],
)
def test_without_the_owners_address_it_says_so(db, monkeypatch, argv):
    monkeypatch.setattr(owner, "connections", SimpleNamespace(databases={"default": {}}))
    with pytest.raises(CommandError, match="OWNER_DATABASE_URL"):
        call_command(*argv)


@pytest.mark.parametrize("database", ["default", "other"])
def test_no_other_role_migrates(db, database):
    """Django notes as done what the router left out: one `migrate` as the web, and its tables never come."""
    with pytest.raises(CommandError, match="migrate --database owner"):
        call_command("migrate", database=database)


def test_a_command_that_was_told_nothing_says_so(db):
    with pytest.raises(CommandError, match="--collect, --compile or --check"):
        call_command("messages")


def test_prepare_says_what_the_server_answered(monkeypatch, capsys):
    monkeypatch.setenv("ADMIN_DATABASE_URL", "postgresql://postgres:geheim@127.0.0.1:1/postgres")
    assert prepare.main(["prepare"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("ADMIN_DATABASE_URL, the superuser of PostgreSQL 18: connection failed")
    assert "geheim" not in said
    monkeypatch.setenv("ADMIN_DATABASE_URL", "")
    assert prepare.main(["prepare"]) == 2
    assert "ADMIN_DATABASE_URL=… OWNER_DATABASE_URL=… DATABASE_URL=…" in capsys.readouterr().err
