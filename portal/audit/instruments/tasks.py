"""Long work of auditors, in a worker: drawing samples, running analyses."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from portal.audit.instruments.analyses import ANALYSES
from portal.audit.instruments.domain import leads, samples
from portal.core.models import Run
from portal.core.rules import may
from portal.core.scope import Actor
from portal.core.tasks import Outcome, Progress, run_task, start_run


def _draw_again(by: Actor, run: Run) -> Run:
    may(by, "audit.draw_sample").or_refuse()
    return start_run(by=by, task=run.task, params=run.params, back=run.back)


@run_task("audit.draw_sample", label=gettext_lazy("Draw a sample"), again=_draw_again)
def draw_sample(run: Run, progress: Progress) -> Outcome:
    """Read the population, draw, keep: one transaction, the one that ends the run, so nothing is drawn twice."""
    progress(0, of=1)

    def keep(by: Actor) -> dict[str, Any]:
        row = samples.draw_sample(by=by, what=samples.from_params(run.params))
        return {"redirect": reverse("instruments:sample", args=[row.pk])}

    return keep


def _analyse_again(by: Actor, run: Run) -> Run:
    may(by, "audit.run_analysis").or_refuse()
    return start_run(by=by, task=run.task, params=run.params, back=run.back)


def _analysis_words(run: Run) -> str:
    found = ANALYSES.get(run.params.get("analysis", ""))
    return gettext("Analysis: %(title)s") % {"title": found.title if found else run.params.get("analysis", "")}


@run_task("audit.analyse", label=_analysis_words, again=_analyse_again)
def analyse(run: Run, progress: Progress) -> Outcome:
    """Run one analysis and keep what it found, in the transaction that ends the run."""
    analysis = leads.analysis_of(run.params["analysis"])
    given = run.params["values"]
    values = {name: None if value is None else Decimal(value) for name, value in given.items()}
    progress(0, of=2)
    with progress.acting() as by:
        found = leads.look(by=by, analysis=analysis, values=values)
    progress(1, of=2)

    def keep(by: Actor) -> dict[str, Any]:
        row = leads.keep_analysis(by=by, analysis=analysis, found=found)
        return {"redirect": reverse("instruments:result", args=[row.pk])}

    return keep
