"""Forms whose fields stand in a table: rows and columns of figures, each cell a field with its own full label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms

from portal.core.errors import Text


@dataclass(frozen=True)
class GridRow:
    """A row: its heading, a hint under it, the names of its fields (one for each column)."""

    label: Text
    names: Sequence[str]
    hint: Text = ""
    key: str = ""


@dataclass(frozen=True)
class Grid:
    """A table of fields. totals: the page adds up rows and columns while people type, and shows the sums."""

    caption: Text
    corner: Text
    columns: Sequence[Text]
    rows: Sequence[GridRow]
    totals: bool = False
    aims: dict[str, Any] = field(default_factory=dict)

    @property
    def names(self) -> set[str]:
        """All fields that stand in the table."""
        return {name for row in self.rows for name in row.names}


@dataclass(frozen=True)
class ShownRow:
    """A row for the template: cells are pairs of a column's label and a bound field."""

    label: Text
    hint: Text
    key: str
    cells: list[tuple[Text, forms.BoundField]]


class GridForm(forms.Form):
    """Add to a form: `grid()` says what stands in the table, the other fields stand above it."""

    def grid(self) -> Grid:
        """The table."""
        raise NotImplementedError

    @property
    def shown(self) -> dict[str, Any]:
        """The table for templates/applications/_grid.html."""
        grid = self.grid()
        rows = [
            ShownRow(
                row.label,
                row.hint,
                row.key,
                [(label, self[name]) for label, name in zip(grid.columns, row.names, strict=True)],
            )
            for row in grid.rows
        ]
        return {"grid": grid, "rows": rows}

    @property
    def above(self) -> list[forms.BoundField]:
        """The fields that do not stand in the table."""
        names = self.grid().names
        return [bound for bound in self.visible_fields() if bound.name not in names]
