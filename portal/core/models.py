"""Runs of long work (what a worker does for a person, with progress), and the ground of models that keep a file."""

from __future__ import annotations

import uuid
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.inspection import CSV, DOCX, JPEG, PDF, PNG, XLSX, FileKind
from portal.core.rls import SIGNED_IN, USER, RowSecurity, has_role
from portal.core.search.models import FileText, SearchText
from portal.core.states import Machine, Transition

__all__ = ["RUN", "FileScan", "FileText", "Run", "RunState", "ScanState", "SearchText", "StoredFile", "file_checks"]


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
    `attempts`: how often a worker took it up, and the token of the worker that holds it.
    `result`: what the task left, for the page that shows it. `language`: of the asker, for sentences from the worker.
    `back`: the page it was asked from.
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
    language = models.CharField(max_length=12, default="zh-hans")
    back = models.CharField(max_length=300, blank=True)

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


class StoredFile(models.Model):
    """The ground of each model that keeps a file; an app adds to what the file belongs, its checks and its policy.

    The content lies in the storage under its digest (`portal.core.files`); the row says what people see. The person
    is a value: the file outlives accounts.
    seen_at: the page on which who brought it finds it, as its route and the columns the address is made of.
    """

    seen_at: ClassVar[tuple[str, ...]]

    file_name = models.CharField(_("file name"), max_length=160)
    content_type = models.CharField(_("kind of file"), max_length=80)
    size = models.PositiveBigIntegerField(_("size (bytes)"))
    sha256 = models.CharField(_("digest (SHA-256)"), max_length=64)
    storage_key = models.CharField(max_length=120)
    uploaded_by_id = models.BigIntegerField(_("brought by"))
    uploaded_at = models.DateTimeField(_("brought"))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.file_name


class ScanState(models.TextChoices):
    """What a scanner for malware said of a content."""

    CLEAN = "clean", pgettext_lazy("scan", "examined, nothing found")
    WAITING = "waiting", pgettext_lazy("scan", "waiting to be examined")
    QUARANTINED = "quarantined", pgettext_lazy("scan", "in quarantine")


class FileScan(models.Model):
    """The verdict of the scanner on one content, whoever brought it and wherever it is named.

    A person's process writes the first verdict, the clockwork later ones; a quarantine is never lifted.
    """

    sha256 = models.CharField(_("digest (SHA-256)"), max_length=64, primary_key=True)
    state = models.CharField(_("state"), max_length=12, choices=ScanState.choices)
    finding = models.CharField(_("what was found"), max_length=200, blank=True)
    scanner = models.CharField(_("scanner"), max_length=120, blank=True)
    at = models.DateTimeField(_("examined"))  # of what waits: since when
    tried_at = models.DateTimeField(_("tried last"), null=True, editable=False)

    class Meta:
        verbose_name = _("examination of a file")
        verbose_name_plural = _("examinations of files")
        indexes = [
            models.Index(name="file_scan_waiting", fields=["at"], condition=Q(state=ScanState.WAITING)),
        ]
        constraints = [
            models.CheckConstraint(
                name="file_scan_has_digest",
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
                violation_error_message=_("The file has no digest."),
            ),
            models.CheckConstraint(
                name="file_scan_names_what_it_found",
                condition=~Q(state=ScanState.QUARANTINED) | ~Q(finding=""),
                violation_error_message=_("A quarantine says what was found."),
            ),
            RowSecurity(name="file_scan_rows", read=SIGNED_IN, insert=SIGNED_IN, update=has_role("clockwork")),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="file_scan_quarantine_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func="""
                    if tg_op = 'DELETE' or new.sha256 <> old.sha256
                       or (old.state = 'quarantined' and new.state <> 'quarantined') then
                        raise exception 'a quarantine is never lifted'
                            using errcode = 'check_violation', constraint = 'file_scan_quarantine_stays';
                    end if;
                    return new;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.sha256[:12]}: {self.get_state_display()}"


def file_checks(prefix: str, *more: FileKind) -> list[models.BaseConstraint]:
    """The checks each model with a file needs, their names begun with `prefix`: `*file_checks("attachment"), …`.

    more: kinds this model takes beside those that every model takes.
    """
    kinds = [kind.content_type for kind in (PDF, XLSX, DOCX, PNG, JPEG, CSV, *more)]
    return [
        models.CheckConstraint(
            name=f"{prefix}_file_has_content",
            condition=Q(size__gt=0) & ~Q(file_name="") & ~Q(storage_key=""),
            violation_error_message=_("The file is empty."),
        ),
        models.CheckConstraint(
            name=f"{prefix}_file_has_digest",
            condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
            violation_error_message=_("The file has no digest."),
        ),
        models.CheckConstraint(
            name=f"{prefix}_file_is_of_a_safe_kind",
            condition=Q(content_type__in=kinds),
            violation_error_message=_("Files of this kind are not kept."),
        ),
    ]
