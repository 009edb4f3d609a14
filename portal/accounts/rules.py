"""Who may grant and end roles."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Role
from portal.core.errors import Guard
from portal.core.menu import Entry
from portal.core.rules import permit, says
from portal.core.scope import Actor


@says(_("Nobody changes their own rights: ask the other security administrator."))
def is_someone_else(actor: Actor, obj: Any) -> bool:
    """The act is about another person."""
    return getattr(obj, "user_id", None) != actor.id and getattr(obj, "pk", None) != actor.id


MAY: Final = {
    "accounts.invite": permit(_("Invite a person to a role"), Role.SECURITY_ADMIN),
    "accounts.end_membership": permit(_("End a role"), Role.SECURITY_ADMIN, when=is_someone_else),
    "accounts.deactivate": permit(_("Deactivate a person"), Role.SECURITY_ADMIN, when=is_someone_else),
    "accounts.hand_over": permit(_("Hand a person's roles to a successor"), Role.SECURITY_ADMIN, when=is_someone_else),
    "accounts.view_people": permit(_("See people and roles"), Role.SECURITY_ADMIN, Role.AUDIT_ADMIN),
    "core.view_operations": permit(_("See metrics and the state of the queue"), Role.SYSTEM_ADMIN),
}
GUARDS: Final = {
    "invitation_is_open": Guard(_("This invitation was used, withdrawn or is too old. Ask for a new one.")),
    "membership_role_fits_kind": Guard(_("This role does not exist in this kind of organisation."), "role"),
    "membership_money_only_in_finance": Guard(_("Only finance departments touch money, never MIIT."), "role"),
}
MENU: Final = (
    Entry(_("My desk"), "dashboard", ""),
    Entry(_("People and roles"), "accounts:people", _("Administration"), ("accounts.view_people",)),
)
