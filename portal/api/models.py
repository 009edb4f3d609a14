"""What was answered to a request that may be repeated."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core.rls import USER, RowSecurity, has_role


class Repeatable(models.Model):
    """One act asked over the API under a key of the caller's own: a repeat gets the same answer, nothing is done twice.

    The person is a value: the row is forgotten after a day.
    """

    asker = models.BigIntegerField()
    key = models.CharField(max_length=80)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("repeatable request")
        verbose_name_plural = _("repeatable requests")
        indexes = [models.Index(fields=["at"])]
        constraints = [
            models.UniqueConstraint(name="repeatable_once", fields=["asker", "key"]),
            RowSecurity(
                name="repeatable_rows",
                read=f"(asker = {USER} or {has_role('clockwork')})",
                insert=f"asker = {USER}",
                update=f"asker = {USER}",
                delete=f"(asker = {USER} or {has_role('clockwork')})",
            ),
        ]

    def __str__(self) -> str:
        return self.key
