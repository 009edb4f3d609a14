"""What the analyses group together: payments split below a limit, invoices of requests that mend one another."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from grants.analytics.duplicate_invoices import _several
from grants.analytics.split_payments import _runs

FIRST = date(2026, 3, 1)
LIMIT = Decimal("2000000.00")


def payment(day, amount):
    return SimpleNamespace(pk=day, document_date=FIRST + timedelta(days=day), amount=Decimal(amount))


def split(*rows, days=30):
    found = _runs([payment(*row) for row in rows], days, LIMIT)
    return [[row.pk for row in run] for run in found]


def test_a_split_is_found_wherever_its_days_begin():
    """A small payment before opened a window that parted the two: neither half reached the limit."""
    assert split((0, "100000"), (25, "1000000"), (35, "1200000")) == [[25, 35]]
    assert split((0, "1000000"), (25, "1000000"), (35, "1999999")) == [[0, 25]]
    assert split((0, "1999999.99"), (31, "1999999.99")) == []
    assert split((0, "1999999"), (1, "1"), (2, "5")) == [[0, 1, 2]]


@given(rows=st.lists(st.tuples(st.integers(0, 90), st.integers(1, 1_999_999)), max_size=12), days=st.integers(1, 40))
def test_no_split_is_missed_and_none_is_told_twice(rows, days):
    rows = sorted(rows)
    found = list(_runs([payment(*row) for row in rows], days, LIMIT))
    told = [id(row) for run in found for row in run]
    assert len(told) == len(set(told))
    for run in found:
        assert len(run) > 1
        assert (run[-1].document_date - run[0].document_date).days <= days
        assert sum(row.amount for row in run) >= LIMIT
    there = any(
        sum(amount for day, amount in rows[place:] if day - first <= days) >= LIMIT
        for place, (first, _amount) in enumerate(rows)
    )
    assert there == bool(found)


def invoice(request, copy_of=None):
    return {"request_id": request, "request__copy_of": copy_of}


def test_requests_that_mend_one_another_are_one_however_often():
    mends = {2: 1, 3: 2, 9: 8}
    assert not _several([invoice(1), invoice(2, 1)], mends)
    assert not _several([invoice(1), invoice(2, 1), invoice(3, 2)], mends)
    assert not _several([invoice(1), invoice(3, 2)], mends)
    assert _several([invoice(3, 2), invoice(9, 8)], mends)
    assert _several([invoice(1), invoice(8)], mends)
