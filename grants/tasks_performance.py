"""Work on quarterly reports that runs in a worker: long files with states of enterprises are judged and taken over."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from grants.domain import progress as domain
from grants.models import ProgressFile
from portal.core.models import Run
from portal.core.scope import Actor
from portal.core.tasks import Outcome, Progress, run_task


def _row(run: Run) -> ProgressFile:
    return ProgressFile.objects.select_related("report__award").get(pk=run.params["file"])


def _again(by: Actor, run: Run) -> Run:
    return domain.start_judging(by=by, row=_row(run), back=run.back)


@run_task(domain.JUDGE, label=gettext_lazy("Check states of enterprises"), again=_again)
def judge(run: Run, progress: Progress) -> Outcome:
    """Judge a file and keep what was found. Nothing of the report changes."""
    progress(1, of=2)
    with progress.acting():
        row = _row(run)
        found = domain.judged(row, row.report)

    def keep(by: Actor) -> dict[str, Any]:
        domain.keep_judgement(by=by, row=row, found=found)
        return {"redirect": reverse("grants:progress_file", args=[row.pk])}

    return keep


@run_task(domain.TAKE, label=gettext_lazy("Take states of enterprises over"))
def take(run: Run, progress: Progress) -> Outcome:
    """Take the good rows of a file over, in the transaction that ends the run: all or nothing, once."""
    progress(1, of=2)
    with progress.acting():
        row = _row(run)

    def keep(by: Actor) -> dict[str, Any]:
        changed = domain.take_progress(by=by, row=row, good_only=run.params["good_only"])
        return {"redirect": reverse("grants:quarter_report", args=[row.report_id]), "changed": changed}

    return keep
