"""From the question who reads what to the answer as it is kept, with the reasons."""

from __future__ import annotations

from typing import Any

from reviews import assignment
from reviews.domain.proposing import Answer
from reviews.queries import Question


def answer_question(question: Question) -> Answer:
    """Ask the solver, and explain what it says."""
    instance = assignment.parse_instance(question.instance)
    decision = assignment.solve(instance)
    if decision.status != "optimal":
        return Answer(question, decision.to_json())
    place = {name: at for at, name in enumerate(instance.applications)}
    column = {person.id: at for at, person in enumerate(instance.reviewers)}

    def placed(pair: tuple[int, int]) -> tuple[int, int]:
        return place[str(pair[0])], column[str(pair[1])]

    barred = {placed(pair): value for pair, value in question.fit.items() if placed(pair) in instance.conflicts}
    away = frozenset(map(placed, question.kept_away))
    seats: dict[str, list[int]] = {}
    for application, reviewer in decision.pairs:
        seats.setdefault(application, []).append(int(reviewer))
    rows = [
        (int(row.application), _seats(question, int(row.application), seats.get(row.application, [])), row.total,
         row.best, [[int(reviewer), fit, why] for reviewer, fit, why in row.unmet])
        for row in assignment.standings(instance, decision.pairs, barred, away)
    ]  # fmt: skip
    return Answer(question, decision.to_json(), rows)


def _seats(question: Question, application: int, reviewers: list[int]) -> list[dict[str, Any]]:
    seats = [
        {
            "reviewer": reviewer,
            "affinity": question.fit.get((application, reviewer), 0),
            "mark": question.marks.get((application, reviewer), ""),
        }
        for reviewer in reviewers
    ]
    return sorted(seats, key=lambda seat: (-seat["affinity"], seat["reviewer"]))
