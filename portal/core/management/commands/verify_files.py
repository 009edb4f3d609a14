"""Read every stored file and compare it with the row that names it; exit 1 and name each that is not what was kept."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.core.filechecks import StorageSilent, count, wrong
from portal.core.owner import as_migrated, sees_all


class Command(BaseCommand):
    help = "Read every stored file and compare its size and digest with the row that names it."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        using = sees_all()
        as_migrated()
        found = 0
        try:
            for one in wrong(using):
                found += 1
                self.stderr.write(f"{one.what}: {one.model} {one.pk}, {one.file_name}, SHA-256 {one.sha256}")
        except StorageSilent as error:
            raise CommandError(f"The storage does not answer, so not all files were read: {error}") from error
        if found:
            sys.exit(1)
        self.stdout.write(f"The files are whole: {count(using)} rows, each with the content it names.")
