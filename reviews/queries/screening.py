"""Reads of screening: the queue of both ministries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery

from applications.enums import Answer, ApplicationState, Judgement
from applications.models import Application, CheckRun, Match, Snapshot
from portal.accounts.enums import Role
from portal.core.scope import Actor
from portal.programme.enums import BatchState
from portal.programme.models import Batch
from reviews.enums import Ministry, ScreeningDecision
from reviews.models import Screening, ScreeningPoint

SCREENED = (
    ApplicationState.RECOMMENDED,
    ApplicationState.SCREENING,
    ApplicationState.CORRECTION,
    ApplicationState.REJECTED,
    ApplicationState.IN_REVIEW,
)
_OFFICES = {Role.OFFICER, Role.AUDITOR}


_HEAVY = Func(
    F("findings"),
    template="""jsonb_array_length(jsonb_path_query_array(%(expressions)s, '$[*] ? (@.severity != "info")'))""",
    output_field=IntegerField(),
)


def _current(name: str) -> QuerySet[Snapshot, int]:
    """The key of the current submission; name: the outer field that holds the application."""
    return Snapshot.objects.filter(application=OuterRef(name)).order_by("-number").values_list("pk", flat=True)[:1]


def in_office(actor: Actor) -> bool:
    """Whether the actor reads across the nation as an officer or auditor."""
    return actor.scope.nation and bool(actor.roles & _OFFICES)


def screening_batches(actor: Actor) -> QuerySet[Batch]:
    """Batches past their opening, with counts: `waiting`, `screening`, `correction`, `rejected`, `in_review`.

    Archived ones stay findable; batches before the portal, which have no rules, were never screened here.
    """
    rows = Batch.objects.exclude(state=BatchState.DRAFT).exclude(rule_set=None).select_related("rule_set")
    if not in_office(actor):
        return rows.none()
    count = {
        "waiting": Q(applications__state=ApplicationState.RECOMMENDED),
        "screening": Q(applications__state=ApplicationState.SCREENING),
        "correction": Q(applications__state=ApplicationState.CORRECTION),
        "rejected": Q(applications__state=ApplicationState.REJECTED),
        "in_review": Q(applications__state=ApplicationState.IN_REVIEW),
    }
    return rows.annotate(**{name: Count("applications", filter=which) for name, which in count.items()}).order_by(
        "-number"
    )


def screening_queue(actor: Actor, batch: Batch) -> QuerySet[Application]:
    """Applications of a batch from the recommendation to the end of screening, by division.

    Adds `said_miit` and `said_mof`: the last decision of each ministry on the current submission, or None; and
    `findings`: how many findings that block or warn were kept last with it, None when none were kept.
    """
    if not in_office(actor):
        return Application.objects.none()
    current = Subquery(_current("application"))
    said = Screening.objects.filter(application=OuterRef("pk"), snapshot=current).order_by("-pk")
    kept = CheckRun.objects.filter(application=OuterRef("pk"), snapshot=current).order_by("-pk")
    return (
        Application.objects.filter(batch=batch, state__in=SCREENED)
        .select_related("unit", "province", "batch")
        .annotate(
            said_miit=Subquery(said.filter(ministry=Ministry.MIIT).values("decision")[:1]),
            said_mof=Subquery(said.filter(ministry=Ministry.MOF).values("decision")[:1]),
            findings=Subquery(kept.annotate(heavy=_HEAVY).values("heavy")[:1]),
        )
        .order_by("province_id", "unit_id", "pk")
    )


def waits(actor: Actor, batch: Batch) -> bool:
    """Whether a recommended application of the batch has not been taken up yet."""
    return screening_queue(actor, batch).filter(state=ApplicationState.RECOMMENDED).exists()


def in_screening(actor: Actor, batch: Batch, pk: int) -> Application | None:
    """An application of the batch that is in screening, with batch, rules and unit; None when it is not any more."""
    rows = screening_queue(actor, batch).filter(state=ApplicationState.SCREENING, pk=pk)
    return rows.select_related("batch__rule_set", "unit", "province", "organisation").first()


def passed_since(actor: Actor, applications: Iterable[int], since: datetime) -> set[int]:
    """Which of these the actor has passed together with others since then."""
    rows = Screening.objects.filter(application__in=applications, person=actor.id, in_bulk=True, at__gte=since)
    return set(rows.values_list("application", flat=True))


def clean(actor: Actor, batch: Batch, ministry: str) -> QuerySet[Application]:
    """Applications in screening on which nothing speaks against a pass by this ministry.

    The checks kept last with the current submission neither block nor warn, no officer found a point to be mended, no
    match with another application waits for a judgement, the ministry has not decided and the other does not refuse.
    """
    mend = ScreeningPoint.objects.filter(snapshot=Subquery(_current("application")), answer=Answer.MEND)
    unjudged = Match.objects.filter(Q(application=OuterRef("pk")) | Q(other=OuterRef("pk")), judgement=Judgement.OPEN)
    other = "said_mof" if ministry == Ministry.MIIT else "said_miit"
    own = "said_miit" if ministry == Ministry.MIIT else "said_mof"
    open_ones = {"state": ApplicationState.SCREENING, "findings": 0, f"{own}__isnull": True}
    rows = screening_queue(actor, batch).filter(**open_ones)
    rows = rows.filter(Q(**{f"{other}__isnull": True}) | Q(**{other: ScreeningDecision.PASS}))
    return rows.exclude(Exists(mend.filter(application=OuterRef("pk")))).exclude(Exists(unjudged))


def checklist(snapshot: Snapshot) -> QuerySet[ScreeningPoint]:
    """What both ministries found on a submission so far."""
    return ScreeningPoint.objects.filter(snapshot=snapshot).select_related("person").order_by("pk")


def screenings(actor: Actor, application: Application) -> QuerySet[Screening]:
    """What the ministries said about an application, the latest first."""
    if not in_office(actor):
        return Screening.objects.none()
    return (
        Screening.objects.filter(application=application)
        .select_related("person", "snapshot")
        .defer("snapshot__content")
        .order_by("-pk")
    )


def next_in_queue(actor: Actor, application: Application) -> int | None:
    """The key of the next application in screening after this one, or None."""
    return (
        screening_queue(actor, application.batch)
        .filter(state=ApplicationState.SCREENING)
        .exclude(pk=application.pk)
        .values_list("pk", flat=True)
        .first()
    )
