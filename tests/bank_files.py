"""Statements as files, for tests: CSV rows and camt.053 messages."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape


def csv_file(rows: Sequence[Sequence[str]], *, encoding: str = "utf-8") -> bytes:
    """Rows as a CSV file."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(encoding)


def statement(lines: Sequence[tuple[str, str, str, str]], *, account: str = "3500001", opening: str = "0.00") -> bytes:
    """A CSV statement of lines (day, amount with a minus for what went out, name, text); references count up."""
    from grants.bank.csv_file import COLUMNS

    rows = [[column.zh for column in COLUMNS]]
    balance = Decimal(opening)
    for place, (day, amount, name, text) in enumerate(lines, start=1):
        value = Decimal(amount)
        balance += value
        came, went = (f"{value}", "") if value > 0 else ("", f"{-value}")
        rows.append([account, day, f"{account}-{day}-{place}", came, went, f"{balance}", name, "", text])
    return csv_file(rows)


@dataclass
class Entry:
    """An entry of a camt.053 message."""

    amount: str
    text: str
    name: str = ""
    reference: str = "ref"
    mark: str = "DBIT"
    day: str = "2026-11-02"
    status: str = "BOOK"
    currency: str = "CNY"
    parts: list[str] = field(default_factory=list)


def camt(
    entries: Sequence[Entry], *, version: str = "02", number: str = "STMT-1", account: str = "3500001", more: str = ""
) -> bytes:
    """A message with one statement, whose closing balance is 1,000 yuan less what went out."""
    new = version >= "08"
    closing = Decimal("1000.00") - sum((Decimal(one.amount) for one in entries), Decimal(0))
    body = "".join(_entry(one, new=new, place=place) for place, one in enumerate(entries, start=1))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt><GrpHdr/><Stmt>'
        f"<Id>{number}</Id><FrToDt><FrDtTm>2026-11-01T00:00:00</FrDtTm><ToDtTm>2026-11-05T23:59:59</ToDtTm></FrToDt>"
        f"<Acct><Id><Othr><Id>{account}</Id></Othr></Id></Acct>{_balance('OPBD', Decimal('1000.00'))}"
        f"{_balance('CLBD', closing)}{body}{more}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def _balance(code: str, value: Decimal) -> str:
    mark = "DBIT" if value < 0 else "CRDT"
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy='CNY'>{abs(value):.2f}</Amt>"
        f"<CdtDbtInd>{mark}</CdtDbtInd><Dt><Dt>2026-11-01</Dt></Dt></Bal>"
    )


def _entry(one: Entry, *, new: bool, place: int) -> str:
    side = "Cdtr" if one.mark == "DBIT" else "Dbtr"
    name = f"<Pty><Nm>{escape(one.name)}</Nm></Pty>" if new else f"<Nm>{escape(one.name)}</Nm>"
    status = f"<Cd>{one.status}</Cd>" if new else one.status
    reference = one.reference if one.reference != "ref" else f"ref{place}"

    def details(amount: Any = None) -> str:
        own = f"<Amt Ccy='CNY'>{amount}</Amt>" if amount else ""
        return (
            f"<TxDtls>{own}<RltdPties><{side}>{name}</{side}></RltdPties>"
            f"<RmtInf><Ustrd>{one.text}</Ustrd></RmtInf></TxDtls>"
        )

    inside = "".join(details(part) for part in one.parts) or details()
    return (
        f"<Ntry><Amt Ccy='{one.currency}'>{one.amount}</Amt><CdtDbtInd>{one.mark}</CdtDbtInd><Sts>{status}</Sts>"
        f"<BookgDt><Dt>{one.day}</Dt></BookgDt>"
        + (f"<AcctSvcrRef>{reference}</AcctSvcrRef>" if reference else "")
        + f"<NtryDtls>{inside}</NtryDtls></Ntry>"
    )
