"""What the overview costs: the same number of queries for ten awards and for many."""

from __future__ import annotations

import pytest

from tests import databases
from tests.bench import dashboards

SEEN: dict[str, int] = {}
MOST = 20


@pytest.fixture
def mof(request, django_db_setup, django_db_blocker):
    """A person of MOF in a database of its own with so many awards of sixty projects each."""
    from django.db import connections

    with django_db_blocker.unblock(), databases.fresh_clone():
        yield dashboards.built(request.param)
        connections.close_all()


@pytest.mark.parametrize("mof", [10, 333], indirect=True)
def test_pages_cost_the_same_at_any_size(mof):
    for address in dashboards.ADDRESSES.values():
        sent, _seconds = dashboards.asked(mof, address, rounds=1)
        assert sent <= MOST, address
        assert sent == SEEN.setdefault(address, sent), address
