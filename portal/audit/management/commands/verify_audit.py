"""Recompute the audit trail's chain; exit 1 and name the first broken record."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connections

from portal.audit import seals
from portal.audit.verify import head, verify


class Command(BaseCommand):
    help = "Recompute the audit trail's chain and compare it with the newest seal."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        using = "owner" if "owner" in connections.databases else "default"
        try:
            sealed = seals.newest()
        except ValueError as error:
            self.stderr.write(str(error))
            sys.exit(1)
        broken = verify(using, sealed=sealed)
        if broken:
            place = f"link {broken.seq}" if broken.seq else "no link"
            self.stderr.write(f"The trail is broken: {broken.what} at {place}, event {broken.event}.")
            sys.exit(1)
        end = head(using)
        self.stdout.write(f"The trail is whole: {end.seq} events, head {end.digest or '-'}.")
