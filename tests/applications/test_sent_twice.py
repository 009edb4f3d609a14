"""A form that comes a second time."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from applications.models import Comment
from portal.api.models import Repeatable
from portal.core import clock
from tests import factories_applications as make
from tests.applications.browser import follow

pytestmark = pytest.mark.django_db


class TestSentTwice:
    """A second click on a form that is on its way, or the same form sent again later, adds no second row."""

    def send(self, client, row, token, text="请核对", **more):
        data = {"section": "basics", "text": text, "csrfmiddlewaretoken": token}
        return client.post(f"/applications/{row.pk}/comments/write/", data, **more)

    def count(self):
        with make.acting("drafter", "ZF350200"):
            return Comment.objects.count()

    def token(self, client, row):
        found = client.get(f"/applications/{row.pk}/comments/").content.decode()
        return re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', found)[-1]

    def test_the_same_form_adds_one_row_and_says_so(self, row, drafter):
        token = self.token(drafter, row)
        assert token != self.token(drafter, row)  # what tells one opening of the form from another
        first, again = self.send(drafter, row, token), self.send(drafter, row, token)
        assert follow(first) == follow(again)
        assert self.count() == 1
        assert "done once, not twice" in drafter.get(again["Location"]).content.decode()
        follow(self.send(drafter, row, self.token(drafter, row)))  # opened anew it is meant
        follow(self.send(drafter, row, token, "另一项"))  # the same opening, filled in otherwise
        assert self.count() == 3
        with clock.at(clock.now() + timedelta(minutes=16)):
            follow(self.send(drafter, row, token))
        assert self.count() == 4

    def test_what_was_refused_may_be_sent_again(self, row, drafter):
        token = self.token(drafter, row)
        for _time in range(2):
            assert self.send(drafter, row, token, "字" * 2001).status_code == 422
        with make.acting("drafter", "ZF350200"):
            assert Repeatable.objects.count() == 0
        follow(self.send(drafter, row, token))
        assert self.count() == 1

    def test_what_scripts_send_is_asked_each_time(self, row, drafter):
        token = self.token(drafter, row)
        ways = ({"X-Requested-With": "fetch"}, {"Sec-Fetch-Mode": "cors"}, {"HX-Request": "true"})
        for number, headers in enumerate(ways):
            for _time in range(2):
                follow(self.send(drafter, row, token, headers=headers))
            assert self.count() == 2 * number + 2
