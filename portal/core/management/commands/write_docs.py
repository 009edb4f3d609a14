"""Write the generated pages of docs/."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Write roles, states, errors, settings and guards under docs/ from the declarations in the code."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        from portal.core import documents  # noqa: PLC0415 - needs the filled registries

        changed = documents.write()
        self.stdout.write(f"Written: {', '.join(changed)}" if changed else "Nothing changed.")
