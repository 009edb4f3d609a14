"""What is worked out about a computed list: reasons and prices, and how firmly it stands when marks change."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from portal.programme.models import Batch, RuleSet
from reviews import queries, selection
from reviews.domain.results import SIX_PLACES
from reviews.domain.scoring import criteria, kind_of
from reviews.models import Scenario


def own_question(scenario: Scenario) -> dict[str, Any]:
    """The question of the selection itself."""
    question: dict[str, Any] = json.loads(scenario.instance)
    return question


def explained(question: Mapping[str, Any]) -> dict[str, Any]:
    """Why each candidate is on the list or not, and what each rule costs, as `selection-explanation/1`. No query."""
    found = selection.explain(selection.parse_instance(question))
    if found is None:
        raise ArithmeticError("the selection was found, yet its rules conflict")
    return found.to_json()


def tested(question: Mapping[str, Any]) -> dict[str, Any]:
    """How firmly the list stands when reviewers are drawn anew or left out, as `selection-robustness/1`. No query."""
    found = selection.robust(selection.parse_instance(question))
    if found is None:
        raise ArithmeticError("the selection was found, yet its rules conflict")
    return found.to_json()


def robustness_question(scenario: Scenario) -> dict[str, Any]:
    """The question of the selection with the marks of its reviews, reviewers numbered instead of named."""
    return {**own_question(scenario), "reviews": list(marks(scenario.batch))}


def marks(batch: Batch) -> Iterator[dict[str, str]]:
    """One mark for each criterion of each review that counts, in points such that a review's mean is its total.

    A criterion gives its share of the total (weight and scale by the rule set) times the number of criteria marked, so
    that leaving one out lets the others speak as before.
    """
    names = queries.numbered_reviewers(batch)
    for unit, person, total, values in sorted(queries.locked_marks(batch), key=lambda row: row[:2]):
        shares = _shares(batch.rule_set, values) if batch.rule_set else {}
        if sum(shares.values()) <= 0:
            shares = {"": total}
        for code, share in sorted(shares.items()):
            mark = (share * len(shares)).quantize(SIX_PLACES, rounding=ROUND_HALF_UP)
            entry = {"candidate": unit, "reviewer": names[person], "score": f"{mark:.6f}"}
            yield {**entry, "criterion": code} if code else entry


def _shares(rules: RuleSet, values: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """What each criterion brings to a review's total, before the total is cut at 100."""
    rows = [row for row in criteria(rules) if row["code"] in values]
    weights = sum((Decimal(str(row["weight"])) for row in rows if kind_of(row) == "score"), Decimal(0))
    shares = {}
    for row in rows:
        if kind_of(row) == "score":
            part = Decimal(str(row["weight"])) * values[row["code"]] * 100 / Decimal(str(row["max"]))
            shares[row["code"]] = part / weights
        elif kind_of(row) == "bonus":
            shares[row["code"]] = values[row["code"]]
    return shares
