"""A security key in a real browser: added, asked for, copied, refused and missing; with chromium's own virtual key."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

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
NO_KEYS = "Object.defineProperty(navigator, 'credentials', { value: undefined })"


class Plugged:
    """A key in the browser of a page."""

    def __init__(self, page: Page) -> None:
        self.line: CDPSession = page.context.new_cdp_session(page)
        self.line.send("WebAuthn.enable")
        self.id = self.line.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})["authenticatorId"]

    def tell(self, what: str, **more: Any) -> Any:
        """One of the browser's commands about this key."""
        return self.line.send(f"WebAuthn.{what}", {"authenticatorId": self.id, **more})


def _confirm(page: Page) -> None:
    """The password once more, where the portal asks for it."""
    if "/account/reauthenticate/" in page.url:
        page.locator("main input[name=password]").fill(PASSWORD)
        follow(page.locator("main .form__actions button").first)


def _sign_in(page: Page, home: str, address: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{home}/account/login/")
    page.locator("input[name=login]").fill(address)
    page.locator("input[name=password]").fill(PASSWORD)
    follow(page.locator("form[data-sign-in] button"))


def _ask(page: Page) -> None:
    page.locator("form[data-key] button").first.click()


def _says(page: Page, text: str) -> None:
    expect(page.locator("[data-key-says]")).to_contain_text(text)


@pytest.fixture
def home(site):
    """Keys belong to names, not to numbers: the site answers to localhost as well."""
    return site.url.replace("127.0.0.1", "localhost")


@pytest.fixture
def keyed(as_, site, home):
    """A page, the address of its person, and the key that the person has added."""

    def added(number: int, language: str = "en", width: int = 1280) -> tuple[Page, str, Plugged]:
        page = as_("drafter", "ZF350500", language, width, number=number, alone=True)
        _, address = site.person("drafter", "ZF350500", number)
        _sign_in(page, home, address)
        plugged = Plugged(page)
        page.goto(f"{home}/account/2fa/webauthn/add/")
        _confirm(page)
        check(page, "second-factor-add-key")
        page.locator("input[name=name]").fill("Key on my ring")
        _ask(page)
        page.wait_for_url("**/recovery-codes/")
        return page, address, plugged

    return added


def test_a_security_key_is_added_and_asked_for(keyed, home):
    page, address, _ = keyed(9)
    page.goto(f"{home}/account/2fa/webauthn/")
    expect(page.locator("main table")).to_contain_text("Key on my ring")
    check(page, "second-factor-keys")

    page.goto(f"{home}/account/2fa/webauthn/add/")
    _ask(page)
    _says(page, "This key is known to the portal already.")

    _sign_in(page, home, address)
    check(page, "second-factor-asked")
    _ask(page)
    page.wait_for_url("**/desk/")


def test_what_goes_wrong_with_a_key_is_said_on_the_page(keyed, home):
    page, address, key = keyed(10, width=390)
    held = key.tell("getCredentials")["credentials"]
    _sign_in(page, home, address)

    key.tell("clearCredentials")
    _ask(page)
    _says(page, "No key has answered")
    check(page, "second-factor-no-answer")
    key.tell("addCredential", credential=held[0])

    other = page.context.new_page()
    other.goto(page.url)
    other.close()
    _ask(page)
    expect(page.locator(".error-summary")).to_contain_text("only the newer one holds")
    _ask(page)
    page.wait_for_url("**/desk/")

    key.tell("clearCredentials")
    key.tell("addCredential", credential=held[0])  # as it was before it opened: a copy
    _sign_in(page, home, address)
    _ask(page)
    expect(page.locator(".error-summary")).to_contain_text("somebody may hold a copy of it")
    check(page, "second-factor-copied")

    _sign_in(page, home.replace("localhost", "127.0.0.1"), address)
    _says(page, f"Open the portal at {home}")
    page.add_init_script(NO_KEYS)
    _sign_in(page, home, address)
    _says(page, "This browser knows no security keys.")
    expect(page.locator("form[data-key] button").first).to_be_disabled()
    expect(page.locator("input[name=code]")).to_be_enabled()
