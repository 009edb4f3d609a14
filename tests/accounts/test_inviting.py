"""The page on which a person is invited: the organisation is found by code or name, and offers its own roles."""

from __future__ import annotations

import re

import pytest

from portal.accounts.models import Invitation, Organisation
from portal.core.scope import acting_as
from tests.accounts.people import NEW


def options(text):
    """The roles the page offers."""
    select = re.search(r'<select[^>]*name="role".*?</select>', text, re.DOTALL)[0]
    return re.findall(r'<option value="([^"]*)"', select), "<optgroup" in select


@pytest.mark.parametrize(
    ("code", "roles"),
    [
        ("ZJ", ["reviewer"]),
        ("MIIT", ["", "officer", "reviewer"]),
        ("MOF", ["", "officer", "reviewer", "finance_maker", "finance_checker"]),
        ("YW", ["", "system_admin", "security_admin", "audit_admin"]),
        ("ZF350200", ["", "drafter", "signatory"]),
    ],
)
def test_an_organisation_is_found_by_its_code_and_offers_its_own_roles(desk, code, roles):
    text = desk.post("/people/invite/", NEW | {"organisation": code.lower(), "find": "1"}).content.decode()
    assert options(text) == (roles, False)
    assert f'<span class="code">{code}</span>' in text
    assert 'value="Neu@ZF.test"' in text
    assert "error-summary" not in text


def test_an_organisation_is_found_by_words_of_its_name_and_picked(desk):
    answer = desk.post("/people/invite/", NEW | {"organisation": "Xiamen govern", "find": "1"})
    assert answer.status_code == 200
    assert re.findall(r'name="pick" value="([^"]*)"', answer.content.decode()) == ["ZF350200"]
    assert options(answer.content.decode())[1], "nothing is chosen yet: all roles, under their kinds"
    text = desk.post("/people/invite/", NEW | {"organisation": "Xiamen", "pick": "ZF350200"}).content.decode()
    assert 'name="organisation" value="ZF350200"' in text
    assert options(text) == (["", "drafter", "signatory"], False)
    assert 'value="Neu@ZF.test"' in text
    assert not Invitation.objects.exists()


def test_a_name_that_fits_several_is_refused_with_those_to_choose(desk):
    answer = desk.post("/people/invite/", NEW | {"organisation": "厦门"})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Several organisations may be meant. Choose one of those below." in text
    assert 'id="id_organisation_error"' in text
    assert {"ZF350200", "CZ350200"} <= set(re.findall(r'name="pick" value="([^"]*)"', text))


def test_a_whole_name_is_as_good_as_a_code(desk, admin):
    with acting_as(admin.pk):
        name = Organisation.objects.get(code="ZF350200").name_zh
    assert desk.post("/people/invite/", NEW | {"organisation": name}).status_code == 303
    with acting_as(admin.pk):
        assert Invitation.objects.get().organisation.code == "ZF350200"


def test_many_that_fit_are_said_to_be_more(desk):
    text = desk.post("/people/invite/", NEW | {"organisation": "35", "find": "1"}).content.decode()
    assert text.count('name="pick"') == 12
    assert "More than 12 organisations fit" in text
    text = desk.post("/people/invite/", NEW | {"organisation": "nowhere at all", "find": "1"}).content.decode()
    assert "No active organisation fits this." in text
