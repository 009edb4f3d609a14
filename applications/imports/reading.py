"""The cells of a file people filled in, XLSX or CSV, with the row each stands in. Nothing is judged here."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import IO, Any, Final

import python_calamine as calamine
from django.utils.translation import gettext as _

from applications.imports import gate
from applications.sheets.columns import Cell
from applications.sheets.problems import Problem, plain
from applications.sheets.shares import Share
from applications.sheets.sheet import Sheet, headings, squeezed
from portal.core.errors import DomainError
from portal.core.punctuation import enumerated, listed

HEAD_ROWS: Final = 10  # in which the headings are looked for
NAMED: Final = 500  # problems that are named one by one
_FORMULA_TEXT: Final = re.compile(r"^'+[=+\-@＝＋－＠\t\r\n]")


@dataclass
class Read:
    """A sheet's rows as they stand. columns: key → place in the row (from 0); rows: (number, cells).

    bad: rows with problems, of which the first are named and the others counted.
    """

    name: str
    columns: dict[str, int]
    rows: list[tuple[int, Sequence[Cell]]]
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)
    more_problems: int = 0
    bad: set[int] = field(default_factory=set)

    def wrong(self, problem: Problem) -> None:
        """Count a problem of a row, and name it while there is room."""
        self.bad.add(problem.row)
        if len(self.problems) < NAMED:
            self.problems.append(problem)
        else:
            self.more_problems += 1


def read(file: IO[bytes], sheet: Sheet) -> Read:
    """All rows of the sheet in the file. Raises DomainError when the file is none, damaged, or has no such sheet."""
    file.seek(0)
    return _read_workbook(file, sheet) if file.read(4) == b"PK\x03\x04" else _read_csv(file, sheet)


def _read_workbook(file: IO[bytes], sheet: Sheet) -> Read:
    marks = gate.inspect(file)
    file.seek(0)
    try:
        book = calamine.CalamineWorkbook.from_filelike(file)
        found = [(meta, one) for meta in book.sheets_metadata if (one := _headed(book, meta, marks, sheet)) is not None]
        shown = [one for meta, one in found if meta.visible == calamine.SheetVisibleEnum.Visible]
        if len(shown) > 1:
            names = listed(one.name for one in shown)
            raise DomainError(
                "sheet_twice",
                _("Several sheets have the headings of the template: %(names)s. Leave one.") % {"names": names},
                "file",
            )
        if not shown:
            raise _hidden(found[0][1].name) if found else _no_sheet(sheet)
    except calamine.PasswordError as error:
        raise DomainError(
            "file_encrypted", _("The file is protected by a password. Remove the password and try again."), "file"
        ) from error
    except calamine.CalamineError as error:
        raise gate.broken() from error
    made = shown[0]
    _note(made, marks[made.name], sheet)
    for meta in book.sheets_metadata:
        if meta.visible != calamine.SheetVisibleEnum.Visible:
            made.remarks.append(Problem("hidden_sheet", sheet=meta.name, params={"name": meta.name}))
    return made


def _headed(book: Any, meta: Any, marks: dict[str, gate.Marks], sheet: Sheet) -> Read | None:
    """The sheet with its rows when its headings are the template's."""
    if meta.typ != calamine.SheetTypeEnum.WorkSheet or meta.name not in marks:
        return None
    rows = [
        (number, [None if cell == "" else cell for cell in cells])
        for number, cells in enumerate(book.get_sheet_by_name(meta.name).to_python(skip_empty_area=False), start=1)
    ]
    _say_shares(rows, marks[meta.name])
    return _under_headings(meta.name, rows, sheet)


def _say_shares(rows: list[tuple[int, list[Cell]]], marks: gate.Marks) -> None:
    """Have each figure that is shown in per cent say so."""
    for column, held in marks.percents.items():
        for number, cells in rows:
            cell = cells[column - 1] if column <= len(cells) and held[number] else None
            if isinstance(cell, (int, float)) and not isinstance(cell, bool):
                cells[column - 1] = Share(cell)


def _under_headings(name: str, rows: Sequence[tuple[int, Sequence[Cell]]], sheet: Sheet) -> Read | None:
    """Find the row of headings and say which column stands where; the row of the other language is passed over."""
    names = {heading: column.key for column in sheet.columns for heading in headings(column)}
    best: dict[str, int] = {}
    last = 0
    for place, (_number, cells) in enumerate(rows[:HEAD_ROWS]):
        here: dict[str, int] = {}
        for at, cell in enumerate(cells):
            key = names.get(squeezed(cell)) if isinstance(cell, str) else None
            if key is not None:
                here.setdefault(key, at)
        if sheet.key in here and len(here) >= min(3, len(sheet.columns)):
            best, last = best or here, place
    if not best:
        return None
    found = Read(name, best, [row for row in rows[last + 1 :] if any(cell is not None for cell in row[1])])
    head = rows[last][1]
    for at, cell in enumerate(head):
        if isinstance(cell, str) and names.get(squeezed(cell)) in best and at not in best.values():
            raise DomainError(
                "column_twice",
                _("The sheet “%(name)s” has the column “%(column)s” twice. Leave the one that holds.")
                % {"name": name, "column": plain(cell)[:40]},
                "file",
            )
        if isinstance(cell, str) and at not in best.values() and squeezed(cell):
            found.remarks.append(Problem("other_column", sheet=name, params={"name": cell[:40]}))
    missing = [f"{one.zh} {one.en}" for one in sheet.columns if one.required and one.key not in best]
    if missing:
        raise DomainError(
            "column_missing",
            _("The sheet “%(name)s” lacks these columns: %(columns)s. Use the template.")
            % {"name": name, "columns": enumerated(missing)},
            "file",
        )
    return found


def _hidden(name: str) -> DomainError:
    return DomainError(
        "sheet_hidden",
        _("The sheet “%(name)s” is hidden. Show it, look whether it holds what you mean, and save.") % {"name": name},
        "file",
    )


def _no_sheet(sheet: Sheet) -> DomainError:
    needed = enumerated(f"{one.zh} {one.en}" for one in sheet.columns if one.required)
    return DomainError(
        "sheet_missing",
        _("No sheet of the file has the headings of the template (%(columns)s). Use the template.")
        % {"columns": needed},
        "file",
    )


def _note(made: Read, marks: gate.Marks, sheet: Sheet) -> None:
    """Formulas and merged cells among the rows are problems; hidden rows are said."""
    first = min((number for number, _cells in made.rows), default=0)
    keys = {place + 1: key for key, place in made.columns.items()}
    held = {column: rows for column, rows in marks.formulas.items() if column in keys}
    for row, _cells in made.rows if held else ():
        for column in sorted(column for column, rows in held.items() if rows[row]):
            made.wrong(Problem("formula", row, column, keys[column], sheet=made.name))
    made.bad |= {number for number, _cells in made.rows if marks.in_merged[number]}
    for cells in marks.merged:
        found = re.match(r"([A-Z]+)(\d+)", cells)
        end = re.search(r"(\d+)$", cells)
        if found and end and int(end[1]) >= first:
            column = gate._number(found[1])
            params = {"cells": cells}
            made.wrong(Problem("merged", int(found[2]), column, keys.get(column, ""), "", made.name, params))
    if marks.hidden_rows:
        made.remarks.append(Problem("hidden_rows", sheet=made.name, params={"count": marks.hidden_rows}))


def _read_csv(file: IO[bytes], sheet: Sheet) -> Read:
    text = _decoded(file)
    head = text[: text.find("\n") if "\n" in text else len(text)]
    delimiter = max(",;\t", key=head.count)
    rows: list[tuple[int, Sequence[Cell]]] = []
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        for cells in _bounded(reader):
            rows.append((len(rows) + 1, [_unescaped(cell) for cell in cells]))
    except csv.Error as error:
        raise DomainError(
            "file_broken", _("The CSV file is damaged near row %(row)s.") % {"row": len(rows) + 1}, "file"
        ) from error
    found = _under_headings("CSV", rows, sheet)
    if found is None:
        raise _no_sheet(sheet)
    return found


def _bounded(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    for number, cells in enumerate(reader, start=1):
        if number > gate.MOST_ROWS or len(cells) > gate.MOST_COLUMNS:
            raise gate.too_large()
        yield cells


def _unescaped(cell: str) -> Cell:
    """A text without the sign that keeps a spreadsheet from taking it for a formula."""
    return (cell[1:] if _FORMULA_TEXT.match(cell) else cell) or None


def _decoded(file: IO[bytes]) -> str:
    """UTF-8 with or without its mark, else GB 18030, as Chinese spreadsheets write it."""
    file.seek(0)
    raw = file.read(gate.MOST_PART + 1)
    if len(raw) > gate.MOST_PART or b"\0" in raw:
        raise DomainError(
            "file_kind", _("By its content this is neither an Excel workbook (XLSX) nor a CSV file."), "file"
        )
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DomainError(
        "file_encoding", _("The CSV file is written in an unknown encoding. Save it as “CSV UTF-8”."), "file"
    )


def as_text(cell: Cell) -> str:
    """A cell as the page shows it beside what is wrong."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and not isinstance(cell, Share):
        return str(int(cell))
    return plain(cell.isoformat() if isinstance(cell, date) else str(cell))[:60]
