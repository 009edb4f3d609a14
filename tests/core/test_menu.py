"""Every line of the menu leads somewhere, and stands for acts that exist."""

from __future__ import annotations

from django.urls import reverse

from portal.core import menu
from portal.core.rules import ACTS
from portal.core.scope import NOBODY


def test_every_entry_leads_somewhere():
    assert menu.ENTRIES
    for entry in menu.ENTRIES:
        assert reverse(entry.route).startswith("/"), entry.route
        assert set(entry.acts) <= set(ACTS), entry.route


def test_nobody_sees_only_what_needs_no_sign_in():
    assert {item["url"] for item in menu.for_actor(NOBODY, "/")} <= {
        reverse(entry.route) for entry in menu.ENTRIES if not entry.signed_in
    }
