"""Recompute the audit trail's chain; exit 1 and name the first broken record."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandParser

from portal.audit import seals
from portal.audit.verify import head, verify
from portal.core.owner import sees_all

MEANS: Final = {
    "cut": "A seal states more links than there are: the end was cut off, or an older backup was restored.",
    "seal": "A seal states another digest at this place.",
}


class Command(BaseCommand):
    help = "Recompute the audit trail's chain and compare it with every seal, and with seals that were kept elsewhere."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--seal", action="append", default=[], metavar="FILE", type=Path, help="a seal that was kept elsewhere"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        using = sees_all()
        try:
            former = seals.former_keys(using)
            files, rows = seals.kept(using), seals.stated(using)
            ends = [*files, *rows, *(seals.read(file, former) for file in options["seal"])]
        except ValueError as error:
            self.stderr.write(str(error))
            sys.exit(1)
        broken = verify(using, sealed=ends)
        if broken:
            place = f"link {broken.seq}" if broken.seq else "no link"
            event = f", event {broken.event}" if broken.event else ""
            self.stderr.write(f"The trail is broken: {broken.what} at {place}{event}. {MEANS.get(broken.what, '')}")
            sys.exit(1)
        end, count = head(using), max(len(files), len(rows)) + len(options["seal"])
        self.stdout.write(f"The trail is whole: {end.seq} events, {count} seals, head {end.digest or '-'}.")
