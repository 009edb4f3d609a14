"""Work that runs in a worker: passing in bulk, the assignment of reviewers, the selection."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.models import Application
from portal.core.errors import DomainError
from portal.core.models import Run
from portal.core.scope import Actor
from portal.core.tasks import Progress, run_task
from portal.programme.models import Batch
from reviews import assignment, queries, selection
from reviews.domain import assigning, screening, selecting
from reviews.models import Scenario
from reviews.selection.canonical import canonical


def _batch(run: Run) -> Batch:
    return Batch.objects.select_related("rule_set").get(pk=run.params["batch"])


def _assign_again(by: Actor, run: Run) -> Run:
    return assigning.start_assigning(by=by, batch=_batch(run), back=run.back)


@run_task("reviews.assign", label=gettext_lazy("Assign reviewers"), again=_assign_again)
def assign(run: Run, progress: Progress) -> dict[str, Any]:
    """Assign reviewers: conflicts are recorded, the solver asked, its answer kept. Safe to repeat.

    Raises DomainError with what is missing when no assignment keeps every rule.
    """
    with progress.acting():
        batch = _batch(run)
        assigning.record_conflicts(batch)
        instance = queries.assignment_instance(batch)
    progress(1, of=3)
    answer = assignment.solve(assignment.parse_instance(instance)).to_json()
    if answer["status"] != "optimal":
        with progress.acting():
            raise DomainError("too_few_reviewers", _shortfall(answer))
    progress(2, of=3)
    affinity = {(one, other): value for one, other, value in instance["affinity"]}
    pairs = [(int(one), int(other), affinity.get((one, other), 0)) for one, other in answer["pairs"]]
    with progress.acting() as by:
        assigning.assign(by=by, batch=_batch(run), pairs=pairs)
    found = {key: answer[key] for key in ("max_load", "min_affinity", "total_affinity")}
    return {**found, "redirect": reverse("reviews:board", args=[batch.number])}


def _shortfall(answer: dict[str, Any]) -> str:
    missing = {int(row["application"]): row["missing"] for row in answer.get("shortfall", [])}
    units = Application.objects.filter(pk__in=missing).select_related("unit").order_by("unit_id")[:10]
    named = ", ".join(f"{row.unit} ({missing[row.pk]})" for row in units)
    return _("There are too few reviewers without a conflict. Missing: %(list)s.") % {"list": named or "–"}


def _passed_again(by: Actor, run: Run) -> Run:
    return screening.start_passing(by=by, batch=_batch(run), applications=run.params["applications"], back=run.back)


@run_task("reviews.pass_clean", label=gettext_lazy("Pass applications without findings"), again=_passed_again)
def pass_clean(run: Run, progress: Progress) -> dict[str, Any]:
    """Pass the chosen applications one by one; whoever has findings now, or was decided on, stays. Safe to repeat."""
    chosen, left = run.params["applications"], []
    with progress.acting() as by:
        batch = _batch(run)
        before = queries.passed_since(by, chosen, run.queued_at)  # by a worker that did not come to the end
    for number, pk in enumerate(chosen, start=1):
        with progress.acting() as by:
            row = None if pk in before else queries.in_screening(by, batch, pk)
            try:
                if row is not None:
                    screening.pass_clean(by=by, application=row)
            except DomainError as refusal:
                left.append(str(refusal))
        progress(number, of=len(chosen))
    with progress.acting() as by:
        passed = len(queries.passed_since(by, chosen, run.queued_at))
    done = reverse("reviews:passed", args=[batch.number, run.pk])
    return {"passed": passed, "left": left, "redirect": done}


@run_task("reviews.select", label=gettext_lazy("Compute a selection"))
def select(run: Run, progress: Progress) -> dict[str, Any]:
    """Compute one selection and keep question and answer. A repeat finds it kept and does nothing."""
    with progress.acting():
        scenario = Scenario.objects.select_related("batch").get(pk=run.params["scenario"])
        done = {"redirect": reverse("reviews:scenario", args=[scenario.pk])}
        if scenario.state != "computing":
            return done
        instance = queries.selection_instance(_batch(run), scenario.changes)
    progress(1, of=3)
    try:
        found = selection.solve(selection.parse_instance(instance))
        progress(2, of=3)
        with progress.acting() as by:
            selecting.keep_answer(by=by, scenario=scenario, answer=answer_of(instance, found.to_json()))
    except Exception as error:
        with progress.acting() as by:
            selecting.give_up(by=by, scenario=Scenario.objects.get(pk=scenario.pk))
        if isinstance(error, selection.InvalidInstance):
            raise DomainError("bad_instance", str(error)) from error
        raise
    return done


def answer_of(instance: dict[str, Any], decision: dict[str, Any]) -> selecting.Answer:
    """Question and the solver's answer as the command keeps them."""
    return selecting.Answer(
        instance=canonical(instance).decode(),
        sha256=decision["instance_sha256"],
        decision=json.dumps(decision, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
        status=decision["status"],
        chosen=tuple(decision["chosen"]),
        total_score=Decimal(decision["total_score"]),
        total_amount=Decimal(decision["total_amount"]),
    )
