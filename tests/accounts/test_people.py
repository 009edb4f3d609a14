"""Ending roles, deactivation, hand-over; and that administrators stay apart."""

from __future__ import annotations

import re

import psycopg
import pytest
from django.core.exceptions import PermissionDenied

from portal.accounts.adapter import AccountAdapter
from portal.accounts.domain import people as domain
from portal.accounts.enums import Role
from portal.accounts.models import Membership, Organisation, User
from portal.core.errors import DomainError, NotAllowed
from portal.core.rules import may
from tests import databases
from tests.accounts.people import NEW, is_in, sign_in, trail, with_password


@pytest.fixture
def leaving(cast, actor):
    """A security administrator whose post ends, by another connection, after their request began."""
    person = cast("security_admin", "YW", 9)
    with actor(person) as by:
        with psycopg.connect(databases.owner_dsn()) as owner:
            owner.execute(
                "update accounts_membership set ended_at = now() where user_id = %s and ended_at is null", [person.pk]
            )
        yield by


# Ending, deactivating, handing over


def test_a_role_is_ended_with_a_reason(desk, cast, client_as):
    person = cast("drafter", "ZF350200", 3)
    page = desk.get(f"/people/{person.pk}/").content.decode()
    where = re.search(r"/people/roles/\d+/end/", page)[0]
    assert desk.post(where, {"why": ""}).status_code == 422
    assert client_as(person).get("/desk/").wsgi_request.actor.roles == {"drafter"}
    assert desk.post(where, {"why": "moved"}).status_code == 303
    assert client_as(person).get("/desk/").wsgi_request.actor.roles == set()
    assert trail("accounts.end_membership")[-1][1:] == ("done", "127.0.0.1", "moved")
    assert desk.post(where, {"why": "again"}).status_code == 422


def test_deactivation_ends_sessions_and_roles_and_removes_nothing(desk, cast, client_as):
    person = with_password(cast("drafter", "ZF350200", 3))
    client = client_as()
    sign_in(client, person)
    assert client.get("/desk/").status_code == 200
    assert desk.post(f"/people/{person.pk}/deactivate/", {"why": "left"}).status_code == 303
    assert client.get("/desk/").status_code == 302
    sign_in(client, person)
    assert not is_in(client)
    page = desk.get(f"/people/{person.pk}/").content.decode()
    assert "deactivated" in page
    assert User.objects.filter(pk=person.pk).exists()


def test_of_two_administrators_who_end_each_other_one_stays(leaving, admin, cast):
    """The later one waits, and is no administrator any more."""
    heir = cast("security_admin", "YW", 3)
    role = Membership.objects.filter(user=admin, ended_at=None).get()
    for act in (
        lambda: domain.deactivate(by=leaving, person=admin, why="x"),
        lambda: domain.hand_over(by=leaving, person=admin, successor=heir, why="x"),
        lambda: domain.end_membership(by=leaving, membership=role, why="x"),
    ):
        with pytest.raises(NotAllowed):
            act()
    admin.refresh_from_db()
    assert admin.is_active


def test_the_clockwork_is_taken_away_by_nobody(desk, admin, actor, cast):
    """Without it no deadline closes and nothing is sealed: its account and its role end by no click."""
    clock_person = User.objects.get(email="clockwork@portal.invalid")
    heir = cast("drafter", "ZF350200", 3)
    with actor(admin):
        role = Membership.objects.get(user=clock_person)
    for url, form in (
        (f"/people/{clock_person.pk}/deactivate/", {"why": "unknown"}),
        (f"/people/{clock_person.pk}/hand-over/", {"why": "unknown", "successor": heir.email}),
        (f"/people/roles/{role.pk}/end/", {"why": "unknown"}),
    ):
        answer = desk.post(url, form)
        assert answer.status_code == 403
        assert "The clockwork is no person" in answer.content.decode()
    assert desk.post(f"/people/{heir.pk}/hand-over/", {"why": "x", "successor": clock_person.email}).status_code == 422
    text = desk.get(f"/people/{clock_person.pk}/").content.decode()
    assert "/deactivate/" not in text
    assert "/end/" not in text
    clock_person.refresh_from_db()
    assert clock_person.is_active


def test_whoever_was_deactivated_meanwhile_is_no_successor_and_gets_no_password(desk, admin, cast, actor):
    """The form and the letter were read before; the roles would open at somebody who is out, the account once more."""
    person, heir = cast("drafter", "ZF350200", 3), cast("drafter", "ZF350200", 4)
    before = User.objects.get(pk=heir.pk)
    assert desk.post(f"/people/{heir.pk}/deactivate/", {"why": "left"}).status_code == 303
    with actor(admin) as by:
        with pytest.raises(DomainError) as refused:
            domain.hand_over(by=by, person=person, successor=before, why="x")
        assert refused.value.code == "successor"
        with pytest.raises(DomainError) as refused:
            domain.hand_over(by=by, person=User.objects.get(pk=heir.pk), successor=person, why="x")
        assert refused.value.code == "already_deactivated"
    assert before.is_active
    with pytest.raises(PermissionDenied):
        AccountAdapter().set_password(before, "ein neuer langer Satz 7")
    assert not User.objects.get(pk=heir.pk).is_active


def test_hand_over_gives_the_roles_to_the_successor(desk, cast, client_as):
    person, heir = cast("drafter", "ZF350200", 3), cast("signatory", "ZF350500", 4)
    url = f"/people/{person.pk}/hand-over/"
    for email, says in [("nobody@x.test", "Nobody has this address"), (person.email, "Choose another, active person")]:
        answer = desk.post(url, {"successor": email, "why": "moved"})
        assert answer.status_code == 422
        assert says in answer.content.decode()
        assert f'value="{email}"' in answer.content.decode()
    assert desk.post(url, {"successor": heir.email.upper(), "why": "moved"}).status_code == 303
    assert {(post.role, post.code) for post in client_as(heir).get("/desk/").wsgi_request.actor.posts} == {
        ("drafter", "ZF350200"),
        ("signatory", "ZF350500"),
    }
    person.refresh_from_db()
    assert (person.is_active, person.successor_id) == (False, heir.pk)


# Nobody changes their own rights


def test_a_security_administrator_changes_no_right_of_their_own(desk, admin, actor, cast):
    assert (
        desk.post(
            "/people/invite/", NEW | {"email": admin.email, "organisation": "MIIT", "role": "officer"}
        ).status_code
        == 422
    )
    for act in ("deactivate", "hand-over"):
        assert desk.post(f"/people/{admin.pk}/{act}/", {"why": "x", "successor": "x@y.zz"}).status_code == 403
    with actor(admin) as by:
        mine = Membership.objects.get(user=admin)
        for act in (
            lambda: domain.end_membership(by=by, membership=mine, why="x"),
            lambda: domain.deactivate(by=by, person=admin, why="x"),
            lambda: domain.hand_over(by=by, person=admin, successor=cast("drafter", "ZF350200"), why="x"),
        ):
            with pytest.raises(NotAllowed):
                act()
        with pytest.raises(DomainError) as refused:
            domain.hand_over(by=by, person=cast("officer", "MIIT", 5), successor=admin, why="x")
        assert refused.value.code == "oneself"
        mine.refresh_from_db()
        assert mine.ended_at is None


def test_a_role_is_not_taken_for_ones_own_because_its_number_is_that_of_ones_account(admin, actor, cast):
    other = cast("drafter", "ZF350200")
    with actor(admin) as by:
        assert may(by, "accounts.end_membership", Membership(pk=by.id, user=other, role="drafter"))
        assert not may(by, "accounts.end_membership", Membership(pk=other.pk, user=admin, role="drafter"))


@pytest.mark.guard
@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("update accounts_membership set role = 'signatory' where user_id = {other}", "membership_only_ends"),
        ("update accounts_membership set user_id = {third} where user_id = {other}", "membership_only_ends"),
        ("update accounts_membership set ended_at = now() + interval '1 day' where user_id = {ended}", "membership_only_ends"),
        ("update accounts_membership set ended_at = null where user_id = {ended}", "membership_only_ends"),
        ("update accounts_invitation set role = 'signatory'", "invitation_is_fixed"),
        ("update accounts_invitation set expires_at = now() + interval '1 year'", "invitation_is_fixed"),
    ],
)  # fmt: skip
def test_a_grant_is_never_rewritten(raw_web, cast, admin, statement, constraint):
    other, third, ended = (cast("drafter", "ZF350200", number) for number in (3, 4, 5))
    raw_web.execute("select enter_scope(%s)", [admin.pk])
    raw_web.execute("update accounts_membership set ended_at = now() where user_id = %s", [ended.pk])
    raw_web.execute(
        "insert into accounts_invitation (email, name, organisation_id, role, token_sha256, invited_by_id, invited_at, expires_at)"
        " select 'a@b.test', 'x', id, 'drafter', 't', %s, now(), now() + interval '1 day' from accounts_organisation where code = 'ZF350200'",
        [admin.pk],
    )
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        raw_web.execute(statement.format(other=other.pk, third=third.pk, ended=ended.pk))
    assert refused.value.diag.constraint_name == constraint


@pytest.mark.guard
def test_own_rights_are_out_of_reach_with_raw_sql(raw_web, admin):
    raw_web.execute("select enter_scope(%s)", [admin.pk])
    assert (
        raw_web.execute("update accounts_membership set ended_at = now() where user_id = %s", [admin.pk]).rowcount == 0
    )


@pytest.mark.parametrize(
    ("role", "code"), [("system_admin", "YW"), ("audit_admin", "YW"), ("officer", "MIIT"), ("drafter", "ZF350200")]
)
def test_only_security_administrators_act_on_people(client_as, cast, role, code):
    client, person = client_as(cast(role, code)), cast("drafter", "ZF350500", 6)
    sees = 200 if role == "audit_admin" else 403
    assert client.get("/people/").status_code == sees
    assert client.get(f"/people/{person.pk}/").status_code == sees
    for url in ("/people/invite/", f"/people/{person.pk}/deactivate/", f"/people/{person.pk}/hand-over/"):
        assert client.post(url, NEW | {"why": "x", "successor": "a@b.cc"}).status_code == 403
    person.refresh_from_db()
    assert person.is_active


def test_who_tries_what_they_may_not_stands_in_the_trail(cast, client_as):
    """The page refuses before any command: what was sent is told all the same, what was only looked at is not."""
    officer, victim = cast("officer", "MIIT"), cast("drafter", "ZF350200", 3)
    client = client_as(officer)
    for send in (client.get, client.post):
        assert send("/people/invite/").status_code == 403
        assert send(f"/people/{victim.pk}/deactivate/").status_code == 403
    says = "None of your roles includes this act."
    for act in ("accounts.invite", "accounts.view_people"):
        assert trail(act) == [(officer.pk, "refused", "127.0.0.1", says)]


# Reviewing who holds what


def test_people_are_found_by_role_and_state_and_taken_away_as_a_file(desk, admin, cast):
    person = cast("drafter", "ZF350200", 3)

    def read(query: str) -> str:
        return desk.get(f"/people/?{query}").content.decode()

    page = read("role=drafter")
    name, host = person.email.split("@")
    assert f"{name}<wbr>@{host}" in page, "where a column is narrow no word of it is cut"
    assert admin.email not in page.replace("<wbr>", "").split("<main", 1)[1]
    assert person.email not in read("role=drafter&state=deactivated").replace("<wbr>", "")
    assert "Nobody" not in desk.get("/people/?state=neither").content.decode()
    file = re.search(r'href="([^"]+)">Export \(CSV\)', page)[1].replace("&amp;", "&")
    rows = b"".join(desk.get(f"/people/{file}")).decode()
    assert person.email in rows
    assert admin.email not in rows


def test_an_act_on_rights_says_what_it_does_on_its_page_and_its_button(desk, cast):
    person = cast("drafter", "ZF350200", 3)
    page = desk.get(f"/people/{person.pk}/deactivate/").content.decode()
    assert "All roles and all sessions of the person end at once" in page
    assert re.search(r'<button class="btn btn-danger"[^>]*>Deactivate</button>', page)


# What pages cost


@pytest.mark.parametrize("more", [0, 45])
def test_people_cost_the_same_at_any_number(desk, cast, budget, more):
    def many():
        organisation = Organisation.objects.using("owner").get(code="ZF350200")
        users = User.objects.using("owner").bulk_create(
            User(email=f"p{n}@many{more}.test", name=f"{n:03}") for n in range(more)
        )
        Membership.objects.using("owner").bulk_create(
            Membership(user=user, organisation=organisation, role=Role.DRAFTER) for user in users
        )

    databases.committed(many)
    desk.get("/people/")
    with budget(9):
        assert desk.get("/people/").status_code == 200
    with budget(9):
        assert desk.get(f"/people/{cast('officer', 'MIIT').pk}/").status_code == 200
