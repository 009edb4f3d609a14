"""Columns of a sheet: what may stand in a cell, how it is read, how a value is written back the same.

`read` takes what the spreadsheet gives (text, number, date, nothing) and returns the value, or raises Wrong. `write`
gives the text, number or date that `read` reads as that value again. Remarks are added to `said`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar, Final

from stdnum import exceptions
from stdnum.cn import uscc

from applications.sheets.problems import Wrong, is_odd
from portal.core.money import LARGEST, WAN, ungrouped
from portal.core.readable import is_seen

Cell = str | float | int | bool | date | datetime | None
Said = list[tuple[str, dict[str, Any]]]
MOST_DIGITS: Final = 15  # a spreadsheet keeps no more of a number


@dataclass(frozen=True)
class Column:
    """A text. zh, en: headings; hint_zh, hint_en: what belongs here; example: as people would type it."""

    few: ClassVar[bool] = False  # few different cells come, so that a reading may be kept
    is_text: ClassVar[bool] = False  # a spreadsheet must not take what is typed for a number or a time

    key: str
    zh: str
    en: str
    required: bool = False
    example: Cell = ""
    hint_zh: str = ""
    hint_en: str = ""
    width: int = 14
    most: int = 160
    lines: bool = False
    default: Any = ""

    @property
    def choices(self) -> tuple[str, ...]:
        """What the list of the template offers."""
        return ()

    def value(self, cell: Cell, said: Said) -> Any:
        """The value of a cell; the default when nothing stands there. Raises Wrong."""
        if isinstance(cell, str):
            cell = cell.strip()
        if cell is None or cell == "":
            if self.required:
                raise Wrong("missing")
            return self.default
        return self.read(cell, said)

    def read(self, cell: Cell, said: Said) -> Any:
        """Read what stands in the cell."""
        if isinstance(cell, float) and cell.is_integer() and abs(cell) < 10**MOST_DIGITS:
            cell = str(int(cell))
        if not isinstance(cell, str):
            raise Wrong("not_text")
        text = unicodedata.normalize("NFC", cell.replace("\r\n", "\n").replace("\r", "\n"))
        if len(text) > self.most:
            raise Wrong("too_long", most=self.most)
        if not is_seen(text):
            raise Wrong("missing")
        if any(is_odd(sign) and not (sign == "\n" and self.lines) for sign in text):
            raise Wrong("odd_signs")
        return text

    def write(self, value: Any) -> Cell:
        """What is written for a value."""
        return str(value) if value is not None else ""


def half_width(cell: str, said: Said) -> str:
    """Full-width digits and letters as ordinary ones, and say so."""
    found = unicodedata.normalize("NFKC", cell).strip()
    if found != cell.strip():
        said.append(("full_width", {}))
    return found


class CodeColumn(Column):
    """A unified social credit code, checked digit by digit."""

    def read(self, cell: Cell, said: Said) -> str:
        """Read the code. Raises Wrong with what does not fit."""
        if not isinstance(cell, str):
            raise Wrong("code_as_number")
        return read_code(half_width(cell, said))


def read_code(text: str) -> str:
    """A unified social credit code without blanks, in capitals. Raises Wrong."""
    code = text if text.isalnum() and text.isupper() else uscc.compact(text)
    try:
        return str(uscc.validate(code))
    except exceptions.InvalidLength as error:
        raise Wrong("code_length", count=len(code)) from error
    except exceptions.InvalidChecksum as error:
        raise Wrong("code_digit") from error
    except exceptions.ValidationError as error:
        raise Wrong("code_signs") from error


class CodesColumn(Column):
    """Several codes with commas or semicolons between them."""

    def read(self, cell: Cell, said: Said) -> tuple[str, ...]:
        """Read them in order, each once."""
        if not isinstance(cell, str):
            raise Wrong("code_as_number")
        parts = re.split(r"[,;，；、\s]+", half_width(cell, []))
        return tuple(dict.fromkeys(read_code(part) for part in parts if part))

    def write(self, value: Any) -> Cell:
        """Codes joined."""
        return "; ".join(value)


@dataclass(frozen=True)
class IndustryColumn(Column):
    """A division or group of GB/T 4754: C36, 36, or "C36 汽车制造业"."""

    few: ClassVar[bool] = True

    def read(self, cell: Cell, said: Said) -> str:
        """The code with its section letter; whether it exists, the judge knows."""
        if isinstance(cell, float) and cell.is_integer():
            cell = str(int(cell))
        if not isinstance(cell, str):
            raise Wrong("industry_unknown")
        found = re.match(r"(C?)(\d{2,3})(?!\d)", half_width(cell, said).upper())
        if found is None:
            raise Wrong("industry_unknown")
        return f"C{found[2]}"


@dataclass(frozen=True)
class FigureColumn(Column):
    """An exact figure. scale: what one of the sheet's units is worth; places: of the value kept; floor, ceiling: of it.

    percent: whether it is counted in per cent, so that a sign of it may stand behind: behind anything else it would
    mean something else than what is kept.
    """

    scale: Decimal = Decimal(1)
    places: int = 2
    floor: Decimal = Decimal(0)
    ceiling: Decimal = LARGEST
    percent: bool = False
    default: Any = None

    def read(self, cell: Cell, said: Said) -> Decimal:
        """Read the figure; a spreadsheet's number is taken by its shortest digits, so no rounding slips in."""
        value = self.number(cell, said, percent=self.percent) * self.scale
        exact = value.quantize(Decimal(1).scaleb(-self.places)) if abs(value) < Decimal(10) ** 18 else value
        if value < self.floor:
            raise Wrong("too_small", least=_plain(self.floor / self.scale)) if self.floor else Wrong("below_zero")
        if value > self.ceiling:
            raise Wrong("too_large", most=_plain(self.ceiling / self.scale))
        if exact != value:
            raise Wrong("too_fine", places=self.places + self.scale.adjusted())
        return exact

    @staticmethod
    def number(cell: Cell, said: Said, *, percent: bool = False) -> Decimal:
        """The digits as they stand."""
        if isinstance(cell, (bool, date)):
            raise Wrong("no_number")
        if isinstance(cell, str):
            try:
                text = half_width(cell, said)
                text = ungrouped(text.removesuffix("%") if percent else text)
            except ValueError as error:
                raise Wrong("no_number") from error
            if not re.fullmatch(r"[+-]?\d{1,20}(\.\d{0,10})?|[+-]?\.\d{1,10}", text):
                raise Wrong("no_number")
            return Decimal(text)
        try:
            found = Decimal(repr(cell))
        except InvalidOperation as error:
            raise Wrong("no_number") from error
        if not found.is_finite():
            raise Wrong("no_number")
        return found

    def write(self, value: Any) -> Cell:
        """A number where a spreadsheet keeps every digit of it, else text."""
        if value is None:
            return ""
        text = _plain(Decimal(value) / self.scale)
        return float(text) if len(text.replace(".", "").strip("0")) <= MOST_DIGITS else text


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def wan_column(key: str, zh: str, en: str, **more: Any) -> FigureColumn:
    """An amount in ten thousand yuan, kept in yuan to the fen."""
    heads = (f"{zh}（万元）", f"{en} (ten thousand yuan)")
    return FigureColumn(key, *heads, scale=WAN, **more)


def rate_column(key: str, zh: str, en: str, **more: Any) -> FigureColumn:
    """A rate in per cent."""
    return FigureColumn(key, f"{zh}（%）", f"{en} (%)", ceiling=Decimal(100), percent=True, **more)


@dataclass(frozen=True)
class YearColumn(Column):
    """A year."""

    few: ClassVar[bool] = True

    least: int = 2020
    last: int = 2040
    default: Any = None

    def read(self, cell: Cell, said: Said) -> int:
        """Read the year: 2027, "2027", "2027年"."""
        if isinstance(cell, str):
            text = half_width(cell, said).removesuffix("年").strip()
            cell = float(text) if re.fullmatch(r"\d{4}", text) else None
        if isinstance(cell, bool) or not isinstance(cell, (int, float)) or not self.least <= cell <= self.last:
            raise Wrong("no_year", least=self.least, most=self.last)
        if cell != int(cell):
            raise Wrong("no_year", least=self.least, most=self.last)
        return int(cell)

    def write(self, value: Any) -> Cell:
        """The year as a number."""
        return "" if value is None else int(value)


_DAY: Final = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+0{1,2}:00(?::00)?)?")


class DayColumn(Column):
    """A day."""

    def read(self, cell: Cell, said: Said) -> date:
        """Read the day. Text in the order year, month, day is understood, and said; any other order is not guessed."""
        if isinstance(cell, datetime):
            return cell.date()
        if isinstance(cell, date):
            return cell
        if not isinstance(cell, str):
            raise Wrong("no_date")
        found = _DAY.fullmatch(half_width(cell, said))
        if found is None:
            raise Wrong("no_date")
        try:
            day = date(*map(int, found.groups()))
        except ValueError as error:
            raise Wrong("no_date") from error
        said.append(("date_as_text", {"day": day.isoformat()}))
        return day

    def write(self, value: Any) -> Cell:
        """The day as a date."""
        return value if value is not None else ""


@dataclass(frozen=True)
class ChoiceColumn(Column):
    """One of a list. values: value → (Chinese, English)."""

    few: ClassVar[bool] = True

    values: Mapping[Any, tuple[str, str]] = None  # type: ignore[assignment]  # given by every declaration
    also: Mapping[str, Any] = None  # type: ignore[assignment]

    @property
    def choices(self) -> tuple[str, ...]:
        """What the list of the template offers."""
        return tuple(zh for zh, _en in self.values.values())

    def read(self, cell: Cell, said: Said) -> Any:
        """Read the value by its Chinese or English name."""
        if isinstance(cell, float) and cell.is_integer():
            cell = int(cell)
        asked = unicodedata.normalize("NFKC", str(cell)).strip().casefold()
        for value, names in self.values.items():
            if asked in {unicodedata.normalize("NFKC", name).casefold() for name in names}:
                return value
        if self.also and asked in self.also:
            return self.also[asked]
        raise Wrong("not_in_list", values=" / ".join(f"{zh} {en}" for zh, en in self.values.values()))

    def write(self, value: Any) -> Cell:
        """The Chinese name."""
        return self.values[value][0] if value in self.values else ""


YES_NO: Final = {True: ("是", "yes"), False: ("否", "no")}
_ALSO: Final = {"true": True, "1": True, "y": True, "√": True, "false": False, "0": False, "n": False, "×": False}


def yes_column(key: str, zh: str, en: str, *, default: bool = False, **more: Any) -> ChoiceColumn:
    """Yes or no; nothing means no, unless `default` says otherwise."""
    return ChoiceColumn(key, zh, en, values=YES_NO, also=_ALSO, default=default, **more)
