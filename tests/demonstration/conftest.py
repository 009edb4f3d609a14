"""One demonstration for all tests here that only look at it."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from tests import databases


@pytest.fixture(scope="package")
def built(django_db_setup, django_db_blocker):
    """A clone with the demonstration in it."""
    with databases.fresh_clone() as name, django_db_blocker.unblock():
        call_command("demo", verbosity=0)
        yield name
        from django.db import connections

        connections.close_all()
