"""Load the reference data; safe to repeat."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from portal.accounts.cast import ensure_clockwork
from portal.core.owner import sees_all
from portal.programme.organisations import ensure_organisations
from portal.programme.reference import load


class Command(BaseCommand):
    help = "Bring provinces, pilot units, industries, central SOEs, past batches and organisations up to the files."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        using = sees_all()
        counts = load(using) | {"organisations": ensure_organisations(using)}
        ensure_clockwork(using=using)
        if options["verbosity"]:
            self.stdout.write(", ".join(f"{count} {kind}" for kind, count in counts.items()))
