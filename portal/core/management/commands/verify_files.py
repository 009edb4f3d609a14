"""Read every stored file and compare it with the row that names it; exit 1 and name each that is not what was kept."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.core import clock
from portal.core.filechecks import StorageSilent, unnamed, wrong
from portal.core.owner import as_migrated, sees_all


class Command(BaseCommand):
    """Beside a portal at work, too: what is brought meanwhile is looked at or not, and nothing is changed."""

    help = "Read every stored file and compare its size and digest with the row that names it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--unnamed", action="store_true", help="also list stored content that no row names")

    def handle(self, *args: Any, **options: Any) -> None:
        using = sees_all()
        as_migrated()
        seen, found = 0, Counter[str]()

        def told(rows: int) -> None:
            nonlocal seen
            seen = rows

        try:
            for one in wrong(using, told=told):
                found[one.what] += 1
                self.stderr.write(f"{one.what}: {one.model} {one.pk}, {one.file_name}, SHA-256 {one.sha256}")
            self._say_what_no_row_names(each=options["unnamed"])
        except StorageSilent as error:
            raise CommandError(f"The storage does not answer, so not all files were read: {error}") from error
        if found:
            what = ", ".join(f"{count} {what}" for what, count in sorted(found.items()))
            self.stderr.write(f"Of {seen} rows that name a file, not what was kept: {what}.")
            sys.exit(1)
        self.stdout.write(f"The files are whole: {seen} rows, each with the content it names.")

    def _say_what_no_row_names(self, *, each: bool) -> None:
        """No fault: a transaction that was rolled back leaves it. After a restore it may be what was lost."""
        count = 0
        newest: datetime | None = None
        for key, at in unnamed():
            count, newest = count + 1, max(at, newest or at)
            if each:
                self.stdout.write(f"unnamed: {key}, written {at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}")
        if newest is not None:
            last = f"{newest.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"
            self.stdout.write(
                f"{count} stored files are named by no row, the newest of {last}: left by what was rolled back, or "
                "brought after the backup that was restored. The nightly sweep removes them "
                f"{settings.FILE_GRACE_HOURS} hours after they were written."
            )
