"""Invitations end to end: written, taken, withdrawn, of those who left; in the database as well."""

from __future__ import annotations

import re
from datetime import timedelta

import psycopg
import pytest
from celery.exceptions import Retry
from django.core import mail

from portal.accounts import tasks
from portal.accounts.domain import people as domain
from portal.accounts.models import Invitation, Membership, Organisation, User
from portal.core import clock
from portal.core.errors import DomainError
from portal.core.scope import acting_as
from tests.accounts.people import NEW, PASSWORD, events, is_in, sign_in, take, trail, with_password


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


def test_a_mail_server_that_is_down_only_delays_the_letter(desk, monkeypatch, django_capture_on_commit_callbacks):
    """The worker tries again with the same link, and the queue holds no token."""
    handed = []
    monkeypatch.setattr(
        "portal.accounts.invitations.current_app.send_task", lambda name, args, **_more: handed.append((name, args))
    )
    with django_capture_on_commit_callbacks(execute=True):
        desk.post("/people/invite/", NEW)
    row = Invitation.objects.get()
    assert handed == [(tasks.send_invitation.name, [row.pk, row.invited_by_id])]
    assert mail.outbox == []
    with monkeypatch.context() as now:
        now.setattr("django.core.mail.EmailMessage.send", _down)
        with pytest.raises(Retry):
            tasks.send_invitation.apply(args=handed[0][1], throw=True)
    tasks.send_invitation(*handed[0][1])
    (letter,) = mail.outbox
    token = re.search(r"/people/invitation/([^/\s]+)", letter.body)[1]
    assert domain.digest(token) == row.token_sha256
    with acting_as(row.invited_by_id) as by:
        domain.withdraw(by=by, invitation=row, why="by mistake")
    tasks.send_invitation(*handed[0][1])
    assert len(mail.outbox) == 1


def _down(*_args, **_more):
    raise OSError("nobody listens")


def test_an_invitation_goes_without_the_queue(desk, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr("portal.accounts.invitations.current_app.send_task", _down)
    with django_capture_on_commit_callbacks(execute=True):
        desk.post("/people/invite/", NEW)
    assert [letter.to for letter in mail.outbox] == [["neu@zf.test"]]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_new_person_takes_the_invitation_and_signs_in(invited, client_as, language):
    link, client = invited(), client_as(language=language)
    page = client.get(link)
    assert "新人" in page.content.decode()
    assert "no-store" in page["Cache-Control"], "whoever uses the computer next does not find it"
    answer = take(client, link)
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
    answer = take(client, link, password, again)
    assert answer.status_code == 422
    assert "field__error" in answer.content.decode()
    assert not User.objects.filter(email="neu@zf.test").exists()
    assert take(client, link).status_code == 303, "the link still holds"


def test_a_link_is_used_once(invited, client_as):
    link = invited()
    take(client_as(), link)
    for answer in (client_as().get(link), take(client_as(), link)):
        assert "This invitation cannot be used" in answer.content.decode()
    assert take(client_as(), link).status_code == 410
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
    for answer in (client_as().get(link), take(client_as(), link)):
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
    assert take(client_as(), link).status_code == 410
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


def test_invitations_expire_in_fourteen_days(invited, admin):
    with clock.at(clock.now()):
        invited()

    with acting_as(admin.pk):
        row = Invitation.objects.get()
    assert timedelta(days=13, hours=23) < row.expires_at - clock.now() <= timedelta(days=14)


def test_somebody_else_who_is_signed_in_takes_no_invitation(invited, cast, client_as):
    """Or the new person would go on in the account of whoever sat at this machine before."""
    link, sitting = invited(), cast("officer", "MIIT")
    client = client_as(sitting)
    for answer in (client.get(link), take(client, link)):
        text = answer.content.decode()
        assert f"You are signed in as {sitting.email}, but this invitation is for neu@zf.test." in text
        assert 'name="password"' not in text
    assert answer.status_code == 409
    assert not User.objects.filter(email="neu@zf.test").exists()
    assert client.post("/account/logout/", {"next": link})["Location"] == link
    assert take(client, link)["Location"] == "/account/login/"


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
    assert take(client_as(), link).status_code == 410
    assert not User.objects.filter(email="neu@zf.test").exists()
    assert events("accounts.deactivate")[-1]["after"]["invitations_withdrawn"] == ["neu@zf.test"]


def test_invitations_of_an_administrator_whose_role_ended_are_withdrawn(invited, cast, client_as):
    link, other = invited(), cast("security_admin", "YW", 2)
    post = Membership.objects.get(user=Invitation.objects.get().invited_by_id, ended_at=None)
    client_as(other).post(f"/people/roles/{post.pk}/end/", {"why": "misused"})
    assert take(client_as(), link).status_code == 410
    assert events("accounts.end_membership")[-1]["after"]["invitations_withdrawn"] == ["neu@zf.test"]


def test_invitations_of_an_administrator_who_hands_over_are_withdrawn(invited, desk, cast, client_as):
    link, other, successor = invited(), cast("security_admin", "YW", 2), cast("drafter", "ZF350200", 3)
    admin = Invitation.objects.get().invited_by_id
    Membership.objects.filter(user=successor).update(ended_at=clock.now())
    client_as(other).post(f"/people/{admin}/hand-over/", {"successor": successor.email, "why": "moves"})
    assert take(client_as(), link).status_code == 410
    assert events("accounts.hand_over")[-1]["after"]["invitations_withdrawn"] == ["neu@zf.test"]
