"""A new password by letter: the request only hands the address to the worker, whether somebody has it or not.

So who asks learns nothing from how long the answer takes, and waits for no mail server.
"""

from __future__ import annotations

from typing import Final

import structlog
from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from celery import current_app
from django.urls import reverse
from kombu.exceptions import OperationalError

from portal.accounts.models import User
from portal.notifications import letters

RESET: Final = "portal.send_reset"
log = structlog.get_logger(__name__)


def enqueue(email: str) -> None:
    """Hand an address to the worker; when the queue is down, its letter goes from here."""
    try:
        current_app.send_task(RESET, args=[email], retry=False)
    except (OperationalError, OSError) as error:
        log.warning("reset_not_enqueued", reason=type(error).__name__)
        send(email)


def send(email: str) -> bool:
    """Send the letter with the link to whoever has this address; False when nobody does.

    Raises what the mail server answers.
    """
    person = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if person is None:
        return False
    number, key = user_pk_to_url_str(person), default_token_generator.make_token(person)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": number, "key": key})
    context = {"user": person, "password_reset_url": letters.address(path)}
    get_adapter().render_mail("account/email/password_reset_key", person.email, context).send()
    return True
