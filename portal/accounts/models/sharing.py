"""Bodies that two governments form: who works for either of them works for the body."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.rls import SIGNED_IN, RowSecurity


class Sharing(models.Model):
    """A member's people hold their roles in the body too (two districts that apply as one), from `since` to `ended_at`.

    `enter_scope` reads it. Only functions of the database write it: by the act with which a district joins or leaves.
    """

    body = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("body"))
    member = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("member"))
    since = models.DateTimeField(_("since"), default=clock.now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("shared body")
        verbose_name_plural = _("shared bodies")
        constraints = [
            models.UniqueConstraint(
                name="sharing_once",
                fields=["body", "member"],
                condition=Q(ended_at=None),
                violation_error_message=_("This government is part of the body already."),
            ),
            models.CheckConstraint(
                name="sharing_of_another_body",
                condition=~Q(body=F("member")),
                violation_error_message=_("A body is no part of itself."),
            ),
            RowSecurity(name="sharing_rows", read=SIGNED_IN),
        ]

    def __str__(self) -> str:
        return f"{self.member} → {self.body}"
