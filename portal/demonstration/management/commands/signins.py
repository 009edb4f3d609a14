"""Print one sign-in of the demonstration for each role."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.accounts.models import Membership
from portal.core.owner import sees_all

PASSWORD = "demonstration-2026"  # noqa: S105 - of the demonstration alone, printed on purpose


class Command(BaseCommand):
    """One line for each role and kind of organisation, the first account of each."""

    help = "Print the sign-ins of the demonstration."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            self.stdout.write("A real portal has no demonstration accounts.")
            return
        alias = sees_all()
        rows = (
            Membership.objects.using(alias)
            .filter(user__is_demonstration=True, user__is_active=True, ended_at=None)
            .exclude(role="clockwork")
            .select_related("user", "organisation")
            .order_by("pk")
        )
        seen: set[tuple[str, str]] = set()
        self.stdout.write(f"\nSign-ins of the demonstration (password of all: {PASSWORD})")
        for row in rows:
            kind = row.organisation.code if row.organisation.kind == "ministry" else row.organisation.kind
            if (kind, row.role) not in seen:
                seen.add((kind, row.role))
                self.stdout.write(f"  {row.user.email:<44} {row.get_role_display()}, {row.organisation.name_zh}")
