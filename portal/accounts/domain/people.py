"""Acts on people: invite, take an invitation, end a role, deactivate, hand over to a successor."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from portal.accounts.domain.rights import end_sessions, needs_reason, one_at_a_time, still_in_office
from portal.accounts.domain.tokens import revoke_all
from portal.accounts.enums import ADMIN_ROLES, ROLES_OF_KIND, Role
from portal.accounts.invitations import DAYS, digest, enqueue, token_of
from portal.accounts.models import Invitation, Membership, Organisation, User
from portal.accounts.queries import BY_WHO_IS_IN_OFFICE, invitations
from portal.core import clock
from portal.core.clockwork import ADDRESS
from portal.core.commands import command, event_writer, on_commit, picture
from portal.core.errors import DomainError, constraint_message, database_refusals
from portal.core.scope import NOBODY, Actor

GONE: Final = _l(
    "This invitation was used, withdrawn, is too old, or who wrote it no longer gives out roles. Ask for a new one."
)


@dataclass(frozen=True)
class InviteInput:
    """Whom to invite to which role where."""

    email: str
    name: str
    organisation: Organisation
    role: Role


def invite(*, by: Actor, what: InviteInput) -> Invitation:
    """Invite a person to a role by e-mail; the link holds for 14 days while the inviter is in office, and once.

    Raises NotAllowed; DomainError when the role does not exist in that kind of organisation, or the person has it.
    Side effects: invitation, audit event, and after the commit a letter by the worker.
    """
    one_at_a_time()
    with command(by, "accounts.invite") as act:
        still_in_office(by)
        if what.role not in ROLES_OF_KIND[what.organisation.kind] or what.role == Role.CLOCKWORK:
            raise DomainError("role_fits", _("This role does not exist in this kind of organisation."), "role")
        email = what.email.strip().lower()
        person = User.objects.filter(email=email).first()
        if person and person.pk == by.id:
            raise DomainError("oneself", _("Nobody invites themselves to a role."), "email")
        if person and not person.is_active:
            raise DomainError("inactive", _("This person's account is deactivated."), "email")
        held = Membership.objects.filter(user=person, organisation=what.organisation, role=what.role, ended_at=None)
        if person and held.exists():
            raise DomainError("held", _("This person holds this role already."), "role")
        _goes_together(what, email, person)
        invitation = Invitation(
            email=email,
            name=what.name,
            organisation=what.organisation,
            role=what.role,
            invited_by_id=by.id,
            expires_at=clock.now() + timedelta(days=DAYS),
        )
        invitation.token_sha256 = digest(token_of(invitation))
        invitation.save(force_insert=True)
        on_commit(lambda: enqueue(invitation), robust=True)
        return act.record(invitation)


# Of a person's roles one of these guards (as the database has them) keeps a pair apart.
_APART: Final = (
    ("membership_one_administrator_role", ADMIN_ROLES, ADMIN_ROLES),
    ("membership_administrator_has_no_business", ADMIN_ROLES, frozenset(Role) - frozenset(ADMIN_ROLES)),
    ("membership_reviewer_holds_no_office", (Role.REVIEWER,), (Role.OFFICER, Role.AUDITOR)),
)


def _goes_together(what: InviteInput, email: str, person: User | None) -> None:
    """What the database would refuse once the invitation is taken is said to whoever invites.

    Raises DomainError beside `role`: for a role that the body does not give, and for one that does not go together
    with those the person holds or is invited to.
    """
    if what.role not in what.organisation.roles:
        raise _refused("membership_money_only_in_finance")
    held = Membership.objects.filter(user=person, ended_at=None).values_list("role", flat=True) if person else []
    open_ = invitations().filter(BY_WHO_IS_IN_OFFICE, email=email, expires_at__gte=clock.now())
    others = {*held, *open_.exclude(role=what.role).values_list("role", flat=True)}
    for name, some, rest in _APART:
        if (what.role in some and others & set(rest)) or (what.role in rest and others & set(some)):
            raise _refused(name)


def _refused(name: str) -> DomainError:
    guard = constraint_message(name)
    return DomainError(name, guard.message if guard else "", "role")


def withdraw(*, by: Actor, invitation: Invitation, why: str) -> Invitation:
    """Take an invitation back before it is taken: its link no longer works. Raises NotAllowed, DomainError."""
    with command(by, "accounts.withdraw_invitation", invitation) as act:
        needs_reason(why)
        if invitation.taken_at is not None or invitation.withdrawn_at is not None:
            raise DomainError("invitation_ended", _("This invitation was taken or withdrawn already."))
        invitation.withdrawn_at = clock.now()
        invitation.save(update_fields=["withdrawn_at"])
        return act.record(invitation, why)


def find_invitation(token: str) -> dict[str, str] | None:
    """What an open invitation offers (email, name, organisation, role, known), or None when it cannot be used."""
    with connection.cursor() as cursor:
        cursor.execute("select invitation_offer(%s)", [digest(token)])
        row = cursor.fetchone()
    return json.loads(row[0]) if row and isinstance(row[0], str) else (row[0] if row else None)


def take(*, token: str, password: str, proven: User | None = None, by: Actor = NOBODY) -> User:
    """Take an invitation: the person (made when new) gets the role. A known person must give their own password.

    by: where the act comes from, for the trail.
    proven: whose account the password was proven to be of already; it is not asked again.
    Raises DomainError for a link that was used, withdrawn or is too old, or whose writer is no longer in office; and
    for a weak or wrong password.
    """
    _take_turns(token)
    offer = find_invitation(token)
    if offer is None:
        raise DomainError("invitation_gone", GONE)
    one_at_a_time()  # who ends the writer's post withdraws the invitation: of the two one waits before it locks a row
    with database_refusals(), transaction.atomic():
        person = _person(offer, password, proven)
        with connection.cursor() as cursor:
            cursor.execute("select invitation_take(%s, %s)", [digest(token), person.pk])
    event_writer()(
        by=replace(by, id=person.pk, name=person.name),
        act="accounts.take_invitation",
        obj=person,
        before={},
        after={"role": offer["role"], "organisation": offer["organisation_zh"]},
        why="",
        outcome="done",
    )
    return person


def _take_turns(token: str) -> None:
    """Of two who take the same invitation (a second click) the second waits and finds it used."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"invitation:{digest(token)}"])


def _person(offer: dict[str, str], password: str, proven: User | None) -> User:
    """The person an offer is for: the known one who gave the right password, or a new one with a good password."""
    person = User.objects.filter(email=offer["email"]).first()
    if person is not None:
        if not person.is_active:
            raise DomainError("inactive", _("This person's account is deactivated."))
        if proven != person and not person.check_password(password):
            raise DomainError("wrong_password", _("Give the password of your present account."), "password")
        return person
    person = User(email=offer["email"], name=offer["name"])
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise DomainError("weak_password", " ".join(error.messages), "password") from error
    person.set_password(password)
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def end_membership(*, by: Actor, membership: Membership, why: str) -> Membership:
    """End a role of another person. The row stays; what a security administrator invited to is withdrawn.

    Raises NotAllowed, DomainError without a reason.
    """
    one_at_a_time()
    with command(by, "accounts.end_membership", membership) as act:
        still_in_office(by)
        needs_reason(why)
        if membership.ended_at is not None:
            raise DomainError("ended", _("This role has ended already."))
        membership.ended_at = clock.now()
        membership.save(update_fields=["ended_at"])
        if membership.role == Role.SECURITY_ADMIN:
            act.after = picture(membership) | {"invitations_withdrawn": _withdraw_all(membership.user)}
        return act.record(membership, why)


def deactivate(*, by: Actor, person: User, why: str) -> User:
    """Deactivate another person: all roles end, all sessions end. Nothing of the person is removed.

    Invitations they wrote and nobody took are withdrawn: whoever misused the account may have kept their links.
    """
    one_at_a_time()
    with command(by, "accounts.deactivate", person) as act:
        still_in_office(by)
        needs_reason(why)
        Membership.objects.filter(user=person, ended_at=None).update(ended_at=clock.now())
        person.is_active = False
        person.save(update_fields=["is_active"])
        end_sessions(person)
        act.after = picture(person) | _taken_back(by, person)
        return act.record(person, why)


def hand_over(*, by: Actor, person: User, successor: User, why: str) -> User:
    """Give all open roles of a person to a successor and deactivate the person; what is theirs to do follows the role.

    Invitations they wrote are withdrawn: each is the word of who gave it, and the successor writes their own.
    Raises NotAllowed; DomainError when the successor is inactive, the same person, or may not hold the roles.
    """
    one_at_a_time()
    with command(by, "accounts.hand_over", person) as act:
        still_in_office(by)
        needs_reason(why)
        if not person.is_active:
            raise DomainError("already_deactivated", _("This person is deactivated already."))
        successor = User.objects.get(pk=successor.pk)  # who was deactivated while this one waited is no successor
        if successor.pk == person.pk or not successor.is_active or successor.email == ADDRESS:
            raise DomainError("successor", _("Choose another, active person as successor."), "successor")
        if successor.pk == by.id:
            raise DomainError("oneself", _("Nobody grants a role to themselves."), "successor")
        held = set(Membership.objects.filter(user=successor, ended_at=None).values_list("organisation_id", "role"))
        roles = Membership.objects.filter(user=person, ended_at=None)
        given = [
            Membership(user=successor, organisation_id=row.organisation_id, role=row.role, granted_by_id=by.id)
            for row in roles
            if (row.organisation_id, row.role) not in held
        ]
        roles.update(ended_at=clock.now())
        Membership.objects.bulk_create(given)
        person.is_active, person.successor = False, successor
        person.save(update_fields=["is_active", "successor"])
        end_sessions(person)
        act.after = picture(person) | _taken_back(by, person)
        return act.record(person, why)


def _taken_back(by: Actor, person: User) -> dict[str, list[str]]:
    """Revoke the tokens of a person who leaves and withdraw their invitations; gives the names and addresses."""
    return {"tokens_revoked": revoke_all(by=by, person=person), "invitations_withdrawn": _withdraw_all(person)}


def _withdraw_all(inviter: User) -> list[str]:
    """Withdraw what a person invited to; gives the addresses."""
    rows = Invitation.objects.filter(invited_by=inviter, taken_at=None, withdrawn_at=None, expires_at__gte=clock.now())
    found = sorted(rows.values_list("email", flat=True))
    rows.update(withdrawn_at=clock.now())
    return found
