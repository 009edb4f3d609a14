"""The register of findings as a report: each reader's part of it, what became of each finding, sums that agree."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from portal.core import clock
from portal.core.scope import acting_as
from portal.reports.writers.shown import DASH
from tests import factories_audit as audit
from tests import factories_grants as make
from tests.grants.conftest import others, who, world
from tests.reports import every

__all__ = ["others", "who", "world"]
NAME = "audit.findings"


@pytest.fixture
def people(who, world, cast):
    make.awarded(who, application=world.application, amount="200000000.00")
    return audit.team(cast)


@pytest.fixture
def award(people, world):
    from grants.models import Award

    with make.acting(people["lead"]):
        return Award.objects.get(application=world.application)


@pytest.fixture
def register(people, award):
    """A draft, a finding that waits for its reply, and one whose rectification was reported, with an amount."""
    held = audit.engagement(people, "second", "third")
    return {
        "draft": audit.at("draft", people, held, award, title="Nobody else reads this"),
        "shown": audit.at("shown", people, held, award, title="Waits"),
        "reported": audit.at("reported", people, held, award, title="Reported", amount="1250.00", grade="grave"),
    }


def read(person, **given):
    """The sheets of the report by name, as this person's page shows them; or why there is none."""
    with acting_as(person.pk) as by, translation.override("en"):
        found = every.shown(by, NAME, given)
    return found if isinstance(found, str) else {sheet.sheet.name: sheet for sheet in found.sheets}


def titles(sheets) -> list[str]:
    return [row[4][1] for row in sheets["findings"].rows]


def test_each_reads_a_part_of_the_register(people, register):
    assert titles(read(people["lead"])) == ["Nobody else reads this", "Waits", "Reported"]
    assert titles(read(people["bureau"])) == ["Waits", "Reported"]  # of its province, once they were shown
    assert titles(read(people["other_bureau"])) == []
    assert titles(read(people["unit"])) == ["Waits", "Reported"]
    for name in ("elsewhere", "province", "mof"):
        assert titles(read(people[name])) == [], name
    assert read(people["reviewer"]) == "not allowed"


def test_it_says_what_became_of_each_finding(people, register):
    sheets = read(people["unit"])
    waits, reported = ([value for _column, value in row] for row in sheets["findings"].rows)
    head = [str(column.label) for column in sheets["findings"].sheet.columns]
    assert reported[head.index("Amount concerned (yuan)")] == "1,250.00"
    assert reported[head.index("Grade")] == "grave"
    assert waits[head.index("Replied")] == DASH
    for label in ("Shown", "Reply by", "To be rectified by", "Rectification reported"):
        assert reported[head.index(label)] != DASH, label
    words = [[value for _column, value in row] for row in sheets["rectification"].rows]
    assert "The milestone was reached meanwhile." in words[1]
    assert words[0][3] == "Show how the milestone was reached, or give the money back."


def test_counts_and_amounts_agree_with_the_findings(people, register):
    from portal.audit.models import Finding

    sheets = read(people["lead"])
    with make.acting(people["lead"]):
        amount = sum(
            (row.current.amount or Decimal(0) for row in Finding.objects.select_related("current")), Decimal(0)
        )
    for name in ("grades", "bodies"):
        found = sheets[name].sums.found
        assert (found[1], found[2], found[4], found[5]) == (3, 3, 0, amount), name
    assert sheets["findings"].sums.found[8] == amount == Decimal("1250.00")


def test_parameters_narrow_it(people, register):
    lead = people["lead"]
    assert titles(read(lead, state="shown")) == ["Waits"]
    assert titles(read(lead, grade="grave")) == ["Reported"]
    assert titles(read(lead, province="350000")) == ["Nobody else reads this", "Waits", "Reported"]
    assert titles(read(lead, province="360000")) == []
    assert titles(read(lead, late=True)) == []
    with clock.at(clock.now() + timedelta(days=60)):
        assert titles(read(lead, late=True)) == ["Waits"]
        assert read(lead)["findings"].rows[1][16][1] == "yes"


@pytest.mark.parametrize("count", [1, 4])
def test_it_costs_the_same_at_any_size(people, award, budget, count):
    held = audit.engagement(people, "second", "third")
    for _number in range(count):
        audit.at("reported", people, held, award)
    with acting_as(people["lead"].pk) as by, translation.override("en"), clock.at(clock.now()):
        made = every.order(by, NAME, "xlsx", {})
        from portal.accounts.reports_findings import read as findings

        with budget(3):
            assert len(findings(by, made).tables[2].rows) == count
