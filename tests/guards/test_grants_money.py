"""What can never happen to amounts of money, attacked with raw SQL as the web role, past every command."""

from __future__ import annotations

import pytest

from tests import factories_grants as make
from tests.grants.raw import AWARD, CONFIRM, ISSUE, PASS_ON, PAYMENT, refused, run
from tests.guards.money_rows import award_file, mof, organisation_in, pay, project_of

pytestmark = pytest.mark.guard


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
        row = Award.objects.get(document_no="财建〔2026〕1号")
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
        row = Award.objects.get(document_no="财建〔2026〕1号")
        with refused("issue_of_confirmed_award"):
            run(ISSUE, **mof(who, award=row.pk, tranche=1, amount="1.00") | {"no": "R2"})


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

    sealed = AWARD.replace("(application_id,", "(document_id, application_id,").replace(
        "values (", "values (%(document)s, "
    )
    with make.acting(who["mof_maker"]):
        values = mof(who, application=world.application, amount="1000.00")
        run(sealed, **values, document=award_file(who))
    from grants.models import Award

    insert = (
        "insert into grants_grantproject (award_id, project_id, province_id, unit_id, name, enterprise_name,"
        " total_investment, approved_support) values (%(award)s, %(project)s, '350000', '350200', 'a', 'b', %(total)s, %(support)s)"
    )
    with make.acting(who["mof_checker"]):
        row = Award.objects.get(document_no="财建〔2026〕1号")
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
