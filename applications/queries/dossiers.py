"""Reads on applications: the list in the reader's scope, and one dossier whole in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import BooleanField, Count, F, Func, Max, Min, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.utils.translation import get_language

from applications.enums import OUT
from applications.models import Application, Attachment, Recommendation, Ruling, SignOff, Snapshot
from applications.sections import SECTIONS
from portal.accounts.enums import Role
from portal.core import at_once
from portal.core.joins import with_names
from portal.core.prepared import Prepared
from portal.core.scope import Actor
from portal.programme.enums import BatchState, UnitKind
from portal.programme.models import PilotUnit


def applications(actor: Actor) -> QuerySet[Application]:
    """Applications the actor may know of, with batch, unit and province: the plan beside the policy's net.

    Units see their own; provinces and the ministries what was submitted; auditors of the nation all; reviewers what
    is assigned to them.
    """
    rows = Application.objects.select_related("batch__rule_set", "unit", "province")
    scope = actor.scope
    if scope.nation:
        return rows if Role.AUDITOR in actor.roles else rows.filter(first_submitted_at__isnull=False)
    mine = (
        Q(unit__in=scope.units)
        | Q(successor_unit__in=scope.units)
        | Q(province__in=scope.provinces, first_submitted_at__isnull=False)
    )
    if Role.REVIEWER in actor.roles:
        # The one place that knows a reviewer's assignments is the database function which `reviews` keeps.
        mine |= Q(pk__in=RawSQL("select unnest(scope_assigned_applications())", []))
    return rows.filter(mine)


@dataclass(frozen=True)
class OfBatch:
    """How many applications of a batch the reader may know of, and how many of them count for less: never submitted,
    withdrawn, or refused on the way.
    """

    number: int
    title_zh: str
    title_en: str
    state: str
    count: int
    unsubmitted: int
    out: int

    @property
    def title(self) -> str:
        """The batch in the reader's language."""
        return self.title_en if get_language() == "en" else self.title_zh

    @property
    def is_running(self) -> bool:
        """Whether something is still to come for it."""
        return self.state not in (BatchState.DRAFT, BatchState.ASSESSED, BatchState.ARCHIVED)


def by_batch(actor: Actor) -> list[OfBatch]:
    """The applications the actor may know of counted batch by batch, the newest batch first; one query."""
    return [OfBatch(*row) for row in _BY_BATCH(by=actor)]


def _by_batch(*, by: Actor) -> QuerySet[Any]:
    rows = applications(by).select_related(None).order_by("-batch__number")
    batch = ("batch__number", "batch__title_zh", "batch__title_en", "batch__state")
    found: QuerySet[Any] = rows.values_list(*batch).annotate(
        rows=Count("pk"),
        unsubmitted=Count("pk", filter=Q(first_submitted_at=None)),
        out=Count("pk", filter=Q(first_submitted_at__isnull=False, state__in=OUT)),
    )
    return found


_BY_BATCH: Final = Prepared(_by_batch)


def children() -> tuple[str | Prefetch[Any], ...]:
    """All rows a check or a snapshot needs, each kind in one query."""
    return tuple(dict.fromkeys(child for section in SECTIONS.values() for child in section.children()))


_CHILDREN: Final = at_once.Together(children)


def marked_applications(actor: Actor) -> QuerySet[Application]:
    """As `applications`, with `is_earlier_pilot`."""
    return marked(applications(actor))


class _Says(Func):
    """What a function of the database answers with yes or no."""

    output_field = BooleanField()


def marked(rows: QuerySet[Application]) -> QuerySet[Application]:
    """Adds of the unit's line, itself and those before and after it by law: `is_earlier_pilot`, one of them was chosen
    in a batch before; `line_has_applied`, another of them is in this batch. Of the districts that apply: until when
    all of them stand (`districts_until`) and from when (`districts_from`).
    """
    districts = PilotUnit.objects.filter(kind=UnitKind.DISTRICT, districts__contained_by=OuterRef("unit__districts"))
    spans = districts.order_by().values("kind")
    return rows.annotate(
        districts_until=Subquery(spans.annotate(day=Min("valid_to")).values("day")),
        districts_from=Subquery(spans.annotate(day=Max("valid_from")).values("day")),
        is_earlier_pilot=_Says(F("unit"), F("batch__number"), function="line_was_pilot"),
        line_has_applied=_Says(F("batch"), F("unit"), F("pk"), function="line_has_applied"),
    )


def with_rows(rows: QuerySet[Application]) -> QuerySet[Application]:
    """With everything a check, a snapshot or the page needs, and `is_earlier_pilot`."""
    return marked(rows).prefetch_related(*children())


_MARKED: Final = Prepared(
    lambda key: marked(Application.objects.select_related("batch__rule_set", "unit", "province")).filter(pk=key)
)


def whole(application: Application) -> Application:
    """The dossier as it stands now, with all its rows, for an act that holds the application.

    Raises Application.DoesNotExist where it is out of reach.
    """
    found = _MARKED.one(application.pk)
    if found is None:
        raise Application.DoesNotExist
    load(found)
    return found


def load(application: Application) -> None:
    """Load the rows of the dossier as it stands now, in one query, into an application that was read without them."""
    _CHILDREN(application)


def follow(application: Application) -> None:
    """Load what happened to it in one query: sign-offs and submissions, what province and ministries said."""
    _FOLLOWED(application)


def _followed() -> tuple[Prefetch[Any], ...]:
    signed = with_names(SignOff.objects.all(), "requested_by", "signed_by", "sent_back_by")
    signed = signed.select_related("snapshot").defer("snapshot__content").order_by("pk")
    return (
        Prefetch("sign_offs", signed),
        Prefetch("recommendations", with_names(Recommendation.objects.all(), "organisation", "person").order_by("pk")),
        Prefetch("rulings", with_names(Ruling.objects.all(), "person").order_by("pk")),
    )


_FOLLOWED: Final = at_once.Together(_followed)


def dossier(actor: Actor, pk: int) -> Application:
    """The application with all its rows as they stand now, and what happened. Raises Application.DoesNotExist."""
    found = marked(applications(actor)).get(pk=pk)
    follow(found)
    load(found)
    return found


def snapshots(actor: Actor) -> QuerySet[Snapshot]:
    """Submissions of applications the actor may know of, with the application."""
    return (
        Snapshot.objects.filter(application__in=applications(actor).values("pk"))
        .select_related(
            "application__batch",
            "application__unit",
            "application__province",
            "application__organisation",
            "submitted_by",
            "sign_off__requested_by",
        )
        .order_by("application", "number")
    )


def current_snapshot(application: Application) -> Snapshot | None:
    """The last submission, or None before the first."""
    return application.snapshots.order_by("-number").first()


def content_of(snapshot: Snapshot) -> str:
    """The signed text of a submission that was read without it."""
    return Snapshot.objects.values_list("content", flat=True).get(pk=snapshot.pk)


def open_sign_off(application: Application) -> SignOff | None:
    """The sign-off that waits for a signatory, or None."""
    return application.sign_offs.filter(signed_by=None, sent_back_by=None).first()


def attachments(actor: Actor) -> QuerySet[Attachment]:
    """Files the actor may read: of applications in scope, and the own organisation's.

    Those taken out are among them as far as a submission in scope contained them (the policy decides).
    """
    return Attachment.objects.filter(
        Q(application__in=applications(actor).values("pk")) | Q(organisation__in=actor.scope.organisations)
    )


def by_deadline(rows: QuerySet[Application]) -> QuerySet[Application]:
    """Those whose batch ends first come first."""
    return rows.order_by(F("batch__deadline").asc(nulls_last=True), "pk")
