"""Organisations, people, memberships, invitations."""

from portal.accounts.models.membership import Invitation, Membership
from portal.accounts.models.organisation import Organisation
from portal.accounts.models.sharing import Sharing
from portal.accounts.models.token import ApiToken
from portal.accounts.models.user import User

__all__ = ["ApiToken", "Invitation", "Membership", "Organisation", "Sharing", "User"]
