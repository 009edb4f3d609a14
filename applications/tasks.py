"""Work on dossiers that runs in a worker: files are judged and taken over."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from applications import tasks_files, tasks_matching  # noqa: F401 - each declares its own
from applications.domain import imports
from applications.imports import report
from applications.imports.kinds import KINDS
from applications.models import ImportFile
from portal.core.models import Run
from portal.core.scope import Actor
from portal.core.tasks import Outcome, Progress, run_task

# Reading and storing count as two further steps beside the rows.
MORE = 2000


def _row(run: Run) -> ImportFile:
    return ImportFile.objects.select_related("application__batch__rule_set").get(pk=run.params["import"])


def _there(row: ImportFile) -> str:
    return reverse("applications:import", args=[row.application_id, row.pk])


def _again(by: Actor, run: Run) -> Run:
    return imports.start_judging(by=by, row=_row(run), back=run.back)


def _judged(run: Run, progress: Progress) -> tuple[ImportFile, Any]:
    """Judge the file, telling how far it is; each step looks whether it was cancelled."""
    with progress.acting():
        row = _row(run)
        ground = KINDS[row.sheet].ground(row.application)
    verdict = imports.judge(row, ground, lambda done, of: progress(done + MORE // 2, of=of + MORE))
    return row, verdict


@run_task(imports.JUDGE, label=gettext_lazy("Check a file"), again=_again)
def judge(run: Run, progress: Progress) -> Outcome:
    """Judge a file and keep what was found. Nothing of the dossier changes."""
    row, verdict = _judged(run, progress)
    progress(verdict.rows + MORE // 2, of=verdict.rows + MORE)

    def keep(by: Actor) -> dict[str, Any]:
        changes, seen = imports.compare(row, verdict)
        imports.keep_report(by=by, row=row, found=report.made(verdict, changes), seen=seen)
        return {"redirect": _there(row)}

    return keep


@run_task(imports.TAKE, label=gettext_lazy("Take a file over"))
def take(run: Run, progress: Progress) -> Outcome:
    """Take the good rows of a file over, in the transaction that ends the run: all or nothing, once."""
    row, verdict = _judged(run, progress)
    progress(verdict.rows + MORE // 2, of=verdict.rows + MORE)

    def keep(by: Actor) -> dict[str, Any]:
        changed = imports.take(by=by, row=row, verdict=verdict, good_only=run.params["good_only"])
        return {"redirect": _there(row), "changed": changed}

    return keep
