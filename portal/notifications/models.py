"""What people were told: letters of the inbox, and reminders that were sent."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core.rls import USER, RowSecurity, has_role
from portal.notifications.notice import Notice

__all__ = ["Notice", "Reminder"]


class Reminder(models.Model):
    """A letter told a person of a deadline `days` days before it. The row is why it is not sent a second time.

    `subject`: the address of the page where the person does it. A deadline that was moved is another one.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    subject = models.CharField(_("subject"), max_length=200)
    due = models.DateTimeField(_("due"))
    days = models.PositiveSmallIntegerField(_("days before"))
    sent_at = models.DateTimeField(_("sent"))

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(
                name="reminder_once",
                fields=["person", "subject", "due", "days"],
                violation_error_message=_("This reminder was sent already."),
            ),
            RowSecurity(
                name="reminder_rows",
                read=f"(person_id = {USER} or {has_role('clockwork')})",
                insert=has_role("clockwork"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} -{self.days}"
