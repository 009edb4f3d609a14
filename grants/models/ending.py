"""The end of a batch: what MIIT asks for, and MOF countersigns."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grants.enums_ending import StepKind, StepState
from grants.states_ending import ARCHIVE_STEP
from portal.core.rls import NATION, USER, RowSecurity

_JUDGES: Final = f"(money_judge({USER}, 'MIIT') or money_judge({USER}, 'MOF'))"


class ArchiveStep(models.Model):
    """A request to archive a batch, or to open an archived one again. Its countersignature moves the batch.

    why: the reason of a reopening, a remark on an archiving. decided_by, decided_at: who countersigned for MOF, or
    turned it down; refused_why: why it was turned down.
    """

    batch = models.ForeignKey("programme.Batch", models.PROTECT, related_name="archive_steps", verbose_name=_("batch"))
    kind = models.CharField(_("what is asked for"), max_length=8, choices=StepKind.choices)
    state = models.CharField(_("state"), max_length=8, choices=StepState.choices, default=StepState.ASKED)
    why = models.TextField(_("reason"), max_length=2000, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    refused_why = models.TextField(_("why it was turned down"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("archiving or reopening of a batch")
        verbose_name_plural = _("archivings and reopenings of batches")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="archive_one_at_a_time",
                fields=["batch"],
                condition=Q(state=StepState.ASKED),
                violation_error_message=_("MIIT has asked already: MOF decides first."),
            ),
            models.CheckConstraint(
                name="archive_two_people",
                condition=~Q(state=StepState.SIGNED) | ~Q(decided_by=F("asked_by")),
                violation_error_message=_("Another person than the one who asked countersigns."),
            ),
            models.CheckConstraint(
                name="archive_decided_by_someone",
                condition=Q(state=StepState.ASKED, decided_by=None, decided_at=None)
                | ~Q(state=StepState.ASKED) & Q(decided_by__isnull=False, decided_at__isnull=False),
                violation_error_message=_("What is decided names who decided it and when."),
            ),
            models.CheckConstraint(
                name="archive_reopens_with_reason",
                condition=Q(kind=StepKind.ARCHIVE) | ~Q(why=""),
                violation_error_message=_("Say why the batch is opened again."),
            ),
            models.CheckConstraint(
                name="archive_refused_with_reason",
                condition=Q(state=StepState.REFUSED) & ~Q(refused_why="")
                | ~Q(state=StepState.REFUSED) & Q(refused_why=""),
                violation_error_message=_("Say why not: whoever asked reads it."),
            ),
            RowSecurity(
                name="archive_step_rows",
                read=NATION,
                insert=f"(asked_by_id = {USER} and money_judge({USER}, 'MIIT'))",
                update=_JUDGES,
            ),
        ]
        triggers = [ARCHIVE_STEP.guard()]

    def __str__(self) -> str:
        return f"{self.batch} {self.get_kind_display()}"
