"""A set of payment orders as the CSV file that banks take for payments in bulk."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

# Banks in China read these headings; the file is for them, so it has one language.
HEADINGS: Final = (
    "序号",
    "批次号",
    "付款单位",
    "收款人户名",
    "收款人账号",
    "收款人开户行",
    "金额（元）",
    "币种",
    "用途",
    "业务凭证号",
)
# A spreadsheet would take a text that begins with one of these for a formula.
FORMULA: Final = (*"=+-@＝＋－＠", "\t", "\r", "\n")


def payee(kind: str, row: Any) -> str:
    """Who is paid by a payment or a pass-on."""
    return str(row.payee) if kind == "payment" else str(row.unit.name_zh)


def as_csv(number: str, kind: str, rows: Sequence[Any], accounts: Mapping[str, str]) -> bytes:
    """UTF-8 with its mark. accounts: of payees, where known from earlier statements; others stay empty to fill in."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    for place, row in enumerate(rows, start=1):
        name = payee(kind, row)
        purpose = row.purpose if kind == "payment" else "新型技术改造城市试点奖补资金拨付"
        # The number goes into the purpose, so that the bank gives it back in its statement.
        values = [
            number,
            row.organisation.name_zh,
            name,
            accounts.get(name, ""),
            "",
            f"{row.amount:.2f}",
            "CNY",
            f"{row.document_no} {' '.join(purpose.split())}"[:200],
            row.document_no,
        ]
        writer.writerow([place, *(_inert(value) for value in values)])
    return text.getvalue().encode("utf-8-sig")


def _inert(value: str) -> str:
    return f"'{value}" if value.startswith(FORMULA) else value
