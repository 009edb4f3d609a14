"""What can be wrong with a cell, a row or a file, each with how to mend it. Kept by code, so each reader's language
decides the words when they are shown.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.errors import Text
from portal.core.readable import turns

TEXTS: Final[dict[str, Text]] = {
    "missing": gettext_lazy("Nothing stands here, but it is needed. Fill it in."),
    "too_long": gettext_lazy("The text is too long: at most %(most)s characters. Shorten it."),
    "odd_signs": gettext_lazy("The text holds signs that cannot be shown (line breaks, control signs). Type it anew."),
    "not_text": gettext_lazy("A text belongs here, not a number or a date. Set the cell's format to text."),
    "code_as_number": gettext_lazy(
        "The code was kept as a number and lost digits. Set the column's format to text and type the code anew."
    ),
    "code_length": gettext_lazy("A unified social credit code has 18 signs; this one has %(count)s. Look it up again."),
    "code_signs": gettext_lazy(
        "A unified social credit code holds digits and capital letters without I, O, S, V and Z. Look it up again."
    ),
    "code_digit": gettext_lazy("The check digit does not fit: a sign is wrong or two are swapped. Look it up again."),
    "industry_unknown": gettext_lazy("GB/T 4754 has no division or group of this code. Choose one from the list."),
    "industry_not_in_focus": gettext_lazy(
        "This industry is none of the dossier's focus industries: %(focus)s. Correct it, or add the industry first."
    ),
    "no_number": gettext_lazy("This is no number. Write digits alone, without a unit."),
    "below_zero": gettext_lazy("The number is below zero. Correct it."),
    "too_small": gettext_lazy("The number is below %(least)s. Correct it."),
    "too_large": gettext_lazy("The number is above %(most)s. Check the unit in the heading."),
    "share": gettext_lazy(
        "The cell shows per cent, but what belongs here is not counted in per cent. Set its format to number or text, "
        "and type the value anew."
    ),
    "counted_in_per_cent": gettext_lazy("An indicator of the programme is counted in per cent. Write its sign here."),
    "too_fine": gettext_lazy("The number has more than %(places)s decimal places. Round it."),
    "no_year": gettext_lazy("A year between %(least)s and %(most)s belongs here, for instance 2027."),
    "no_date": gettext_lazy("This is no day. Write it as 2027-12-31."),
    "not_in_list": gettext_lazy("This is none of the values of the list: %(values)s."),
    "formula": gettext_lazy("The cell holds a formula. Copy it and paste it as a value."),
    "cell_error": gettext_lazy("The cell holds an error of the spreadsheet. Type the value."),
    "merged": gettext_lazy("Cells are merged here (%(cells)s). Undo the merging and fill in each cell."),
    "twice": gettext_lazy("The same as in row %(row)s: each stands once. Take one of the two out."),
    "goal_below_rate": gettext_lazy("The value at the end is below the value now. Correct one of the two."),
    "too_many_enterprises": gettext_lazy(
        "A project in mode point has one enterprise. Leave one code, or choose line or area."
    ),
    "outside_span": gettext_lazy("A project runs between %(least)s and %(most)s. Correct the day."),
    "part_above_total": gettext_lazy("The part is larger than the total investment. Correct one of the two."),
    "ends_early": gettext_lazy("The project ends before it begins. Correct one of the two days."),
    "support_above_share": gettext_lazy("At most %(most)s ten thousand yuan may be asked for this project. Lower it."),
    "supported_twice": gettext_lazy("A project with other national money may not be supported again: ask 0."),
    "landmark_small": gettext_lazy(
        "A landmark project has a total investment of more than %(least)s ten thousand yuan. Correct one of the two."
    ),
    "needs_formula": gettext_lazy("An indicator of the unit's own needs a formula. Say how it is reckoned."),
    "no_method": gettext_lazy("Support is asked: say by which method."),
    "not_an_enterprise": gettext_lazy("No enterprise of the roster has the code %(code)s. Add it to the roster first."),
    # Remarks: understood, and said.
    "full_width": gettext_lazy("Full-width signs were read as ordinary ones."),
    "share_read": gettext_lazy("The cell shows per cent: it was read as %(value)s %%."),
    "date_as_text": gettext_lazy("The day was written as text and was read as %(day)s."),
    "hidden_rows": gettext_lazy("%(count)s hidden rows of the sheet are read like all others."),
    "hidden_sheet": gettext_lazy("The hidden sheet “%(name)s” is not read."),
    "column_absent": gettext_lazy("The file has no column “%(name)s”. What stands already stays as it is."),
    "other_column": gettext_lazy("The column “%(name)s” is not one of the template's and is not read."),
}


def register(texts: Mapping[str, Text]) -> None:
    """Add what another app's sheets may have. Raises ValueError when a code is taken."""
    if taken := TEXTS.keys() & texts.keys():
        raise ValueError(f"Problems named twice: {sorted(taken)}")
    TEXTS.update(texts)


@dataclass(frozen=True)
class Problem:
    """Something wrong, or a remark. column: letter and heading are found by the page; row: as the spreadsheet counts.

    value: what stands there, cut to 60 signs.
    """

    code: str
    row: int = 0
    column: int = 0
    key: str = ""
    value: str = ""
    sheet: str = ""
    params: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As the report keeps it: what a cell holds may be anything, and no text of the database holds every sign."""
        kept = vars(self) | {
            "value": plain(self.value),
            "params": {name: plain(one) if isinstance(one, str) else one for name, one in self.params.items()},
        }
        return {name: value for name, value in kept.items() if value}

    @property
    def text(self) -> str:
        """What is wrong and how to mend it, in the reader's language."""
        return words(self.code, self.params)

    @property
    def cell(self) -> str:
        """The cell as spreadsheets name it; without a column, nothing."""
        return f"{letters(self.column)}{self.row}" if self.column and self.row else ""


class Wrong(Exception):
    """A cell that cannot be read: the code of the problem and what its text names."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def is_odd(sign: str) -> bool:
    """Whether a sign has no place in a text: control, half of a pair, no character, one that turns others."""
    return unicodedata.category(sign) in {"Cc", "Cs", "Cn", "Zl", "Zp"} or turns(sign)


def plain(text: str) -> str:
    """A text as it stands in a cell, without the signs that cannot be shown; its lines stay."""
    return "".join(sign for sign in text if sign in "\n\t" or not is_odd(sign))


def words(code: str, params: dict[str, Any]) -> str:
    """The sentence of a problem."""
    text = str(TEXTS[code]) if code in TEXTS else _("Correct this.")
    return text % params if params else text


def letters(column: int) -> str:
    """1 is A, 27 is AA."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found
