"""What lists over many applications cost: requests to change plans and matches, the same at any size."""

from __future__ import annotations

import pytest

from applications import queries
from applications.domain import matching
from applications.enums import MatchKind
from tests import factories_applications as make
from tests import factories_roster as roster

AMOUNT = "100000000.00"
# Another province each, so that the quota of a province never stands in the way.
UNITS = ("350100", "330200", "210200", "370200", "440300", "420100")


def counted(client, address, budget, most):
    client.get(address)  # sessions and content types are read once
    with budget(most):
        answer = client.get(address)
    assert answer.status_code == 200, address
    return answer


@pytest.fixture(params=[1, 4])
def asked(request, fresh_db):
    """So many units asked for a change of their plans; the first request is signed."""
    rows = [make.asked(make.planned(unit=unit, amount=AMOUNT)) for unit in UNITS[: request.param]]
    make.sign_change(rows[0], unit=UNITS[0])
    return rows


def test_requests_to_change_plans(asked, client_as, budget):
    for role, code, seen in (
        ("officer", "MIIT", len(asked)),
        ("auditor", "SJ", len(asked)),
        ("drafter", "ZF350100", 1),
    ):
        client = client_as(make.person(role, code))
        page = counted(client, "/applications/changes/", budget, 10)
        assert page.context["table"].page.paginator.count == seen
        counted(client, f"/applications/changes/{asked[0].pk}/", budget, 10)


@pytest.mark.parametrize("size", [2, 6])
def test_matches(db, client_as, budget, size):
    for unit in UNITS[:size]:
        row = make.drafted(unit=unit, amount=AMOUNT)
        with make.acting("drafter", make.government(unit)) as by:
            roster.fill(row, 2)
            make.submission.request_sign_off(by=by, application=make.Application.objects.get(pk=row.pk))
        make.sign(row)
    batch = make.open_batch()
    with make.acting("officer", "MIIT") as by:
        found = matching.match(by=by, batch=batch, kind=MatchKind.ENTERPRISE)
        one = queries.matches(by)[0].pk
    assert found == size * (size - 1)  # two enterprises, each in every pair of units
    for role, code in (("officer", "MIIT"), ("auditor", "SJ")):
        client = client_as(make.person(role, code))
        page = counted(client, "/applications/matches/", budget, 9)
        assert page.context["table"].page.paginator.count == found
        counted(client, f"/applications/matches/{one}/", budget, 7)
        look = f"/applications/matches/lookup/?batch={batch.pk}&name=&code={roster.credit_code(1)}"
        assert counted(client, look, budget, 11).context["hits"]
