"""Every read of the reviews that a page, a report and the API share."""

from reviews.queries.assigning import able_reviewers, assignment_instance, conflict_pairs, loads, people, profiles
from reviews.queries.publicity import entries, listed_units, objection_status, objections, published
from reviews.queries.scoring import (
    assignments,
    my_assignments,
    own_review,
    partner_names,
    progress,
    reviews_of,
    standing,
)
from reviews.queries.screening import (
    checklist,
    clean,
    in_screening,
    next_in_queue,
    passed_since,
    screening_batches,
    screening_queue,
    screenings,
    waits,
)
from reviews.queries.selection import decisions, scenarios, selection_instance, still_in_reserve, units_of

__all__ = [
    "able_reviewers",
    "assignment_instance",
    "assignments",
    "checklist",
    "clean",
    "conflict_pairs",
    "decisions",
    "entries",
    "in_screening",
    "listed_units",
    "loads",
    "my_assignments",
    "next_in_queue",
    "objection_status",
    "objections",
    "own_review",
    "partner_names",
    "passed_since",
    "people",
    "profiles",
    "progress",
    "published",
    "reviews_of",
    "scenarios",
    "screening_batches",
    "screening_queue",
    "screenings",
    "selection_instance",
    "standing",
    "still_in_reserve",
    "units_of",
    "waits",
]
