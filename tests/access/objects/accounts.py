"""People, memberships, an open invitation; and the arguments of allauth's own pages."""

from __future__ import annotations

from typing import Any

from portal.accounts.domain import people
from portal.accounts.enums import Role
from portal.accounts.models import Membership


def make(world: Any) -> dict[str, dict[str, Any]]:
    person = world.person("drafter")
    with world.acting("security") as by:
        membership = Membership.objects.get(user=person, ended_at=None)
        what = people.InviteInput("invited@access.test", "x", membership.organisation, Role.SIGNATORY)
        invitation = people.invite(by=by, what=what)
    pk = {"pk": person.pk}
    return {
        "accounts:person": pk,
        "accounts:deactivate": pk,
        "accounts:hand_over": pk,
        "accounts:reset_second_factor": pk,
        "accounts:end_membership": {"pk": membership.pk},
        "accounts:withdraw": {"pk": invitation.pk},
        "accounts:end_session": {"pk": 1},  # nobody's here
        "accounts:take": {"token": "unknown"},
        "account_closed": {"what": "email"},
        "account_confirm_email": {"key": "unknown"},
        "account_reset_password_from_key": {"uidb36": "1", "key": "unknown"},
        "mfa_edit_webauthn": {"pk": 1},
        "mfa_remove_webauthn": {"pk": 1},
    }
