"""What the worker does for accounts."""

from __future__ import annotations

import smtplib

import structlog
from celery import Task, shared_task
from django.db import InterfaceError, OperationalError

from portal.accounts import invitations, resets

log = structlog.get_logger(__name__)


@shared_task(name=resets.RESET, bind=True, max_retries=5)
def send_reset(task: Task, email: str) -> None:
    """Send a letter with which a password is set anew; what mail server or database refuse is tried again."""
    try:
        resets.send(email)
    except (smtplib.SMTPException, OSError, OperationalError, InterfaceError) as error:
        log.warning("reset_not_sent", reason=type(error).__name__)
        raise task.retry(countdown=60 * 2**task.request.retries) from error


@shared_task(name=invitations.SEND, bind=True, max_retries=5)
def send_invitation(task: Task, number: int, by: int) -> None:
    """Send the letter of an invitation; what mail server or database refuse is tried again."""
    try:
        invitations.send(number, by)
    except (smtplib.SMTPException, OSError, OperationalError, InterfaceError) as error:
        log.warning("invitation_not_sent", invitation=number, reason=type(error).__name__)
        raise task.retry(countdown=60 * 2**task.request.retries) from error
