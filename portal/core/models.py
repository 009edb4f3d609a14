"""Runs of long work: what a worker does for a person, with progress."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.rls import USER, RowSecurity, has_role
from portal.core.states import Machine, Transition


class RunState(models.TextChoices):
    """States of a run."""

    QUEUED = "queued", pgettext_lazy("run", "waiting")
    RUNNING = "running", pgettext_lazy("run", "working")
    DONE = "done", pgettext_lazy("run", "done")
    FAILED = "failed", pgettext_lazy("run", "failed")
    CANCELLED = "cancelled", pgettext_lazy("run", "cancelled")


RUN = Machine(
    "run",
    states=RunState,
    initial=[RunState.QUEUED],
    transitions=[
        Transition("claim", (RunState.QUEUED, RunState.RUNNING), RunState.RUNNING, _("A worker takes it up.")),
        Transition("finish", (RunState.RUNNING,), RunState.DONE, _("The result is kept.")),
        Transition("fail", (RunState.QUEUED, RunState.RUNNING), RunState.FAILED, _("It ended with a reason.")),
        Transition("cancel", (RunState.QUEUED, RunState.RUNNING), RunState.CANCELLED, _("Its asker cancelled it.")),
        Transition("requeue", (RunState.RUNNING,), RunState.QUEUED, _("Its worker was lost.")),
    ],
)


class Run(models.Model):
    """One piece of long work: who asked, what, how far. The asker is a value: a run outlives accounts.

    `key`: the same key while a run is open gives the same run (a double click starts nothing twice).
    `result`: what the task left, for the page that shows it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    task = models.CharField(_("work"), max_length=60)
    key = models.CharField(max_length=120)
    asker = models.BigIntegerField(_("asked by"))
    params = models.JSONField(_("parameters"), default=dict)
    state = models.CharField(_("state"), max_length=10, choices=RunState.choices, default=RunState.QUEUED)
    done_steps = models.PositiveIntegerField(_("steps done"), default=0)
    all_steps = models.PositiveIntegerField(_("steps in all"), default=0)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    queued_at = models.DateTimeField(_("asked"))
    heartbeat_at = models.DateTimeField(_("last sign of life"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    result = models.JSONField(_("result"), default=dict)
    error = models.TextField(_("reason"), blank=True)
    request_id = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("task", "run")
        verbose_name_plural = pgettext_lazy("task", "runs")
        ordering = ["-queued_at"]
        indexes = [models.Index(fields=["state", "heartbeat_at"]), models.Index(fields=["asker", "-queued_at"])]
        constraints = [
            models.UniqueConstraint(
                name="run_once_while_open",
                fields=["key"],
                condition=Q(state__in=[RunState.QUEUED, RunState.RUNNING]),
                violation_error_message=_("This work is already under way."),
            ),
            models.CheckConstraint(
                name="run_steps_within",
                condition=Q(all_steps=0) | Q(done_steps__lte=F("all_steps")),
                violation_error_message=_("More steps are done than there are."),
            ),
            RowSecurity(
                name="run_rows",
                read=f"(asker = {USER} or {has_role('clockwork')})",
                insert=f"asker = {USER}",
                update=f"(asker = {USER} or {has_role('clockwork')})",
            ),
        ]
        triggers = [RUN.guard()]

    def __str__(self) -> str:
        return f"{self.task} {self.id}"

    @property
    def percent(self) -> int:
        """Whole per cent done."""
        return 100 * self.done_steps // self.all_steps if self.all_steps else 0

    @property
    def is_open(self) -> bool:
        """Whether it still waits or works."""
        return self.state in (RunState.QUEUED, RunState.RUNNING)
