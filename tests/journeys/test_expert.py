"""An expert comes into the pool by e-mail, from the invitation to the interests declared, in a browser.

The security administrator invites; the expert follows the link in the letter, sets a password and signs in, is led to
the own profile and to the batch whose interests are to be declared. Nothing on the way is known but the letter.
"""

from __future__ import annotations

import email
import email.policy
import re
import time

import pytest
from playwright.sync_api import expect

from reviews.models import BatchInterest, ReviewerProfile
from tests.factories_applications import acting
from tests.journeys.browser import VIEWS, check, follow, look
from tests.journeys.mouse import fill, send
from tests.journeys.site import PASSWORD, open_batch

pytestmark = pytest.mark.browser
NUMBER = 61
ADDRESS, NAME = "zhao.expert@university.test", "赵专家（演示）"
ADMIN, MIIT = ("security_admin", "YW"), ("officer", "MIIT")


@pytest.fixture(scope="module")
def batch(site):
    """A batch that is open for applications, for whose reviews experts are gathered."""
    for one in (ADMIN, MIIT):
        site.person(*one)
    return open_batch(site, NUMBER)


def letters_to(site, address):
    """What was written to this address so far."""
    letters = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in sorted((site.var / "mail").glob("*.log"))
    ]
    return [letter for letter in letters if letter["To"] == address]


def letter_to(site, address):
    """The text of the only letter to this address; the worker writes it a moment after the page has answered."""
    last = time.monotonic() + 60
    while not (found := letters_to(site, address)) and time.monotonic() < last:
        time.sleep(0.1)
    (only,) = found
    return only.get_body().get_content()


def test_an_expert_is_invited_by_e_mail_and_declares_interests(site, batch, as_):
    invite(as_(*ADMIN, "en"))
    link = link_of(site)
    for language, width in VIEWS:
        look(as_(language=language, width=width), link, "expert-2-take")
    expert = as_(language="en", width=390)
    take(expert, link)
    keep_profile(expert)
    declare(expert)
    officer = as_(*MIIT, "en")
    officer.goto("/reviewing/reviewers/")
    expect(officer.locator("main table")).to_contain_text(NAME)
    second = as_(language="en")
    look(second, link, "expert-6-taken")
    expect(second.locator("main input[type=password]")).to_have_count(0)

    def kept():
        with acting(*MIIT):
            profile = ReviewerProfile.objects.select_related("user").get(user__email=ADDRESS)
            units = BatchInterest.objects.filter(reviewer=profile.user, batch=batch).values_list("unit_id", flat=True)
            return profile.group, profile.fields, list(units)

    assert site.do(kept) == ("expert", {"C36": 3}, ["350200"])


def test_an_organisation_is_found_while_it_is_typed(site, batch, as_):
    """By keyboard: what fits comes below the field, the one picked offers its own roles, nothing typed is lost."""
    admin = as_(*ADMIN, "en")
    admin.goto("/people/invite/")
    fill(admin, email=ADDRESS, name=NAME)
    admin.locator("#id_organisation").press_sequentially("xiamen")
    found = admin.get_by_role("status").get_by_role("button")
    expect(found).to_have_count(2)
    check(admin, "expert-0-found")
    expect(admin.locator("#id_organisation")).to_be_focused()
    follow(found.filter(has_text="ZF350200"))
    expect(admin.locator("#id_organisation")).to_have_value("ZF350200")
    expect(admin.locator("#id_email")).to_have_value(ADDRESS)
    expect(admin.locator("#id_role")).to_be_focused()
    expect(admin.locator("#id_role option")).to_have_text(["Choose a role", "dossier drafter", "signatory"])
    fill(admin, organisation="ZJ")
    expect(admin.locator("#id_role option")).to_have_text(["reviewer"])
    admin.locator("#id_name").fill("")
    with admin.expect_navigation():
        admin.locator("#id_name").press("Enter")
    expect(admin.locator("#id_name_error")).to_be_visible()  # Enter sends; it does not search


def invite(admin):
    """The security administrator finds the way from the desk, and the code of the pool beside the field."""
    admin.goto("/desk/")
    follow(admin.get_by_role("link", name="People and roles").first)
    follow(admin.get_by_role("link", name="Invite a person"))
    check(admin, "expert-1-invite")
    expect(admin.locator("main form")).to_contain_text("ZJ for the experts")
    fill(admin, email=ADDRESS, name=NAME, organisation="ZJ", role="reviewer")
    send(admin)
    expect(admin.locator(".notice--success")).to_contain_text(ADDRESS)
    expect(admin.locator("main table").last).to_contain_text(ADDRESS)


def link_of(site):
    """The path of the one link in the letter, the same in both languages."""
    text = letter_to(site, ADDRESS)
    assert NAME in text
    links = set(re.findall(rf"{site.url}(/people/invitation/\S+)", text))
    assert len(links) == 1, text
    return links.pop()


def take(expert, link):
    """A password that is too short is refused, a good one opens the account; the desk says what is to be done."""
    expert.goto(link)
    fill(expert, password="short", again="short")
    follow(expert.locator("main .form__actions button").first)
    expect(expert.locator(".error-summary")).to_be_visible()
    fill(expert, password=PASSWORD, again=PASSWORD)
    send(expert)
    expect(expert.locator(".notice--success")).to_contain_text("Please sign in")
    fill(expert, login=ADDRESS, password=PASSWORD)
    follow(expert.locator("main .form__actions button").first)
    expert.wait_for_url("**/desk/")
    check(expert, "expert-3-desk")


def keep_profile(expert):
    """The desk leads to the profile, and no longer once it is kept."""
    follow(expert.get_by_role("link", name="Fill in your profile as a reviewer").first)
    check(expert, "expert-4-profile")
    home = expert.locator("[name=home_province] option", has_text="Shanghai").get_attribute("value")
    fill(expert, home_province=str(home), employer="某大学（演示）")
    expert.locator("main details summary", has_text="Divisions").click()
    fill(expert, knows_C36="3")
    send(expert)
    expect(expert.locator(".notice--success")).to_be_visible()
    expert.goto("/desk/")
    expect(expert.get_by_role("link", name="Fill in your profile")).to_have_count(0)


def declare(expert):
    """The desk leads to the batch, and no longer once interests are declared."""
    follow(expert.get_by_role("link", name=f"Declare your interests in batch {NUMBER}").first)
    check(expert, "expert-5-interests")
    expert.get_by_label("Find in this list").first.fill("xiam")
    expert.get_by_role("checkbox", name="Xiamen").check()
    fill(expert, interest="yes", kind="advice", reason="曾任该市顾问（演示）")
    send(expert)
    expect(expert.locator("main")).to_contain_text("Xiamen")
    expert.goto("/desk/")
    expect(expert.locator("main")).not_to_contain_text(f"batch {NUMBER}")
