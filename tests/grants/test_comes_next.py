"""Whoever only looks on is told who has to do what with an award, and by when."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace as Row

import psycopg
import pytest
from django.db import connection
from django.utils import translation

from grants.comes_next import steps
from grants.queries.ahead import Ahead, ahead_of
from grants.queries.awards import award_of
from portal.core import clock
from portal.programme.models import PilotUnit
from tests import databases
from tests import factories_assessing as assess
from tests import factories_ending as end
from tests import factories_grants as make
from tests.grants.conftest import people_of
from tests.worlds import further


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def award(**how):
    batch = Row(rule_set=Row(first_tranche_share=Decimal("0.5")), state="running")
    given = {"state": "confirmed", "amount": Decimal(200), "batch": batch, "organisation": "MOF"}
    place = {"province": "Fujian", "unit": "Xiamen", "at_unit": Decimal(0), "surplus": Decimal(0)}
    return Row(**{"assessment_passed_on": None, **given, **place, **how})


def issue(**how):
    given = {"state": "confirmed", "tranche": 1, "amount": Decimal(100), "held": Decimal(100), "document_no": "1号"}
    return Row(**{**given, "entered": Decimal(0), "received_on": None, "due_on": date(2026, 5, 1), **how})


def result(kind, *, pk=1, state="confirmed", for_good=False, rectify_by=None):
    return Row(pk=pk, state=state, result=kind, for_good=for_good, rectify_by=rectify_by)


def pass_on(year, amount, *, month=6, day=1, arrival=True, **how):
    """A pass-on that was checked on a day (ten minutes past midnight in Beijing), the day before by other clocks."""
    checked = datetime(year, month, day, 0, 10, tzinfo=clock.SHANGHAI)
    given = {"state": "confirmed", "document_no": f"{year}号", "passed_on": checked.date(), "due_on": None}
    return Row(**given | {"amount": Decimal(amount), "checked_at": checked, "arrival": arrival or None} | how)


def words(*given):
    return [step.text for step in steps(*given)]


def days(*given):
    """What the unit pays, as the sentence has it, with its day."""
    return [(step.text.split("pays ")[1].split()[0], step.due_on) for step in steps(*given) if "pays " in step.text]


DONE = [issue(held=Decimal(0))]


def test_before_anything_was_issued():
    assert words(award(state="entered")) == ["Another person of MOF confirms or refuses the award."]
    assert words(award(state="refused")) == []
    first, second = words(award())
    assert "Ministry of Finance issues" in first
    assert "100.00" in first
    assert "waits for the final assessment" in second


def test_the_province_has_a_day():
    found = steps(award(), [issue()])
    assert [step.due_on for step in found] == [None, date(2026, 5, 1)]
    assert "Fujian records the receipt" in found[1].text
    assert "Fujian passes" in words(award(), [issue(received_on=date(2026, 4, 1))])[1]
    assert len(words(award(), DONE)) == 1


def test_what_waits_for_its_checker_is_named_once():
    """A pass-on that was entered stood there with its checker, and its money as what is still to be passed on."""
    waits = pass_on(2026, 100, state="entered")
    found = words(award(), [issue(received_on=date(2026, 4, 1), entered=Decimal(100))], [waits])
    assert ["confirms or refuses pass-on" in text for text in found] == [False, True]
    part = words(award(), [issue(received_on=date(2026, 4, 1), entered=Decimal(40))], [waits])
    assert "60.00 on to Xiamen" in part[1].replace("yuan ", "").replace("¥", "")


def test_what_came_first_is_paid_by_the_end_of_the_year_after_its_booking():
    """The newest is what is left; the books go by the check, whenever it was sent, and whenever it arrived."""
    came = [pass_on(2027, 60, passed_on=date(2026, 12, 9)), pass_on(2026, 40)]
    assert days(award(at_unit=Decimal(60)), DONE, came) == [("60.00", date(2028, 12, 31))]
    assert days(award(at_unit=Decimal(61)), DONE, came) == [
        ("1.00", date(2027, 12, 31)),
        ("60.00", date(2028, 12, 31)),
    ]
    came[0] = pass_on(2027, 60, month=1, arrival=False, passed_on=date(2026, 12, 30))
    assert "confirms that" in " ".join(words(award(), DONE, came))
    assert days(award(at_unit=Decimal(60)), DONE, came) == [("60.00", date(2028, 12, 31))]


def test_carry_over_is_paid_by_the_end_of_the_year_that_is_open():
    """Closing it makes surplus of what is still there, whenever the money came."""
    came = [pass_on(2027, 60), pass_on(2026, 40)]
    both = Ahead(carried=Decimal(40), open_year=2027)
    assert days(award(at_unit=Decimal(100)), DONE, came, [], both) == [
        ("40.00", date(2027, 12, 31)),
        ("60.00", date(2028, 12, 31)),
    ]
    # Taken back after its year was closed: it lies with the unit anew, and is carried over with the open year.
    assert days(award(at_unit=Decimal(5)), DONE, came[1:], [], Ahead(open_year=2029)) == [("5.00", date(2030, 12, 31))]


def test_surplus_goes_back():
    *_before, back = words(award(at_unit=Decimal(40), surplus=Decimal(40)), DONE)
    assert "returns" in back
    *_before, back, paid = words(award(at_unit=Decimal(70), surplus=Decimal(40)), DONE)
    assert "40.00" in back
    assert "30.00" in paid


def test_the_newest_result_says_what_comes():
    by = date(2028, 6, 1)
    assert "MIIT" not in words(award(), DONE, [], [result("failed")])[0]
    assert "may be assessed again" in words(award(), DONE, [], [result("failed")])[0]
    rows = [result("rectify", pk=2, rectify_by=by), result("failed")]
    (step,) = steps(award(), DONE, [], rows)
    assert (step.due_on, "Xiamen mends" in step.text) == (by, True)
    (step,) = steps(award(), DONE, [], rows, Ahead(mended=2))
    assert (step.due_on, "was mended" in step.text) == (None, True)
    assert "mends" in words(award(), DONE, [], rows, Ahead(mended=1))[0]
    assert "result of the final" in words(award(), DONE, [], [result("passed", state="entered"), *rows])[0]
    assert "may be assessed again" in words(award(), DONE, [], [result("passed", state="refused"), result("failed")])[0]


def test_what_failed_for_good_gets_nothing_more():
    rows = [result("failed", for_good=True), result("failed")]
    (text,) = words(award(at_unit=Decimal(50)), [], [pass_on(2026, 50)], rows)
    assert "not issued" in text
    assert "returns" in words(award(at_unit=Decimal(50), surplus=Decimal(50)), [], [], rows)[-1]


def test_the_second_tranche_as_far_as_it_is_left():
    passed = award(assessment_passed_on=date(2028, 1, 1))
    assert "100.00 of the second" in words(passed, DONE)[0].replace(" yuan", "")
    assert words(passed, DONE, [], [], Ahead(reduced=Decimal(0))) == []
    assert "30.00" in words(passed, DONE, [], [], Ahead(reduced=Decimal(30)))[0]
    part = [*DONE, issue(tranche=2, amount=Decimal(40), held=Decimal(0))]
    assert "60.00" in words(passed, part)[0]
    assert words(passed, part, [], [], Ahead(reduced=Decimal(40))) == []
    assert words(passed, [*DONE, issue(tranche=2, held=Decimal(0))]) == []


def test_nothing_comes_in_an_archived_batch():
    row = award(at_unit=Decimal(50), surplus=Decimal(10))
    row.batch.state = "archived"
    assert words(row, [issue()], [pass_on(2026, 50, arrival=False)]) == []


def test_the_unit_that_follows_acts():
    after = Ahead(follower="Zhangzhou")
    row = award(at_unit=Decimal(50), surplus=Decimal(10))
    waits = [issue(received_on=date(2026, 4, 1))]
    found = words(row, waits, [pass_on(2026, 50, arrival=False)], [result("rectify")], after)
    assert [text for text in found if "Xiamen" in text] == []
    assert sum("Zhangzhou" in text for text in found) == 5


def _followed(application):
    """A batch whose unit an approved change of its plan let another one follow."""
    who = people_of("350200")
    award = make.funded_unit(who, application=application, award="200000000.00", held="100.00")
    with psycopg.connect(databases.dsn("postgres", connection.settings_dict["NAME"])) as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute("update applications_application set successor_unit_id = '350600' where id = %s", [application])
    return end.batch_of(who, award)


class TestAhead:
    """What the steps hang on, as the books and results have it."""

    @pytest.fixture
    def held(self, who, world):
        return make.funded_unit(who, application=world.application, award="200000000.00", held="100.00")

    def seen(self, user, award):
        with make.acting(user) as by:
            return ahead_of(award_of(by, award.pk))

    def test_carried_over_and_the_year_that_is_open(self, who, world):
        year = make.today().year - 2
        with clock.at(datetime(year, 12, 28, 10, tzinfo=clock.SHANGHAI)):
            award = make.funded_unit(who, application=world.application, award="200000000.00", held="100.00")
        assert self.seen(who["unit_maker"], award) == Ahead()
        make.year_closed(who, year)
        for person in ("unit_maker", "province_maker", "mof", "auditor"):
            assert self.seen(who[person], award) == Ahead(carried=Decimal(100), open_year=year + 1)

    def test_a_rectification_that_waits(self, who, held, world):
        row = assess.result(who, held, "rectify")
        assert self.seen(who["mof"], held).mended is None
        assess.mended(who, row, confirmed=False)
        assert self.seen(who["unit_maker"], held).mended == row.pk

    def test_the_unit_that_follows(self, who, world):
        batch = further(_followed, world.application)
        award = end.award_of(who, batch)
        assert self.seen(who["mof"], award).follower == PilotUnit.objects.get(pk="350600")

    def test_its_page_in_an_archived_batch_names_no_step(self, who, world, client_as):
        batch = further(end.archived, world.application)
        award = end.award_of(who, batch)
        client = client_as(who["mof_maker"])
        assert 'id="comes-next"' not in client.get(f"/grants/awards/{award.pk}/").content.decode()

    def test_its_page_names_the_steps(self, who, held, client_as):
        page = client_as(who["mof_maker"]).get(f"/grants/awards/{held.pk}/").content.decode()
        assert 'id="comes-next"' in page
