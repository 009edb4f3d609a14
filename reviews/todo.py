"""What waits for reviewers and officers in screening, review, selection and publicity."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any, Final

from django.db.models import Count, Exists, Min, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from applications.enums import ApplicationState
from applications.models import Application
from portal.accounts.enums import MIIT, Role
from portal.core import clock
from portal.core.scope import Actor
from portal.notifications.todo import Todo
from portal.programme.enums import BatchState
from portal.programme.models import Batch
from reviews.enums import AssignmentState, DecisionState, HearingState, ObjectionState, ReviewState
from reviews.models import Assignment, Decision, Objection, ResultSignature
from reviews.queries import last_day, own_hearings

_TOLD: Final = (
    ApplicationState.SELECTED,
    ApplicationState.RESERVE,
    ApplicationState.NOT_SELECTED,
    ApplicationState.REJECTED,
)
_DAYS: Final = "batch__rule_set__details__review_days"


def reviewer(actor: Actor) -> list[Todo]:
    """Interests to declare and reviews to submit, each with the first day on which one is due; one query."""
    if Role.REVIEWER not in actor.roles:
        return []
    to_declare = Q(state=AssignmentState.ASSIGNED)
    to_score = Q(state=AssignmentState.DECLARED) & (Q(review=None) | Q(review__state=ReviewState.DRAFT))
    rows = (
        Assignment.objects.filter(to_declare | to_score, reviewer=actor.id, batch__state=BatchState.REVIEWING)
        .order_by()
        .values(_DAYS)
        .annotate(
            declare=Count("pk", filter=to_declare),
            score=Count("pk", filter=to_score),
            declare_first=Min("assigned_at", filter=to_declare),
            score_first=Min("assigned_at", filter=to_score),
        )
    )
    counts = [dict[str, Any](row) for row in rows]
    found = []
    for name, label in (("declare", _("Declare your interests")), ("score", _("Score and submit your reviews"))):
        dues = [last_day(row[f"{name}_first"], row[_DAYS]) for row in counts if row[name]]
        if dues:
            number = sum(row[name] for row in counts)
            found.append(
                Todo(
                    label,
                    reverse("reviews:mine"),
                    due=datetime.combine(min(dues), time(23, 59, 59), clock.SHANGHAI),
                    count=number,
                )
            )
    return found


def screening(actor: Actor) -> list[Todo]:
    """Applications that wait for this ministry in screening, and phases MIIT has to move on; one query."""
    post = actor.post(Role.OFFICER)
    if post is None:
        return []
    rows = Batch.objects.filter(state__in=[BatchState.CLOSED, BatchState.REVIEWING, BatchState.DECIDING]).annotate(
        waiting=Count("applications", filter=Q(applications__state=ApplicationState.RECOMMENDED)),
        screening=Count("applications", filter=Q(applications__state=ApplicationState.SCREENING)),
        passed=Count("applications", filter=Q(applications__state=ApplicationState.IN_REVIEW)),
    )
    found = []
    for batch in rows.only("number", "state"):
        name = {"number": batch.number}
        queue = reverse("reviews:queue", args=[batch.number])
        if batch.state == BatchState.CLOSED and batch.waiting and post.code == MIIT:
            text = _("Take up the applications of batch %(number)s") % name
            found.append(Todo(text, queue, count=batch.waiting))
        if batch.state == BatchState.CLOSED and batch.screening:
            found.append(Todo(_("Screen the applications of batch %(number)s") % name, queue, count=batch.screening))
        elif batch.state == BatchState.CLOSED and batch.passed and not batch.waiting and post.code == MIIT:
            board = reverse("reviews:board", args=[batch.number])
            found.append(Todo(_("Assign reviewers in batch %(number)s") % name, board, count=batch.passed))
        if batch.state == BatchState.REVIEWING and post.code == MIIT:
            board = reverse("reviews:board", args=[batch.number])
            found.append(Todo(_("Follow the reviews of batch %(number)s, then sign the results") % name, board))
    return found


def results(actor: Actor) -> list[Todo]:
    """Results the other ministry has signed later than this one; one query."""
    post = actor.post(Role.OFFICER)
    if post is None:
        return []
    mine = ResultSignature.objects.filter(batch=OuterRef("batch"), ministry=post.code, pk__gt=OuterRef("pk"))
    rows = (
        ResultSignature.objects.filter(batch__state=BatchState.REVIEWING)
        .exclude(ministry=post.code)
        .filter(~Exists(mine))
        .order_by()
        .values_list("batch__number", flat=True)
        .distinct()
    )
    text = _("Sign the results of batch %(number)s")
    return [Todo(text % {"number": number}, reverse("reviews:lock", args=[number])) for number in rows]


def hearings(actor: Actor) -> list[Todo]:
    """Hearings one's own government has not confirmed yet; one query."""
    if not {Role.DRAFTER, Role.SIGNATORY} & set(actor.roles):
        return []
    rows = own_hearings(actor).filter(state=HearingState.INVITED)
    return [
        Todo(
            _("Confirm the hearing of %(unit)s") % {"unit": row.application.unit},
            reverse("reviews:own_hearing", args=[row.pk]),
            due=row.begins_at,
        )
        for row in rows
    ]


def outcomes(actor: Actor) -> list[Todo]:
    """Outcomes of one's own government's applications, until the first award of the batch; one query."""
    if not {Role.DRAFTER, Role.SIGNATORY} & set(actor.roles):
        return []
    rows = Application.objects.filter(
        organisation__in=actor.scope.organisations, batch__state=BatchState.FINAL, state__in=_TOLD
    )
    text = _("Read the outcome of the application of %(unit)s")
    return [
        Todo(text % {"unit": row.unit}, reverse("reviews:outcome", args=[row.pk]))
        for row in rows.select_related("unit").order_by("pk")
    ]


def decisions(actor: Actor) -> list[Todo]:
    """Decisions that wait for this ministry: signature, publication, final list; one query."""
    post = actor.post(Role.OFFICER)
    if post is None:
        return []
    waiting = [DecisionState.PROPOSED, DecisionState.ADOPTED, DecisionState.PUBLISHED]
    rows = Decision.objects.filter(state__in=waiting).select_related("batch")
    found = []
    for row in rows.only("state", "signed_miit_by", "signed_mof_by", "batch__number", "batch__publicity_to"):
        url, name = reverse("reviews:decision", args=[row.pk]), {"number": row.batch.number}
        signed = row.signed_miit_by_id if post.code == MIIT else row.signed_mof_by_id
        if row.state == DecisionState.PROPOSED and signed is None:
            found.append(Todo(_("Sign the decision on batch %(number)s") % name, url))
        elif row.state == DecisionState.ADOPTED and post.code == MIIT:
            found.append(Todo(_("Publish the list of batch %(number)s") % name, url))
        elif row.state == DecisionState.PUBLISHED and post.code == MIIT and row.batch.publicity_to is not None:
            due = clock.end_of_day(row.batch.publicity_to)
            if clock.now() > due:
                found.append(Todo(_("Make the list of batch %(number)s final") % name, url))
    return found


def objections(actor: Actor) -> list[Todo]:
    """Objections that wait for an answer; one query."""
    if actor.post(Role.OFFICER) is None:
        return []
    count = Objection.objects.filter(state=ObjectionState.LODGED).count()
    return [Todo(_("Answer objections"), reverse("reviews:objections"), count=count)] if count else []
