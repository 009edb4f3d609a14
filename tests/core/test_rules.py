"""Predicates give their reason; the table of acts is the only answer to who may."""

from __future__ import annotations

import pytest

from portal.accounts.enums import Role
from portal.core import rules
from portal.core.errors import NotAllowed
from portal.core.rules import Permit, Verdict, may, may_ever, permit, says
from portal.core.scope import NOBODY, Actor, Post

OFFICER = Actor(id=1, posts=(Post("officer", 1, "MIIT", "ministry", "工信部", "MIIT", "", ""),))
yes = says("yes")(lambda _, __: True)
red = says("It is not red.")(lambda _, obj: obj == "red")
large = says("It is not large.")(lambda _, obj: obj == "large")


@pytest.fixture
def acts(monkeypatch):
    table = {"tests.paint": permit("Paint", Role.OFFICER, when=red), "tests.look": permit("Look", Role.AUDITOR)}
    monkeypatch.setattr(rules, "ACTS", table)
    return table


@pytest.mark.parametrize(
    ("predicate", "obj", "reason"),
    [(red, "red", None), (red, "blue", "It is not red."), (yes & red, "blue", "It is not red."), (red & large, "blue", "It is not red."),
     (red | large, "large", None), (red | large, "blue", "It is not large."), ((red | yes) & large, "red", "It is not large.")],
)  # fmt: skip
def test_a_no_says_why(predicate, obj, reason):
    verdict = predicate(OFFICER, obj)
    assert bool(verdict) == (reason is None)
    if reason:
        assert verdict == Verdict(ok=False, reason=reason)


def test_role_and_predicate_both_decide(acts):
    assert may(OFFICER, "tests.paint", "red")
    assert may(OFFICER, "tests.paint", "blue").reason == "It is not red."
    assert str(may(NOBODY, "tests.paint", "red").reason) == str(may(OFFICER, "tests.look").reason) != ""


def test_a_refusal_can_be_raised(acts):
    may(OFFICER, "tests.paint", "red").or_refuse()
    with pytest.raises(NotAllowed) as refused:
        may(OFFICER, "tests.paint", "blue").or_refuse()
    assert (str(refused.value), refused.value.status) == ("It is not red.", 403)


def test_an_act_nobody_declared_is_a_mistake(acts):
    with pytest.raises(KeyError):
        may(OFFICER, "tests.nothing")


def test_menus_ask_for_the_role_alone(acts):
    assert may_ever(OFFICER.roles, ["tests.look", "tests.paint"])
    assert not may_ever(OFFICER.roles, ["tests.look"])
    assert not may_ever(NOBODY.roles, ["tests.paint"])


def test_a_name_is_given_once(acts):
    with pytest.raises(ValueError, match="twice"):
        rules.register({"tests.look": Permit("again", frozenset())})


def test_every_act_of_the_portal_has_a_label_and_known_roles(db):
    from portal.core.rules import ACTS

    assert len(ACTS) > 20
    for name, row in ACTS.items():
        assert "." in name
        assert str(row.label), name
        assert row.roles <= {role.value for role in Role}, name


def test_administrators_hold_no_act_of_the_programme(db):
    """System, security and audit administrators configure, grant, read the trail; none decides or pays."""
    from portal.core.rules import ACTS

    business = ("applications.", "reviews.", "grants.")
    for name, row in ACTS.items():
        if name.startswith(business):
            assert not row.roles & {"system_admin", "security_admin", "audit_admin"}, name
