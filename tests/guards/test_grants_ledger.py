"""The books against their owner: only added to, balanced at commit, never by hand; and the verifier that finds more."""

from __future__ import annotations

import psycopg
import pytest
from django.core.management import call_command

from grants.ledger.verifier import differences
from tests import databases
from tests import factories_grants as make
from tests.guards.money_rows import award_file
from tests.guards.test_grants_races import live
from tests.worlds import standing

pytestmark = pytest.mark.guard
__all__ = ["live"]
# The owner writes an entry past every paper and past the check that it names one, with an audit event that fits it.
UNNAMED = "alter table grants_entry drop constraint entry_names_its_document"
BY_HAND = (
    "with made as (select nextval('grants_entry_id_seq') as id), told as (select audit_append(now(), e.checker_id, 'x',"
    " null, '', '', 'grants.book', 'done', 'grants.entry', made.id::text, '', '', false, '{}', '{\"digest\": \"\"}', '')"
    " as event from made, (select * from grants_entry order by id limit 1) e)"
    " insert into grants_entry (id, award_id, year, number, kind, document_no, maker_id, checker_id, booked_at, event_id,"
    " digest) select made.id, award_id, 2031, 1, %s, 'x', maker_id, checker_id, now(), told.event, ''"
    " from made, told, (select * from grants_entry order by id limit 1) e returning id"
)


def made_books():
    """The people on the way of the money, the applications of a final list, and an award with four entries."""
    who, applications = make.live("350200", "360100", "330100", number=91, budget="300000000.00")
    award = make.funded_unit(who, application=applications[0], award="100000000.00", held="1000.00")
    make.paid(who, project=make.project(who, award), amount="250.00", number="V1")
    return who, applications, award


@pytest.fixture
def books(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), standing(made_books) as found:
        yield found


@pytest.fixture
def booked(books):
    """An award that was issued, passed on and paid: four entries."""
    return books[2]


@pytest.fixture
def owner(booked):
    with psycopg.connect(databases.owner_dsn()) as connection:
        yield connection
        connection.rollback()


@pytest.mark.parametrize(
    ("statement", "guard"),
    [
        ("update grants_entry set document_no = 'x'", "ledger_is_append_only"),
        ("delete from grants_entry", "ledger_is_append_only"),
        ("truncate grants_entry cascade", "ledger_is_append_only"),
        ("update grants_line set amount = amount", "ledger_is_append_only"),
        ("delete from grants_line", "ledger_is_append_only"),
        ("truncate grants_line", "ledger_is_append_only"),
        ("update grants_account set balance = balance + 1", "account_by_ledger_only"),
        ("delete from grants_account", "account_by_ledger_only"),
        ("update grants_document set size = 1", "ledger_is_append_only"),
        ("delete from grants_payment", "ledger_is_append_only"),
        ("update grants_payment set amount = 1", "money_paper_is_kept"),
        ("update grants_grantproject set approved_support = 1", "ledger_is_append_only"),
        ("truncate grants_counter", "ledger_is_append_only"),
        (
            (
                "insert into grants_account (award_id, place, project_id, balance)"
                " select award_id, 'project', id, 5 from grants_grantproject limit 1"
            ),
            "account_by_ledger_only",
        ),
    ],
)
def test_even_the_owner_only_adds(owner, statement, guard):
    with pytest.raises(psycopg.DatabaseError) as refused:
        owner.execute(statement)
    assert refused.value.diag.constraint_name == guard
    owner.rollback()
    assert differences("owner") == []


@pytest.mark.parametrize("amounts", [["-5.00", "4.99"], ["-5.00"], []])
def test_an_entry_out_of_balance_does_not_commit(owner, amounts):
    owner.execute(UNNAMED)
    entry = owner.execute(BY_HAND, ["recovery"]).fetchone()[0]
    owner.execute("select money_account(min(award_id), 'surplus', null) from grants_account")
    accounts = owner.execute("select id from grants_account where place in ('unit', 'surplus') order by id")
    for (account,), amount in zip(accounts.fetchall(), amounts, strict=False):
        owner.execute(
            "insert into grants_line (entry_id, account_id, amount) values (%s, %s, %s)", (entry, account, amount)
        )
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        owner.commit()
    assert refused.value.diag.constraint_name == "entry_balances"


def test_an_entry_moves_money_of_one_award(owner, books):
    who, applications, _award = books
    make.awarded(who, application=applications[1], amount="5.00", number="财建〔2026〕11号")
    owner.execute(UNNAMED)
    entry = owner.execute(BY_HAND, ["recovery"]).fetchone()[0]
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        owner.execute(
            "insert into grants_line (entry_id, account_id, amount)"
            " select %s, max(a.id), 1 from grants_account a where a.place = 'unit'",
            (entry,),
        )
    assert refused.value.diag.constraint_name == "line_of_own_award"


def test_the_same_payment_is_not_booked_twice(owner):
    owner.execute("alter table grants_entry disable trigger user")  # undone with the transaction
    with pytest.raises(psycopg.errors.UniqueViolation) as refused:
        owner.execute(
            "insert into grants_entry (award_id, province_id, unit_id, year, number, kind, document_no, maker_id,"
            " checker_id, booked_at, payment_id, event_id, digest) select award_id, province_id, unit_id, 2031, 1, kind,"
            " 'x', maker_id, checker_id, now(), payment_id, (select max(id) from audit_event), ''"
            " from grants_entry where kind = 'payment'"
        )
    assert "payment" in refused.value.diag.constraint_name


def tamper(*statements):
    """As someone who holds the database and has switched the guards off."""
    tables = ("entry", "line", "account", "payment", "counter", "issue", "grantproject")
    with psycopg.connect(databases.owner_dsn(), autocommit=True) as owner:
        for table in tables:
            owner.execute(f"alter table grants_{table} disable trigger user")
        for statement in statements:
            owner.execute(statement)
        for table in tables:
            owner.execute(f"alter table grants_{table} enable trigger user")


@pytest.mark.parametrize(
    ("statements", "kinds"),
    [
        (["update grants_account set balance = balance + 1 where place = 'unit'"], {"balance differs"}),
        (
            ["update grants_line set amount = amount + 1 where amount = 250"],
            {"entry out of balance", "entry changed", "balance differs", "paper not booked"},
        ),
        (["update grants_entry set document_no = 'other' where number = 2"], {"entry changed"}),
        (["update grants_entry set maker_id = checker_id, checker_id = maker_id where number = 3"], {"entry changed"}),
        (
            [
                "delete from grants_line where entry_id in (select id from grants_entry where number = 4)",
                "delete from grants_entry where number = 4",
            ],
            {"counter differs", "balance differs", "paper not booked", "last digest differs"},
        ),
        (
            [
                "delete from grants_line where entry_id in (select id from grants_entry where number = 3)",
                "delete from grants_entry where number = 3",
            ],
            {"number missing", "entry changed", "balance differs", "paper not booked"},
        ),
        (["update grants_payment set amount = 251"], {"paper not booked"}),
        (["update grants_payment set state = 'refused', refused_why = 'x'"], {"booked without a confirmed paper"}),
        (["update grants_counter set last = 9"], {"counter differs"}),
        (["update grants_counter set digest = repeat('1', 64)"], {"last digest differs"}),
        (["update grants_grantproject set approved_support = 249"], {"project above its support"}),
        (["update grants_issue set amount = 50000000.01"], {"paper not booked", "tranche above its share"}),
    ],
)
def test_verifier_names_what_was_tampered_with(booked, statements, kinds, capsys):
    assert differences("owner") == []
    tamper(*statements)
    found = {difference.kind for difference in differences("owner")}
    assert found >= kinds - {"last digest differs"}
    assert found & kinds
    with pytest.raises(SystemExit) as ended:
        call_command("verify_ledger")
    assert ended.value.code == 1
    said = capsys.readouterr().err
    for kind in found:
        assert f"{kind}: " in said


def test_verify_ledger_says_that_the_books_are_whole(booked, capsys):
    call_command("verify_ledger")
    assert "The books are whole: 4 entries, 8 lines, 5 accounts recomputed." in capsys.readouterr().out


def test_bulk_by_the_owner_keeps_to_the_same_guards(live):
    """The demonstration writes many rows at once on the owner's connection: two statements a kind, every guard."""
    who, applications = live
    maker, checker = who["mof_maker"].pk, who["mof_checker"].pk
    enter = (
        "insert into grants_award (application_id, amount, document_no, document_date, state, organisation_id,"
        " maker_id, made_at, refused_why, document_id) select id, 100000000, '财建〔2026〕' || id || '号', current_date,"
        " 'entered', (select id from accounts_organisation where code = 'MOF'), %s, now(), '', %s"
        " from applications_application where id = any(%s)"
    )
    with make.acting(who["mof_maker"]):
        file = award_file(who)
    with psycopg.connect(databases.owner_dsn()) as owner:
        with pytest.raises(psycopg.errors.CheckViolation) as refused, owner.transaction():
            owner.execute(enter, (who["miit"].pk, file, applications))
        assert refused.value.diag.constraint_name == "money_only_by_finance"
        owner.execute(enter, (maker, file, applications))
        confirm = "update grants_award set state = 'confirmed', checker_id = %s, checked_at = now()"
        with pytest.raises(psycopg.errors.CheckViolation) as refused, owner.transaction():
            owner.execute(confirm, (maker,))
        assert refused.value.diag.constraint_name in {"money_only_by_finance", "award_checker_is_not_maker"}
        owner.execute(confirm, (checker,))
        owner.commit()
        booked = owner.execute("select count(*), sum(balance) from grants_account where place = 'central'").fetchone()
    assert booked == (3, 300000000)
    assert differences("owner") == []
