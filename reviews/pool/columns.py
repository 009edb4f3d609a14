"""Columns of the pool's sheet beyond those of every sheet: names of lists, fields with strengths, former employers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, Final

from applications.sheets.columns import Cell, Column, DayColumn, FigureColumn, Said, half_width, read_code
from applications.sheets.problems import Wrong
from applications.sheets.sheet import squeezed
from reviews.enums import Language

Former = tuple[str, str, date, str | None]  # name, credit code, last day, code of the central SOE
MOST_FORMER: Final = 20  # as the page of a profile takes
_PART: Final = 40  # signs of a cell's part that a problem names
_NAME: Final = 160


@dataclass(frozen=True)
class NamedColumn(Column):
    """An entry of a list by any of its names. names: squeezed name → value; shown: value → what is written; unclear:
    squeezed name → codes of the several entries that have it.
    """

    is_text: ClassVar[bool] = True

    names: Mapping[str, Any] = None  # type: ignore[assignment]  # given by every declaration
    shown: Mapping[Any, str] = None  # type: ignore[assignment]
    wrong: str = "not_in_list"
    offers: bool = False
    unclear: Mapping[str, str] = field(default_factory=dict)
    default: Any = None

    @property
    def choices(self) -> tuple[str, ...]:
        """What the list of the template offers; a long one stands in a sheet of its own instead."""
        return tuple(self.shown.values()) if self.offers else ()

    def read(self, cell: Cell, said: Said) -> Any:
        """The entry. Raises Wrong when the list has none of this name, or several."""
        if isinstance(cell, float) and cell.is_integer():
            cell = int(cell)
        name = squeezed(str(cell))
        if which := self.unclear.get(name):
            raise Wrong("named_several_times", part=str(cell)[:_PART], codes=which)
        found = self.names.get(name)
        if found is None:
            raise Wrong(self.wrong)
        return found

    def write(self, value: Any) -> Cell:
        """The name that people know."""
        return self.shown.get(value, "")


@dataclass(frozen=True)
class EmailColumn(Column):
    """The address of a person who holds a reviewer's post. emails: in small letters."""

    is_text: ClassVar[bool] = True

    emails: frozenset[str] = frozenset()

    def read(self, cell: Cell, said: Said) -> str:
        """The address in small letters. Raises Wrong when nobody of the pool has it."""
        found = half_width(cell, said).lower() if isinstance(cell, str) else ""
        if found not in self.emails:
            raise Wrong("person_unknown")
        return found


class CountColumn(FigureColumn):
    """A number of applications."""

    def value(self, cell: Cell, said: Said) -> int:
        """The whole number. Raises Wrong."""
        return int(super().value(cell, said))


# The name of a division may hold commas of its own, so what comes before the colon is taken whole.
_FIELD: Final = re.compile(r"\s*([^:=;\n]+?)\s*[:=]\s*([^;,、\s]*)\s*(?:[;,、\s]+|$)")


@dataclass(frozen=True)
class FieldsColumn(Column):
    """Fields with strengths: "C26:3; C36:2; digital:2". names: squeezed name → code; shown: code → what is written."""

    is_text: ClassVar[bool] = True

    names: Mapping[str, str] = None  # type: ignore[assignment]  # given by every declaration
    shown: Mapping[str, str] = None  # type: ignore[assignment]

    def value(self, cell: Cell, said: Said) -> dict[str, int]:
        """None is a value too: each row gets its own."""
        return super().value(cell, said) or {}

    def read(self, cell: Cell, said: Said) -> dict[str, int]:
        """Read fields in any order, with full-width signs too. Raises Wrong with the part that does not fit."""
        if not isinstance(cell, str):
            raise Wrong("not_text")
        text = unicodedata.normalize("NFKC", cell).strip(" \n;,、")
        found: dict[str, int] = {}
        place = 0
        while place < len(text):
            part = _FIELD.match(text, place)
            if part is None or part[2] not in ("1", "2", "3"):
                raise Wrong("field_strength", part=re.split(r"[;\n]", text[place:].strip())[0][:_PART])
            code = self._code(part[1])
            if code in found:
                raise Wrong("field_twice", part=part[1][:_PART])
            found[code] = int(part[2])
            place = part.end()
        return dict(sorted(found.items()))

    def _code(self, name: str) -> str:
        found = self.names.get(squeezed(name))
        # "C26 化学原料和化学制品制造业" and "26" are understood like "C26".
        code = re.match(r"(?i)C?(\d{2})(?![\d.])", name)
        found = found or (self.names.get(f"c{code[1]}") if code else None)
        if found is None:
            raise Wrong("field_unknown", part=name[:_PART])
        return found

    def write(self, value: Any) -> Cell:
        """Divisions by code, expertise by its Chinese name."""
        return "; ".join(f"{self.shown.get(code, code)}:{strength}" for code, strength in sorted(value.items()))


_LANGUAGES: Final = {
    Language.ZH.value: ("中文", "zh", "chinese", "汉语"),
    Language.EN.value: ("English", "en", "英文", "英语"),
}


class LanguagesColumn(Column):
    """Languages in which a reviewer reads."""

    is_text: ClassVar[bool] = True

    def read(self, cell: Cell, said: Said) -> tuple[str, ...]:
        """Read them in any order. Raises Wrong."""
        found = set()
        for part in re.split(r"[;,、/\s]+", unicodedata.normalize("NFKC", str(cell)).casefold()):
            code = next((code for code, names in _LANGUAGES.items() if part in {n.casefold() for n in names}), None)
            if code is None and part:
                raise Wrong("language_unknown", part=part[:_PART])
            found |= {code} if code else set()
        return tuple(code for code in _LANGUAGES if code in found) or self.default

    def write(self, value: Any) -> Cell:
        """Their names."""
        return "; ".join(_LANGUAGES[code][0] for code in value if code in _LANGUAGES)


@dataclass(frozen=True)
class FormerColumn(Column):
    """Former employers in one cell, so that any number of them comes back: name | credit code | last day | central SOE.

    Semicolons or line breaks stand between them; a separator inside a name has a backslash before it.
    """

    is_text: ClassVar[bool] = True

    soe: NamedColumn = None  # type: ignore[assignment]  # given by every declaration

    def read(self, cell: Cell, said: Said) -> tuple[Former, ...]:
        """Read them, the latest first. Raises Wrong with the one that cannot be read."""
        if not isinstance(cell, str):
            raise Wrong("not_text")
        text = unicodedata.normalize("NFC", cell)
        found = [self._one(part) for part in _split(text, ";；\n") if part.strip()]
        keys = [(name, until) for name, _code, until, _soe in found]
        if twice := [key for key in keys if keys.count(key) > 1]:
            raise Wrong("former_twice", part=twice[0][0][:_PART])
        if len(found) > MOST_FORMER:
            raise Wrong("former_many", most=MOST_FORMER)
        return in_order(found)

    def _one(self, text: str) -> Former:
        parts = [_plain(part) for part in _split(text, "|｜")]
        if len(parts) == 2:
            parts.insert(1, "")
        if not 3 <= len(parts) <= 4 or not parts[0]:
            raise Wrong("former_unreadable", part=text.strip()[:_PART])
        name, code, until, soe = (*parts, "")[:4]
        try:
            day = DayColumn("until", "", "").read(until, [])
        except Wrong as wrong:
            raise Wrong("former_unreadable", part=text.strip()[:_PART]) from wrong
        name = Column("name", "", "", most=_NAME).read(name, [])
        return name, read_code(half_width(code, [])) if code else "", day, self.soe.read(soe, []) if soe else None

    def write(self, value: Any) -> Cell:
        """As `read` takes them."""
        return "; ".join(
            " | ".join([_escaped(name), code, until.isoformat(), *([str(self.soe.write(soe))] if soe else [])])
            for name, code, until, soe in value
        )


def in_order(former: list[Former]) -> tuple[Former, ...]:
    """The latest first, the same order however they came."""
    return tuple(sorted(former, key=lambda one: (-one[2].toordinal(), one[0])))


def _split(text: str, signs: str) -> list[str]:
    """Apart at the signs, but not at one after a backslash; backslashes stay."""
    parts, is_held = [""], False
    for sign in text:
        if sign in signs and not is_held:
            parts.append("")
        else:
            parts[-1] += sign
        is_held = sign == "\\" and not is_held
    return parts


def _plain(text: str) -> str:
    return re.sub(r"(?s)\\(.)", r"\1", text.strip())


def _escaped(text: str) -> str:
    return re.sub(r"([\\;；|｜])", r"\\\1", text)
