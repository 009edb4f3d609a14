"""One demonstration for all tests here that only look at it."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import Client

from portal.accounts.models import User
from tests.worlds import standing


@pytest.fixture(scope="package")
def built(django_db_setup, django_db_blocker):
    """A clone with the demonstration in it."""
    with django_db_blocker.unblock(), standing(_demonstration):
        yield


def _demonstration():
    call_command("demo", verbosity=0)


@pytest.fixture
def opens(built):
    """`opens(address of a person, page)` gives the text of a page, which answers 200."""

    def look(person: str, path: str) -> str:
        client = Client(headers={"accept-language": "zh-hans"})
        client.force_login(User.objects.using("owner").get(email=f"{person}@demo.invalid"))
        answer = client.get(path)
        assert answer.status_code == 200, (person, path, answer.status_code)
        return answer.content.decode()

    return look
