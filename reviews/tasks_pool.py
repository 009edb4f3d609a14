"""Work on files with profiles of reviewers that runs in a worker: judged, taken over."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from applications.imports.judging import Verdict
from portal.core.models import Run
from portal.core.scope import Actor
from portal.core.tasks import Outcome, Progress, run_task
from reviews import queries
from reviews.domain import pool
from reviews.models import PoolImport
from reviews.pool.known import Known

# Reading and keeping count as two further steps beside the rows.
MORE = 2000


def _row(run: Run) -> PoolImport:
    return PoolImport.objects.get(pk=run.params["import"])


def _there(row: PoolImport) -> str:
    return reverse("reviews:pool_import", args=[row.pk])


def _again(by: Actor, run: Run) -> Run:
    return pool.start_judging(by=by, row=_row(run), back=run.back)


def _judged(run: Run, progress: Progress) -> tuple[PoolImport, Known, Verdict]:
    """Judge the file, telling how far it is; each step looks whether it was cancelled."""
    with progress.acting() as by:
        row, known = _row(run), queries.pool_known(by)
    verdict = pool.judge(row, known, lambda done, of: progress(done + MORE // 2, of=of + MORE))
    progress(verdict.rows + MORE // 2, of=verdict.rows + MORE)
    return row, known, verdict


@run_task(pool.JUDGE, label=gettext_lazy("Check a file with profiles of reviewers"), again=_again)
def judge(run: Run, progress: Progress) -> Outcome:
    """Judge a file and keep what was found. Nothing of the pool changes."""
    row, known, verdict = _judged(run, progress)

    def keep(by: Actor) -> dict[str, Any]:
        pool.keep_report(by=by, row=row, known=known, verdict=verdict)
        return {"redirect": _there(row)}

    return keep


@run_task(pool.TAKE, label=gettext_lazy("Take profiles of reviewers over from a file"))
def take(run: Run, progress: Progress) -> Outcome:
    """Take the good rows of a file over, in the transaction that ends the run: all or nothing, once."""
    row, known, verdict = _judged(run, progress)

    def keep(by: Actor) -> dict[str, Any]:
        changed = pool.take(by=by, row=row, known=known, verdict=verdict, good_only=run.params["good_only"])
        return {"redirect": _there(row), "changed": changed}

    return keep
