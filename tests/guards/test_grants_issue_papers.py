"""Documents of many units, pass-ons in part, arrivals, targets and changes of awards, attacked with raw SQL."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection

from grants.ledger.verifier import differences
from portal.core.errors import DomainError
from tests import databases
from tests import factories_grants as make
from tests.grants.raw import (
    AWARD,
    CHECKED,
    CONFIRM,
    PASS_ON,
    REVERSAL,
    VALUES,
    organisation,
    refused,
    run,
    with_file,
)
from tests.grants.raw import LINE as ALONE
from tests.guards.money_rows import mof, organisation_in

pytestmark = pytest.mark.guard
PAPER = (
    "insert into grants_issuepaper (batch_id, tranche, total, document_id, document_no, document_date, state, organisation_id,"
    " maker_id, made_at, refused_why) select batch_id, %(tranche)s, %(total)s, %(document)s, %(no)s,"
    " (now() at time zone 'Asia/Shanghai')::date - 1, 'entered', %(organisation)s, %(maker)s, now(), ''"
    " from grants_award where id = %(award)s returning id"
)
LINE = ALONE.replace("(award_id,", "(paper_id, award_id,").replace("values (", "values (%(paper)s, ")
ARRIVAL = (
    "insert into grants_arrival (pass_on_id, province_id, unit_id, arrived_on, confirmed_by_id, confirmed_at)"
    " values (%(pass_on)s, '350000', '350200', (now() at time zone 'Asia/Shanghai')::date + %(days)s::int, %(by)s, now())"
)
UNSEALED = (
    f"insert into grants_awardchange (award_id, amount, before, reason, {CHECKED})"
    f" values (%(award)s, %(amount)s, 7, 'more', {VALUES})"
)
CHANGE = with_file(UNSEALED)
AGREE = "update grants_awardchange set agreed_by_id = %(by)s, agreed_at = now() where id = %(id)s"


def issue_file(maker):
    """The number of a sealed file, kept by its maker."""
    from types import SimpleNamespace

    from grants.models import IssueFile
    from portal.core.files import PDF, keep

    return IssueFile.objects.create(**keep(make.pdf(), kinds=(PDF,)).fields(by=SimpleNamespace(id=maker.pk))).pk


def begun(who, award, *, total="10.00", no="R1", tranche=1, sealed=True):
    """A document without lines, inside the transaction of the test."""
    document = issue_file(who["mof_maker"]) if sealed else None
    with connection.cursor() as cursor:
        values = mof(who, award=award.pk, total=total, no=no, tranche=tranche)
        cursor.execute(PAPER, values | {"document": document})
        return cursor.fetchone()[0]


def line(who, paper, award, amount="10.00", **more):
    run(LINE, **mof(who, paper=paper, award=award.pk, tranche=1, amount=amount) | more)


def early():
    """Have the deferred checks now, as at the end of the transaction."""
    run("set constraints all immediate")
    run("set constraints all deferred")


@pytest.fixture
def two(who, others, world, award):
    return [award, make.awarded(others, application=world.other, amount="100000000.00", number="财建〔2026〕11号")]


@pytest.mark.parametrize("amounts", [[], ["9.99"], ["10.01"], ["4.00", "5.00"]])
def test_the_total_of_a_document_is_the_sum_of_its_lines(who, two, amounts):
    with make.acting(who["mof_maker"]), refused("issue_paper_adds_up"):
        paper = begun(who, two[0])
        for award, amount in zip(two, amounts, strict=False):
            line(who, paper, award, amount)
        early()


def test_no_line_comes_to_a_document_later(who, two):
    with make.acting(who["mof_maker"]):
        paper = begun(who, two[0])
        line(who, paper, two[0])
        early()
        with refused("issue_paper_adds_up"):
            line(who, paper, two[1])
            early()
    with make.acting(who["mof_checker"]):
        run(CONFIRM.format(table="grants_issuepaper"), id=paper, checker=who["mof_checker"].pk)
    with make.acting(who["mof_maker"]), refused("line_of_its_paper"):
        line(who, paper, two[1])


@pytest.mark.parametrize("change", [{"no": "R9"}, {"tranche": 2}, {"maker": None}])
def test_a_line_says_what_its_document_says(who, two, cast, change):
    if "maker" in change:
        other = cast("finance_maker", "MOF", 8)
        with make.acting(who["mof_maker"]):
            paper = begun(who, two[0])
        with make.acting(other), refused("line_of_its_paper"):
            line(who, paper, two[0], maker=other.pk)
        with make.acting(who["mof_maker"]):
            line(who, paper, two[0])
        return
    with make.acting(who["mof_maker"]), refused("line_of_its_paper"):
        line(who, begun(who, two[0]), two[0], **change)


@pytest.mark.parametrize("state", ["confirmed", "refused"])
def test_a_line_is_not_decided_apart_from_its_document(who, two, state):
    why = "x" if state == "refused" else ""
    with make.acting(who["mof_maker"]):
        paper = begun(who, two[0])
        line(who, paper, two[0])
    with make.acting(who["mof_checker"]), refused("line_with_its_paper"):
        run(
            "update grants_issue set state = %(state)s, checker_id = %(by)s, checked_at = now(), refused_why = %(why)s",
            state=state,
            by=who["mof_checker"].pk,
            why=why,
        )


def test_the_maker_never_checks_its_own_document(cast, who, two):
    from portal.accounts.cast import ensure_user

    both = cast("finance_maker", "MOF", 7)
    databases.committed(lambda: ensure_user(both.email, both.name, "MOF", "finance_checker"))
    with make.acting(both):
        with connection.cursor() as cursor:
            values = mof(who, award=two[0].pk, total="10.00", tranche=1) | {"maker": both.pk}
            cursor.execute(PAPER, values | {"document": issue_file(both)})
            paper = cursor.fetchone()[0]
        line(who, paper, two[0], maker=both.pk)
        with refused("issue_paper_checker_is_not_maker"):
            run(CONFIRM.format(table="grants_issuepaper"), id=paper, checker=both.pk)


@pytest.mark.parametrize("person", ["miit", "mof", "province_maker", "mof_checker"])
def test_only_makers_of_mof_enter_documents(who, two, person):
    with make.acting(who["mof_maker"]):
        mine = organisation("MOF")
    sql = (
        PAPER.replace("%(document)s", "null")
        .replace("select batch_id,", "values (1,")
        .replace(" from grants_award where id = %(award)s", ")")
    )
    with make.acting(who[person]), refused("money_only_by_finance"):
        run(sql, organisation=mine, maker=who[person].pk, no="R1", tranche=1, total="1.00")


def test_what_was_entered_stays(who, two):
    with make.acting(who["mof_maker"]):
        paper = begun(who, two[0])
        line(who, paper, two[0])
    with make.acting(who["mof_checker"]):
        for change in ("total = 11", "tranche = 2", "batch_id = batch_id + 1", "document_no = 'x'"):
            with refused("money_paper_is_kept"):
                run(f"update grants_issuepaper set {change}")
        with refused("money_paper_is_kept"):
            run("update grants_issue set paper_id = null")
        for table in ("issuepaper", "issuefile", "arrival", "awardtarget", "awardchange"):
            with refused("InsufficientPrivilege"):
                run(f"delete from grants_{table}")
        for table in ("issuefile", "arrival", "awardtarget"):
            with refused("InsufficientPrivilege"):
                run(f"update grants_{table} set id = id")


def test_documents_are_seen_by_those_they_concern(cast, who, others, two):
    from grants.models import Issue, IssuePaper

    with make.acting(who["mof_maker"]):
        line(who, begun(who, two[0]), two[0])
    for person in (who["miit"], who["province_maker"], who["unit_checker"], cast("auditor", "SJ350000")):
        with make.acting(person):
            assert (IssuePaper.objects.count(), Issue.objects.count()) == (1, 1)
    for person in (others["province_maker"], others["unit_maker"], cast("auditor", "SJ360000"), cast("reviewer", "ZJ")):
        with make.acting(person):
            assert (IssuePaper.objects.count(), Issue.objects.count()) == (0, 0)


def test_a_reversal_takes_one_line_back_and_leaves_the_document(who, two):
    from grants.models import Entry, Issue, IssuePaper

    with make.acting(who["mof_maker"]):
        paper = begun(who, two[0], total="30.00")
        line(who, paper, two[0], "10.00")
        line(who, paper, two[1], "20.00")
    with make.acting(who["mof_checker"]):
        run(CONFIRM.format(table="grants_issuepaper"), id=paper, checker=who["mof_checker"].pk)
        entry = Entry.objects.get(issue__paper=paper, award=two[1])
    make.reversed_by(who, entry=entry, by="mof")
    with make.acting(who["mof"]):
        assert sorted(Issue.objects.values_list("state", flat=True)) == ["confirmed", "reversed"]
        assert IssuePaper.objects.get(pk=paper).state == "confirmed"
        assert differences() == []


def province(who, **more):
    return {
        "organisation": organisation_in(who["province_maker"], "CZ350000"),
        "maker": who["province_maker"].pk,
        "no": "P1",
        **more,
    }


@pytest.mark.parametrize("note", ["''", "'  '"])
def test_a_part_is_passed_on_with_a_reason(who, award, note):
    issue = make.issued(who, award=award, amount="100.00", received_on=make.today())
    silent = PASS_ON.replace("'in parts'", note)
    values = province(who, issue=issue.pk)
    with make.acting(who["province_maker"]):
        with refused("partial_pass_on_says_why"):
            run(silent, **values, amount="99.99")
        run(PASS_ON, **values, amount="60.00")
        with refused("partial_pass_on_says_why"):
            run(silent, **values | {"no": "P2"}, amount="39.99")
        assert run(silent, **values | {"no": "P3"}, amount="40.00") == 1


def test_all_that_was_not_given_back_is_no_part(who, award):
    """Of 100 the province gave 30 back: to pass on the other 70 needs no reason, 69.99 do."""
    from tests import factories_use as use

    issue = make.issued(who, award=award, amount="100.00", received_on=make.today())
    use.given_back(who, award=award, amount="30.00", source="province", issue=issue)
    silent = PASS_ON.replace("'in parts'", "''")
    values = province(who, issue=issue.pk)
    with make.acting(who["province_maker"]):
        with refused("partial_pass_on_says_why"):
            run(silent, **values, amount="69.99")
        assert run(silent, **values, amount="70.00") == 1


@pytest.fixture
def pass_on(who, award):
    issue = make.issued(who, award=award, amount="100.00", received_on=make.today())
    return make.passed_on(who, issue=issue, amount="60.00")


def test_the_bureau_of_the_unit_confirms_an_arrival_once(who, pass_on):
    from grants.models import Arrival

    values = {"pass_on": pass_on.pk, "by": who["unit_checker"].pk}
    with make.acting(who["unit_checker"]):
        for days in (-1, 1):
            with refused("arrival_after_pass_on"):
                run(ARRIVAL, **values, days=days)
        with refused("money_signed_by_oneself"):
            run(ARRIVAL, **values | {"by": who["unit_maker"].pk}, days=0)
        assert run(ARRIVAL, **values, days=0) == 1
        assert Arrival.objects.get().unit_id == "350200"
        with refused("grants_arrival_pass_on_id_key"):
            run(ARRIVAL, **values, days=0)


@pytest.mark.parametrize("person", ["province_maker", "mof_checker", "miit"])
def test_nobody_else_confirms_an_arrival(who, pass_on, person):
    with make.acting(who[person]), refused("money_only_by_finance"):
        run(ARRIVAL, pass_on=pass_on.pk, by=who[person].pk, days=0)


def test_another_units_bureau_confirms_no_arrival(others, pass_on):
    with make.acting(others["unit_maker"]), refused("money_only_by_finance"):
        run(ARRIVAL, pass_on=pass_on.pk, by=others["unit_maker"].pk, days=0)


def test_only_a_confirmed_pass_on_arrives(who, award):
    issue = make.issued(who, award=award, amount="100.00", received_on=make.today())
    row = make.entered_pass_on(who, issue=issue, amount="60.00")
    with make.acting(who["unit_maker"]), refused("arrival_of_confirmed_pass_on"):
        run(ARRIVAL, pass_on=row.pk, by=who["unit_maker"].pk, days=0)


@pytest.mark.parametrize(
    "number", ["122", "工信部规函(2025)122号", "〔2025〕122号", "财建〔2025〕第122号", "财建〔2025〕022号"]
)
def test_the_number_of_an_award_has_its_form(who, world, number):
    own = AWARD.replace("'财建〔2026〕' || regexp_replace(%(no)s, '[^0-9]', '', 'g') || '号'", "%(no)s")
    with make.acting(who["mof_maker"]), refused("award_number_has_its_form"):
        run(own, **mof(who, application=world.application, amount="1.00") | {"no": number})


def test_targets_are_written_by_the_database_alone(who, award):
    from grants.models import AwardTarget

    with make.acting(who["mof_checker"]):
        assert AwardTarget.objects.get(award=award).goal == 85
        with refused("InsufficientPrivilege"):
            run("insert into grants_awardtarget (award_id) values (%(award)s)", award=award.pk)


def changed(who, award, amount="150000000.00"):
    from grants.models import AwardChange

    with make.acting(who["mof_maker"]):
        run(CHANGE, **mof(who, award=award.pk, amount=amount))
        return AwardChange.objects.get(state="entered").pk


def agreed(who, change):
    with make.acting(who["miit"]):
        return run(AGREE, id=change, by=who["miit"].pk)


def confirm_change(who, change):
    with make.acting(who["mof_checker"]):
        return run(CONFIRM.format(table="grants_awardchange"), id=change, checker=who["mof_checker"].pk)


@pytest.mark.parametrize(
    ("amount", "guard"),
    [
        ("300000000.01", "award_within_cap"),
        ("200000000.00", "award_change_changes"),
        ("29999999.99", "award_change_covers_support"),
    ],
)
def test_a_change_keeps_to_the_rules(who, award, amount, guard):
    with make.acting(who["mof_maker"]), refused(guard):
        run(CHANGE, **mof(who, award=award.pk, amount=amount))


def test_a_change_covers_what_was_issued(who, award):
    make.issued(who, award=award, amount="100000000.00")
    with make.acting(who["mof_maker"]), refused("award_change_covers_what_is_issued"):
        run(CHANGE, **mof(who, award=award.pk, amount="199999999.97"))


def test_a_change_keeps_to_the_budget(who, two):
    with make.acting(who["mof_maker"]):
        with refused("award_within_budget"):
            run(CHANGE, **mof(who, award=two[1].pk, amount="200000000.01"))
        assert run(CHANGE, **mof(who, award=two[1].pk, amount="200000000.00")) == 1


def test_both_ministries_and_three_persons(who, award):
    change = changed(who, award)
    with make.acting(who["mof_checker"]):
        with refused("award_change_by_both_ministries"):
            run(CONFIRM.format(table="grants_awardchange"), id=change, checker=who["mof_checker"].pk)
        with refused("money_only_by_finance"):
            run(AGREE, id=change, by=who["mof_checker"].pk)
        with refused("money_only_by_finance"):
            run(
                "update grants_awardchange set agreed_by_id = %(miit)s, agreed_at = now() where id = %(id)s",
                id=change,
                miit=who["mof_checker"].pk,
            )
        with refused("money_signed_by_oneself"):
            run(AGREE, id=change, by=who["miit"].pk)
    with make.acting(who["mof_maker"]):
        assert run(AGREE, id=change, by=who["mof_maker"].pk) == 0
    assert agreed(who, change) == 1
    with make.acting(who["miit"]), refused("money_only_by_finance"):
        run(CONFIRM.format(table="grants_awardchange"), id=change, checker=who["miit"].pk)
    with make.acting(who["miit"]), refused("money_paper_is_kept"):
        run("update grants_awardchange set agreed_at = now() + interval '1 day'")
    assert confirm_change(who, change) == 1


@pytest.mark.parametrize("amount", ["250000000.00", "150000000.00"])
def test_a_confirmed_change_is_booked_and_nothing_else_moves_the_award(who, award, amount):
    from grants.models import Account, Award

    change = changed(who, award, amount)
    agreed(who, change)
    confirm_change(who, change)
    with make.acting(who["mof_checker"]):
        assert str(Award.objects.get(pk=award.pk).amount) == amount
        assert str(Account.objects.get(award=award, place="central").balance) == amount
        assert differences() == []
        for other in ("200000000.00", amount.replace("0.00", "1.00")):
            with refused("money_paper_is_kept"):
                run("update grants_award set amount = %(other)s", other=other)


@pytest.mark.parametrize("amount", ["250000000.00", "150000000.00"])
def test_a_changed_award_is_not_reversed(who, award, amount):
    """Of an award that grew there is money enough to take its first entry back: the change rests on it all the same."""
    from grants.models import Entry

    change = changed(who, award, amount)
    agreed(who, change)
    confirm_change(who, change)
    with make.acting(who["mof"]):
        entry = Entry.objects.get(award=award, kind="award")
    with make.acting(who["mof_maker"]), refused("reversal_of_the_last_step"):
        run(REVERSAL, **mof(who, entry=entry.pk))
    with pytest.raises(DomainError) as caught:
        make.entered_reversal(who, entry=entry, by="mof")
    assert caught.value.code in {"reversal_of_the_last_step", "not_enough"}


def test_an_award_that_does_not_stand_is_not_changed(who, world):
    from applications.models import Application
    from grants.domain import awards

    with make.acting(who["mof_maker"]) as by:
        row = Application.objects.select_related("batch__rule_set").get(pk=world.other)
        what = awards.AwardInput(Decimal("100000000.00"), make.paper("财建〔2026〕21号", file=make.pdf()))
        waits = awards.enter_award(by=by, application=row, what=what)
        with refused("award_change_of_what_stands"):
            run(CHANGE, **mof(who, award=waits.pk, amount="150000000.00"))


def test_a_change_that_waits_ends_with_its_award(who, award):
    """The award was taken back meanwhile: the change is not booked on it."""
    from grants.models import Entry

    change = changed(who, award)
    agreed(who, change)
    with make.acting(who["mof"]):
        entry = Entry.objects.get(award=award, kind="award")
    make.reversed_by(who, entry=entry, by="mof")
    with refused("award_change_of_what_stands"):
        confirm_change(who, change)


def test_a_document_does_not_count_without_its_sealed_file(who, two):
    with make.acting(who["mof_maker"]):
        paper = begun(who, two[0], sealed=False)
        line(who, paper, two[0])
        early()
    with make.acting(who["mof_checker"]), refused("money_paper_has_file"):
        run(CONFIRM.format(table="grants_issuepaper"), id=paper, checker=who["mof_checker"].pk)


def test_an_award_does_not_count_without_its_sealed_file(who, world):
    with make.acting(who["mof_maker"]), connection.cursor() as cursor:
        values = mof(who, application=world.application, batch=None, amount="1.00", no="财建〔2026〕77号")
        cursor.execute(f"{AWARD} returning id", values)
        award = cursor.fetchone()[0]
    with make.acting(who["mof_checker"]), refused("money_paper_has_file"):
        run(CONFIRM.format(table="grants_award"), id=award, checker=who["mof_checker"].pk)


def test_an_issue_or_a_change_is_not_entered_without_its_sealed_file(who, award):
    with make.acting(who["mof_maker"]):
        for sql, values in ((ALONE, {"tranche": 1, "amount": "1.00"}), (UNSEALED, {"amount": "150000000.00"})):
            with refused("money_paper_has_file"):
                run(sql, **mof(who, award=award.pk, **values))
            assert run(with_file(sql), **mof(who, award=award.pk, **values)) == 1


def test_one_that_waits_since_before_the_rule_is_refused_with_a_reason_only(fresh_db):
    import psycopg

    from grants.domain import award_changes, issues

    who, applications = make.live("350200", number=98, budget="300000000.00")
    award = make.awarded(who, application=applications[0], amount="200000000.00")
    issue = make.entered_issue(who, award=award, amount="1.00")
    change = changed(who, award)
    with psycopg.connect(databases.dsn("postgres", fresh_db), autocommit=True) as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute("update grants_issue set document_id = null")
        admin.execute("update grants_awardchange set document_id = null")
    agreed(who, change)
    with make.acting(who["mof_checker"]) as by:
        for table, pk in (("grants_issue", issue.pk), ("grants_awardchange", change)):
            with refused("money_paper_has_file"):
                run(CONFIRM.format(table=table), id=pk, checker=by.id)
        issue.refresh_from_db()
        assert issues.refuse_issue(by=by, issue=issue, why="without its file").state == "refused"
        from grants.models import AwardChange

        row = AwardChange.objects.get(pk=change)
        assert award_changes.refuse_award_change(by=by, award_change=row, why="without its file").state == "refused"
