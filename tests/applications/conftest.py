"""A whole draft of one unit, and browsers of its people."""

from __future__ import annotations

import pytest

from tests import factories_applications as make
from tests.applications.browser import AMOUNT


@pytest.fixture
def row(db):
    return make.drafted(unit="350200", amount=AMOUNT)


@pytest.fixture
def other(client_as):
    """A second drafter."""
    return client_as(make.person("drafter", "ZF350200", 2))


@pytest.fixture
def drafter(client_as):
    return client_as(make.person("drafter", "ZF350200"))


@pytest.fixture
def signatory(client_as):
    return client_as(make.person("signatory", "ZF350200"))
