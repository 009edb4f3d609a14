"""Reads of a joint applicant on its own parts, across all applications."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.db.models import CharField, Count, DateTimeField, F, Func, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from applications import times
from applications.enums import OPEN_STATES, PartnerState, PartState
from applications.models import Part, PartLetter, Partner, PartSheet
from applications.places import THERE
from portal.core import clock
from portal.core.prepared import Prepared
from portal.core.scope import Actor
from portal.programme.enums import BatchState
from portal.programme.models import Batch


def partnerships(actor: Actor) -> QuerySet[Partner]:
    """The parts of the actor's own organisations: batch, unit, what is asked and what was answered, nothing else.

    Adds `dossier_state` and `dossier_due`, until when the dossier can be submitted, since a partner does not see the
    application itself.
    """
    state = Func(F("application_id"), function="partner_dossier_state", output_field=CharField())
    due = Func(F("application_id"), function="partner_dossier_due", output_field=DateTimeField())
    return (
        Partner.objects.filter(organisation__in=actor.scope.organisations)
        .annotate(dossier_state=state, dossier_due=due)
        .select_related("batch", "unit", "province", "organisation", "letter", "answered_by")
        .order_by("-batch__number", "unit")
    )


def own_part(partner: Partner) -> Part | None:
    """What the partner's own people have written, or None."""
    people = ("written_by", "asked_by", "confirmed_by")
    return Part.objects.select_related("letter", *people).filter(pk=partner.pk).first()


def open_sheets(actor: Actor, partner: Partner, page: str) -> list[PartSheet]:
    """Who else of the own organisation has the form of the part open; of the actor's own other windows the newest."""
    rows = PartSheet.objects.filter(partner=partner, seen_at__gt=clock.now() - THERE).exclude(
        person=actor.id, page=page
    )
    return list({row.person_id: row for row in rows.select_related("person").order_by("seen_at")}.values())


def unsaved_part(actor: Actor, partner: Partner) -> PartSheet | None:
    """What the actor typed last into the form of the part and has not saved, or None."""
    rows = PartSheet.objects.filter(partner=partner, person=actor.id, data__isnull=False)
    return rows.order_by("-kept_at", "-pk").first()


def own_letters(actor: Actor) -> QuerySet[PartLetter]:
    """Letters which the actor's organisations wrote and have not committed by yet, and those they did."""
    return PartLetter.objects.filter(organisation__in=actor.scope.organisations)


def shared(partner: Partner) -> dict[str, Any]:
    """What the unit shares with this partner: title, summary, and the projects it takes part in, by number.

    {"title", "summary", "projects": [{"id", "name", "mode", "starts_on", "ends_on"}]}; asked of the database, which
    looks past the dossier that the partner does not see.
    """
    with connection.cursor() as cursor:
        cursor.execute("select partner_shared(%s)", [partner.pk])
        row = cursor.fetchone()
    found = row[0] if row else None
    return json.loads(found) if isinstance(found, str) else found or {"title": "", "summary": "", "projects": []}


@dataclass(frozen=True)
class Commitments:
    """How often an enterprise has committed itself in a batch, with how much; most: what the rules allow (0: any)."""

    batch: Batch
    invited: int
    committed: int
    amount: Decimal
    most: int

    @property
    def is_used_up(self) -> bool:
        """Whether no further commitment is possible."""
        return bool(self.most) and self.committed >= self.most


def commitments(actor: Actor) -> list[Commitments]:
    """By batch, the newest first: the own organisations' commitments against what the rules allow."""
    live = ~Q(dossier_state="withdrawn")
    rows = (
        partnerships(actor)
        .filter(live)
        .order_by()
        .values("batch")
        .annotate(
            invited=Count("pk"),
            committed=Count("pk", filter=Q(state=PartnerState.COMMITTED)),
            amount=Coalesce(Sum("amount_committed"), Decimal(0)),
        )
    )
    found = {row["batch"]: row for row in rows}
    batches = Batch.objects.select_related("rule_set").filter(pk__in=found).order_by("-number")
    return [
        Commitments(
            batch,
            found[batch.pk]["invited"],
            found[batch.pk]["committed"],
            found[batch.pk]["amount"],
            batch.rule_set.soe_max if batch.rule_set else 0,
        )
        for batch in batches
    ]


def can_be_answered(partner: Any) -> bool:
    """Whether the dossier an invitation is about is open, and can still be submitted. partner: of `partnerships`."""
    return partner.dossier_state in OPEN_STATES and not times.has_passed(partner.dossier_due)


def open_invitations(actor: Actor) -> list[Any]:
    """Invitations of the actor's organisations that wait for an answer and can still be answered; each with `asked_by`,
    the person who asks a colleague to confirm what is written, or None.
    """
    return [row for row in _INVITED(by=actor) if can_be_answered(row)]


def _invited(*, by: Actor) -> QuerySet[Any]:
    still = (BatchState.OPEN, BatchState.CLOSED)  # afterwards nothing is submitted any more
    rows = partnerships(by).filter(state=PartnerState.INVITED, batch__state__in=still)
    asked = Part.objects.filter(pk=OuterRef("pk"), state=PartState.ASKED).values("asked_by")
    return rows.annotate(asked_by=Subquery(asked)).select_related(None).select_related("batch", "unit")


_INVITED: Final = Prepared(_invited)
