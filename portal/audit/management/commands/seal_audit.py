"""Write the end of the audit trail's chain to a signed file."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connections

from portal.audit.seals import seal


class Command(BaseCommand):
    help = "Seal the end of the audit trail's chain into a signed file under VAR_DIR/seals."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        using = "owner" if "owner" in connections.databases else "default"
        self.stdout.write(f"Sealed: {seal(using).name}")
