"""A world with money in it, one unit of it published and one not yet, and its open data written."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests import databases
from tests import factories_grants as make
from tests import factories_open as openly

UNIT, OTHER = "350200", "360100"
HIDDEN = "尚未公布的项目"


def write():
    """What beat does each night; gives how many data sets got a new edition."""
    from grants.beat import write_open_data

    return write_open_data()


@pytest.fixture(scope="module")
def opened(django_db_setup, django_db_blocker):
    """Xiamen is on a final list, awarded and paid; Nanchang is awarded and paid, and on no list yet."""
    from django.db import connections

    with django_db_blocker.unblock(), databases.fresh_clone() as name:
        who, applications = make.live(UNIT, OTHER, number=97, budget="600000000.00")
        award = make.funded_unit(who, application=applications[0], award="100000000.00", held="1000.00")
        make.paid(who, project=make.project(who, award), amount="250.00", number="V1")
        make.awarded(who, application=applications[1], amount="90000000.00", number="财建〔2026〕77号")
        openly.as_owner("update grants_grantproject set name = %s where unit_id = %s", HIDDEN, OTHER)
        openly.published(applications[0])
        assert write() == 4
        yield SimpleNamespace(name=name, who=who, award=award, applications=applications)
        connections.close_all()
