"""Taking an entry back, attacked with raw SQL: once, by its own level, while the money is there, with all it means."""

from __future__ import annotations

from decimal import Decimal

import psycopg
import pytest

from grants.ledger.verifier import differences
from tests import databases
from tests import factories_grants as make
from tests.grants.conftest import people_of
from tests.grants.raw import (
    AWARD,
    CONFIRM,
    ISSUE,
    PASS_ON,
    PAYMENT,
    REVERSAL,
    guard_of,
    organisation,
    race,
    refused,
    run,
)
from tests.worlds import further

pytestmark = pytest.mark.guard
LEVELS = {"award": "mof", "issue": "mof", "pass_on": "province", "payment": "unit"}
HOMES = {"mof": "MOF", "province": "CZ350000", "unit": "CZ350200"}


@pytest.fixture
def paid(who, world):
    """A unit that got 100 yuan and paid 60 of them: four entries."""
    return further(_paid, world.application)


def _paid(application):
    who = people_of("350200")
    award = make.funded_unit(who, application=application, award="200000000.00", held="100.00")
    make.paid(who, project=make.project(who, award), amount="60.00", number="V1")
    return award


def entry_of(who, kind):
    from grants.models import Entry

    with make.acting(who["mof"]):
        return Entry.objects.filter(kind=kind).order_by("-number").first()


def values(who, kind, **more):
    level = LEVELS[kind]
    with make.acting(who[f"{level}_maker"]) as by:
        home = organisation(HOMES[level])
    return {"entry": entry_of(who, kind).pk, "organisation": home, "maker": by.id, "no": "C1", **more}


def balances(who):
    from grants.models import Account

    with make.acting(who["mof"]):
        return {row.place: row.balance for row in Account.objects.all()}


def enter(who, kind, **more):
    """The maker of the entry's level enters a reversal by raw SQL; gives its number."""
    from grants.models import Reversal

    with make.acting(who[f"{LEVELS[kind]}_maker"]):
        run(REVERSAL, **values(who, kind, **more))
        return Reversal.objects.latest("pk").pk


def confirm(who, kind, pk):
    checker = who[f"{LEVELS[kind]}_checker"]
    with make.acting(checker):
        return run(CONFIRM.format(table="grants_reversal"), id=pk, checker=checker.pk)


def test_a_payment_is_taken_back_and_counts_no_more(who, paid):
    from grants.models import Entry, GrantProject, Payment
    from grants.queries.awards import projects

    assert confirm(who, "payment", enter(who, "payment")) == 1
    held = balances(who)
    assert (held["unit"], held["project"]) == (Decimal("100.00"), Decimal("0.00"))
    with make.acting(who["mof"]) as by:
        assert Payment.objects.get().state == "reversed"
        entry = Entry.objects.get(kind="reversal")
        assert (entry.number, entry.reverses.kind) == (5, "payment")
        assert [line.amount for line in entry.lines.all()] == [Decimal("60.00"), Decimal("-60.00")]
        assert projects(by.scope).get(pk=GrantProject.objects.order_by("pk").first().pk).paid == 0
    run("set constraints all immediate; set constraints all deferred")
    make.paid(who, project=make.project(who, paid), amount="60.00", number="V1")
    assert balances(who)["unit"] == Decimal("40.00")


@pytest.mark.parametrize("kind", ["award", "issue", "pass_on", "payment"])
def test_what_is_reversed_from_the_end_frees_each_limit(who, world, paid, kind):
    """Each step is taken back in turn, the last first; afterwards the same may be entered anew up to its limit."""
    from grants.models import Award, Issue

    for step in ("payment", "pass_on", "issue", "award"):
        confirm(who, step, enter(who, step, no=f"C {step}"))
        if step == kind:
            break
    run("set constraints all immediate; set constraints all deferred")
    again = {"maker": who[f"{LEVELS[kind]}_maker"].pk, "no": "N1"}
    with make.acting(who[f"{LEVELS[kind]}_maker"]):
        again["organisation"] = organisation(HOMES[LEVELS[kind]])
        if kind == "award":
            run(AWARD, application=world.application, amount="300000000.00", **again)
            assert Award.objects.count() == 2
        elif kind == "issue":
            run(ISSUE, award=paid.pk, tranche=1, amount="100000000.00", **again)
        elif kind == "pass_on":
            run(PASS_ON, issue=Issue.objects.get().pk, amount="100.00", **again)
        else:
            from grants.models import GrantProject, Payment

            project, voucher = GrantProject.objects.order_by("pk").first(), Payment.objects.get().document_id
            asked = make.request_rows(who, project, "20000000.00")
            run(PAYMENT, project=project.pk, document=voucher, amount="20000000.00", request=asked, **again)


@pytest.mark.parametrize("kind", ["award", "issue"])
def test_a_step_on_which_another_rests_stays(who, paid, kind):
    with make.acting(who["mof_maker"]), refused("reversal_of_the_last_step"):
        run(REVERSAL, **values(who, kind))


def test_money_that_has_moved_on_is_not_taken_back(who, paid):
    """The unit holds 40 of the 100 it got."""
    pk = enter(who, "pass_on")
    with refused("account_never_below_zero"):
        confirm(who, "pass_on", pk)
    assert balances(who)["unit"] == Decimal("40.00")


def test_an_entry_is_taken_back_once(who, paid):
    pk = enter(who, "payment")
    with make.acting(who["unit_maker"]), refused("reversal_once_per_entry"):
        run(REVERSAL, **values(who, "payment", no="C2"))
    confirm(who, "payment", pk)
    with make.acting(who["unit_maker"]), refused("reversal_once_per_entry"):
        run(REVERSAL, **values(who, "payment", no="C3"))


def test_a_reversal_is_not_taken_back(who, paid):
    confirm(who, "payment", enter(who, "payment"))
    entry = entry_of(who, "reversal").pk
    with make.acting(who["unit_maker"]), refused("money_only_by_finance"):
        run(REVERSAL, **values(who, "payment", no="C2") | {"entry": entry})


@pytest.mark.parametrize("person", ["miit", "mof", "mof_maker", "province_maker", "unit_checker"])
def test_only_the_level_of_the_entry_takes_it_back(who, paid, person):
    with make.acting(who[person]), refused("money_only_by_finance"):
        run(REVERSAL, **values(who, "payment", maker=who[person].pk))


def test_maker_of_a_reversal_does_not_confirm_it(cast, who, paid):
    from portal.accounts.cast import ensure_user

    both = cast("finance_maker", "CZ350200", 7)
    databases.committed(lambda: ensure_user(both.email, both.name, "CZ350200", "finance_checker"))
    with make.acting(both):
        run(REVERSAL, **values(who, "payment", maker=both.pk))
        from grants.models import Reversal

        pk = Reversal.objects.get().pk
        with refused("reversal_checker_is_not_maker"):
            run(CONFIRM.format(table="grants_reversal"), id=pk, checker=both.pk)


def test_amount_and_place_are_those_of_the_entry(who, paid):
    from grants.models import Reversal

    pk = enter(who, "payment")
    with make.acting(who["unit_checker"]):
        row = Reversal.objects.get(pk=pk)
        assert (row.amount, row.unit_id, row.award_id) == (Decimal("60.00"), "350200", paid.pk)
        with refused("money_paper_is_kept"):
            run("update grants_reversal set reason = 'other'")
        with refused("InsufficientPrivilege"):
            run("delete from grants_reversal")


def test_nobody_marks_a_paper_as_reversed(who, paid):
    with make.acting(who["unit_checker"]), refused("paper_reversed_by_its_entry"):
        run("update grants_payment set state = 'reversed'")


def test_the_books_are_whole_afterwards_and_say_so_when_they_are_not(fresh_db):
    who, applications = make.live("350200", number=96, budget="300000000.00")
    award = make.funded_unit(who, application=applications[0], award="100000000.00", held="100.00")
    make.paid(who, project=make.project(who, award), amount="60.00", number="V1")
    make.reversed_by(who, entry=entry_of(who, "payment"), by="unit")
    assert differences("owner") == []
    with psycopg.connect(databases.owner_dsn(), autocommit=True) as owner:
        for table in ("entry", "line", "payment", "account"):
            owner.execute(f"alter table grants_{table} disable trigger user")
        for statement, kind in [
            ("update grants_payment set state = 'confirmed'", "booked without a confirmed paper"),
            (
                "update grants_line set after = after + 1 where id = (select max(id) from grants_line)",
                "running balance",
            ),
            ("update grants_account set payments = 5 where place = 'project'", "number of payments"),
        ]:
            owner.execute("begin")
            owner.execute(statement)
            owner.execute("commit")
            found = {one.kind for one in differences("owner")}
            assert any(one.startswith(kind) for one in found), (statement, found)


def test_checker_and_reversal_at_once(fresh_db):
    """Eight connections pay from the unit while eight take the pass-on back: never below zero, one side wins."""
    who, applications = make.live("350200", number=97, budget="300000000.00")
    award = make.funded_unit(who, application=applications[0], award="100000000.00", held="10.00")
    payment = make.entered_payment(who, project=make.project(who, award), amount="6.00", number="V1")
    back = make.entered_reversal(who, entry=entry_of(who, "pass_on"), by="province")
    unit, province = who["unit_checker"].pk, who["province_checker"].pk
    pay = (unit, CONFIRM.format(table="grants_payment"), {"id": payment.pk, "checker": unit})
    take = (province, CONFIRM.format(table="grants_reversal"), {"id": back.pk, "checker": province})
    ended = race([pay, take] * 8)
    assert ended["account_never_below_zero"] >= 1
    assert set(ended) <= {"done", "account_never_below_zero", "money_paper_is_kept"}
    assert entry_of(who, "payment") is None or entry_of(who, "reversal") is None
    assert differences("owner") == []


def test_a_pass_on_entered_while_its_issue_is_taken_back(fresh_db):
    who, applications = make.live("350200", number=98, budget="300000000.00")
    award = make.awarded(who, application=applications[0], amount="200.00")
    issue = make.issued(who, award=award, amount="100.00", received_on=make.today())
    back = make.entered_reversal(who, entry=entry_of(who, "issue"), by="mof")
    with make.acting(who["province_maker"]):
        home = organisation("CZ350000")
    maker, checker = who["province_maker"].pk, who["mof_checker"].pk
    enter_one = {"organisation": home, "maker": maker, "issue": issue.pk, "amount": "60.00", "no": "R"}
    take = (checker, CONFIRM.format(table="grants_reversal"), {"id": back.pk, "checker": checker})
    ended = race([take, (maker, PASS_ON, enter_one)])
    assert ended["done"] == 1
    assert set(ended) <= {"done", "pass_on_after_receipt", "reversal_of_the_last_step"}
    assert differences("owner") == []


@pytest.mark.parametrize(
    ("kind", "places", "guard"),
    [
        ("use", ("project", "used"), None),
        ("recovery", ("used", "surplus"), None),
        ("return", ("surplus", "province"), None),
        ("return", ("province", "recovered"), None),
        ("return", ("unit", "recovered"), "line_on_its_way"),
        ("use", ("unit", "used"), "line_on_its_way"),
        ("return", ("recovered", "province"), "line_on_its_way"),
        ("recovery", ("surplus", "unit"), "line_on_its_way"),
    ],
)
def test_kinds_of_later_papers_move_money_on_their_way_only(fresh_db, kind, places, guard):
    """By hand, past the check that an entry names its paper: the way is held besides."""
    who, applications = make.live("350200", number=99, budget="300000000.00")
    award = make.funded_unit(who, application=applications[0], award="100000000.00", held="100.00")
    project = make.project(who, award)
    make.paid(who, project=project, amount="60.00", number="V1")
    # Each step leaves one yuan behind, so that only the way is left to refuse.
    way = [
        ("use", "project", "used", 60),
        ("recovery", "used", "surplus", 59),
        ("return", "surplus", "province", 58),
        ("return", "province", "recovered", 57),
    ]
    steps = [step[:3] for step in way]
    reached = steps.index((kind, *places)) if guard is None else len(way) - 1
    book = (
        "select money_book(%(kind)s, %(award)s, money_lines(money_account(%(award)s, %(source)s, %(from)s),"
        " money_account(%(award)s, %(target)s, %(to)s), %(amount)s), '{}', 'x', null, %(maker)s, %(checker)s, now())"
    )

    def move(owner, step, source, target, amount):
        of = {"project": project.pk, "used": project.pk}
        people = {"maker": who["unit_maker"].pk, "checker": who["unit_checker"].pk}
        owner.execute(
            book,
            {"kind": step, "award": award.pk, "amount": amount, "source": source, "target": target, "from": of.get(source),
             "to": of.get(target), **people},
        )  # fmt: skip

    with psycopg.connect(databases.owner_dsn()) as owner:
        owner.execute("alter table grants_entry drop constraint entry_names_its_document")
        for step in way[: reached + 1]:
            move(owner, *step)
        if guard:
            with pytest.raises(psycopg.Error) as error:
                move(owner, kind, *places, 1)
            assert guard_of(error.value) == guard
            owner.rollback()
        else:
            owner.commit()
    if guard is None:
        assert balances(who)[places[1]] >= Decimal("57.00")
        assert {one.kind for one in differences("owner")} == {"booked without a confirmed paper"}


def test_not_even_the_owner_books_another_amount_back_or_an_entry_without_its_event(fresh_db):
    who, applications = make.live("350200", number=92, budget="300000000.00")
    award = make.funded_unit(who, application=applications[0], award="100000000.00", held="100.00")
    make.paid(who, project=make.project(who, award), amount="60.00", number="V1")
    entry = entry_of(who, "payment")
    back = make.entered_reversal(who, entry=entry, by="unit")
    book = (
        "select money_book('reversal', %s, (select jsonb_agg(jsonb_build_array(account_id, (-amount / 2)::text)"
        " order by id) from grants_line where entry_id = %s), jsonb_build_object('reversal', %s::bigint, 'reverses',"
        " %s::bigint), 'x', null, %s, %s, now())"
    )
    people = [who["unit_maker"].pk, who["unit_checker"].pk]
    with psycopg.connect(databases.owner_dsn()) as owner:
        owner.execute(book, [award.pk, entry.pk, back.pk, entry.pk, *people])
        with pytest.raises(psycopg.Error) as error:
            owner.commit()
        assert guard_of(error.value) == "reversal_is_the_opposite"
        owner.rollback()
        with pytest.raises(psycopg.Error) as error:
            owner.execute(
                "insert into grants_entry (award_id, year, number, kind, document_no, maker_id, checker_id, booked_at,"
                " event_id, digest) select award_id, 2031, 1, 'use', 'x', maker_id, checker_id, now(), event_id, digest"
                " from grants_entry limit 1"
            )
        assert guard_of(error.value) == "entry_has_its_event"
