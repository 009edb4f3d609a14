"""What open data costs: the same number of queries at ten awards and at 3,330, to write them and to show them."""

from __future__ import annotations

import pytest

from tests import databases
from tests import factories_open as openly
from tests.bench import dashboards
from tests.open_data.conftest import write

SEEN: dict[str, int] = {}
MOST = 4
PAGE = 26  # of the page of how the programme stands


@pytest.fixture
def many(request, monkeypatch, django_db_setup, django_db_blocker):
    """So many awards with a project each, all on the final list, written."""
    from django.db import connections

    monkeypatch.setattr(dashboards, "PROJECTS", 1)
    with django_db_blocker.unblock(), databases.fresh_clone():
        dashboards.built(request.param)
        openly.all_published()
        yield request.param
        connections.close_all()


@pytest.mark.parametrize("many", [10, 3330], indirect=True)
def test_open_data_costs_the_same_at_any_size(many, client_as):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        assert write() == 4
    assert len(seen) == SEEN.setdefault("write", len(seen))
    client = client_as()
    for address in ("/open-data/", "/open-data/awards/", "/open-data/awards.csv", "/open-data/catalogue.jsonld"):
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(address)
        sent = [one["sql"] for one in seen if not one["sql"].startswith(dashboards.MARKS)]
        assert answer.status_code == 200
        assert len(sent) <= MOST, sent
        assert len(sent) == SEEN.setdefault(address, len(sent)), address
        if address.endswith(".csv"):
            assert b"".join(answer.streaming_content).count(b"\r\n") == many + 1
    for address in ("/grants/standing/", "/grants/standing/?batch=94&year=2026"):
        _standing(client_as, address)


def _standing(client_as, address):
    """The page of how the programme stands, over the same rows."""
    from portal.accounts.models import User

    client = client_as(User.objects.get(email="officer.1@mof.test"))
    client.get("/inbox/")
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    sent = [one["sql"] for one in seen if not one["sql"].startswith(dashboards.MARKS)]
    assert len(sent) <= PAGE, "\n".join(text[:200] for text in sent)
    assert len(sent) == SEEN.setdefault(address, len(sent)), address
