"""Reads of proposed assignments: the proposals, their rows and loads, and what officers wish."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from django.db.models import Count, F, Q, QuerySet, Value

from portal.core.joins import with_names
from portal.core.prepared import Prepared
from portal.core.scope import Actor
from portal.programme.models import Batch
from reviews.enums import ProposalState
from reviews.models import AssignmentProposal, AssignmentWish, ProposedLoad, ProposedRow, ReviewerProfile
from reviews.queries.screening import in_office


def proposals(actor: Actor, batch: Batch | None = None) -> QuerySet[AssignmentProposal]:
    """Proposed assignments (of a batch), the latest first, without their long texts."""
    rows = AssignmentProposal.objects.all() if in_office(actor) else AssignmentProposal.objects.none()
    rows = rows.filter(batch=batch) if batch else rows
    rows = rows.select_related("batch__rule_set", "created_by", "taken_by", "previous")
    return rows.defer("question", "answer", "previous__question", "previous__answer").order_by("batch", "-number")


def latest(batch: Batch) -> AssignmentProposal | None:
    """The newest proposal of a batch that was found: the next one is compared with it."""
    rows = AssignmentProposal.objects.filter(batch=batch, state__in=[ProposalState.READY, ProposalState.TAKEN])
    return rows.defer("question", "answer").order_by("-number").first()


def proposed_rows(actor: Actor, proposal: int) -> QuerySet[ProposedRow]:
    """The applications of a proposal (its key) with unit and province, by division; `missing`: fit below the best."""
    rows = ProposedRow.objects.filter(proposal=proposal) if in_office(actor) else ProposedRow.objects.none()
    rows = with_names(rows, "application__unit", "application__province")
    rows = rows.annotate(missing=F("best") - F("total"))
    return rows.order_by("application__province_id", "application__unit_id", "pk")


def proposed_figures(actor: Actor, proposal: int) -> dict[str, int]:
    """Of a proposal (its key): `all` applications, `short`, where a better reviewer exists, and `changed` ones."""
    found = _FIGURES(proposal, by=actor)
    return dict(found[0]) if found else {"all": 0, "short": 0, "changed": 0}


def _figures(proposal: int, *, by: Actor) -> QuerySet[Any]:
    rows = proposed_rows(by, proposal).order_by().annotate(one=Value(1)).values("one")
    figures: QuerySet[Any] = rows.annotate(
        all=Count("pk"), short=Count("pk", filter=Q(is_short=True)), changed=Count("pk", filter=Q(is_changed=True))
    )
    return figures


_FIGURES: Final = Prepared(_figures)


def proposed_loads(actor: Actor, proposal: AssignmentProposal) -> QuerySet[ProposedLoad]:
    """The reviewers of a proposal with their load, by group and name."""
    rows = proposal.loads.all() if in_office(actor) else ProposedLoad.objects.none()
    rows = rows.select_related("profile__user", "profile__home_province")
    return rows.order_by("profile__group", "profile__user__name", "pk")


_NAMES: Final = Prepared(
    lambda: ReviewerProfile.objects.order_by("user__name").values_list("user_id", "user__name", "user__email")
)


def reviewer_names(actor: Actor) -> dict[int, str]:
    """Names of all reviewers with a profile, by the key of the person; namesakes with their e-mail address."""
    if not in_office(actor):
        return {}
    rows = _NAMES()
    times = Counter(name for _key, name, _email in rows)
    return {key: name if times[name] == 1 else f"{name} <{email}>" for key, name, email in rows}


def all_wishes(actor: Actor) -> QuerySet[AssignmentWish]:
    """Wishes of all batches, with unit, reviewer, batch and who said so."""
    rows = AssignmentWish.objects.all() if in_office(actor) else AssignmentWish.objects.none()
    return with_names(rows, "application__unit", "application__province", "reviewer", "by").select_related("batch")


def wishes(actor: Actor, batch: Batch) -> QuerySet[AssignmentWish]:
    """What officers wish of the next answer, with unit, reviewer and who said so."""
    return all_wishes(actor).filter(batch=batch).order_by("application__unit_id", "pk")
