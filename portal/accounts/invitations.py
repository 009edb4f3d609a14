"""Letters of invitations: the worker sends them and tries again, so none is lost because the mail server is down.

The token of the link stands nowhere. It follows from what the invitation says and the portal's secret key, so the
worker can write the same link again, and what goes through the queue is a number.
"""

from __future__ import annotations

import hashlib
from datetime import UTC
from typing import Final

import structlog
from celery import current_app
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from portal.accounts.models import Invitation
from portal.core import clock
from portal.core.scope import acting_as
from portal.notifications import letters

SEND: Final = "portal.send_invitation"
DAYS: Final = 14
log = structlog.get_logger(__name__)


def digest(token: str) -> str:
    """What is kept of an invitation's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def token_of(invitation: Invitation) -> str:
    """The token of an invitation's link: nobody finds it without the secret key."""
    what = (
        invitation.email,
        invitation.organisation_id,
        invitation.role,
        invitation.invited_by_id,
        invitation.expires_at.astimezone(UTC).isoformat(),
    )
    return salted_hmac("portal.invitation", "\n".join(map(str, what)), algorithm="sha256").hexdigest()


def enqueue(invitation: Invitation) -> None:
    """Have its letter sent by the worker; when the queue is down, it goes from here."""
    try:
        current_app.send_task(SEND, args=[invitation.pk, invitation.invited_by_id], retry=False)
    except (OperationalError, OSError) as error:
        log.warning("invitation_not_enqueued", reason=type(error).__name__)
        _send(invitation)


def send(number: int, by: int) -> bool:
    """Send the letter in the scope of who invited; False where the invitation does not hold any more.

    Raises what the mail server answers.
    """
    with acting_as(by):
        rows = Invitation.objects.select_related("organisation").filter(taken_at=None, withdrawn_at=None)
        invitation = rows.filter(pk=number, expires_at__gte=clock.now()).first()
    if invitation is None:
        return False
    return _send(invitation)


def _send(invitation: Invitation) -> bool:
    token = token_of(invitation)
    if digest(token) != invitation.token_sha256:  # written under a secret key that was replaced since
        log.error("invitation_not_sent", invitation=invitation.pk, reason="another SECRET_KEY")
        return False

    def text() -> str:
        return _(
            "%(name)s,\n\nyou are invited to the pilot portal as %(role)s of %(organisation)s.\n"
            "Open this link within %(days)s days to set your password:\n%(link)s\n\n"
            "If you did not expect this letter, ignore it."
        ) % {
            "name": invitation.name,
            "role": invitation.get_role_display(),
            "organisation": invitation.organisation,
            "days": DAYS,
            "link": letters.address(reverse("accounts:take", args=[token])),
        }

    letter = letters.number("invitation", invitation.pk)
    letters.send(invitation.email, lambda: _("Invitation to the pilot portal"), text, message_id=letter)
    return True
