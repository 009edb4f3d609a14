"""Statements as CSV: GB18030 or UTF-8 with or without a byte order mark, headings in Chinese or English."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from grants.bank.statement import EARLIEST, Movement, Problem, Read, Statement
from portal.core import clock
from portal.core.money import LARGEST

MOST_ROWS: Final = 100_000
MOST_PROBLEMS: Final = 200


@dataclass(frozen=True)
class Column:
    """A column of the file: its heading in both languages, and the most signs a value has."""

    key: str
    zh: str
    en: str
    most: int
    required: bool = True


COLUMNS: Final = (
    Column("account", "本方账号", "Account", 40),
    Column("day", "交易日期", "Date", 20),
    Column("reference", "交易流水号", "Bank reference", 100),
    Column("credit", "收入金额", "Credit", 24, required=False),
    Column("debit", "支出金额", "Debit", 24, required=False),
    Column("balance", "余额", "Balance", 24),
    Column("name", "对方户名", "Counterparty", 160, required=False),
    Column("counter_account", "对方账号", "Counterparty account", 40, required=False),
    Column("text", "摘要", "Remittance information", 500, required=False),
)
_KEYS: Final = {name: column for column in COLUMNS for name in (column.zh, column.en.casefold())}
# A spreadsheet writes 2026/1/5 for the fifth of January, banks the hour beside the day.
_DAY: Final = re.compile(
    r"(?:(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{4})(\d{2})(\d{2}))(?: \d{1,2}:\d{2}(?::\d{2})?)?"
)
# What a spreadsheet makes of a long number.
_SHORTENED: Final = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
_AMOUNT: Final = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d{1,2})?")


def read_csv(content: bytes) -> Read:
    """Read a file. Every problem names row and column, at most the first 200; then there is no statement."""
    found = Read()
    text = _text(content)
    if text is None:
        found.problems.append(Problem(0, "", _("The text is neither UTF-8 nor GB18030. Save the file anew.")))
        return found
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        found.problems.append(Problem(0, "", _("The lines and columns of the file cannot be read. Save it anew.")))
        return found
    heads = next((number for number, row in enumerate(rows) if any(cell.strip() for cell in row)), None)
    columns = _columns(rows[heads], heads + 1, found.problems) if heads is not None else {}
    if heads is None:
        found.problems.append(Problem(0, "", _("The file is empty. Choose the file again.")))
    if found.problems or heads is None:
        return found
    below = enumerate(rows[heads + 1 :], start=heads + 2)
    body = [(number, row) for number, row in below if any(cell.strip() for cell in row)]
    if not body or len(body) > MOST_ROWS:
        words = _("Below the headings stand %(rows)s rows; at least one and at most %(most)s are taken.")
        found.problems.append(Problem(0, "", words % {"rows": f"{len(body):,}", "most": f"{MOST_ROWS:,}"}))
        return found
    _statement(body, columns, found)
    return found


def _text(content: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\0" in text else text
    return None


def _columns(row: list[str], number: int, problems: list[Problem]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, cell in enumerate(row):
        column = _KEYS.get(unicodedata.normalize("NFKC", cell).strip().casefold())
        if column is not None and column.key in found:
            problems.append(Problem(number, label(column), _("This column stands twice. Remove one of them.")))
        elif column is not None:
            found[column.key] = place
    problems += [
        Problem(number, label(column), _("This column is missing. Its heading is “%(zh)s” or “%(en)s”.") % vars(column))
        for column in COLUMNS
        if column.key not in found
    ]
    return found


def label(column: Column) -> str:
    """The heading in the reader's language."""
    return column.en if get_language() == "en" else column.zh


class _Row:
    """One row: its cells by column, and where its problems go."""

    def __init__(self, number: int, cells: list[str], columns: dict[str, int], problems: list[Problem]) -> None:
        self.number, self.cells, self.columns, self.problems = number, cells, columns, problems

    def wrong(self, key: str, text: str) -> None:
        """Note a problem of a cell."""
        if len(self.problems) < MOST_PROBLEMS:
            column = next(one for one in COLUMNS if one.key == key)
            self.problems.append(Problem(self.number, label(column), text))

    def text(self, key: str) -> str:
        """A cell as text; a required one is not empty."""
        column = next(one for one in COLUMNS if one.key == key)
        place = self.columns[key]
        # Exports put a tab or an apostrophe before long digits, so that a spreadsheet leaves them alone.
        value = self.cells[place].strip().lstrip("'").strip() if place < len(self.cells) else ""
        if column.required and not value:
            self.wrong(key, _("Fill this cell in."))
        if len(value) > column.most:
            self.wrong(key, _("At most %(most)s characters.") % {"most": column.most})
        if any(unicodedata.category(sign) == "Cc" and sign not in "\t\n\r" for sign in value):
            self.wrong(key, _("This cell has characters that cannot be shown."))
        return " ".join(value.split())

    def digits(self, key: str) -> str:
        """A number that counts nothing, an account or a reference, as it stands."""
        value = self.text(key)
        if _SHORTENED.fullmatch(value):
            words = _("A spreadsheet has shortened this number. Bring the file as the bank gave it.")
            self.wrong(key, words)
        return value

    def day(self) -> date:
        """The day of the movement."""
        value = unicodedata.normalize("NFKC", self.text("day"))
        made = _DAY.fullmatch(value)
        try:
            found = date(*(int(part) for part in made.groups() if part)) if made else None
        except ValueError:
            found = None
        if found is None or not EARLIEST <= found <= clock.today():
            if value:
                self.wrong("day", _("Write a day up to today like 2026-11-28."))
            return EARLIEST
        return found

    def amount(self, key: str) -> Decimal | None:
        """An amount in yuan, or None for an empty cell."""
        value = unicodedata.normalize("NFKC", self.text(key)).replace("¥", "").replace(" ", "")
        if not value:
            return None
        amount = Decimal(value.replace(",", "")) if _AMOUNT.fullmatch(value) else None
        if amount is None or abs(amount) > LARGEST:
            self.wrong(key, _("Write an amount in yuan with at most two places, like 1250000.00."))
            return None
        return amount.quantize(Decimal("0.01"))

    def movement(self) -> Movement:
        """The row as a movement: either money came in or money went out."""
        credit, debit = self.amount("credit"), self.amount("debit")
        given = [(name, value) for name, value in (("credit", credit), ("debit", debit)) if value]
        if len(given) != 1 or given[0][1] < 0:
            self.wrong("credit", _("Give one amount above zero: what came in, or what went out."))
        direction, amount = given[0] if len(given) == 1 else ("credit", Decimal("0.01"))
        return Movement(
            self.day(),
            direction,
            amount,
            self.text("name"),
            self.digits("counter_account"),
            self.text("text"),
            self.digits("reference"),
        )


def _statement(body: list[tuple[int, list[str]]], columns: dict[str, int], found: Read) -> None:
    movements: list[Movement] = []
    balances: list[Decimal | None] = []
    account, met = "", dict[str, int]()
    for number, cells in body:
        row = _Row(number, cells, columns, found.problems)
        movement, balance, own = (
            row.movement(),
            row.amount("balance"),
            unicodedata.normalize("NFKC", row.digits("account")),
        )
        account = account or own
        if own and own != account:
            row.wrong("account", _("A file holds one account: this is another one."))
        if movement.reference in met:
            words = _("Row %(row)s has the same reference. Each movement has its own.")
            row.wrong("reference", words % {"row": met[movement.reference]})
        elif movement.reference:
            met[movement.reference] = number
        if movements and balance is not None and balances[-1] is not None:
            _follows(row, movement, balance, balances[-1])
        movements.append(movement)
        balances.append(balance)
        if len(found.problems) >= MOST_PROBLEMS:
            return
    if found.problems or balances[0] is None:
        return
    days = [one.day for one in movements]
    opening = balances[0] - movements[0].signed
    found.statements.append(Statement("", account, min(days), max(days), opening, balances[-1], movements))


def _follows(row: _Row, movement: Movement, balance: Decimal, before: Decimal) -> None:
    expected = before + movement.signed
    if balance != expected:
        words = _(
            "The balance does not follow from the row above: %(expected)s yuan is expected."
            " A row is missing, or the rows are not in the order of the account."
        )
        row.wrong("balance", words % {"expected": f"{expected:,.2f}"})
