"""The call may be public before the day from which applications are taken: pages say the day, and offer nothing yet."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.core import clock
from tests import factories_applications as make

pytestmark = pytest.mark.django_db
NEW = "/applications/new/"


@pytest.fixture
def awaited():
    """A batch that both ministries signed, and that takes applications in two days."""
    return make.open_batch(9, opens=timedelta(days=2))


def test_pages_say_from_which_day_on(awaited, client_as):
    day = clock.in_words(awaited.opens_at)
    visitor, drafter = client_as(), client_as(make.person("drafter", "ZF350200"))
    for client, path in ((visitor, "/"), (visitor, "/calls/9/"), (drafter, NEW)):
        text = client.get(path).content.decode()
        assert day in text, path
        assert "are taken from" in text or "takes applications from" in text, path
    for path in ("/", "/calls/9/"):
        text = visitor.get(path).content.decode()
        assert "Sign in to apply" not in text
        assert "announced</span>" in text
        assert ">open</span>" not in text
    assert 'href="/calls/9/"' in drafter.get(NEW).content.decode()
    assert NEW not in drafter.get("/desk/").content.decode()


def test_what_is_sent_before_is_refused_with_the_day(awaited, client_as):
    drafter = client_as(make.person("drafter", "ZF350200"))
    answer = drafter.post(NEW, {"unit": "350200", "title": "太早的申报"})
    assert answer.status_code == 422
    assert "takes applications from" in answer.content.decode()
    assert "太早的申报" in answer.content.decode()


def test_from_that_second_on_it_is_open(awaited, client_as):
    drafter = client_as(make.person("drafter", "ZF350200"))
    with clock.at(awaited.opens_at):
        assert "The call is open." in client_as().get("/").content.decode()
        assert NEW in drafter.get("/desk/").content.decode()


def test_it_takes_applications_by_the_clock_of_the_database(client_as):
    make.open_batch(9)
    drafter = client_as(make.person("drafter", "ZF350200"))
    assert drafter.post(NEW, {"unit": "350200", "title": "准时的申报"}).status_code == 303


def test_after_the_last_second_it_is_not_said_to_be_open(awaited, client_as):
    """Nobody closed it yet: the clockwork stood still."""
    client, officer = client_as(), client_as(make.person("officer", "MIIT"))
    for seconds, word in ((0, "open"), (1, "deadline passed")):
        with clock.at(awaited.deadline + timedelta(seconds=seconds)):
            for reader, path in ((client, "/"), (client, "/calls/9/"), (officer, f"/batches/{awaited.pk}/")):
                text = reader.get(path).content.decode()
                assert f"{word}</span>" in text, (word, path)
                assert ("open</span>" in text) is (word == "open"), (word, path)
