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


def _open(role, path="/desk/", cookie=""):
    who = (frozenset({role}), True, True)
    found = menu.groups(*who)
    return found, menu._opened(who[0], found, menu._active(menu._entries(*who), path), cookie)


def test_a_long_menu_stands_open_where_the_own_work_is_and_a_short_one_everywhere():
    found, opened = _open("officer")
    assert sum(len(group.entries) for group in found) > menu.SHORT
    assert {"applications-list", "reviews-screening"} <= opened
    assert {"grants-flow", "programme-batches"}.isdisjoint(opened)
    assert [group.key for group in found][1:3] == ["applications-list", "reviews-screening"]  # the own work first
    found, opened = _open("soe_officer")
    assert opened == {group.key for group in found}


def test_groups_stay_as_they_were_left_but_that_of_the_page_is_open():
    cookie = menu.keep("rubbish..x", "applications-list", is_open=False)
    cookie = menu.keep(cookie, "grants-flow", is_open=True)
    _found, opened = _open("officer", cookie=cookie)
    assert "applications-list" not in opened
    assert "grants-flow" in opened
    assert "applications-list" in _open("officer", "/applications/", cookie)[1]
    assert menu.kept(".".join(f"+{number}" for number in range(500))).keys() == {str(n) for n in range(menu.MOST_KEPT)}


def test_without_script_a_button_keeps_a_group(client_as, cast):
    client = client_as(cast("officer", "MIIT"))
    assert 'data-group="grants-flow">' in client.get("/desk/").content.decode()
    answer = client.post("/menu-group/", {"open": "grants-flow", "close": "<x>", "next": "/batches/"})
    assert (answer.status_code, answer["Location"]) == (303, "/batches/")
    assert client.cookies["menu"].value == "+grants-flow"
    assert 'data-group="grants-flow" open>' in client.get("/desk/").content.decode()
    assert client.post("/menu-group/", {"open": "grants-flow", "next": "//elsewhere.test/"})["Location"] == "/"
