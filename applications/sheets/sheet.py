"""The declaration of a sheet."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from applications.sheets.columns import Column, FigureColumn

Row = dict[str, Any]
Across = Callable[[Row, "Ground"], list[tuple[str, str, dict[str, Any]]]]


@dataclass(frozen=True)
class Ground:
    """What a row is judged against. industries: all codes; focus: the dossier's own; codes: those of its roster.

    support_share, landmark: of the batch's rules; a share of one, and yuan. span: first and last year of the plan.
    standing: the rows that stand, by the sheet's key, of which a column that the file lacks is taken; None: the file is
    judged by itself. national: names of projects with rows of national money.
    """

    industries: frozenset[str]
    focus: tuple[str, ...]
    codes: frozenset[str] = frozenset()
    support_share: Decimal | None = None
    landmark: Decimal | None = None
    span: tuple[int, int] | None = None
    standing: Mapping[Any, Row] | None = None
    national: frozenset[str] = frozenset()

    def in_focus(self, code: str) -> bool:
        """Whether an industry is a focus industry or a group inside one."""
        return any(code.startswith(one) for one in self.focus)


def _says_something(row: Row) -> bool:
    """No row is blank beyond the empty ones, which are passed over anyway."""
    return False


def _by_column(column: Column, row: Row) -> bool:
    """Where nothing of the row says otherwise, a column is counted in per cent or it is not."""
    return isinstance(column, FigureColumn) and column.percent


@dataclass(frozen=True)
class Sheet:
    """A sheet. name: in addresses; key: the column by which a row is known again; across: what cells say about each
    other, as (column, code of the problem, params); example: a row people can copy; most: rows at most;
    fixed: its rows are given, so a template shows them; is_blank: whether a row says nothing and is passed over;
    beside: columns that belong to the key; is_rate: whether a column is counted in per cent in this row.
    """

    name: str
    zh: str
    en: str
    columns: tuple[Column, ...]
    key: str
    across: Across
    most: int = 20_000
    fixed: bool = False
    is_blank: Callable[[Row], bool] = _says_something
    beside: tuple[str, ...] = ()
    is_rate: Callable[[Column, Row], bool] = _by_column

    @property
    def by_key(self) -> Mapping[str, Column]:
        """Columns by their key."""
        return {column.key: column for column in self.columns}

    def place(self, key: str) -> int:
        """The place of a column, counted from 1, as the template has it."""
        return next(place for place, column in enumerate(self.columns, start=1) if column.key == key)


def headings(column: Column) -> tuple[str, str]:
    """Both headings as they are compared: without blanks, in half-width small letters."""
    return squeezed(column.zh), squeezed(column.en)


def squeezed(text: str) -> str:
    """A heading without what people change by accident: blanks, width, capitals, the star of what is needed."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold().strip("*")
