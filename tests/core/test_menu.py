"""Every line of the menu leads somewhere, and stands for acts that exist."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from portal.audit.findings.rules import GROUPS
from portal.core import menu
from portal.core.rules import ACTS
from portal.core.scope import NOBODY
from tests.access.callers import CALLERS


def test_every_entry_leads_somewhere():
    assert menu.ENTRIES
    for entry in menu.ENTRIES:
        assert reverse(entry.route).startswith("/"), entry.route
        assert set(entry.acts) <= set(ACTS), entry.route


def test_nobody_sees_only_what_needs_no_sign_in():
    assert {item["url"] for item in menu.for_actor(NOBODY, "/")} <= {
        reverse(entry.route) for entry in menu.ENTRIES if not entry.signed_in
    }


def _groups(*roles):
    return list(dict.fromkeys(str(entry.group) for entry, _url in menu._entries(frozenset(roles), True, nation=True)))


def test_the_workspace_of_auditors_stands_first_for_them_and_last_for_everyone_else():
    own = [str(group) for group in GROUPS]
    assert _groups("auditor")[:4] == ["", *own]
    assert _groups("audit_admin")[-1] == own[2]
    found = _groups("finance_maker")
    assert (found[0], found[-2:]) == ("", own[:2])  # what is addressed to them, and the way to the voucher
    assert own[2] not in found
    order = [
        entry.route
        for entry, _url in menu._entries(frozenset({"auditor"}), True, nation=True)
        if str(entry.group) == own[1]
    ]
    assert order[0] == "oversight:nation"
    assert order[1:] == [f"instruments:{name}" for name in ("search", "queries", "analyses", "leads", "samples")]


def test_no_entry_leads_a_finance_bureau_to_a_refusal(client_as, cast):
    """Makers of a unit, of a province and of the ministry hold the same role; the years are the nation's."""
    for code, sees in [("CZ350200", False), ("CZ350000", False), ("MOF", True)]:
        client = client_as(cast("finance_maker", code))
        shown = re.findall(r'<nav class="side".*?</nav>', client.get("/desk/").content.decode(), re.DOTALL)
        assert shown, code
        found = [url for url in re.findall(r'href="([^"#]+)"', shown[0]) if url.startswith("/")]
        assert ("/grants/years/" in found) is sees, code
        for url in found:
            assert client.get(url).status_code == 200, (code, url)


@pytest.mark.parametrize("caller", [name for name, post in CALLERS.items() if post])
def test_no_entry_leads_anybody_to_a_refusal(client_as, cast, caller):
    """An auditor of a province holds the same role as the national office's, and sees its own province only."""
    client = client_as(cast(*CALLERS[caller]))
    shown = re.search(r'<nav class="side".*?</nav>', client.get("/desk/").content.decode(), re.DOTALL)
    found = [url for url in re.findall(r'href="([^"#]+)"', shown[0]) if url.startswith("/")]
    assert found
    assert {url: status for url in found if (status := client.get(url).status_code) != 200} == {}
