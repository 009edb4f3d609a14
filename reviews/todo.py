"""What waits for reviewers and officers in screening and review."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from applications import times
from applications.enums import ApplicationState
from applications.models import Application
from portal.accounts.enums import MIIT, Role
from portal.core import clock
from portal.core.prepared import Prepared
from portal.core.scope import Actor
from portal.notifications.todo import Todo
from portal.programme.enums import BatchState
from reviews.enums import AssignmentState, HearingState, ReviewState
from reviews.models import (
    Assignment,
    ReviewerProfile,
)
from reviews.queries import JUDGED, batches_to_declare, last_day, own_hearings
from reviews.queries.at_work import AT_WORK

_UNIT_OF: Final = ("unit__name_zh", "unit__name_en")
_UNIT: Final = tuple(f"application__{name}" for name in _UNIT_OF)
_TOLD: Final = (
    ApplicationState.SELECTED,
    ApplicationState.RESERVE,
    ApplicationState.NOT_SELECTED,
    ApplicationState.REJECTED,
)
_DAYS: Final = "batch__rule_set__details__review_days"


def reviewer(actor: Actor) -> list[Todo]:
    """Interests to declare and reviews to submit, each with the first day on which one is due and what it is about: the
    unit where there is one, else the batches; one query.
    """
    if Role.REVIEWER not in actor.roles:
        return []
    counts = [dict[str, Any](row) for row in _OPEN_REVIEWS(actor.id)]
    found = []
    for name in ("declare", "score"):
        rows = [row for row in counts if row[name]]
        if rows:
            due = min(last_day(row[f"{name}_first"], row[_DAYS]) for row in rows)
            found.append(
                Todo(
                    _asked(name, rows),
                    f"{reverse('reviews:mine')}?step={name}",
                    due=clock.end_of_day(due),
                    count=sum(row[name] for row in rows),
                )
            )
    return found


def _asked(name: str, rows: list[dict[str, Any]]) -> str:
    if sum(row[name] for row in rows) == 1:
        texts = {
            "declare": _("Declare your interest in the application of %(unit)s"),
            "score": _("Read the application of %(unit)s and score it"),
        }
        return texts[name] % {"unit": rows[0][f"{name}_{'en' if get_language() == 'en' else 'zh'}"]}
    texts = {
        "declare": _("Declare your interest in each application of batch %(numbers)s that was given to you"),
        "score": _("Score and submit your reviews of batch %(numbers)s"),
    }
    numbers = sorted({row["batch__number"] for row in rows})
    return texts[name] % {"numbers": pgettext("between numbers", ", ").join(map(str, numbers))}


def _open_reviews(reviewer: int) -> QuerySet[Any]:
    to_declare = Q(state=AssignmentState.ASSIGNED)
    to_score = Q(state=AssignmentState.DECLARED) & (Q(review=None) | Q(review__state=ReviewState.DRAFT))
    rows: QuerySet[Any] = (
        Assignment.objects.filter(to_declare | to_score, reviewer=reviewer, batch__state=BatchState.REVIEWING)
        .filter(application__state__in=JUDGED)
        .order_by()
        .values("batch__number", _DAYS)
        .annotate(
            declare=Count("pk", filter=to_declare),
            score=Count("pk", filter=to_score),
            declare_first=Min("assigned_at", filter=to_declare),
            score_first=Min("assigned_at", filter=to_score),
            **{
                f"{name}_{language}": Min(f"application__unit__name_{language}", filter=rows)
                for name, rows in (("declare", to_declare), ("score", to_score))
                for language in ("zh", "en")
            },
        )
    )
    return rows


_OPEN_REVIEWS: Final = Prepared(_open_reviews)


def beginning(actor: Actor) -> list[Todo]:
    """The own profile while there is none, and interests in batches that were not declared; two queries."""
    if Role.REVIEWER not in actor.roles:
        return []
    found = []
    if not ReviewerProfile.objects.filter(user=actor.id).exists():
        found.append(Todo(_("Fill in your profile as a reviewer"), reverse("reviews:own_profile")))
    text = _("Declare your interests in batch %(number)s")
    for batch, has_said, due_on in batches_to_declare(actor):
        if not has_said:
            url = reverse("reviews:declare_batch", args=[batch.number])
            due = clock.end_of_day(due_on) if due_on else None
            found.append(Todo(text % {"number": batch.number}, url, due))
    return found


def screening(actor: Actor) -> list[Todo]:
    """Applications that wait for this ministry in screening, phases MIIT has to move on, results the other ministry
    has signed later than this one, and what waits for a second officer; one query.
    """
    post = actor.post(Role.OFFICER)
    if post is None:
        return []
    found: list[Todo] = []
    for batch in AT_WORK(clock.now().replace(microsecond=0), actor.id, ministry=post.code):
        found += [*_screening_lines(batch, post.code), *_second_lines(batch)]
    return found


def _screening_lines(batch: Any, ministry: str) -> list[Todo]:
    """How a batch goes on; of its annotations each is told only while the batch is where it counts (`at_work`)."""
    found: list[Todo] = []
    name = {"number": batch.number}
    queue = reverse("reviews:queue", args=[batch.number])
    counts = Counter(batch.counts or {})
    leads = ministry == MIIT
    in_time = counts["undecided"] and not times.has_passed(times.province_due(batch))
    unscreened = counts["waiting"] + counts["correction"] + counts["screening"] or in_time
    if counts["waiting"] and leads:
        text = _("Take up the applications of batch %(number)s") % name
        found.append(Todo(text, queue, count=counts["waiting"]))
    if counts["lapsed"]:
        text = _("Decide on corrections that were not sent in batch %(number)s") % name
        found.append(Todo(text, f"{queue}?state={ApplicationState.CORRECTION}", count=counts["lapsed"]))
    if batch.unsaid:
        text = _("Screen the applications of batch %(number)s") % name
        found.append(Todo(text, f"{queue}?state={ApplicationState.SCREENING}", count=batch.unsaid))
    if counts["passed"] and not unscreened and leads:
        board = reverse("reviews:board", args=[batch.number])
        found.append(Todo(_("Assign reviewers in batch %(number)s") % name, board, count=counts["passed"]))
    if batch.left and leads:
        loads = reverse("reviews:loads", args=[batch.number])
        text = _("Give what reviewers who left have not read to others in batch %(number)s") % name
        found.append(Todo(text, loads, count=batch.left))
    if batch.state == BatchState.REVIEWING and leads:
        board = reverse("reviews:board", args=[batch.number])
        text = _("Follow the reviews of batch %(number)s, then sign the results") % name
        found.append(Todo(text, board, _reviews_due(batch)))
    if batch.other_signed:
        lock = reverse("reviews:lock", args=[batch.number])
        found.append(Todo(_("Sign the results of batch %(number)s") % name, lock))
    if batch.undecided:
        url = reverse("reviews:scenarios", args=[batch.number])
        found.append(Todo(_("Compute the selection of batch %(number)s and propose a decision") % name, url))
    return found


def _reviews_due(batch: Any) -> datetime | None:
    """The end of the first review that is not submitted; once all are, only the signature is missing, without a day."""
    return clock.end_of_day(last_day(batch.first_given, batch.review_days)) if batch.first_given else None


def _second_lines(batch: Any) -> list[Todo]:
    """What a second officer, or the other ministry, adds to what somebody began."""
    name = {"number": batch.number}
    found: list[Todo] = []
    if batch.draw_open:
        text = _("Enter the seed of the draw of experts of batch %(number)s")
        found.append(Todo(text % name, reverse("reviews:draw", args=[batch.number])))
    if batch.agenda_open:
        text = _("Draw the agenda of the defence of batch %(number)s")
        found.append(Todo(text % name, reverse("reviews:draw_agenda", args=[batch.number])))
    if batch.waiver:
        text = _("Confirm as a second officer that a conflict in batch %(number)s does not stand")
        found.append(Todo(text % name, reverse("reviews:confirm_waiver", args=[batch.waiver])))
    if batch.comment:
        text = _("Approve a comment to an applicant of batch %(number)s")
        found.append(Todo(text % name, reverse("reviews:record", args=[batch.comment])))
    if batch.letter_ready:
        text = _("Send the feedback letters of batch %(number)s")
        found.append(Todo(text % name, reverse("reviews:letters", args=[batch.number])))
    return found


def hearings(actor: Actor) -> list[Todo]:
    """Hearings one's own government has not confirmed yet; one query."""
    if not {Role.DRAFTER, Role.SIGNATORY} & set(actor.roles):
        return []
    return [
        Todo(
            _("Confirm the hearing of %(unit)s") % {"unit": row.application.unit},
            reverse("reviews:own_hearing", args=[row.pk]),
            due=row.begins_at,
        )
        for row in _INVITED(by=actor)
    ]


def _invited(*, by: Actor) -> QuerySet[Any]:
    rows = own_hearings(by).filter(state=HearingState.INVITED, application__state=ApplicationState.DEFENCE)
    rows = rows.select_related(None).select_related("session", "application__unit")
    return rows.only("seat", "began_at", "session__begins_at", "session__minutes", *_UNIT)


_INVITED: Final = Prepared(_invited)


def outcomes(actor: Actor) -> list[Todo]:
    """Outcomes of one's own government's applications, until the first award of the batch; one query."""
    if not {Role.DRAFTER, Role.SIGNATORY} & set(actor.roles):
        return []
    text = _("Read the outcome of the application of %(unit)s")
    return [Todo(text % {"unit": row.unit}, reverse("reviews:outcome", args=[row.pk])) for row in _TOLD_TO(by=actor)]


def _told_to(*, by: Actor) -> QuerySet[Any]:
    mine = Application.objects.filter(organisation__in=by.scope.organisations)
    rows = mine.filter(batch__state=BatchState.FINAL, state__in=_TOLD)
    return rows.select_related("unit").only(*_UNIT_OF).order_by("pk")


_TOLD_TO: Final = Prepared(_told_to)
