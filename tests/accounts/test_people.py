"""Invitations end to end, ending roles, deactivation, hand-over; and that administrators stay apart."""

from __future__ import annotations

import re
from datetime import timedelta

import psycopg
import pytest
from django.core import mail

from portal.accounts.domain import people as domain
from portal.accounts.enums import Role
from portal.accounts.models import Invitation, Membership, Organisation, User
from portal.core import clock
from portal.core.errors import DomainError, NotAllowed
from portal.core.scope import acting_as
from tests import databases
from tests.accounts.people import PASSWORD, is_in, sign_in, trail, with_password

NEW = {"email": "Neu@ZF.test", "name": "新人", "organisation": "ZF350200", "role": "drafter"}


@pytest.fixture
def admin(cast):
    return cast("security_admin", "YW")


@pytest.fixture
def desk(client_as, admin):
    return client_as(admin)


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


@pytest.fixture
def invited(desk, django_capture_on_commit_callbacks):
    """An invitation through the page; gives the path of its link."""

    def invite(**changes) -> str:
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            answer = desk.post("/people/invite/", NEW | changes)
        assert answer.status_code == 303, answer.content.decode()
        (letter,) = mail.outbox
        return re.search(r"http://[^/]+(/people/invitation/\S+)", letter.body)[1]

    return invite


def _take(client, link, password=PASSWORD, again=None):
    return client.post(link, {"password": password, "again": again or password})


def test_the_letter_is_in_both_languages_and_keeps_the_token(invited):
    link = invited()
    (letter,) = mail.outbox
    assert letter.to == ["neu@zf.test"]
    assert letter.subject == "试点平台邀请 / Invitation to the pilot portal"
    assert letter.body.count(link) == 2
    assert "厦门市人民政府" in letter.body
    assert "Xiamen: government" in letter.body
    token = link.rstrip("/").rsplit("/", 1)[-1]
    assert len(token) > 40
    from portal.audit.models import Event

    assert token not in str(list(Invitation.objects.values())) + str(list(Event.objects.values()))
    assert "本邮件由平台发送，请勿回复。" in letter.body, "the last line as well"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_new_person_takes_the_invitation_and_signs_in(invited, client_as, language):
    link, client = invited(), client_as(language=language)
    page = client.get(link)
    assert "新人" in page.content.decode()
    assert "no-store" in page["Cache-Control"], "whoever uses the computer next does not find it"
    answer = _take(client, link)
    assert (answer.status_code, answer["Location"]) == (303, "/account/login/")
    person = User.objects.get(email="neu@zf.test")
    assert person.name == "新人"
    sign_in(client, person)
    assert is_in(client)
    assert client.get("/desk/").status_code == 200
    assert trail("accounts.take_invitation") == [(person.pk, "done", "127.0.0.1", "")]


@pytest.mark.parametrize(
    ("password", "again"),
    [
        ("short", None),
        ("123456789012345", None),
        ("neu@zf.test-1", None),
        (PASSWORD, "another-Pferd-9-Stapel"),
        ("", None),
    ],
)
def test_a_weak_or_differing_password_is_refused_beside_the_field(invited, client_as, password, again):
    link, client = invited(), client_as()
    answer = _take(client, link, password, again)
    assert answer.status_code == 422
    assert "field__error" in answer.content.decode()
    assert not User.objects.filter(email="neu@zf.test").exists()
    assert _take(client, link).status_code == 303, "the link still holds"


def test_a_link_is_used_once(invited, client_as):
    link = invited()
    _take(client_as(), link)
    for answer in (client_as().get(link), _take(client_as(), link)):
        assert "This invitation cannot be used" in answer.content.decode()
    assert _take(client_as(), link).status_code == 410
    assert User.objects.filter(email="neu@zf.test").count() == 1


def test_an_unknown_link_is_gone(client_as, db):
    assert "This invitation cannot be used" in client_as().get(f"/people/invitation/{'x' * 43}/").content.decode()


@pytest.mark.guard
def test_the_database_knows_when_a_link_is_too_old(cast, raw_web, admin):
    """Past the pages: an invitation that expired a second ago gives neither an offer nor a role."""
    person = cast("drafter", "ZF350200", 3)
    raw_web.execute("select enter_scope(%s)", [admin.pk])
    raw_web.execute(
        "insert into accounts_invitation (email, name, organisation_id, role, token_sha256, invited_by_id, invited_at, expires_at)"
        " select %s, 'x', id, 'signatory', 'old', %s, now(), now() - interval '1 second' from accounts_organisation where code = 'ZF350200'",
        [person.email, admin.pk],
    )
    assert raw_web.execute("select invitation_offer('old')").fetchone() == (None,)
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        raw_web.execute("select invitation_take('old', %s)", [person.pk])
    assert refused.value.diag.constraint_name == "invitation_is_open"


@pytest.fixture
def written(cast, client_as, django_capture_on_commit_callbacks):
    """An invitation of an administrator who leaves: who wrote it, and the path of its link."""
    leaves = cast("security_admin", "YW", 8)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        assert client_as(leaves).post("/people/invite/", NEW).status_code == 303
    return leaves, re.search(r"http://[^/]+(/people/invitation/\S+)", mail.outbox[0].body)[1]


@pytest.mark.parametrize("way", ["account", "post"])
def test_an_invitation_of_who_left_is_no_longer_taken(written, way, desk, client_as, admin, actor):
    leaves, link = written
    with actor(admin) as by:
        if way == "account":
            domain.deactivate(by=by, person=leaves, why="left")
        else:
            domain.end_membership(by=by, membership=Membership.objects.get(user=leaves), why="moved")
    for answer in (client_as().get(link), _take(client_as(), link)):
        assert "no longer gives out roles" in answer.content.decode()
    assert not User.objects.filter(email="neu@zf.test").exists()
    assert "neu@zf.test" not in desk.get("/people/").content.decode(), "it is withdrawn"
    assert desk.post("/people/invite/", NEW).status_code == 303, "somebody else invites again"


def test_an_invitation_that_was_left_open_is_marked(written, desk, client_as):
    """Of an administrator who left before invitations were withdrawn with the post."""
    leaves, link = written
    assert "no longer valid" not in desk.get("/people/").content.decode()
    Membership.objects.filter(user=leaves).update(ended_at=clock.now())
    assert "no longer valid" in desk.get("/people/").content.decode()
    assert _take(client_as(), link).status_code == 410
    assert desk.post("/people/invite/", NEW).status_code == 303, "somebody else invites again"


@pytest.mark.guard
def test_the_database_takes_no_invitation_of_who_left(cast, raw_web, admin):
    person, leaves = cast("drafter", "ZF350200", 3), cast("security_admin", "YW", 8)
    raw_web.execute("select enter_scope(%s)", [leaves.pk])
    raw_web.execute(
        "insert into accounts_invitation (email, name, organisation_id, role, token_sha256, invited_by_id, invited_at, expires_at)"
        " select %s, 'x', id, 'signatory', 'left', %s, now(), now() + interval '1 day' from accounts_organisation where code = 'ZF350200'",
        [person.email, leaves.pk],
    )
    assert raw_web.execute("select invitation_offer('left')").fetchone() != (None,)
    raw_web.execute("select enter_scope(%s)", [admin.pk])
    raw_web.execute("update accounts_membership set ended_at = now() where user_id = %s", [leaves.pk])
    assert raw_web.execute("select invitation_offer('left')").fetchone() == (None,)
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        raw_web.execute("select invitation_take('left', %s)", [person.pk])
    assert refused.value.diag.constraint_name == "invitation_is_open"


def test_a_withdrawn_link_is_gone(invited, desk, client_as, admin, actor):
    link = invited()
    page = desk.get("/people/").content.decode()
    where = re.search(r"/people/invitations/\d+/withdraw/", page)[0]
    assert desk.post(where, {"why": " "}).status_code == 422
    assert desk.post(where, {"why": "wrong address"})["Location"] == "/people/"
    assert "This invitation cannot be used" in client_as().get(link).content.decode()
    assert "neu@zf.test" not in desk.get("/people/").content.decode()
    assert desk.get(where).status_code == 404
    assert trail("accounts.withdraw_invitation")[-1][1:] == ("done", "127.0.0.1", "wrong address")
    with actor(admin) as by, pytest.raises(DomainError):
        domain.withdraw(by=by, invitation=Invitation.objects.get(), why="again")


def test_a_known_person_gives_their_own_password(invited, cast, client_as):
    person = with_password(cast("drafter", "ZF350200", 3))
    link, client = invited(email=person.email, role="signatory"), client_as()
    assert "You have an account already" in client.get(link).content.decode()
    assert client.post(link, {"password": "wrong"}).status_code == 422
    assert client.post(link, {"password": PASSWORD}).status_code == 303
    client.force_login(person)
    assert client.get("/desk/").wsgi_request.actor.roles == {"drafter", "signatory"}


def test_passwords_tried_at_a_link_count_as_those_of_a_sign_in(invited, cast, client_as):
    """A link that reached somebody else is no way to try passwords that nobody counts and nobody reads of."""
    person = with_password(cast("drafter", "ZF350200", 3))
    link, client = invited(email=person.email, role="signatory"), client_as()
    for _ in range(5):
        assert client.post(link, {"password": "wrong"}).status_code == 422
    assert trail("accounts.sign_in_failed") == [(person.pk, "refused", "127.0.0.1", "")] * 5
    answer = client.post(link, {"password": PASSWORD})
    assert answer.status_code == 422
    assert "After five failed attempts this account is closed for fifteen minutes." in answer.content.decode()
    sign_in(client, person)
    assert not is_in(client), "closed at the sign-in as well"
    assert not person.memberships.filter(role="signatory").exists()


def test_a_person_deactivated_meanwhile_gets_nothing(invited, cast, client_as):
    person = with_password(cast("drafter", "ZF350200", 3))
    link = invited(email=person.email, role="signatory")
    User.objects.filter(pk=person.pk).update(is_active=False)
    answer = client_as().post(link, {"password": PASSWORD})
    assert answer.status_code == 422
    assert "deactivated" in answer.content.decode()


def test_the_password_of_a_known_person_is_worked_out_once(invited, cast, client_as, monkeypatch):
    person = with_password(cast("drafter", "ZF350200", 3))
    link, client = invited(email=person.email, role="signatory"), client_as()
    asked, check = [], User.check_password
    monkeypatch.setattr(User, "check_password", lambda self, raw: asked.append(raw) or check(self, raw))
    assert client.post(link, {"password": PASSWORD}).status_code == 303
    assert asked == [PASSWORD]


APART = [
    ("reviewer", "ZJ", "MIIT", "officer", "a reviewer is neither at the same time"),
    ("officer", "MIIT", "ZJ", "reviewer", "a reviewer is neither at the same time"),
    ("auditor", "SJ", "ZJ", "reviewer", "a reviewer is neither at the same time"),
    ("drafter", "ZF350200", "YW", "audit_admin", "An administrator holds no role in the programme itself."),
    ("audit_admin", "YW", "MIIT", "officer", "An administrator holds no role in the programme itself."),
    ("system_admin", "YW", "YW", "audit_admin", "this person already holds one of the three roles"),
    ("drafter", "ZF350200", "MIIT", "finance_maker", "Only finance departments touch money, never MIIT."),
]


@pytest.mark.parametrize(("role", "home", "code", "wanted", "says"), APART)
def test_roles_that_do_not_go_together_are_refused_to_the_inviter(desk, cast, role, home, code, wanted, says):
    """Who invites learns it at once, beside the role, and not the invited one two weeks later."""
    person = cast(role, home, 3)
    answer = desk.post("/people/invite/", NEW | {"email": person.email, "organisation": code, "role": wanted})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert says in text
    assert 'id="id_role_error"' in text
    assert not Invitation.objects.exists()


def test_two_open_invitations_that_exclude_each_other_are_refused(invited, desk):
    invited(organisation="ZJ", role="reviewer")
    answer = desk.post("/people/invite/", NEW | {"organisation": "MIIT", "role": "officer"})
    assert answer.status_code == 422
    assert 'id="id_role_error"' in answer.content.decode()
    invited(organisation="ZF350200", role="drafter")


def test_an_administrator_role_is_not_taken_besides_business(cast, client_as, admin, actor):
    """The role came after the invitation."""
    person, token = with_password(cast("drafter", "ZF350200", 3)), "x" * 43
    with actor(admin) as by:
        Invitation.objects.create(
            email=person.email,
            name="x",
            organisation=Organisation.objects.get(code="YW"),
            role="audit_admin",
            token_sha256=domain.digest(token),
            invited_by_id=by.id,
            expires_at=clock.now() + timedelta(days=1),
        )
    answer = client_as().post(f"/people/invitation/{token}/", {"password": PASSWORD})
    assert answer.status_code == 422
    assert "An administrator holds no role in the programme itself." in answer.content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "no address"}, "email"),
        ({"organisation": "ZF999999"}, "organisation"),
        ({"role": "officer"}, "role"),
        ({"role": "clockwork", "organisation": "YW"}, "role"),
        ({"role": "nonsense"}, "role"),
        ({"name": ""}, "name"),
    ],
)
def test_a_wrong_invitation_is_refused_and_nothing_typed_is_lost(desk, changes, field):
    answer = desk.post("/people/invite/", NEW | changes)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert f'id="id_{field}_error"' in text
    if field != "email":
        assert 'value="Neu@ZF.test"' in text
    assert not Invitation.objects.exists()


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


def test_invitations_expire_in_fourteen_days(invited, admin):
    with clock.at(clock.now()):
        invited()
    from portal.core.scope import acting_as

    with acting_as(admin.pk):
        row = Invitation.objects.get()
    assert timedelta(days=13, hours=23) < row.expires_at - clock.now() <= timedelta(days=14)


def _events(act: str):
    from portal.accounts.cast import ensure_user
    from portal.audit.models import Event
    from portal.core.scope import acting_as

    reader = databases.committed(lambda: ensure_user("reader@trail.test", "reader", "YW", "audit_admin"))
    with acting_as(reader.pk):
        return list(Event.objects.filter(act=act).order_by("pk").values("actor", "outcome", "before", "after", "why"))


def test_somebody_else_who_is_signed_in_takes_no_invitation(invited, cast, client_as):
    """Or the new person would go on in the account of whoever sat at this machine before."""
    link, sitting = invited(), cast("officer", "MIIT")
    client = client_as(sitting)
    for answer in (client.get(link), _take(client, link)):
        text = answer.content.decode()
        assert f"You are signed in as {sitting.email}, but this invitation is for neu@zf.test." in text
        assert 'name="password"' not in text
    assert answer.status_code == 409
    assert not User.objects.filter(email="neu@zf.test").exists()
    assert client.post("/account/logout/", {"next": link})["Location"] == link
    assert _take(client, link)["Location"] == "/account/login/"


def test_who_is_signed_in_goes_on_to_the_desk_with_the_new_role(invited, cast, client_as):
    person = with_password(cast("drafter", "ZF350200", 3))
    link, client = invited(email=person.email, role="signatory"), client_as(person)
    answer = client.post(link, {"password": PASSWORD}, follow=True)
    assert answer.redirect_chain == [("/desk/", 303)]
    assert "Please sign in" not in answer.content.decode()
    assert answer.wsgi_request.actor.roles == {"drafter", "signatory"}


def test_invitations_of_a_deactivated_administrator_are_withdrawn(invited, cast, client_as):
    """Whoever misused the account kept the links: none of them makes an account any more."""
    link, other = invited(), cast("security_admin", "YW", 2)
    admin = Invitation.objects.get().invited_by_id
    client_as(other).post(f"/people/{admin}/deactivate/", {"why": "misused"})
    assert _take(client_as(), link).status_code == 410
    assert not User.objects.filter(email="neu@zf.test").exists()
    assert _events("accounts.deactivate")[-1]["after"]["invitations_withdrawn"] == ["neu@zf.test"]


def test_invitations_of_an_administrator_whose_role_ended_are_withdrawn(invited, cast, client_as):
    link, other = invited(), cast("security_admin", "YW", 2)
    post = Membership.objects.get(user=Invitation.objects.get().invited_by_id, ended_at=None)
    client_as(other).post(f"/people/roles/{post.pk}/end/", {"why": "misused"})
    assert _take(client_as(), link).status_code == 410
    assert _events("accounts.end_membership")[-1]["after"]["invitations_withdrawn"] == ["neu@zf.test"]


def test_invitations_of_an_administrator_who_hands_over_are_withdrawn(invited, desk, cast, client_as):
    link, other, successor = invited(), cast("security_admin", "YW", 2), cast("drafter", "ZF350200", 3)
    admin = Invitation.objects.get().invited_by_id
    Membership.objects.filter(user=successor).update(ended_at=clock.now())
    client_as(other).post(f"/people/{admin}/hand-over/", {"successor": successor.email, "why": "moves"})
    assert _take(client_as(), link).status_code == 410
    assert _events("accounts.hand_over")[-1]["after"]["invitations_withdrawn"] == ["neu@zf.test"]


# A lost second factor


@pytest.fixture
def locked_out(cast):
    """A person with an app, a key and recovery codes, none of which is at hand."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP

    person = with_password(cast("drafter", "ZF350200", 3))
    key = {"name": "Ring", "credential": {"rawId": "eA"}}
    with acting_as(person.pk):
        RecoveryCodes.activate(person)
        TOTP.activate(person, "JBSWY3DPEHPK3PXP")
        Authenticator.objects.create(user=person, type="webauthn", data=key)
    return person


def test_a_lost_second_factor_is_taken_away_and_set_up_anew(
    desk, admin, locked_out, client_as, settings, django_capture_on_commit_callbacks
):
    settings.TWO_FACTOR_REQUIRED = False
    from allauth.mfa.models import Authenticator

    open_elsewhere, page = client_as(locked_out), f"/people/{locked_out.pk}/second-factor/"
    assert page in desk.get(f"/people/{locked_out.pk}/").content.decode()
    assert "Make sure first that it is they who ask" in desk.get(page).content.decode()
    assert desk.post(page, {"why": " "}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        assert desk.post(page, {"why": "telephone lost, called back"})["Location"] == f"/people/{locked_out.pk}/"
    assert not Authenticator.objects.filter(user=locked_out).exists()
    (letter,) = mail.outbox
    assert letter.to == [locked_out.email]
    assert "took the second factor of your account away" in letter.body
    (done,) = _events("accounts.reset_second_factor")
    assert (done["actor"], done["why"]) == (admin.pk, "telephone lost, called back")
    assert done["after"] == {"taken": ["recovery_codes", "totp", "webauthn"]}
    settings.TWO_FACTOR_REQUIRED = True
    client = client_as()
    assert sign_in(client, locked_out)["Location"] == "/desk/"
    assert client.get("/desk/")["Location"] == "/account/2fa/"
    assert page not in desk.get(f"/people/{locked_out.pk}/", follow=True).content.decode()
    del open_elsewhere


def test_sessions_end_with_the_second_factor(desk, locked_out, client_as):
    from allauth.mfa.models import Authenticator

    client = client_as()
    with acting_as(locked_out.pk):
        held = list(Authenticator.objects.filter(user=locked_out))
        Authenticator.objects.filter(user=locked_out).delete()
        sign_in(client, locked_out)
    with acting_as(locked_out.pk):
        Authenticator.objects.bulk_create(held)
    assert client.get("/desk/").status_code == 200
    desk.post(f"/people/{locked_out.pk}/second-factor/", {"why": "lost"})
    assert client.get("/desk/").status_code == 302


@pytest.mark.parametrize(("role", "code"), [("audit_admin", "YW"), ("system_admin", "YW"), ("officer", "MIIT")])
def test_only_the_security_administrator_takes_a_second_factor_away(locked_out, cast, client_as, role, code):
    from allauth.mfa.models import Authenticator

    answer = client_as(cast(role, code)).post(f"/people/{locked_out.pk}/second-factor/", {"why": "x"})
    assert answer.status_code == 403
    assert Authenticator.objects.filter(user=locked_out).count() == 3


def test_nobody_takes_their_own_second_factor_away_this_way(desk, admin):
    assert desk.post(f"/people/{admin.pk}/second-factor/", {"why": "x"}).status_code == 403


def test_where_there_is_no_second_factor_none_is_taken_away(desk, cast):
    person = cast("drafter", "ZF350200", 3)
    answer = desk.post(f"/people/{person.pk}/second-factor/", {"why": "x"})
    assert "This person has no second factor." in answer.content.decode()
