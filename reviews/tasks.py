"""Work that runs in a worker: passing in bulk, the assignment of reviewers, the selection."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from portal.core.errors import DomainError
from portal.core.models import Run
from portal.core.scope import Actor
from portal.core.tasks import Progress, run_task
from portal.programme.models import Batch
from reviews import (
    queries,
    selection,
    studies,
    tasks_pool,  # noqa: F401 - declares its own
)
from reviews.answering import answer_question
from reviews.domain import assigning, proposing, screening, selecting, studying
from reviews.enums import StudyKind
from reviews.models import AssignmentProposal, Scenario
from reviews.selection.canonical import canonical


def _batch(run: Run) -> Batch:
    return Batch.objects.select_related("rule_set").get(pk=run.params["batch"])


def _assign_again(by: Actor, run: Run) -> Run:
    before = AssignmentProposal.objects.get(pk=run.params["proposal"])
    made = proposing.propose(by=by, batch=_batch(run), keeps_others=before.keeps_others, back=run.back)
    return Run.objects.get(pk=str(made.run))


@run_task("reviews.assign", label=gettext_lazy("Compute who reads which application"), again=_assign_again)
def assign(run: Run, progress: Progress) -> dict[str, Any]:
    """Compute a proposed assignment: conflicts are recorded, the solver asked, its answer kept. Safe to repeat."""
    with progress.acting():
        proposal = _proposal(run)
        done = {"redirect": reverse("reviews:proposal", args=[proposal.pk])}
        if proposal.state != "computing":
            return done
        assigning.record_conflicts(proposal.batch)
        question = queries.question_of(proposal)
    progress(1, of=3)
    try:
        answer = answer_question(question)
        progress(2, of=3)
        with progress.acting() as by:
            proposing.keep_answer(by=by, proposal=_proposal(run), answer=answer)
    except Exception:
        with progress.acting() as by:
            if not progress.taken_over():
                proposing.give_up(by=by, proposal=_proposal(run))
        raise
    return done


def _proposal(run: Run) -> AssignmentProposal:
    rows = AssignmentProposal.objects.select_related("batch__rule_set", "previous")
    return rows.get(pk=run.params["proposal"])


@run_task("reviews.take_proposal", label=gettext_lazy("Put an assignment of reviewers into effect"))
def take_proposal(run: Run, progress: Progress) -> dict[str, Any]:
    """Put a proposed assignment into effect, whole. A repeat finds it done. Raises DomainError where it is too old."""
    with progress.acting() as by:
        proposal = _proposal(run)
        done = {"redirect": reverse("reviews:board", args=[proposal.batch.number])}
        if proposal.state == "taken":
            return done
        return {**done, "made": proposing.take(by=by, proposal=proposal)}


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
        scenario = Scenario.objects.select_related("batch", "candidate_set").get(pk=run.params["scenario"])
        done = {"redirect": reverse("reviews:scenario", args=[scenario.pk])}
        if scenario.state != "computing":
            return done
        if scenario.candidate_set is None:
            raise DomainError("not_frozen", gettext("Freeze the candidates first."))
        instance = queries.selection_instance(scenario.candidate_set, scenario.changes)
    progress(1, of=3)
    try:
        found = selection.solve(selection.parse_instance(instance))
        progress(2, of=3)
        with progress.acting() as by:
            selecting.keep_answer(by=by, scenario=scenario, answer=answer_of(instance, found.to_json()))
            if found.status == "optimal":
                studying.start(by=by, scenario=scenario, back=done["redirect"])
    except Exception as error:
        with progress.acting() as by:
            if not progress.taken_over():
                selecting.give_up(by=by, scenario=Scenario.objects.get(pk=scenario.pk))
        if isinstance(error, selection.InvalidInstance):
            raise DomainError("bad_instance", str(error)) from error
        raise
    return done


@run_task("reviews.study", label=gettext_lazy("Work out a computed list"))
def study(run: Run, progress: Progress) -> dict[str, Any]:
    """Reasons and firmness of a list, each kept once it is there. A repeat goes on with what is missing."""
    rows = Scenario.objects.select_related("batch__rule_set")
    with progress.acting():
        scenario = rows.get(pk=run.params["scenario"])
        known = queries.studies(scenario)
    for step, (kind, (ask, answer)) in enumerate(STUDIES.items()):
        progress(step, of=len(STUDIES))
        if kind in known:
            continue
        with progress.acting():
            question = ask(scenario)
        body = answer(question)  # long: no transaction stands open meanwhile
        with progress.acting() as by:
            studying.keep(by=by, scenario=rows.get(pk=scenario.pk), kind=kind, body=body)
    progress(len(STUDIES), of=len(STUDIES))
    return {"redirect": reverse("reviews:scenario", args=[scenario.pk])}


Body = dict[str, Any]
# What is asked of the database, and what is worked out of it alone.
STUDIES: Final[dict[str, tuple[Callable[[Scenario], Body], Callable[[Body], Body]]]] = {
    StudyKind.EXPLANATION: (studies.own_question, studies.explained),
    StudyKind.ROBUSTNESS: (studies.robustness_question, studies.tested),
}


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
