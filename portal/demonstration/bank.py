"""One bank statement of a unit that pays: what came from the province, its payments, and lines that stay open."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from decimal import Decimal
from typing import Final

from django.core.files.uploadedfile import SimpleUploadedFile

from grants.bank.csv_file import COLUMNS
from grants.domain import bank
from grants.enums import CheckState
from grants.models import PassOn, Payment
from portal.core import clock
from portal.demonstration.invent import MARK
from portal.demonstration.stage import acting
from portal.programme.models import Batch

ACCOUNT: Final = "3502000000000000001"
# Movements that belong to no paper of the portal: they stay open until somebody decides.
OPEN: Final = (
    (Decimal("-35.00"), "", f"{MARK}账户管理费"),
    (Decimal("18642.17"), "", f"{MARK}结息"),
    (Decimal("-260000.00"), f"{MARK}示例自动化有限公司", f"{MARK}设备款 合同HT-260"),
)


def import_statement(batch: Batch, unit: str, maker: int) -> None:
    """Import the statement of the unit's finance bureau up to today, as its maker."""
    came = PassOn.objects.filter(award__batch=batch, unit=unit, state=CheckState.CONFIRMED)
    paid = Payment.objects.filter(award__batch=batch, unit=unit, state=CheckState.CONFIRMED)
    today = clock.today()
    lines = [(row.passed_on, row.amount, row.organisation.name_zh, row.document_no) for row in came]
    lines += [
        (min(today, row.document_date + timedelta(days=1)), -row.amount, row.payee, row.document_no) for row in paid
    ]
    if not lines:
        return
    lines += [(today, *one) for one in OPEN]
    with acting(maker, clock.now()) as by:
        row = bank.bring(by=by, upload=SimpleUploadedFile(f"{MARK}对账单.csv", _content(sorted(lines))))
        found = bank.judge(row)
        bank.take(by=by, row=row, found=found.statements)


def _content(lines: list[tuple[object, Decimal, str, str]]) -> bytes:
    text, balance = io.StringIO(newline=""), Decimal("0.00")
    writer = csv.writer(text)
    writer.writerow([column.zh for column in COLUMNS])
    for place, (day, amount, name, number) in enumerate(lines, start=1):
        balance += amount
        came, went = (amount, "") if amount > 0 else ("", -amount)
        writer.writerow([ACCOUNT, day, f"{place:08}", came, went, balance, name, "", number])
    return text.getvalue().encode("utf-8-sig")
