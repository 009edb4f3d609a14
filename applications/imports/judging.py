"""What a file's rows are worth: the good ones, what is wrong in the others, and what would change in the dossier."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from applications.imports.reading import Read, as_text
from applications.sheets.columns import Cell, Column, FigureColumn, Said
from applications.sheets.problems import Problem, Wrong
from applications.sheets.shares import Share, in_per_cent, is_share
from applications.sheets.sheet import Ground, Row, Sheet

KEPT: Final = 500  # problems and remarks that are named; the others are counted
CHANGES: Final = 200
STEP: Final = 1000
Tell = Callable[[int, int], None]


@dataclass
class Verdict:
    """The judgement of a file. good: values by column key, in the order of the file; absent: columns it lacks."""

    sheet: str
    rows: int = 0
    good: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)
    bad_rows: set[int] = field(default_factory=set)
    all_problems: int = 0
    all_remarks: int = 0
    absent: tuple[str, ...] = ()

    def wrong(self, problem: Problem) -> None:
        """Count a problem, and keep it while there is room."""
        self.all_problems += 1
        self.bad_rows.add(problem.row)
        if len(self.problems) < KEPT:
            self.problems.append(problem)

    def remark(self, problem: Problem) -> None:
        """Count a remark, and keep it while there is room."""
        self.all_remarks += 1
        if len(self.remarks) < KEPT:
            self.remarks.append(problem)


def _silent(done: int, of: int) -> None:
    """Nobody wants to know."""


def judge(made: Read, sheet: Sheet, ground: Ground, tell: Tell = _silent) -> Verdict:
    """Judge every row. tell: called every thousand rows with how many are done and how many there are.

    Of a column that the file lacks what stands already counts (`ground.standing`), also in what cells say about each
    other; of a new row, what nothing means.
    """
    missing = {column.key: column.default for column in sheet.columns if column.key not in made.columns}
    verdict = Verdict(made.name, rows=len(made.rows), absent=tuple(missing))
    for problem in made.problems:
        verdict.wrong(problem)
    verdict.all_problems += made.more_problems
    verdict.bad_rows |= made.bad
    for remark in made.remarks:
        verdict.remark(remark)
    for name in missing:
        column = sheet.by_key[name]
        heads = {"name": f"{column.zh} {column.en}"}
        verdict.remark(Problem("column_absent", key=name, sheet=made.name, params=heads))
    reader = _Reader(verdict, sheet, ground, missing, made.columns)
    seen: dict[Any, int] = {}
    for done, (number, cells) in enumerate(made.rows):
        if done % STEP == 0:
            tell(done, len(made.rows))
        row = reader.read(number, cells)
        if sheet.is_blank(row):
            verdict.rows -= 1
            continue
        key = row.get(sheet.key)
        mark = (key, *(row.get(name) for name in sheet.beside)) if sheet.beside else key
        if key is not None and mark in seen:
            _across(verdict, made, number, sheet.key, "twice", {"row": seen[mark]}, key)
        elif key is not None:
            seen[mark] = number
        whole = reader.whole(row)
        for name, code, params in sheet.across(row if ground.standing is None else whole, ground):
            _across(verdict, made, number, name, code, params, whole.get(name))
        if number not in verdict.bad_rows:
            verdict.good.append(whole)
    return verdict


@dataclass
class _Reader:
    """Reads one row after another. missing: columns that the file lacks, with what nothing means; places: of the
    others; known: readings that are kept, of columns in which few different cells come.
    """

    verdict: Verdict
    sheet: Sheet
    ground: Ground
    missing: Row
    places: Mapping[str, int]
    known: dict[tuple[str, type, Any], Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.columns = [(one, self.places[one.key]) for one in self.sheet.columns if one.key in self.places]

    def whole(self, row: Row) -> Row:
        """The row with the columns that the file lacks: as they stand, else as nothing."""
        before = (self.ground.standing or {}).get(row.get(self.sheet.key), {}) if self.missing else {}
        return {name: before.get(name, nothing) for name, nothing in self.missing.items()} | row

    def read(self, number: int, cells: Sequence[Cell]) -> Row:
        """Read the cells of a row that can be read, and name those that cannot."""
        row: Row = {}
        said: Said = []
        width = len(cells)
        for column, place in self.columns:
            cell = cells[place] if place < width else None
            kept = (column.key, type(cell), cell) if column.few else None
            if kept is not None and kept in self.known:
                row[column.key] = self.known[kept]
                continue
            where = (number, place + 1, column.key)
            try:
                row[column.key] = self._value(column, cell, row, said)
                if kept is not None and not said:
                    self.known[kept] = row[column.key]
            except Wrong as wrong:
                is_error = isinstance(cell, str) and cell.startswith("#")
                code, params = ("cell_error", {}) if is_error else (wrong.code, wrong.params)
                self.verdict.wrong(Problem(code, *where, as_text(cell), self.verdict.sheet, params))
            for code, params in said:
                self.verdict.remark(Problem(code, *where, as_text(cell), self.verdict.sheet, params))
            said.clear()
        return row

    def _value(self, column: Column, cell: Cell, row: Row, said: Said) -> Any:
        """The value of a cell, with its per cent as people read it. Raises Wrong."""
        if is_share(cell) and (isinstance(cell, Share) or isinstance(column, FigureColumn)):
            cell = in_per_cent(cell, said, is_rate=self.sheet.is_rate(column, self.whole(row)))
        return column.value(cell, said)


def _across(verdict: Verdict, made: Read, number: int, key: str, code: str, params: dict[str, Any], value: Any) -> None:
    place = made.columns.get(key, -1) + 1
    text = "" if value is None else str(value)[:60]
    verdict.wrong(Problem(code, number, place, key, text, verdict.sheet, params))


@dataclass(frozen=True)
class Changes:
    """What the good rows would do. listed: the first of the new and changed ones, each with its old and new values."""

    new: int
    changed: int
    same: int
    absent: int
    listed: list[dict[str, Any]]
    rows: list[Row]


def compare(
    good: Iterable[Row], standing: dict[Any, Row], sheet: Sheet, absent: Collection[str] = frozenset()
) -> Changes:
    """Compare the good rows with what stands, by the sheet's key. Rows that stand and are not in the file stay.

    absent: columns the file lacks; what stands there stays too.
    """
    new = changed = same = 0
    listed: list[dict[str, Any]] = []
    touched: list[Row] = []
    keys = set()
    for read in good:
        key = read[sheet.key]
        keys.add(key)
        before = standing.get(key)
        kept = {name: before[name] for name in absent if name in before} if before is not None else {}
        row = read | kept
        differing = [name for name in row if before is not None and before.get(name) != row[name]]
        if before is not None and not differing:
            same += 1
            continue
        touched.append(row)
        new, changed = new + (before is None), changed + (before is not None)
        if len(listed) < CHANGES:
            listed.append(_listed(sheet, key, row, before, differing))
    return Changes(new, changed, same, len(standing.keys() - keys), listed, touched)


def _listed(sheet: Sheet, key: Any, row: Row, before: Row | None, differing: list[str]) -> dict[str, Any]:
    columns = sheet.by_key
    fields = [
        [name, _text(columns[name].write(before[name])), _text(columns[name].write(row[name]))]
        for name in differing
        if before is not None
    ]
    return {"key": str(key), "name": str(row.get("name", key)), "fields": fields}


def _text(cell: Any) -> str:
    return as_text(cell)[:60]
