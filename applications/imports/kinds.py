"""The lists a file can fill: the sheet, the rows that stand, how good rows are stored. A further list is one entry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from applications import queries
from applications.domain import indicators, project_rows, roster
from applications.models import Application
from applications.sheets.enterprises import ENTERPRISES
from applications.sheets.indicators import INDICATORS
from applications.sheets.projects import PROJECTS
from applications.sheets.sheet import Ground, Row, Sheet


@dataclass(frozen=True)
class Kind:
    """A list. section: the part of the dossier that it belongs to; store: inside an act, gives how many changed."""

    sheet: Sheet
    section: str
    rows: Callable[[Application], Iterable[Row]]
    store: Callable[[Application, Sequence[Row]], int]

    def ground(self, application: Application) -> Ground:
        """What a file for this list is judged against: the dossier, and the rows of the list that stand."""
        return replace(
            queries.ground_of(application),
            standing={row[self.sheet.key]: row for row in self.rows(application)},
            national=queries.projects_with_national_money(application),
        )


KINDS: Final[dict[str, Kind]] = {
    kind.sheet.name: kind
    for kind in (
        Kind(ENTERPRISES, "enterprises", queries.roster_rows, roster.store_enterprises),
        Kind(PROJECTS, "projects", queries.project_rows, project_rows.store_projects),
        Kind(INDICATORS, "targets", queries.indicator_rows, indicators.store_indicators),
    )
}
