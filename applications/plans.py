"""How a change makes the next content of an approved plan. Pure: content in, content out, nothing else touched."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

Content = dict[str, Any]
# What a request may say of a project; all else of its row stays as it was approved.
FIELDS: Final = (
    "name",
    "mode",
    "enterprise_name",
    "total_investment",
    "equipment_investment",
    "support_asked",
    "method",
    "starts_on",
    "ends_on",
)
_EMPTY: Final[Mapping[type, Any]] = {str: "", bool: False, int: 0, list: [], dict: {}}


def project_of(content: Content, project: int) -> Content | None:
    """The row of a project, or None when the plan has none of this number."""
    return next((row for row in content["projects"] if row["id"] == project), None)


def lowest(contents: Iterable[Content]) -> int:
    """The lowest number that a project ever had in these plans; zero when none was below it."""
    found: int = min([0, *(row["id"] for content in contents for row in content["projects"])])
    return found


def added(content: Content, values: Mapping[str, Any], *, industry: Mapping[str, str], lowest: int) -> Content:
    """The plan with one more project. It gets the next number below zero: dossiers count from one upward.

    lowest: over all versions of the plan. The number of a project that was ended is not given again: its support and
    its payments are kept under it.
    """
    new = copy.deepcopy(content)
    shape = {key: copy.copy(_EMPTY.get(type(value))) for row in new["projects"][:1] for key, value in row.items()}
    row = {**shape, **values, "industry": dict(industry), "id": lowest - 1}
    row |= {"other_national_money": False, "other_money_note": ""}
    new["projects"] = [*new["projects"], row]
    return new


def changed(content: Content, project: int, values: Mapping[str, Any]) -> Content:
    """The plan with other values for one project."""
    new = copy.deepcopy(content)
    for row in new["projects"]:
        if row["id"] == project:
            row.update(values)
    return new


def terminated(content: Content, project: int) -> Content:
    """The plan without one project."""
    new = copy.deepcopy(content)
    new["projects"] = [row for row in new["projects"] if row["id"] != project]
    return new


def moved(content: Content, unit: Mapping[str, str]) -> Content:
    """The plan under the unit that follows."""
    return {**copy.deepcopy(content), "unit": dict(unit)}


def support(content: Content) -> Decimal:
    """The support of all projects together (yuan)."""
    return sum((Decimal(row["support_asked"]) for row in content["projects"]), Decimal(0))


def landmarks(content: Content, more_than: Decimal) -> Iterator[Content]:
    """Projects that are landmark projects by their investment."""
    return (row for row in content["projects"] if row["is_landmark"] and Decimal(row["total_investment"]) > more_than)
