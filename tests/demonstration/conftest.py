"""One demonstration for all tests here that only look at it."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from tests.worlds import standing


@pytest.fixture(scope="package")
def built(django_db_setup, django_db_blocker):
    """A clone with the demonstration in it."""
    with django_db_blocker.unblock(), standing(_demonstration):
        yield


def _demonstration():
    call_command("demo", verbosity=0)
