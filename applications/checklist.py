"""The points departments of a province and the ministries look at, as the rule set of the batch names them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language

from applications.enums import Side
from applications.models import Application


@dataclass(frozen=True)
class CheckPoint:
    """One point: where the unit mends it, and the rule behind it."""

    code: str
    side: str
    section: str
    name_zh: str
    name_en: str
    source: str

    @property
    def name(self) -> str:
        """The point in the reader's language."""
        return self.name_en if get_language() == "en" else self.name_zh


def points_of(application: Application, side: Side | None = None) -> list[CheckPoint]:
    """The checklist of a department (or of both) for this application's batch."""
    return _points(application, "checklist", side)


def screening_points(application: Application, ministry: str | None = None) -> list[CheckPoint]:
    """What a ministry (or both) looks at in screening; a point's side is the ministry's code."""
    return _points(application, "screening", ministry)


def _points(application: Application, key: str, side: str | None) -> list[CheckPoint]:
    rules = application.batch.rule_set
    rows = rules.details.get(key, []) if rules is not None else []
    return [CheckPoint(**row) for row in rows if side is None or row["side"] == side]
