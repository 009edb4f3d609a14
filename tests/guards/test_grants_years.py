"""Closing a year, attacked with raw SQL: after its end, in turn, by MOF, with whole books; nothing is booked afterwards."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import psycopg
import pytest
from django.test import Client
from django.urls import reverse

from grants.ledger.verifier import differences
from portal.core import clock
from tests import databases
from tests import factories_grants as make
from tests.grants.raw import CONFIRM, YEAR_CLOSE, guard_of, organisation, race, refused, run
from tests.worlds import standing

pytestmark = pytest.mark.guard
LAST_YEAR = make.today().year - 1


def on(year, month=6):
    return clock.at(datetime(year, month, 15, 10, tzinfo=clock.SHANGHAI))


@pytest.fixture
def old(who, world):
    """Last year a unit got 100 yuan and paid 30 of them."""
    with on(LAST_YEAR):
        award = make.funded_unit(who, application=world.application, award="200000000.00", held="100.00")
        make.paid(who, project=make.project(who, award), amount="30.00", number="V1")
    return award


def values(who, year=LAST_YEAR, **more):
    with make.acting(who["mof_maker"]) as by:
        return {"year": year, "organisation": organisation("MOF"), "maker": by.id, "no": "Y1", **more}


def entered(who, year=LAST_YEAR):
    from grants.models import YearClose

    with make.acting(who["mof_maker"]):
        run(YEAR_CLOSE, **values(who, year))
        return YearClose.objects.latest("pk").pk


def confirm(who, pk):
    with make.acting(who["mof_checker"]) as by:
        return run(CONFIRM.format(table="grants_yearclose"), id=pk, checker=by.id)


def balances(who):
    from grants.models import Account

    with make.acting(who["mof"]):
        return {row.place: row.balance for row in Account.objects.all()}


def test_what_is_unspent_is_carried_over_and_spent_first(who, old):
    from grants.models import Entry, YearClose

    confirm(who, entered(who))
    run("set constraints all immediate; set constraints all deferred")
    held = balances(who)
    assert (held["unit"], held["carry_over"]) == (Decimal("0.00"), Decimal("70.00"))
    with make.acting(who["mof"]):
        row = YearClose.objects.get()
        assert (row.entries, row.carried_over, row.surplus) == (4, Decimal("70.00"), Decimal("0.00"))
        assert row.digest == Entry.objects.get(year=LAST_YEAR, number=4).digest
    issue = make.issued(who, award=old, amount="50.00", received_on=make.today(), number="I2")
    make.passed_on(who, issue=issue, amount="50.00", number="P2")
    make.paid(who, project=make.project(who, old), amount="80.00", number="V2")
    held = balances(who)
    assert (held["carry_over"], held["unit"]) == (Decimal("0.00"), Decimal("40.00"))
    run("set constraints all immediate; set constraints all deferred")


def test_the_desk_says_which_year_is_to_be_closed(who, old):
    """Nobody was told that a year is over: what is unspent becomes surplus only when the years are closed in turn."""
    from portal.notifications.todo import for_actor

    def asked():
        with make.acting(who["mof_maker"]) as by:
            return [todo.url for todo in for_actor(by) if "/close/" in todo.url]

    with on(LAST_YEAR):
        assert asked() == []
    here = asked()
    assert here == [reverse("grants:close_year", args=[LAST_YEAR])]
    row = entered(who)
    assert asked() == []
    confirm(who, row)
    assert asked() == []
    with on(LAST_YEAR + 2):
        assert asked() == [reverse("grants:close_year", args=[LAST_YEAR + 1])]


def test_what_went_out_since_the_end_of_the_year_was_the_older_money(who, old):
    issue = make.issued(who, award=old, amount="50.00", received_on=make.today(), number="I2")
    make.passed_on(who, issue=issue, amount="50.00", number="P2")
    make.paid(who, project=make.project(who, old), amount="20.00", number="V2")
    confirm(who, entered(who))
    held = balances(who)
    assert (held["unit"], held["carry_over"]) == (Decimal("50.00"), Decimal("50.00"))


def test_what_was_taken_back_since_the_end_of_the_year_never_went_out(who, old):
    """A payment and a pass-on of this year, both reversed, leave all that was held at the end of the last one."""
    from grants.models import Entry

    make.paid(who, project=make.project(who, old), amount="20.00", number="V2")
    issue = make.issued(who, award=old, amount="50.00", received_on=make.today(), number="I2")
    make.passed_on(who, issue=issue, amount="50.00", number="P2")
    for number, level in (("V2", "unit"), ("P2", "province")):
        with make.acting(who["mof"]):
            entry = Entry.objects.get(document_no=number)
        make.reversed_by(who, entry=entry, by=level, number=f"冲销{number}")
    confirm(who, entered(who))
    held = balances(who)
    assert (held["unit"], held["carry_over"]) == (Decimal("0.00"), Decimal("70.00"))
    run("set constraints all immediate; set constraints all deferred")


def test_a_pass_on_of_last_year_that_is_taken_back_is_not_carried_over(who, old):
    from grants.models import Entry

    with on(LAST_YEAR):
        issue = make.issued(who, award=old, amount="50.00", received_on=make.today(), number="I2")
        make.passed_on(who, issue=issue, amount="50.00", number="P2")
    with make.acting(who["mof"]):
        entry = Entry.objects.get(document_no="P2")
    make.reversed_by(who, entry=entry, by="province")
    confirm(who, entered(who))
    held = balances(who)
    assert (held["unit"], held["carry_over"]) == (Decimal("0.00"), Decimal("70.00"))


def test_a_year_without_entries_is_closed_in_its_turn_and_makes_surplus(who, world):
    """A year closed late carries over into a year that is over: that one has no entry, and is closed with what it finds."""
    from grants.models import YearClose

    with on(LAST_YEAR - 1):
        make.funded_unit(who, application=world.application, award="200000000.00", held="100.00")
    with make.acting(who["mof_maker"]), refused("years_in_turn"):
        run(YEAR_CLOSE, **values(who))
    confirm(who, entered(who, LAST_YEAR - 1))
    assert balances(who)["carry_over"] == Decimal("100.00")
    confirm(who, entered(who))
    held = balances(who)
    assert (held["surplus"], held["carry_over"], held["unit"]) == (Decimal("100.00"), Decimal("0.00"), Decimal("0.00"))
    with make.acting(who["mof"]):
        row = YearClose.objects.get(year=LAST_YEAR)
        assert (row.entries, row.digest, row.carried_over, row.surplus) == (0, "", Decimal("0.00"), Decimal("100.00"))
        # The trail is not read by a ministry's people.
        assert {one.kind for one in differences()} <= {"event missing"}
    run("set constraints all immediate; set constraints all deferred")


def test_what_is_unspent_after_the_second_year_is_surplus(who, world):
    with on(LAST_YEAR - 1):
        award = make.funded_unit(who, application=world.application, award="200000000.00", held="100.00")
    with on(LAST_YEAR, 1):
        confirm(who, entered(who, LAST_YEAR - 1))
        make.paid(who, project=make.project(who, award), amount="30.00", number="V1")
        issue = make.issued(who, award=award, amount="9.00", received_on=make.today(), number="I2")
        make.passed_on(who, issue=issue, amount="9.00", number="P2")
    confirm(who, entered(who))
    held = balances(who)
    assert (held["surplus"], held["carry_over"], held["unit"]) == (Decimal("70.00"), Decimal("9.00"), Decimal("0.00"))
    run("set constraints all immediate; set constraints all deferred")


def test_nothing_is_booked_in_a_closed_year(who, old):
    """Not while the database's clock stands in it; a checker who dates the confirmation back confirms now."""
    payment = make.entered_payment(who, project=make.project(who, old), amount="1.00", number="V2")
    confirm(who, entered(who))
    back = CONFIRM.format(table="grants_payment").replace("now()", f"'{LAST_YEAR}-12-31'")
    with on(LAST_YEAR, 12), make.acting(who["unit_checker"]) as by, refused("entry_in_closed_year"):
        run(back, id=payment.pk, checker=by.id)
    with make.acting(who["unit_checker"]) as by:
        assert run(back, id=payment.pk, checker=by.id) == 1
        payment.refresh_from_db()
    assert payment.checked_at.year == LAST_YEAR + 1


@pytest.mark.parametrize(
    ("year", "guard"),
    [(make.today().year, "year_is_over"), (LAST_YEAR + 5, "year_is_over"), (LAST_YEAR - 3, "year_has_entries")],
)
def test_only_a_year_that_is_over_and_has_entries_is_closed(who, old, year, guard):
    make.issued(who, award=old, amount="1.00", number="I2")
    with make.acting(who["mof_maker"]), refused(guard):
        run(YEAR_CLOSE, **values(who, year))


def test_years_are_closed_in_turn_and_once(who, world, old):
    with on(LAST_YEAR - 1):
        make.issued(who, award=old, amount="1.00", number="I0")
    with make.acting(who["mof_maker"]), refused("years_in_turn"):
        run(YEAR_CLOSE, **values(who))
    confirm(who, entered(who, LAST_YEAR - 1))
    pk = entered(who)
    with make.acting(who["mof_maker"]), refused("year_close_once"):
        run(YEAR_CLOSE, **values(who, no="Y2"))
    assert confirm(who, pk) == 1


@pytest.mark.parametrize("person", ["miit", "mof", "province_maker", "unit_maker", "mof_checker"])
def test_only_makers_of_mof_enter_a_closing(who, old, person):
    with make.acting(who[person]), refused("money_only_by_finance"):
        run(YEAR_CLOSE, **values(who, maker=who[person].pk))


def test_what_a_closing_found_is_written_by_the_database_alone(who, old):
    from grants.models import YearClose

    pk = entered(who)
    with make.acting(who["mof_checker"]):
        assert YearClose.objects.get(pk=pk).entries == 0
        for column in ("entries", "carried_over", "surplus"):
            with refused("money_paper_is_kept"):
                run(f"update grants_yearclose set {column} = 5")
        with refused("InsufficientPrivilege"):
            run("delete from grants_yearclose")
    with make.acting(who["province_checker"]):
        assert not YearClose.objects.exists()


@pytest.fixture
def live(django_db_setup, django_db_blocker):
    """The same in a clone whose writes are kept."""
    with django_db_blocker.unblock(), standing(_built) as found:
        yield found


def _built():
    who, applications = make.live("350200", number=93, budget="300000000.00")
    with on(LAST_YEAR):
        award = make.funded_unit(who, application=applications[0], award="100000000.00", held="100.00")
    return who, award


def test_books_that_do_not_verify_are_not_closed(live):
    who, _award = live
    row = make.entered_year_close(who, LAST_YEAR)
    with psycopg.connect(databases.owner_dsn(), autocommit=True) as owner:
        owner.execute("alter table grants_entry disable trigger user")
        owner.execute("update grants_entry set document_no = 'other' where number = 2")
        owner.execute("alter table grants_entry enable trigger user")
    checker = who["mof_checker"].pk
    statement = (checker, CONFIRM.format(table="grants_yearclose"), {"id": row.pk, "checker": checker})
    assert race([statement]) == {"year_verifies": 1}


def test_a_booking_dated_back_and_the_closing_at_once(live):
    """Whichever is first: the year is closed over the booking, or the booking is refused."""
    who, award = live
    payment = make.entered_payment(who, project=make.project(who, award), amount="1.00", number="V1")
    close = make.entered_year_close(who, LAST_YEAR)
    mof, unit = who["mof_checker"].pk, who["unit_checker"].pk
    back = CONFIRM.format(table="grants_payment").replace("now()", f"'{LAST_YEAR}-12-31'")
    ended = race(
        [
            (mof, CONFIRM.format(table="grants_yearclose"), {"id": close.pk, "checker": mof}),
            (unit, back, {"id": payment.pk, "checker": unit}),
        ]
    )
    assert set(ended) <= {"done", "entry_in_closed_year"}
    assert ended["done"] >= 1
    assert differences("owner") == []


def test_the_owner_books_nothing_in_a_closed_year_and_the_verifier_would_see_it(live):
    who, award = live
    make.year_closed(who, LAST_YEAR)
    assert differences("owner") == []
    book = (
        "select money_book('return', %s, money_lines(money_account(%s, 'province', null),"
        f" money_account(%s, 'recovered', null), 0.01), '{{}}', 'x', null, %s, %s, '{LAST_YEAR}-12-31')"
    )
    people = [who["mof_maker"].pk, who["mof_checker"].pk]
    with psycopg.connect(databases.owner_dsn()) as owner:
        with pytest.raises(psycopg.Error) as error:
            owner.execute(book, [award.pk] * 3 + people)
        assert guard_of(error.value) == "entry_in_closed_year"
        owner.rollback()
        for statement in ("update grants_yearclose set year = 1990", "delete from grants_yearclose",
                          "truncate grants_yearclose cascade", "truncate grants_reversal cascade"):  # fmt: skip
            with pytest.raises(psycopg.Error) as error, owner.transaction():
                owner.execute(statement)
            assert guard_of(error.value) in {"ledger_is_append_only", "money_paper_is_kept"}
        owner.execute("alter table grants_yearclose disable trigger user")
        owner.execute("update grants_yearclose set entries = entries - 1")
        owner.execute("alter table grants_yearclose enable trigger user")
        owner.commit()
    assert {one.kind for one in differences("owner")} == {"entry in a closed year"}


def test_a_year_passed_over_before_a_closed_one_stays_as_it_is(live):
    """Before years without entries could be closed, the next one was: what is carried over now is younger money."""
    who, _award = live
    make.year_closed(who, LAST_YEAR)
    with psycopg.connect(databases.owner_dsn()) as owner:
        owner.execute("alter table grants_yearclose disable trigger user")
        owner.execute("update grants_yearclose set year = year + 1")
        owner.execute("alter table grants_yearclose enable trigger user")
    maker = who["mof_maker"].pk
    assert race([(maker, YEAR_CLOSE, values(who, no="Y2"))]) == {"years_in_turn": 1}
    page = Client(headers={"accept-language": "en"})
    page.force_login(who["mof_maker"])
    assert f"/grants/years/{LAST_YEAR}/close/" not in page.get("/grants/years/").content.decode()
    assert page.get(f"/grants/years/{LAST_YEAR}/close/").status_code == 404
