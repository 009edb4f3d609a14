"""Print the sign-ins of the demonstration, those of the people who have a step to try."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from portal.accounts.models import Membership
from portal.core.owner import sees_all
from portal.demonstration.people import PASSWORD, printed


class Command(BaseCommand):
    """One line for each who is there: address, role in Chinese and English, body."""

    help = "Print the sign-ins of the demonstration."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            self.stdout.write("A real portal has no demonstration accounts.")
            return
        wanted = printed()
        rows = (
            Membership.objects.using(sees_all())
            .filter(user__is_demonstration=True, user__is_active=True, ended_at=None, user__email__in=wanted)
            .select_related("user", "organisation")
            .order_by("pk")
        )
        self.stdout.write(f"\nSign-ins of the demonstration (password of all: {PASSWORD})")
        for row in sorted(rows, key=lambda row: wanted.index(row.user.email)):
            body = row.organisation
            self.stdout.write(f"  {row.user.email:<34} {_said(row, 'zh-hans')} {_said(row, 'en')}, {body.name_zh}")


def _said(row: Membership, language: str) -> str:
    with translation.override(language):
        return str(row.get_role_display())
