"""How batches stand for the desks of the ministries: what each waits for, while it is where that counts; one query."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.contrib.postgres.aggregates import BoolAnd
from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    IntegerField,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, JSONObject

from applications.enums import ApplicationState
from applications.models import Application, Snapshot
from portal.accounts.enums import MIIT, MOF
from portal.core.prepared import Prepared
from portal.programme.enums import BatchState
from portal.programme.models import Batch
from reviews.enums import DecisionState
from reviews.models import (
    Assignment,
    ConflictWaiver,
    Decision,
    Defence,
    ExpertDraw,
    PanelRecord,
    ResultSignature,
    Screening,
)
from reviews.models.assignment import OPEN
from reviews.queries import STAYED
from reviews.queries.assigning import REVIEW_DAYS_OF, first_given
from reviews.queries.defence import TOLD as FED_BACK
from reviews.queries.scoring import DONE

_BEFORE: Final = (BatchState.CLOSED, BatchState.REVIEWING)
_AFTER: Final = (BatchState.FINAL, BatchState.RUNNING, BatchState.ASSESSED)
# From the screening to the letters after the final list.
_SEEN: Final = (*_BEFORE, BatchState.DECIDING, BatchState.PUBLICITY, *_AFTER)


def _during(what: Any, *states: BatchState, otherwise: Any = None) -> Case:
    """The annotation, asked only of batches in these states."""
    return Case(When(state__in=states, then=what), default=Value(otherwise))


def _there(rows: QuerySet[Any], *states: BatchState) -> Case:
    return _during(Exists(rows), *states, otherwise=False)


def _first(rows: QuerySet[Any], name: str, *states: BatchState) -> Case:
    return _during(Subquery(rows.order_by("pk").values(name)[:1]), *states)


def _number(rows: QuerySet[Any], *states: BatchState) -> Case:
    """How many rows a batch has; None for none, and in other states."""
    return _during(Subquery(rows.order_by().values("batch").annotate(n=Count("pk")).values("n")), *states)


def _counts(now: datetime) -> Subquery:
    """Applications of the batch by what they wait for, read once: joined to the batch, each of its other annotations
    would be worked out for each application.
    """
    state = ApplicationState
    lapsed = Q(state=state.CORRECTION, correction_until__lt=now)
    told = JSONObject(
        waiting=Count("pk", filter=Q(state=state.RECOMMENDED)),
        screening=Count("pk", filter=Q(state=state.SCREENING)),
        correction=Count("pk", filter=Q(state=state.CORRECTION)),
        undecided=Count("pk", filter=Q(state=state.WITH_PROVINCE)),
        lapsed=Count("pk", filter=lapsed),
        passed=Count("pk", filter=Q(state=state.IN_REVIEW)),
    )
    rows = Application.objects.filter(batch=OuterRef("pk")).order_by().values("batch").annotate(told=told)
    return Subquery(rows.values("told"), output_field=JSONField())


def _unsaid(ministry: str) -> QuerySet[Application]:
    """Applications in screening that wait for this ministry: it has said nothing of the current submission, or both
    have, and not the same. What was said of it is read once: by this ministry alone, or the application waits for it.
    """
    newest = Snapshot.objects.filter(application=OuterRef(OuterRef("pk"))).order_by("-number").values("pk")[:1]
    said = Screening.objects.filter(application=OuterRef("pk"), snapshot=Subquery(newest)).order_by()
    mine = ExpressionWrapper(Q(ministry=ministry), output_field=BooleanField())
    alone = said.values("application").annotate(alone=BoolAnd(mine)).values("alone")
    rows = Application.objects.filter(batch=OuterRef("pk"), state=ApplicationState.SCREENING)
    return rows.annotate(is_said=Coalesce(Subquery(alone), Value(False))).filter(is_said=False)


# All who hold a reviewer's post now, in an account that is open; read once for all batches.
_IN_POST: Final = RawSQL("select id from reviews_people()", [])


def _left() -> QuerySet[Assignment]:
    """What reviewers who left hold unsubmitted, by a closed account or a post that ended: nobody reads it, and nobody
    else is asked.
    """
    rows = Assignment.objects.filter(batch=OuterRef("pk"), state__in=OPEN, application__state__in=STAYED)
    return rows.exclude(reviewer__in=_IN_POST).exclude(review__state__in=DONE)


def _second(person: int, ministry: str) -> dict[str, Any]:
    """What of a batch waits for somebody else than who began it."""
    draw = ExpertDraw.objects.filter(batch=OuterRef("pk"), seed="").exclude(fixed_by=person)
    agenda = Defence.objects.filter(batch=OuterRef("pk"), seed="").exclude(fixed_by=person)
    waiver = ConflictWaiver.objects.filter(application__batch=OuterRef("pk"), confirmed_by=None)
    records = PanelRecord.objects.filter(application__batch=OuterRef("pk"))
    comment = records.filter(approved_by=None).exclude(comment="").exclude(written_by=person)
    letter = records.filter(
        application__state__in=FED_BACK,
        application__panel_result__isnull=False,
        application__feedback=None,
        approved_by__isnull=False,
    )
    of_mof, of_miit, no = ministry == MOF, ministry == MIIT, Value(False)
    return {
        "draw_open": _there(draw, BatchState.CLOSED) if of_mof else no,
        "agenda_open": _there(agenda, BatchState.REVIEWING) if of_mof else no,
        "waiver": _first(waiver.exclude(proposed_by=person), "conflict", *_BEFORE),
        "comment": _first(comment, "pk", *_SEEN),
        "letter_ready": _there(letter, *_AFTER) if of_miit else no,
    }


def _at_work(now: datetime, person: int, *, ministry: str) -> QuerySet[Any]:
    mine = ResultSignature.objects.filter(batch=OuterRef("batch"), ministry=ministry, pk__gt=OuterRef("pk"))
    others = ResultSignature.objects.filter(batch=OuterRef("pk")).exclude(ministry=ministry)
    decided = Decision.objects.filter(batch=OuterRef("pk")).exclude(state=DecisionState.WITHDRAWN)
    rows = Batch.objects.filter(state__in=_SEEN).annotate(
        counts=_during(_counts(now), BatchState.CLOSED),
        unsaid=_number(_unsaid(ministry), BatchState.CLOSED),
        first_given=_during(first_given(Assignment.objects.all()), BatchState.REVIEWING),
        review_days=REVIEW_DAYS_OF,
        left=_number(_left(), *_BEFORE) if ministry == MIIT else Value(None, output_field=IntegerField()),
        other_signed=_there(others.filter(~Exists(mine)), BatchState.REVIEWING),
        undecided=_during(~Exists(decided), BatchState.DECIDING, otherwise=False),
        **_second(person, ministry),
    )
    return rows.select_related("rule_set").only("number", "state", "deadline", "rule_set__province_days")


# (now, person, ministry=code of the officer's ministry): the batches, with the annotations of `_at_work`.
AT_WORK: Final = Prepared(_at_work)
