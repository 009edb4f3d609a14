"""What can never happen to money, attacked with raw SQL as the web role, past every command."""

from __future__ import annotations

import pytest
from django.db import connection

from tests import factories_grants as make
from tests.grants.raw import AWARD, CONFIRM, ISSUE, PASS_ON, PAYMENT, organisation, refused, run

pytestmark = pytest.mark.guard


def mof(who, **more):
    return {"organisation": organisation("MOF"), "maker": who["mof_maker"].pk, "no": "R1", **more}


@pytest.fixture
def award(who, world):
    return make.awarded(who, application=world.application, amount="200000000.00")


@pytest.fixture
def held(who, world):
    """A unit that holds 100 yuan of its first tranche."""
    award = make.awarded(who, application=world.application, amount="200000000.00")
    issue = make.issued(who, award=award, amount="100.00", received_on=make.today())
    make.passed_on(who, issue=issue, amount="100.00")
    return award


def project_of(who, award, place=0):
    from grants.models import GrantProject

    with make.acting(who["mof"]):
        return GrantProject.objects.filter(award=award).order_by("pk")[place]


@pytest.mark.parametrize(
    ("amount", "guard"),
    [("300000000.01", "award_within_cap"), ("0.00", "award_amount_above_zero"), ("-5", "award_amount_above_zero")],
)
def test_award_keeps_to_the_cap(who, world, amount, guard):
    with make.acting(who["mof_maker"]), refused(guard):
        run(AWARD, **mof(who, application=world.application, amount=amount))


def test_awards_keep_to_the_budget(who, world, award):
    with make.acting(who["mof_maker"]):
        with refused("award_within_budget"):
            run(AWARD, **mof(who, application=world.other, amount="200000000.01"))
        assert run(AWARD, **mof(who, application=world.other, amount="200000000.00")) == 1


def test_award_takes_its_place_from_the_application(who, world):
    from grants.models import Award

    with make.acting(who["mof_maker"]):
        run(AWARD, **mof(who, application=world.other, amount="1.00"))
        row = Award.objects.get(document_no="R1")
        assert (row.province_id, row.unit_id, row.batch.number) == ("360000", "360100", 90)


def test_only_units_of_the_final_list(who, world):
    import psycopg

    from applications.models import Application
    from tests import databases

    with psycopg.connect(databases.owner_dsn(), autocommit=True) as owner:
        owner.execute("alter table applications_application disable trigger user")
        owner.execute("update applications_application set state = 'not_selected' where id = %s", [world.other])
    try:
        with make.acting(who["mof_maker"]):
            assert Application.objects.get(pk=world.other).state == "not_selected"
            with refused("award_follows_final_list"):
                run(AWARD, **mof(who, application=world.other, amount="1.00"))
    finally:
        with psycopg.connect(databases.owner_dsn(), autocommit=True) as owner:
            owner.execute("update applications_application set state = 'selected' where id = %s", [world.other])
            owner.execute("alter table applications_application enable trigger user")


def test_one_award_for_a_unit(who, world, award):
    with make.acting(who["mof_maker"]), refused("award_once_per_application"):
        run(AWARD, **mof(who, application=world.application, amount="1.00"))


@pytest.mark.parametrize(("tranche", "amount"), [(1, "100000000.01"), (3, "1.00"), (0, "1.00")])
def test_issue_keeps_to_its_tranche(who, award, tranche, amount):
    with make.acting(who["mof_maker"]), refused("issue_within_tranche"):
        run(ISSUE, **mof(who, award=award.pk, tranche=tranche, amount=amount))


def test_issues_of_a_tranche_together_keep_to_it(who, award):
    with make.acting(who["mof_maker"]):
        run(ISSUE, **mof(who, award=award.pk, tranche=1, amount="60000000.00"))
        with refused("issue_within_tranche"):
            run(ISSUE, **mof(who, award=award.pk, tranche=1, amount="40000000.01") | {"no": "R2"})
        assert run(ISSUE, **mof(who, award=award.pk, tranche=1, amount="40000000.00") | {"no": "R2"}) == 1


def test_second_tranche_waits_for_the_assessment(who, award):
    with make.acting(who["mof_maker"]), refused("second_tranche_after_assessment"):
        run(ISSUE, **mof(who, award=award.pk, tranche=2, amount="1.00"))
    make.assessed(who, award=award, result="failed")
    with make.acting(who["mof_maker"]), refused("second_tranche_after_assessment"):
        run(ISSUE, **mof(who, award=award.pk, tranche=2, amount="1.00"))
    make.assessed(who, award=award)
    with make.acting(who["mof_maker"]):
        assert run(ISSUE, **mof(who, award=award.pk, tranche=2, amount="1.00")) == 1


def test_nobody_passes_the_assessment_by_hand(who, award):
    with make.acting(who["mof_checker"]), refused("award_passed_by_assessment"):
        run("update grants_award set assessment_passed_on = current_date where id = %(id)s", id=award.pk)


def test_no_issue_of_an_unconfirmed_award(who, world):
    from grants.models import Award

    with make.acting(who["mof_maker"]):
        run(AWARD, **mof(who, application=world.other, amount="10.00"))
        row = Award.objects.get(document_no="R1")
        with refused("issue_of_confirmed_award"):
            run(ISSUE, **mof(who, award=row.pk, tranche=1, amount="1.00") | {"no": "R2"})


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


def test_pass_on_keeps_to_what_was_received(who, award):
    issue = make.issued(who, award=award, amount="100.00", received_on=make.today())
    mine = {
        "organisation": organisation_in(who["province_maker"], "CZ350000"),
        "maker": who["province_maker"].pk,
        "no": "P1",
    }
    with make.acting(who["province_maker"]):
        with refused("pass_on_within_issue"):
            run(PASS_ON, **mine, issue=issue.pk, amount="100.01")
        run(PASS_ON, **mine, issue=issue.pk, amount="60.00")
        with refused("pass_on_within_issue"):
            run(PASS_ON, **(mine | {"no": "P2"}), issue=issue.pk, amount="40.01")


def organisation_in(user, code):
    with make.acting(user):
        return organisation(code)


def test_pass_on_waits_for_the_receipt(who, award):
    issue = make.issued(who, award=award, amount="100.00")
    mine = {
        "organisation": organisation_in(who["province_maker"], "CZ350000"),
        "maker": who["province_maker"].pk,
        "no": "P1",
    }
    with make.acting(who["province_maker"]), refused("pass_on_after_receipt"):
        run(PASS_ON, **mine, issue=issue.pk, amount="1.00")


def test_another_province_neither_receives_nor_passes_on(who, others, award):
    issue = make.issued(who, award=award, amount="100.00")
    stranger = others["province_maker"]
    with make.acting(stranger):
        assert (
            run(
                "update grants_issue set received_on = current_date, received_by_id = %(me)s, received_at = now() where id = %(id)s",
                me=stranger.pk,
                id=issue.pk,
            )
            == 0
        )
    make.received(who, issue)
    mine = {"organisation": organisation_in(stranger, "CZ360000"), "maker": stranger.pk, "no": "P1"}
    with make.acting(stranger), refused("money_only_by_finance"):
        run(PASS_ON, **mine, issue=issue.pk, amount="1.00")


def test_receipt_is_recorded_once_and_by_the_province(who, award):
    issue = make.issued(who, award=award, amount="100.00", received_on=make.today())
    again = "update grants_issue set received_on = current_date - 1, received_by_id = %(me)s, received_at = now() where id = %(id)s"
    with make.acting(who["province_maker"]), refused("issue_received_once"):
        run(again, me=who["province_maker"].pk, id=issue.pk)
    other = make.issued(who, award=award, amount="100.00", number="X2")
    with make.acting(who["mof_checker"]), refused("money_only_by_finance"):
        run(again, me=who["mof_checker"].pk, id=other.pk)


def pay(who, project, document, **changes):
    return {
        "organisation": organisation_in(who["unit_maker"], "CZ350200"),
        "maker": who["unit_maker"].pk,
        "no": "Z1",
        "project": project.pk,
        "document": document,
        "amount": "1.00",
    } | changes


@pytest.fixture
def voucher(who, held):
    """A kept voucher of the unit."""
    return make.entered_payment(who, project=project_of(who, held), amount="0.01", number="V0").document_id


def test_payments_keep_to_the_approved_support(who, held, voucher):
    project = project_of(who, held, 1)
    assert str(project.approved_support) == "10000000.00"
    with make.acting(who["unit_maker"]):
        with refused("payments_within_support"):
            run(PAYMENT, **pay(who, project, voucher, amount="10000000.01"))
        run(PAYMENT, **pay(who, project, voucher, amount="9999999.99"))
        with refused("payments_within_support"):
            run(PAYMENT, **pay(who, project, voucher, amount="0.02", no="Z2"))


def test_payment_keeps_to_what_the_unit_holds(who, held, voucher):
    from grants.models import Payment

    with make.acting(who["unit_maker"]):
        run(PAYMENT, **pay(who, project_of(who, held), voucher, amount="100.01"))
        row = Payment.objects.get(document_no="Z1")
    with make.acting(who["unit_checker"]), refused("account_never_below_zero"):
        run(CONFIRM.format(table="grants_payment"), id=row.pk, checker=who["unit_checker"].pk)
    with make.acting(who["unit_maker"]):
        row.refresh_from_db()
        assert row.state == "entered"


def test_payment_needs_its_voucher(who, held, voucher):
    with make.acting(who["unit_maker"]), refused("payment_has_voucher"):
        run(PAYMENT, **pay(who, project_of(who, held), None))


def test_another_unit_pays_nothing(who, others, held, voucher):
    stranger = others["unit_maker"]
    values = pay(who, project_of(who, held), voucher) | {
        "organisation": organisation_in(stranger, "CZ360100"),
        "maker": stranger.pk,
    }
    with make.acting(stranger), refused("money_only_by_finance"):
        run(PAYMENT, **values)


def test_support_keeps_to_a_fifth_and_to_what_was_asked(who, world):
    """The plan asks 20 of 600 million and 10 of 90 million; a fifth would be 120 and 18."""
    from applications.models import Project

    with make.acting(who["mof_maker"]):
        run(AWARD, **mof(who, application=world.application, amount="1000.00"))
    from grants.models import Award

    insert = (
        "insert into grants_grantproject (award_id, project_id, province_id, unit_id, name, enterprise_name,"
        " total_investment, approved_support) values (%(award)s, %(project)s, '350000', '350200', 'a', 'b', %(total)s, %(support)s)"
    )
    with make.acting(who["mof_checker"]):
        row = Award.objects.get(document_no="R1")
        plan = Project.objects.filter(application_id=world.application).order_by("pk")[0]
        values = {"award": row.pk, "project": plan.pk, "total": plan.total_investment, "support": "1.00"}
        with refused("support_of_awarded_plan"):
            run(insert, **values)
        run(CONFIRM.format(table="grants_award"), id=row.pk, checker=who["mof_checker"].pk)
        with refused("support_within_share"):
            run(insert, **values | {"support": "20000000.01"})
        with refused("support_within_share"):
            run(insert, **values | {"total": "900000000.00"})
        with refused("support_within_award"):
            run(insert, **values | {"support": "1000.01"})
        assert run(insert, **values | {"support": "999.00"}) == 1
        values["project"] = Project.objects.filter(application_id=world.application).order_by("pk")[1].pk
        values["total"] = "90000000.00"
    with make.acting(who["mof_maker"]), refused("InsufficientPrivilege"):
        run(insert, **values)


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
