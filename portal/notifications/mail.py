"""E-mail of the inbox: one letter a notice, in both languages, each noted when it went."""

from __future__ import annotations

import smtplib

import structlog
from celery import Task, shared_task
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.scope import acting_as
from portal.notifications import letters
from portal.notifications.inbox import MAIL
from portal.notifications.models import Notice

log = structlog.get_logger(__name__)


def send(notice_id: str, person: int) -> bool:
    """Send one notice to its person, in that person's scope; False when it went already or nobody can be reached."""
    with acting_as(person) as actor:
        rows = Notice.objects.select_for_update(skip_locked=True)
        notice = rows.filter(pk=notice_id, person_id=person, mailed_at=None, wants_mail=True).first()
        if notice is None or not actor.id:
            return False
        to = get_user_model().objects.values_list("email", flat=True).get(pk=person)
        link = letters.address(notice.url or reverse("inbox"))
        letters.send(
            to,
            lambda: letters.shortened(notice.text),
            lambda: _("%(text)s\n\nOpen in the portal: %(link)s") % {"text": notice.text, "link": link},
            message_id=letters.number("notice", notice.pk),
        )
        Notice.objects.filter(pk=notice.pk).update(mailed_at=clock.now())
    return True


@shared_task(name=MAIL, bind=True, max_retries=5)
def mail(task: Task, notices: list[tuple[str, int]]) -> None:
    """Send the e-mails of these notices. Safe to repeat; what the mail server refuses is tried again later."""
    refused = []
    for notice_id, person in notices:
        try:
            send(notice_id, person)
        except (smtplib.SMTPException, OSError) as error:
            log.warning("letter_not_sent", notice=notice_id, reason=type(error).__name__)
            refused.append((notice_id, person))
        except Exception:  # a letter that cannot be written at all stops none of the others
            log.exception("letter_not_written", notice=notice_id)
    if refused:
        raise task.retry(args=[refused], countdown=60 * 2**task.request.retries)
