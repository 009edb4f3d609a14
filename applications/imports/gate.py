"""What a workbook holds before anything reads its values: how large, which cells are formulas, merged, hidden.

Each part is read once, as a stream, with an upper bound for everything a reader would have to keep: a cell far out, a
long text repeated a million times, a document type with entities. What is beyond a bound is refused in words.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any, Final
from xml.parsers import expat

from django.utils.translation import gettext as _

from applications.imports import formats
from portal.core.errors import DomainError

MOST_ROWS: Final = 25_000
MOST_COLUMNS: Final = 100
MOST_TEXT: Final = 32_767  # Excel's own bound of one cell
MOST_SIGNS: Final = 40_000_000  # of all cells together
MOST_PART: Final = 120 * 2**20
MOST_MARKS: Final = 200  # merged ranges that are named one by one
_CELL: Final = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


@dataclass
class Marks:
    """What stands out in one worksheet. formulas: by column, a sign at each row that holds one, both counted from 1;
    percents: the same for figures that are shown in per cent; merged: the first ranges such as "B3:B5"; in_merged: a
    sign at each row of any such range.
    """

    formulas: dict[int, bytearray] = field(default_factory=dict)
    percents: dict[int, bytearray] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    in_merged: bytearray = field(default_factory=lambda: bytearray(MOST_ROWS + 1))
    hidden_rows: int = 0


def too_large() -> DomainError:
    """The refusal of a workbook with more than any roster has."""
    return DomainError(
        "sheet_too_large",
        _("The workbook has cells beyond row %(rows)s or column %(columns)s. Delete what does not belong to the list.")
        % {"rows": f"{MOST_ROWS:,}", "columns": MOST_COLUMNS},
        "file",
    )


def broken() -> DomainError:
    """The refusal of a workbook whose parts cannot be read."""
    return DomainError(
        "file_broken", _("The workbook is damaged. Open it in the spreadsheet program and save it anew."), "file"
    )


def inspect(file: IO[bytes]) -> dict[str, Marks]:
    """What stands out, by the name of the sheet. Raises DomainError when it is damaged or beyond a bound."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as package:
            lengths, percents = _text_lengths(package), formats.of_per_cent(package, _parse)
            return {name: _sheet(package, part, lengths, percents) for name, part in _parts(package)}
    except (zipfile.BadZipFile, zlib.error, KeyError, expat.ExpatError, EOFError, OSError, ValueError) as error:
        raise broken() from error
    except (RuntimeError, NotImplementedError) as error:
        raise broken() from error


def _parse(package: zipfile.ZipFile, part: str, parser: Any) -> None:
    """Run a part through the parser, in pieces; no document type, no more than the bound."""

    def refuse(*_arguments: Any) -> None:
        raise broken()

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.buffer_text = True
    left = MOST_PART
    with package.open(part) as stream:
        while piece := stream.read(256 * 1024):
            left -= len(piece)
            if left < 0:
                raise too_large()
            parser.Parse(piece, False)
    parser.Parse(b"", True)


def _elements(package: zipfile.ZipFile, part: str) -> list[tuple[str, dict[str, str]]]:
    """All elements of a small part with their attributes, names without their space."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(found) > 20_000:
            raise too_large()
        found.append((name.rsplit(":", 1)[-1], attributes))

    parser.StartElementHandler = start
    _parse(package, part, parser)
    return found


def _parts(package: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Names of worksheets with the parts that hold them."""
    names = set(package.namelist())
    targets = {
        attributes.get("Id", ""): _inside(attributes.get("Target", ""))
        for name, attributes in _elements(package, "xl/_rels/workbook.xml.rels")
        if name == "Relationship"
    }
    for name, attributes in _elements(package, "xl/workbook.xml"):
        if name == "sheet":
            key = next((value for key, value in attributes.items() if key.rsplit(":", 1)[-1] == "id"), "")
            part = targets.get(key, "")
            if part in names and "/worksheets/" in part:
                yield attributes.get("name", ""), part


def _inside(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))


def _text_lengths(package: zipfile.ZipFile) -> list[int]:
    """The length of each shared text, so that a sheet's texts can be added up before they are made."""
    if "xl/sharedStrings.xml" not in package.namelist():
        return []
    lengths: list[int] = []
    parser = expat.ParserCreate()

    def start(name: str, _attributes: dict[str, str]) -> None:
        if name.rsplit(":", 1)[-1] == "si":
            lengths.append(0)

    def text(data: str) -> None:
        if lengths:
            lengths[-1] += len(data)
            if lengths[-1] > MOST_TEXT + 1000:
                raise too_large()

    parser.StartElementHandler, parser.CharacterDataHandler = start, text
    _parse(package, "xl/sharedStrings.xml", parser)
    return lengths


class _Reader:
    """Follows one worksheet from element to element."""

    def __init__(self, percents: frozenset[str]) -> None:
        self.marks, self.percents = Marks(), percents
        self.row = self.column = self.shared = 0
        self.acts = {"c": self._cell, "row": self._row, "f": self._formula, "mergeCell": self._merged}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        act = self.acts.get(name) or self.acts.get(name.rsplit(":", 1)[-1])
        if act is not None:
            act(attributes)

    def _row(self, attributes: dict[str, str]) -> None:
        self.row = int(attributes.get("r", self.row + 1))
        self.column = 0
        if not 0 < self.row <= MOST_ROWS:
            raise too_large()
        self.marks.hidden_rows += attributes.get("hidden") in ("1", "true")

    def _cell(self, attributes: dict[str, str]) -> None:
        where = attributes.get("r")
        if where is None:
            self.column += 1
        else:
            found = _CELL.fullmatch(where)
            if found is None:
                raise broken()
            self.row, self.column = int(found[2]), _number(found[1])
        if self.row > MOST_ROWS or self.column > MOST_COLUMNS:
            raise too_large()
        self.shared += attributes.get("t") == "s"
        if attributes.get("s") in self.percents and attributes.get("t", "n") == "n":
            self._mark(self.marks.percents)

    def _mark(self, marks: dict[int, bytearray]) -> None:
        marks.setdefault(self.column, bytearray(MOST_ROWS + 1))[self.row] = 1

    def _formula(self, _attributes: dict[str, str]) -> None:
        self._mark(self.marks.formulas)

    def _merged(self, attributes: dict[str, str]) -> None:
        cells = attributes.get("ref", "")[:20]
        if len(self.marks.merged) < MOST_MARKS:
            self.marks.merged.append(cells)
        first, _colon, last = cells.partition(":")
        corners = [_CELL.fullmatch(corner) for corner in (first, last or first)]
        top, bottom = (min(int(corner[2]), MOST_ROWS) if corner else 0 for corner in corners)
        self.marks.in_merged[top : bottom + 1] = b"\1" * max(0, bottom + 1 - top)


class _Adder:
    """Adds up the lengths of the shared texts which a worksheet's cells name."""

    def __init__(self, lengths: list[int]) -> None:
        self.lengths, self.signs, self.text, self.inside, self.is_shared = lengths, 0, "", False, False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rsplit(":", 1)[-1]
        if name == "c":
            self.is_shared = attributes.get("t") == "s"
        self.inside, self.text = name == "v" and self.is_shared, ""

    def data(self, text: str) -> None:
        if self.inside:
            self.text += text

    def end(self, _name: str) -> None:
        if self.inside:
            self.inside, place = False, int(self.text)
            self.signs += self.lengths[place] if 0 <= place < len(self.lengths) else 0
            if self.signs > MOST_SIGNS:
                raise too_large()


def _number(letters: str) -> int:
    found = 0
    for letter in letters:
        found = found * 26 + ord(letter) - 64
    return found


def _sheet(package: zipfile.ZipFile, part: str, lengths: list[int], percents: frozenset[str]) -> Marks:
    """What stands out; the texts of cells are added up one by one only where they could be too much together."""
    reader = _Reader(percents)
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    _parse(package, part, parser)
    if reader.shared * max(lengths, default=0) > MOST_SIGNS:
        adder = _Adder(lengths)
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler = adder.start, adder.end
        parser.CharacterDataHandler = adder.data
        _parse(package, part, parser)
    return reader.marks
