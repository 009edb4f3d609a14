"""Statements as camt.053 (ISO 20022), versions 02 to 13: the elements a statement needs, read one entry at a time.

The parser resolves no entities, loads no document type and reaches no network; a file that brings a document type is
refused before anything in it is read.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.translation import gettext as _
from lxml import etree

from grants.bank.statement import EARLIEST, Movement, Problem, Read, Statement
from portal.core import clock
from portal.core.money import LARGEST

MOST_ENTRIES: Final = 100_000
MOST_PROBLEMS: Final = 200
_SPACE: Final = re.compile(r"\{urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.(0[2-9]|1[0-3])\}Document")
_AMOUNT: Final = re.compile(r"[0-9]{1,18}(\.[0-9]*)?")
_DOCTYPE: Final = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def read_camt(content: bytes) -> Read:
    """Read a file. Every problem names its entry and element; then there is no statement."""
    found = Read()
    if _DOCTYPE.search(content.replace(b"\0", b"")):
        return _wrong(found, 0, "DOCTYPE", _("A statement brings no document type and no entities. Ask the bank."))
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        tree = etree.parse(io.BytesIO(content), parser)
    except etree.XMLSyntaxError as error:
        return _wrong(found, 0, "", _("This is no well-formed XML (line %(line)s).") % {"line": error.lineno or 0})
    root = tree.getroot()
    if tree.docinfo.doctype or not _SPACE.fullmatch(str(root.tag)):
        return _wrong(found, 0, "Document", _("This is no camt.053 statement of version 02 to 13."))
    reader = _Reader(str(root.tag).partition("}")[0] + "}", found)
    for statement in root.iterfind(reader.path("BkToCstmrStmt/Stmt")):
        reader.statement(statement)
    if not found.statements and not found.problems:
        _wrong(found, 0, "Stmt", _("The file holds no statement."))
    if found.problems:
        found.statements.clear()
    return found


def _day_of(value: str) -> date | None:
    if "T" in value:
        at = datetime.fromisoformat(value)
        return at.astimezone(clock.SHANGHAI).date() if at.tzinfo else at.date()
    return date.fromisoformat(value[:10]) if value else None


def _wrong(found: Read, row: int, column: str, text: str) -> Read:
    if len(found.problems) < MOST_PROBLEMS:
        found.problems.append(Problem(row, column, text))
    return found


class _Reader:
    """Reads elements of one namespace; `row` is the entry under way, counted through the file."""

    def __init__(self, space: str, found: Read) -> None:
        self.space, self.found, self.row = space, found, 0
        self._paths: dict[str, str] = {}

    def path(self, plain: str) -> str:
        """A path with the namespace before each step."""
        if plain not in self._paths:
            self._paths[plain] = "/".join(f"{self.space}{step}" for step in plain.split("/"))
        return self._paths[plain]

    def text(self, element: Any, *paths: str) -> str:
        """The text at the first of the paths that has one."""
        for path in paths:
            value = element.findtext(self.path(path))
            if value and value.strip():
                return " ".join(value.split())
        return ""

    def all(self, element: Any, path: str) -> Iterable[str]:
        """The texts at a path."""
        return (
            " ".join(one.text.split()) for one in element.iterfind(self.path(path)) if one.text and one.text.strip()
        )

    def wrong(self, column: str, text: str) -> None:
        """Note a problem of the entry under way."""
        _wrong(self.found, self.row, column, text)

    def amount(self, element: Any, path: str, *, zero: bool = False) -> Decimal:
        """An amount in yuan."""
        found = element.find(self.path(path))
        currency = found.get("Ccy", "") if found is not None else ""
        try:
            text = (found.text or "").strip() if found is not None else ""
            value = Decimal(text if _AMOUNT.fullmatch(text) else -1)
            exact = value.quantize(Decimal("0.01"))
        except InvalidOperation:
            value, exact = Decimal(-1), Decimal(0)
        if currency not in ("CNY", "CNH"):
            self.wrong(path, _("The amount is not in yuan (CNY)."))
        if value != exact or not (Decimal(0) if zero else Decimal("0.01")) <= value <= LARGEST:
            self.wrong(path, _("The amount is no amount above zero in whole fen."))
        return exact

    def day(self, element: Any, *paths: str) -> date | None:
        """A day, from a date or a moment in Beijing time."""
        value = self.text(element, *paths)
        try:
            found = _day_of(value)
        except (ValueError, OverflowError):  # a moment at the end of all days has none in Beijing
            found = date.min
        if found is not None and found < EARLIEST:  # whoever matches reckons back from it
            self.wrong(paths[0], _("This is no day."))
            return None
        return found

    def statement(self, element: Any) -> None:
        """One statement of the file."""
        self.row = 0
        number = self.text(element, "Id")
        account = self.text(element, "Acct/Id/Othr/Id", "Acct/Id/IBAN")
        if not number or not account:
            self.wrong("Id" if not number else "Acct/Id", _("The statement has no number or names no account."))
        balances = {self.text(one, "Tp/CdOrPrtry/Cd"): one for one in element.iterfind(self.path("Bal"))}
        first, last = balances.get("OPBD", balances.get("PRCD")), balances.get("CLBD")
        movements: list[Movement] = []
        for place, entry in enumerate(element.iterfind(self.path("Ntry")), start=1):
            self.row = place
            if self.row > MOST_ENTRIES or len(self.found.problems) >= MOST_PROBLEMS:
                self.wrong("Ntry", _("The statement has too many entries."))
                return
            # Only what the bank has booked is money that moved.
            if self.text(entry, "Sts/Cd", "Sts") in ("BOOK", ""):
                movements += self.entry(entry)
        self.row = 0
        days = [one.day for one in movements]
        begins = self.day(element, "FrToDt/FrDtTm") or (self.balance_day(first) or min(days, default=None))
        ends = self.day(element, "FrToDt/ToDtTm") or (self.balance_day(last) or max(days, default=None))
        if begins is None or ends is None or begins > ends:
            self.wrong("FrToDt", _("The period of the statement is missing or ends before it begins."))
            return
        self.found.statements.append(
            Statement(number[:60], account[:40], begins, ends, self.balance(first), self.balance(last), movements)
        )

    def balance(self, element: Any) -> Decimal | None:
        """A balance with its sign."""
        if element is None:
            return None
        value = self.amount(element, "Amt", zero=True)
        return -value if self.text(element, "CdtDbtInd") == "DBIT" else value

    def balance_day(self, element: Any) -> date | None:
        """The day of a balance."""
        return None if element is None else self.day(element, "Dt/Dt", "Dt/DtTm")

    def entry(self, element: Any) -> list[Movement]:
        """An entry as one movement, or as its parts where the bank gives an amount for each of them."""
        mark = self.text(element, "CdtDbtInd")
        if mark not in ("DBIT", "CRDT"):
            self.wrong("CdtDbtInd", _("The entry does not say whether money came in or went out."))
        # A mark of reversal (RvslInd) does not turn the direction: the entry's own indicator says where money went.
        direction = "debit" if mark == "DBIT" else "credit"
        amount, day = self.amount(element, "Amt"), self.day(element, "BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt")
        if day is None or day > clock.today():
            self.wrong("BookgDt", _("The entry has no day of booking up to today."))
            day = clock.today()
        reference = self.text(element, "AcctSvcrRef", "NtryRef")
        details = list(element.iterfind(self.path("NtryDtls/TxDtls")))
        if len(details) > 1:
            parts = [
                one.find(self.path("Amt")) is not None or one.find(self.path("AmtDtls/TxAmt/Amt")) is not None
                for one in details
            ]
            if all(parts):
                return self.parts(details, direction, amount, day, reference)
        return [self.movement(element, details[:1], direction, amount, day, reference)]

    def parts(self, details: list[Any], direction: str, amount: Decimal, day: date, reference: str) -> list[Movement]:
        """The parts of a collected entry; together they are its amount."""
        made = []
        for number, one in enumerate(details, start=1):
            path = "Amt" if one.find(self.path("Amt")) is not None else "AmtDtls/TxAmt/Amt"
            own = self.text(one, "Refs/AcctSvcrRef") or (f"{reference}/{number}" if reference else "")
            made.append(self.movement(one, [one], direction, self.amount(one, path), day, own))
        if sum(one.amount for one in made) != amount:
            self.wrong("NtryDtls", _("The parts of the entry do not add up to its amount."))
        return made

    def movement(
        self, entry: Any, details: list[Any], direction: str, amount: Decimal, day: date, reference: str
    ) -> Movement:
        """One movement with the other side's name and account, and everything the payer wrote."""
        name = account = ""
        words: list[str] = []
        side = "Cdtr" if direction == "debit" else "Dbtr"
        for one in details:
            name = self.text(one, f"RltdPties/{side}/Nm", f"RltdPties/{side}/Pty/Nm")
            ground = f"RltdPties/{side}Acct/Id"
            account = self.text(one, f"{ground}/Othr/Id", f"{ground}/IBAN")
            words += self.all(one, "RmtInf/Ustrd")
            words += self.all(one, "RmtInf/Strd/CdtrRefInf/Ref")
            ends = self.text(one, "Refs/EndToEndId")
            words += [ends] if ends and ends != "NOTPROVIDED" else []
            words += self.all(one, "AddtlTxInf")
        words += self.all(entry, "AddtlNtryInf")
        text = " ".join(dict.fromkeys(words))
        return Movement(day, direction, amount, name[:160], account[:40], text[:500], reference[:100])
