"""A new portal has nobody: one command invites the first security administrator, once."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from portal.accounts.models import User
from portal.core.clockwork import as_clockwork
from portal.core.scope import acting_as
from tests.accounts.people import PASSWORD, is_in, sign_in


def _link(*words) -> str:
    out = io.StringIO()
    call_command("first_administrator", *words, stdout=out)
    return out.getvalue().strip().split("8000", 1)[1]


def test_the_first_security_administrator_is_invited_once(fresh_db):
    link = _link("Chief@Operator.test", "总管")
    client = Client()
    assert client.post(link, {"password": PASSWORD, "again": PASSWORD}).status_code == 303
    chief = User.objects.get(email="chief@operator.test")
    with acting_as(chief.pk) as by:
        assert by.roles == {"security_admin"}
    sign_in(client, chief)
    assert is_in(client)
    assert client.get("/people/").status_code == 200
    with pytest.raises(CommandError, match="already"):
        _link("second@operator.test", "二")
    from portal.audit.models import Event

    with as_clockwork() as by:
        assert Event.objects.get(actor=by.id, act="accounts.invite").why == "first security administrator"


@pytest.mark.parametrize(("words", "says"), [(("nothing", "x"), "Give an e-mail address")])
def test_a_wrong_call_is_said_in_words(db, words, says):
    with pytest.raises(CommandError, match=says):
        _link(*words)
