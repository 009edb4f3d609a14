"""Recompute the books from the entries; exit 1 and name each difference."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connections, transaction

from grants.ledger.verifier import differences, totals
from portal.core.owner import sees_all


class Command(BaseCommand):
    help = "Recompute balances, numbers, digests and limits from the entries and name any difference."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        using = sees_all()
        # One picture of the books, while others go on booking.
        with transaction.atomic(using=using):
            with connections[using].cursor() as cursor:
                cursor.execute("set transaction isolation level repeatable read, read only")
            found, seen = differences(using), totals(using)
        for difference in found:
            self.stderr.write(f"{difference.kind}: {difference.what}: {difference.how}")
        if found:
            sys.exit(1)
        self.stdout.write(
            f"The books are whole: {seen.entries} entries, {seen.lines} lines, {seen.accounts} accounts recomputed."
        )
