"""Only the owner's connection migrates; everything else goes through the web role."""

from __future__ import annotations

from typing import Any

from django.conf import settings


class OwnerMigrates:
    """Refuse migrations on the web role's connection."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Whether tables may be made through this connection."""
        return db == "owner" or "owner" not in settings.DATABASES

    def allow_relation(self, left: Any, right: Any, **hints: Any) -> bool:
        """Both connections are the same database."""
        return True
