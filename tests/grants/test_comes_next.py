"""Whoever only looks on is told who has to do what with an award, and by when."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace as Row

import pytest
from django.utils import translation

from grants.comes_next import steps


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def award(**how):
    rules = Row(first_tranche_share=Decimal("0.5"))
    given = {"state": "confirmed", "amount": Decimal(200), "batch": Row(rule_set=rules), "organisation": "MOF"}
    place = {"province": "Fujian", "unit": "Xiamen", "at_unit": Decimal(0), "surplus": Decimal(0)}
    return Row(**{"assessment_passed_on": None, **given, **place, **how})


def issue(**how):
    given = {"state": "confirmed", "tranche": 1, "amount": Decimal(100), "held": Decimal(100), "document_no": "1号"}
    return Row(**{**given, "received_on": None, "due_on": date(2026, 5, 1), **how})


def words(*given):
    return [step.text for step in steps(*given)]


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
    assert len(words(award(), [issue(held=Decimal(0))])) == 1


def test_the_unit_spends_what_came_first_by_the_end_of_the_next_year():
    came = [
        Row(
            state="confirmed",
            document_no="2号",
            amount=Decimal(60),
            arrival=Row(arrived_on=date(2027, 3, 1)),
            passed_on=date(2026, 12, 9),
        ),
        Row(
            state="confirmed",
            document_no="3号",
            amount=Decimal(40),
            arrival=Row(arrived_on=date(2026, 3, 1)),
            passed_on=date(2026, 1, 9),
        ),
    ]
    done = [issue(held=Decimal(0))]
    assert steps(award(at_unit=Decimal(60)), done, came)[-1].due_on == date(2028, 12, 31)
    assert steps(award(at_unit=Decimal(61)), done, came)[-1].due_on == date(2027, 12, 31)
    came[0].arrival = None
    assert "confirms that" in " ".join(words(award(), done, came))
    assert steps(award(at_unit=Decimal(60)), done, came)[-1].due_on == date(2027, 12, 31)


def test_surplus_goes_back():
    done = [issue(held=Decimal(0))]
    *_before, back = words(award(at_unit=Decimal(40), surplus=Decimal(40)), done)
    assert "returns" in back
    *_before, back, paid = words(award(at_unit=Decimal(70), surplus=Decimal(40)), done)
    assert "40.00" in back
    assert "30.00" in paid


def test_the_second_tranche_after_the_assessment():
    done = [issue(held=Decimal(0))]
    assert "issues the second" in words(award(assessment_passed_on=date(2028, 1, 1)), done)[0]
    mends = [Row(state="confirmed", result="rectify", rectify_by=date(2028, 6, 1))]
    assert steps(award(), done, [], mends)[0].due_on == date(2028, 6, 1)
    assert "not issued" in words(award(), done, [], [Row(state="confirmed", result="failed")])[0]
    assert words(award(), [*done, issue(tranche=2, held=Decimal(0))]) == []
