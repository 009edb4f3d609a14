"""Every workbook and every CSV that is taken away leaves an event, and not only those of tables."""

from __future__ import annotations

import pytest
from django.urls import reverse

from portal.audit.models import Event
from tests import factories_grants as make
from tests import factories_performance as perform


@pytest.fixture(scope="module", autouse=True)
def plans(world, django_db_blocker):
    with django_db_blocker.unblock():
        perform.planned(world.application)


@pytest.fixture
def report(cast, who, world):
    team = perform.people(cast)
    who["drafter"] = team["drafter"]
    return perform.drafted(team, perform.awarded(who, world.application))


TAKEN = [
    ("miit", "reviews:export_pool", []),
    ("miit", "reviews:export_pool", ["format=csv"]),
    ("auditor", "applications:export_list", ["{application}", "enterprises"]),
    ("auditor", "applications:export_list", ["{application}", "enterprises", "format=csv"]),
    ("drafter", "grants:export_progress", ["{report}"]),
    ("drafter", "grants:export_progress", ["{report}", "format=csv"]),
    ("mof_maker", "grants:issue_lines_template", ["90", "1"]),
    ("unit_maker", "grants:bank_template", []),
    ("unit_maker", "grants:invoice_template", []),
    ("miit", "grants:equipment_template", []),
    ("auditor", "audit:trail", ["format=csv"]),
]


@pytest.mark.parametrize(("person", "route", "parts"), TAKEN)
def test_who_takes_a_file_away_stands_in_the_trail(person, route, parts, client_as, who, world, report):
    values = [part.format(application=world.application, report=report.pk) for part in parts]
    query = "".join(f"?{value}" for value in values if "=" in value)
    address = reverse(route, args=[value for value in values if "=" not in value]) + query
    answer = client_as(who[person]).get(address)
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    assert list(answer)
    with make.acting(who["auditor"]):
        found = Event.objects.filter(act="core.export", actor=who[person].pk)
        assert [event.after["address"] for event in found] == [address]
