"""Every route of sign-in, password, second factor and sessions answers, in the portal's own looks and both languages."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.urls import NoReverseMatch, get_resolver, reverse

from portal.core.scope import acting_as
from tests.accounts.people import just_confirmed, with_password

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def _walk(patterns, prefix=""):
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _walk(pattern.url_patterns, prefix + str(pattern.pattern))
        else:
            yield prefix + str(pattern.pattern), pattern.name


def _addresses(**known):
    """All addresses under /account/, filled with what is known."""
    found = set()
    for route, name in _walk(get_resolver().url_patterns):
        if route.startswith("account/") and name:
            for values in ({}, {"pk": known["pk"]}, {"key": "x"}, {"uidb36": "1", "key": "a-b"}):
                try:
                    found.add(reverse(name, kwargs=values))
                except NoReverseMatch:
                    continue
    return sorted(found)


@pytest.fixture
def person(cast):
    return with_password(cast("officer", "MIIT"))


def _factor(user):
    """An authenticator app and recovery codes for a person; security keys stand in the browser test."""
    with acting_as(user.pk):
        RecoveryCodes.activate(user)
        return TOTP.activate(user, "JBSWY3DPEHPK3PXP").instance


def _text(answer) -> str:
    body = answer.content.decode()
    body = re.sub(r"(?s)<(script|style|head|code).*?</\1>", " ", body)
    return re.sub(r"<[^>]+>", " ", body)


@pytest.mark.parametrize("who", ["nobody", "person", "with_factor"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_route_answers(client_as, person, who, language):
    factor = _factor(person)
    if who == "person":
        addresses = _addresses(pk=factor.pk)
        with acting_as(person.pk):
            Authenticator.objects.all().delete()
    else:
        addresses = _addresses(pk=factor.pk)
    assert len(addresses) > 25
    client = client_as(None if who == "nobody" else person, language)
    if who != "nobody":
        just_confirmed(client)
    statuses = set()
    for address in addresses:
        for method in (client.get, client.post):
            if method == client.post and address in {"/account/logout/", "/account/sessions/"}:
                continue
            answer = method(address)
            statuses.add(answer.status_code)
            assert answer.status_code in {200, 302, 404, 405}, f"{method.__name__} {address}: {answer.status_code}"
            if answer.status_code == 200 and "html" in answer["Content-Type"]:
                text = answer.content.decode()
                assert text.count("<h1>") == 1, address
                assert 'class="site-header"' in text, address
                assert 'style="' not in text, address
    assert 200 in statuses


ENGLISH_WORD = re.compile(r"\b(the|your|code|password|sign|please|account|key|this|name)\b", re.IGNORECASE)


@pytest.mark.parametrize("who", ["nobody", "with_factor"])
def test_chinese_pages_hold_no_english_sentence(client_as, person, who):
    factor = _factor(person)
    client = client_as(None if who == "nobody" else person, "zh-hans")
    if who != "nobody":
        just_confirmed(client)
    for address in _addresses(pk=factor.pk):
        for answer in (
            client.get(address),
            client.post(address) if "logout" not in address and "sessions" not in address else None,
        ):
            if answer is not None and answer.status_code == 200 and "html" in answer["Content-Type"]:
                text = _text(answer)
                assert CHINESE.search(text)
                assert not ENGLISH_WORD.findall(text), (
                    f"{address}: {[line.strip() for line in text.splitlines() if ENGLISH_WORD.search(line)][:5]}"
                )
