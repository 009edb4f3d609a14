"""Who writes papers of money and who reads them, and that they stay; attacked with raw SQL, past every command."""

from __future__ import annotations

import pytest
from django.db import connection

from tests import factories_grants as make
from tests.grants.raw import CONFIRM, ISSUE, PAYMENT, organisation, refused, run
from tests.guards.money_rows import mof, pay, project_of

pytestmark = pytest.mark.guard


def both_roles(cast_user, code):
    """Give a finance maker the checker's role too: only the guard on the two signatures is left."""
    from portal.accounts.cast import ensure_user
    from tests import databases

    databases.committed(lambda: ensure_user(cast_user.email, cast_user.name, code, "finance_checker"))


def test_maker_never_checks_its_own(cast, who, award):
    both = cast("finance_maker", "MOF", 7)
    both_roles(both, "MOF")
    with make.acting(both):
        run(ISSUE, **mof(who, award=award.pk, tranche=1, amount="1.00") | {"maker": both.pk})
        from grants.models import Issue

        row = Issue.objects.get(document_no="R1")
        with refused("issue_checker_is_not_maker"):
            run(CONFIRM.format(table="grants_issue"), id=row.pk, checker=both.pk)
        with refused("money_signed_by_oneself"):
            run(CONFIRM.format(table="grants_issue"), id=row.pk, checker=who["mof_checker"].pk)


def test_maker_signs_as_oneself(who, award):
    with make.acting(who["mof_maker"]), refused("money_signed_by_oneself"):
        run(ISSUE, **mof(who, award=award.pk, tranche=1, amount="1.00") | {"maker": who["mof_checker"].pk})


@pytest.mark.parametrize("person", ["miit", "mof", "province_maker", "unit_maker", "mof_checker", "auditor"])
def test_only_makers_of_mof_enter_issues(cast, who, award, person):
    writer = cast("auditor", "SJ") if person == "auditor" else who[person]
    with make.acting(writer), refused("money_only_by_finance"):
        run(ISSUE, **mof(who, award=award.pk, tranche=1, amount="1.00") | {"maker": writer.pk})


def test_rows_are_refused_by_the_policy_too(who, award):
    """With the triggers gone the policy still refuses: two locks on one door."""
    import psycopg

    from tests import databases

    with psycopg.connect(databases.owner_dsn(), autocommit=True) as owner:
        owner.execute("alter table grants_issue disable trigger grants_2_signature")
    try:
        with make.acting(who["miit"]), refused("InsufficientPrivilege"):
            run(ISSUE, **mof(who, award=award.pk, tranche=1, amount="1.00") | {"maker": who["miit"].pk})
    finally:
        with psycopg.connect(databases.owner_dsn(), autocommit=True) as owner:
            owner.execute("alter table grants_issue enable trigger grants_2_signature")


@pytest.mark.parametrize(
    ("role", "code"),
    [
        ("officer", "MIIT"),
        ("officer", "MOF"),
        ("finance_checker", "CZ350000"),
        ("finance_checker", "CZ350200"),
        ("auditor", "SJ"),
    ],
)
def test_checkers_of_others_change_nothing(cast, who, award, role, code):
    with make.acting(who["mof_maker"]):
        run(ISSUE, **mof(who, award=award.pk, tranche=1, amount="1.00"))
        from grants.models import Issue

        row = Issue.objects.get(document_no="R1")
    checker = cast(role, code)
    with make.acting(checker):
        assert run(CONFIRM.format(table="grants_issue"), id=row.pk, checker=checker.pk) == 0


PAPERS = ["grants_award", "grants_issue", "grants_passon", "grants_payment"]


@pytest.mark.parametrize("table", PAPERS)
def test_what_was_entered_or_confirmed_is_not_changed(who, held, table):
    make.paid(who, project=project_of(who, held), amount="1.00", number="V9")
    checker = {"grants_award": "mof_checker", "grants_issue": "mof_checker", "grants_passon": "province_checker"}
    with make.acting(who[checker.get(table, "unit_checker")]):
        with refused("money_paper_is_kept"):
            run(f"update {table} set amount = amount + 1")
        with refused("money_paper_is_kept"):
            run(f"update {table} set checked_at = now() + interval '1 day'")
        for state in ("entered", "refused"):
            with refused({"entered": f"{STATE[table]}_state", "refused": f"{STATE[table]}_state"}[state]):
                run(
                    f"update {table} set state = %(state)s, refused_why = case when %(state)s = 'refused' then 'x' else '' end",
                    state=state,
                )
        with refused("InsufficientPrivilege"):
            run(f"delete from {table}")


STATE = {"grants_award": "award", "grants_issue": "issue", "grants_passon": "pass_on", "grants_payment": "payment"}


def test_a_confirmed_paper_is_not_booked_twice(who, held):
    from grants.models import Entry

    with make.acting(who["mof_checker"]):
        before = Entry.objects.count()
        run("update grants_issue set state = 'confirmed'")
        assert Entry.objects.count() == before


def test_born_confirmed_is_refused(who, award):
    with make.acting(who["mof_maker"]), refused("issue_state"):
        run(
            ISSUE.replace("'entered'", "'confirmed'")
            .replace("refused_why)", "refused_why, checker_id, checked_at)")
            .replace("now(), '')", "now(), '', %(checker)s, now())"),
            **mof(who, award=award.pk, tranche=1, amount="1.00", checker=who["mof_checker"].pk),
        )


@pytest.mark.parametrize(
    "statement",
    [
        "update grants_entry set document_no = 'x'",
        "delete from grants_entry",
        "truncate grants_entry cascade",
        "insert into grants_entry (award_id, province_id, unit_id, year, number, kind, document_no, maker_id, checker_id, booked_at, digest) values (1, '350000', '350200', 2026, 99, 'award', 'x', 1, 2, now(), '')",
        "update grants_line set amount = 1",
        "delete from grants_line",
        "truncate grants_line",
        "insert into grants_line (entry_id, account_id, province_id, unit_id, amount) values (1, 1, '350000', '350200', 1)",
        "update grants_account set balance = balance + 1",
        "delete from grants_account",
        "insert into grants_account (award_id, province_id, unit_id, place, balance) values (1, '350000', '350200', 'unit', 5)",
        "update grants_counter set last = 0",
        "delete from grants_counter",
        "delete from grants_document",
        "update grants_document set sha256 = repeat('0', 64)",
        "select money_book('issue', 1, '[[1, -5], [2, 5]]', '{}', 'x', 1, 1, 2, now())",
        "select money_account(1, 'unit', null)",
    ],
)
@pytest.mark.parametrize("person", ["mof_checker", "mof_maker", "unit_checker"])
def test_web_role_never_writes_the_books(who, held, statement, person):
    with make.acting(who[person]), refused("InsufficientPrivilege"):
        run(statement)


def test_auditor_reads_and_writes_nothing(cast, who, held, voucher):
    from grants.models import Award, Line

    with make.acting(cast("auditor", "SJ")) as by:
        assert Award.objects.count() == 1
        assert Line.objects.count() == 6
        with refused("money_only_by_finance"):
            run(PAYMENT, **pay(who, project_of(who, held), voucher) | {"maker": by.id})
        for table in PAPERS:
            assert run(f"update {table} set state = 'refused'") == 0


def test_places_see_their_own_money_only(cast, who, others, held):
    from grants.models import Account, Award, Document, Entry, GrantProject, Issue, Line, PassOn, Payment

    make.entered_payment(who, project=project_of(who, held), amount="0.01", number="V0")
    tables = [Account, Award, Document, Entry, GrantProject, Issue, Line, PassOn, Payment]
    inside = [
        who["province_maker"],
        who["unit_checker"],
        cast("auditor", "SJ350000"),
        cast("drafter", "ZF350200"),
        who["miit"],
    ]
    outside = [
        others["province_maker"],
        others["unit_checker"],
        cast("auditor", "SJ360000"),
        cast("reviewer", "ZJ"),
        cast("soe_officer", "YQ001"),
        cast("system_admin", "YW"),
        cast("audit_admin", "YW"),
    ]
    for model in tables:
        for person in inside:
            with make.acting(person):
                assert model.objects.exists(), (model, person)
        for person in outside:
            with make.acting(person):
                assert not model.objects.exists(), (model, person)


def test_without_scope_no_money(who, held):
    from portal.core.scope import leave

    leave()
    for table in (
        "award",
        "issue",
        "passon",
        "payment",
        "account",
        "entry",
        "line",
        "document",
        "grantproject",
        "counter",
        "assessment",
    ):
        with connection.cursor() as cursor:
            cursor.execute(f"select count(*) from grants_{table}")
            assert cursor.fetchone()[0] == 0, table


def test_mof_alone_cannot_pass_an_assessment(who, award):
    insert = (
        "insert into grants_assessment (award_id, result, assessed_on, province_id, unit_id, document_no, document_date,"
        " state, organisation_id, maker_id, made_at, refused_why) values (%(award)s, 'passed', current_date, '350000', '350200',"
        " 'A', current_date, 'entered', %(organisation)s, %(maker)s, now(), '')"
    )
    for person in ("mof", "mof_maker", "mof_checker"):
        with make.acting(who[person]), refused("money_only_by_finance"):
            run(insert, award=award.pk, organisation=organisation("MOF"), maker=who[person].pk)
    with make.acting(who["miit"]):
        run(insert, award=award.pk, organisation=organisation("MIIT"), maker=who["miit"].pk)
        assert (
            run(CONFIRM.format(table="grants_assessment").replace("where id = %(id)s", ""), checker=who["miit"].pk) == 0
        )
