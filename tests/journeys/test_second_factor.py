"""A security key in a real browser: added, asked for at the sign-in, and renamed; with chromium's own virtual key."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browser import check, follow
from tests.journeys.site import PASSWORD

pytestmark = pytest.mark.browser
KEY = {
    "protocol": "ctap2",
    "transport": "usb",
    "hasResidentKey": False,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def _plug_in(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})


def _confirm(page: Page) -> None:
    """The password once more, where the portal asks for it."""
    if "/account/reauthenticate/" in page.url:
        page.locator("main input[name=password]").fill(PASSWORD)
        follow(page.locator("main .form__actions button").first)


def test_a_security_key_is_added_and_asked_for(as_, site):
    # Relying parties have names, not numbers: the site answers to localhost as well.
    home = site.url.replace("127.0.0.1", "localhost")
    page = as_("drafter", "ZF350500", "en", number=9, alone=True)
    _, address = site.person("drafter", "ZF350500", 9)
    _plug_in(page)
    page.goto(f"{home}/account/login/")
    page.locator("input[name=login]").fill(address)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main .form__actions button").first.click()
    page.wait_for_url("**/desk/")

    page.goto(f"{home}/account/2fa/webauthn/add/")
    _confirm(page)
    page.wait_for_url("**/webauthn/add/")
    check(page, "second-factor-add-key")
    page.locator("input[name=name]").fill("Key on my ring")
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(lambda url: "/webauthn/add/" not in url)
    page.goto(f"{home}/account/2fa/webauthn/")
    expect(page.locator("main table")).to_contain_text("Key on my ring")
    check(page, "second-factor-keys")

    page.goto(f"{home}/account/logout/")
    follow(page.locator("main .form__actions button").first)
    page.goto(f"{home}/account/login/")
    page.locator("input[name=login]").fill(address)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main .form__actions button").first.click()
    page.wait_for_url("**/2fa/authenticate/**")
    check(page, "second-factor-asked")
    page.locator("#mfa_webauthn_authenticate").click()
    page.wait_for_url("**/desk/")
