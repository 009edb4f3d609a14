"""The question for the solver that assigns reviewers: who may read what, who knows what, who is to and who is not."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from applications.enums import ApplicationState
from applications.models import Application, FocusIndustry
from portal.programme.models import Batch, RuleSet
from reviews.enums import AssignmentState, ReviewerGroup
from reviews.models import Assignment, AssignmentProposal, AssignmentWish, ProposedRow, ReviewerProfile
from reviews.models.assignment import OPEN
from reviews.queries.assigning import HERE, barred_pairs, drawn_experts
from reviews.queries.scoring import STAYED
from reviews.selection.canonical import canonical

Pair = tuple[int, int]  # keys of an application and of a person


@dataclass(frozen=True)
class Question:
    """The instance in the format `assignment-instance/1` (ids are keys as text), and what explains its answer.

    fit: affinity of all pairs above nought, also of those in conflict, which the instance leaves out; kept_away: pairs
    an officer does not want; marks: why a pair is pinned: "held" (assigned already), "pinned" (wanted), "kept".
    """

    instance: dict[str, Any]
    fit: dict[Pair, int]
    kept_away: frozenset[Pair]
    marks: dict[Pair, str]

    @cached_property
    def text(self) -> str:
        """The instance in canonical JSON: the same question is the same text."""
        return canonical(self.instance).decode()

    @cached_property
    def sha256(self) -> str:
        """The digest of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def lack_reviewers(batch: Batch) -> bool:
    """Whether an application in review has fewer reviewers than the rules ask."""
    rows = Application.objects.filter(batch=batch, state=ApplicationState.IN_REVIEW)
    rows = rows.annotate(seated=Count("assignments", filter=Q(assignments__state__in=OPEN)))
    return rows.filter(seated__lt=_numbers(batch.rule_set)["per_application"]).exists()


def question_of(proposal: AssignmentProposal) -> Question:
    """What a proposal asks, or would ask now."""
    return assignment_question(proposal.batch, proposal.previous if proposal.keeps_others else None)


def assignment_question(batch: Batch, keep: AssignmentProposal | None = None) -> Question:
    """Ask for reviewers of every application in review that has not all of them.

    Existing assignments are pinned; what is declared or derived is forbidden unless two officers overrode it, and so is
    what an officer does not want. Affinity: how well the reviewer knows the application's focus divisions, in
    hundredths of knowing all of them best. keep: seats of this proposal stay wherever no wish touches them.
    """
    drawn = drawn_experts(batch)
    rows = list(
        Application.objects.filter(batch=batch, state=ApplicationState.IN_REVIEW)
        .order_by("pk")
        .values_list("pk", "province_id")
    )
    numbers, all_held = _numbers(batch.rule_set), _held(batch)
    full = _full(all_held, numbers["per_application"])
    rows = [row for row in rows if row[0] not in full]
    asked = {key for key, _province in rows}
    seats = Counter(reviewer for application, reviewer in all_held if application in asked)
    active = [row for row in _profiles(seats) if row.user_id in seats or _may_be_taken(row, drawn)]
    known = {row.user_id: row for row in active}

    def here(pairs: Iterable[Pair]) -> set[Pair]:
        return {pair for pair in pairs if pair[0] in asked and pair[1] in known}

    held = here(all_held)
    elsewhere = Counter(reviewer for application, reviewer in all_held if application in full)
    pins, away = _wishes(batch)
    pins, away = here(pins), here(away | _relieved(batch)) - held - pins
    barred = here(barred_pairs(batch)) | away
    fit = {pair: value for pair, value in _affinities(batch).items() if pair[0] in asked and pair[1] in known}
    kept = _kept(keep, held, pins, barred, fit, known) if keep else set()
    marks = {**dict.fromkeys(kept, "kept"), **dict.fromkeys(pins, "pinned"), **dict.fromkeys(held, "held")}
    sectors = _sectors(batch)
    instance = {
        "format": "assignment-instance/1",
        "applications": [
            {"id": str(key), "province": province, "sectors": sorted(sectors.get(key, set()))} for key, province in rows
        ],
        "reviewers": [_reviewer(row, elsewhere[row.user_id], seats[row.user_id]) for row in active],
        **numbers,
        "affinity": [
            [str(one), str(two), value] for (one, two), value in sorted(fit.items()) if (one, two) not in barred
        ],
        "conflicts": _named(barred),
        "pinned": _named(marks),
        "seed": f"{batch.year}-batch-{batch.number}",
    }
    return Question(instance, fit, frozenset(away), marks)


def _may_be_taken(row: ReviewerProfile, drawn: set[int] | None) -> bool:
    return drawn is None or row.group != ReviewerGroup.EXPERT or row.user_id in drawn


def _named(pairs: Iterable[Pair]) -> list[list[str]]:
    return [[str(one), str(other)] for one, other in sorted(pairs)]


def _numbers(rules: RuleSet | None) -> dict[str, Any]:
    if rules is None:
        return {"per_application": 0, "min_per_group": {}}
    least = rules.details.get("min_per_group", {"MIIT": 1, "MOF": 1})
    return {"per_application": rules.reviewers_per_application, "min_per_group": least}


def _full(held: Iterable[Pair], each: int) -> set[int]:
    """Applications that have all their reviewers, or more, given by hand: nothing is asked for them."""
    counts = Counter(application for application, _reviewer in held)
    return {application for application, count in counts.items() if count >= each}


def _profiles(seats: Iterable[int]) -> list[Any]:
    """Who is here, and who is away but holds a seat: it stays, or the application would get a reviewer too many."""
    rows = ReviewerProfile.objects.annotate(is_here=HERE).filter(Q(is_here=True) | Q(user__in=list(seats)))
    return list(rows.order_by("user_id"))


def _reviewer(row: Any, elsewhere: int, seats: int) -> dict[str, Any]:
    """elsewhere: applications read that the question leaves out; they count as load. seats: what is held already of
    what is asked; whoever is away gets no more.
    """
    if not row.is_here:
        return {"id": str(row.user_id), "group": row.group, "province": row.home_province_id, "min_load": 0,
                "max_load": seats}  # fmt: skip
    return {
        "id": str(row.user_id),
        "group": row.group,
        "province": row.home_province_id,
        "min_load": max(0, row.min_load - elsewhere),
        "max_load": max(0, row.max_load - elsewhere),
    }


def _held(batch: Batch) -> set[Pair]:
    """Who reads what now; what its unit has withdrawn is nobody's load."""
    rows = Assignment.objects.filter(batch=batch, state__in=OPEN, application__state__in=STAYED)
    return set(rows.values_list("application_id", "reviewer_id"))


def _relieved(batch: Batch) -> set[Pair]:
    """Who gave an application to somebody else at MIIT's word does not get it back by the solver."""
    rows = Assignment.objects.filter(batch=batch, state=AssignmentState.RELIEVED)
    return set(rows.values_list("application_id", "reviewer_id"))


def _wishes(batch: Batch) -> tuple[set[Pair], set[Pair]]:
    pins: set[Pair] = set()
    away: set[Pair] = set()
    rows = AssignmentWish.objects.filter(batch=batch).values_list("application_id", "reviewer_id", "is_pin")
    for application, reviewer, is_pin in rows:
        (pins if is_pin else away).add((application, reviewer))
    return pins, away


def _kept(
    keep: AssignmentProposal,
    held: set[Pair],
    pins: set[Pair],
    barred: set[Pair],
    fit: Mapping[Pair, int],
    known: Mapping[int, ReviewerProfile],
) -> set[Pair]:
    """Seats of the earlier proposal that no wish touches: not barred, no new pin in their application, load left."""
    asked_anew = {application for application, _reviewer in pins}
    loads = Counter(reviewer for _application, reviewer in held | pins)
    found: list[Pair] = []
    for application, seats in ProposedRow.objects.filter(proposal=keep).values_list("application_id", "seats"):
        seated = {(application, seat["reviewer"]) for seat in seats}
        if application not in asked_anew or {pair for pair in pins if pair[0] == application} <= seated:
            found += [pair for pair in seated - held - pins - barred if pair[1] in known]
    kept = set()
    for pair in sorted(found, key=lambda pair: (-fit.get(pair, 0), pair)):
        if loads[pair[1]] < known[pair[1]].max_load:
            loads[pair[1]] += 1
            kept.add(pair)
    return kept


def _sectors(batch: Batch) -> dict[int, set[str]]:
    """Divisions of GB/T 4754 by application: a group such as C263 counts for its division C26."""
    found: dict[int, set[str]] = {}
    rows = FocusIndustry.objects.filter(application__batch=batch).values_list("application_id", "industry_id")
    for application, code in rows:
        found.setdefault(application, set()).add(code[:3])
    return found


def _affinities(batch: Batch) -> dict[Pair, int]:
    """How well each knows the industries of each (the database counts, as it does when it replaces somebody)."""
    with connection.cursor() as cursor:
        cursor.execute("select application_id, reviewer_id, affinity from reviews_affinities(%s)", [batch.pk])
        return {(one, other): fit for one, other, fit in cursor.fetchall()}
