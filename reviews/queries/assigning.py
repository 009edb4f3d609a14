"""Reads of assignment: reviewers, loads, conflicts, and the question for the solver."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import Count, F, Q, QuerySet

from applications.enums import ApplicationState
from applications.models import Application, FocusIndustry
from portal.core.scope import Actor
from portal.programme.models import Batch
from reviews.enums import AssignmentState, ReviewState
from reviews.models import Assignment, Conflict, ReviewerProfile
from reviews.queries.screening import in_office


def people(actor: Actor) -> list[tuple[int, str, str]]:
    """People who hold a reviewer's post: (id, name, group); for officers, nothing for others."""
    if not in_office(actor):
        return []
    with connection.cursor() as cursor:
        cursor.execute("select id, name, reviewer_group from reviews_people() order by reviewer_group, name, id")
        return list(cursor.fetchall())


def profiles(actor: Actor) -> QuerySet[ReviewerProfile]:
    """Reviewers with their home province and employer, by group and name."""
    rows = ReviewerProfile.objects.select_related("user", "home_province", "employer_soe").order_by(
        "group", "user__name", "pk"
    )
    return rows if in_office(actor) else rows.filter(user=actor.id)


def loads(actor: Actor, batch: Batch) -> QuerySet[ReviewerProfile]:
    """Reviewers with their work in a batch: `assigned`, `undeclared`, `submitted`, `recused`."""
    mine = Q(user__assignments__batch=batch)
    return profiles(actor).annotate(
        assigned=Count("user__assignments", filter=mine & ~Q(user__assignments__state=AssignmentState.RECUSED)),
        undeclared=Count("user__assignments", filter=mine & Q(user__assignments__state=AssignmentState.ASSIGNED)),
        recused=Count("user__assignments", filter=mine & Q(user__assignments__state=AssignmentState.RECUSED)),
        submitted=Count(
            "user__assignments",
            filter=mine
            & ~Q(user__assignments__state=AssignmentState.RECUSED)
            & Q(user__assignments__review__state__in=[ReviewState.SUBMITTED, ReviewState.LOCKED]),
        ),
    )


def conflict_pairs(batch: Batch) -> list[tuple[int, int, str]]:
    """Conflicts that follow from what is known of reviewers and dossiers: (application, reviewer, ground)."""
    with connection.cursor() as cursor:
        cursor.execute("select application_id, reviewer_id, code from reviews_conflict_pairs(%s)", [batch.pk])
        return list(cursor.fetchall())


def able_reviewers(actor: Actor, application: Application) -> list[tuple[ReviewerProfile, int]]:
    """Available reviewers who may take one more application of its batch: no conflict, not yet assigned, load left.

    Each with the number of applications held in this batch; the least loaded first.
    """
    batch = application.batch
    barred = {other for one, other in _conflicts(batch) if one == application.pk}
    held = Assignment.objects.filter(application=application).values_list("reviewer_id", flat=True)
    mine = Q(user__assignments__batch=batch) & ~Q(user__assignments__state=AssignmentState.RECUSED)
    rows = (
        profiles(actor)
        .filter(is_active=True)
        .exclude(user__in=barred | set(held))
        .annotate(load=Count("user__assignments", filter=mine))
        .filter(load__lt=F("max_load"))
        .order_by("load", "user__name", "pk")
    )
    return [(row, row.load) for row in rows]


def assignment_instance(batch: Batch) -> dict[str, Any]:
    """The question in the format `assignment-instance/1`: ids are keys of applications and of people, as text.

    Existing assignments are pinned; what is declared or derived is forbidden. Affinity: the share of an application's
    focus divisions which the reviewer knows, in hundredths.
    """
    rules = batch.rule_set
    sectors = _sectors(batch)
    rows = list(
        Application.objects.filter(batch=batch, state=ApplicationState.IN_REVIEW)
        .order_by("pk")
        .values_list("pk", "province_id")
    )
    active = list(ReviewerProfile.objects.filter(is_active=True).order_by("user_id"))
    known = {row.user_id for row in active}
    asked = {key for key, _province in rows}
    sectors = {key: found for key, found in sectors.items() if key in asked}
    held = [
        pair
        for pair in Assignment.objects.filter(batch=batch)
        .exclude(state=AssignmentState.RECUSED)
        .order_by("application_id", "reviewer_id")
        .values_list("application_id", "reviewer_id")
        if pair[0] in asked and pair[1] in known
    ]
    conflicts = {
        (application, reviewer)
        for application, reviewer in _conflicts(batch)
        if application in asked and reviewer in known
    }
    per_application = rules.reviewers_per_application if rules else 0
    return {
        "format": "assignment-instance/1",
        "applications": [
            {"id": str(key), "province": province, "sectors": sorted(sectors.get(key, set()))} for key, province in rows
        ],
        "reviewers": [
            {
                "id": str(row.user_id),
                "group": row.group,
                "province": row.home_province_id,
                "min_load": 0,
                "max_load": row.max_load,
            }
            for row in active
        ],
        "per_application": per_application,
        "min_per_group": rules.details.get("min_per_group", {"MIIT": 1, "MOF": 1}) if rules else {},
        "affinity": _affinity(sectors, active, conflicts),
        "conflicts": [[str(one), str(other)] for one, other in sorted(conflicts)],
        "pinned": [[str(one), str(other)] for one, other in held],
        "seed": f"{batch.year}-batch-{batch.number}",
    }


def _conflicts(batch: Batch) -> set[tuple[int, int]]:
    declared = Conflict.objects.filter(application__batch=batch).values_list("application_id", "reviewer_id")
    return {*declared, *((one, other) for one, other, _ in conflict_pairs(batch))}


def _sectors(batch: Batch) -> dict[int, set[str]]:
    """Divisions of GB/T 4754 by application: a group such as C263 counts for its division C26."""
    found: dict[int, set[str]] = {}
    rows = FocusIndustry.objects.filter(application__batch=batch).values_list("application_id", "industry_id")
    for application, code in rows:
        found.setdefault(application, set()).add(code[:3])
    return found


def _affinity(
    sectors: dict[int, set[str]], active: list[ReviewerProfile], conflicts: set[tuple[int, int]]
) -> list[list[Any]]:
    found: list[list[Any]] = []
    for application, wanted in sorted(sectors.items()):
        for row in active:
            shared = wanted & set(row.sectors)
            if shared and (application, row.user_id) not in conflicts:
                found.append([str(application), str(row.user_id), round(100 * len(shared) / len(wanted))])
    return found
