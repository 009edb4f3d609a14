"""Browsers of the people of one unit."""

from __future__ import annotations

import pytest

from tests import factories_applications as make


@pytest.fixture
def drafter(client_as):
    return client_as(make.person("drafter", "ZF350200"))


@pytest.fixture
def signatory(client_as):
    return client_as(make.person("signatory", "ZF350200"))
