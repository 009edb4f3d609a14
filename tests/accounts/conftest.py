"""An administrator of the accounts, their browser, and an invitation of theirs."""

from __future__ import annotations

import re

import pytest
from django.core import mail

from portal.accounts import tasks
from tests.accounts.people import NEW


@pytest.fixture
def admin(cast):
    return cast("security_admin", "YW")


@pytest.fixture
def desk(client_as, admin):
    return client_as(admin)


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """The worker sends an invitation's letter the moment it is asked to."""
    monkeypatch.setattr(
        "portal.accounts.invitations.current_app.send_task", lambda _name, args, **_more: tasks.send_invitation(*args)
    )


@pytest.fixture
def invited(desk, django_capture_on_commit_callbacks):
    """An invitation through the page; gives the path of its link."""

    def invite(**changes) -> str:
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            answer = desk.post("/people/invite/", NEW | changes)
        assert answer.status_code == 303, answer.content.decode()
        (letter,) = mail.outbox
        return re.search(r"http://[^/]+(/people/invitation/\S+)", letter.body)[1]

    return invite
