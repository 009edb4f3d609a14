"""The comparison of all applications of a batch, in a worker."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from applications.domain import matching
from applications.enums import MatchKind
from portal.core.models import Run
from portal.core.scope import Actor
from portal.core.tasks import Progress, run_task
from portal.programme.models import Batch


def _batch(run: Run) -> Batch:
    return Batch.objects.get(pk=run.params["batch"])


def _again(by: Actor, run: Run) -> Run:
    return matching.start_matching(by=by, batch=_batch(run), back=run.back)


@run_task("applications.match", label=gettext_lazy("Compare all applications of a batch"), again=_again)
def match(run: Run, progress: Progress) -> dict[str, Any]:
    """Compare kind by kind, each in a transaction of its own; what was judged stays. Safe to repeat."""
    found = {}
    for step, kind in enumerate(MatchKind, start=1):
        with progress.acting() as by:
            found[kind.value] = matching.match(by=by, batch=_batch(run), kind=kind)
        progress(step, of=len(MatchKind))
    return {**found, "redirect": reverse("applications:matches")}
