"""Who may grant and end roles."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Role
from portal.core.clockwork import ADDRESS
from portal.core.errors import Guard
from portal.core.menu import Entry
from portal.core.rules import permit, says
from portal.core.scope import Actor


@says(_("Nobody changes their own rights: ask the other security administrator."))
def is_someone_else(actor: Actor, obj: Any) -> bool:
    """The act is about another person: an account that is not the actor's, or a role of such an account."""
    # A role has a number of its own, which may well be the number of the actor's account.
    return bool(actor.id != (obj.user_id if hasattr(obj, "user_id") else getattr(obj, "pk", None)))


@says(_("The clockwork is no person: without it no deadline closes, no letter goes out and the trail is not sealed."))
def is_a_person(actor: Actor, obj: Any) -> bool:
    """The account or the role is a person's, not the clockwork's."""
    return getattr(obj, "email", None) != ADDRESS and getattr(obj, "role", None) != Role.CLOCKWORK


_OTHERS: Final = is_someone_else & is_a_person


@says(_("This token belongs to somebody else."))
def is_own_token(actor: Actor, obj: Any) -> bool:
    """The token is the actor's own."""
    return getattr(obj, "user_id", None) == actor.id


@says(_("Only a security administrator revokes the tokens of others."))
def is_security(actor: Actor, obj: Any) -> bool:
    """The actor is a security administrator."""
    return actor.post(Role.SECURITY_ADMIN) is not None


_PEOPLE: Final = tuple(role for role in Role if role is not Role.CLOCKWORK)
MAY: Final = {
    "accounts.invite": permit(_("Invite a person to a role"), Role.SECURITY_ADMIN),
    "accounts.withdraw_invitation": permit(_("Withdraw an invitation"), Role.SECURITY_ADMIN),
    "accounts.end_membership": permit(_("End a role"), Role.SECURITY_ADMIN, when=_OTHERS),
    "accounts.deactivate": permit(_("Deactivate a person"), Role.SECURITY_ADMIN, when=_OTHERS),
    "accounts.hand_over": permit(_("Hand a person's roles to a successor"), Role.SECURITY_ADMIN, when=_OTHERS),
    "accounts.reset_second_factor": permit(_("Take a person's second factor away"), Role.SECURITY_ADMIN, when=_OTHERS),
    "accounts.make_token": permit(_("Make an API token of one's own"), *_PEOPLE),
    "accounts.revoke_token": permit(_("Revoke an API token"), *_PEOPLE, when=is_own_token | is_security),
    "accounts.view_people": permit(_("See people and roles"), Role.SECURITY_ADMIN, Role.AUDIT_ADMIN),
    "core.view_operations": permit(_("See metrics and the state of the queue"), Role.SYSTEM_ADMIN),
}
GUARDS: Final = {
    "organisation_is_kept": Guard(_("What a body is, and the place it belongs to, does not change.")),
    "api_token_stays": Guard(_("An API token is never changed or removed, only revoked.")),
    "deactivated_stays": Guard(_("A deactivated account stays so: invite the person anew.")),
    "clockwork_stays": Guard(
        _("The clockwork is no person: without it no deadline closes, no letter goes out and the trail is not sealed.")
    ),
    "invitation_is_open": Guard(
        _(
            "This invitation was used, withdrawn, is too old, or who wrote it no longer gives out roles. Ask for a new"
            " one."
        )
    ),
    "invitation_is_fixed": Guard(_("An invitation is not changed: withdraw it and write a new one.")),
    "second_factor_is_ones_own": Guard(
        _(
            "A second factor is added and changed by its own person alone, and taken away by them or a "
            "security administrator."
        )
    ),
    "mfa_key_once": Guard(_("This key is known to the portal already. Choose another.")),
    "membership_only_ends": Guard(_("A role is not changed: end it and give another.")),
    "membership_role_fits_kind": Guard(_("This role does not exist in this kind of organisation."), "role"),
    "membership_money_only_in_finance": Guard(_("Only finance departments touch money, never MIIT."), "role"),
}
MENU: Final = (
    Entry(_("My desk"), "dashboard", ""),
    Entry(_("People and roles"), "accounts:people", _("Administration"), ("accounts.view_people",)),
)
