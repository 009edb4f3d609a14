"""The analysis of late receipts counts days that the bank denies as the guard of receipts does."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from grants.analytics.late_receipts import ANALYSIS
from grants.domain import bank_lines
from grants.models import BankLine
from portal.audit.instruments.analyses import Asked
from tests import bank_files
from tests import factories_bank as bank
from tests import factories_grants as make


@pytest.mark.parametrize(
    ("lines", "banked", "gained"),
    [
        ([(0, "40.00")], None, None),
        ([(0, "100.00")], 0, 1),
        ([(-4, "100.00")], -4, 1),
        ([(0, "40.00"), (1, "60.00")], 1, None),
        ([(-1, "40.00"), (0, "60.00")], 0, 1),
    ],
)
def test_days_behind_the_bank(who, world, lines, banked, gained):
    """The receipt of today was recorded before the lines were matched: no guard stood in its way."""
    award = make.awarded(who, application=world.application, amount="200000000.00")
    issue, user = make.issued(who, award=award, amount="100.00", received_on=make.today()), who["province_maker"]
    days = [(f"{issue.document_date + timedelta(days=day)}", amount, "MOF", "x") for day, amount in lines]
    found = bank.imported(user, bank_files.statement(days, account="3500001", opening="1.00"))
    with make.acting(user) as by:
        for line in BankLine.objects.filter(statement__file=found):
            if line.state == "open":
                bank_lines.match_line(by=by, line=line, paper=issue)
    for person in ("mof", "auditor"):
        with make.acting(who[person]) as by:
            found = [one.cells for one in ANALYSIS.find(Asked(by, {"days": Decimal(5)}))]
        told = [(row["bank"], row["gained"]) for row in found]
        assert told == ([(issue.document_date + timedelta(days=banked), gained)] if gained else [])
